//! Answers of an attempt: every change is logged, and of each question the highest revision counts.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::items::Answer;

mod store;

pub(super) use store::save;
pub use store::{answers, log};

/// One change of one answer, as a device sends it.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The question: its place in the paper, from 0.
    pub place: usize,
    /// Which change it is; of two, the higher counts.
    pub revision: i64,
    /// The answer; `None` takes it back.
    pub answer: Option<Answer>,
    /// Whether it is marked to be looked at again.
    pub flagged: bool,
}

/// An answer as the server has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Which change it is.
    pub revision: i64,
    /// The answer; `None` when it was taken back.
    pub answer: Option<Answer>,
    /// Whether it is marked to be looked at again.
    pub flagged: bool,
    /// When it was received.
    pub saved_at: DateTime<Utc>,
}

/// The answers that count, by place in the paper from 0.
pub type KeptAnswers = BTreeMap<usize, Kept>;
