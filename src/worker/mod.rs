//! Claims grading jobs, runs them, records the result; heartbeat, reaper and shutdown.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext, WorkerOptions};
use sqlx::PgPool;
use tokio::sync::Mutex;

use crate::blobs::Blobs;
use crate::clock::Clock;
use crate::db::QUEUE_SCHEMA;
use crate::exercises::catalogue;
use crate::grading::Evaluation;
use crate::grading::sandbox::Sandbox;
use crate::mail::{self, Mailer};
use crate::queue::{self, GradeJob, MailJob};

mod grade;

pub use grade::grade;

/// How long a stop waits for gradings under way; what is not done by then is graded again by another worker.
const GRACE: Duration = Duration::from_secs(20);

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
    /// The isolated grader.
    pub sandbox: Arc<Sandbox>,
    /// Host and process, for the record of runs.
    pub name: String,
    evaluations: Mutex<HashMap<String, Arc<Evaluation>>>,
}

impl Worker {
    /// A worker over an installation's parts.
    pub fn new(pool: PgPool, blobs: Blobs, clock: Arc<dyn Clock>, mailer: Mailer, sandbox: Arc<Sandbox>) -> Self {
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        let name = format!("{host}:{}", std::process::id());
        Self { pool, blobs, clock, mailer, sandbox, name, evaluations: Mutex::default() }
    }

    /// What the exercise version is graded on; read once, shared by all slots.
    async fn evaluation(&self, version: &str) -> anyhow::Result<Arc<Evaluation>> {
        let mut known = self.evaluations.lock().await;
        if let Some(evaluation) = known.get(version) {
            return Ok(Arc::clone(evaluation));
        }
        let manifest = catalogue::version(&self.pool, version).await?.context("the exercise version is not known")?;
        let evaluation = Arc::new(catalogue::evaluation(&self.blobs, &manifest).await?);
        known.insert(version.to_owned(), Arc::clone(&evaluation));
        Ok(evaluation)
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Works with `slots` gradings at once until `stop` resolves.
pub async fn run(
    worker: Arc<Worker>,
    slots: usize,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let runner = WorkerOptions::default()
        .pg_pool(worker.pool.clone())
        .schema(QUEUE_SCHEMA)
        .concurrency(slots.max(1))
        .poll_interval(Duration::from_secs(2))
        .heartbeat_interval(queue::HEARTBEAT)
        .sweep_interval(queue::SWEEP)
        .sweep_threshold(queue::SILENCE)
        .recovery_delay(Duration::from_secs(1))
        .listen_os_shutdown_signals(false)
        .shutdown_signal(stop)
        .shutdown_grace_period(GRACE)
        .add_extension(Arc::clone(&worker))
        .define_job::<GradeJob>()
        .define_job::<MailJob>()
        .init()
        .await
        .context("the worker could not start")?;
    tracing::info!(worker = worker.name, slots, "working");
    runner.run().await.context("the worker stopped")
}

impl TaskHandler for GradeJob {
    const IDENTIFIER: &'static str = queue::GRADE;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let worker = context.get_ext::<Arc<Worker>>().ok_or("no worker in the job's context")?;
        grade(worker, self.submission).await.map_err(|error| logged(&error))
    }
}

impl TaskHandler for MailJob {
    const IDENTIFIER: &'static str = queue::SEND_MAIL;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let worker = context.get_ext::<Arc<Worker>>().ok_or("no worker in the job's context")?;
        send(worker, self).await.map_err(|error| logged(&error))
    }
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
