//! Due dates of classes, what being late costs, and the later dates of single people.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::PgConnection;

use super::{Cohort, CohortError, Doing, ItemKey};
use crate::audit::{self, Entry};
use crate::clock;
use crate::ids::{CohortId, ExtensionId, PersonId, Slug};

mod store;

pub use store::{Extension, OfCohort, closed, extensions, of_cohort, of_course, of_person, own_dates};

/// A grade in hundredths of a percent: 10,000 is everything. Whole numbers, so that no rounding adds up.
pub type Grade = u32;
/// The best grade.
pub const FULL: Grade = 10_000;
/// Longest time after which something closes, in days.
pub const MOST_DAYS: u32 = 365;

/// What being late costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LateRule {
    /// Nothing: late work counts as if on time.
    Free,
    /// So many percent of the grade for each begun day of 24 hours, down to nothing.
    PerDay(u32),
    /// Nothing for so many days of 24 hours; afterwards nothing is taken.
    Closed(u32),
}

impl LateRule {
    /// Its name in forms and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::PerDay(_) => "per_day",
            Self::Closed(_) => "closed",
        }
    }

    /// Its number in forms and in the database.
    pub fn number(self) -> u32 {
        match self {
            Self::Free => 0,
            Self::PerDay(number) | Self::Closed(number) => number,
        }
    }

    /// The rule called `name` with its number, if that is possible.
    pub fn parse(name: &str, number: u32) -> Option<Self> {
        match name {
            "free" => Some(Self::Free),
            "per_day" if (1..=100).contains(&number) => Some(Self::PerDay(number)),
            "closed" if number <= MOST_DAYS => Some(Self::Closed(number)),
            _ => None,
        }
    }
}

/// When something is due, and what being late costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// What is done at this moment is still on time.
    pub at: DateTime<Utc>,
    /// What being late costs.
    pub rule: LateRule,
}

impl Due {
    /// The same for somebody with an extension, which never makes it earlier.
    #[must_use]
    pub fn extended(self, until: Option<DateTime<Utc>>) -> Self {
        Self { at: until.map_or(self.at, |until| until.max(self.at)), ..self }
    }

    /// Begun days of 24 hours between the due date and `done`; 0 for what was on time.
    pub fn days_late(&self, done: DateTime<Utc>) -> i64 {
        let day = TimeDelta::days(1).num_milliseconds();
        // A microsecond late is late, and PostgreSQL keeps no less.
        let late = (done - self.at).num_microseconds().unwrap_or(i64::MAX).max(0);
        late.div_euclid(day * 1000) + i64::from(late.rem_euclid(day * 1000) > 0)
    }

    /// After which moment nothing is taken any more; `None` if it stays open.
    pub fn closes(&self) -> Option<DateTime<Utc>> {
        match self.rule {
            LateRule::Closed(days) => Some(clock::later(self.at, TimeDelta::days(i64::from(days)))),
            LateRule::Free | LateRule::PerDay(_) => None,
        }
    }

    /// Whether nothing is taken any more.
    pub fn is_closed(&self, now: DateTime<Utc>) -> bool {
        self.closes().is_some_and(|closes| now > closes)
    }

    /// What a grade is worth that was reached at `done`; halves are rounded up.
    pub fn effective(&self, reached: Grade, done: DateTime<Utc>) -> Grade {
        match self.rule {
            LateRule::PerDay(percent) => {
                let off = u64::try_from(self.days_late(done)).unwrap_or(u64::MAX).saturating_mul(u64::from(percent));
                let left = u32::try_from(100_u64.saturating_sub(off)).unwrap_or_default();
                (reached * left + 50) / 100
            }
            LateRule::Closed(_) if self.is_closed(done) => 0,
            LateRule::Free | LateRule::Closed(_) => reached,
        }
    }
}

/// A due date of somebody, their extension counted in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personal {
    /// The course.
    pub course: Slug,
    /// What is due.
    pub item: ItemKey,
    /// When it is due for them.
    pub due: Due,
    /// Whether they have longer than their class.
    pub is_extended: bool,
}

/// Sets what is due when for a class; an item with `None` is never due.
pub async fn set(
    conn: &mut PgConnection,
    cohort: &Cohort,
    wanted: &[(ItemKey, Option<Due>)],
    (by, now): Doing,
) -> Result<(), CohortError> {
    let before = of_cohort(&mut *conn, cohort.id).await?;
    let mut changes = Vec::new();
    for (item, due) in wanted {
        let old = before.iter().find(|(known, _)| known == item).map(|(_, due)| *due);
        if old != *due {
            store::put(conn, cohort.id, item, *due, (by, now)).await?;
            let facts = |due: Option<Due>| {
                due.map(|due| json!({ "at": due.at, "rule": due.rule.name(), "number": due.rule.number() }))
            };
            changes.push(json!({ "item": item.to_string(), "before": facts(old), "after": facts(*due) }));
        }
    }
    if !changes.is_empty() {
        let detail = json!({ "cohort": cohort.id, "cohort_name": cohort.plan.name, "changes": changes });
        record(conn, &cohort.course, "due.set", detail, (by, now)).await?;
    }
    Ok(())
}

/// Gives somebody longer for one item, or takes that back (`until` is `None`).
pub async fn extend(
    conn: &mut PgConnection,
    course: &Slug,
    (person, item): (PersonId, &ItemKey),
    (until, reason): (Option<DateTime<Utc>>, &str),
    (by, now): Doing,
) -> Result<(), CohortError> {
    let given = extensions(&mut *conn, person, course).await?;
    let before = given.into_iter().find(|given| given.item == *item).and_then(|given| given.until);
    store::insert_extension(conn, ExtensionId::new(now), course, (person, item), (until, reason), (by, now)).await?;
    let facts =
        json!({ "person": person, "item": item.to_string(), "before": before, "after": until, "reason": reason });
    record(conn, course, "due.extend", facts, (by, now)).await
}

/// Both kinds of changes are kept with the course, for its change log.
async fn record(
    conn: &mut PgConnection,
    course: &Slug,
    action: &str,
    detail: serde_json::Value,
    (by, now): Doing,
) -> Result<(), CohortError> {
    audit::record(conn, Entry { actor: Some(by), action, object: course.as_str(), detail }, now).await?;
    Ok(())
}

/// A due date of a class.
pub type CohortDue = (CohortId, ItemKey, Due);

#[cfg(test)]
mod tests;
