//! A further run of a script with another seed: trained and graded like the first, and written down beside it.

use std::sync::Arc;

use anyhow::Context as _;
use bytes::Bytes;

use super::Worker;
use super::grade::graded;
use super::train;
use crate::grading;
use crate::grading::report::Report;
use crate::ids::RetrainingId;
use crate::results::retraining;
use crate::submissions;

/// Runs what was asked for, unless that was done. An error means our fault, and that it should be tried again.
pub async fn retrain(worker: &Arc<Worker>, id: RetrainingId) -> anyhow::Result<()> {
    let asked = retraining::find(&worker.pool, id).await?.context("the further run is gone")?;
    if asked.is_over {
        return Ok(());
    }
    let submission = submissions::find(&worker.pool, asked.submission).await?.context("the submission is gone")?;
    let ready =
        train::ready(worker, &submission).await?.context("no environment for it is ready on this worker yet")?;
    let ready = ready.with_seed(u32::try_from(asked.seed)?);
    let trained = train::train(worker, &submission, ready, Arc::default()).await?;
    let report = match trained.model {
        Ok(model) => {
            let evaluation = worker.evaluations.get(&submission.version).await?;
            let seal = worker.seal_key.seal(&submission.version, &submission.seal_subject());
            let graded = graded(worker, &submission, Bytes::from(model), (evaluation, seal), Arc::default()).await?;
            Report { training: Some(trained.training), ..graded.report }
        }
        Err(refusal) => grading::without_model(Some(trained.training), refusal),
    };
    let mut conn = worker.pool.acquire().await?;
    retraining::finish(&mut conn, id, &report, worker.clock.now()).await?;
    tracing::info!(submission = %submission.id, seed = asked.seed, verdict = report.verdict.as_str(), "trained again");
    Ok(())
}
