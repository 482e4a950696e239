//! SQL of works and their revisions.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use super::tree::Tree;
use super::{KeptFinding, Kind, New, Revision, Work};
use crate::blobs::Sha256;
use crate::exercises::manifest::DataFile;
use crate::ids::{PersonId, RevisionId, Slug};
use crate::messages::Said;

struct Row {
    kind: Kind,
    slug: Slug,
    course: Slug,
    head: RevisionId,
    published: Option<RevisionId>,
    published_at: Option<DateTime<Utc>>,
    publish_at: Option<DateTime<Utc>>,
    publish_error: Option<String>,
    tree: Json<Tree>,
}

impl From<Row> for Work {
    fn from(row: Row) -> Self {
        Self {
            kind: row.kind,
            slug: row.slug,
            course: row.course,
            head: row.head,
            published: row.published,
            published_at: row.published_at,
            publish_at: row.publish_at,
            // Older rows hold an English sentence.
            publish_error: row
                .publish_error
                .map(|text| serde_json::from_str(&text).unwrap_or_else(|_| vec![Said::english(text)])),
            tree: row.tree.0,
        }
    }
}

/// Whether a name is used by a work, or by content from files that is or was on offer.
pub(super) async fn is_taken(executor: impl PgExecutor<'_>, kind: Kind, slug: &Slug) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM works WHERE kind = $1 AND slug = $2)
               OR ($1 = 'course' AND EXISTS (SELECT FROM courses WHERE slug = $2))
               OR ($1 = 'exercise' AND EXISTS (SELECT FROM exercises WHERE slug = $2)) AS "taken!""#,
        kind.name(),
        slug.as_str(),
    )
    .fetch_one(executor)
    .await
}

