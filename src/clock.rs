//! The time as a parameter: the only file that asks the machine what time it is.

use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Datelike as _, Duration, DurationRound, TimeDelta, Utc};

/// Years in which people may set a moment or a day: a due date, a window.
pub const YEARS: RangeInclusive<i32> = 2000..=2100;
/// The last second of the year 9999. Sums of stored times end here: later ones cannot be told everywhere.
pub const LATEST: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(latest) => latest,
    None => DateTime::UNIX_EPOCH,
};

/// Whether people may set this moment.
pub fn is_settable(at: DateTime<Utc>) -> bool {
    YEARS.contains(&at.year())
}

/// So long after a moment, but not after [`LATEST`].
pub fn later(at: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    at.checked_add_signed(by).map_or(LATEST, |end| end.min(LATEST))
}

/// So many seconds; what no duration can hold is ten thousand years.
pub fn seconds(number: i64) -> TimeDelta {
    const LONGEST: i64 = 10_000 * 366 * 86_400;
    TimeDelta::seconds(number.clamp(-LONGEST, LONGEST))
}

/// Tells the time, in UTC, to the microsecond (what PostgreSQL keeps).
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
        let now = Utc::now();
        now.duration_trunc(Duration::microseconds(1)).unwrap_or(now)
    }
}

/// A clock that stands still until a test advances it.
#[derive(Debug, Clone)]
pub struct TestClock(Arc<Mutex<DateTime<Utc>>>);

impl TestClock {
    /// A clock that shows `start`.
    pub fn at(start: DateTime<Utc>) -> Self {
        Self(Arc::new(Mutex::new(start)))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_times_end_in_the_year_9999() {
        assert_eq!(LATEST.to_rfc3339(), "9999-12-31T23:59:59+00:00");
        let at = DateTime::UNIX_EPOCH;
        assert_eq!(later(at, TimeDelta::days(1)), at + TimeDelta::days(1));
        for by in [seconds(i64::MAX), TimeDelta::days(i64::from(u32::MAX)), TimeDelta::MAX] {
            assert_eq!(later(at, by), LATEST);
            assert_eq!(later(DateTime::<Utc>::MAX_UTC, by), LATEST);
        }
        assert_eq!(seconds(90), TimeDelta::seconds(90));
    }
}
