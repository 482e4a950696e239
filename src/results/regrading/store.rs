//! SQL of changes of results.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use super::{Kind, New, RegradeError};
use crate::grading::report::Report;
use crate::ids::{GradingId, RegradingId, SubmissionId};

/// Writes a decision beside the grading `before`, with everything that was measured for it.
pub(super) async fn insert_decision(
    conn: &mut PgConnection,
    (before, after): (GradingId, GradingId),
    report: &Report,
    now: DateTime<Utc>,
) -> Result<(), RegradeError> {
    sqlx::query!(
        "INSERT INTO gradings (id, origin, submission_id, exercise_version, grader_version, verdict, reason, score, counts,
                               report, correct_bits, predictions_sha256, created_at, seal, sealed_score,
                               sealed_predictions_sha256)
         SELECT $2, 'decision', submission_id, exercise_version, grader_version, $3, $4, $5, counts, $6, correct_bits,
                predictions_sha256, $7, seal, sealed_score, sealed_predictions_sha256
         FROM gradings WHERE id = $1",
        before.0,
        after.0,
        report.verdict.as_str(),
        report.reason.as_str(),
        report.evaluation.as_ref().map(|scored| scored.score),
        serde_json::to_value(report)?,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes gradings from their places; says of which submissions, for some may stand there no more.
pub(in crate::results) async fn supersede(
    conn: &mut PgConnection,
    gradings: &[GradingId],
    now: DateTime<Utc>,
) -> Result<Vec<SubmissionId>, sqlx::Error> {
    let ids: Vec<uuid::Uuid> = gradings.iter().map(|id| id.0).collect();
    sqlx::query_scalar!(
        r#"UPDATE publications SET superseded_at = $2 WHERE grading_id = ANY ($1) AND superseded_at IS NULL
           RETURNING submission_id AS "submission: SubmissionId""#,
        &ids,
        now,
    )
    .fetch_all(conn)
    .await
}

/// Puts a grading in its place, for the first time or again.
pub(super) async fn stand(conn: &mut PgConnection, grading: GradingId, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO publications (submission_id, exercise_version, grading_id, published_at)
         SELECT submission_id, exercise_version, id, $2 FROM gradings WHERE id = $1
         ON CONFLICT (grading_id) DO UPDATE SET superseded_at = NULL, published_at = $2",
        grading.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The last grading that stood and that no person decided on.
pub(super) async fn last_found(
    conn: &mut PgConnection,
    submission: SubmissionId,
) -> Result<Option<GradingId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT g.id AS "id: GradingId" FROM publications p JOIN gradings g ON g.id = p.grading_id
           WHERE p.submission_id = $1 AND g.origin <> 'decision' ORDER BY p.published_at DESC, g.id DESC LIMIT 1"#,
        submission.0,
    )
    .fetch_optional(conn)
    .await
}

pub(super) async fn insert(
    conn: &mut PgConnection,
    id: RegradingId,
    change: &New<'_>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO regradings (id, submission_id, kind, before_id, after_id, reason, decided_by, decided_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.0,
        change.submission.id.0,
        change.kind as Kind,
        change.before.0,
        change.after.0,
        change.reason,
        change.by.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One change of a result, as its learner reads it.
#[derive(Debug)]
pub struct Change {
    /// Why it was changed.
    pub kind: Kind,
    /// The reason that was given.
    pub reason: String,
    /// Name of the instructor; `None` once their account is deleted.
    pub by: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// Verdict before.
    pub before_verdict: String,
    /// Score before.
    pub before_score: Option<f64>,
    /// Metric of that score.
    pub before_metric: Option<String>,
    /// Verdict after.
    pub after_verdict: String,
    /// Score after.
    pub after_score: Option<f64>,
    /// Metric of that score.
    pub after_metric: Option<String>,
}

/// Every change of a submission's result, oldest first.
pub async fn of_submission(
    executor: impl PgExecutor<'_>,
    submission: SubmissionId,
) -> Result<Vec<Change>, sqlx::Error> {
    sqlx::query_as!(
        Change,
        r#"SELECT r.kind AS "kind: Kind", r.reason, p.name AS "by?", r.decided_at AS at,
                  b.verdict AS before_verdict, b.score AS before_score,
                  b.report #>> '{evaluation,metric}' AS before_metric,
                  a.verdict AS after_verdict, a.score AS after_score,
                  a.report #>> '{evaluation,metric}' AS after_metric
           FROM regradings r JOIN gradings b ON b.id = r.before_id JOIN gradings a ON a.id = r.after_id
           LEFT JOIN people p ON p.id = r.decided_by
           WHERE r.submission_id = $1 ORDER BY r.id"#,
        submission.0,
    )
    .fetch_all(executor)
    .await
}
