//! Jobs on `graphile_worker`: what is queued, in the transaction that causes it, and how long a silent worker lives.
//!
//! Payloads carry ids only. Dispatch, retries and waking are the library's; who may write a result is decided by
//! our own lease in `grading_runs`, because the library does not fence completion.

use std::time::Duration;

use chrono::{DateTime, Utc};
use graphile_worker::WorkerUtils;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool};

use crate::db::QUEUE_SCHEMA;
use crate::ids::{ExamAttemptId, MailId, PersonId, RetrainingId, ShadowId, Slug, SubmissionId, TrialId};

mod store;

pub use store::{Waiting, position, waiting};

/// How often a worker gives a sign of life.
pub const HEARTBEAT: Duration = Duration::from_secs(5);
/// How often the dead are looked for.
pub const SWEEP: Duration = Duration::from_secs(5);
/// After how much silence a worker counts as dead; its job is then given to another.
pub const SILENCE: Duration = Duration::from_secs(20);
/// Tries of a job before the queue gives it up: more than our own limit of runs, so that we bury it, not the queue.
pub const MAX_TRIES: i16 = 25;

/// After how much time a script is looked at again that could not be run yet.
const POSTPONED: Duration = Duration::from_secs(15);

/// Name of the job that grades a submission.
pub const GRADE: &str = "grade";
/// Name of the job that runs a script and grades the model that it leaves.
pub const TRAIN: &str = "train";

/// Name of the job that runs a script again with another seed.
pub const RETRAIN: &str = "retrain";

/// Name of the job that does a small piece of a trial.
pub const SHADOW: &str = "shadow";

/// Name of the job that looks at an exam attempt when its clock does something by itself.
pub const EXAM_CLOCK: &str = "exam_clock";

/// Name of the job that runs a reference solution of a draft.
pub const TRIAL: &str = "trial";
/// The same where scripts are accepted: it runs where scripts run, so that a long training delays no model.
pub const SCRIPT_TRIAL: &str = "script_trial";

/// Name of the job that publishes a work at its time.
pub const PUBLISH: &str = "publish";

/// Name of the job that sends a mail.
pub const SEND_MAIL: &str = "send_mail";

/// Name of the job that removes from blob storage what may go.
pub const SWEEP_STORAGE: &str = "sweep_storage";

/// Payload of [`GRADE`].
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct GradeJob {
    /// What to grade.
    pub submission: SubmissionId,
}

/// Payload of [`TRAIN`].
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct TrainJob {
    /// What to run.
    pub submission: SubmissionId,
    /// Whose it is: those with fewer jobs come first.
    pub person: PersonId,
}

/// Payload of [`RETRAIN`].
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RetrainJob {
    /// What to run.
    pub retraining: RetrainingId,
}

/// Payload of [`SHADOW`].
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct ShadowJob {
    /// Which trial to go on with.
    pub shadow: ShadowId,
}

/// Payload of [`EXAM_CLOCK`].
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct ExamClockJob {
    /// Which attempt to look at.
    pub attempt: ExamAttemptId,
}

/// Payload of [`TRIAL`].
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct TrialJob {
    /// What to run.
    pub trial: TrialId,
}

/// Payload of [`SCRIPT_TRIAL`].
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct ScriptTrialJob {
    /// What to run.
    pub trial: TrialId,
}

/// Payload of [`PUBLISH`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PublishJob {
    /// The kind of work.
    pub kind: String,
    /// Its name.
    pub slug: Slug,
    /// Who set the time; older jobs do not say.
    #[serde(default)]
    pub by: Option<PersonId>,
}

/// Payload of [`SEND_MAIL`].
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct MailJob {
    /// What to send.
    pub mail: MailId,
}

/// Payload of [`SWEEP_STORAGE`]: nothing.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SweepJob {}

/// The queue could not take or give a job.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// PostgreSQL refused.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// A payload could not be written as JSON.
    #[error("job payload: {0}")]
    Payload(#[from] serde_json::Error),
    /// The queue's tables could not be made.
    #[error("job queue migrations: {0}")]
    Migrate(String),
}

/// Makes or updates the queue's own tables.
pub async fn migrate(pool: &PgPool) -> Result<(), QueueError> {
    WorkerUtils::new(pool.clone(), QUEUE_SCHEMA).migrate().await.map_err(|error| QueueError::Migrate(error.to_string()))
}

/// Queues the grading of `submission` in the caller's transaction; one job a submission at a time.
pub async fn enqueue_grading(conn: &mut PgConnection, submission: SubmissionId) -> Result<(), QueueError> {
    let spec = Spec { key: grading_key(submission), tries: MAX_TRIES, priority: 0, when: When::Now, line: None };
    store::add(conn, GRADE, serde_json::to_value(GradeJob { submission })?, &spec).await
}

/// Queues a script in the caller's transaction, behind as many of other learners as its own learner has unfinished: so
/// nobody's second one runs before another's first.
pub async fn enqueue_training(
    conn: &mut PgConnection,
    submission: SubmissionId,
    person: PersonId,
) -> Result<(), QueueError> {
    training(conn, submission, person, When::Now).await
}

