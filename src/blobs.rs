//! Files by the SHA-256 of their bytes: uploads, predictions and data, never in PostgreSQL.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::{Stream, TryStreamExt as _};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt as _, WriteMultipart};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256 as Hasher};

/// The SHA-256 digest of a file (FIPS 180-4), written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256([u8; 32]);

/// A text that should have been a SHA-256 digest.
#[derive(Debug, thiserror::Error)]
#[error("a SHA-256 digest is 64 hexadecimal digits")]
pub struct InvalidDigest;

impl Sha256 {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Hasher::digest(bytes).into())
    }

    /// A digest that a column keeps as text.
    pub fn from_column(text: &str) -> Result<Self, sqlx::Error> {
        text.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))
    }

    /// The digest as a binary column keeps it.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl TryFrom<&[u8]> for Sha256 {
    type Error = InvalidDigest;

    fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
        bytes.try_into().map(Self).map_err(|_| InvalidDigest)
    }
}

impl FromStr for Sha256 {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = hex::decode(text).map_err(|_| InvalidDigest)?;
        Self::try_from(bytes.as_slice())
    }
}

impl TryFrom<String> for Sha256 {
    type Error = InvalidDigest;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Sha256> for String {
    fn from(digest: Sha256) -> Self {
        digest.to_string()
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The store itself failed: disk full, no permission, connection lost.
#[derive(Debug, thiserror::Error)]
#[error("file storage failed: {0}")]
pub struct StorageError(#[from] object_store::Error);

/// Blob storage of one installation.
#[derive(Debug, Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    folder: PathBuf,
}

impl Blobs {
    /// Files below `folder`, which must exist.
    pub fn in_folder(folder: &Path) -> Result<Self, StorageError> {
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), folder: folder.to_owned() })
    }

    /// Begins to receive a file of unknown content; nothing is visible until [`Upload::finish`].
    pub async fn receive(&self) -> Result<Upload, StorageError> {
        let staged = Key::from(format!("incoming/{}", crate::ids::lease_token()));
        let writer = WriteMultipart::new(self.store.put_multipart(&staged).await?);
        Ok(Upload { store: Arc::clone(&self.store), staged, writer, hasher: Hasher::new(), size: 0 })
    }

    /// Stores `bytes` and names them.
    pub async fn put(&self, bytes: Bytes) -> Result<Sha256, StorageError> {
        let digest = Sha256::of(&bytes);
        self.store.put(&key(&digest), bytes.into()).await?;
        Ok(digest)
    }

