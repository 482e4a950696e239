//! SQL of attempts.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::Attempt;
use crate::blobs::Sha256;
use crate::db;
use crate::exams::clock::Clocked;
use crate::ids::{ExamAttemptId, PersonId, Slug};
use crate::items::Paper;

pub(super) async fn lock_person(conn: &mut PgConnection, person: PersonId, exam: &Slug) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", format!("exam {person} {exam}"))
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn insert(
    conn: &mut PgConnection,
    attempt: &Attempt,
    paper: &Paper,
    seed: u64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO exam_attempts (id, person_id, exam_slug, exam_version, number, seed, paper, clocked, is_open,
                                    device, started_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, TRUE, $9, $10, $10)",
        attempt.id.0,
        attempt.person.0,
        attempt.exam.as_str(),
        attempt.version.to_string(),
        attempt.number,
        seed.cast_signed(),
        Json(paper) as _,
        Json(&attempt.clocked) as _,
        attempt.device,
        attempt.started_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

struct Row {
    id: ExamAttemptId,
    person: PersonId,
    exam: Slug,
    version: String,
    number: i32,
    clocked: Json<Clocked>,
    device: Uuid,
    started_at: DateTime<Utc>,
}

impl TryFrom<Row> for Attempt {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.id,
            person: row.person,
            exam: row.exam,
            version: Sha256::from_column(&row.version)?,
            number: row.number,
            clocked: row.clocked.0,
            device: row.device,
            started_at: row.started_at,
        })
    }
}

pub(super) async fn lock(conn: &mut PgConnection, id: ExamAttemptId) -> Result<Option<Attempt>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: ExamAttemptId", person_id AS "person: PersonId", exam_slug AS "exam: Slug",
                  exam_version AS version, number, clocked AS "clocked: Json<Clocked>", device, started_at
           FROM exam_attempts WHERE id = $1 FOR NO KEY UPDATE"#,
        id.0,
    )
    .fetch_optional(conn)
    .await?;
    row.map(Attempt::try_from).transpose()
}

/// An attempt as it was last written; bring it to the present with [`Clocked::at`].
pub async fn find(executor: impl PgExecutor<'_>, id: ExamAttemptId) -> Result<Option<Attempt>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: ExamAttemptId", person_id AS "person: PersonId", exam_slug AS "exam: Slug",
                  exam_version AS version, number, clocked AS "clocked: Json<Clocked>", device, started_at
           FROM exam_attempts WHERE id = $1"#,
        id.0,
    )
    .fetch_optional(executor)
    .await?;
    row.map(Attempt::try_from).transpose()
}

/// Attempts of a person at an exam, or at all, newest first, as they were last written.
pub async fn of_person(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    exam: Option<&Slug>,
) -> Result<Vec<Attempt>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: ExamAttemptId", person_id AS "person: PersonId", exam_slug AS "exam: Slug",
                  exam_version AS version, number, clocked AS "clocked: Json<Clocked>", device, started_at
           FROM exam_attempts
           WHERE person_id = $1 AND ($2::text IS NULL OR exam_slug = $2) ORDER BY started_at DESC, number DESC"#,
        person.0,
        exam.map(Slug::as_str),
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(Attempt::try_from).collect()
}

/// Whether somebody's attempt at an exam is not known to be over.
pub async fn is_any_open(executor: impl PgExecutor<'_>, exam: &Slug) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM exam_attempts WHERE exam_slug = $1 AND is_open) AS "open!""#,
        exam.as_str(),
    )
    .fetch_one(executor)
    .await
}

/// The attempt that is not known to be over.
pub(super) async fn open(
    conn: &mut PgConnection,
    person: PersonId,
    exam: &Slug,
) -> Result<Option<Attempt>, sqlx::Error> {
    Ok(of_person(conn, person, Some(exam)).await?.into_iter().find(|attempt| !attempt.clocked.is_finished()))
}

/// Attempts of a person that are not known to be over, at any exam.
pub(super) async fn open_of(conn: &mut PgConnection, person: PersonId) -> Result<Vec<ExamAttemptId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT id AS "id: ExamAttemptId" FROM exam_attempts WHERE person_id = $1 AND is_open ORDER BY id"#,
        person.0,
    )
    .fetch_all(conn)
    .await
}

