//! SQL of what scripts print, and of wishes to stop.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use crate::grading::script::log::Point;
use crate::ids::{PersonId, RunId, SubmissionId};

pub(super) async fn write(
    conn: &mut PgConnection,
    run: RunId,
    submission: SubmissionId,
    (tail, log, points): (&str, Option<&str>, &[Point]),
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO training_logs (run_id, submission_id, tail, log, points, written_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (run_id) DO UPDATE SET tail = $3, log = COALESCE($4, training_logs.log), points = $5, written_at = $6",
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

/// Removes what the scripts of a person printed.
pub async fn forget(conn: &mut PgConnection, person: PersonId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM training_logs WHERE submission_id IN (SELECT id FROM submissions WHERE person_id = $1)",
        person.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Seconds until a script with so many ahead of it begins, by the median of the last 50 runs of scripts and the slots of
/// workers that were seen lately; `None` where no run or no slot is known.
pub async fn expected_seconds(
    executor: impl PgExecutor<'_>,
    ahead: i64,
    now: DateTime<Utc>,
) -> Result<Option<f64>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FROM (
                       SELECT extract(epoch FROM r.finished_at - r.started_at)::double precision AS seconds
                       FROM grading_runs r JOIN submissions s ON s.id = r.submission_id
                       WHERE s.kind = 'script' AND r.state = 'done' AND r.finished_at > r.started_at
                       ORDER BY r.id DESC LIMIT 50) AS latest)
                  * ceil(($1::bigint + 1)::double precision / NULLIF((
                       SELECT sum(script_slots) FROM workers WHERE seen_at > $2), 0)::double precision) AS seconds"#,
        ahead,
        now - TimeDelta::minutes(2),
    )
    .fetch_one(executor)
    .await
}
