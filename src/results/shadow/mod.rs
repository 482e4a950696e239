//! Submissions graded again on trial, against any version of their exercise: nobody but instructors sees what comes of it,
//! and it changes nothing until it is published.
//!
//! Where the version asks the same of a model, its stored predictions are scored again and nothing runs; else the model is
//! run again. The work is done in small jobs, one at a time and behind everything that somebody waits for.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::regrading::{self, Worse};
use super::{Origin, ResultError};
use crate::blobs::Sha256;
use crate::exercises::catalogue;
use crate::exercises::comparison::same_predictions;
use crate::exercises::manifest::Manifest;
use crate::grading::report::{CorrectSamples, Report};
use crate::ids::{GradingId, PersonId, RegradingId, ShadowId, Slug, SubmissionId};
use crate::queue;

pub mod comparison;
mod store;

use comparison::{Compared, Move, compare};
pub use store::{Counts, Listed, counts, find, of_exercise, versions};

/// Most submissions of one shadow.
pub const MOST: usize = 50_000;

/// A trial.
#[derive(Debug, Clone)]
pub struct Shadow {
    /// Its id.
    pub id: ShadowId,
    /// The exercise.
    pub exercise: Slug,
    /// The version that is tried.
    pub version: String,
    /// Who asked for it; `None` once their account is deleted.
    pub by: Option<String>,
    /// When.
    pub made_at: DateTime<Utc>,
    /// When it was stopped.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// When it was put aside.
    pub discarded_at: Option<DateTime<Utc>>,
    /// When its results became real.
    pub published_at: Option<DateTime<Utc>>,
}

impl Shadow {
    /// Whether nothing of it is still to begin.
    pub fn is_stopped(&self) -> bool {
        self.cancelled_at.is_some() || self.is_over()
    }

    /// Whether it was discarded or published.
    pub fn is_over(&self) -> bool {
        self.discarded_at.is_some() || self.published_at.is_some()
    }
}

/// How a submission is graded again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "TEXT", rename_all = "lowercase")]
pub enum Way {
    /// Its stored predictions are scored again.
    Rescore,
    /// Its model is run again.
    Rerun,
}

/// Why nothing was made, ended or published.
#[derive(Debug, thiserror::Error)]
pub enum ShadowError {
    /// None of the chosen submissions has a result.
    #[error("nothing to grade again")]
    Nothing,
    /// More than [`MOST`].
    #[error("too many submissions")]
    TooMany,
    /// It was discarded or published before.
    #[error("the trial is over")]
    Over,
    /// It still works, or was stopped in the middle.
    #[error("the trial is not complete")]
    Incomplete,
    /// The queue, PostgreSQL or a report.
    #[error(transparent)]
    Result(#[from] ResultError),
}

impl From<sqlx::Error> for ShadowError {
    fn from(error: sqlx::Error) -> Self {
        Self::Result(error.into())
    }
}

impl From<queue::QueueError> for ShadowError {
    fn from(error: queue::QueueError) -> Self {
        Self::Result(error.into())
    }
}

/// What is to be graded again, and against what.
#[derive(Debug)]
pub struct Wish<'a> {
    /// The exercise.
    pub exercise: &'a Slug,
    /// Any version of it.
    pub version: &'a str,
    /// What that version asks.
    pub manifest: &'a Manifest,
    /// The submissions; those of other exercises and those without a result are left out.
    pub submissions: &'a [SubmissionId],
    /// Whether every model is run again, even where its predictions would do: after the grader changed.
    pub rerun: bool,
}

/// Makes a shadow and queues its first job.
pub async fn make(
    conn: &mut PgConnection,
    wish: &Wish<'_>,
    by: PersonId,
    now: DateTime<Utc>,
) -> Result<ShadowId, ShadowError> {
    if wish.submissions.len() > MOST {
        return Err(ShadowError::TooMany);
    }
    let mut comparable = Vec::new();
    for version in store::graded_versions(&mut *conn, wish.exercise).await? {
        let manifest = catalogue::version(&mut *conn, &version).await?;
        if !wish.rerun && manifest.is_some_and(|manifest| same_predictions(&manifest, wish.manifest)) {
            comparable.push(version);
        }
    }
    let id = ShadowId::new(now);
    store::insert(conn, id, wish, by, now).await?;
    let chosen = store::choose(conn, id, wish, &comparable).await?;
    if chosen == 0 {
        return Err(ShadowError::Nothing);
    }
    queue::enqueue_shadow(conn, id).await?;
    Ok(id)
}

