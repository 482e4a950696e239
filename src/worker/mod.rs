//! Claims grading jobs, runs them, records the result; heartbeat, reaper and shutdown.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use chrono::TimeDelta;
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext, WorkerOptions};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::accounts;
use crate::blobs::Blobs;
use crate::certificates::credential::Issuer;
use crate::certificates::exam::settle;
use crate::certificates::keys::Keys;
use crate::clock::Clock;
use crate::db::QUEUE_SCHEMA;
use crate::exercises::catalogue::Evaluations;
use crate::exercises::seal_key::SealKey;
use crate::grading::protocol::Check;
use crate::grading::sandbox::{Sandbox, tier};
use crate::mail::{self, Mailer};
use crate::queue::{
    self, ExamClockJob, GradeJob, MailJob, PublishJob, RetrainJob, ScriptTrialJob, ShadowJob, SweepJob, TrainJob,
    TrialJob,
};
use crate::results::{operations, retention};

mod grade;
mod retrain;
mod shadow;
mod train;
mod trial;

pub use grade::grade;
pub use retrain::retrain;
pub use shadow::shadow;
pub use train::Scripts;
pub use trial::{publish, trial};

/// How long a stop waits for gradings under way; what is not done by then is graded again by another worker.
const GRACE: Duration = Duration::from_secs(20);
/// How often a worker says that it lives.
const PRESENCE: Duration = Duration::from_secs(10);
/// How often expired things are removed.
const HOUSEKEEPING: Duration = Duration::from_hours(1);

/// What a worker works with.
pub struct Worker {
    /// Connections to PostgreSQL.
    pub pool: PgPool,
    /// Uploaded files.
    pub blobs: Blobs,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where mail leaves.
    pub mailer: Mailer,
    /// Who issues certificates.
    pub issuer: Issuer,
    /// The key that signs them.
    pub keys: Keys,
    /// The key that sealed variants are drawn from.
    pub seal_key: SealKey,
    /// The isolated grader.
    pub sandbox: Arc<Sandbox>,
    /// What its self-test found.
    pub checks: Vec<Check>,
    /// Where and how scripts run.
    pub scripts: Scripts,
    /// Host and process, for the record of runs.
    pub name: String,
    /// What exercise versions are graded on.
    pub evaluations: Evaluations,
}

