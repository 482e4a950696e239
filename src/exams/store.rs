//! SQL of exams and their versions, results and reviews.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use super::{Authored, Exam, Offer};
use crate::blobs::Sha256;
use crate::courses::Origin;
use crate::ids::Slug;

/// Puts an exam on offer; false where one of another origin has its name.
pub(super) async fn put(
    conn: &mut PgConnection,
    authored: &Authored,
    version: &Sha256,
    origin: Origin,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let (slug, version) = (authored.exam.slug.as_str(), version.to_string());
    sqlx::query!(
        "INSERT INTO exam_versions (version, slug, definition, loaded_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        version,
        slug,
        Json(&authored.exam) as _,
        now,
    )
    .execute(&mut *conn)
    .await?;
    let done = sqlx::query!(
        "INSERT INTO exams (slug, course_slug, version, exam, updated_at, from_files) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (slug) DO UPDATE
         SET course_slug = $2, version = $3, exam = $4, updated_at = $5, withdrawn_at = NULL
         WHERE exams.from_files = EXCLUDED.from_files",
        slug,
        authored.course.as_str(),
        version,
        Json(&authored.exam) as _,
        now,
        origin == Origin::Files,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Withdraws what is not kept: of all exams from files, or of one course that was authored in the browser.
pub(super) async fn withdraw_others(
    conn: &mut PgConnection,
    course: Option<&Slug>,
    kept: &[String],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE exams SET withdrawn_at = $2
         WHERE withdrawn_at IS NULL AND slug <> ALL ($1)
           AND (($3::TEXT IS NULL AND from_files) OR (course_slug = $3 AND NOT from_files))",
        kept,
        now,
        course.map(Slug::as_str),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The course that an exam belongs to, whether or not it is still on offer.
pub(super) async fn course_of(executor: impl PgExecutor<'_>, slug: &Slug) -> Result<Option<Slug>, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT course_slug AS "course: Slug" FROM exams WHERE slug = $1"#, slug.as_str())
        .fetch_optional(executor)
        .await
}

/// Exams that belong to a course, whether or not they are still on offer.
pub async fn of_course(executor: impl PgExecutor<'_>, course: &Slug) -> Result<Vec<Slug>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT slug AS "slug: Slug" FROM exams WHERE course_slug = $1 ORDER BY slug"#,
        course.as_str()
    )
    .fetch_all(executor)
    .await
}

/// Exams on offer, by slug.
pub async fn all(executor: impl PgExecutor<'_>) -> Result<Vec<Offer>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT course_slug AS "course: Slug", version, exam AS "exam: Json<Exam>"
           FROM exams WHERE withdrawn_at IS NULL ORDER BY slug"#,
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter()
        .map(|row| Ok(Offer { exam: row.exam.0, course: row.course, version: Sha256::from_column(&row.version)? }))
        .collect()
}

/// One exam on offer.
pub async fn find(executor: impl PgExecutor<'_>, slug: &Slug) -> Result<Option<Offer>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT course_slug AS "course: Slug", version, exam AS "exam: Json<Exam>"
           FROM exams WHERE withdrawn_at IS NULL AND slug = $1"#,
        slug.as_str(),
    )
    .fetch_optional(executor)
    .await?;
    row.map(|row| Ok(Offer { exam: row.exam.0, course: row.course, version: Sha256::from_column(&row.version)? }))
        .transpose()
}

/// An exam as it was at a version, whether or not it is still on offer.
pub async fn version(executor: impl PgExecutor<'_>, version: &Sha256) -> Result<Option<Exam>, sqlx::Error> {
    let exam = sqlx::query_scalar!(
        r#"SELECT definition AS "exam: Json<Exam>" FROM exam_versions WHERE version = $1"#,
        version.to_string(),
    )
    .fetch_optional(executor)
    .await?;
    Ok(exam.map(|exam| exam.0))
}