/// One submission that is graded again, with the grading that it is compared with.
#[derive(Debug)]
pub struct Item {
    /// The submission.
    pub submission: SubmissionId,
    /// Whether it used an attempt; that stays so.
    pub counts: bool,
    /// The report of the grading that stood.
    pub report: Report,
    /// Its correct samples.
    pub correct: Option<CorrectSamples>,
    /// Its predictions, in blob storage.
    pub predictions: Option<Sha256>,
    /// Its predictions on the sealed samples.
    pub sealed_predictions: Option<Sha256>,
    /// Names the sealed samples.
    pub seal: Option<String>,
}

impl Item {
    /// Nothing would come out otherwise.
    pub fn unchanged(self, origin: Origin) -> Found {
        let Self { submission, counts, report, correct, predictions, sealed_predictions, seal } = self;
        Found { submission, origin, counts, report, correct, predictions, sealed_predictions, seal }
    }
}

/// What came of one submission.
#[derive(Debug)]
pub struct Found {
    /// The submission.
    pub submission: SubmissionId,
    /// How it came about.
    pub origin: Origin,
    /// Whether the submission used an attempt.
    pub counts: bool,
    /// The report.
    pub report: Report,
    /// Its correct samples.
    pub correct: Option<CorrectSamples>,
    /// The predictions.
    pub predictions: Option<Sha256>,
    /// The predictions on the sealed samples.
    pub sealed_predictions: Option<Sha256>,
    /// Names the sealed samples.
    pub seal: Option<String>,
}

/// The next small piece of work.
#[derive(Debug)]
pub enum Work {
    /// Stored predictions to be scored.
    Rescore(Vec<Item>),
    /// One model to be run.
    Rerun(Box<Item>),
}

/// What is to be done next: at most `most` to be scored again, or one to be run; `None` when there is nothing more.
pub async fn next(conn: &mut PgConnection, shadow: &Shadow, most: i64) -> Result<Option<Work>, ResultError> {
    if shadow.is_stopped() {
        return Ok(None);
    }
    let items = store::waiting(conn, shadow.id, Way::Rescore, most).await?;
    if !items.is_empty() {
        return Ok(Some(Work::Rescore(items)));
    }
    let item = store::waiting(conn, shadow.id, Way::Rerun, 1).await?.pop();
    Ok(item.map(|item| Work::Rerun(Box::new(item))))
}

/// Writes down what was found, has those run of which predictions could not be scored, and queues the next job.
pub async fn record(
    conn: &mut PgConnection,
    shadow: &Shadow,
    (found, to_run): (Vec<Found>, &[SubmissionId]),
    now: DateTime<Utc>,
) -> Result<(), ResultError> {
    store::insert_found(conn, shadow.id, found, now).await?;
    store::have_run(conn, shadow.id, to_run).await?;
    queue::enqueue_shadow(conn, shadow.id).await?;
    Ok(())
}

/// Stops what has not begun.
pub async fn cancel(conn: &mut PgConnection, id: ShadowId, now: DateTime<Utc>) -> Result<(), ShadowError> {
    if store::cancel(conn, id, now).await? { Ok(()) } else { Err(ShadowError::Over) }
}

/// Puts a trial aside; nothing follows from it.
pub async fn discard(conn: &mut PgConnection, id: ShadowId, now: DateTime<Utc>) -> Result<(), ShadowError> {
    if store::discard(conn, id, now).await? { Ok(()) } else { Err(ShadowError::Over) }
}

/// Makes the results of a complete trial real, where they differ from those that stand: each takes the place of the other,
/// with the reason that its learner reads. Those that would get worse may be spared; what a person decided, and what was
/// changed since, stays. Returns what was published.
pub async fn publish(
    conn: &mut PgConnection,
    shadow: &Shadow,
    worse: Worse,
    (by, reason): (PersonId, &str),
    now: DateTime<Utc>,
) -> Result<Vec<Compared>, ShadowError> {
    // The row is locked until the transaction ends: nobody publishes or discards it at the same time.
    if !store::end_published(conn, shadow.id, now).await? {
        return Err(ShadowError::Over);
    }
    if shadow.cancelled_at.is_some() {
        return Err(ShadowError::Incomplete);
    }
    let mut moved = compare(&mut *conn, shadow.id).await?;
    if moved.iter().any(|found| found.movement() == Move::Waiting) {
        return Err(ShadowError::Incomplete);
    }
    moved.retain(|found| found.is_published(worse));
    let standing: Vec<GradingId> = moved.iter().map(|found| found.grading).collect();
    let freed: HashSet<SubmissionId> = regrading::store::supersede(conn, &standing, now).await?.into_iter().collect();
    moved.retain(|found| freed.contains(&found.submission));
    let rows: Vec<store::Publication> = moved
        .iter()
        .map(|found| store::Publication {
            submission: found.submission,
            before: found.grading,
            after: GradingId::new(now),
            regrading: RegradingId::new(now),
        })
        .collect();
    store::publish(conn, shadow, &rows, (by, reason), now).await?;
    Ok(moved)
}
