//! The connection to PostgreSQL, its migrations, and the embedded server.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

/// Migrations of our own tables, in the order of their numbers.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// The schema that the job queue keeps its tables in.
pub const QUEUE_SCHEMA: &str = "graphile_worker";

/// A pool of connections to `url`.
pub async fn connect(url: &str) -> Result<PgPool, sqlx::Error> {
    let options: PgConnectOptions = url.parse()?;
    PgPoolOptions::new()
        .max_connections(20)
        .acquire_timeout(Duration::from_secs(10))
        .max_lifetime(Duration::from_mins(30))
        .connect_with(options)
        .await
}

/// The name of the constraint that refused a write, for a room to turn into its own error.
pub fn violated_constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error()?.constraint()
}

/// An update that had to hit exactly one row did not: the row changed under us, or the code is wrong.
#[derive(Debug, thiserror::Error)]
#[error("expected to change one row, changed {0}")]
pub struct NotOneRow(pub u64);

/// Holds an update to its promise of hitting exactly one row.
pub fn one_row(result: &sqlx::postgres::PgQueryResult) -> Result<(), sqlx::Error> {
    match result.rows_affected() {
        1 => Ok(()),
        other => Err(sqlx::Error::Configuration(Box::new(NotOneRow(other)))),
    }
}
