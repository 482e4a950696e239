//! `assay admin environment`: builds the Python environments that scripts run in.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Subcommand;

use crate::config::Config;
use crate::exercises::environments;
use crate::grading::sandbox::Sandbox;
use crate::grading::script::{ScriptSandbox, environment};

/// What can be done with environments.
#[derive(Debug, Subcommand)]
pub enum EnvironmentCommand {
    /// Fetch the pinned packages of an environment and make it ready.
    Build {
        /// Its name: that of its file in `exercises/environments/`.
        name: String,
    },
    /// List the environments, and say which are ready.
    List,
}

/// Carries out `command`; results go to stdout, prose to stderr.
pub fn run(command: &EnvironmentCommand, config: &Config) -> anyhow::Result<ExitCode> {
    let exercises = config.content_folder().join("exercises");
    let root = config.data_folder().join(environments::FOLDER);
    match command {
        EnvironmentCommand::Build { name } => build(&exercises, &root, name),
        EnvironmentCommand::List => {
            for (name, declared) in environments::load_all(&exercises)? {
                let built = environment::find(&root, &name, &declared.packages)?;
                let state = if built.is_some() { "ready" } else { "not built" };
                println!("{name}\t{state}\t{}", declared.summary.en);
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn build(exercises: &Path, root: &Path, name: &str) -> anyhow::Result<ExitCode> {
    let declared = environments::load(exercises, name).with_context(|| format!("there is no environment {name}"))?;
    let built = environment::build(root, name, &declared.packages, &|what| eprintln!("{name}: {what}"))?;
    let models = Sandbox::locate()?;
    match ScriptSandbox::new(&models.grader, models.accepts_no_namespaces()) {
        Ok(sandbox) => {
            eprintln!("{name}: importing {}", declared.imports.join(", "));
            sandbox.prove_imports(&built, &declared.imports)?;
        }
        Err(error) => eprintln!("{name}: not tried, since no script can be run here: {error}"),
    }
    eprintln!("{name} is ready.");
    println!("{}", built.packages.display());
    Ok(ExitCode::SUCCESS)
}
