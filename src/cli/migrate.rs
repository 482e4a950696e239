//! `assay migrate`: makes or updates the tables.

use std::process::ExitCode;

use super::installation::{Access, Installation};
use crate::config::Config;

/// Migrates the database that the settings name.
pub async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let installation = Installation::open(config, Access::Shared).await?;
    let result = installation.migrate().await;
    installation.close().await?;
    result?;
    println!("the database is up to date");
    Ok(ExitCode::SUCCESS)
}
