//! SQL of runs, gradings and publications.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::{Origin, Outcome, Published, ResultError};
use crate::blobs::Sha256;
use crate::grading::report::{CorrectSamples, Report};
use crate::grading::verdict::Verdict;
use crate::ids::{GradingId, PersonId, RunId, Slug, SubmissionId};
use crate::submissions::Submission;

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
                               counts, report, correct_bits, predictions_sha256, created_at, seal, sealed_score,
                               sealed_predictions_sha256)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
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
        outcome.seal,
        report.sealed.as_ref().map(|sealed| sealed.score),
        outcome.sealed_predictions.as_ref().map(|digest| digest.as_bytes().as_slice()),
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

/// Whether an attempt of the same person was already used on the same bytes and options: a repeat uses none. A grading
/// that used none, such as one at a limit that depends on the machine, is no ground for a free one, nor is one of practice
/// in an exam, whose sealed samples it has not met.
pub(super) async fn was_graded_before(conn: &mut PgConnection, submission: &Submission) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM submissions s JOIN publications p ON p.submission_id = s.id
                          JOIN gradings g ON g.id = p.grading_id
                          WHERE g.counts AND s.person_id = $1 AND s.id <> $2 AND s.exercise_version = $3
                            AND s.model_sha256 = $4 AND s.weights_sha256 IS NOT DISTINCT FROM $6
                            AND s.weights_name IS NOT DISTINCT FROM $7 AND s.scale = $5 AND s.context = $8) AS "was!""#,
        submission.person.0,
        submission.id.0,
        submission.version,
        submission.model.as_bytes().as_slice(),
        submission.scale,
        weights(submission),
        submission.weights.as_ref().map(|file| file.name.as_str()),
        Json(&submission.context) as _,
    )
    .fetch_one(conn)
    .await
}

fn weights(submission: &Submission) -> Option<&[u8]> {
    submission.weights.as_ref().map(|file| file.sha256.as_bytes().as_slice())
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
    /// Raw predictions on the sealed samples, in blob storage.
    pub sealed_predictions: Option<Sha256>,
}

/// The first grading of the same work that would end the same way again. What was refused before the model met hidden
/// data needs no equal seal.
pub(super) async fn same_work(
    conn: &mut PgConnection,
    submission: &Submission,
    grader_version: &str,
    seal: Option<&str>,
) -> Result<Option<Reusable>, sqlx::Error> {
    let deterministic = Verdict::ALL.into_iter().filter(|verdict| verdict.is_deterministic());
    let deterministic: Vec<String> = deterministic.map(|verdict| verdict.as_str().to_owned()).collect();
    let row = sqlx::query!(
        r#"SELECT g.report AS "report: Json<Report>", g.correct_bits, g.predictions_sha256,
                  g.sealed_predictions_sha256
           FROM gradings g JOIN submissions s ON s.id = g.submission_id
           WHERE s.kind = 'model' AND s.model_sha256 = $1 AND s.scale = $2 AND g.exercise_version = $3 AND g.grader_version = $4
             AND s.weights_sha256 IS NOT DISTINCT FROM $6 AND s.weights_name IS NOT DISTINCT FROM $7
             -- What a person decided, or was scored again, says nothing of other submissions.
             AND g.origin = 'run' AND g.verdict = ANY ($8)
             AND (g.seal IS NOT DISTINCT FROM $5 OR NOT COALESCE((g.report ->> 'met_hidden')::boolean, TRUE))
           ORDER BY g.id LIMIT 1"#,
        submission.model.as_bytes().as_slice(),
        submission.scale,
        submission.version,
        grader_version,
        seal,
        weights(submission),
        submission.weights.as_ref().map(|file| file.name.as_str()),
        &deterministic,
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(Reusable {
            report: row.report.0,
            correct: row.correct_bits.map(CorrectSamples),
            predictions: digest(row.predictions_sha256)?,
            sealed_predictions: digest(row.sealed_predictions_sha256)?,
        })
    })
    .transpose()
}

