//! Scripts: where they can run on this worker, and the running itself.

use std::cell::Cell;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use bytes::Bytes;
use tokio::task::spawn_blocking;

use super::Worker;
use super::grade::{Shared, blob};
use crate::exercises::manifest::{self, Manifest};
use crate::exercises::{catalogue, environments, training};
use crate::grading::GradingError;
use crate::grading::sandbox::Sandbox;
use crate::grading::script::environment::{self, Built};
use crate::grading::script::log::Log;
use crate::grading::script::{self, Script, ScriptSandbox, Trained};
use crate::submissions::Submission;

/// How often what is printed is handed on.
const SHOW: Duration = Duration::from_millis(400);

/// Where and how scripts run on this worker.
#[derive(Debug)]
pub struct Scripts {
    root: PathBuf,
    sandbox: Result<Arc<ScriptSandbox>, GradingError>,
}

impl Scripts {
    /// With environments and training files below the data folder `root`.
    pub fn new(root: PathBuf, models: &Sandbox) -> Self {
        let sandbox = ScriptSandbox::new(&models.grader, models.accepts_no_namespaces()).map(Arc::new);
        Self { root, sandbox }
    }

    /// After the walls were tried on this machine: where they do not hold, or scripts cannot reach what they need, none is
    /// run here.
    #[must_use]
    pub fn proven(mut self) -> Self {
        if let Ok(sandbox) = &self.sandbox
            && let Err(error) = fs::create_dir_all(self.environments())
                .map_err(|source| GradingError::Io { what: "making the folder of environments", source })
                .and_then(|()| sandbox.prove(&self.environments()))
        {
            tracing::error!(%error, "this worker runs no scripts");
            self.sandbox = Err(error);
        }
        self
    }

    /// How scripts are kept apart, or why none can be run.
    pub fn tier(&self) -> String {
        match &self.sandbox {
            Ok(sandbox) => sandbox.tier.as_str().to_owned(),
            Err(error) => error.to_string(),
        }
    }

    /// Whether scripts can be run at all.
    pub fn can_run(&self) -> bool {
        self.sandbox.is_ok()
    }

    /// Folder of Python environments.
    pub fn environments(&self) -> PathBuf {
        self.root.join(environments::FOLDER)
    }
}

/// What a script needs, once it is there.
pub(super) struct Ready {
    manifest: Manifest,
    rules: manifest::Script,
    environment: Built,
    data: PathBuf,
    sandbox: Arc<ScriptSandbox>,
}

impl Ready {
    /// For a run with another seed.
    pub fn with_seed(mut self, seed: u32) -> Self {
        self.rules.seed = seed;
        self
    }

    /// The seed of the first run, and how many further ones the exercise asks for after a pass.
    pub fn further_runs(&self) -> (u32, u32) {
        (self.rules.seed, self.rules.retrain)
    }
}

/// Looks for what a script needs; `None` while no environment that the exercise accepts is ready on this worker.
pub(super) async fn ready(worker: &Worker, submission: &Submission) -> anyhow::Result<Option<Ready>> {
    let manifest = catalogue::version(&worker.pool, &submission.version).await?;
    let manifest = manifest.context("the exercise version of a submission is not known")?;
    ready_for(worker, manifest).await
}

/// The same for an exercise by its manifest.
pub(super) async fn ready_for(worker: &Worker, manifest: Manifest) -> anyhow::Result<Option<Ready>> {
    let sandbox = match &worker.scripts.sandbox {
        Ok(sandbox) => Arc::clone(sandbox),
        Err(error) => return Err(anyhow!("{error}")),
    };
    let rules = manifest.script.clone().context("the exercise takes no scripts")?;
    let declared = environments::declared(&worker.pool).await?;
    let root = worker.scripts.environments();
    let names = rules.environments.clone();
    let found = spawn_blocking(move || {
        let accepted = names.iter().filter_map(|name| declared.iter().find(|(known, _)| known == name));
        accepted.map(|(name, found)| environment::find(&root, name, &found.packages)).find_map(Result::transpose)
    });
    let Some(environment) = found.await?.transpose()? else { return Ok(None) };
    let data = catalogue::training_folder(&worker.blobs, &manifest, worker.scripts.root.join(training::FOLDER)).await?;
    Ok(Some(Ready { manifest, rules, environment, data, sandbox }))
}

/// Runs the script to its end.
pub(super) async fn train(
    worker: &Worker,
    submission: &Submission,
    ready: Ready,
    shared: Arc<Shared>,
) -> anyhow::Result<Trained> {
    let bytes = blob(worker, &submission.model).await?;
    train_bytes(bytes, ready, shared).await
}

/// Runs these bytes as a script to their end.
pub(super) async fn train_bytes(bytes: Bytes, ready: Ready, shared: Arc<Shared>) -> anyhow::Result<Trained> {
    let started = Instant::now();
    // The blocking thread lives as long as the process it spawns, so the parent-death signal cannot fire early.
    let trained = spawn_blocking(move || {
        let last = Cell::new(None::<Instant>);
        let printed = |log: &Log| {
            if last.get().is_none_or(|last| last.elapsed() >= SHOW) {
                last.set(Some(Instant::now()));
                shared.print(log);
            }
        };
        let script = Script {
            bytes: &bytes,
            max_bytes: ready.rules.max_bytes,
            environment: &ready.environment,
            data: &ready.data,
            seed: ready.rules.seed,
            limits: ready.rules.limits(),
            max_model_bytes: ready.manifest.limits.max_model_bytes,
            cancel: &shared.cancel,
            printed: &printed,
        };
        script::train(&ready.sandbox, &script)
    });
    let trained = trained.await??;
    metrics::histogram!("assay_training_seconds").record(started.elapsed().as_secs_f64());
    Ok(trained)
}

/// Names of the environments that are ready here.
pub(super) async fn ready_environments(worker: &Worker) -> anyhow::Result<Vec<String>> {
    if !worker.scripts.can_run() {
        return Ok(Vec::new());
    }
    let declared = environments::declared(&worker.pool).await?;
    let root = worker.scripts.environments();
    let found = spawn_blocking(move || {
        let is_ready = |name: &str, packages: &[_]| matches!(environment::find(&root, name, packages), Ok(Some(_)));
        let ready = declared.into_iter().filter(|(name, found)| is_ready(name, &found.packages));
        ready.map(|(name, _)| name).collect()
    });
    Ok(found.await?)
}
