//! SQL of trials.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use super::{Trial, Tried};
use crate::authoring::Work;
use crate::ids::{PersonId, RevisionId, Slug, TrialId};

struct Row {
    id: TrialId,
    slug: Slug,
    revision: RevisionId,
    version: String,
    examples: i32,
    takes_scripts: bool,
    results: Json<Vec<Tried>>,
    error: Option<String>,
    asked_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

impl From<Row> for Trial {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            slug: row.slug,
            revision: row.revision,
            version: row.version,
            examples: row.examples,
            takes_scripts: row.takes_scripts,
            results: row.results.0,
            error: row.error,
            asked_at: row.asked_at,
            finished_at: row.finished_at,
        }
    }
}

pub(super) async fn insert(
    conn: &mut PgConnection,
    (id, work, version): (TrialId, &Work, &str),
    (examples, takes_scripts): (usize, bool),
    (by, now): (Option<PersonId>, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO trials (id, slug, revision, version, examples, takes_scripts, asked_by, asked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.0,
        work.slug.as_str(),
        work.head.0,
        version,
        i32::try_from(examples).unwrap_or(i32::MAX),
        takes_scripts,
        by.map(|by| by.0),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One trial.
pub async fn find(executor: impl PgExecutor<'_>, id: TrialId) -> Result<Option<Trial>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: TrialId", slug AS "slug: Slug", revision AS "revision: RevisionId", version, examples,
                  takes_scripts, results AS "results: Json<Vec<Tried>>", error, asked_at, finished_at
           FROM trials WHERE id = $1"#,
        id.0,
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(Trial::from))
}

/// The newest trial of an exercise.
pub async fn latest(executor: impl PgExecutor<'_>, slug: &Slug) -> Result<Option<Trial>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: TrialId", slug AS "slug: Slug", revision AS "revision: RevisionId", version, examples,
                  takes_scripts, results AS "results: Json<Vec<Tried>>", error, asked_at, finished_at
           FROM trials WHERE slug = $1 ORDER BY asked_at DESC, id DESC LIMIT 1"#,
        slug.as_str(),
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(Trial::from))
}

/// What trials of a version of an exercise found, the newest first.
pub(super) async fn of_version(
    executor: impl PgExecutor<'_>,
    slug: &Slug,
    version: &str,
) -> Result<Vec<Tried>, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        r#"SELECT results AS "results: Json<Vec<Tried>>" FROM trials
           WHERE slug = $1 AND version = $2 ORDER BY asked_at DESC, id DESC LIMIT 20"#,
        slug.as_str(),
        version,
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().flat_map(|row| row.0).collect())
}

/// Adds what came of one example.
pub(super) async fn add_result(executor: impl PgExecutor<'_>, id: TrialId, tried: &Tried) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE trials SET results = results || $2 WHERE id = $1", id.0, Json([tried]) as _)
        .execute(executor)
        .await?;
    Ok(())
}

/// Ends a trial, with what failed if it was our fault.
pub async fn finish(
    executor: impl PgExecutor<'_>,
    id: TrialId,
    error: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE trials SET finished_at = $2, error = $3 WHERE id = $1", id.0, now, error)
        .execute(executor)
        .await?;
    Ok(())
}
