//! SQL of quiz attempts and of the completions they lead to.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use super::{Attempt, QuizResult};
use crate::blobs::Sha256;
use crate::db;
use crate::ids::{PersonId, QuizAttemptId, Slug};
use crate::items::{Answers, Paper};

struct Row {
    id: QuizAttemptId,
    course: Slug,
    module: Slug,
    paper: Json<Paper>,
    pass: f64,
    answers: Json<Answers>,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    points: Option<f64>,
    max_points: Option<f64>,
    passed: Option<bool>,
}

impl From<Row> for Attempt {
    fn from(row: Row) -> Self {
        let result = match (row.finished_at, row.points, row.max_points, row.passed) {
            (Some(finished_at), Some(points), Some(max_points), Some(passed)) => {
                Some(QuizResult { finished_at, points, max_points, passed })
            }
            _ => None,
        };
        Self {
            id: row.id,
            course: row.course,
            module: row.module,
            paper: row.paper.0,
            pass: row.pass,
            answers: row.answers.0,
            started_at: row.started_at,
            result,
        }
    }
}

pub(super) async fn insert(
    conn: &mut PgConnection,
    person: PersonId,
    course_version: &Sha256,
    attempt: &Attempt,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO quiz_attempts (id, person_id, course_slug, course_version, module, paper, pass, answers, started_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (person_id, course_slug, module) WHERE finished_at IS NULL DO NOTHING",
        attempt.id.0,
        person.0,
        attempt.course.as_str(),
        course_version.to_string(),
        attempt.module.as_str(),
        Json(&attempt.paper) as _,
        attempt.pass,
        Json(&attempt.answers) as _,
        attempt.started_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn open(
    conn: &mut PgConnection,
    person: PersonId,
    course: &Slug,
    module: &Slug,
) -> Result<Option<QuizAttemptId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT id AS "id: QuizAttemptId" FROM quiz_attempts
           WHERE person_id = $1 AND course_slug = $2 AND module = $3 AND finished_at IS NULL"#,
        person.0,
        course.as_str(),
        module.as_str(),
    )
    .fetch_optional(conn)
    .await
}

/// The attempt `id`, if it is this person's.
pub async fn find(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    id: QuizAttemptId,
) -> Result<Option<Attempt>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: QuizAttemptId", course_slug AS "course: Slug", module AS "module: Slug",
                  paper AS "paper: Json<Paper>", pass, answers AS "answers: Json<Answers>", started_at, finished_at,
                  points, max_points, passed
           FROM quiz_attempts WHERE id = $1 AND person_id = $2"#,
        id.0,
        person.0,
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(Attempt::from))
}

/// The same, locked until the transaction ends.
pub(super) async fn lock(
    conn: &mut PgConnection,
    person: PersonId,
    id: QuizAttemptId,
) -> Result<Option<Attempt>, sqlx::Error> {
    sqlx::query!("SELECT id FROM quiz_attempts WHERE id = $1 AND person_id = $2 FOR UPDATE", id.0, person.0)
        .fetch_optional(&mut *conn)
        .await?;
    find(conn, person, id).await
}

/// Every attempt of `person` at the quiz of a module, newest first.
pub async fn all(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    course: &Slug,
    module: &Slug,
) -> Result<Vec<Attempt>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: QuizAttemptId", course_slug AS "course: Slug", module AS "module: Slug",
                  paper AS "paper: Json<Paper>", pass, answers AS "answers: Json<Answers>", started_at, finished_at,
                  points, max_points, passed
           FROM quiz_attempts WHERE person_id = $1 AND course_slug = $2 AND module = $3 ORDER BY id DESC"#,
        person.0,
        course.as_str(),
        module.as_str(),
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(Attempt::from).collect())
}

pub(super) async fn keep_answers(
    conn: &mut PgConnection,
    id: QuizAttemptId,
    answers: &Answers,
) -> Result<(), sqlx::Error> {
    let result = sqlx::query!(
        "UPDATE quiz_attempts SET answers = $2 WHERE id = $1 AND finished_at IS NULL",
        id.0,
        Json(answers) as _,
    )
    .execute(conn)
    .await?;
    db::one_row(&result)
}

pub(super) async fn finish(conn: &mut PgConnection, id: QuizAttemptId, result: &QuizResult) -> Result<(), sqlx::Error> {
    let updated = sqlx::query!(
        "UPDATE quiz_attempts SET finished_at = $2, points = $3, max_points = $4, passed = $5
         WHERE id = $1 AND finished_at IS NULL",
        id.0,
        result.finished_at,
        result.points,
        result.max_points,
        result.passed,
    )
    .execute(conn)
    .await?;
    db::one_row(&updated)
}

/// Completes the module of a passed attempt; false if it had been completed before.
pub(super) async fn complete(
    conn: &mut PgConnection,
    person: PersonId,
    attempt: &Attempt,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query!(
        "INSERT INTO module_completions (person_id, course_slug, module, quiz_attempt_id, completed_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        person.0,
        attempt.course.as_str(),
        attempt.module.as_str(),
        attempt.id.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}
