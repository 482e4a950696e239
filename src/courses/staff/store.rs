//! SQL of the staff of courses.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use super::{Member, StaffRole};
use crate::ids::{PersonId, Slug};

/// The role of somebody on a course, and whether anybody has one on it.
pub(super) async fn role(
    executor: impl PgExecutor<'_>,
    course: &Slug,
    person: PersonId,
) -> Result<(Option<StaffRole>, bool), sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT (SELECT role FROM course_staff WHERE course_slug = $1 AND person_id = $2) AS "role: StaffRole",
                  EXISTS (SELECT FROM course_staff WHERE course_slug = $1) AS "has_staff!""#,
        course.as_str(),
        person.0,
    )
    .fetch_one(executor)
    .await?;
    Ok((row.role, row.has_staff))
}

/// The owners of a course; nobody else appoints or dismisses until the transaction ends.
pub(super) async fn lock_owners(conn: &mut PgConnection, course: &Slug) -> Result<Vec<PersonId>, sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('course staff'), hashtext($1))", course.as_str())
        .execute(&mut *conn)
        .await?;
    sqlx::query_scalar!(
        r#"SELECT person_id AS "person: PersonId" FROM course_staff WHERE course_slug = $1 AND role = 'owner'"#,
        course.as_str(),
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn put(
    conn: &mut PgConnection,
    course: &Slug,
    person: PersonId,
    role: Option<StaffRole>,
    (by, now): (Option<PersonId>, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    match role {
        Some(role) => {
            sqlx::query!(
                "INSERT INTO course_staff (course_slug, person_id, role, added_by, added_at) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (course_slug, person_id) DO UPDATE SET role = $3, added_by = $4, added_at = $5",
                course.as_str(),
                person.0,
                role.name(),
                by.map(|by| by.0),
                now,
            )
            .execute(conn)
            .await?;
        }
        None => {
            sqlx::query!(
                "DELETE FROM course_staff WHERE course_slug = $1 AND person_id = $2",
                course.as_str(),
                person.0
            )
            .execute(conn)
            .await?;
        }
    }
    Ok(())
}

/// The staff of a course, owners first.
pub async fn of_course(executor: impl PgExecutor<'_>, course: &Slug) -> Result<Vec<Member>, sqlx::Error> {
    sqlx::query_as!(
        Member,
        r#"SELECT person_id AS "person: PersonId", name, COALESCE(email, '') AS "email!", s.role AS "role: StaffRole"
           FROM course_staff s JOIN people p ON p.id = s.person_id WHERE course_slug = $1
           ORDER BY array_position(ARRAY['owner', 'author', 'grader', 'viewer'], s.role), name"#,
        course.as_str(),
    )
    .fetch_all(executor)
    .await
}

/// Courses, drafts among them, on which somebody has a role.
pub async fn courses_of(
    executor: impl PgExecutor<'_>,
    person: PersonId,
) -> Result<Vec<(Slug, StaffRole)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT course_slug AS "course: Slug", role AS "role: StaffRole" FROM course_staff WHERE person_id = $1
           ORDER BY course_slug"#,
        person.0,
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(|row| (row.course, row.role)).collect())
}
