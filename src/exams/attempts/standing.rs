//! Whether a person can begin an attempt now, and if not, when.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::store;
use crate::clock;
use crate::exams::{Offer, accommodations};
use crate::ids::{ExamAttemptId, PersonId};

/// Where a person stands before an exam.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// They are in the middle of an attempt.
    Open(ExamAttemptId),
    /// They can begin.
    May {
        /// Attempts used so far.
        used: u32,
        /// Attempts allowed, the accommodation included.
        allowed: u32,
    },
    /// The last attempt is too recent.
    CoolDown {
        /// When the next can begin.
        until: DateTime<Utc>,
    },
    /// All attempts are used.
    NoneLeft {
        /// How many there were.
        allowed: u32,
    },
    /// The window has not begun.
    NotYet {
        /// When it does.
        opens: DateTime<Utc>,
    },
    /// The window is over.
    Over {
        /// Since when.
        closed: DateTime<Utc>,
    },
}

/// Where `person` stands before the exam on offer.
pub async fn standing(
    conn: &mut PgConnection,
    person: PersonId,
    offer: &Offer,
    now: DateTime<Utc>,
) -> Result<Standing, sqlx::Error> {
    let exam = &offer.exam;
    if let Some(open) = store::open(conn, person, &exam.slug).await?
        && !open.clocked.clone().at(now).is_finished()
    {
        return Ok(Standing::Open(open.id));
    }
    let granted = accommodations::of(&mut *conn, person).await?;
    if let Some(window) = exam.window {
        let closes = exam.plan(&granted).closes.unwrap_or(window.closes);
        if now < window.opens {
            return Ok(Standing::NotYet { opens: window.opens });
        }
        if now >= closes {
            return Ok(Standing::Over { closed: closes });
        }
    }
    let attempts = store::begun(conn, person, &exam.slug).await?;
    let used = u32::try_from(attempts.len()).unwrap_or(u32::MAX);
    let allowed = exam.attempts.saturating_add(granted.extra_attempts);
    if used >= allowed {
        return Ok(Standing::NoneLeft { allowed });
    }
    let until = attempts.iter().max().map(|last| clock::later(*last, TimeDelta::days(exam.cool_down_days.into())));
    match until {
        Some(until) if now < until => Ok(Standing::CoolDown { until }),
        Some(_) | None => Ok(Standing::May { used, allowed }),
    }
}
