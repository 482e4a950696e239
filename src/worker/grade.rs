//! One grading from claim to record: no transaction is open while the model runs.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use bytes::Bytes;
use tokio::task::{AbortHandle, spawn_blocking};

use super::Worker;
use super::train::{self, Ready};
use crate::blobs::Sha256;
use crate::certificates::earned::issue_earned;
use crate::certificates::exam::settle;
use crate::grading::adapt::Refusal;
use crate::grading::report::{CorrectSamples, Predictions, Report, Training};
use crate::grading::scale::Scale;
use crate::grading::script::{Trained, log::Log};
use crate::grading::seal::Seal;
use crate::grading::verdict::Verdict;
use crate::grading::{self, Evaluation, Extent, Graded, Job, Progress, Weights};
use crate::ids::SubmissionId;
use crate::queue;
use crate::results::{self, Claim, Lease, Outcome, ResultError, retraining, training};
use crate::submissions::{self, Context, Kind, Submission};

/// How often progress and life are written while a model runs.
const BEAT: Duration = Duration::from_secs(1);

/// Grades `submission`: claim, run, record. An error means our fault, and that the job should be tried again.
pub async fn grade(worker: &Arc<Worker>, submission: SubmissionId) -> anyhow::Result<()> {
    let submission = submissions::find(&worker.pool, submission).await?.context("the submission is gone")?;
    let mut tx = worker.pool.begin().await?;
    // Before the run is claimed: waiting for an environment is no run that failed.
    let ready = match submission.kind {
        Kind::Script if results::published(&mut *tx, submission.id).await?.is_none() => {
            let ready = train::ready(worker, &submission).await?;
            if ready.is_none() {
                queue::postpone_training(&mut tx, submission.id, submission.person).await?;
                return Ok(tx.commit().await?);
            }
            ready
        }
        Kind::Model | Kind::Script => None,
    };
    let claim = results::claim(&mut tx, &submission, &worker.name, worker.clock.now()).await?;
    tx.commit().await?;
    match claim {
        Claim::Finished | Claim::Buried => Ok(()),
        Claim::Busy => Err(anyhow!("another worker is grading this submission")),
        Claim::Run(lease) => match run_and_record(worker, &submission, &lease, ready).await {
            Ok(()) => Ok(()),
            Err(error) => give_up(worker, &submission, &lease, error).await,
        },
    }
}

async fn run_and_record(
    worker: &Arc<Worker>,
    submission: &Submission,
    lease: &Lease,
    ready: Option<Ready>,
) -> anyhow::Result<()> {
    let started = Instant::now();
    let evaluation = worker.evaluations.get(&submission.version).await?;
    let seal = worker.seal_key.seal(&submission.version, &submission.seal_subject());
    let identity = evaluation.sealed.as_ref().map(|sealed| sealed.identity(&seal));
    let mut conn = worker.pool.acquire().await?;
    let known = results::reusable(&mut conn, submission, &grading::grader_version(), identity.as_deref()).await?;
    drop(conn);
    let done = match known {
        Some(known) => Done {
            report: known.report,
            correct: known.correct,
            predictions: known.predictions,
            sealed_predictions: known.sealed_predictions,
            identity,
            log: None,
            further: (0, 0),
        },
        None => Box::pin(run(worker, submission, lease, ready, (evaluation, seal, identity))).await?,
    };
    record(worker, submission, lease, &done).await?;
    metrics::histogram!("assay_grading_seconds").record(started.elapsed().as_secs_f64());
    metrics::counter!("assay_gradings_total", "verdict" => done.report.verdict.as_str()).increment(1);
    tracing::info!(submission = %submission.id, verdict = done.report.verdict.as_str(), run = lease.number, "graded");
    Ok(())
}

struct Done {
    report: Report,
    correct: Option<CorrectSamples>,
    predictions: Option<Sha256>,
    sealed_predictions: Option<Sha256>,
    identity: Option<String>,
    log: Option<Log>,
    /// After a pass: the seed, and how many further runs the exercise asks for.
    further: (u32, u32),
}

