//! SQL of the queue: adding by the library's own SQL function, and looking at what waits.

use std::time::Duration;

use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};

use super::{GRADE, QueueError, Spec, TRAIN, When};
use crate::ids::{PersonId, SubmissionId};

/// Adds a job; one of the same key that nobody has taken is moved to the new time.
pub(super) async fn add(conn: &mut PgConnection, name: &str, payload: Value, spec: &Spec) -> Result<(), QueueError> {
    let (at, after) = match spec.when {
        When::Now => (None, Duration::ZERO),
        When::After(time) => (None, time),
        When::At(moment) => (Some(moment), Duration::ZERO),
    };
    // The function is the library's public interface for SQL, the same in its JavaScript original.
    sqlx::query!(
        r#"SELECT id AS "id!" FROM graphile_worker.add_job(
               identifier => $1::text, payload => $2::jsonb::json, job_key => $3::text,
               max_attempts => $4::int, priority => $5::int, run_at => coalesce($6::timestamptz, now() + make_interval(secs => $7)),
               queue_name => $8::text)"#,
        name,
        payload,
        spec.key,
        i32::from(spec.tries),
        i32::from(spec.priority),
        at,
        after.as_secs_f64(),
        spec.line,
    )
    .fetch_one(conn)
    .await?;
    Ok(())
}

/// Scripts of one person that wait or run, but this one.
pub(super) async fn other_trainings(
    conn: &mut PgConnection,
    person: PersonId,
    but: SubmissionId,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM graphile_worker._private_jobs job
           JOIN graphile_worker._private_tasks task ON task.id = job.task_id
           WHERE task.identifier = $2 AND job.payload ->> 'person' = $1 AND job.attempts < job.max_attempts
             AND job.payload ->> 'submission' <> $3"#,
        person.to_string(),
        TRAIN,
        but.to_string(),
    )
    .fetch_one(conn)
    .await
}

/// How many jobs of the same kind are ahead of `submission` in the queue; `None` when it does not wait there.
pub async fn position(executor: impl PgExecutor<'_>, submission: SubmissionId) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT (SELECT count(*) FROM graphile_worker._private_jobs other
                   WHERE other.task_id = mine.task_id AND other.locked_at IS NULL AND other.attempts < other.max_attempts
                     AND (other.priority, other.run_at, other.id) < (mine.priority, mine.run_at, mine.id)) AS "ahead!"
           FROM graphile_worker._private_jobs mine
           WHERE mine.key = $1 AND mine.locked_at IS NULL"#,
        super::grading_key(submission),
    )
    .fetch_optional(executor)
    .await
}

/// What waits and runs in the queue now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Jobs that nobody has claimed.
    pub waiting: i64,
    /// Jobs that a worker holds.
    pub running: i64,
}

/// Counts grading jobs for operators.
pub async fn waiting(executor: impl PgExecutor<'_>) -> Result<Waiting, sqlx::Error> {
    sqlx::query_as!(
        Waiting,
        r#"SELECT count(*) FILTER (WHERE job.locked_at IS NULL AND job.attempts < job.max_attempts) AS "waiting!",
                  count(*) FILTER (WHERE job.locked_at IS NOT NULL) AS "running!"
           FROM graphile_worker._private_jobs job
           JOIN graphile_worker._private_tasks task ON task.id = job.task_id
           WHERE task.identifier IN ($1, $2)"#,
        GRADE,
        TRAIN,
    )
    .fetch_one(executor)
    .await
}
