//! Requests of learners that somebody look at a result again: one open at a time, answered with a text that they read.

mod store;

pub use store::{Review, Waiting, answer, ask, forget, of_submission, open_counts, waiting};

/// Longest request and longest answer, in characters.
pub const LONGEST: usize = 2000;
