//! SQL of further runs of scripts.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use crate::grading::report::Report;
use crate::ids::{PersonId, RetrainingId, SubmissionId};

pub(super) async fn insert(
    conn: &mut PgConnection,
    id: RetrainingId,
    submission: SubmissionId,
    seed: u32,
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let result = sqlx::query!(
        "INSERT INTO retrainings (id, submission_id, seed, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (submission_id, seed) DO NOTHING",
        id.0,
        submission.0,
        i64::from(seed),
        by.map(|by| by.0),
        now,
    )
    .execute(conn)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// A further run that was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// The script.
    pub submission: SubmissionId,
    /// Its seed.
    pub seed: i64,
    /// Whether it has ended.
    pub is_over: bool,
}

/// The further run `id`.
pub async fn find(executor: impl PgExecutor<'_>, id: RetrainingId) -> Result<Option<Asked>, sqlx::Error> {
    sqlx::query_as!(
        Asked,
        r#"SELECT submission_id AS "submission: SubmissionId", seed, verdict IS NOT NULL AS "is_over!"
           FROM retrainings WHERE id = $1"#,
        id.0,
    )
    .fetch_optional(executor)
    .await
}

pub(super) async fn finish(
    conn: &mut PgConnection,
    id: RetrainingId,
    report: &Report,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE retrainings SET verdict = $2, score = $3, sealed_score = $4, report = $5, finished_at = $6 WHERE id = $1",
        id.0,
        report.verdict.as_str(),
        report.evaluation.as_ref().map(|scored| scored.score),
        report.sealed.as_ref().map(|sealed| sealed.score),
        Json(report) as _,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A further run, as pages show it.
#[derive(Debug, Clone)]
pub struct Again {
    /// Its seed.
    pub seed: i64,
    /// How it ended; `None` while it waits or runs.
    pub verdict: Option<String>,
    /// The exercise's metric on the open samples.
    pub score: Option<f64>,
    /// The same on the sealed samples.
    pub sealed_score: Option<f64>,
}

/// Every further run of a script, by seed.
pub async fn of_submission(executor: impl PgExecutor<'_>, submission: SubmissionId) -> Result<Vec<Again>, sqlx::Error> {
    sqlx::query_as!(
        Again,
        "SELECT seed, verdict, score, sealed_score FROM retrainings WHERE submission_id = $1 ORDER BY seed",
        submission.0,
    )
    .fetch_all(executor)
    .await
}
