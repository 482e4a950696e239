//! The connection to PostgreSQL, its migrations, the embedded server, and its dumps.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::migrate::{Migrate as _, MigrateError};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Connection as _, PgConnection};

pub mod dump;
pub mod embedded;
pub mod folder;
pub mod secrets;

mod store;

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

/// Why a database cannot be used as it is.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The address is wrong, nobody answers there, or it refuses us.
    #[error("PostgreSQL at {place} does not let us in ({source}): check DATABASE_URL and that the server runs")]
    Unreachable {
        /// Host, port and database, without the password.
        place: String,
        /// What was said.
        source: sqlx::Error,
    },
    /// It is of a version that Assay was not tested with.
    #[error(
        "PostgreSQL at {place} is version {major}, but Assay works with 15 to 18: name such a server in DATABASE_URL"
    )]
    Version {
        /// Host, port and database.
        place: String,
        /// Its major version.
        major: u32,
    },
    /// Migrations have not run yet.
    #[error("{0} database migrations are pending: run `assay migrate`")]
    Pending(usize),
    /// The database was migrated by a newer Assay.
    #[error("the database has migration {0}, which this Assay does not know: run the newer version that made it")]
    Newer(i64),
    /// A migration failed, or one that has run was changed.
    #[error("database migrations: {0}")]
    Migrate(#[from] MigrateError),
    /// A query failed.
    #[error(transparent)]
    Query(#[from] sqlx::Error),
}

/// A pool of connections to `url`, after a look at who answers there.
pub async fn open(url: &str) -> Result<PgPool, DatabaseError> {
    let place = place(url);
    // One connection first: a pool takes a refusal for a server that is just starting, and keeps trying.
    let unreachable = |source| DatabaseError::Unreachable { place: place.clone(), source };
    let mut probe = PgConnection::connect(url).await.map_err(unreachable)?;
    let major = major(store::server_version(&mut probe).await?);
    probe.close().await?;
    if embedded::SUPPORTED.contains(&major) {
        Ok(connect(url).await?)
    } else {
        Err(DatabaseError::Version { place, major })
    }
}

/// Major version of the server.
pub async fn server_major(pool: &PgPool) -> Result<u32, sqlx::Error> {
    Ok(major(store::server_version(pool).await?))
}

/// 18 of 180006.
fn major(version: i32) -> u32 {
    u32::try_from(version).unwrap_or_default() / 10_000
}

/// The server's clock, in UTC.
pub async fn server_time(pool: &PgPool) -> Result<DateTime<Utc>, sqlx::Error> {
    store::now(pool).await
}

/// Whether the database holds no table of anybody's yet.
pub async fn is_empty(pool: &PgPool) -> Result<bool, sqlx::Error> {
    Ok(store::tables(pool).await? == 0)
}

/// Runs our own migrations; the queue has its own.
pub async fn migrate(pool: &PgPool) -> Result<(), DatabaseError> {
    Ok(MIGRATOR.run(pool).await?)
}

/// Holds that every migration has run, and none that we do not know.
pub async fn require_migrated(pool: &PgPool) -> Result<(), DatabaseError> {
    let applied = applied(pool).await?;
    if let Some(newer) = applied.iter().find(|version| !MIGRATOR.version_exists(**version)) {
        return Err(DatabaseError::Newer(*newer));
    }
    match MIGRATOR.iter().filter(|migration| !applied.contains(&migration.version)).count() {
        0 => Ok(()),
        pending => Err(DatabaseError::Pending(pending)),
    }
}

async fn applied(pool: &PgPool) -> Result<Vec<i64>, DatabaseError> {
    if !store::has_migrations_table(pool).await? {
        return Ok(Vec::new());
    }
    let mut conn = pool.acquire().await?;
    let applied = conn.list_applied_migrations("_sqlx_migrations").await?;
    Ok(applied.into_iter().map(|migration| migration.version).collect())
}

/// Host, port and database of an address: what a message may show.
fn place(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(url) => {
            let (host, port) = (url.host_str().unwrap_or("localhost"), url.port().unwrap_or(5432));
            format!("{host}:{port}{}", url.path())
        }
        Err(_) => "an address that cannot be read".to_owned(),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_shows_where_a_database_is_but_not_its_password() {
        assert_eq!(place("postgres://ada:secret@db.example:6432/assay?sslmode=require"), "db.example:6432/assay");
        assert_eq!(place("postgres://localhost/assay"), "localhost:5432/assay");
        assert_eq!(place("nonsense"), "an address that cannot be read");
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_named_with_the_setting() {
        let error = open("postgres://ada:secret@127.0.0.1:1/assay").await.unwrap_err().to_string();
        assert!(error.contains("127.0.0.1:1/assay") && error.contains("DATABASE_URL"), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
}