/// When each attempt of a person at an exam began.
pub(super) async fn begun(
    conn: &mut PgConnection,
    person: PersonId,
    exam: &Slug,
) -> Result<Vec<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT started_at FROM exam_attempts WHERE person_id = $1 AND exam_slug = $2 ORDER BY number",
        person.0,
        exam.as_str(),
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn write(conn: &mut PgConnection, attempt: &Attempt, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE exam_attempts SET clocked = $2, is_open = $3, changed_at = $4 WHERE id = $1",
        attempt.id.0,
        Json(&attempt.clocked) as _,
        !attempt.clocked.is_finished(),
        now,
    )
    .execute(conn)
    .await?;
    db::one_row(&done)
}

pub(super) async fn set_device(conn: &mut PgConnection, id: ExamAttemptId, device: Uuid) -> Result<(), sqlx::Error> {
    let done = sqlx::query!("UPDATE exam_attempts SET device = $2 WHERE id = $1", id.0, device).execute(conn).await?;
    db::one_row(&done)
}

/// The paper of an attempt, which never changes.
pub async fn paper(executor: impl PgExecutor<'_>, id: ExamAttemptId) -> Result<Option<Paper>, sqlx::Error> {
    let paper = sqlx::query_scalar!(r#"SELECT paper AS "paper: Json<Paper>" FROM exam_attempts WHERE id = $1"#, id.0)
        .fetch_optional(executor)
        .await?;
    Ok(paper.map(|paper| paper.0))
}

/// An attempt as the monitor of an exam lists it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The attempt, as it was last written.
    pub attempt: Attempt,
    /// The candidate's name.
    pub name: String,
    /// Questions that have an answer.
    pub answered: i64,
    /// Questions of the paper.
    pub questions: i64,
    /// When an answer was last received.
    pub last_save: Option<DateTime<Utc>>,
    /// How often the page lost the focus.
    pub focus: i64,
    /// Whether it was passed, once it has a result.
    pub passed: Option<bool>,
}

/// How a list of attempts is cut.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Only those that are not known to be over.
    pub only_open: bool,
    /// At most so many.
    pub limit: i64,
}

/// Attempts at an exam, those that are open first, then the newest.
pub async fn of_exam(
    executor: impl PgExecutor<'_>,
    exam: &Slug,
    settings: Settings,
) -> Result<Vec<Listed>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT a.id AS "id: ExamAttemptId", a.person_id AS "person: PersonId", a.exam_slug AS "exam: Slug",
                  a.exam_version AS version, a.number, a.clocked AS "clocked: Json<Clocked>", a.device, a.started_at,
                  p.name, jsonb_array_length(a.paper -> 'questions')::bigint AS "questions!",
                  (SELECT count(*) FROM exam_answers x WHERE x.attempt_id = a.id AND x.answer IS NOT NULL) AS "answered!",
                  (SELECT max(saved_at) FROM exam_answers x WHERE x.attempt_id = a.id) AS last_save,
                  (SELECT count(*) FROM exam_events e WHERE e.attempt_id = a.id AND e.kind = 'focus') AS "focus!",
                  (SELECT passed FROM exam_results r WHERE r.attempt_id = a.id ORDER BY r.number DESC LIMIT 1) AS "passed?"
           FROM exam_attempts a JOIN people p ON p.id = a.person_id
           WHERE a.exam_slug = $1 AND (a.is_open OR NOT $2)
           ORDER BY a.is_open DESC, a.started_at DESC LIMIT $3"#,
        exam.as_str(),
        settings.only_open,
        settings.limit,
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter()
        .map(|row| {
            let attempt = Row {
                id: row.id,
                person: row.person,
                exam: row.exam,
                version: row.version,
                number: row.number,
                clocked: row.clocked,
                device: row.device,
                started_at: row.started_at,
            };
            Ok(Listed {
                attempt: attempt.try_into()?,
                name: row.name,
                answered: row.answered,
                questions: row.questions,
                last_save: row.last_save,
                focus: row.focus,
                passed: row.passed,
            })
        })
        .collect()
}
