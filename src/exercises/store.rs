//! SQL of exercises and their versions.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use super::Exercise;
use super::catalogue::{Offer, Target, Texts};
use super::environments::Environment;
use super::manifest::{DataFile, Manifest};
use crate::ids::Slug;

/// Holds other processes back while content is being loaded; released with the transaction.
pub(super) async fn lock(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('assay content'))").execute(conn).await?;
    Ok(())
}

pub(super) async fn insert_version(
    conn: &mut PgConnection,
    exercise: &Exercise,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO exercise_versions (version, slug, manifest, loaded_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (version) DO NOTHING",
        exercise.version,
        exercise.slug,
        Json(&exercise.manifest) as _,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts a version on offer, from files or for a course; false where one of another origin has its name.
pub(super) async fn offer(
    conn: &mut PgConnection,
    exercise: &Exercise,
    texts: &Texts,
    course: Option<&Slug>,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "INSERT INTO exercises (slug, version, texts, updated_at, from_files, course_slug) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (slug) DO UPDATE SET version = $2, texts = $3, updated_at = $4, withdrawn_at = NULL
         WHERE exercises.from_files = EXCLUDED.from_files",
        exercise.slug,
        exercise.version,
        Json(texts) as _,
        now,
        course.is_none(),
        course.map(Slug::as_str),
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn withdraw_others(
    conn: &mut PgConnection,
    offered: &[String],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE exercises SET withdrawn_at = $2 WHERE slug <> ALL ($1) AND from_files AND withdrawn_at IS NULL",
        offered,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

struct Row {
    slug: Slug,
    version: String,
    manifest: Json<Manifest>,
    texts: Json<Texts>,
}

impl From<Row> for Offer {
    fn from(row: Row) -> Self {
        Self { slug: row.slug, version: row.version, manifest: row.manifest.0, texts: row.texts.0 }
    }
}

/// The exercise `slug`, as new submissions meet it.
pub async fn find(executor: impl PgExecutor<'_>, slug: &Slug) -> Result<Option<Offer>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT e.slug AS "slug: Slug", e.version, v.manifest AS "manifest: Json<Manifest>",
                  e.texts AS "texts: Json<Texts>"
           FROM exercises e JOIN exercise_versions v ON v.version = e.version
           WHERE e.slug = $1 AND e.withdrawn_at IS NULL"#,
        slug.as_str(),
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(Offer::from))
}

/// Every exercise on offer: those that only show the way first, then by name.
pub async fn list(executor: impl PgExecutor<'_>) -> Result<Vec<Offer>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT e.slug AS "slug: Slug", e.version, v.manifest AS "manifest: Json<Manifest>",
                  e.texts AS "texts: Json<Texts>"
           FROM exercises e JOIN exercise_versions v ON v.version = e.version
           WHERE e.withdrawn_at IS NULL
           ORDER BY (v.manifest ->> 'earns')::boolean, e.slug"#,
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(Offer::from).collect())
}

/// Names of the exercises on offer.
pub async fn slugs(executor: impl PgExecutor<'_>) -> Result<Vec<Slug>, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT slug AS "slug: Slug" FROM exercises WHERE withdrawn_at IS NULL ORDER BY slug"#)
        .fetch_all(executor)
        .await
}

/// The course whose staff author an exercise; `None` for one from files, or an unknown one.
pub async fn course_of(executor: impl PgExecutor<'_>, slug: &Slug) -> Result<Option<Slug>, sqlx::Error> {
    let found =
        sqlx::query_scalar!(r#"SELECT course_slug AS "course: Slug" FROM exercises WHERE slug = $1"#, slug.as_str(),)
            .fetch_optional(executor)
            .await?;
    Ok(found.flatten())
}

/// The manifest of a version, whether or not it is still on offer.
pub async fn version(executor: impl PgExecutor<'_>, version: &str) -> Result<Option<Manifest>, sqlx::Error> {
    let manifest = sqlx::query_scalar!(
        r#"SELECT manifest AS "manifest: Json<Manifest>" FROM exercise_versions WHERE version = $1"#,
        version,
    )
    .fetch_optional(executor)
    .await?;
    Ok(manifest.map(|manifest| manifest.0))
}

/// A version of an exercise, whether or not it was ever on offer.
pub async fn target(executor: impl PgExecutor<'_>, version: &str) -> Result<Option<Target>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT slug AS "slug: Slug", manifest AS "manifest: Json<Manifest>", loaded_at
           FROM exercise_versions WHERE version = $1"#,
        version,
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(|row| Target { slug: row.slug, manifest: row.manifest.0, loaded_at: row.loaded_at }))
}

pub(super) async fn seal_key_id(conn: &mut PgConnection) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("SELECT id FROM seal_keys").fetch_optional(conn).await
}

pub(super) async fn insert_seal_key(conn: &mut PgConnection, id: &str, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!("INSERT INTO seal_keys (id, created_at) VALUES ($1, $2)", id, now).execute(conn).await?;
    Ok(())
}

/// The private samples in use for an exercise: the name of the set and its files.
pub(super) async fn private_set(
    executor: impl PgExecutor<'_>,
    slug: &str,
) -> Result<Option<(String, Vec<DataFile>)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT id, files AS "files: Json<Vec<DataFile>>" FROM private_sets
           WHERE exercise_slug = $1 AND withdrawn_at IS NULL"#,
        slug,
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(|row| (row.id, row.files.0)))
}

pub(super) async fn replace_private_set(
    conn: &mut PgConnection,
    slug: &str,
    id: &str,
    files: &[DataFile],
    samples: usize,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE private_sets SET withdrawn_at = $2 WHERE exercise_slug = $1 AND withdrawn_at IS NULL",
        slug,
        now,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO private_sets (id, exercise_slug, files, samples, added_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET withdrawn_at = NULL",
        id,
        slug,
        Json(files) as _,
        i32::try_from(samples).unwrap_or(i32::MAX),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The exercise that a version belongs to, and its manifest, whether or not it is still on offer.
pub(super) async fn version_with_slug(
    executor: impl PgExecutor<'_>,
    version: &str,
) -> Result<Option<(String, Manifest)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT slug, manifest AS "manifest: Json<Manifest>" FROM exercise_versions WHERE version = $1"#,
        version,
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(|row| (row.slug, row.manifest.0)))
}

/// Replaces every declared environment.
pub(super) async fn install_environments(
    conn: &mut PgConnection,
    environments: &[(String, Environment)],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let names: Vec<String> = environments.iter().map(|(name, _)| name.clone()).collect();
    sqlx::query!("DELETE FROM environments WHERE name <> ALL ($1)", &names).execute(&mut *conn).await?;
    for (name, environment) in environments {
        sqlx::query!(
            "INSERT INTO environments (name, definition, loaded_at) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET definition = $2, loaded_at = $3",
            name,
            Json(environment) as _,
            now,
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Every declared environment, by name.
pub async fn declared(executor: impl PgExecutor<'_>) -> Result<Vec<(String, Environment)>, sqlx::Error> {
    let rows =
        sqlx::query!(r#"SELECT name, definition AS "definition: Json<Environment>" FROM environments ORDER BY name"#)
            .fetch_all(executor)
            .await?;
    Ok(rows.into_iter().map(|row| (row.name, row.definition.0)).collect())
}