/// Queues a script again that is being looked at and cannot be run yet, for a little later: nothing has failed, so no try
/// is used up and no pause grows.
pub async fn postpone_training(
    conn: &mut PgConnection,
    submission: SubmissionId,
    person: PersonId,
) -> Result<(), QueueError> {
    training(conn, submission, person, When::After(POSTPONED)).await
}

async fn training(
    conn: &mut PgConnection,
    submission: SubmissionId,
    person: PersonId,
    when: When,
) -> Result<(), QueueError> {
    let unfinished = store::other_trainings(conn, person, submission).await?;
    let priority = i16::try_from(unfinished).unwrap_or(i16::MAX);
    let spec = Spec { key: grading_key(submission), tries: MAX_TRIES, priority, when, line: None };
    store::add(conn, TRAIN, serde_json::to_value(TrainJob { submission, person })?, &spec).await
}

/// Queues a further run of a script in the caller's transaction, behind everything that somebody waits for.
pub async fn enqueue_retraining(conn: &mut PgConnection, retraining: RetrainingId) -> Result<(), QueueError> {
    let spec = Spec {
        key: format!("retrain:{retraining}"),
        tries: MAX_TRIES,
        priority: i16::MAX,
        when: When::Now,
        line: None,
    };
    store::add(conn, RETRAIN, serde_json::to_value(RetrainJob { retraining })?, &spec).await
}

/// Queues the next small piece of a trial in the caller's transaction, behind everything that somebody waits for; over all
/// workers one such piece is done at a time, so that whoever submits waits for one at most.
pub async fn enqueue_shadow(conn: &mut PgConnection, shadow: ShadowId) -> Result<(), QueueError> {
    let line = Some(SHADOW);
    let spec = Spec { key: format!("shadow:{shadow}"), tries: MAX_TRIES, priority: i16::MAX, when: When::Now, line };
    store::add(conn, SHADOW, serde_json::to_value(ShadowJob { shadow })?, &spec).await
}

/// Has a worker look at an exam attempt once the time `due` has come; a later call moves that time.
pub async fn enqueue_exam_clock(
    conn: &mut PgConnection,
    attempt: ExamAttemptId,
    due: DateTime<Utc>,
) -> Result<(), QueueError> {
    let spec = Spec { key: format!("exam:{attempt}"), tries: MAX_TRIES, priority: -5, when: When::At(due), line: None };
    store::add(conn, EXAM_CLOCK, serde_json::to_value(ExamClockJob { attempt })?, &spec).await
}

/// Queues the next example of a trial in the caller's transaction, behind the submissions that learners wait for.
pub async fn enqueue_trial(
    conn: &mut PgConnection,
    trial: TrialId,
    example: usize,
    takes_scripts: bool,
) -> Result<(), QueueError> {
    let name = if takes_scripts { SCRIPT_TRIAL } else { TRIAL };
    let spec = Spec { key: format!("trial:{trial}:{example}"), tries: 3, priority: 1000, when: When::Now, line: None };
    store::add(conn, name, serde_json::to_value(TrialJob { trial })?, &spec).await
}

/// Has a work published in somebody's name once the time `at` has come; a later call moves that time.
pub async fn enqueue_publication(
    conn: &mut PgConnection,
    (kind, slug): (&str, &Slug),
    (by, at): (PersonId, DateTime<Utc>),
) -> Result<(), QueueError> {
    let spec =
        Spec { key: format!("publish:{kind}/{slug}"), tries: MAX_TRIES, priority: -5, when: When::At(at), line: None };
    let job = PublishJob { kind: kind.to_owned(), slug: slug.clone(), by: Some(by) };
    store::add(conn, PUBLISH, serde_json::to_value(job)?, &spec).await
}

/// Queues the cleaning of blob storage in the caller's transaction, behind every grading that waits; one at a time.
pub async fn enqueue_sweep(conn: &mut PgConnection) -> Result<(), QueueError> {
    let spec =
        Spec { key: SWEEP_STORAGE.to_owned(), tries: MAX_TRIES, priority: i16::MAX, when: When::Now, line: None };
    store::add(conn, SWEEP_STORAGE, serde_json::to_value(SweepJob {})?, &spec).await
}

/// Queues the sending of `mail` in the caller's transaction, before any grading that waits.
pub async fn enqueue_mail(conn: &mut PgConnection, mail: MailId) -> Result<(), QueueError> {
    let spec = Spec { key: format!("mail:{mail}"), tries: 12, priority: -10, when: When::Now, line: None };
    store::add(conn, SEND_MAIL, serde_json::to_value(MailJob { mail })?, &spec).await
}

/// How a job is queued: `key` keeps it single, lower `priority` comes first, nobody takes it before `when`, and of those in
/// one `line` one is done at a time.
struct Spec {
    key: String,
    tries: i16,
    priority: i16,
    when: When,
    line: Option<&'static str>,
}

/// From when on a job is taken.
#[derive(Debug, Clone, Copy)]
enum When {
    /// At once.
    Now,
    /// After some time of PostgreSQL's clock.
    After(Duration),
    /// At a moment of ours.
    At(DateTime<Utc>),
}

fn grading_key(submission: SubmissionId) -> String {
    format!("grade:{submission}")
}
