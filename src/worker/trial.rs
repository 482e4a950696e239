//! Trials of reference solutions, and publications whose time has come.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use bytes::Bytes;

use super::Worker;
use super::grade::{blob, graded_files};
use super::train::{self, Ready};
use crate::authoring::tree::Tree;
use crate::authoring::trials::{self, Trial, Tried};
use crate::authoring::{self, Kind, folder, publishing};
use crate::exercises::catalogue;
use crate::exercises::manifest::{Example, Manifest};
use crate::grading::report::Report;
use crate::grading::{self, Evaluation};
use crate::ids::TrialId;
use crate::queue::PublishJob;
use crate::submissions::bundle;

/// Runs the next example of a draft that a trial has not run yet, so that no learner waits for more than one of them; a
/// fault of ours ends the trial, with words for its author.
pub async fn trial(worker: &Arc<Worker>, id: TrialId) -> anyhow::Result<()> {
    let trial = trials::find(&worker.pool, id).await?.context("the trial is gone")?;
    if trial.finished_at.is_some() {
        return Ok(());
    }
    let now = worker.clock.now();
    match Box::pin(run_next(worker, &trial)).await {
        Ok(Some(tried)) => {
            let mut tx = worker.pool.begin().await?;
            trials::note(&mut tx, &trial, &tried, now).await?;
            Ok(tx.commit().await?)
        }
        Ok(None) => Ok(trials::finish(&worker.pool, id, None, now).await?),
        Err(error) => {
            let error = format!("{error:#}");
            tracing::warn!(%error, exercise = %trial.slug, "a trial ended early");
            Ok(trials::finish(&worker.pool, id, Some(&error), now).await?)
        }
    }
}

async fn run_next(worker: &Arc<Worker>, trial: &Trial) -> anyhow::Result<Option<Tried>> {
    let found = authoring::revision(&worker.pool, (Kind::Exercise, &trial.slug), trial.revision).await?;
    let tree = found.context("the revision is gone")?;
    let manifest = folder::exercise(&worker.blobs, &trial.slug, &tree).await?.manifest;
    let Some(example) = manifest.right.iter().chain(&manifest.wrong).nth(trial.results.len()) else { return Ok(None) };
    let private = authoring::private_files(&worker.pool, &trial.slug).await?;
    let evaluation = catalogue::draft_evaluation(&worker.blobs, &manifest, &private).await?;
    try_one(worker, trial, (&tree, &manifest, example), Arc::new(evaluation)).await.map(Some)
}

async fn try_one(
    worker: &Arc<Worker>,
    trial: &Trial,
    (tree, manifest, example): (&Tree, &Manifest, &Example),
    evaluation: Arc<Evaluation>,
) -> anyhow::Result<Tried> {
    let file = tree.get(&example.file).context("a file of the draft is missing")?;
    let bytes = blob(worker, &file.sha256).await?;
    let weights = match &example.weights {
        Some(path) => {
            let file = tree.get(path).context("a file of the draft is missing")?;
            let name = path.rsplit('/').next().unwrap_or(path).to_owned();
            Some((name, blob(worker, &file.sha256).await?))
        }
        None => None,
    };
    let grade = async |model: Bytes| -> anyhow::Result<Report> {
        let seal = worker.seal_key.seal(&trial.version, "trial");
        let files = (model, weights.clone(), example.scale);
        Ok(graded_files(worker, files, (Arc::clone(&evaluation), seal), Arc::default()).await?.report)
    };
    let report = match ready(worker, manifest, example, &bytes).await? {
        None => grade(bytes).await?,
        Some(ready) => {
            let trained = train::train_bytes(bytes, ready, Arc::default()).await?;
            match trained.model {
                Ok(model) => Report { training: Some(trained.training), ..grade(Bytes::from(model)).await? },
                Err(refusal) => grading::without_model(Some(trained.training), refusal),
            }
        }
    };
    Ok(Tried::new(example, file.sha256, &report))
}

/// What a script needs; `None` for a model.
async fn ready(
    worker: &Arc<Worker>,
    manifest: &Manifest,
    example: &Example,
    bytes: &[u8],
) -> anyhow::Result<Option<Ready>> {
    let name = Path::new(&example.file).file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_script = bundle::is_script(name) || (bundle::is_archive(bytes) && bundle::holds_script(bytes));
    if manifest.script.is_none() || !is_script {
        return Ok(None);
    }
    let ready = train::ready_for(worker, manifest.clone()).await?;
    ready
        .map(Some)
        .ok_or_else(|| anyhow!("no Python environment that the exercise accepts is ready on this worker yet"))
}

/// Publishes a work whose time has come.
pub async fn publish(worker: &Worker, job: PublishJob) -> anyhow::Result<()> {
    let kind = if job.kind == Kind::Course.name() { Kind::Course } else { Kind::Exercise };
    let mut tx = worker.pool.begin().await?;
    publishing::publish_if_due(&mut tx, &worker.blobs, (kind, &job.slug), (job.by, worker.clock.now())).await?;
    Ok(tx.commit().await?)
}
