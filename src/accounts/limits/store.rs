//! SQL of counted events.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use super::Limit;

pub(super) async fn lock(conn: &mut PgConnection, bucket: &str, key: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1 || ':' || $2, 0))", bucket, key)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn nth_newest(
    executor: impl PgExecutor<'_>,
    limit: &Limit,
    key: &str,
    since: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT at FROM rate_events WHERE bucket = $1 AND key = $2 AND at > $3
         ORDER BY at DESC OFFSET $4::bigint - 1 LIMIT 1",
        limit.bucket,
        key,
        since,
        i64::from(limit.most.max(1)),
    )
    .fetch_optional(executor)
    .await
}

pub(super) async fn insert(
    conn: &mut PgConnection,
    bucket: &str,
    key: &str,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("INSERT INTO rate_events (bucket, key, at) VALUES ($1, $2, $3)", bucket, key, at)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn delete_one(
    conn: &mut PgConnection,
    bucket: &str,
    key: &str,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM rate_events WHERE ctid IN
             (SELECT ctid FROM rate_events WHERE bucket = $1 AND key = $2 AND at = $3 LIMIT 1)",
        bucket,
        key,
        at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn delete_all(conn: &mut PgConnection, bucket: &str, key: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM rate_events WHERE bucket = $1 AND key = $2", bucket, key).execute(conn).await?;
    Ok(())
}

pub(super) async fn delete_before(executor: impl PgExecutor<'_>, before: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    let result = sqlx::query!("DELETE FROM rate_events WHERE at < $1", before).execute(executor).await?;
    Ok(result.rows_affected())
}
