//! What a person is granted in every exam.

use serde::{Deserialize, Serialize};

mod store;

pub use store::{Granted, all, forget, grant, longest, most_since, of, person};

/// What a person is granted in every exam.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Accommodation {
    /// Times are multiplied by this; at least 1.
    pub time_factor: f64,
    /// Attempts beyond those of the exam.
    pub extra_attempts: u32,
    /// Minutes for which the clock may be stopped, altogether.
    pub break_minutes: u32,
}

impl Default for Accommodation {
    fn default() -> Self {
        Self { time_factor: 1.0, extra_attempts: 0, break_minutes: 0 }
    }
}
