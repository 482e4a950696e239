//! SQL of what operators and instructors see of grading: burials, runs, totals.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use crate::grading::protocol::Check;
use crate::ids::{Slug, SubmissionId};

/// When and after how many runs a submission was given up.
#[derive(Debug, Clone, Copy)]
pub struct Burial {
    /// Runs it had then.
    pub runs: i32,
    /// When it was queued again.
    pub retried_at: Option<DateTime<Utc>>,
}

pub(in crate::results) async fn burial(
    conn: &mut PgConnection,
    submission: SubmissionId,
) -> Result<Option<Burial>, sqlx::Error> {
    sqlx::query_as!(Burial, "SELECT runs, retried_at FROM buried_jobs WHERE submission_id = $1", submission.0)
        .fetch_optional(conn)
        .await
}

pub(in crate::results) async fn bury(
    conn: &mut PgConnection,
    submission: SubmissionId,
    reason: &str,
    runs: i32,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO buried_jobs (submission_id, reason, runs, buried_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (submission_id) DO UPDATE SET reason = $2, runs = $3, buried_at = $4, retried_at = NULL",
        submission.0,
        reason,
        runs,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(in crate::results) async fn unbury(
    conn: &mut PgConnection,
    submission: SubmissionId,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let result = sqlx::query!(
        "UPDATE buried_jobs SET retried_at = $2 WHERE submission_id = $1 AND retried_at IS NULL",
        submission.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// A submission that we could not grade.
#[derive(Debug)]
pub struct Buried {
    /// The submission.
    pub submission: SubmissionId,
    /// To which exercise.
    pub exercise: Slug,
    /// The last fault.
    pub reason: String,
    /// Runs it had.
    pub runs: i32,
    /// When it was given up.
    pub buried_at: DateTime<Utc>,
}

/// Submissions that wait for an administrator, oldest first.
pub async fn buried(executor: impl PgExecutor<'_>) -> Result<Vec<Buried>, sqlx::Error> {
    sqlx::query_as!(
        Buried,
        r#"SELECT b.submission_id AS "submission: SubmissionId", s.exercise_slug AS "exercise: Slug", b.reason, b.runs,
                  b.buried_at
           FROM buried_jobs b JOIN submissions s ON s.id = b.submission_id
           WHERE b.retried_at IS NULL ORDER BY b.buried_at LIMIT 200"#,
    )
    .fetch_all(executor)
    .await
}

/// The burial of one submission that waits for an administrator.
pub async fn buried_job(
    executor: impl PgExecutor<'_>,
    submission: SubmissionId,
) -> Result<Option<Buried>, sqlx::Error> {
    sqlx::query_as!(
        Buried,
        r#"SELECT b.submission_id AS "submission: SubmissionId", s.exercise_slug AS "exercise: Slug", b.reason, b.runs,
                  b.buried_at
           FROM buried_jobs b JOIN submissions s ON s.id = b.submission_id
           WHERE b.submission_id = $1 AND b.retried_at IS NULL"#,
        submission.0,
    )
    .fetch_optional(executor)
    .await
}

/// A run that a worker holds now, or held last.
#[derive(Debug)]
pub struct Run {
    /// The submission.
    pub submission: SubmissionId,
    /// Host and process of the worker.
    pub worker: String,
    /// running, done, failed or lost.
    pub state: String,
    /// When it was claimed.
    pub started_at: DateTime<Utc>,
    /// Last sign of life.
    pub heartbeat_at: DateTime<Utc>,
    /// What failed, where it was our fault.
    pub error: Option<String>,
}

/// The latest runs, newest first.
pub async fn runs(executor: impl PgExecutor<'_>, limit: i64) -> Result<Vec<Run>, sqlx::Error> {
    sqlx::query_as!(
        Run,
        r#"SELECT submission_id AS "submission: SubmissionId", worker, state, started_at, heartbeat_at, error
           FROM grading_runs ORDER BY id DESC LIMIT $1"#,
        limit,
    )
    .fetch_all(executor)
    .await
}

/// How an exercise goes for those who submit to it.
#[derive(Debug)]
pub struct Totals {
    /// The exercise.
    pub exercise: Slug,
    /// Graded submissions.
    pub graded: i64,
    /// People with at least one graded submission.
    pub people: i64,
    /// People who passed.
    pub passed: i64,
}

/// Totals of every exercise.
pub async fn totals(executor: impl PgExecutor<'_>) -> Result<Vec<Totals>, sqlx::Error> {
    sqlx::query_as!(
        Totals,
        r#"SELECT s.exercise_slug AS "exercise: Slug", count(*) AS "graded!", count(DISTINCT s.person_id) AS "people!",
                  count(DISTINCT s.person_id) FILTER (WHERE g.verdict = 'passed') AS "passed!"
           FROM submissions s
           JOIN publications p ON p.submission_id = s.id AND p.superseded_at IS NULL
           JOIN gradings g ON g.id = p.grading_id
           GROUP BY s.exercise_slug ORDER BY s.exercise_slug"#,
    )
    .fetch_all(executor)
    .await
}

/// A process that grades, as it described itself.
#[derive(Debug)]
pub struct WorkerRow {
    /// Host and process.
    pub name: String,
    /// Gradings at once.
    pub slots: i32,
    /// Tier of isolation that its self-test found.
    pub tier: String,
    /// The attacks that were tried, and what came of each.
    pub checks: Json<Vec<Check>>,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// Last sign of life.
    pub seen_at: DateTime<Utc>,
    /// Scripts at once.
    pub script_slots: i32,
    /// How scripts are kept apart, or why they cannot be run.
    pub script_tier: String,
    /// Python environments that are ready there.
    pub environments: Vec<String>,
}

/// A worker describes itself; those not seen for a day are forgotten.
pub async fn announce(
    conn: &mut PgConnection,
    name: &str,
    slots: usize,
    (tier, checks): (&str, &[Check]),
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM workers WHERE seen_at < $1", now - TimeDelta::days(1)).execute(&mut *conn).await?;
    sqlx::query!(
        "INSERT INTO workers (name, slots, tier, checks, started_at, seen_at) VALUES ($1, $2, $3, $4, $5, $5)
         ON CONFLICT (name) DO UPDATE SET slots = $2, tier = $3, checks = $4, started_at = $5, seen_at = $5",
        name,
        i32::try_from(slots).unwrap_or(i32::MAX),
        tier,
        Json(checks) as _,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A worker is still there, and these environments are ready.
pub async fn seen(
    executor: impl PgExecutor<'_>,
    name: &str,
    (script_slots, script_tier, environments): (usize, &str, &[String]),
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE workers SET seen_at = $2, script_slots = $3, script_tier = $4, environments = $5 WHERE name = $1",
        name,
        now,
        i32::try_from(script_slots).unwrap_or(i32::MAX),
        script_tier,
        environments,
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// Names of the environments that are ready on a worker which lives.
pub async fn ready_environments(executor: impl PgExecutor<'_>, now: DateTime<Utc>) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT DISTINCT unnest(environments) AS "name!" FROM workers WHERE script_slots > 0 AND seen_at > $1"#,
        now - TimeDelta::minutes(2),
    )
    .fetch_all(executor)
    .await
}

/// A worker has ended.
pub async fn gone(executor: impl PgExecutor<'_>, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM workers WHERE name = $1", name).execute(executor).await?;
    Ok(())
}

/// Every worker that was seen lately.
pub async fn workers(executor: impl PgExecutor<'_>) -> Result<Vec<WorkerRow>, sqlx::Error> {
    sqlx::query_as!(
        WorkerRow,
        r#"SELECT name, slots, tier, checks AS "checks: Json<Vec<Check>>", started_at, seen_at,
                  script_slots, script_tier, environments
           FROM workers ORDER BY name"#,
    )
    .fetch_all(executor)
    .await
}