impl Done {
    fn without_model(training: Training, refusal: Refusal, log: Log) -> Self {
        Self {
            report: grading::without_model(Some(training), refusal),
            correct: None,
            predictions: None,
            sealed_predictions: None,
            identity: None,
            log: Some(log),
            further: (0, 0),
        }
    }
}

async fn run(
    worker: &Arc<Worker>,
    submission: &Submission,
    lease: &Lease,
    ready: Option<Ready>,
    (evaluation, seal, identity): (Arc<Evaluation>, Seal, Option<String>),
) -> anyhow::Result<Done> {
    let shared = Arc::new(Shared::default());
    let _beating = beat(Arc::clone(worker), submission.clone(), *lease, Arc::clone(&shared));
    let mut trained = None;
    let further = ready.as_ref().map_or((0, 0), Ready::further_runs);
    let model = match ready {
        None => blob(worker, &submission.model).await?,
        Some(ready) => {
            let Trained { model, training, log } = train::train(worker, submission, ready, Arc::clone(&shared)).await?;
            shared.print(&log);
            match model {
                Ok(model) => {
                    let model = Bytes::from(model);
                    worker.blobs.put(model.clone()).await?;
                    trained = Some((training, log));
                    model
                }
                Err(refusal) => return Ok(Done::without_model(training, refusal, log)),
            }
        }
    };
    let graded = graded(worker, submission, model, (evaluation, seal), shared).await?;
    let predictions = keep(worker, graded.predictions.as_ref()).await?;
    let sealed_predictions = keep(worker, graded.sealed_predictions.as_ref()).await?;
    let (training, log) = trained.unzip();
    let report = Report { training, ..graded.report };
    Ok(Done { report, correct: graded.correct, predictions, sealed_predictions, identity, log, further })
}

/// Runs a model of a submission, its own or one that its script trained, on what the submission is graded on.
pub(super) async fn graded(
    worker: &Worker,
    submission: &Submission,
    model: Bytes,
    (evaluation, seal): (Arc<Evaluation>, Seal),
    shared: Arc<Shared>,
) -> anyhow::Result<Graded> {
    let weights = match &submission.weights {
        Some(file) => Some((file.name.clone(), blob(worker, &file.sha256).await?)),
        None => None,
    };
    let scale = if submission.scale.is_empty() { None } else { Some(submission.scale.parse()?) };
    graded_files(worker, (model, weights, scale), (evaluation, seal), shared).await
}

/// A model, its second file with its name, and the scale that it is to be run with.
pub(super) type ModelFiles = (Bytes, Option<(String, Bytes)>, Option<Scale>);

/// Runs a model whose files are at hand.
pub(super) async fn graded_files(
    worker: &Worker,
    (model, weights, scale): ModelFiles,
    (evaluation, seal): (Arc<Evaluation>, Seal),
    shared: Arc<Shared>,
) -> anyhow::Result<Graded> {
    let sandbox = Arc::clone(&worker.sandbox);
    // The blocking thread lives as long as the child it spawns, so the parent-death signal cannot fire early.
    let graded = spawn_blocking(move || {
        let progress = |now: Progress| shared.show(now);
        let job = Job {
            model: &model,
            weights: weights.as_ref().map(|(name, bytes)| Weights { name, bytes }),
            scale,
            evaluation: &evaluation,
            seal,
            extent: Extent::Whole,
            cancel: &shared.cancel,
            progress: &progress,
        };
        grading::grade(&sandbox, &job)
    });
    Ok(graded.await??)
}

pub(super) async fn blob(worker: &Worker, digest: &Sha256) -> anyhow::Result<Bytes> {
    worker.blobs.get(digest).await?.context("the submitted file is missing from blob storage")
}

pub(super) async fn keep(worker: &Worker, predictions: Option<&Predictions>) -> anyhow::Result<Option<Sha256>> {
    match predictions {
        Some(predictions) => Ok(Some(worker.blobs.put(Bytes::from(predictions.to_bytes())).await?)),
        None => Ok(None),
    }
}

