//! SQL of runs: claimed with a lease token, finished by whoever still holds it.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::PgQueryResult;
use uuid::Uuid;

use crate::ids::{RunId, SubmissionId};

pub(in crate::results) async fn lock_runs(
    conn: &mut PgConnection,
    submission: SubmissionId,
) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", format!("grade {submission}"))
        .execute(conn)
        .await?;
    Ok(())
}

pub(in crate::results) async fn running(
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

pub(in crate::results) struct Running {
    pub number: i32,
    pub done: i32,
    pub total: i32,
    pub started_at: DateTime<Utc>,
}

pub(in crate::results) async fn running_progress(
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

pub(in crate::results) async fn lose(
    conn: &mut PgConnection,
    run: RunId,
    now: DateTime<Utc>,
) -> Result<PgQueryResult, sqlx::Error> {
    sqlx::query!("UPDATE grading_runs SET state = 'lost', finished_at = $2 WHERE id = $1", run.0, now)
        .execute(conn)
        .await
}

pub(in crate::results) async fn run_count(
    conn: &mut PgConnection,
    submission: SubmissionId,
) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT count(*)::int AS "count!" FROM grading_runs WHERE submission_id = $1"#, submission.0,)
        .fetch_one(conn)
        .await
}

pub(in crate::results) async fn last_error(
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

pub(in crate::results) async fn insert_run(
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

pub(in crate::results) async fn beat(
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

pub(in crate::results) async fn finish(
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

pub(in crate::results) async fn fail(
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