impl Worker {
    /// A worker over an installation's parts.
    pub fn new(
        (pool, blobs): (PgPool, Blobs),
        clock: Arc<dyn Clock>,
        mailer: Mailer,
        (sandbox, checks): (Arc<Sandbox>, Vec<Check>),
        (issuer, keys): (Issuer, Keys),
        seal_key: SealKey,
        scripts: Scripts,
    ) -> Self {
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        let name = format!("{host}:{}", std::process::id());
        let evaluations = Evaluations::new(pool.clone(), blobs.clone());
        Self { pool, blobs, clock, mailer, issuer, keys, seal_key, sandbox, checks, scripts, name, evaluations }
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Jobs that a worker does at once, by kind.
#[derive(Debug, Clone, Copy)]
pub struct Slots {
    /// Gradings of models.
    pub models: usize,
    /// Scripts, each with the grading of its model.
    pub scripts: usize,
}

/// Works until `stop` is cancelled. Scripts have a runner of their own, and so have mail and the clocks of exams, so that
/// none makes others wait.
pub async fn run(worker: Arc<Worker>, slots: Slots, stop: CancellationToken) -> anyhow::Result<()> {
    // Behind what learners wait for, by their priorities: reference solutions, shadows, the cleaning.
    let grading = options(&worker, slots.models, stop.clone())
        .define_job::<GradeJob>()
        .define_job::<TrialJob>()
        .define_job::<ShadowJob>()
        .define_job::<SweepJob>()
        .init()
        .await;
    let cleaning = stop.clone();
    let training = options(&worker, slots.scripts, stop.clone())
        .define_job::<TrainJob>()
        .define_job::<RetrainJob>()
        .define_job::<ScriptTrialJob>()
        .init()
        .await;
    let mailing = options(&worker, 1, stop)
        .define_job::<MailJob>()
        .define_job::<ExamClockJob>()
        .define_job::<PublishJob>()
        .init()
        .await;
    let (grading, mailing) = (grading.context("the worker could not start")?, mailing.context("mail could not start")?);
    let training = training.context("scripts could not start")?;
    tracing::info!(worker = worker.name, slots = slots.models, scripts = slots.scripts, "working");
    let presence = Box::pin(keep_present(&worker, slots, &cleaning));
    let trains = slots.scripts > 0 && worker.scripts.can_run();
    let trained = Box::pin(async {
        if trains {
            training.run().await
        } else {
            cleaning.cancelled().await;
            Ok(())
        }
    });
    let (graded, trained, mailed, (), ()) = tokio::join!(
        Box::pin(grading.run()),
        trained,
        Box::pin(mailing.run()),
        keep_house(&worker, &cleaning),
        presence
    );
    graded.and(trained).and(mailed).context("the worker stopped")
}

/// Lets administrators see this worker, its isolation and that it lives.
async fn keep_present(worker: &Worker, slots: Slots, stop: &CancellationToken) {
    let logged = |result: anyhow::Result<()>| {
        if let Err(error) = result {
            tracing::warn!(%error, "the worker could not write itself down");
        }
    };
    let announced = async {
        let mut conn = worker.pool.acquire().await?;
        let isolation = (&*tier(&worker.checks), worker.checks.as_slice());
        operations::announce(&mut conn, &worker.name, slots.models, isolation, worker.clock.now()).await?;
        Ok(())
    };
    logged(announced.await);
    let tier = worker.scripts.tier();
    loop {
        let seen = async {
            let ready = train::ready_environments(worker).await?;
            operations::seen(&worker.pool, &worker.name, (slots.scripts, &tier, &ready), worker.clock.now()).await?;
            Ok(())
        };
        logged(seen.await);
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(PRESENCE) => {}
        }
    }
    logged(operations::gone(&worker.pool, &worker.name).await.map_err(Into::into));
}

/// Every hour: what has expired goes, such as sessions, links, counted events and uploads that were cut off. Every day,
/// by whichever worker looks first, the cleaning of blob storage is queued.
async fn keep_house(worker: &Worker, stop: &CancellationToken) {
    loop {
        let now = worker.clock.now();
        if let Err(error) = accounts::sweep(&worker.pool, now).await {
            tracing::warn!(%error, "expired sessions and links could not be removed");
        }
        if let Err(error) = worker.blobs.sweep_incoming(now - TimeDelta::days(1)).await {
            tracing::warn!(%error, "uploads that were cut off could not be removed");
        }
        if let Err(error) = retention::queue_if_due(&worker.pool, now).await {
            tracing::warn!(%error, "the cleaning of storage could not be queued");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(HOUSEKEEPING) => {}
        }
    }
}

fn options(worker: &Arc<Worker>, slots: usize, stop: CancellationToken) -> WorkerOptions {
    WorkerOptions::default()
        .pg_pool(worker.pool.clone())
        .schema(QUEUE_SCHEMA)
        .concurrency(slots.max(1))
        .poll_interval(Duration::from_secs(2))
        .heartbeat_interval(queue::HEARTBEAT)
        .sweep_interval(queue::SWEEP)
        .sweep_threshold(queue::SILENCE)
        .recovery_delay(Duration::from_secs(1))
        .listen_os_shutdown_signals(false)
        .shutdown_signal(async move { stop.cancelled().await })
        .shutdown_grace_period(GRACE)
        .add_extension(Arc::clone(worker))
}

/// Lets the queue run each kind of job by a function of a worker and the job.
macro_rules! handlers {
    ($($job:ident $name:path => |$worker:ident, $it:ident| $work:expr;)+) => {$(
        impl TaskHandler for $job {
            const IDENTIFIER: &'static str = $name;

            async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
                let $worker = context.get_ext::<Arc<Worker>>().ok_or("no worker in the job's context")?;
                let $it = self;
                $work.await.map_err(|error| logged(&error))
            }
        }
    )+};
}

handlers! {
    GradeJob queue::GRADE => |worker, job| grade(worker, job.submission);
    TrainJob queue::TRAIN => |worker, job| grade(worker, job.submission);
    RetrainJob queue::RETRAIN => |worker, job| retrain(worker, job.retraining);
    ShadowJob queue::SHADOW => |worker, job| shadow(worker, job.shadow);
    TrialJob queue::TRIAL => |worker, job| trial(worker, job.trial);
    ScriptTrialJob queue::SCRIPT_TRIAL => |worker, job| trial(worker, job.trial);
    SweepJob queue::SWEEP_STORAGE => |worker, _job| sweep(worker);
    ExamClockJob queue::EXAM_CLOCK => |worker, job| exam_clock(worker, job);
    PublishJob queue::PUBLISH => |worker, job| publish(worker, job);
    MailJob queue::SEND_MAIL => |worker, job| send(worker, job);
}

/// Carries out what the clock of an exam attempt does by itself, with what follows from its end.
pub async fn exam_clock(worker: &Worker, job: ExamClockJob) -> anyhow::Result<()> {
    let mut tx = worker.pool.begin().await?;
    settle(&mut tx, &worker.keys, &worker.issuer, job.attempt, worker.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// Removes from blob storage what may go.
pub async fn sweep(worker: &Worker) -> anyhow::Result<()> {
    if let Some(swept) = retention::sweep(&worker.pool, &worker.blobs, worker.clock.now()).await? {
        tracing::info!(models = swept.models.files, orphans = swept.orphans.files, "storage was cleaned up");
    }
    Ok(())
}

/// Sends one mail of the outbox.
pub async fn send(worker: &Worker, job: MailJob) -> anyhow::Result<()> {
    let mut conn = worker.pool.acquire().await?;
    Ok(mail::deliver(&mut conn, &worker.mailer, job.mail, worker.clock.now()).await?)
}

fn logged(error: &anyhow::Error) -> String {
    tracing::warn!(error = format!("{error:#}"), "a job failed and will be tried again");
    format!("{error:#}")
}
