//! What counts as an attempt, and how many are left.

use chrono::{DateTime, Duration, Utc};
use sqlx::{PgConnection, PgExecutor};

use super::store;
use crate::grading::report::Report;
use crate::grading::verdict::Verdict;
use crate::ids::{PersonId, Slug};
use crate::submissions::Turn;

/// "Per day" is any 24 hours.
pub const WINDOW: Duration = Duration::hours(24);

/// Whether a grading that ended so uses one of the learner's attempts.
///
/// A file that was refused before it met the hidden data, and every fault of ours, does not. One that failed on hidden
/// samples does: else its failures could be made to tell what the samples are.
pub fn uses_one(report: &Report) -> bool {
    match report.verdict {
        Verdict::Passed | Verdict::BelowMark => true,
        Verdict::TimeLimit
        | Verdict::MemoryLimit
        | Verdict::NotFinite
        | Verdict::InvalidModel
        | Verdict::UnsupportedOperator
        | Verdict::WrongInput
        | Verdict::WrongOutput
        | Verdict::ExternalData
        | Verdict::OutputLimit
        | Verdict::DiskLimit
        | Verdict::Crashed
        | Verdict::NoModel
        | Verdict::ScriptError
        // How far a run on hidden samples came before it was stopped could tell about them.
        | Verdict::Cancelled => report.met_hidden,
        Verdict::PlatformFault => false,
    }
}

/// Uncounted gradings that one person may cause in an hour.
pub const UNCOUNTED_AN_HOUR: usize = 20;

/// When `person` may submit again after too many files that were refused uncounted; `None` if now.
pub async fn uncounted_until(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let hour = Duration::hours(1);
    let times = store::uncounted_since(executor, person, now - hour).await?;
    let over = times.len().checked_sub(UNCOUNTED_AN_HOUR);
    Ok(over.and_then(|over| times.get(over)).map(|at| *at + hour))
}

/// Attempts of one person at one exercise in the last 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Attempts allowed in any 24 hours.
    pub allowed: u32,
    /// Attempts used, those still being graded included.
    pub used: u32,
    /// When the next one becomes free, where none is left.
    pub next_at: Option<DateTime<Utc>>,
}

impl Allowance {
    /// Attempts left now.
    pub fn left(&self) -> u32 {
        self.allowed.saturating_sub(self.used)
    }
}

/// How many attempts `person` has left.
pub async fn allowance(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    exercise: &Slug,
    allowed: u32,
    now: DateTime<Utc>,
) -> Result<Allowance, sqlx::Error> {
    let times = store::attempts_since(executor, person, exercise, now - WINDOW).await?;
    let used = u32::try_from(times.len()).unwrap_or(u32::MAX);
    // The oldest attempt that must leave the window before there is room for one more.
    let over = usize::try_from(used.saturating_sub(allowed)).unwrap_or_default();
    let next_at = (used >= allowed).then(|| times.get(over).copied()).flatten().map(|at| at + WINDOW);
    Ok(Allowance { allowed, used, next_at })
}

/// The allowance at the submitter's turn, so that two submissions cannot both take the last attempt.
pub async fn allowance_at_turn(
    conn: &mut PgConnection,
    turn: &Turn,
    allowed: u32,
    now: DateTime<Utc>,
) -> Result<Allowance, sqlx::Error> {
    allowance(conn, turn.person(), turn.exercise(), allowed, now).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grading::{self, verdict::Reason};

    #[test]
    fn a_cancellation_uses_an_attempt_once_hidden_samples_were_met() {
        let mut report = grading::without_model(None, Reason::Cancelled);
        assert!(!uses_one(&report));
        report.met_hidden = true;
        assert!(uses_one(&report));
    }
}
