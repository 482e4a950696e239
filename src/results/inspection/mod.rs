//! What instructors look for among the submissions to an exercise, and the history of one.

use chrono::{DateTime, Utc};

use crate::grading::verdict::Verdict;
use crate::ids::SubmissionId;

mod store;

pub use store::{Found, Run, find, runs};

/// What is looked for; what is empty is not asked about.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Part of a name or address.
    pub who: String,
    /// How it ended.
    pub verdict: Option<Ended>,
    /// Received at this moment or later.
    pub from: Option<DateTime<Utc>>,
    /// Received before this moment.
    pub to: Option<DateTime<Utc>>,
    /// In an exam, or outside of any.
    pub exam: Option<bool>,
    /// Version that its result stands under, or that it is pinned to while it has none.
    pub version: Option<String>,
    /// Of all that fit, one of each learner.
    pub only: Option<Only>,
    /// Whether a smaller score is the better one.
    pub is_loss: bool,
}

/// How a submission ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// With this verdict.
    As(Verdict),
    /// Not yet.
    Waiting,
}

/// One submission of each learner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    /// The best: a pass before none, then by score; of equals the first.
    Best,
    /// The last.
    Last,
}

/// Which part of the list.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Older than this one; from the newest on where there is none.
    pub before: Option<SubmissionId>,
    /// At most so many.
    pub most: i64,
}
