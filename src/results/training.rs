//! What scripts print while they run, and the wish to stop one.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Claim, Lease, Outcome, ResultError};
use crate::grading::script::log::Log;
use crate::grading::{self, verdict::Reason};
use crate::submissions::Submission;

mod store;

pub use store::{Shown, cancellation, expected_seconds, forget, of_submission};

/// Lines that are shown while a script runs.
const LIVE_LINES: usize = 40;
/// Most characters of them.
const LIVE_CHARS: usize = 8_000;

/// Writes down what was printed: the last lines while the script runs, everything once it `is_over`.
pub async fn write(
    conn: &mut PgConnection,
    lease: &Lease,
    submission: &Submission,
    (log, is_over): (&Log, bool),
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let whole = is_over.then(|| log.text());
    store::write(conn, lease.run, submission.id, (&live(log), whole.as_deref(), log.points()), now).await
}

fn live(log: &Log) -> String {
    let tail = log.tail(LIVE_LINES);
    let skipped = tail.chars().count().saturating_sub(LIVE_CHARS);
    tail.chars().skip(skipped).collect()
}

/// What came of a wish to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    /// It had not begun, and is over now.
    AtOnce,
    /// Its worker stops it within two seconds.
    Soon,
    /// It was over already.
    TooLate,
}

/// Stops a submission: one that waits at once, one that runs by telling its worker.
pub async fn cancel(
    conn: &mut PgConnection,
    submission: &Submission,
    now: DateTime<Utc>,
) -> Result<Cancelled, ResultError> {
    match super::claim(conn, submission, "cancelled by its owner", now).await? {
        Claim::Finished | Claim::Buried => Ok(Cancelled::TooLate),
        Claim::Busy => {
            store::ask(conn, submission.id, now).await?;
            Ok(Cancelled::Soon)
        }
        Claim::Run(lease) => {
            let report = grading::without_model(None, Reason::Cancelled);
            let outcome = Outcome {
                submission,
                report: &report,
                correct: None,
                predictions: None,
                sealed_predictions: None,
                seal: None,
            };
            super::record(conn, &lease, &outcome, now).await?;
            Ok(Cancelled::AtOnce)
        }
    }
}
