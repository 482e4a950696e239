//! Further runs of a script with other seeds: how far its scores spread. They change no result and use no attempt.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::ResultError;
use crate::audit;
use crate::grading::report::Report;
use crate::ids::{PersonId, RetrainingId};
use crate::queue;
use crate::submissions::Submission;

mod store;

pub use store::{Again, Asked, find, of_submission};

/// Most runs that may be asked for at once.
pub const MOST: u32 = 10;

/// Asks for `runs` further runs with the seeds after `seed`; those that were asked for before are not asked for again.
/// Says how many are new.
pub async fn ask(
    conn: &mut PgConnection,
    submission: &Submission,
    (seed, runs): (u32, u32),
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<u32, ResultError> {
    let mut new = 0;
    for step in 1..=runs.min(MOST) {
        let id = RetrainingId::new(now);
        if store::insert(conn, id, submission.id, seed.wrapping_add(step), by, now).await? {
            queue::enqueue_retraining(conn, id).await?;
            new += 1;
        }
    }
    Ok(new)
}

/// The same by an instructor or, where there is none, on the command line: it is in the audit log.
pub async fn ask_for(
    conn: &mut PgConnection,
    submission: &Submission,
    (seed, runs): (u32, u32),
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<u32, ResultError> {
    let before = of_submission(&mut *conn, submission.id).await?.len();
    let new = ask(conn, submission, (seed, runs), by, now).await?;
    let after = of_submission(&mut *conn, submission.id).await?.len();
    let detail = serde_json::json!({ "before": { "runs": before }, "after": { "runs": after }, "seeds": runs });
    let object = submission.id.to_string();
    audit::record(conn, audit::Entry { actor: by, action: "submission.retrain", object: &object, detail }, now).await?;
    Ok(new)
}

/// Writes down how a further run ended; a run that was lost and came back writes the same place again.
pub async fn finish(
    conn: &mut PgConnection,
    id: RetrainingId,
    report: &Report,
    now: DateTime<Utc>,
) -> Result<(), ResultError> {
    Ok(store::finish(conn, id, report, now).await?)
}
