//! SQL of imports that wait for a decision.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use super::{Entry, Import};
use crate::ids::{ImportId, PersonId, Slug};

pub(super) async fn insert(conn: &mut PgConnection, import: &Import, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO imports (id, course_slug, works, uploaded_by, uploaded_at) VALUES ($1, $2, $3, $4, $5)",
        import.id.0,
        import.course.as_ref().map(Slug::as_str),
        Json(&import.works) as _,
        import.by.map(|by| by.0),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One import.
pub async fn find(executor: impl PgExecutor<'_>, id: ImportId) -> Result<Option<Import>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT course_slug AS "course: Slug", works AS "works: Json<Vec<Entry>>",
                  uploaded_by AS "by: PersonId", applied_at
           FROM imports WHERE id = $1"#,
        id.0,
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(|row| Import { id, course: row.course, works: row.works.0, by: row.by, applied_at: row.applied_at }))
}

/// Writes down that an import is carried out; false where that has been done already.
pub(super) async fn applied(conn: &mut PgConnection, id: ImportId, now: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("UPDATE imports SET applied_at = $2 WHERE id = $1 AND applied_at IS NULL", id.0, now)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn forget_before(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM imports WHERE uploaded_at < $1", before).execute(conn).await?;
    Ok(())
}