    /// The bytes of `digest`, or `None` where they are not stored (any more).
    pub async fn get(&self, digest: &Sha256) -> Result<Option<Bytes>, StorageError> {
        match self.store.get(&key(digest)).await {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The bytes of `digest` piece by piece, so that a large file never is in memory; `None` where they are not stored.
    pub async fn stream(
        &self,
        digest: &Sha256,
    ) -> Result<Option<impl Stream<Item = Result<Bytes, StorageError>> + Unpin + use<>>, StorageError> {
        match self.store.get(&key(digest)).await {
            Ok(found) => Ok(Some(found.into_stream().map_err(StorageError::from))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The first four bytes of `digest`, fewer where there are no more; they tell what kind of file it is.
    pub async fn start(&self, digest: &Sha256) -> Result<Option<Bytes>, StorageError> {
        let size = match self.store.head(&key(digest)).await {
            Ok(found) => found.size,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        Ok(Some(self.store.get_range(&key(digest), 0..size.min(4)).await?))
    }

    /// Whether the bytes of `digest` are stored.
    pub async fn contains(&self, digest: &Sha256) -> Result<bool, StorageError> {
        match self.store.head(&key(digest)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes `digest`; removing what is not there is no error.
    pub async fn delete(&self, digest: &Sha256) -> Result<(), StorageError> {
        match self.store.delete(&key(digest)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes uploads that were cut off before `before`, by a stop in the middle; returns how many.
    ///
    /// The store does not list the parts that it stages, so this looks into the folder itself.
    pub async fn sweep_incoming(&self, before: DateTime<Utc>) -> std::io::Result<usize> {
        let mut staged = match tokio::fs::read_dir(self.folder.join("incoming")).await {
            Ok(staged) => staged,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(error),
        };
        let mut removed = 0;
        while let Some(entry) = staged.next_entry().await? {
            if DateTime::<Utc>::from(entry.metadata().await?.modified()?) < before {
                tokio::fs::remove_file(entry.path()).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Every stored digest with its size in bytes, in no order.
    pub async fn list(&self) -> Result<Vec<(Sha256, u64)>, StorageError> {
        Ok(self.stored().await?.into_iter().map(|found| (found.sha256, found.bytes)).collect())
    }

    /// Every stored file, in no order.
    pub async fn stored(&self) -> Result<Vec<Stored>, StorageError> {
        self.below("blob").await
    }

    async fn below(&self, folder: &str) -> Result<Vec<Stored>, StorageError> {
        let prefix = Key::from(folder);
        let objects = self.store.list(Some(&prefix)).map_ok(|meta| {
            let sha256 = meta.location.filename()?.parse().ok()?;
            Some(Stored { sha256, bytes: meta.size, written_at: meta.last_modified })
        });
        Ok(objects.try_filter_map(|found| async move { Ok(found) }).try_collect().await?)
    }

    /// Takes a file out of sight, so that whoever brings the same bytes now stores them anew; `None` where there is none.
    /// Of what comes back it can be told whether the bytes were brought a moment ago, and it ends by either of
    /// [`Blobs::put_back`] and [`Blobs::drop_aside`].
    pub async fn set_aside(&self, digest: &Sha256) -> Result<Option<Stored>, StorageError> {
        match self.store.rename(&key(digest), &aside(digest)).await {
            Ok(()) => {}
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        let meta = self.store.head(&aside(digest)).await?;
        Ok(Some(Stored { sha256: *digest, bytes: meta.size, written_at: meta.last_modified }))
    }

    /// Puts a file that was set aside back to its place.
    pub async fn put_back(&self, digest: &Sha256) -> Result<(), StorageError> {
        Ok(self.store.rename(&aside(digest), &key(digest)).await?)
    }

    /// Removes a file that was set aside, for ever.
    pub async fn drop_aside(&self, digest: &Sha256) -> Result<(), StorageError> {
        Ok(self.store.delete(&aside(digest)).await?)
    }

    /// What was set aside by somebody who was stopped before the end.
    pub async fn left_aside(&self) -> Result<Vec<Stored>, StorageError> {
        self.below("aside").await
    }
}

/// A stored file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Its digest.
    pub sha256: Sha256,
    /// Its size in bytes.
    pub bytes: u64,
    /// When these bytes were brought last.
    pub written_at: DateTime<Utc>,
}

/// A file on its way in: written to a place of its own, hashed as it comes.
pub struct Upload {
    store: Arc<dyn ObjectStore>,
    staged: Key,
    writer: WriteMultipart,
    hasher: Hasher,
    size: u64,
}

impl Upload {
    /// Takes the next bytes; waits while earlier parts are still being written.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        self.writer.wait_for_capacity(4).await?;
        self.hasher.update(bytes);
        self.size += bytes.len() as u64;
        self.writer.write(bytes);
        Ok(())
    }

    /// Bytes received so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Completes the file under its digest; returns that and the size in bytes.
    pub async fn finish(self) -> Result<(Sha256, u64), StorageError> {
        self.writer.finish().await?;
        let digest = Sha256(self.hasher.finalize().into());
        self.store.rename(&self.staged, &key(&digest)).await?;
        Ok((digest, self.size))
    }

    /// Gives the file up and removes what was written.
    pub async fn abandon(self) {
        // Best effort: the staging area is swept as well.
        if let Err(error) = self.writer.abort().await {
            tracing::debug!(%error, "an abandoned upload could not be removed");
        }
    }
}

fn aside(digest: &Sha256) -> Key {
    Key::from(format!("aside/{digest}"))
}

fn key(digest: &Sha256) -> Key {
    let name = digest.to_string();
    let shard: String = name.chars().take(2).collect();
    Key::from(format!("blob/{shard}/{name}"))
}
