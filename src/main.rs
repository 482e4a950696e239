//! One executable; its roles are subcommands.

use std::process::ExitCode;

use assay::cli::{self, Cli};
use clap::Parser as _;

/// Exit code of a fault of ours or of the installation; `assay grade` keeps 1 to 5 for what it found out.
const FAULT: u8 = 6;

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Libraries that report each step of theirs are heard only when something is wrong.
    assay::telemetry::log("info,sqlx=warn,graphile_worker=warn,graphile_worker_migrations=warn,actix_server=warn");
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    runtime.block_on(cli::run(cli)).unwrap_or_else(|error| fail(&error))
}

/// One line with what happened and why.
fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("assay: {error:#}");
    ExitCode::from(FAULT)
}
