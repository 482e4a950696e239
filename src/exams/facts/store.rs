//! SQL of events and announcements.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::ids::{ExamAttemptId, PersonId, Slug};

/// One fact about an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What kind.
    pub kind: String,
    /// What about it.
    pub detail: String,
    /// Name of who caused it, where it was not the candidate.
    pub by: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Writes down a fact about an attempt: kind and detail.
pub async fn note(
    conn: &mut PgConnection,
    id: ExamAttemptId,
    (kind, detail): (&str, &str),
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO exam_events (attempt_id, kind, detail, by_person, at) VALUES ($1, $2, $3, $4, $5)",
        id.0,
        kind,
        detail,
        by.map(|by| by.0),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many facts of one kind are written down already.
pub async fn number_of_events(
    executor: impl PgExecutor<'_>,
    id: ExamAttemptId,
    kind: &str,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM exam_events WHERE attempt_id = $1 AND kind = $2"#,
        id.0,
        kind,
    )
    .fetch_one(executor)
    .await
}

/// What happened in an attempt, in order.
pub async fn events(executor: impl PgExecutor<'_>, id: ExamAttemptId) -> Result<Vec<Event>, sqlx::Error> {
    sqlx::query_as!(
        Event,
        r#"SELECT e.kind, e.detail, p.name AS "by?", e.at FROM exam_events e LEFT JOIN people p ON p.id = e.by_person
           WHERE e.attempt_id = $1 ORDER BY e.id"#,
        id.0,
    )
    .fetch_all(executor)
    .await
}

/// Something that everyone in an exam was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// What.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Tells everyone in an exam something.
pub async fn announce(
    conn: &mut PgConnection,
    exam: &Slug,
    text: &str,
    by: PersonId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO exam_announcements (id, exam_slug, text, made_by, made_at) VALUES ($1, $2, $3, $4, $5)",
        ExamAttemptId::new(now).0,
        exam.as_str(),
        text,
        by.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What everyone in an exam was told since a moment, oldest first.
pub async fn announcements(
    executor: impl PgExecutor<'_>,
    exam: &Slug,
    since: DateTime<Utc>,
) -> Result<Vec<Announcement>, sqlx::Error> {
    sqlx::query_as!(
        Announcement,
        "SELECT text, made_at AS at FROM exam_announcements WHERE exam_slug = $1 AND made_at >= $2 ORDER BY made_at",
        exam.as_str(),
        since,
    )
    .fetch_all(executor)
    .await
}

/// Removes the network addresses from the attempts of a person, with the facts that name them.
pub async fn forget_addresses(conn: &mut PgConnection, person: PersonId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM exam_events WHERE kind IN ('address', 'device')
         AND attempt_id IN (SELECT id FROM exam_attempts WHERE person_id = $1)",
        person.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}
