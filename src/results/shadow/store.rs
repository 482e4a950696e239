//! SQL of trials.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::{Found, Item, Shadow, Way, Wish};
use crate::grading::report::{CorrectSamples, Report};
use crate::ids::{GradingId, PersonId, RegradingId, ShadowId, Slug, SubmissionId};
use crate::results::store::digest;
use crate::results::{Origin, ResultError};

/// Versions that standing gradings of an exercise were made under.
pub(super) async fn graded_versions(
    executor: impl PgExecutor<'_>,
    exercise: &Slug,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT DISTINCT p.exercise_version FROM publications p JOIN submissions s ON s.id = p.submission_id
         WHERE s.exercise_slug = $1 AND p.superseded_at IS NULL",
        exercise.as_str(),
    )
    .fetch_all(executor)
    .await
}

pub(super) async fn insert(
    conn: &mut PgConnection,
    id: ShadowId,
    wish: &Wish<'_>,
    by: PersonId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO shadows (id, exercise_slug, exercise_version, made_by, made_at) VALUES ($1, $2, $3, $4, $5)",
        id.0,
        wish.exercise.as_str(),
        wish.version,
        by.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the submissions in that have a result; those are scored again whose predictions were made for a `comparable`
/// version and are all there, and those that no other mark could help.
pub(super) async fn choose(
    conn: &mut PgConnection,
    id: ShadowId,
    wish: &Wish<'_>,
    comparable: &[String],
) -> Result<u64, sqlx::Error> {
    let ids: Vec<Uuid> = wish.submissions.iter().map(|id| id.0).collect();
    let done = sqlx::query!(
        "INSERT INTO shadow_submissions (shadow_id, submission_id, grading_id, way)
         SELECT $1, s.id, g.id,
                CASE WHEN g.exercise_version = ANY ($4) AND g.reason IS DISTINCT FROM 'labels_only'
                      AND (g.predictions_sha256 IS NOT NULL OR g.score IS NULL) THEN 'rescore' ELSE 'rerun' END
         FROM submissions s JOIN publications p ON p.submission_id = s.id AND p.superseded_at IS NULL
         JOIN gradings g ON g.id = p.grading_id
         WHERE s.exercise_slug = $2 AND s.id = ANY ($3) AND g.verdict NOT IN ('cancelled', 'platform_fault')",
        id.0,
        wish.exercise.as_str(),
        &ids,
        comparable,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// The trial `id`.
pub async fn find(executor: impl PgExecutor<'_>, id: ShadowId) -> Result<Option<Shadow>, sqlx::Error> {
    sqlx::query_as!(
        Shadow,
        r#"SELECT s.id AS "id: ShadowId", s.exercise_slug AS "exercise: Slug", s.exercise_version AS version,
                  p.name AS "by?", s.made_at, s.cancelled_at, s.discarded_at, s.published_at
           FROM shadows s LEFT JOIN people p ON p.id = s.made_by WHERE s.id = $1"#,
        id.0,
    )
    .fetch_optional(executor)
    .await
}

/// A trial in a list.
#[derive(Debug)]
pub struct Listed {
    /// Its id.
    pub id: ShadowId,
    /// The version that is tried.
    pub version: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Submissions.
    pub all: i64,
    /// Those with a result.
    pub done: i64,
    /// Whether it was stopped.
    pub cancelled: bool,
    /// Whether it was put aside.
    pub discarded: bool,
    /// Whether its results are real.
    pub published: bool,
}

impl Listed {
    /// The first digits of the version.
    pub fn short(&self) -> String {
        self.version.chars().take(12).collect()
    }
}

/// The last trials of an exercise, newest first.
pub async fn of_exercise(executor: impl PgExecutor<'_>, exercise: &Slug) -> Result<Vec<Listed>, sqlx::Error> {
    sqlx::query_as!(
        Listed,
        r#"SELECT id AS "id: ShadowId", exercise_version AS version, made_at,
                  (SELECT count(*) FROM shadow_submissions WHERE shadow_id = id) AS "all!",
                  (SELECT count(*) FROM shadow_results WHERE shadow_id = id) AS "done!",
                  cancelled_at IS NOT NULL AS "cancelled!", discarded_at IS NOT NULL AS "discarded!",
                  published_at IS NOT NULL AS "published!"
           FROM shadows WHERE exercise_slug = $1 ORDER BY id DESC LIMIT 20"#,
        exercise.as_str(),
    )
    .fetch_all(executor)
    .await
}

/// Every version of an exercise that can be tried, newest first: its hash, and when it was first loaded.
pub async fn versions(
    executor: impl PgExecutor<'_>,
    exercise: &Slug,
) -> Result<Vec<(String, DateTime<Utc>)>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT version, loaded_at FROM exercise_versions WHERE slug = $1 ORDER BY loaded_at DESC, version",
        exercise.as_str(),
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(|row| (row.version, row.loaded_at)).collect())
}

/// How far a trial is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Submissions whose predictions are scored again.
    pub rescored: i64,
    /// Submissions whose model is run again.
    pub rerun: i64,
    /// Submissions with a result.
    pub done: i64,
}

/// Counts the submissions of a trial.
pub async fn counts(executor: impl PgExecutor<'_>, id: ShadowId) -> Result<Counts, sqlx::Error> {
    sqlx::query_as!(
        Counts,
        r#"SELECT count(*) FILTER (WHERE way = 'rescore') AS "rescored!", count(*) FILTER (WHERE way = 'rerun') AS "rerun!",
                  (SELECT count(*) FROM shadow_results WHERE shadow_id = $1) AS "done!"
           FROM shadow_submissions WHERE shadow_id = $1"#,
        id.0,
    )
    .fetch_one(executor)
    .await
}

