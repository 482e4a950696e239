//! SQL of the history of single files of a work.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::authoring::Kind;
use crate::blobs::Sha256;
use crate::ids::Slug;

/// When a file of a work last changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Its path.
    pub path: String,
    /// The revision, counted from 1.
    pub number: i32,
    /// When.
    pub at: DateTime<Utc>,
    /// Who; empty for the command line or a deleted account.
    pub by: String,
}

/// When each of `paths` last got other bytes; those that no revision has are left out.
pub async fn changed(
    executor: impl PgExecutor<'_>,
    (kind, slug): (Kind, &Slug),
    paths: &[String],
) -> Result<Vec<Changed>, sqlx::Error> {
    sqlx::query_as!(
        Changed,
        r#"SELECT DISTINCT ON (path) path AS "path!", number, made_at AS at, COALESCE(p.name, '') AS "by!"
           FROM (SELECT path, number, made_at, made_by, tree->path->>'sha256' AS digest,
                        LAG(tree->path->>'sha256') OVER (PARTITION BY path ORDER BY number) AS before
                 FROM work_revisions, unnest($3::TEXT[]) AS path WHERE kind = $1 AND slug = $2) AS states
                LEFT JOIN people p ON p.id = states.made_by
           WHERE digest IS NOT NULL AND digest IS DISTINCT FROM before ORDER BY path, number DESC"#,
        kind.name(),
        slug.as_str(),
        paths,
    )
    .fetch_all(executor)
    .await
}

/// Whether a file of a work ever had these bytes.
pub async fn had(
    executor: impl PgExecutor<'_>,
    (kind, slug): (Kind, &Slug),
    (path, digest): (&str, &Sha256),
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM work_revisions
                          WHERE kind = $1 AND slug = $2 AND tree->$3::TEXT->>'sha256' = $4) AS "had!""#,
        kind.name(),
        slug.as_str(),
        path,
        digest.to_string(),
    )
    .fetch_one(executor)
    .await
}
