//! The issuer's signing key: a file that only we can read, and its public half in the database.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, KeypairBytes};
use ed25519_dalek::{Signer as _, SigningKey};
use rand::TryRng as _;
use rand::rngs::SysRng;
use sqlx::{Connection as _, PgConnection};
use zeroize::Zeroizing;

use super::public_key::PublicKey;
use super::store;
use crate::audit;
use crate::db::secrets::{self, SecretError};

/// The key that new certificates are signed with.
#[derive(Clone)]
pub struct Keys(Arc<Pair>);

struct Pair {
    signing: SigningKey,
    public: PublicKey,
}

/// Why there is no usable signing key; the sentences are for operators.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A file cannot be used, or others can read it.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The file does not hold the key that its name promises.
    #[error("{} does not hold the Ed25519 key (PKCS#8, PEM) that it is named after; restore it from the backup", .0.display())]
    NotAKey(PathBuf),
    /// The database belongs to another key.
    #[error(
        "this database signs with the key {id}, but {} is not there; certificates issued with another key would not \
         be verifiable, so restore data/keys from the backup, or use the database that belongs to this data folder",
        path.display()
    )]
    AnotherKey {
        /// The key that the database knows as active.
        id: String,
        /// Where it should be.
        path: PathBuf,
    },
    /// Several keys lie in the folder and the database knows none.
    #[error("{} holds several signing keys and the database knows none of them; leave only the one to use", .0.display())]
    Ambiguous(PathBuf),
    /// PostgreSQL refused.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system: {0}")]
    Randomness(#[from] rand::rngs::SysError),
}

impl Keys {
    /// The installation's signing key from `folder`, made on the first start. Refuses where the database knows
    /// another active key: that would be somebody else's database, or a data folder without its keys.
    pub async fn open(folder: &Path, conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Self, KeyError> {
        let mut transaction = conn.begin().await?;
        store::lock_keys(&mut transaction).await?;
        if let Some(id) = store::active_key_id(&mut *transaction).await? {
            let path = file_of(folder, &id);
            let missing = !path.try_exists().map_err(|source| SecretError::File { path: path.clone(), source })?;
            return if missing { Err(KeyError::AnotherKey { id, path }) } else { Self::read(&path) };
        }
        // No active key: the first start, or one that ended between writing the file and the database.
        let retired = store::public_keys(&mut *transaction).await?;
        let mut unknown = Vec::new();
        for path in secrets::list(folder, "signing-", ".key")? {
            let keys = Self::read(&path)?;
            if !retired.contains(&keys.public()) {
                unknown.push(keys);
            }
        }
        let keys = match (unknown.pop(), unknown.is_empty()) {
            (None, _) => Self::generate(folder)?,
            (Some(only), true) => only,
            (Some(_), false) => return Err(KeyError::Ambiguous(folder.to_owned())),
        };
        store::insert_active_key(&mut transaction, &keys.public(), now).await?;
        transaction.commit().await?;
        Ok(keys)
    }

    /// Makes a new key that signs from now on, and is in the audit log. The one before stays known, so that what it signed
    /// can be verified for ever; processes that run go on with it until they start again.
    pub async fn rotate(folder: &Path, conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Self, KeyError> {
        let mut transaction = conn.begin().await?;
        store::lock_keys(&mut transaction).await?;
        let before = store::active_key_id(&mut *transaction).await?;
        store::retire_active_key(&mut transaction).await?;
        let keys = Self::generate(folder)?;
        store::insert_active_key(&mut transaction, &keys.public(), now).await?;
        let id = keys.public().to_string();
        let detail = serde_json::json!({ "before": { "active": before }, "after": { "active": id } });
        let entry = audit::Entry { actor: None, action: "key.rotate", object: &id, detail };
        audit::record(&mut transaction, entry, now).await?;
        transaction.commit().await?;
        Ok(keys)
    }

    /// The key of `seed`, for tests.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let signing = SigningKey::from_bytes(seed);
        let public = signing.verifying_key().into();
        Self(Arc::new(Pair { signing, public }))
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        self.0.public
    }

    /// The Ed25519 signature (RFC 8032 §5.1) over exactly `message`.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.signing.sign(message).to_bytes()
    }

    fn generate(folder: &Path) -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0_u8; 32]);
        SysRng.try_fill_bytes(&mut *seed)?;
        let keys = Self::from_seed(&seed);
        let path = file_of(folder, &keys.public().to_string());
        // Version 1 of PKCS#8, without the public half: what every other program reads too.
        let pem = KeypairBytes { secret_key: *seed, public_key: None }
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(|_| KeyError::NotAKey(path.clone()))?;
        secrets::write(folder, &path, pem.as_bytes()).map_err(|source| SecretError::File { path, source })?;
        Ok(keys)
    }

    fn read(path: &Path) -> Result<Self, KeyError> {
        let pem = secrets::read(path)?;
        let signing = SigningKey::from_pkcs8_pem(&pem).map_err(|_| KeyError::NotAKey(path.to_owned()))?;
        let keys = Self(Arc::new(Pair { public: signing.verifying_key().into(), signing }));
        let expected = file_of(Path::new(""), &keys.public().to_string());
        if path.file_name() == expected.file_name() { Ok(keys) } else { Err(KeyError::NotAKey(path.to_owned())) }
    }
}

/// Where the secret half of key `id` is kept.
fn file_of(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("signing-{id}.key"))
}
