//! The issuer's signing key: a file that only we can read, and its public half in the database.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
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
    /// A file or folder cannot be used.
    #[error("cannot use {}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Others can read the file.
    #[error("{} can be read by others than its owner; run: chmod 600 {}", .0.display(), .0.display())]
    Exposed(PathBuf),
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
            let missing = !path.try_exists().map_err(|source| KeyError::File { path: path.clone(), source })?;
            return if missing { Err(KeyError::AnotherKey { id, path }) } else { Self::read(&path) };
        }
        // No active key: the first start, or one that ended between writing the file and the database.
        let retired = store::public_keys(&mut *transaction).await?;
        let mut unknown = Vec::new();
        for path in key_files(folder)? {
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
        write(folder, &path, pem.as_bytes()).map_err(|source| KeyError::File { path, source })?;
        Ok(keys)
    }

    fn read(path: &Path) -> Result<Self, KeyError> {
        let fault = |source| KeyError::File { path: path.to_owned(), source };
        // The standard library opens every file close-on-exec: no child inherits it.
        let file = File::open(path).map_err(fault)?;
        if file.metadata().map_err(fault)?.permissions().mode() & 0o077 != 0 {
            return Err(KeyError::Exposed(path.to_owned()));
        }
        let mut pem = Zeroizing::new(String::new());
        file.take(4096).read_to_string(&mut pem).map_err(fault)?;
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

fn key_files(folder: &Path) -> Result<Vec<PathBuf>, KeyError> {
    let fault = |source| KeyError::File { path: folder.to_owned(), source };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(fault(error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(fault)?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("signing-") && name.ends_with(".key") {
            files.push(entry.path());
        }
    }
    Ok(files)
}

/// Writes a file that nobody else can read and that survives a power cut, or is not there at all.
fn write(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    let unfinished = path.with_extension("unfinished");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    File::open(folder)?.sync_all()
}
