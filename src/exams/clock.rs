//! The clock of an attempt: an explicit machine on the server's time, in which every moment has one answer.
//!
//! An attempt runs through its parts in order, with a rest between them. Nothing here reads a clock: whoever looks at a
//! state first brings it to the present with [`Clocked::at`], so that a deadline that passed while nobody looked has
//! passed all the same.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::clock::{later, seconds};

/// How long after the deadline an answer that was on its way is still taken.
pub const GRACE: TimeDelta = TimeDelta::seconds(15);
/// How long after the deadline an upload that began before it may still arrive.
pub const UPLOAD_GRACE: TimeDelta = TimeDelta::minutes(5);

/// What kind of part it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// Questions.
    Theory,
    /// A file to submit.
    Practice,
}

/// The time of one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartTime {
    /// What kind it is.
    pub kind: PartKind,
    /// Its duration, the candidate's factor included.
    pub seconds: i64,
}

/// The times of an attempt, frozen when it starts; only an examiner's extension changes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The parts, in order; at least one.
    pub parts: Vec<PartTime>,
    /// Longest rest between two parts, after which the next begins by itself.
    pub rest_seconds: i64,
    /// Time that the clock may be stopped for, altogether.
    pub break_seconds: i64,
    /// No part goes on beyond this: the end of the exam's window, the accommodation included.
    pub closes: Option<DateTime<Utc>>,
}

/// Where an attempt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// A part is open.
    Running {
        /// Which, from 0.
        part: usize,
        /// Since when.
        since: DateTime<Utc>,
        /// Until when.
        deadline: DateTime<Utc>,
        /// Since when its clock is stopped.
        paused: Option<DateTime<Utc>>,
    },
    /// Between two parts.
    Resting {
        /// The part that comes next, from 0.
        next: usize,
        /// When it begins by itself.
        until: DateTime<Utc>,
        /// Who ended the part before.
        by: EndedBy,
    },
    /// All is over.
    Finished {
        /// Since when.
        at: DateTime<Utc>,
        /// Who ended it.
        by: EndedBy,
    },
}

/// Who ended an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// The candidate handed it in.
    Candidate,
    /// Its time was over.
    Clock,
}

/// Why something cannot be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The window of the exam is over.
    #[error("the exam is closed")]
    Closed,
    /// The deadline and its grace have passed, or it was handed in.
    #[error("this part is over")]
    PartOver,
    /// The attempt is over.
    #[error("the attempt is over")]
    Finished,
    /// The clock is stopped, and the questions are hidden.
    #[error("the attempt is paused")]
    Paused,
    /// No time for breaks is left, or none was granted.
    #[error("no time for breaks is left")]
    NoBreak,
    /// It is not paused.
    #[error("the attempt is not paused")]
    NotPaused,
    /// It is not between two parts.
    #[error("no part is waiting to begin")]
    NotResting,
    /// It is still open.
    #[error("the attempt is still open")]
    StillOpen,
}

/// An attempt's plan and state, brought to one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clocked {
    /// Its times.
    pub plan: Plan,
    /// Where it stands.
    pub state: State,
}

/// Proof that a part was open at a moment, under the lock that whoever holds it took before looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenPart {
    part: usize,
}

impl OpenPart {
    /// Which part it is, from 0.
    pub fn part(self) -> usize {
        self.part
    }
}

impl PartKind {
    /// How long after its deadline a part takes what was on its way.
    pub const fn grace(self) -> TimeDelta {
        match self {
            Self::Theory => GRACE,
            Self::Practice => UPLOAD_GRACE,
        }
    }
}

impl Plan {
    fn deadline(&self, part: usize, since: DateTime<Utc>) -> DateTime<Utc> {
        let end = later(since, seconds(self.parts.get(part).map_or(0, |part| part.seconds)));
        self.closes.map_or(end, |closes| end.min(closes))
    }

    fn grace(&self, part: usize) -> TimeDelta {
        self.parts.get(part).map_or(GRACE, |part| part.kind.grace())
    }
}

impl Clocked {
    /// A new attempt, whose first part begins now.
    pub fn start(plan: Plan, now: DateTime<Utc>) -> Result<Self, Refusal> {
        if plan.closes.is_some_and(|closes| now >= closes) {
            return Err(Refusal::Closed);
        }
        let state = State::Running { part: 0, since: now, deadline: plan.deadline(0, now), paused: None };
        Ok(Self { plan, state })
    }

