//! What the load itself remembers: how long each request took, what failed, and every answer that was acknowledged.

use std::collections::BTreeMap;
use std::time::Duration;

use assay::ids::{ExamAttemptId, PersonId};

use super::questions::Fields;

/// A kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `POST /exams/{slug}/attempts`.
    Start,
    /// `GET /attempts/{id}`, where an attempt goes on.
    Enter,
    /// `GET /attempts/{id}/q/1`.
    Room,
    /// `GET /attempts/{id}/questions`.
    Questions,
    /// `POST /attempts/{id}/answers`.
    Save,
    /// `GET /attempts/{id}/clock`.
    Clock,
    /// `GET /attempts/{id}/check`.
    Check,
    /// `POST /attempts/{id}/step`.
    HandIn,
}

impl Kind {
    /// What it is called in a table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start: `POST /exams/…/attempts`",
            Self::Enter => "the attempt's door: `GET /attempts/…`",
            Self::Room => "room: `GET …/q/1`",
            Self::Questions => "all questions: `GET …/questions`",
            Self::Save => "save: `POST …/answers`",
            Self::Clock => "clock: `GET …/clock`",
            Self::Check => "check your answers: `GET …/check`",
            Self::HandIn => "hand in: `POST …/step`",
        }
    }
}

/// One change of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// Number of the question, from 1.
    pub number: usize,
    /// Which change of it.
    pub revision: i64,
    /// What was sent.
    pub fields: Fields,
    /// Whether it was marked.
    pub flagged: bool,
}

/// What one candidate remembers.
#[derive(Debug)]
pub struct Record {
    /// Who.
    pub person: PersonId,
    /// The attempt.
    pub attempt: Option<ExamAttemptId>,
    /// Time of each request that was answered as it should be.
    pub times: BTreeMap<Kind, Vec<Duration>>,
    /// What went wrong, in words.
    pub errors: BTreeMap<Kind, Vec<String>>,
    /// Every change that was ever sent.
    pub sent: Vec<Sent>,
    /// Those of them that the server acknowledged.
    pub acknowledged: Vec<Sent>,
    /// How long the oldest change waited until it was acknowledged.
    pub longest_unsent: Duration,
    /// How often the server asked to sign in.
    pub sign_ins: usize,
    /// Whether the attempt was handed in.
    pub handed_in: bool,
    /// How late this program itself was with requests that were due.
    pub late: Vec<Duration>,
}

impl Record {
    /// Nothing yet.
    pub fn new(person: PersonId) -> Self {
        Self {
            person,
            attempt: None,
            times: BTreeMap::new(),
            errors: BTreeMap::new(),
            sent: Vec::new(),
            acknowledged: Vec::new(),
            longest_unsent: Duration::ZERO,
            sign_ins: 0,
            handed_in: false,
            late: Vec::new(),
        }
    }

    /// Remembers how a request ended.
    pub fn note(&mut self, kind: Kind, outcome: Result<Duration, String>) {
        match outcome {
            Ok(time) => self.times.entry(kind).or_default().push(time),
            Err(words) => self.errors.entry(kind).or_default().push(words),
        }
    }
}
