//! A small piece of a trial: some stored predictions scored again, or one model run again.

use std::sync::Arc;
use std::thread;

use anyhow::Context as _;
use bytes::Bytes;
use tokio::task::spawn_blocking;

use super::Worker;
use super::grade::{blob, graded, keep};
use crate::blobs::Sha256;
use crate::grading::report::{Predictions, Report};
use crate::grading::verdict::Reason;
use crate::grading::{self, Evaluation, rescored};
use crate::ids::{ShadowId, SubmissionId};
use crate::results::Origin;
use crate::results::shadow::{self, Found, Item, Shadow, Work};
use crate::submissions::{self, Kind};

/// Predictions that one job scores again: a second or so of work.
const AT_ONCE: i64 = 100;
/// Tries of one model, when it is our fault that it could not be run.
const TRIES: usize = 2;

/// Does the next piece, and queues the one after it. An error means our fault, and that it should be tried again.
pub async fn shadow(worker: &Arc<Worker>, id: ShadowId) -> anyhow::Result<()> {
    let shadow = shadow::find(&worker.pool, id).await?.context("the trial is gone")?;
    let mut conn = worker.pool.acquire().await?;
    let work = shadow::next(&mut conn, &shadow, AT_ONCE).await?;
    drop(conn);
    let (found, to_run) = match work {
        None => return Ok(()),
        Some(Work::Rescore(items)) => rescore(worker, &shadow, items).await?,
        Some(Work::Rerun(item)) => (vec![rerun(worker, &shadow, *item).await?], Vec::new()),
    };
    let mut tx = worker.pool.begin().await?;
    shadow::record(&mut tx, &shadow, (found, &to_run), worker.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// Scores stored predictions again; those that are lost or of other samples are left to be run.
async fn rescore(
    worker: &Arc<Worker>,
    shadow: &Shadow,
    items: Vec<Item>,
) -> anyhow::Result<(Vec<Found>, Vec<SubmissionId>)> {
    let evaluation = worker.evaluations.get(&shadow.version).await?;
    let (mut ready, mut found, mut to_run) = (Vec::new(), Vec::new(), Vec::new());
    for item in items {
        let Some(open) = item.predictions else {
            // It was refused before it was scored, and would be again.
            found.push(item.unchanged(Origin::Rescore));
            continue;
        };
        let open = worker.blobs.get(&open).await?;
        let sealed = stored_sealed(worker, &evaluation, &item).await?;
        match (open, sealed) {
            (Some(open), Some(sealed)) => ready.push((item, open, sealed)),
            (_, _) => to_run.push(item.submission),
        }
    }
    let scored = spawn_blocking(move || in_parallel(&evaluation, ready)).await?;
    for one in scored {
        match one {
            Ok(one) => found.push(*one),
            Err(submission) => to_run.push(submission),
        }
    }
    Ok((found, to_run))
}

/// The stored predictions on the sealed samples, empty where none are needed; `None` where they are lost, or of a private
/// set that has been replaced.
async fn stored_sealed(worker: &Worker, evaluation: &Evaluation, item: &Item) -> anyhow::Result<Option<Bytes>> {
    let Some(sealed) = &evaluation.sealed else { return Ok(Some(Bytes::new())) };
    let seal = item.seal.as_deref().unwrap_or_default();
    let Some(digest) = item.sealed_predictions.filter(|_| sealed.is_called(seal)) else { return Ok(None) };
    Ok(worker.blobs.get(&digest).await?)
}

type Scored = Result<Box<Found>, SubmissionId>;

/// Scores on every processor, behind everything else that runs on this machine.
fn in_parallel(evaluation: &Evaluation, items: Vec<(Item, Bytes, Bytes)>) -> Vec<Scored> {
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let size = items.len().div_ceil(threads).max(1);
    let mut items = items.into_iter();
    let parts: Vec<Vec<_>> = (0..threads).map(|_| items.by_ref().take(size).collect()).collect();
    thread::scope(|scope| {
        let one = |part: Vec<(Item, Bytes, Bytes)>| {
            scope.spawn(move || {
                grading::step_back();
                part.into_iter().map(|item| score(evaluation, item)).collect::<Vec<_>>()
            })
        };
        let handles: Vec<_> = parts.into_iter().map(one).collect();
        handles.into_iter().flat_map(|handle| handle.join().unwrap_or_default()).collect()
    })
}

fn score(evaluation: &Evaluation, (item, open, sealed): (Item, Bytes, Bytes)) -> Scored {
    let seal = item.seal.clone().unwrap_or_default();
    let sealed = Predictions::from_bytes(&sealed);
    let again = Predictions::from_bytes(&open).and_then(|open| {
        rescored(evaluation, &item.report, &open, sealed.as_ref().map(|found| (found, seal.as_str())))
    });
    match again {
        Some((report, correct)) => Ok(Box::new(Found { report, correct, ..item.unchanged(Origin::Rescore) })),
        None => Err(item.submission),
    }
}

/// Runs one model again; a fault of ours is written down as that after the last try, so that it holds up no other.
async fn rerun(worker: &Arc<Worker>, shadow: &Shadow, item: Item) -> anyhow::Result<Found> {
    let submission = submissions::find(&worker.pool, item.submission).await?.context("the submission is gone")?;
    let digest = match submission.kind {
        Kind::Model => submission.model,
        // The model that the script left the first time: it is not trained anew.
        Kind::Script => match item.report.model.as_ref().and(item.report.model_sha256.parse::<Sha256>().ok()) {
            Some(digest) => digest,
            None => return Ok(item.unchanged(Origin::Rerun)),
        },
    };
    let mut last = None;
    for _ in 0..TRIES {
        let model = match blob(worker, &digest).await {
            Ok(model) => model,
            Err(error) => {
                last = Some(error);
                continue;
            }
        };
        let evaluation = worker.evaluations.get(&shadow.version).await?;
        let seal = worker.seal_key.seal(&shadow.version, &submission.seal_subject());
        let identity = evaluation.sealed.as_ref().map(|sealed| sealed.identity(&seal));
        match graded(worker, &submission, model, (evaluation, seal), Arc::default()).await {
            Ok(graded) => {
                return Ok(Found {
                    submission: item.submission,
                    origin: Origin::Rerun,
                    counts: item.counts,
                    predictions: keep(worker, graded.predictions.as_ref()).await?,
                    sealed_predictions: keep(worker, graded.sealed_predictions.as_ref()).await?,
                    correct: graded.correct,
                    report: Report { training: item.report.training, ..graded.report },
                    seal: identity,
                });
            }
            Err(error) => last = Some(error),
        }
    }
    let error = last.map(|error| format!("{error:#}")).unwrap_or_default();
    tracing::error!(submission = %item.submission, %error, "could not be run again in a trial");
    let report = grading::without_model(None, Reason::PlatformFault);
    Ok(Found {
        submission: item.submission,
        origin: Origin::Rerun,
        counts: item.counts,
        report,
        correct: None,
        predictions: None,
        sealed_predictions: None,
        seal: None,
    })
}
