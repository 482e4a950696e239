//! SQL of requests that a result be looked at again.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::ids::{PersonId, ReviewId, Slug, SubmissionId};

/// Asks for a review; false while an earlier request of the same submission waits.
pub async fn ask(
    conn: &mut PgConnection,
    submission: SubmissionId,
    request: &str,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "INSERT INTO submission_reviews (id, submission_id, request, asked_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (submission_id) WHERE answered_at IS NULL DO NOTHING",
        ReviewId::new(now).0,
        submission.0,
        request,
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Answers the open request of a submission; false where none is open.
pub async fn answer(
    conn: &mut PgConnection,
    submission: SubmissionId,
    answer: &str,
    (by, now): (PersonId, DateTime<Utc>),
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE submission_reviews SET answer = $2, answered_by = $3, answered_at = $4
         WHERE submission_id = $1 AND answered_at IS NULL",
        submission.0,
        answer,
        by.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes what a person asked for, and the answers.
pub async fn forget(conn: &mut PgConnection, person: PersonId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM submission_reviews WHERE submission_id IN (SELECT id FROM submissions WHERE person_id = $1)",
        person.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A request with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// What the learner wrote.
    pub request: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// The answer, once there is one.
    pub answer: Option<String>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
}

/// Every request about a submission, oldest first.
pub async fn of_submission(
    executor: impl PgExecutor<'_>,
    submission: SubmissionId,
) -> Result<Vec<Review>, sqlx::Error> {
    sqlx::query_as!(
        Review,
        "SELECT request, asked_at, answer, answered_at FROM submission_reviews WHERE submission_id = $1 ORDER BY id",
        submission.0,
    )
    .fetch_all(executor)
    .await
}

/// A request that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The submission.
    pub submission: SubmissionId,
    /// Its number.
    pub number: i32,
    /// Name of its owner.
    pub name: String,
    /// What they wrote.
    pub request: String,
    /// When.
    pub asked_at: DateTime<Utc>,
}

/// Requests about an exercise that nobody has answered, oldest first.
pub async fn waiting(executor: impl PgExecutor<'_>, exercise: &Slug) -> Result<Vec<Waiting>, sqlx::Error> {
    sqlx::query_as!(
        Waiting,
        r#"SELECT s.id AS "submission: SubmissionId", s.number, p.name, r.request, r.asked_at
           FROM submission_reviews r JOIN submissions s ON s.id = r.submission_id JOIN people p ON p.id = s.person_id
           WHERE s.exercise_slug = $1 AND r.answered_at IS NULL ORDER BY r.id LIMIT 200"#,
        exercise.as_str(),
    )
    .fetch_all(executor)
    .await
}

/// How many requests wait, by exercise.
pub async fn open_counts(executor: impl PgExecutor<'_>) -> Result<Vec<(Slug, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT s.exercise_slug AS "exercise: Slug", count(*) AS "n!" FROM submission_reviews r
           JOIN submissions s ON s.id = r.submission_id WHERE r.answered_at IS NULL
           GROUP BY s.exercise_slug ORDER BY s.exercise_slug"#,
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(|row| (row.exercise, row.n)).collect())
}