/// Submissions of a trial without a result, with what their standing gradings hold.
pub(super) async fn waiting(
    conn: &mut PgConnection,
    id: ShadowId,
    way: Way,
    most: i64,
) -> Result<Vec<Item>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT c.submission_id AS "submission: SubmissionId", g.counts, g.report AS "report: Json<Report>",
                  g.correct_bits, g.predictions_sha256, g.sealed_predictions_sha256, g.seal
           FROM shadow_submissions c JOIN gradings g ON g.id = c.grading_id
           WHERE c.shadow_id = $1 AND c.way = $2
             AND NOT EXISTS (SELECT FROM shadow_results r
                             WHERE r.shadow_id = c.shadow_id AND r.submission_id = c.submission_id)
           ORDER BY c.submission_id LIMIT $3"#,
        id.0,
        way as Way,
        most,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Item {
                submission: row.submission,
                counts: row.counts,
                report: row.report.0,
                correct: row.correct_bits.map(CorrectSamples),
                predictions: digest(row.predictions_sha256)?,
                sealed_predictions: digest(row.sealed_predictions_sha256)?,
                seal: row.seal,
            })
        })
        .collect()
}

/// Appends results; one that another worker wrote first stays.
pub(super) async fn insert_found(
    conn: &mut PgConnection,
    id: ShadowId,
    found: Vec<Found>,
    now: DateTime<Utc>,
) -> Result<(), ResultError> {
    for one in found {
        let bytes = |digest: crate::blobs::Sha256| digest.as_bytes().to_vec();
        sqlx::query!(
            "INSERT INTO shadow_results (shadow_id, submission_id, origin, grader_version, verdict, reason, score,
                                         sealed_score, counts, report, correct_bits, predictions_sha256,
                                         sealed_predictions_sha256, seal, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
             ON CONFLICT (shadow_id, submission_id) DO NOTHING",
            id.0,
            one.submission.0,
            one.origin as Origin,
            one.report.grader.version,
            one.report.verdict.as_str(),
            one.report.reason.as_str(),
            one.report.evaluation.as_ref().map(|scored| scored.score),
            one.report.sealed.as_ref().map(|sealed| sealed.score),
            one.counts,
            serde_json::to_value(&one.report)?,
            one.correct.map(|correct| correct.0),
            one.predictions.map(bytes),
            one.sealed_predictions.map(bytes),
            one.seal,
            now,
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Has the models of these submissions run, whose predictions could not be scored.
pub(super) async fn have_run(
    conn: &mut PgConnection,
    id: ShadowId,
    submissions: &[SubmissionId],
) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = submissions.iter().map(|id| id.0).collect();
    sqlx::query!(
        "UPDATE shadow_submissions SET way = 'rerun' WHERE shadow_id = $1 AND submission_id = ANY ($2)",
        id.0,
        &ids,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn cancel(conn: &mut PgConnection, id: ShadowId, now: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE shadows SET cancelled_at = COALESCE(cancelled_at, $2)
         WHERE id = $1 AND discarded_at IS NULL AND published_at IS NULL",
        id.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn discard(conn: &mut PgConnection, id: ShadowId, now: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE shadows SET discarded_at = $2 WHERE id = $1 AND discarded_at IS NULL AND published_at IS NULL",
        id.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn end_published(
    conn: &mut PgConnection,
    id: ShadowId,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE shadows SET published_at = $2 WHERE id = $1 AND discarded_at IS NULL AND published_at IS NULL",
        id.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// One result that becomes real.
pub(super) struct Publication {
    pub submission: SubmissionId,
    pub before: GradingId,
    pub after: GradingId,
    pub regrading: RegradingId,
}

/// Appends the gradings, puts them in their places, and writes down why.
pub(super) async fn publish(
    conn: &mut PgConnection,
    shadow: &Shadow,
    rows: &[Publication],
    (by, reason): (PersonId, &str),
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let submissions: Vec<Uuid> = rows.iter().map(|row| row.submission.0).collect();
    let before: Vec<Uuid> = rows.iter().map(|row| row.before.0).collect();
    let after: Vec<Uuid> = rows.iter().map(|row| row.after.0).collect();
    let changes: Vec<Uuid> = rows.iter().map(|row| row.regrading.0).collect();
    sqlx::query!(
        "INSERT INTO gradings (id, origin, submission_id, exercise_version, grader_version, verdict, reason, score, counts,
                               report, correct_bits, predictions_sha256, created_at, seal, sealed_score,
                               sealed_predictions_sha256)
         SELECT new.id, r.origin, r.submission_id, $4, r.grader_version, r.verdict, r.reason, r.score, r.counts, r.report,
                r.correct_bits, r.predictions_sha256, $5, r.seal, r.sealed_score, r.sealed_predictions_sha256
         FROM UNNEST($2::uuid[], $3::uuid[]) AS new (submission_id, id)
         JOIN shadow_results r ON r.shadow_id = $1 AND r.submission_id = new.submission_id",
        shadow.id.0,
        &submissions,
        &after,
        shadow.version,
        now,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO publications (submission_id, exercise_version, grading_id, published_at)
         SELECT submission_id, $3, id, $4 FROM UNNEST($1::uuid[], $2::uuid[]) AS new (submission_id, id)",
        &submissions,
        &after,
        shadow.version,
        now,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO regradings (id, submission_id, kind, before_id, after_id, shadow_id, reason, decided_by, decided_at)
         SELECT id, submission_id, 'shadow', before_id, after_id, $5, $6, $7, $8
         FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) AS new (id, submission_id, before_id, after_id)",
        &changes,
        &submissions,
        &before,
        &after,
        shadow.id.0,
        reason,
        by.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
