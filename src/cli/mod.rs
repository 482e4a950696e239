//! The command line: one file per family of subcommands.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Config;

mod with_database;

/// Courses and graded exercises in machine learning, with certificates that anyone can verify.
#[derive(Debug, Parser)]
#[command(name = "assay", version, about, after_help = "Settings are environment variables; README.md lists them.")]
pub struct Cli {
    #[command(subcommand)]
    role: Role,
}

#[derive(Debug, Subcommand)]
enum Role {
    /// Run a command beside a throw-away PostgreSQL that it finds in `DATABASE_URL`.
    #[command(hide = true)]
    WithDatabase(with_database::Args),
}

/// Does what the command line asks for.
pub async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let config = Config::from_environment()?;
    match cli.role {
        Role::WithDatabase(args) => with_database::run(args, config).await,
    }
}