    /// Where it stands at `now`: every deadline, rest and break that has passed is carried out, as of when it passed.
    #[must_use]
    pub fn at(mut self, now: DateTime<Utc>) -> Self {
        while let Some(due) = self.due().filter(|due| now >= *due) {
            self.pass(due);
        }
        self
    }

    /// When something happens by itself next; `None` when it is finished.
    pub fn due(&self) -> Option<DateTime<Utc>> {
        match self.state {
            State::Running { paused: Some(since), .. } => Some(later(since, seconds(self.plan.break_seconds))),
            // One step beyond the last moment at which something is still taken.
            State::Running { part, deadline, paused: None, .. } => {
                Some(later(deadline, self.plan.grace(part) + TimeDelta::milliseconds(1)))
            }
            State::Resting { until, .. } => Some(until),
            State::Finished { .. } => None,
        }
    }

    /// Carries out what happens by itself at `due`.
    fn pass(&mut self, due: DateTime<Utc>) {
        match self.state {
            State::Running { paused: Some(_), .. } => self.go_on(due),
            State::Running { part, deadline, paused: None, .. } => self.end_part(part, deadline, EndedBy::Clock),
            State::Resting { next, until, .. } => self.begin(next, until),
            State::Finished { .. } => {}
        }
    }

    fn begin(&mut self, part: usize, since: DateTime<Utc>) {
        if self.plan.closes.is_some_and(|closes| since >= closes) {
            self.state = State::Finished { at: since, by: EndedBy::Clock };
            return;
        }
        self.state = State::Running { part, since, deadline: self.plan.deadline(part, since), paused: None };
    }

    fn end_part(&mut self, part: usize, at: DateTime<Utc>, by: EndedBy) {
        let next = part + 1;
        self.state = if next < self.plan.parts.len() {
            State::Resting { next, until: later(at, seconds(self.plan.rest_seconds)), by }
        } else {
            State::Finished { at, by }
        };
    }

    /// Lets a stopped clock go on: the deadline moves by the time that it stood.
    fn go_on(&mut self, now: DateTime<Utc>) {
        if let State::Running { deadline, paused, .. } = &mut self.state
            && let Some(since) = paused.take()
        {
            let stood = (now - since).min(seconds(self.plan.break_seconds)).max(TimeDelta::zero());
            // Begun seconds count: of breaks that cost nothing there could be any number.
            let begun = (stood.num_milliseconds() + 999) / 1000;
            self.plan.break_seconds = (self.plan.break_seconds - begun).max(0);
            *deadline = later(*deadline, stood);
            if let Some(closes) = &mut self.plan.closes {
                *closes = later(*closes, stood);
            }
        }
    }

    /// The part that takes an answer or an upload now; `self` must be at the present.
    ///
    /// An upload is judged by when it began, and arrives within [`UPLOAD_GRACE`].
    pub fn open(&self, kind: PartKind, began: DateTime<Utc>) -> Result<OpenPart, Refusal> {
        match self.state {
            State::Running { paused: Some(_), .. } => Err(Refusal::Paused),
            State::Running { part, deadline, .. } => {
                let is_kind = self.plan.parts.get(part).is_some_and(|part| part.kind == kind);
                let in_time = match kind {
                    PartKind::Theory => began <= later(deadline, GRACE),
                    PartKind::Practice => began <= deadline,
                };
                if is_kind && in_time { Ok(OpenPart { part }) } else { Err(Refusal::PartOver) }
            }
            State::Resting { .. } => Err(Refusal::PartOver),
            State::Finished { .. } => Err(Refusal::Finished),
        }
    }

    /// The candidate hands in the part that is open.
    pub fn hand_in(&mut self, now: DateTime<Utc>) -> Result<(), Refusal> {
        match self.state {
            State::Running { paused: Some(_), .. } => Err(Refusal::Paused),
            State::Running { part, deadline, .. } => {
                self.end_part(part, now.min(deadline), EndedBy::Candidate);
                Ok(())
            }
            State::Resting { .. } => Err(Refusal::PartOver),
            State::Finished { .. } => Err(Refusal::Finished),
        }
    }

    /// The candidate begins the next part before the rest is over.
    pub fn begin_next(&mut self, now: DateTime<Utc>) -> Result<(), Refusal> {
        let State::Resting { next, .. } = self.state else { return Err(Refusal::NotResting) };
        self.begin(next, now);
        Ok(())
    }

