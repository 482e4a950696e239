//! The secret that sealed variants are drawn from: one file of the installation, its name in the database.

use std::fmt;
use std::path::Path;

use chrono::{DateTime, Utc};
use rand::TryRng as _;
use rand::rngs::SysRng;
use sha2::{Digest as _, Sha256};
use sqlx::{Connection as _, PgConnection};
use zeroize::Zeroizing;

use super::store;
use crate::db::secrets::{self, SecretError};
use crate::grading::seal::Seal;

/// The key of sealed draws.
#[derive(Clone)]
pub struct SealKey(Zeroizing<[u8; 32]>);

/// Why there is no key to draw from; the sentences are for operators.
#[derive(Debug, thiserror::Error)]
pub enum SealKeyError {
    /// A file cannot be used, or others can read it.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The database belongs to another key.
    #[error(
        "this database draws sealed variants from the key {0}, but keys/seal-{0}.key is not in the data folder; with \
         another key no result could be repeated, so restore the keys from the backup"
    )]
    Missing(String),
    /// The file does not hold the key that its name promises.
    #[error("keys/seal-{0}.key does not hold the key that it is named after; restore it from the backup")]
    NotAKey(String),
    /// PostgreSQL refused.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system: {0}")]
    Randomness(#[from] rand::rngs::SysError),
}

impl SealKey {
    /// The installation's key from `folder`, made on the first start.
    pub async fn open(folder: &Path, conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Self, SealKeyError> {
        let mut transaction = conn.begin().await?;
        store::lock(&mut transaction).await?;
        if let Some(id) = store::seal_key_id(&mut transaction).await? {
            return Self::read(folder, &id);
        }
        let mut bytes = Zeroizing::new([0_u8; 32]);
        SysRng.try_fill_bytes(&mut *bytes)?;
        let key = Self(bytes);
        let path = folder.join(format!("seal-{}.key", key.id()));
        let text = Zeroizing::new(hex::encode(*key.0));
        secrets::write(folder, &path, text.as_bytes()).map_err(|source| SecretError::File { path, source })?;
        store::insert_seal_key(&mut transaction, &key.id(), now).await?;
        transaction.commit().await?;
        Ok(key)
    }

    /// A key that everybody knows: for practice on one's own machine, and tests.
    pub fn public(text: &str) -> Self {
        Self(Zeroizing::new(Sha256::digest(text.as_bytes()).into()))
    }

    /// What the sealed evaluation of `subject` under an exercise version is drawn from.
    pub fn seal(&self, exercise_version: &str, subject: &str) -> Seal {
        Seal::derive(&*self.0, exercise_version, subject)
    }

    /// A name for the key that tells nothing about it.
    fn id(&self) -> String {
        let digest = Sha256::new().chain_update(b"assay seal key").chain_update(*self.0).finalize();
        hex::encode(digest.get(..6).unwrap_or_default())
    }

    fn read(folder: &Path, id: &str) -> Result<Self, SealKeyError> {
        let path = folder.join(format!("seal-{id}.key"));
        if !path.exists() {
            return Err(SealKeyError::Missing(id.to_owned()));
        }
        let text = secrets::read(&path)?;
        let mut bytes = Zeroizing::new([0_u8; 32]);
        hex::decode_to_slice(text.trim(), &mut *bytes).map_err(|_| SealKeyError::NotAKey(id.to_owned()))?;
        let key = Self(bytes);
        if key.id() == id { Ok(key) } else { Err(SealKeyError::NotAKey(id.to_owned())) }
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealKey({})", self.id())
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::clock::{Clock as _, SystemClock};

    #[sqlx::test]
    async fn the_key_is_made_once_and_a_database_without_its_key_is_refused(pool: PgPool) {
        let (place, now) = (tempfile::tempdir().unwrap(), SystemClock.now());
        let mut conn = pool.acquire().await.unwrap();
        let first = SealKey::open(place.path(), &mut conn, now).await.unwrap();
        let again = SealKey::open(place.path(), &mut conn, now).await.unwrap();
        assert_eq!(first.seal("v", "ada"), again.seal("v", "ada"));
        assert_ne!(first.seal("v", "ada"), first.seal("v", "bea"));

        let elsewhere = tempfile::tempdir().unwrap();
        let refused = SealKey::open(elsewhere.path(), &mut conn, now).await.unwrap_err();
        assert!(matches!(refused, SealKeyError::Missing(_)), "{refused}");
        let file = secrets::list(place.path(), "seal-", ".key").unwrap().pop().unwrap();
        std::fs::write(&file, "00".repeat(32)).unwrap();
        let refused = SealKey::open(place.path(), &mut conn, now).await.unwrap_err();
        assert!(matches!(refused, SealKeyError::NotAKey(_)), "{refused}");
    }
}
