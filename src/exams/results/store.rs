//! SQL of results, of the submissions they count, and of requests to look at one again.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::Recorded;
use crate::db;
use crate::exams::score::Scores;
use crate::grading::report::Report;
use crate::ids::{ExamAttemptId, PersonId, Slug, SubmissionId};
use crate::submissions::Kind;

/// Adds a result to an attempt.
pub async fn add(
    conn: &mut PgConnection,
    id: ExamAttemptId,
    scores: &Scores,
    (reason, by): (&str, Option<PersonId>),
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO exam_results (attempt_id, number, result, passed, reason, made_by, made_at)
         VALUES ($1, (SELECT count(*) + 1 FROM exam_results WHERE attempt_id = $1), $2, $3, $4, $5, $6)",
        id.0,
        Json(scores) as _,
        scores.passed,
        reason,
        by.map(|by| by.0),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether an examiner opened the attempt again after a result was made.
pub(super) async fn reopened_since(
    conn: &mut PgConnection,
    id: ExamAttemptId,
    since: Option<DateTime<Utc>>,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM exam_events
                          WHERE attempt_id = $1 AND kind = 'reopened' AND ($2::timestamptz IS NULL OR at >= $2)) AS "is!""#,
        id.0,
        since,
    )
    .fetch_one(conn)
    .await
}

/// Every result of an attempt, in order.
pub async fn of_attempt(executor: impl PgExecutor<'_>, id: ExamAttemptId) -> Result<Vec<Recorded>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT number, result AS "scores: Json<Scores>", reason, made_by AS "made_by: PersonId", made_at
           FROM exam_results WHERE attempt_id = $1 ORDER BY number"#,
        id.0,
    )
    .fetch_all(executor)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Recorded {
            number: row.number,
            scores: row.scores.0,
            reason: row.reason,
            made_by: row.made_by,
            made_at: row.made_at,
        })
        .collect())
}

/// The result that holds.
pub async fn latest(executor: impl PgExecutor<'_>, id: ExamAttemptId) -> Result<Option<Recorded>, sqlx::Error> {
    Ok(of_attempt(executor, id).await?.pop())
}

/// A submission of an attempt, with its grading once there is one.
#[derive(Debug, Clone)]
pub struct Graded {
    /// The submission.
    pub id: SubmissionId,
    /// The part it belongs to, from 0.
    pub part: usize,
    /// What it is.
    pub kind: Kind,
    /// What its owner called it.
    pub file_name: String,
    /// When it was received.
    pub created_at: DateTime<Utc>,
    /// The version of the exercise that it was graded against, or is pinned to.
    pub exercise_version: String,
    /// The grader of its published grading.
    pub grader: Option<String>,
    /// Whether it uses one of the part's attempts, once that is known.
    pub counts: Option<bool>,
    /// Its published report.
    pub report: Option<Report>,
}

/// The submissions of an attempt, in the order of receipt.
pub async fn submissions(executor: impl PgExecutor<'_>, id: ExamAttemptId) -> Result<Vec<Graded>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT s.id AS "id: SubmissionId", (s.context ->> 'part')::int AS "part!", s.kind AS "kind: Kind", s.file_name,
                  s.created_at, COALESCE(g.exercise_version, s.exercise_version) AS "exercise_version!", g.grader_version AS "grader?", g.counts AS "counts?", g.report AS "report?: Json<Report>"
           FROM submissions s
           LEFT JOIN publications p ON p.submission_id = s.id AND p.superseded_at IS NULL
           LEFT JOIN gradings g ON g.id = p.grading_id
           WHERE s.context ->> 'kind' = 'exam' AND s.context ->> 'attempt' = $1
           ORDER BY s.created_at, s.id"#,
        id.to_string(),
    )
    .fetch_all(executor)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Graded {
            id: row.id,
            part: usize::try_from(row.part).unwrap_or_default(),
            kind: row.kind,
            file_name: row.file_name,
            created_at: row.created_at,
            exercise_version: row.exercise_version,
            grader: row.grader,
            counts: row.counts,
            report: row.report.map(|report| report.0),
        })
        .collect())
}

/// Attempts of a person that their latest result says were passed.
pub async fn passed(executor: impl PgExecutor<'_>, person: PersonId) -> Result<Vec<ExamAttemptId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT a.id AS "id: ExamAttemptId" FROM exam_attempts a
           WHERE a.person_id = $1
             AND (SELECT passed FROM exam_results r WHERE r.attempt_id = a.id ORDER BY r.number DESC LIMIT 1)"#,
        person.0,
    )
    .fetch_all(executor)
    .await
}

/// A request that waits for an answer, with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its id.
    pub id: Uuid,
    /// The attempt.
    pub attempt: ExamAttemptId,
    /// The candidate's name.
    pub name: String,
    /// What they wrote.
    pub request: String,
    /// When.
    pub asked_at: DateTime<Utc>,
}

/// Requests about an exam that nobody has answered, oldest first.
pub async fn waiting_reviews(executor: impl PgExecutor<'_>, exam: &Slug) -> Result<Vec<Waiting>, sqlx::Error> {
    sqlx::query_as!(
        Waiting,
        r#"SELECT r.id, r.attempt_id AS "attempt: ExamAttemptId", p.name, r.request, r.asked_at
           FROM exam_reviews r JOIN exam_attempts a ON a.id = r.attempt_id JOIN people p ON p.id = a.person_id
           WHERE a.exam_slug = $1 AND r.answered_at IS NULL ORDER BY r.asked_at"#,
        exam.as_str(),
    )
    .fetch_all(executor)
    .await
}

/// A request that somebody look at a result again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Its id.
    pub id: Uuid,
    /// What the candidate wrote.
    pub request: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// The answer with its reason.
    pub answer: Option<String>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
}

/// Asks that somebody look at the result of an attempt again; one request is open at a time.
pub async fn ask_review(
    conn: &mut PgConnection,
    id: ExamAttemptId,
    request: &str,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "INSERT INTO exam_reviews (id, attempt_id, request, asked_at)
         SELECT $1, $2, $3, $4
         WHERE NOT EXISTS (SELECT FROM exam_reviews WHERE attempt_id = $2 AND answered_at IS NULL)",
        ExamAttemptId::new(now).0,
        id.0,
        request,
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Answers a request, with the reason that the candidate reads.
pub async fn answer_review(
    conn: &mut PgConnection,
    review: Uuid,
    answer: &str,
    (by, now): (PersonId, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE exam_reviews SET answer = $2, answered_by = $3, answered_at = $4 WHERE id = $1 AND answered_at IS NULL",
        review,
        answer,
        by.0,
        now,
    )
    .execute(conn)
    .await?;
    db::one_row(&done)
}

/// Requests about an attempt, oldest first.
pub async fn reviews(executor: impl PgExecutor<'_>, id: ExamAttemptId) -> Result<Vec<Review>, sqlx::Error> {
    sqlx::query_as!(
        Review,
        "SELECT id, request, asked_at, answer, answered_at FROM exam_reviews WHERE attempt_id = $1 ORDER BY asked_at",
        id.0,
    )
    .fetch_all(executor)
    .await
}
