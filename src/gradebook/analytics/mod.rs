//! How a class is doing: how far it comes in each module, how scores are distributed, and who needs help.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{Book, Row, Whose};
use crate::cohorts::ItemKey;
use crate::cohorts::due::Grade;
use crate::courses::Course;
use crate::ids::{PersonId, Slug};

mod store;

/// Of fewer learners no distribution is shown: it would show single people.
pub const FEWEST: usize = 5;
/// Days without any work after which somebody counts as idle.
pub const IDLE_DAYS: i64 = 7;
/// An item that is due within so many days is due soon.
pub const SOON_DAYS: i64 = 7;
/// So many late items are a sign.
pub const LATE_ITEMS: usize = 2;
/// So many failed submissions to one exercise in a row are a sign.
pub const FAILED_RUNS: i64 = 3;

/// How far a class has come in a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The module.
    pub module: Slug,
    /// Opened its lesson, or did more.
    pub opened: i64,
    /// Handed its quiz in, or passed it.
    pub tried: i64,
    /// Passed its quiz.
    pub completed: i64,
}

/// How far the learners of a course, or of one class, have come in each module, in the order of the course.
pub async fn funnel(conn: &mut PgConnection, course: &Course, whose: Whose) -> Result<Vec<Step>, sqlx::Error> {
    let modules: Vec<String> = course.modules.iter().map(|module| module.slug.to_string()).collect();
    store::funnel(conn, &course.slug, &modules, whose.cohort).await
}

/// Bars of a histogram: grades from 0 to below 10 %, …, from 90 % to 100 %.
pub const BARS: usize = 10;

/// How many grades fall into each bar.
pub fn histogram(grades: impl Iterator<Item = Grade>) -> [usize; BARS] {
    let mut bars = [0; BARS];
    for grade in grades {
        let place = usize::try_from(grade / 1_000).unwrap_or(BARS).min(BARS - 1);
        if let Some(bar) = bars.get_mut(place) {
            *bar += 1;
        }
    }
    bars
}

/// Why somebody may need help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// Nothing done for so many days, and this is due soon.
    Idle {
        /// Days since the last work.
        days: i64,
        /// What is due next.
        item: ItemKey,
    },
    /// So many items were not there when they were due.
    Late {
        /// How many.
        items: usize,
    },
    /// The last submissions to this exercise all failed.
    Failing {
        /// The exercise.
        exercise: Slug,
    },
}

/// Learners who match at least one part of the rule, those who match most first.
pub async fn at_risk<'a>(
    conn: &mut PgConnection,
    course: &Course,
    book: &'a Book,
    now: DateTime<Utc>,
) -> Result<Vec<(&'a Row, Vec<Sign>)>, sqlx::Error> {
    let last: HashMap<PersonId, DateTime<Utc>> = store::last_work(conn, &course.slug).await?.into_iter().collect();
    let is_closed = |place: usize| book.rows.iter().filter_map(|row| row.cells.get(place)).any(|cell| cell.is_closed);
    let exercises: Vec<String> = book
        .items
        .iter()
        .enumerate()
        .filter(|(place, _)| !is_closed(*place))
        .filter_map(|(_, item)| match &item.key {
            ItemKey::Exercise(slug) => Some(slug.to_string()),
            ItemKey::Quiz(_) | ItemKey::Exam(_) => None,
        })
        .collect();
    let failing = store::failing(conn, &course.slug, &exercises, FAILED_RUNS).await?;
    let mut found: Vec<(&Row, Vec<Sign>)> = Vec::new();
    for row in &book.rows {
        let worked = last.get(&row.learner.person).copied().unwrap_or(row.learner.enrolled_at);
        let failed = failing.iter().filter(|(person, _)| *person == row.learner.person).map(|(_, slug)| slug.clone());
        let signs = signs(book, row, (worked.max(row.learner.enrolled_at), now), failed);
        if !signs.is_empty() {
            found.push((row, signs));
        }
    }
    found.sort_by_key(|(_, signs)| std::cmp::Reverse(signs.len()));
    Ok(found)
}

fn signs(
    book: &Book,
    row: &Row,
    (worked, now): (DateTime<Utc>, DateTime<Utc>),
    failed: impl Iterator<Item = Slug>,
) -> Vec<Sign> {
    let mut signs = Vec::new();
    let days = (now - worked).num_days();
    let soon = now..=now + TimeDelta::days(SOON_DAYS);
    let next = book
        .items
        .iter()
        .zip(&row.cells)
        .filter(|(_, cell)| !cell.passed && cell.counted().is_none())
        .filter_map(|(item, cell)| Some((cell.due?.at, item)))
        .filter(|(at, _)| soon.contains(at))
        .min_by_key(|(at, _)| *at);
    if let Some((_, item)) = next.filter(|_| days >= IDLE_DAYS) {
        signs.push(Sign::Idle { days, item: item.key.clone() });
    }
    let late = row.cells.iter().filter(|cell| cell.is_late(now)).count();
    if late >= LATE_ITEMS {
        signs.push(Sign::Late { items: late });
    }
    signs.extend(failed.map(|exercise| Sign::Failing { exercise }));
    signs
}

#[cfg(test)]
mod tests;
