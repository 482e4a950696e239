//! Private samples: added on the server for a sealed evaluation, in no repository, never served, in no public file.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use sha2::Digest as _;
use sqlx::{PgConnection, PgPool};
use tokio::task::spawn_blocking;

use super::catalogue::{self, CatalogueError, Offer, Stored};
use super::data::{self, Private};
use super::files;
use super::manifest::{DataFile, Manifest, Role, Sealed, Tensor};
use super::{duplicates, store};
use crate::audit;
use crate::blobs::{Blobs, Sha256, StorageError};

/// A file that is being added.
#[derive(Debug, Clone)]
pub struct AddedFile {
    /// Its name; the ending tells the format.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Samples name their input, labels none.
    pub input: Option<String>,
    /// Of a CSV file: the columns to use.
    pub columns: Option<Vec<String>>,
}

/// Why private samples were not added; the sentences are for operators.
#[derive(Debug, thiserror::Error)]
pub enum PrivateError {
    /// The exercise has no place for them.
    #[error("the exercise {0} has no private evaluation: its manifest needs [sealed] with kind = \"private\"")]
    NotPrivate(String),
    /// A file is wrong, or one is missing.
    #[error("{0}")]
    File(String),
    /// Some samples are also in a public file.
    #[error(
        "{count} of the {samples} samples are also in a public file, exactly or nearly (the first: sample {first}, near \
         sample {near} of {file}); what anybody can download proves nothing, so leave them out"
    )]
    Duplicates {
        /// How many.
        count: usize,
        /// Of how many.
        samples: usize,
        /// Position of the first among those added.
        first: usize,
        /// What it is like.
        near: usize,
        /// In which file.
        file: String,
    },
    /// The catalogue, blob storage or PostgreSQL refused.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// Blob storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// PostgreSQL refused.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Adds a set of private samples to an exercise; it takes the place of an earlier one. Returns the number of samples.
pub async fn add(
    pool: &PgPool,
    blobs: &Blobs,
    offer: &Offer,
    added: Vec<AddedFile>,
    now: DateTime<Utc>,
) -> Result<usize, PrivateError> {
    let manifest = &offer.manifest;
    if !matches!(manifest.sealed, Some(Sealed::Private { .. })) {
        return Err(PrivateError::NotPrivate(offer.slug.to_string()));
    }
    let files: Vec<DataFile> = added.iter().map(described).collect();
    let bytes_of = |file: &DataFile| {
        let found = added.iter().find(|one| one.name == file.file && one.input == file.input);
        found.map(|one| one.bytes.clone()).unwrap_or_default()
    };
    let set = data::private_set(manifest, &files, |file| Ok(bytes_of(file)));
    let set = set.map_err(|error| PrivateError::File(error.to_string()))?;
    for input in &manifest.inputs {
        refuse_duplicates(blobs, manifest, input, (&files, &bytes_of)).await?;
    }
    for one in &added {
        blobs.put(Bytes::from(one.bytes.clone())).await?;
    }
    let samples = set.truth.len();
    let mut tx = pool.begin().await?;
    store::lock(&mut tx).await?;
    let (slug, id) = (offer.slug.as_str(), name_of(offer.slug.as_str(), &files));
    let before = store::private_set(&mut *tx, slug).await?.map(|(id, _)| id);
    put(&mut tx, slug, &files, samples, now).await?;
    let detail = serde_json::json!({ "before": { "set": before }, "after": { "set": id, "samples": samples } });
    let entry = audit::Entry { actor: None, action: "exercise.private-samples", object: slug, detail };
    audit::record(&mut tx, entry, now).await?;
    tx.commit().await?;
    Ok(samples)
}

/// Makes files that are blobs already the private samples of an exercise, in the caller's transaction.
pub async fn put(
    conn: &mut PgConnection,
    slug: &str,
    files: &[DataFile],
    samples: usize,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    store::lock(conn).await?;
    store::replace_private_set(conn, slug, &name_of(slug, files), files, samples, now).await
}

fn described(added: &AddedFile) -> DataFile {
    DataFile {
        file: added.name.clone(),
        sha256: Sha256::of(&added.bytes).to_string(),
        role: if added.input.is_some() { Role::HiddenSamples } else { Role::HiddenLabels },
        input: added.input.clone(),
        take: None,
        columns: added.columns.clone(),
    }
}

/// A name for the set: a hash of what it is made of.
fn name_of(slug: &str, files: &[DataFile]) -> String {
    let mut hash = sha2::Sha256::new_with_prefix(slug.as_bytes());
    for file in files {
        hash.update(file.sha256.as_bytes());
        hash.update(format!("{:?} {:?}", file.input, file.columns).as_bytes());
    }
    hex::encode(hash.finalize())
}

/// Compares the added samples of one input with every file of samples that the exercise has; the open test samples
/// count as public, because most of them are.
async fn refuse_duplicates(
    blobs: &Blobs,
    manifest: &Manifest,
    input: &Tensor,
    (files, bytes_of): (&[DataFile], &impl Fn(&DataFile) -> Vec<u8>),
) -> Result<(), PrivateError> {
    let wrong = |file: &DataFile, message: String| PrivateError::File(format!("{}: {message}", file.file));
    let Some(own) = files.iter().find(|file| file.input.as_deref() == Some(&input.name)) else { return Ok(()) };
    let added = Arc::new(files::read(own, &bytes_of(own), None).map_err(|message| wrong(own, message))?);
    let of_input = |file: &&DataFile| file.input.as_deref() == Some(&input.name);
    for public in manifest.data.iter().filter(of_input) {
        let bytes = catalogue::data_file(blobs, public).await?;
        let known = files::read(public, &bytes, None).map_err(|message| wrong(public, message))?;
        let (samples, added) = (added.len(), Arc::clone(&added));
        let found = spawn_blocking(move || duplicates::find(&added, &known)).await.map_err(CatalogueError::from)?;
        if let Some(&(first, near)) = found.first() {
            let (count, file) = (found.len(), public.file.clone());
            return Err(PrivateError::Duplicates { count, samples, first, near, file });
        }
    }
    Ok(())
}

/// A set for an exercise, read from blob storage.
pub async fn active(
    blobs: &Blobs,
    manifest: &Manifest,
    (set, files): (String, Vec<DataFile>),
) -> Result<Private, CatalogueError> {
    let stored = Stored::read(blobs, &files).await?;
    let manifest = manifest.clone();
    let data = spawn_blocking(move || data::private_set(&manifest, &files, |file| stored.get(file)));
    Ok(Private { set, data: data.await.map_err(CatalogueError::from)?? })
}
