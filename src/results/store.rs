//! SQL of runs, gradings and publications.

use chrono::{DateTime, Utc};
use sqlx::postgres::PgQueryResult;
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::{Outcome, Published, ResultError};
use crate::blobs::Sha256;
use crate::grading::report::{CorrectSamples, Report};
use crate::grading::verdict::Verdict;
use crate::ids::{GradingId, PersonId, RunId, Slug, SubmissionId};
use crate::submissions::Submission;

pub(super) async fn lock_runs(conn: &mut PgConnection, submission: SubmissionId) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", format!("grade {submission}"))
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn running(
    conn: &mut PgConnection,
    submission: SubmissionId,
) -> Result<Option<(RunId, DateTime<Utc>)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT id AS "id: RunId", heartbeat_at FROM grading_runs WHERE submission_id = $1 AND state = 'running'"#,
        submission.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.id, row.heartbeat_at)))
}

pub(super) struct Running {
    pub number: i32,
    pub done: i32,
    pub total: i32,
    pub started_at: DateTime<Utc>,
}

pub(super) async fn running_progress(
    conn: &mut PgConnection,
    submission: SubmissionId,
) -> Result<Option<Running>, sqlx::Error> {
    sqlx::query_as!(
        Running,
        "SELECT number, progress_done AS done, progress_total AS total, started_at
         FROM grading_runs WHERE submission_id = $1 AND state = 'running'",
        submission.0,
    )
    .fetch_optional(conn)
    .await
}

pub(super) async fn lose(
    conn: &mut PgConnection,
    run: RunId,
    now: DateTime<Utc>,
) -> Result<PgQueryResult, sqlx::Error> {
    sqlx::query!("UPDATE grading_runs SET state = 'lost', finished_at = $2 WHERE id = $1", run.0, now)
        .execute(conn)
        .await
}

pub(super) async fn run_count(conn: &mut PgConnection, submission: SubmissionId) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT count(*)::int AS "count!" FROM grading_runs WHERE submission_id = $1"#, submission.0,)
        .fetch_one(conn)
        .await
}

pub(super) async fn last_error(
    conn: &mut PgConnection,
    submission: SubmissionId,
) -> Result<Option<String>, sqlx::Error> {
    let error = sqlx::query_scalar!(
        "SELECT error FROM grading_runs WHERE submission_id = $1 ORDER BY number DESC LIMIT 1",
        submission.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(error.flatten())
}

pub(super) async fn insert_run(
    conn: &mut PgConnection,
    run: RunId,
    submission: SubmissionId,
    number: i32,
    token: Uuid,
    worker: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO grading_runs (id, submission_id, number, lease_token, worker, state, started_at, heartbeat_at)
         VALUES ($1, $2, $3, $4, $5, 'running', $6, $6)",
        run.0,
        submission.0,
        number,
        token,
        worker,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn beat(
    conn: &mut PgConnection,
    run: RunId,
    token: Uuid,
    (done, total): (i32, i32),
    now: DateTime<Utc>,
) -> Result<PgQueryResult, sqlx::Error> {
    sqlx::query!(
        "UPDATE grading_runs SET heartbeat_at = $3, progress_done = $4, progress_total = $5
         WHERE id = $1 AND lease_token = $2 AND state = 'running'",
        run.0,
        token,
        now,
        done,
        total,
    )
    .execute(conn)
    .await
}

pub(super) async fn finish(
    conn: &mut PgConnection,
    run: RunId,
    token: Uuid,
    now: DateTime<Utc>,
) -> Result<PgQueryResult, sqlx::Error> {
    sqlx::query!(
        "UPDATE grading_runs SET state = 'done', finished_at = $3, progress_done = progress_total
         WHERE id = $1 AND lease_token = $2 AND state = 'running'",
        run.0,
        token,
        now,
    )
    .execute(conn)
    .await
}

pub(super) async fn fail(
    conn: &mut PgConnection,
    run: RunId,
    token: Uuid,
    error: &str,
    now: DateTime<Utc>,
) -> Result<PgQueryResult, sqlx::Error> {
    sqlx::query!(
        "UPDATE grading_runs SET state = 'failed', finished_at = $3, error = $4
         WHERE id = $1 AND lease_token = $2 AND state = 'running'",
        run.0,
        token,
        now,
        error,
    )
    .execute(conn)
    .await
}

pub(super) async fn insert_grading(
    conn: &mut PgConnection,
    id: GradingId,
    run: RunId,
    outcome: &Outcome<'_>,
    counts: bool,
    now: DateTime<Utc>,
) -> Result<(), ResultError> {
    let report = outcome.report;
    sqlx::query!(
        "INSERT INTO gradings (id, run_id, submission_id, exercise_version, grader_version, verdict, reason, score,
                               counts, report, correct_bits, predictions_sha256, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        id.0,
        run.0,
        outcome.submission.id.0,
        outcome.submission.version,
        report.grader.version,
        report.verdict.as_str(),
        report.reason.as_str(),
        report.evaluation.as_ref().map(|evaluation| evaluation.score),
        counts,
        serde_json::to_value(report)?,
        outcome.correct.map(|correct| correct.0.as_slice()),
        outcome.predictions.as_ref().map(|digest| digest.as_bytes().as_slice()),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn publish(
    conn: &mut PgConnection,
    submission: &Submission,
    grading: GradingId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO publications (submission_id, exercise_version, grading_id, published_at) VALUES ($1, $2, $3, $4)",
        submission.id.0,
        submission.version,
        grading.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether the same person was already graded on the same bytes and options: a repeat uses no attempt.
pub(super) async fn was_graded_before(conn: &mut PgConnection, submission: &Submission) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM submissions s JOIN publications p ON p.submission_id = s.id
                          WHERE s.person_id = $1 AND s.id <> $2 AND s.exercise_version = $3
                            AND s.model_sha256 = $4 AND s.scale = $5) AS "was!""#,
        submission.person.0,
        submission.id.0,
        submission.version,
        submission.model.as_bytes().as_slice(),
        submission.scale,
    )
    .fetch_one(conn)
    .await
}

/// A grading that stands for other submissions of the same work.
#[derive(Debug)]
pub struct Reusable {
    /// Its report.
    pub report: Report,
    /// Which samples were labelled correctly.
    pub correct: Option<CorrectSamples>,
    /// Raw predictions, in blob storage.
    pub predictions: Option<Sha256>,
}

pub(super) async fn same_work(
    conn: &mut PgConnection,
    submission: &Submission,
    grader_version: &str,
) -> Result<Option<Reusable>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT g.report AS "report: Json<Report>", g.correct_bits, g.predictions_sha256
           FROM gradings g JOIN submissions s ON s.id = g.submission_id
           WHERE s.model_sha256 = $1 AND s.scale = $2 AND g.exercise_version = $3 AND g.grader_version = $4
           ORDER BY g.id LIMIT 1"#,
        submission.model.as_bytes().as_slice(),
        submission.scale,
        submission.version,
        grader_version,
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(Reusable {
            report: row.report.0,
            correct: row.correct_bits.map(CorrectSamples),
            predictions: digest(row.predictions_sha256)?,
        })
    })
    .transpose()
}

