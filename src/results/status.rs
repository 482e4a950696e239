//! Where a submission stands now, derived from the queue, its runs and its gradings; stored nowhere.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Published, operations, runs, store};
use crate::ids::SubmissionId;
use crate::queue;

/// Where a submission stands.
#[derive(Debug, Clone)]
pub enum Status {
    /// It waits; so many others are ahead of it.
    Queued {
        /// Grading jobs ahead of it.
        ahead: i64,
    },
    /// It is being run.
    Running {
        /// First, second, … run.
        number: i32,
        /// Samples run so far.
        done: i32,
        /// Samples to run; 0 before the first batch.
        total: i32,
        /// Since when.
        since: DateTime<Utc>,
    },
    /// It is graded.
    Graded(Box<Published>),
    /// We could not grade it; operators see it, and it uses no attempt.
    Buried,
}

impl Status {
    /// Whether nothing will change by waiting.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Queued { .. } | Self::Running { .. } => false,
            Self::Graded(_) | Self::Buried => true,
        }
    }

    /// Stable name for the API.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Queued { .. } => "queued",
            Self::Running { .. } => "running",
            Self::Graded(_) => "graded",
            Self::Buried => "platform_fault",
        }
    }
}

/// Where `submission` stands.
pub async fn of(conn: &mut PgConnection, submission: SubmissionId) -> Result<Status, sqlx::Error> {
    if let Some(published) = store::published(&mut *conn, submission).await? {
        return Ok(Status::Graded(Box::new(published)));
    }
    if operations::store::burial(conn, submission).await?.is_some_and(|burial| burial.retried_at.is_none()) {
        return Ok(Status::Buried);
    }
    if let Some(run) = runs::store::running_progress(conn, submission).await? {
        return Ok(Status::Running { number: run.number, done: run.done, total: run.total, since: run.started_at });
    }
    Ok(Status::Queued { ahead: queue::position(conn, submission).await?.unwrap_or(0) })
}
