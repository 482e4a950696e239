//! SQL of announcements, and of who has put which away.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use super::Announcement;
use crate::db;
use crate::ids::{AnnouncementId, CohortId, PersonId, Slug};
use crate::messages::{Bilingual, Lang};

struct Row {
    id: AnnouncementId,
    course: Slug,
    cohort: Option<CohortId>,
    text_en: String,
    text_zh: String,
    made_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    withdrawn_at: Option<DateTime<Utc>>,
}

impl From<Row> for Announcement {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            course: row.course,
            cohort: row.cohort,
            text: Bilingual { en: row.text_en, zh: row.text_zh },
            made_at: row.made_at,
            expires_at: row.expires_at,
            withdrawn_at: row.withdrawn_at,
        }
    }
}

pub(super) async fn insert(
    conn: &mut PgConnection,
    id: AnnouncementId,
    (course, cohort): (&Slug, Option<CohortId>),
    (text, expires_at): (&Bilingual, Option<DateTime<Utc>>),
    (by, now): (PersonId, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO course_announcements (id, course_slug, cohort_id, text_en, text_zh, made_by, made_at, changed_at,
                                           expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
        id.0,
        course.as_str(),
        cohort.map(|cohort| cohort.0),
        text.en,
        text.zh,
        by.0,
        now,
        expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn update(
    conn: &mut PgConnection,
    id: AnnouncementId,
    (text, expires_at): (&Bilingual, Option<DateTime<Utc>>),
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let result = sqlx::query!(
        "UPDATE course_announcements SET text_en = $2, text_zh = $3, expires_at = $4, changed_at = $5,
             withdrawn_at = NULL WHERE id = $1",
        id.0,
        text.en,
        text.zh,
        expires_at,
        now,
    )
    .execute(conn)
    .await?;
    db::one_row(&result)
}

pub(super) async fn withdraw(
    conn: &mut PgConnection,
    id: AnnouncementId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let result = sqlx::query!("UPDATE course_announcements SET withdrawn_at = $2 WHERE id = $1", id.0, now)
        .execute(conn)
        .await?;
    db::one_row(&result)
}

/// One announcement.
pub async fn find(executor: impl PgExecutor<'_>, id: AnnouncementId) -> Result<Option<Announcement>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: AnnouncementId", course_slug AS "course: Slug", cohort_id AS "cohort: CohortId", text_en,
                  text_zh, made_at, expires_at, withdrawn_at
           FROM course_announcements WHERE id = $1"#,
        id.0,
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(Announcement::from))
}

/// Every announcement of a course, the newest first.
pub async fn of_course(executor: impl PgExecutor<'_>, course: &Slug) -> Result<Vec<Announcement>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: AnnouncementId", course_slug AS "course: Slug", cohort_id AS "cohort: CohortId", text_en,
                  text_zh, made_at, expires_at, withdrawn_at
           FROM course_announcements WHERE course_slug = $1 ORDER BY made_at DESC, id DESC LIMIT 100"#,
        course.as_str(),
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(Announcement::from).collect())
}

/// What somebody is told now and has not put away, the newest first; in one course or in all that they take.
pub async fn for_person(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    course: Option<&Slug>,
    now: DateTime<Utc>,
) -> Result<Vec<Announcement>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT a.id AS "id: AnnouncementId", a.course_slug AS "course: Slug", a.cohort_id AS "cohort: CohortId",
                  text_en, text_zh, made_at, expires_at, withdrawn_at
           FROM course_announcements a
           JOIN enrolments e ON e.course_slug = a.course_slug AND e.person_id = $1
           LEFT JOIN cohort_members m ON m.course_slug = a.course_slug AND m.person_id = $1
           LEFT JOIN announcement_dismissals d ON d.announcement_id = a.id AND d.person_id = $1
           WHERE ($2::text IS NULL OR a.course_slug = $2) AND (a.cohort_id IS NULL OR a.cohort_id = m.cohort_id)
             AND withdrawn_at IS NULL AND (expires_at IS NULL OR expires_at > $3)
             AND (d.dismissed_at IS NULL OR d.dismissed_at < a.changed_at)
           ORDER BY made_at DESC, a.id DESC LIMIT 20"#,
        person.0,
        course.map(Slug::as_str),
        now,
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(Announcement::from).collect())
}

/// Puts an announcement away for somebody who takes its course; one that is not for them is left alone.
pub async fn dismiss(
    conn: &mut PgConnection,
    id: AnnouncementId,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let result = sqlx::query!(
        "INSERT INTO announcement_dismissals (announcement_id, person_id, dismissed_at)
         SELECT a.id, $2, $3 FROM course_announcements a
         JOIN enrolments e ON e.course_slug = a.course_slug AND e.person_id = $2
         LEFT JOIN cohort_members m ON m.course_slug = a.course_slug AND m.person_id = $2
         WHERE a.id = $1 AND (a.cohort_id IS NULL OR a.cohort_id = m.cohort_id)
         ON CONFLICT (announcement_id, person_id) DO UPDATE SET dismissed_at = $3",
        id.0,
        person.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Somebody whom an announcement is for, as mail needs them.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Who.
    pub person: PersonId,
    /// Their address.
    pub email: String,
    /// The language that they read.
    pub lang: Lang,
}

/// Everybody whom an announcement is for.
pub async fn readers(
    executor: impl PgExecutor<'_>,
    course: &Slug,
    cohort: Option<CohortId>,
) -> Result<Vec<Reader>, sqlx::Error> {
    sqlx::query_as!(
        Reader,
        r#"SELECT p.id AS "person: PersonId", email AS "email!", lang AS "lang: Lang"
           FROM enrolments e JOIN people p ON p.id = e.person_id
           LEFT JOIN cohort_members m ON m.person_id = p.id AND m.course_slug = e.course_slug
           WHERE e.course_slug = $1 AND ($2::uuid IS NULL OR m.cohort_id = $2)
             AND email IS NOT NULL AND email_confirmed_at IS NOT NULL AND suspended_at IS NULL AND deleted_at IS NULL
           ORDER BY p.id"#,
        course.as_str(),
        cohort.map(|cohort| cohort.0),
    )
    .fetch_all(executor)
    .await
}