pub(super) async fn insert(
    conn: &mut PgConnection,
    new: &New,
    head: RevisionId,
    (by, now): (Option<PersonId>, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO works (kind, slug, course_slug, head, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        new.kind.name(),
        new.slug.as_str(),
        new.course.as_str(),
        head.0,
        by.map(|by| by.0),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn add_revision(
    conn: &mut PgConnection,
    (kind, slug): (Kind, &Slug),
    (id, number): (RevisionId, i32),
    (tree, change): (&Tree, &str),
    (by, now): (Option<PersonId>, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO work_revisions (id, kind, slug, number, tree, change, made_by, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.0,
        kind.name(),
        slug.as_str(),
        number,
        Json(tree) as _,
        change,
        by.map(|by| by.0),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn next_number(conn: &mut PgConnection, kind: Kind, slug: &Slug) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT COALESCE(MAX(number), 0) + 1 AS "next!" FROM work_revisions WHERE kind = $1 AND slug = $2"#,
        kind.name(),
        slug.as_str(),
    )
    .fetch_one(conn)
    .await
}

pub(super) async fn set_head(
    conn: &mut PgConnection,
    kind: Kind,
    slug: &Slug,
    head: RevisionId,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE works SET head = $3 WHERE kind = $1 AND slug = $2", kind.name(), slug.as_str(), head.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// A work at its newest revision.
pub async fn find(executor: impl PgExecutor<'_>, kind: Kind, slug: &Slug) -> Result<Option<Work>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT w.kind AS "kind: Kind", w.slug AS "slug: Slug", w.course_slug AS "course: Slug",
                  w.head AS "head: RevisionId", w.published AS "published: RevisionId", w.published_at, w.publish_at,
                  w.publish_error, r.tree AS "tree: Json<Tree>"
           FROM works w JOIN work_revisions r ON r.id = w.head WHERE w.kind = $1 AND w.slug = $2"#,
        kind.name(),
        slug.as_str(),
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(Work::from))
}

/// The course whose staff may change an exercise; `None` where no work is called so.
pub async fn course_of_exercise(executor: impl PgExecutor<'_>, slug: &Slug) -> Result<Option<Slug>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT course_slug AS "course: Slug" FROM works WHERE kind = 'exercise' AND slug = $1"#,
        slug.as_str(),
    )
    .fetch_optional(executor)
    .await
}

/// A work at its newest revision, which nobody else changes until the transaction ends.
pub(super) async fn lock(conn: &mut PgConnection, kind: Kind, slug: &Slug) -> Result<Option<Work>, sqlx::Error> {
    sqlx::query!("SELECT FROM works WHERE kind = $1 AND slug = $2 FOR UPDATE", kind.name(), slug.as_str())
        .fetch_optional(&mut *conn)
        .await?;
    find(conn, kind, slug).await
}

/// Exercises that belong to a course, by name.
pub async fn of_course(executor: impl PgExecutor<'_>, course: &Slug) -> Result<Vec<Work>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT w.kind AS "kind: Kind", w.slug AS "slug: Slug", w.course_slug AS "course: Slug",
                  w.head AS "head: RevisionId", w.published AS "published: RevisionId", w.published_at, w.publish_at,
                  w.publish_error, r.tree AS "tree: Json<Tree>"
           FROM works w JOIN work_revisions r ON r.id = w.head
           WHERE w.course_slug = $1 AND w.kind = 'exercise' ORDER BY w.slug"#,
        course.as_str(),
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(Work::from).collect())
}

/// Courses in the making that somebody is on the staff of; all of them for `None`.
pub async fn of_staff(executor: impl PgExecutor<'_>, person: Option<PersonId>) -> Result<Vec<Work>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT w.kind AS "kind: Kind", w.slug AS "slug: Slug", w.course_slug AS "course: Slug",
                  w.head AS "head: RevisionId", w.published AS "published: RevisionId", w.published_at, w.publish_at,
                  w.publish_error, r.tree AS "tree: Json<Tree>"
           FROM works w JOIN work_revisions r ON r.id = w.head
           WHERE w.kind = 'course'
             AND ($1::UUID IS NULL OR EXISTS (
                 SELECT FROM course_staff s WHERE s.course_slug = w.slug AND s.person_id = $1))
           ORDER BY w.slug"#,
        person.map(|person| person.0),
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(Work::from).collect())
}

/// The newest `most` revisions of a work, the newest first.
pub async fn revisions(
    executor: impl PgExecutor<'_>,
    (kind, slug): (Kind, &Slug),
    most: i64,
) -> Result<Vec<Revision>, sqlx::Error> {
    sqlx::query_as!(
        Revision,
        r#"SELECT r.id AS "id: RevisionId", number, change, COALESCE(p.name, '') AS "by!", made_at AS at
           FROM work_revisions r LEFT JOIN people p ON p.id = r.made_by
           WHERE kind = $1 AND slug = $2 ORDER BY number DESC LIMIT $3"#,
        kind.name(),
        slug.as_str(),
        most,
    )
    .fetch_all(executor)
    .await
}

/// The files of one revision of a work.
pub async fn revision(
    executor: impl PgExecutor<'_>,
    (kind, slug): (Kind, &Slug),
    id: RevisionId,
) -> Result<Option<Tree>, sqlx::Error> {
    let tree = sqlx::query_scalar!(
        r#"SELECT tree AS "tree: Json<Tree>" FROM work_revisions WHERE kind = $1 AND slug = $2 AND id = $3"#,
        kind.name(),
        slug.as_str(),
        id.0,
    )
    .fetch_optional(executor)
    .await?;
    Ok(tree.map(|tree| tree.0))
}

/// Notes what became of a publication: the revision that is on offer now, or why it failed.
pub(super) async fn published(
    conn: &mut PgConnection,
    (kind, slug): (Kind, &Slug),
    outcome: Result<RevisionId, &[Said]>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    // Keys with their arguments as JSON, so that each author reads it in their language.
    let error = outcome.err().map(|said| serde_json::to_string(said).unwrap_or_default());
    sqlx::query!(
        "UPDATE works SET publish_at = NULL, publish_error = $4, published = COALESCE($3, published),
             published_at = CASE WHEN $3::UUID IS NULL THEN published_at ELSE $5 END
         WHERE kind = $1 AND slug = $2",
        kind.name(),
        slug.as_str(),
        outcome.ok().map(|revision| revision.0),
        error,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sets or clears the time of the next publication.
pub(super) async fn schedule(
    conn: &mut PgConnection,
    (kind, slug): (Kind, &Slug),
    at: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE works SET publish_at = $3 WHERE kind = $1 AND slug = $2", kind.name(), slug.as_str(), at)
        .execute(conn)
        .await?;
    Ok(())
}

/// Private samples that take effect with the publication of an exercise.
pub async fn private_files(executor: impl PgExecutor<'_>, slug: &Slug) -> Result<Vec<DataFile>, sqlx::Error> {
    let files = sqlx::query_scalar!(
        r#"SELECT private_files AS "files: Json<Vec<DataFile>>" FROM works WHERE kind = 'exercise' AND slug = $1"#,
        slug.as_str(),
    )
    .fetch_optional(executor)
    .await?;
    Ok(files.map(|files| files.0).unwrap_or_default())
}

/// Replaces them.
pub async fn set_private_files(conn: &mut PgConnection, slug: &Slug, files: &[DataFile]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE works SET private_files = $2 WHERE kind = 'exercise' AND slug = $1",
        slug.as_str(),
        Json(files) as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What was found about the data of an exercise, if it was looked for in this state of the data.
pub(super) async fn findings(
    executor: impl PgExecutor<'_>,
    slug: &Slug,
    data: &Sha256,
) -> Result<Option<Vec<KeptFinding>>, sqlx::Error> {
    let found = sqlx::query_scalar!(
        r#"SELECT findings AS "findings!: Json<Vec<KeptFinding>>" FROM works
           WHERE kind = 'exercise' AND slug = $1 AND findings_of = $2 AND findings IS NOT NULL"#,
        slug.as_str(),
        data.to_string(),
    )
    .fetch_optional(executor)
    .await?;
    Ok(found.map(|found| found.0))
}

/// Keeps what was found about the data in this state.
pub(super) async fn keep_findings(
    executor: impl PgExecutor<'_>,
    slug: &Slug,
    data: &Sha256,
    found: &[KeptFinding],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE works SET findings = $3, findings_of = $2 WHERE kind = 'exercise' AND slug = $1",
        slug.as_str(),
        data.to_string(),
        Json(found) as _,
    )
    .execute(executor)
    .await?;
    Ok(())
}