async fn record(worker: &Worker, submission: &Submission, lease: &Lease, done: &Done) -> anyhow::Result<()> {
    let now = worker.clock.now();
    let outcome = Outcome {
        submission,
        report: &done.report,
        correct: done.correct.as_ref(),
        predictions: done.predictions,
        sealed_predictions: done.sealed_predictions,
        seal: done.identity.as_deref(),
    };
    let mut tx = worker.pool.begin().await?;
    results::record(&mut tx, lease, &outcome, now).await?;
    if let Some(log) = &done.log {
        training::write(&mut tx, lease, submission, (log, true), now).await?;
    }
    if let Context::Exam { attempt, .. } = submission.context {
        settle(&mut tx, &worker.keys, &worker.issuer, attempt, now).await?;
    }
    if done.report.verdict == Verdict::Passed {
        retraining::ask(&mut tx, submission, done.further, None, now).await?;
        // In the same transaction: whoever sees the pass sees the certificate it completes.
        issue_earned(&mut tx, &worker.keys, &worker.issuer, submission.person, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Our fault: the run ends as failed and the job is tried again, unless it was the last try or the lease is gone.
async fn give_up(worker: &Worker, submission: &Submission, lease: &Lease, error: anyhow::Error) -> anyhow::Result<()> {
    if matches!(error.downcast_ref(), Some(ResultError::Stale(_))) {
        tracing::warn!(submission = %submission.id, run = lease.number, "another worker took over; result dropped");
        return Ok(());
    }
    let mut tx = worker.pool.begin().await?;
    let is_buried = results::fail(&mut tx, lease, submission.id, &format!("{error:#}"), worker.clock.now()).await?;
    tx.commit().await?;
    if is_buried {
        metrics::counter!("assay_buried_total").increment(1);
        tracing::error!(submission = %submission.id, error = format!("{error:#}"), "given up after repeated faults");
        return Ok(());
    }
    Err(error)
}

/// What the run's thread and its heartbeat tell each other.
#[derive(Default)]
pub(super) struct Shared {
    /// Set to stop the run.
    pub cancel: AtomicBool,
    done: AtomicU32,
    total: AtomicU32,
    /// What a script printed since it was last written down.
    printed: Mutex<Option<Log>>,
}

impl Shared {
    /// Hands on what a script printed so far.
    pub fn print(&self, log: &Log) {
        *self.printed.lock().unwrap_or_else(PoisonError::into_inner) = Some(log.clone());
    }

    fn take_printed(&self) -> Option<Log> {
        self.printed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn show(&self, progress: Progress) {
        self.done.store(progress.done, Ordering::Relaxed);
        self.total.store(progress.total, Ordering::Relaxed);
    }

    fn progress(&self) -> (i32, i32) {
        let read = |number: &AtomicU32| i32::try_from(number.load(Ordering::Relaxed)).unwrap_or(i32::MAX);
        (read(&self.done), read(&self.total))
    }
}

/// Stops the heartbeat when the run is over.
struct Beating(AbortHandle);

impl Drop for Beating {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn beat(worker: Arc<Worker>, submission: Submission, lease: Lease, shared: Arc<Shared>) -> Beating {
    let task = tokio::spawn(async move {
        loop {
            tokio::time::sleep(BEAT).await;
            if let Err(error) = beat_once(&worker, &submission, &lease, &shared).await {
                if matches!(error, ResultError::Stale(_)) {
                    // Somebody else has the run now: stop burning time on it.
                    shared.cancel.store(true, Ordering::Relaxed);
                    return;
                }
                tracing::warn!(%error, "a heartbeat could not be written");
            }
        }
    });
    Beating(task.abort_handle())
}

async fn beat_once(
    worker: &Worker,
    submission: &Submission,
    lease: &Lease,
    shared: &Shared,
) -> Result<(), ResultError> {
    let mut conn = worker.pool.acquire().await?;
    results::heartbeat(&mut conn, lease, shared.progress(), worker.clock.now()).await?;
    if training::cancellation(&mut *conn, submission.id).await? {
        shared.cancel.store(true, Ordering::Relaxed);
    }
    if let Some(log) = shared.take_printed() {
        training::write(&mut conn, lease, submission, (&log, false), worker.clock.now()).await?;
    }
    Ok(())
}
