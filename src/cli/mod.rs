//! The command line: one file per family of subcommands.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;

use admin::AdminCommand;
use installation::{Access, Installation};

pub mod admin;
pub mod backup;
pub mod check;
pub mod grade;
pub mod installation;
pub mod restore;
pub mod verify;

mod archive;
mod content;
mod doctor;
mod migrate;
mod serve;
mod signals;
mod with_database;
mod work;

/// Courses and graded exercises in machine learning, with certificates that anyone can verify.
#[derive(Debug, Parser)]
#[command(name = "assay", version, about, after_help = "Settings are environment variables; README.md lists them.")]
pub struct Cli {
    #[command(subcommand)]
    role: Role,
}

#[derive(Debug, Subcommand)]
enum Role {
    /// Serve pages and API, and grade.
    Serve(serve::Args),
    /// Grade and send mail, in a process of its own.
    Work(work::Args),
    /// Make or update the tables of the database.
    Migrate,
    /// Grade a model on this machine, without a database.
    Grade(grade::Args),
    /// Validate exercises and run the submissions that ship with them.
    Check(check::Args),
    /// Check a downloaded certificate, without a network and without a database.
    Verify(verify::Args),
    /// Make accounts and set roles.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Write database, blobs and keys into one file, while the service runs.
    Backup(backup::Args),
    /// Fill an empty installation from a backup.
    Restore(restore::Args),
    /// Check what a start would trip over.
    Doctor,
    /// Run a command beside a throw-away PostgreSQL that it finds in `DATABASE_URL`.
    #[command(hide = true)]
    WithDatabase(with_database::Args),
}

/// Does what the command line asks for.
pub async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let config = Config::from_environment()?;
    match cli.role {
        Role::Serve(args) => serve::run(args, config).await,
        Role::Work(args) => work::run(args, config).await,
        Role::Migrate => migrate::run(config).await,
        Role::Grade(args) => {
            Ok(tokio::task::block_in_place(|| grade::run(&args, &config.content_folder(), &config.data_folder())))
        }
        Role::Check(args) => {
            Ok(tokio::task::block_in_place(|| check::run(&args, &config.content_folder(), &config.data_folder())))
        }
        Role::Verify(args) => Ok(verify::run(&args, SystemClock.now())),
        Role::Admin(command) => administer(command, config).await,
        Role::Backup(args) => backup::run(args, config).await,
        Role::Restore(args) => restore::run(args, config).await,
        Role::Doctor => doctor::run(config).await,
        Role::WithDatabase(args) => with_database::run(args, config).await,
    }
}

/// An `admin` command beside a running server, or with the embedded one started for it.
async fn administer(command: AdminCommand, config: Config) -> anyhow::Result<ExitCode> {
    if let AdminCommand::Environment(command) = &command {
        return tokio::task::block_in_place(|| admin::environment::run(command, &config));
    }
    let installation = Installation::open(config, Access::Shared).await?;
    let result =
        admin::run(command, &installation.config, (&installation.pool, &installation.blobs), SystemClock.now()).await;
    installation.close().await?;
    result
}
