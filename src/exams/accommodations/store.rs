//! SQL of accommodations.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::Accommodation;
use crate::ids::{ExamAttemptId, PersonId};

/// What one row grants.
struct GrantRow {
    time_factor: f64,
    extra_attempts: i32,
    break_minutes: i32,
}

impl From<GrantRow> for Accommodation {
    fn from(row: GrantRow) -> Self {
        Self {
            time_factor: row.time_factor,
            extra_attempts: row.extra_attempts.cast_unsigned(),
            break_minutes: row.break_minutes.cast_unsigned(),
        }
    }
}

/// What is granted to `person`; nothing, if nobody granted anything.
pub async fn of(executor: impl PgExecutor<'_>, person: PersonId) -> Result<Accommodation, sqlx::Error> {
    let row = sqlx::query_as!(
        GrantRow,
        "SELECT time_factor, extra_attempts, break_minutes FROM accommodations
         WHERE person_id = $1 ORDER BY granted_at DESC, id DESC LIMIT 1",
        person.0,
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(Accommodation::from).unwrap_or_default())
}

/// What others than `giver` granted last; nothing, if nobody else granted anything.
pub async fn of_others(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    giver: PersonId,
) -> Result<Accommodation, sqlx::Error> {
    let row = sqlx::query_as!(
        GrantRow,
        "SELECT time_factor, extra_attempts, break_minutes FROM accommodations
         WHERE person_id = $1 AND granted_by IS DISTINCT FROM $2 ORDER BY granted_at DESC, id DESC LIMIT 1",
        person.0,
        giver.0,
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(Accommodation::from).unwrap_or_default())
}

/// Those of `people` who take a course, or sat an exam of one, on which this instructor grades; a course without staff is
/// every instructor's.
pub async fn taught(
    executor: impl PgExecutor<'_>,
    instructor: PersonId,
    people: &[PersonId],
) -> Result<Vec<PersonId>, sqlx::Error> {
    let people: Vec<Uuid> = people.iter().map(|person| person.0).collect();
    sqlx::query_scalar!(
        r#"SELECT DISTINCT takes.person_id AS "person!: PersonId"
           FROM (SELECT person_id, course_slug FROM enrolments
                 UNION ALL SELECT person_id, course_slug FROM cohort_members
                 UNION ALL SELECT a.person_id, x.course_slug FROM exam_attempts a JOIN exams x ON x.slug = a.exam_slug) takes
           WHERE takes.person_id = ANY ($2)
             AND (EXISTS (SELECT FROM course_staff s WHERE s.course_slug = takes.course_slug AND s.person_id = $1
                                                       AND s.role <> 'viewer')
                  OR NOT EXISTS (SELECT FROM course_staff s WHERE s.course_slug = takes.course_slug))"#,
        instructor.0,
        &people,
    )
    .fetch_all(executor)
    .await
}

/// The most time that anybody is granted.
pub async fn longest(executor: impl PgExecutor<'_>) -> Result<Accommodation, sqlx::Error> {
    let most = sqlx::query_scalar!("SELECT max(time_factor) FROM accommodations").fetch_one(executor).await?;
    Ok(Accommodation { time_factor: most.unwrap_or(1.0), ..Accommodation::default() })
}

/// The most of each that `person` was granted for something that began at `since`: what held then and whatever came after.
pub async fn most_since(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    since: DateTime<Utc>,
) -> Result<Accommodation, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT max(time_factor) AS time_factor, max(break_minutes) AS break_minutes FROM accommodations
         WHERE person_id = $1 AND granted_at >= coalesce(
             (SELECT max(granted_at) FROM accommodations WHERE person_id = $1 AND granted_at <= $2), '-infinity')",
        person.0,
        since,
    )
    .fetch_one(executor)
    .await?;
    Ok(Accommodation {
        time_factor: row.time_factor.unwrap_or(1.0),
        break_minutes: row.break_minutes.unwrap_or(0).cast_unsigned(),
        ..Accommodation::default()
    })
}

/// Grants `person` an accommodation in every attempt that begins from now on; `attempts::grant` also reaches open ones.
pub async fn grant(
    conn: &mut PgConnection,
    person: PersonId,
    granted: Accommodation,
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO accommodations (id, person_id, time_factor, extra_attempts, break_minutes, granted_by, granted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        ExamAttemptId::new(now).0,
        person.0,
        granted.time_factor,
        i32::try_from(granted.extra_attempts).unwrap_or(i32::MAX),
        i32::try_from(granted.break_minutes).unwrap_or(i32::MAX),
        by.map(|by| by.0),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Somebody with what is granted to them.
#[derive(Debug, Clone, PartialEq)]
pub struct Granted {
    /// Who.
    pub person: PersonId,
    /// The person's name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What is granted.
    pub accommodation: Accommodation,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// Everybody to whom something is granted now, by name.
pub async fn all(executor: impl PgExecutor<'_>) -> Result<Vec<Granted>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT ON (p.name, p.id) p.id AS "person: PersonId", p.name, p.email AS "email!", a.time_factor, a.extra_attempts, a.break_minutes, a.granted_at
           FROM accommodations a JOIN people p ON p.id = a.person_id WHERE p.deleted_at IS NULL
           ORDER BY p.name, p.id, a.granted_at DESC, a.id DESC"#,
    )
    .fetch_all(executor)
    .await?;
    let granted = rows.into_iter().map(|row| Granted {
        person: row.person,
        name: row.name,
        email: row.email,
        accommodation: Accommodation {
            time_factor: row.time_factor,
            extra_attempts: row.extra_attempts.cast_unsigned(),
            break_minutes: row.break_minutes.cast_unsigned(),
        },
        since: row.granted_at,
    });
    Ok(granted.filter(|granted| granted.accommodation != Accommodation::default()).collect())
}

/// The person with this address.
pub async fn person(executor: impl PgExecutor<'_>, email: &str) -> Result<Option<PersonId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT id AS "id: PersonId" FROM people WHERE lower(email) = lower($1) AND deleted_at IS NULL"#,
        email,
    )
    .fetch_optional(executor)
    .await
}

/// Removes everything that a person was granted.
pub async fn forget(conn: &mut PgConnection, person: PersonId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM accommodations WHERE person_id = $1", person.0).execute(conn).await?;
    Ok(())
}
