//! What candidates ask their examiners in the middle of an attempt, and the answers, which they alone read.

mod store;

pub use store::{Clarification, Question, answer, ask, of_attempt, waiting};

/// Longest question, in characters.
pub const LONGEST: usize = 500;
/// Most questions in one attempt.
pub const MOST: i64 = 20;
