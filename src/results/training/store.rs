//! SQL of what scripts print, and of wishes to stop.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use crate::grading::script::log::Point;
use crate::ids::{RunId, SubmissionId};

pub(super) async fn write(
    conn: &mut PgConnection,
    run: RunId,
    submission: SubmissionId,
    (tail, log, points): (&str, Option<&str>, &[Point]),
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO training_logs (run_id, submission_id, tail, log, points, written_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (run_id) DO UPDATE SET tail = $3, log = $4, points = $5, written_at = $6",
        run.0,
        submission.0,
        tail,
        log,
        Json(points) as _,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What a script printed, as pages show it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The last lines.
    pub tail: String,
    /// Everything, once it has ended.
    pub log: Option<String>,
    /// Points of the learning curve.
    pub points: Json<Vec<Point>>,
}

/// What the latest run of a script printed.
pub async fn of_submission(
    executor: impl PgExecutor<'_>,
    submission: SubmissionId,
) -> Result<Option<Shown>, sqlx::Error> {
    sqlx::query_as!(
        Shown,
        r#"SELECT l.tail, l.log, l.points AS "points: Json<Vec<Point>>"
           FROM training_logs l JOIN grading_runs r ON r.id = l.run_id
           WHERE l.submission_id = $1 ORDER BY r.number DESC LIMIT 1"#,
        submission.0,
    )
    .fetch_optional(executor)
    .await
}

pub(super) async fn ask(
    conn: &mut PgConnection,
    submission: SubmissionId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO cancellations (submission_id, asked_at) VALUES ($1, $2) ON CONFLICT (submission_id) DO NOTHING",
        submission.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether the owner of a submission no longer wants it graded.
pub async fn cancellation(executor: impl PgExecutor<'_>, submission: SubmissionId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM cancellations WHERE submission_id = $1) AS "asked!""#,
        submission.0,
    )
    .fetch_one(executor)
    .await
}
