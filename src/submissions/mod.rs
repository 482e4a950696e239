//! Immutable submissions and the rules for accepting one.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use crate::blobs::Sha256;
use crate::ids::{ExamAttemptId, PersonId, Slug, SubmissionId};
use crate::queue::{self, QueueError};

pub mod bundle;
mod store;

pub use store::{find, met, of_exercise, of_person, owned};

/// How long an `Idempotency-Key` is remembered.
pub const KEY_LIFETIME: Duration = Duration::hours(24);
/// Storage that one person's files may take, in bytes.
pub const STORAGE_LIMIT: i64 = 2_000_000_000;

/// One submitted file and its circumstances.
#[derive(Debug, Clone)]
pub struct Submission {
    /// Its id.
    pub id: SubmissionId,
    /// Who submitted.
    pub person: PersonId,
    /// To which exercise.
    pub exercise: Slug,
    /// The version it is pinned to.
    pub version: String,
    /// What it is.
    pub kind: Kind,
    /// First, second, … of this person for this exercise.
    pub number: i32,
    /// The file, in blob storage.
    pub model: Sha256,
    /// Its size in bytes.
    pub model_bytes: i64,
    /// Its second file, where the model keeps its weights apart.
    pub weights: Option<SecondFile>,
    /// What its owner called it.
    pub file_name: String,
    /// Declared input scale: `unit`, `raw`, `signed`, `mean,std`, or empty for the exercise's default.
    pub scale: String,
    /// The learner's own note.
    pub note: String,
    /// Where it came in.
    pub source: Source,
    /// What it is for.
    pub context: Context,
    /// When it was received.
    pub created_at: DateTime<Utc>,
}

impl Submission {
    /// Whom or what a sealed evaluation is drawn for: the same person gets the same draw again, and each attempt at an
    /// exam one of its own.
    pub fn seal_subject(&self) -> String {
        match self.context {
            Context::Practice => format!("person {}", self.person),
            Context::Exam { attempt, .. } => format!("exam attempt {attempt}"),
        }
    }
}

/// The second file of a model that keeps its weights apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFile {
    /// The file, in blob storage.
    pub sha256: Sha256,
    /// Its size in bytes.
    pub bytes: i64,
    /// What its owner called it; the model names it so.
    pub name: String,
}

/// What was submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "TEXT", rename_all = "lowercase")]
pub enum Kind {
    /// A trained model.
    Model,
    /// A script that trains one here.
    Script,
}

/// Where a submission came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "TEXT", rename_all = "lowercase")]
pub enum Source {
    /// The page.
    Web,
    /// The API.
    Api,
}

/// What the submission is for; grading does not look inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Context {
    /// Practice, outside of any exam.
    Practice,
    /// A practice part of an attempt at an exam.
    Exam {
        /// The attempt.
        attempt: ExamAttemptId,
        /// The part, from 0.
        part: usize,
    },
}

/// A file that was received and may now be submitted.
#[derive(Debug, Clone)]
pub struct New {
    /// Who submits.
    pub person: PersonId,
    /// To which exercise.
    pub exercise: Slug,
    /// The version to pin.
    pub version: String,
    /// What it is.
    pub kind: Kind,
    /// The file, already in blob storage.
    pub model: Sha256,
    /// Its size in bytes.
    pub model_bytes: i64,
    /// Its second file, already in blob storage.
    pub weights: Option<SecondFile>,
    /// What its owner calls it.
    pub file_name: String,
    /// Declared input scale, or empty.
    pub scale: String,
    /// The learner's own note.
    pub note: String,
    /// Where it came in.
    pub source: Source,
    /// What it is for.
    pub context: Context,
}

/// Proof that this transaction is the only one that submits for this person and exercise.
#[derive(Debug)]
pub struct Turn {
    person: PersonId,
    exercise: Slug,
}

/// Why a submission was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// The person's files take all the storage they may use.
    #[error("storage limit reached")]
    StorageFull,
    /// The same `Idempotency-Key` came earlier with another file or other options.
    #[error("idempotency key reused with another request")]
    KeyReused,
    /// The queue or PostgreSQL refused.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

impl From<sqlx::Error> for SubmitError {
    fn from(error: sqlx::Error) -> Self {
        Self::Queue(QueueError::Database(error))
    }
}

/// Waits until no other transaction submits for this person and exercise; held until the transaction ends.
pub async fn take_turn(conn: &mut PgConnection, person: PersonId, exercise: &Slug) -> Result<Turn, sqlx::Error> {
    store::lock(conn, person, exercise).await?;
    Ok(Turn { person, exercise: exercise.clone() })
}

impl Turn {
    /// Whose turn it is.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// For which exercise.
    pub fn exercise(&self) -> &Slug {
        &self.exercise
    }
}

/// Writes the submission and queues its grading, in the caller's transaction.
pub async fn submit(
    conn: &mut PgConnection,
    turn: Turn,
    new: New,
    now: DateTime<Utc>,
) -> Result<SubmissionId, SubmitError> {
    debug_assert!(turn.person == new.person && turn.exercise == new.exercise, "the turn is for something else");
    let size = new.model_bytes + new.weights.as_ref().map_or(0, |weights| weights.bytes);
    if store::storage_used(conn, new.person).await? + size > STORAGE_LIMIT {
        return Err(SubmitError::StorageFull);
    }
    let id = SubmissionId::new(now);
    store::insert(conn, id, &new, now).await?;
    enqueue(conn, id, new.person, new.kind).await?;
    Ok(id)
}

/// Queues a submission by what it is, in the caller's transaction.
pub async fn enqueue(
    conn: &mut PgConnection,
    id: SubmissionId,
    person: PersonId,
    kind: Kind,
) -> Result<(), QueueError> {
    match kind {
        Kind::Model => queue::enqueue_grading(conn, id).await,
        Kind::Script => queue::enqueue_training(conn, id, person).await,
    }
}

/// The submission that `key` already made for this person, if it came with the same `request` less than a day ago.
pub async fn already_made(
    conn: &mut PgConnection,
    person: PersonId,
    key: &str,
    request: &Sha256,
    now: DateTime<Utc>,
) -> Result<Option<SubmissionId>, SubmitError> {
    store::forget_keys(conn, now - KEY_LIFETIME).await?;
    match store::remembered(conn, person, key).await? {
        Some((digest, submission)) if digest == request.as_bytes() => Ok(Some(submission)),
        Some(_) => Err(SubmitError::KeyReused),
        None => Ok(None),
    }
}

/// Remembers that `key` made `submission`.
pub async fn remember(
    conn: &mut PgConnection,
    person: PersonId,
    key: &str,
    request: &Sha256,
    made: (SubmissionId, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    store::remember(conn, person, key, request, made).await
}
