//! Exercises on offer: loaded from files into the database and blob storage, so that every machine has them.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool};
use tokio::sync::Mutex;
use tokio::task::{JoinError, spawn_blocking};

use super::data::Private;
use super::manifest::{DataFile, Manifest, Sealed};
use super::{ContentError, Exercise, data, private, store, training};
use crate::blobs::{Blobs, Sha256, StorageError};
use crate::grading::Evaluation;
use crate::ids::Slug;
use crate::messages::Bilingual;

pub use store::{course_of, find, list, slugs, target, version};

/// An exercise that learners can submit to.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Name in addresses.
    pub slug: Slug,
    /// The version that new submissions are pinned to.
    pub version: String,
    /// What decides a score.
    pub manifest: Manifest,
    /// What may change without a new version.
    pub texts: Texts,
}

/// A version of an exercise, on offer or not.
#[derive(Debug, Clone)]
pub struct Target {
    /// The exercise.
    pub slug: Slug,
    /// What decides a score under it.
    pub manifest: Manifest,
    /// When it was first loaded.
    pub loaded_at: DateTime<Utc>,
}

/// Titles, statements and starter files: what may change without voiding a score.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Texts {
    /// The title.
    pub title: Bilingual,
    /// One sentence for lists.
    pub summary: Bilingual,
    /// The statement, in Markdown.
    pub statement: Bilingual,
    /// Files that learners start from, kept as blobs.
    pub starter: Vec<Starter>,
}

/// A starter file, by the hash of its bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Starter {
    /// Name without a folder.
    pub name: String,
    /// Its bytes, in blob storage.
    pub sha256: Sha256,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Why exercises could not be loaded or read back.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// The files are wrong; the message names the file.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// Blob storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// PostgreSQL refused.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The work was broken off.
    #[error("reading an exercise's data was broken off: {0}")]
    Broken(#[from] JoinError),
    /// Nobody ever loaded this version.
    #[error("the exercise version {0} is not known")]
    UnknownVersion(String),
    /// A data file is in the database's manifest but not in blob storage.
    #[error("the data file {0} is missing from blob storage; start `assay serve` once where the content is")]
    MissingData(String),
}