fn digest(bytes: Option<Vec<u8>>) -> Result<Option<Sha256>, sqlx::Error> {
    bytes
        .map(|bytes| Sha256::try_from(bytes.as_slice()))
        .transpose()
        .map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

struct PublishedRow {
    id: GradingId,
    counts: bool,
    report: Json<Report>,
    correct_bits: Option<Vec<u8>>,
    predictions_sha256: Option<Vec<u8>>,
    created_at: DateTime<Utc>,
}

/// The grading that stands for `submission` under the version it was pinned to.
pub async fn published(
    executor: impl PgExecutor<'_>,
    submission: SubmissionId,
) -> Result<Option<Published>, sqlx::Error> {
    let row = sqlx::query_as!(
        PublishedRow,
        r#"SELECT g.id AS "id: GradingId", g.counts, g.report AS "report: Json<Report>", g.correct_bits,
                  g.predictions_sha256, g.created_at
           FROM publications p JOIN gradings g ON g.id = p.grading_id
           JOIN submissions s ON s.id = p.submission_id AND s.exercise_version = p.exercise_version
           WHERE p.submission_id = $1"#,
        submission.0,
    )
    .fetch_optional(executor)
    .await?;
    row.map(|row| {
        Ok(Published {
            id: row.id,
            verdict: row.report.verdict,
            counts: row.counts,
            report: row.report.0,
            correct: row.correct_bits.map(CorrectSamples),
            predictions: digest(row.predictions_sha256)?,
            created_at: row.created_at,
        })
    })
    .transpose()
}

/// Times of the attempts since `since`, oldest first; submissions still being graded count as attempts.
pub(super) async fn attempts_since(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    exercise: &Slug,
    since: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT s.created_at FROM submissions s
         LEFT JOIN publications p ON p.submission_id = s.id AND p.exercise_version = s.exercise_version
         LEFT JOIN gradings g ON g.id = p.grading_id
         LEFT JOIN buried_jobs b ON b.submission_id = s.id AND b.retried_at IS NULL
         WHERE s.person_id = $1 AND s.exercise_slug = $2 AND s.created_at > $3
           AND b.submission_id IS NULL AND COALESCE(g.counts, TRUE)
         ORDER BY s.created_at",
        person.0,
        exercise.as_str(),
        since,
    )
    .fetch_all(executor)
    .await
}

/// A submission of somebody's with its published score, for lists.
#[derive(Debug)]
pub struct RunRow {
    /// The submission.
    pub submission: SubmissionId,
    /// How it ended; `None` while it is being graded or when it is buried.
    pub verdict: Option<String>,
    /// Its score.
    pub score: Option<f64>,
}

/// Published verdicts and scores of the given submissions.
pub async fn latest(executor: impl PgExecutor<'_>, submissions: &[SubmissionId]) -> Result<Vec<RunRow>, sqlx::Error> {
    let ids: Vec<Uuid> = submissions.iter().map(|id| id.0).collect();
    sqlx::query_as!(
        RunRow,
        r#"SELECT s.id AS "submission!: SubmissionId", g.verdict AS "verdict?", g.score AS "score?"
           FROM submissions s
           LEFT JOIN publications p ON p.submission_id = s.id AND p.exercise_version = s.exercise_version
           LEFT JOIN gradings g ON g.id = p.grading_id
           WHERE s.id = ANY ($1)"#,
        &ids,
    )
    .fetch_all(executor)
    .await
}

/// The best score with which `person` passed `exercise`, under any version; `None` if they have not.
pub async fn best_passed(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    exercise: &Slug,
) -> Result<Option<f64>, sqlx::Error> {
    let best = sqlx::query_scalar!(
        "SELECT max(g.score) FROM submissions s
         JOIN publications p ON p.submission_id = s.id AND p.exercise_version = s.exercise_version
         JOIN gradings g ON g.id = p.grading_id
         WHERE s.person_id = $1 AND s.exercise_slug = $2 AND g.verdict = $3",
        person.0,
        exercise.as_str(),
        Verdict::Passed.as_str(),
    )
    .fetch_one(executor)
    .await?;
    Ok(best)
}
