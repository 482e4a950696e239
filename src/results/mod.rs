//! Gradings, scores and verdicts of submissions, and what counts as an attempt.
//!
//! A run is claimed with a fresh lease token; only the holder of that token can record its result, so that a worker
//! that was thought dead and comes back changes nothing. What a page shows is derived from runs and gradings.

use chrono::{DateTime, Duration, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::blobs::Sha256;
use crate::db;
use crate::grading::report::{CorrectSamples, Report};
use crate::grading::verdict::Verdict;
use crate::ids::{self, GradingId, RunId, SubmissionId};
use crate::queue::QueueError;
use crate::submissions::{self, Kind, Submission};

pub mod attempts;
pub mod inspection;
pub mod news;
pub mod operations;
pub mod regrading;
pub mod retention;
pub mod retraining;
pub mod reviews;
pub mod shadow;
pub mod status;
pub mod training;
mod runs;
mod store;

pub use store::{Reusable, RunRow, best_passed, latest, published, uncounted_since};

/// A run without a sign of life for this long is lost; three missed heartbeats.
pub const LEASE: Duration = Duration::seconds(15);
/// Runs of one submission that may fail by our fault before it is buried.
pub const MAX_RUNS: i32 = 5;

/// What came of asking for a submission's next run.
#[derive(Debug)]
pub enum Claim {
    /// The run is ours.
    Run(Lease),
    /// There is nothing to do: the submission is graded, or buried.
    Finished,
    /// Another worker is at it and alive; look again later.
    Busy,
    /// It failed too often by our fault; it is buried now.
    Buried,
}

/// The right to record one run's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The run.
    pub run: RunId,
    /// First, second, … run of this submission.
    pub number: i32,
    token: Uuid,
}

/// Why a result could not be recorded.
#[derive(Debug, thiserror::Error)]
pub enum ResultError {
    /// The lease is no longer ours: the run was given to another worker. Nothing was written.
    #[error("the lease of run {0} is no longer held")]
    Stale(RunId),
    /// PostgreSQL refused.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The queue refused.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The report could not be written as JSON.
    #[error("report: {0}")]
    Report(#[from] serde_json::Error),
}

/// Claims the next run of `submission` for `worker`, in a short transaction of the caller.
pub async fn claim(
    conn: &mut PgConnection,
    submission: &Submission,
    worker: &str,
    now: DateTime<Utc>,
) -> Result<Claim, ResultError> {
    runs::store::lock_runs(conn, submission.id).await?;
    if published(&mut *conn, submission.id).await?.is_some() {
        return Ok(Claim::Finished);
    }
    let burial = operations::store::burial(conn, submission.id).await?;
    if burial.is_some_and(|burial| burial.retried_at.is_none()) {
        return Ok(Claim::Finished);
    }
    if let Some((run, heartbeat)) = runs::store::running(conn, submission.id).await? {
        if now - heartbeat < LEASE {
            return Ok(Claim::Busy);
        }
        runs::store::lose(conn, run, now).await?;
    }
    let number = runs::store::run_count(conn, submission.id).await? + 1;
    let before = burial.map_or(0, |burial| burial.runs);
    if number - before > MAX_RUNS {
        let last = runs::store::last_error(conn, submission.id).await?;
        operations::store::bury(conn, submission.id, last.as_deref().unwrap_or("the worker was lost"), number - 1, now)
            .await?;
        return Ok(Claim::Buried);
    }
    let lease = Lease { run: RunId::new(now), number, token: ids::lease_token() };
    runs::store::insert_run(conn, lease.run, submission.id, number, lease.token, worker, now).await?;
    Ok(Claim::Run(lease))
}

/// A sign of life, with how far the run is; fails when the lease is gone, and the run should then stop.
pub async fn heartbeat(
    conn: &mut PgConnection,
    lease: &Lease,
    progress: (i32, i32),
    now: DateTime<Utc>,
) -> Result<(), ResultError> {
    held(runs::store::beat(conn, lease.run, lease.token, progress, now).await, lease)
}

/// What a run produced.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// The submission that was graded.
    pub submission: &'a Submission,
    /// The report.
    pub report: &'a Report,
    /// Which samples were labelled correctly.
    pub correct: Option<&'a CorrectSamples>,
    /// The raw predictions, in blob storage.
    pub predictions: Option<Sha256>,
    /// The raw predictions on the sealed samples, in blob storage.
    pub sealed_predictions: Option<Sha256>,
    /// Names the sealed samples; `None` where the exercise has none.
    pub seal: Option<&'a str>,
}