/// Makes `exercises` the ones on offer: data and starter files to blobs, versions and texts to the database.
///
/// Other versions stay, for the submissions that met them; exercises whose folder is gone are withdrawn.
pub async fn install(
    pool: &PgPool,
    blobs: &Blobs,
    exercises: &[Exercise],
    now: DateTime<Utc>,
) -> Result<(), CatalogueError> {
    let mut tx = pool.begin().await?;
    store::lock(&mut tx).await?;
    for exercise in exercises {
        if !install_one(&mut tx, blobs, exercise, None, now).await? {
            let slug = &exercise.slug;
            tracing::warn!(%slug, "an exercise of this name was authored in the browser; the one in files is left out");
        }
    }
    let slugs: Vec<String> = exercises.iter().map(|exercise| exercise.slug.clone()).collect();
    store::withdraw_others(&mut tx, &slugs, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Puts an exercise on offer that was authored in the browser for `course`, whose data files are blobs already; false
/// where one from files has its name.
pub async fn publish(
    conn: &mut PgConnection,
    blobs: &Blobs,
    exercise: &Exercise,
    course: &Slug,
    now: DateTime<Utc>,
) -> Result<bool, CatalogueError> {
    store::lock(conn).await?;
    install_one(conn, blobs, exercise, Some(course), now).await
}

/// Keeps the version of an exercise without putting it on offer, so that submissions can be looked at under it.
pub async fn keep_version(conn: &mut PgConnection, exercise: &Exercise, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    store::insert_version(conn, exercise, now).await
}

/// What models for a draft are graded on; its data files are blobs already.
pub async fn draft_evaluation(
    blobs: &Blobs,
    manifest: &Manifest,
    private: &[DataFile],
) -> Result<Evaluation, CatalogueError> {
    let private = match (&manifest.sealed, private) {
        (Some(Sealed::Private { .. }), [_, ..]) => {
            Some(private::active(blobs, manifest, ("draft".to_owned(), private.to_vec())).await?)
        }
        (Some(Sealed::Private { .. }), []) | (Some(Sealed::Variants { .. }) | None, _) => None,
    };
    evaluation(blobs, manifest, private).await
}

/// Keeps content from being loaded until the transaction ends: data files are stored before any row refers to them.
pub async fn hold(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    store::lock(conn).await
}

async fn install_one(
    conn: &mut PgConnection,
    blobs: &Blobs,
    exercise: &Exercise,
    course: Option<&Slug>,
    now: DateTime<Utc>,
) -> Result<bool, CatalogueError> {
    for file in &exercise.manifest.data {
        if !blobs.contains(&digest(file)?).await? {
            blobs.put(Bytes::from(exercise.read_data(file)?)).await?;
        }
    }
    let mut starter = Vec::new();
    for file in &exercise.starter {
        let sha256 = blobs.put(Bytes::from(file.bytes.clone())).await?;
        starter.push(Starter { name: file.name.clone(), sha256, bytes: file.bytes.len() as u64 });
    }
    let texts = Texts {
        title: exercise.manifest.title.clone(),
        summary: exercise.manifest.summary.clone(),
        statement: exercise.statement.clone(),
        starter,
    };
    store::insert_version(conn, exercise, now).await?;
    Ok(store::offer(conn, exercise, &texts, course, now).await?)
}

/// What exercise versions are graded on, each read once and shared by all who grade or show results.
pub struct Evaluations {
    pool: PgPool,
    blobs: Blobs,
    known: Mutex<HashMap<String, Known>>,
}

/// An evaluation and what it was made from.
struct Known {
    slug: String,
    manifest: Manifest,
    private: Option<String>,
    evaluation: Arc<Evaluation>,
}

impl Evaluations {
    /// Nothing is read yet.
    pub fn new(pool: PgPool, blobs: Blobs) -> Self {
        Self { pool, blobs, known: Mutex::default() }
    }

    /// What models for `version` are graded on; private samples that were added meanwhile are taken in.
    pub async fn get(&self, version: &str) -> Result<Arc<Evaluation>, CatalogueError> {
        let mut known = self.known.lock().await;
        let (slug, manifest) = match known.get(version) {
            Some(found) if !found.is_private() => return Ok(Arc::clone(&found.evaluation)),
            Some(found) => (found.slug.clone(), found.manifest.clone()),
            None => {
                let stored = store::version_with_slug(&self.pool, version).await?;
                stored.ok_or_else(|| CatalogueError::UnknownVersion(version.to_owned()))?
            }
        };
        let private = match manifest.sealed {
            Some(Sealed::Private { .. }) => store::private_set(&self.pool, &slug).await?,
            Some(Sealed::Variants { .. }) | None => None,
        };
        let set = private.as_ref().map(|(set, _)| set.clone());
        if let Some(found) = known.get(version).filter(|found| found.private == set) {
            return Ok(Arc::clone(&found.evaluation));
        }
        let private = match private {
            Some(private) => Some(private::active(&self.blobs, &manifest, private).await?),
            None => None,
        };
        let evaluation = Arc::new(evaluation(&self.blobs, &manifest, private).await?);
        let made = Known { slug, manifest, private: set, evaluation: Arc::clone(&evaluation) };
        known.insert(version.to_owned(), made);
        Ok(evaluation)
    }
}

impl Known {
    fn is_private(&self) -> bool {
        matches!(self.manifest.sealed, Some(Sealed::Private { .. }))
    }
}

/// What models for `manifest` are graded on, read from blob storage; every hash is checked.
async fn evaluation(
    blobs: &Blobs,
    manifest: &Manifest,
    private: Option<Private>,
) -> Result<Evaluation, CatalogueError> {
    let files = Stored::read(blobs, &manifest.data).await?;
    let manifest = manifest.clone();
    // Unpacking takes a while, and web servers have other things to do on this thread.
    let made = spawn_blocking(move || data::evaluation(&manifest, |file| files.get(file), private));
    Ok(made.await??)
}

/// The folder below `root` with the public files of an exercise, for scripts; written from blob storage if need be.
pub async fn training_folder(blobs: &Blobs, manifest: &Manifest, root: PathBuf) -> Result<PathBuf, CatalogueError> {
    if let Some(folder) = training::existing(&root, manifest) {
        return Ok(folder);
    }
    let public: Vec<DataFile> = manifest.public_data().cloned().collect();
    let files = Stored::read(blobs, &public).await?;
    let manifest = manifest.clone();
    Ok(spawn_blocking(move || training::folder(&root, &manifest, |file| files.get(file))).await??)
}

/// Data files in memory, by their hash.
pub(super) struct Stored(HashMap<String, Vec<u8>>);

impl Stored {
    /// Reads these files from blob storage.
    pub(super) async fn read(blobs: &Blobs, files: &[DataFile]) -> Result<Self, CatalogueError> {
        let mut stored = HashMap::new();
        for file in files {
            stored.insert(file.sha256.clone(), data_file(blobs, file).await?);
        }
        Ok(Self(stored))
    }

    /// The bytes of one of them.
    pub(super) fn get(&self, file: &DataFile) -> Result<Vec<u8>, ContentError> {
        let missing = || ContentError::Data { file: file.file.clone(), message: "is not in blob storage".into() };
        self.0.get(&file.sha256).cloned().ok_or_else(missing)
    }
}

/// The bytes of a data file, from blob storage.
pub async fn data_file(blobs: &Blobs, file: &DataFile) -> Result<Vec<u8>, CatalogueError> {
    let bytes = blobs.get(&digest(file)?).await?;
    bytes.map(|bytes| bytes.to_vec()).ok_or_else(|| CatalogueError::MissingData(file.file.clone()))
}

fn digest(file: &DataFile) -> Result<Sha256, ContentError> {
    let wrong =
        |error: crate::blobs::InvalidDigest| ContentError::Data { file: file.file.clone(), message: error.to_string() };
    file.sha256.parse().map_err(wrong)
}