pub(super) fn digest(bytes: Option<Vec<u8>>) -> Result<Option<Sha256>, sqlx::Error> {
    bytes
        .map(|bytes| Sha256::try_from(bytes.as_slice()))
        .transpose()
        .map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

struct PublishedRow {
    id: GradingId,
    version: String,
    origin: Origin,
    counts: bool,
    report: Json<Report>,
    correct_bits: Option<Vec<u8>>,
    predictions_sha256: Option<Vec<u8>>,
    created_at: DateTime<Utc>,
}

/// The grading that stands for `submission`: the first, or the one that took its place.
pub async fn published(
    executor: impl PgExecutor<'_>,
    submission: SubmissionId,
) -> Result<Option<Published>, sqlx::Error> {
    let row = sqlx::query_as!(
        PublishedRow,
        r#"SELECT g.id AS "id: GradingId", g.exercise_version AS version, g.origin AS "origin: Origin", g.counts,
                  g.report AS "report: Json<Report>", g.correct_bits, g.predictions_sha256, g.created_at
           FROM publications p JOIN gradings g ON g.id = p.grading_id
           WHERE p.submission_id = $1 AND p.superseded_at IS NULL"#,
        submission.0,
    )
    .fetch_optional(executor)
    .await?;
    row.map(|row| {
        Ok(Published {
            id: row.id,
            version: row.version,
            origin: row.origin,
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
         LEFT JOIN publications p ON p.submission_id = s.id AND p.superseded_at IS NULL
         LEFT JOIN gradings g ON g.id = p.grading_id
         LEFT JOIN buried_jobs b ON b.submission_id = s.id AND b.retried_at IS NULL
         WHERE s.person_id = $1 AND s.exercise_slug = $2 AND s.created_at > $3
           -- An exam has limits of its own.
           AND s.context ->> 'kind' = 'practice'
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
    /// The metric that the score is a value of.
    pub metric: Option<String>,
}

/// Published verdicts and scores of the given submissions.
pub async fn latest(executor: impl PgExecutor<'_>, submissions: &[SubmissionId]) -> Result<Vec<RunRow>, sqlx::Error> {
    let ids: Vec<Uuid> = submissions.iter().map(|id| id.0).collect();
    sqlx::query_as!(
        RunRow,
        r#"SELECT s.id AS "submission!: SubmissionId", g.verdict AS "verdict?", g.score AS "score?",
                  g.report #>> '{evaluation,metric}' AS metric
           FROM submissions s
           LEFT JOIN publications p ON p.submission_id = s.id AND p.superseded_at IS NULL
           LEFT JOIN gradings g ON g.id = p.grading_id
           WHERE s.id = ANY ($1)"#,
        &ids,
    )
    .fetch_all(executor)
    .await
}

/// The best score with which `person` passed `exercise`, under any version; `None` if they have not. The best of a loss
/// is the smallest.
pub async fn best_passed(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    exercise: &Slug,
    is_loss: bool,
) -> Result<Option<f64>, sqlx::Error> {
    let best = sqlx::query_scalar!(
        "SELECT CASE WHEN $4 THEN min(g.score) ELSE max(g.score) END FROM submissions s
         JOIN publications p ON p.submission_id = s.id AND p.superseded_at IS NULL
         JOIN gradings g ON g.id = p.grading_id
         WHERE s.person_id = $1 AND s.exercise_slug = $2 AND g.verdict = $3",
        person.0,
        exercise.as_str(),
        Verdict::Passed.as_str(),
        is_loss,
    )
    .fetch_one(executor)
    .await?;
    Ok(best)
}

/// Gradings of `person` since `since` that used no attempt: files that were refused before they met hidden data.
pub async fn uncounted_since(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    since: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT g.created_at FROM gradings g JOIN submissions s ON s.id = g.submission_id
         WHERE s.person_id = $1 AND g.created_at > $2 AND g.origin = 'run' AND NOT g.counts AND g.score IS NULL
         ORDER BY g.created_at",
        person.0,
        since,
    )
    .fetch_all(executor)
    .await
}

pub(super) async fn notify(conn: &mut PgConnection, channel: &str, payload: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_notify($1, $2)", channel, payload).execute(conn).await?;
    Ok(())
}