    /// Stops the clock; the questions are hidden until it goes on.
    pub fn pause(&mut self, now: DateTime<Utc>) -> Result<(), Refusal> {
        match &mut self.state {
            State::Running { paused: Some(_), .. } => Err(Refusal::Paused),
            State::Running { .. } if self.plan.break_seconds <= 0 => Err(Refusal::NoBreak),
            State::Running { deadline, .. } if now > *deadline => Err(Refusal::PartOver),
            State::Running { paused, .. } => {
                *paused = Some(now);
                Ok(())
            }
            State::Resting { .. } => Err(Refusal::PartOver),
            State::Finished { .. } => Err(Refusal::Finished),
        }
    }

    /// Ends a break.
    pub fn resume(&mut self, now: DateTime<Utc>) -> Result<(), Refusal> {
        match self.state {
            State::Running { paused: Some(_), .. } => {
                self.go_on(now);
                Ok(())
            }
            State::Running { .. } | State::Resting { .. } => Err(Refusal::NotPaused),
            State::Finished { .. } => Err(Refusal::Finished),
        }
    }

    /// An examiner gives more time: the open part ends later, and so does the window.
    pub fn extend(&mut self, by: TimeDelta) -> Result<(), Refusal> {
        match &mut self.state {
            State::Running { deadline, .. } => *deadline = later(*deadline, by),
            State::Resting { next, .. } => {
                if let Some(part) = self.plan.parts.get_mut(*next) {
                    part.seconds = part.seconds.saturating_add(by.num_seconds());
                }
            }
            State::Finished { .. } => return Err(Refusal::Finished),
        }
        if let Some(closes) = &mut self.plan.closes {
            *closes = later(*closes, by);
        }
        Ok(())
    }

    /// A candidate is granted more in the middle of an attempt: what the new plan of the exam has beyond the old one is
    /// added here. Nothing that was granted before is taken away.
    pub fn accommodate(&mut self, old: &Plan, new: &Plan) {
        for (place, part) in self.plan.parts.iter_mut().enumerate() {
            let length = |plan: &Plan| plan.parts.get(place).map_or(0, |part| part.seconds);
            let more = length(new).saturating_sub(length(old)).max(0);
            part.seconds = part.seconds.saturating_add(more);
            if let State::Running { part, deadline, .. } = &mut self.state
                && *part == place
            {
                *deadline = later(*deadline, seconds(more));
            }
        }
        let more = new.break_seconds.saturating_sub(old.break_seconds).max(0);
        self.plan.break_seconds = self.plan.break_seconds.saturating_add(more);
        if let (Some(closes), Some(old), Some(new)) = (&mut self.plan.closes, old.closes, new.closes) {
            *closes = later(*closes, (new - old).max(TimeDelta::zero()));
        }
    }

    /// An examiner opens a finished attempt again, for its last part.
    pub fn reopen(&mut self, by: TimeDelta, now: DateTime<Utc>) -> Result<(), Refusal> {
        let State::Finished { .. } = self.state else { return Err(Refusal::StillOpen) };
        let deadline = later(now, by);
        self.plan.closes = self.plan.closes.map(|closes| closes.max(deadline));
        self.state =
            State::Running { part: self.plan.parts.len().saturating_sub(1), since: now, deadline, paused: None };
        Ok(())
    }

    /// The part that is open, its clock stopped or not.
    pub fn part(&self) -> Option<usize> {
        match self.state {
            State::Running { part, .. } => Some(part),
            State::Resting { .. } | State::Finished { .. } => None,
        }
    }

    /// Whether the next part waits to begin.
    pub fn is_resting(&self) -> bool {
        matches!(self.state, State::Resting { .. })
    }

    /// Whether the open part takes uploads, and its time is over but for one on its way; `self` must be at the present. Of
    /// the seconds in which answers may still arrive nobody needs to know.
    pub fn is_closing(&self, now: DateTime<Utc>) -> bool {
        let takes_uploads = |part: usize| self.plan.parts.get(part).is_some_and(|part| part.kind == PartKind::Practice);
        matches!(self.state, State::Running { part, deadline, paused: None, .. } if takes_uploads(part) && now > deadline)
    }

    /// Whether nothing more is taken.
    pub fn is_finished(&self) -> bool {
        matches!(self.state, State::Finished { .. })
    }

    /// Time left in the open part at `now`, never below zero; a stopped clock stands.
    pub fn left(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        match self.state {
            State::Running { deadline, paused, .. } => Some((deadline - paused.unwrap_or(now)).max(TimeDelta::zero())),
            State::Resting { .. } | State::Finished { .. } => None,
        }
    }
}

#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
