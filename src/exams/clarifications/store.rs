//! SQL of clarifications.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::MOST;
use crate::ids::{ExamAttemptId, PersonId, Slug};

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clarification {
    /// Its id.
    pub id: Uuid,
    /// What the candidate wrote.
    pub question: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// The answer.
    pub answer: Option<String>,
    /// When it was given.
    pub answered_at: Option<DateTime<Utc>>,
}

/// A question that waits for an answer, with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The attempt.
    pub attempt: ExamAttemptId,
    /// The candidate's name.
    pub name: String,
    /// What they wrote.
    pub question: String,
}

/// Writes down a question; whether there was room for one more.
pub async fn ask(
    conn: &mut PgConnection,
    id: ExamAttemptId,
    question: &str,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "INSERT INTO exam_clarifications (id, attempt_id, question, asked_at)
         SELECT $1, $2, $3, $4 WHERE (SELECT count(*) FROM exam_clarifications WHERE attempt_id = $2) < $5",
        ExamAttemptId::new(now).0,
        id.0,
        question,
        now,
        MOST,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Answers a question of an attempt, once; whether it was open.
pub async fn answer(
    conn: &mut PgConnection,
    (attempt, id): (ExamAttemptId, Uuid),
    answer: &str,
    (by, now): (PersonId, DateTime<Utc>),
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE exam_clarifications SET answer = $3, answered_by = $4, answered_at = $5
         WHERE id = $1 AND attempt_id = $2 AND answered_at IS NULL",
        id,
        attempt.0,
        answer,
        by.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The questions of an attempt, oldest first.
pub async fn of_attempt(executor: impl PgExecutor<'_>, id: ExamAttemptId) -> Result<Vec<Clarification>, sqlx::Error> {
    sqlx::query_as!(
        Clarification,
        "SELECT id, question, asked_at, answer, answered_at FROM exam_clarifications WHERE attempt_id = $1
         ORDER BY asked_at, id",
        id.0,
    )
    .fetch_all(executor)
    .await
}

/// The questions about an exam that wait for an answer, oldest first.
pub async fn waiting(executor: impl PgExecutor<'_>, exam: &Slug) -> Result<Vec<Question>, sqlx::Error> {
    sqlx::query_as!(
        Question,
        r#"SELECT c.attempt_id AS "attempt: ExamAttemptId", p.name, c.question
           FROM exam_clarifications c JOIN exam_attempts a ON a.id = c.attempt_id JOIN people p ON p.id = a.person_id
           WHERE a.exam_slug = $1 AND c.answered_at IS NULL ORDER BY c.asked_at, c.id"#,
        exam.as_str(),
    )
    .fetch_all(executor)
    .await
}
