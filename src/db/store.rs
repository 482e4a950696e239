//! SQL about the server itself.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// Version as a number: 180006 is 18.6.
pub(super) async fn server_version(executor: impl PgExecutor<'_>) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT current_setting('server_version_num')::int AS "number!""#).fetch_one(executor).await
}

pub(super) async fn now(executor: impl PgExecutor<'_>) -> Result<DateTime<Utc>, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT clock_timestamp() AS "now!""#).fetch_one(executor).await
}

/// How many tables there are beside PostgreSQL's own.
pub(super) async fn tables(executor: impl PgExecutor<'_>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "tables!" FROM pg_class
           WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
             AND relnamespace::regnamespace::text NOT LIKE 'pg_toast%'"#
    )
    .fetch_one(executor)
    .await
}

pub(super) async fn has_migrations_table(executor: impl PgExecutor<'_>) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT to_regclass('_sqlx_migrations') IS NOT NULL AS "there!""#).fetch_one(executor).await
}
