//! The clock of an attempt as its pages show it and their script counts it down.

use chrono::{DateTime, TimeDelta, Utc};

use super::Own;
use crate::exams::attempts::Attempt;
use crate::exams::clock::{Clocked, State as Clock};
use crate::ids::ExamAttemptId;
use crate::messages::Tr;

/// What every page of an attempt tells its script.
pub(super) struct Face {
    pub(super) id: ExamAttemptId,
    /// As [`name`] says it.
    pub(super) state: &'static str,
    pub(super) part: usize,
    /// Place of the part's first question in the paper, from 1.
    pub(super) first: usize,
    pub(super) now_ms: i64,
    /// Until the part ends; outside of an open part, until something happens by itself.
    pub(super) left_ms: i64,
    /// The whole time of the part.
    pub(super) total_ms: i64,
    pub(super) left: String,
    pub(super) deadline: String,
    pub(super) zone: String,
    /// Whether the clock may be stopped.
    pub(super) can_pause: bool,
}

impl Face {
    pub(super) fn new(own: &Own, t: Tr) -> Self {
        let clocked = &own.attempt.clocked;
        let (state, part) = name(clocked, own.now);
        let left_ms = left(clocked, own.now).num_milliseconds();
        let (total, deadline) = match clocked.state {
            Clock::Running { since, deadline, .. } => (deadline - since, t.time(&deadline)),
            Clock::Resting { .. } | Clock::Finished { .. } => (TimeDelta::zero(), String::new()),
        };
        Self {
            id: own.id,
            state,
            part,
            first: Attempt::places(&own.frozen.exam, part).start + 1,
            now_ms: own.now.timestamp_millis(),
            left_ms,
            total_ms: total.num_milliseconds(),
            left: time_left(t, left_ms),
            deadline,
            zone: t.zone.name().to_owned(),
            can_pause: clocked.plan.break_seconds > 0,
        }
    }

    /// Seconds until the page is another one, for pages without a script.
    pub(super) fn reload_seconds(&self) -> u32 {
        u32::try_from(self.left_ms / 1000 + 1).unwrap_or(1)
    }
}

/// Where an attempt stands in one word, and the part that this concerns: `running`, `closing` while an upload may still
/// arrive, `paused`, `resting`, `finished`.
pub(super) fn name(clocked: &Clocked, now: DateTime<Utc>) -> (&'static str, usize) {
    match clocked.state {
        Clock::Running { part, .. } if clocked.is_closing(now) => ("closing", part),
        Clock::Running { part, paused: Some(_), .. } => ("paused", part),
        Clock::Running { part, paused: None, .. } => ("running", part),
        Clock::Resting { next, .. } => ("resting", next),
        Clock::Finished { .. } => ("finished", 0),
    }
}

/// Time until the open part ends, or until something else happens by itself.
pub(super) fn left(clocked: &Clocked, now: DateTime<Utc>) -> TimeDelta {
    let left = match clocked.state {
        Clock::Running { .. } if clocked.is_closing(now) => clocked.due().map(|due| due - now),
        Clock::Running { paused: None, .. } => clocked.left(now),
        Clock::Running { paused: Some(_), .. } | Clock::Resting { .. } => clocked.due().map(|due| due - now),
        Clock::Finished { .. } => None,
    };
    left.unwrap_or_default().max(TimeDelta::zero())
}

/// Time in words: minutes, in the last minute seconds.
pub(super) fn time_left(t: Tr, left_ms: i64) -> String {
    if left_ms < 60_000 {
        t.s1("exam-left-seconds", "n", left_ms / 1000)
    } else {
        t.s1("exam-left-minutes", "n", left_ms / 60_000)
    }
}
