//! What a person is granted in every exam.

use serde::{Deserialize, Serialize};

mod store;

pub use store::{Granted, all, forget, grant, longest, most_since, of, of_others, person, taught};

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

impl Accommodation {
    /// Whether this is less than `other` in anything.
    pub fn is_less_than(&self, other: &Self) -> bool {
        self.time_factor < other.time_factor
            || self.extra_attempts < other.extra_attempts
            || self.break_minutes < other.break_minutes
    }
}

impl Default for Accommodation {
    fn default() -> Self {
        Self { time_factor: 1.0, extra_attempts: 0, break_minutes: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::Accommodation;

    #[test]
    fn less_in_anything_is_less() {
        let given = Accommodation { time_factor: 1.5, extra_attempts: 1, break_minutes: 10 };
        assert!(!given.is_less_than(&given));
        assert!(!Accommodation { time_factor: 2.0, ..given }.is_less_than(&given));
        assert!(Accommodation { time_factor: 2.0, break_minutes: 9, ..given }.is_less_than(&given));
        assert!(Accommodation { extra_attempts: 0, ..given }.is_less_than(&given));
        assert!(Accommodation::default().is_less_than(&given));
    }
}
