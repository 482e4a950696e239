//! `assay with-database -- COMMAND…`: runs a command beside a throw-away PostgreSQL; for tests and for developers.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::db::embedded::{Throwaway, run_with};
use crate::{db, queue};

/// What to run.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Leave the database empty: the command migrates it itself.
    #[arg(long)]
    empty: bool,
    /// The command and its arguments; it finds the database in `DATABASE_URL`.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

/// Starts the server, migrates it, runs the command, stops the server; ends as the command ended.
pub async fn run(args: Args, config: Config) -> anyhow::Result<ExitCode> {
    // Ctrl-C reaches the command as well: it ends, and then we clean up. A handler, unlike ignoring the signal, is not
    // inherited by the command.
    let _interrupt = signal(SignalKind::interrupt())?;
    let _terminate = signal(SignalKind::terminate())?;
    let throwaway = Throwaway::start(config.postgres_bin.as_deref())?;
    if !args.empty {
        migrate(throwaway.url()).await?;
    }
    let url = throwaway.url().to_owned();
    let code = tokio::task::spawn_blocking(move || run_with(&url, &args.command)).await??;
    tokio::task::spawn_blocking(move || drop(throwaway)).await?;
    Ok(ExitCode::from(code))
}

/// Migrates by the files of a checkout where we are in one, so that a developer's new migration counts before the
/// executable that contains it can be built.
async fn migrate(url: &str) -> anyhow::Result<()> {
    let pool = db::open(url).await?;
    let files = std::path::Path::new("migrations");
    if files.is_dir() {
        let migrator = sqlx::migrate::Migrator::new(files).await.context("the folder migrations/")?;
        migrator.run(&pool).await?;
    } else {
        db::migrate(&pool).await?;
    }
    queue::migrate(&pool).await?;
    pool.close().await;
    Ok(())
}