/// Appends the grading, publishes it and completes the run, all in the caller's transaction.
pub async fn record(
    conn: &mut PgConnection,
    lease: &Lease,
    outcome: &Outcome<'_>,
    now: DateTime<Utc>,
) -> Result<GradingId, ResultError> {
    held(runs::store::finish(conn, lease.run, lease.token, now).await, lease)?;
    // A script trains anew each time, and may come out otherwise.
    let is_script = outcome.submission.kind == Kind::Script;
    let is_repeat = !is_script && store::was_graded_before(conn, outcome.submission).await?;
    let grading = GradingId::new(now);
    let counts = attempts::uses_one(outcome.report) && !is_repeat;
    store::insert_grading(conn, grading, lease.run, outcome, counts, now).await?;
    store::publish(conn, outcome.submission, grading, now).await?;
    news::tell(conn, outcome.submission.id).await?;
    Ok(grading)
}

/// Ends the run with a fault of ours; true when that was the last try and the submission is buried.
pub async fn fail(
    conn: &mut PgConnection,
    lease: &Lease,
    submission: SubmissionId,
    error: &str,
    now: DateTime<Utc>,
) -> Result<bool, ResultError> {
    held(runs::store::fail(conn, lease.run, lease.token, error, now).await, lease)?;
    let before = operations::store::burial(conn, submission).await?.map_or(0, |burial| burial.runs);
    let is_last = lease.number - before >= MAX_RUNS;
    if is_last {
        operations::store::bury(conn, submission, error, lease.number, now).await?;
    }
    Ok(is_last)
}

/// A grading of the same bytes under the same options, exercise version and grader, if one may be used again.
pub async fn reusable(
    conn: &mut PgConnection,
    submission: &Submission,
    grader_version: &str,
    seal: Option<&str>,
) -> Result<Option<Reusable>, sqlx::Error> {
    store::same_work(conn, submission, grader_version, seal).await
}

/// Queues a buried submission again; false when it is not buried.
pub async fn retry(conn: &mut PgConnection, submission: SubmissionId, now: DateTime<Utc>) -> Result<bool, ResultError> {
    let is_buried = operations::store::unbury(conn, submission, now).await?;
    if is_buried && let Some(found) = submissions::find(&mut *conn, submission).await? {
        submissions::enqueue(conn, submission, found.person, found.kind).await?;
    }
    Ok(is_buried)
}

/// A published grading, as pages and the API show it.
#[derive(Debug, Clone)]
pub struct Published {
    /// The grading.
    pub id: GradingId,
    /// The exercise version it was graded against.
    pub version: String,
    /// How it came about.
    pub origin: Origin,
    /// How it ended.
    pub verdict: Verdict,
    /// Whether it used one of the learner's attempts.
    pub counts: bool,
    /// The whole report.
    pub report: Report,
    /// Which samples were labelled correctly.
    pub correct: Option<CorrectSamples>,
    /// Raw predictions, in blob storage.
    pub predictions: Option<Sha256>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
}

/// How a grading came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "TEXT", rename_all = "lowercase")]
pub enum Origin {
    /// The submission was graded after it came in.
    Run,
    /// Its stored predictions were scored again.
    Rescore,
    /// Its model was run again in a shadow.
    Rerun,
    /// A person decided.
    Decision,
}

fn held(result: Result<sqlx::postgres::PgQueryResult, sqlx::Error>, lease: &Lease) -> Result<(), ResultError> {
    db::one_row(&result?).map_err(|_| ResultError::Stale(lease.run))
}
