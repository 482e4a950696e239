//! Grades of everybody in a course: what each item brought, what lateness and adjustments made of it, and the total.
//!
//! A quiz counts with the best share of its points; an exercise with its best score where that is a percentage, else in
//! full once it is passed; an exam with the mean of its parts in the best attempt. What is late by the class's rule is
//! worth less: of several tries the one counts that is worth most. A grade set by hand stands for all of them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::cohorts::ItemKey;
use crate::cohorts::due::{self, Due, FULL, Grade};
use crate::courses::{self, Course};
use crate::exams::score::{PartScore, Scores};
use crate::exams::{self, Exam, Part};
use crate::exercises::catalogue;
use crate::ids::{CohortId, PersonId};
use crate::messages::Bilingual;

pub mod analytics;
mod changes;
mod store;

pub use changes::{Change, Weighing, adjust, changes, release, set_weighing};
pub use store::{Adjustment, Learner};

/// Something in a course that counts for a grade.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its name.
    pub key: ItemKey,
    /// Its title.
    pub title: Bilingual,
    /// The grade that passes it, where it is one number.
    pub mark: Option<Grade>,
    /// Whether its scores are percentages; others count in full once the item is passed.
    pub is_proportion: bool,
}

/// What counts in a course, in its order: quizzes, exercises, exams.
pub async fn items(conn: &mut PgConnection, course: &Course) -> Result<Vec<Item>, sqlx::Error> {
    let mut items: Vec<Item> = course.modules.iter().map(quiz).collect();
    let own = store::exercises(&mut *conn, &course.slug).await?;
    let demanded = course.certificate.as_ref().map(|rule| rule.exercises.as_slice()).unwrap_or_default();
    for offer in catalogue::list(&mut *conn).await? {
        if demanded.contains(&offer.slug) || own.contains(&offer.slug) {
            let is_proportion = offer.manifest.metric.is_proportion() && !offer.manifest.metric.is_loss();
            items.push(Item {
                key: ItemKey::Exercise(offer.slug),
                title: offer.texts.title,
                mark: is_proportion.then(|| grade(offer.manifest.marks.pass)),
                is_proportion,
            });
        }
    }
    let offers = exams::all(conn).await?;
    items.extend(offers.into_iter().filter(|offer| offer.course == course.slug).map(|offer| exam(offer.exam)));
    Ok(items)
}

fn quiz(module: &courses::Module) -> Item {
    Item {
        key: ItemKey::Quiz(module.slug.clone()),
        title: module.title.clone(),
        mark: Some(grade(module.quiz.pass)),
        is_proportion: true,
    }
}

fn exam(exam: Exam) -> Item {
    let mark = match exam.parts.as_slice() {
        [Part::Theory { pass, .. }] => Some(grade(*pass)),
        _ => None,
    };
    Item { key: ItemKey::Exam(exam.slug), title: exam.title, mark, is_proportion: true }
}

/// A share as a grade.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 to 10,000; NaN becomes 0")]
fn grade(share: f64) -> Grade {
    (share.clamp(0.0, 1.0) * f64::from(FULL)).round() as Grade
}

/// The mean of an exam's parts: a theory part brings its share of the points, a practice part its score where that is a
/// percentage, else all once it is passed.
#[expect(clippy::cast_precision_loss, reason = "an exam has a handful of parts")]
fn exam_share(scores: &Scores) -> f64 {
    let part = |part: &PartScore| match part {
        PartScore::Theory { points, max_points, .. } if *max_points > 0.0 => points / max_points,
        PartScore::Practice { counted: Some(counted), .. }
            if counted.metric.is_proportion() && !counted.metric.is_loss() =>
        {
            counted.score
        }
        PartScore::Practice { passed: true, .. } => 1.0,
        PartScore::Theory { .. } | PartScore::Practice { .. } => 0.0,
    };
    scores.parts.iter().map(part).sum::<f64>() / (scores.parts.len().max(1)) as f64
}

/// What an item that somebody has not done does to their total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "TEXT", rename_all = "lowercase")]
pub enum Missing {
    /// It is left out.
    Excluded,
    /// It counts as 0.
    Zero,
}

impl Missing {
    /// Its name in forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Excluded => "excluded",
            Self::Zero => "zero",
        }
    }

    /// The rule called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Excluded, Self::Zero].into_iter().find(|rule| rule.name() == name)
    }
}

/// A try that was better than all before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Try {
    /// When it was handed in; an exam, when it began.
    pub done: DateTime<Utc>,
    /// What it brought, 0 to 1.
    pub share: f64,
    /// Whether any try passed.
    pub passed: bool,
}

/// One item of one learner.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cell {
    /// The best try, lateness aside; `None` if there is none.
    pub raw: Option<Grade>,
    /// What is worth most once lateness is counted.
    pub effective: Option<Grade>,
    /// Begun days that it was late.
    pub days_late: i64,
    /// When the first try was handed in.
    pub first_done: Option<DateTime<Utc>>,
    /// Whether any try passed.
    pub passed: bool,
    /// The grade that was set by hand, with its reason.
    pub adjustment: Option<Adjustment>,
    /// When it is due for this learner.
    pub due: Option<Due>,
    /// Whether its scores were left out: see [`Book::close`].
    pub is_closed: bool,
}

impl Cell {
    /// What counts: the grade set by hand, else the effective one.
    pub fn counted(&self) -> Option<Grade> {
        self.adjustment.as_ref().map(|adjustment| adjustment.grade).or(self.effective)
    }

    /// Whether it was due and nothing had been handed in by then.
    pub fn is_late(&self, now: DateTime<Utc>) -> bool {
        self.due.is_some_and(|due| due.at < self.first_done.unwrap_or(now))
    }

    fn of(tries: &[Try], due: Option<Due>, adjustment: Option<Adjustment>) -> Self {
        let mut cell = Self { adjustment, due, ..Self::default() };
        for one in tries {
            let raw = grade(one.share);
            let effective = due.map_or(raw, |due| due.effective(raw, one.done));
            cell.passed |= one.passed;
            cell.raw = cell.raw.max(Some(raw));
            cell.first_done = Some(cell.first_done.map_or(one.done, |first| first.min(one.done)));
            if cell.effective.is_none_or(|best| effective > best) {
                cell.effective = Some(effective);
                cell.days_late = due.map_or(0, |due| due.days_late(one.done));
            }
        }
        cell
    }
}

/// A learner with their grades, in the order of the items.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Who it is.
    pub learner: Learner,
    /// One cell an item.
    pub cells: Vec<Cell>,
    /// The weighted mean; `None` where nothing counts.
    pub total: Option<Grade>,
}

/// The gradebook of a course.
#[derive(Debug, Clone, PartialEq)]
pub struct Book {
    /// What counts.
    pub items: Vec<Item>,
    /// How.
    pub weighing: Weighing,
    /// Since when learners see their totals.
    pub released_at: Option<DateTime<Utc>>,
    /// Learners, by name.
    pub rows: Vec<Row>,
}

/// Whose rows of a gradebook.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Whose {
    /// Of one class alone.
    pub cohort: Option<CohortId>,
    /// Of one person alone.
    pub person: Option<PersonId>,
}

/// The weighted mean of what counts, halves rounded up.
pub fn total(cells: &[Cell], weights: &[u32], missing: Missing) -> Option<Grade> {
    let (mut sum, mut weight) = (0_u64, 0_u64);
    for (cell, each) in cells.iter().zip(weights) {
        let counted = match (cell.counted(), missing) {
            (Some(grade), _) => grade,
            (None, Missing::Zero) => 0,
            (None, Missing::Excluded) => continue,
        };
        sum += u64::from(counted) * u64::from(*each);
        weight += u64::from(*each);
    }
    let mean = (sum * 2 + weight).checked_div(weight * 2)?;
    Grade::try_from(mean).ok()
}

impl Book {
    /// Reads the gradebook of a course: a fixed number of queries, however many learners there are.
    pub async fn load(conn: &mut PgConnection, course: &Course, whose: Whose) -> Result<Self, sqlx::Error> {
        let items = items(conn, course).await?;
        let slug = &course.slug;
        let learners = store::learners(conn, slug, whose).await?;
        let (missing, released_at) = store::settings(conn, slug).await?;
        let set: HashMap<ItemKey, u32> = store::weights(conn, slug).await?.into_iter().collect();
        let weights = items.iter().map(|item| set.get(&item.key).copied().unwrap_or(1)).collect();
        let mut tries = store::tries(conn, slug, &items, whose.person).await?;
        for (person, key, one) in store::exam_tries(conn, slug, whose.person).await? {
            tries.entry((person, key)).or_default().push(one);
        }
        let dates: HashMap<(CohortId, ItemKey), Due> = due::of_course(&mut *conn, slug)
            .await?
            .into_iter()
            .map(|(cohort, item, due)| ((cohort, item), due))
            .collect();
        let longer: HashMap<(PersonId, ItemKey), DateTime<Utc>> = due::own_dates(&mut *conn, slug)
            .await?
            .into_iter()
            .map(|(person, item, until)| ((person, item), until))
            .collect();
        let mut adjusted = store::adjustments(conn, slug, whose.person).await?;
        let mut book = Self { items, weighing: Weighing { weights, missing }, released_at, rows: Vec::new() };
        for learner in learners {
            let mut cells = Vec::with_capacity(book.items.len());
            for item in &book.items {
                let key = (learner.person, item.key.clone());
                let common = learner.cohort.and_then(|cohort| dates.get(&(cohort, item.key.clone())));
                let due = common.map(|due| due.extended(longer.get(&key).copied()));
                let tries = tries.get(&key).map(Vec::as_slice).unwrap_or_default();
                cells.push(Cell::of(tries, due, adjusted.remove(&key)));
            }
            let total = total(&cells, &book.weighing.weights, book.weighing.missing);
            book.rows.push(Row { learner, cells, total });
        }
        Ok(book)
    }

    /// Leaves of these items only whether they were passed, for a reader who has no part in them. A total that such a
    /// score went into is left out, too, since it would tell it.
    pub fn close(&mut self, closed: &[ItemKey]) {
        for row in &mut self.rows {
            for ((item, cell), weight) in self.items.iter().zip(&mut row.cells).zip(&self.weighing.weights) {
                if !closed.contains(&item.key) {
                    continue;
                }
                if cell.effective.is_some() && cell.adjustment.is_none() && *weight > 0 {
                    row.total = None;
                }
                *cell = Cell { raw: None, effective: None, days_late: 0, is_closed: true, ..std::mem::take(cell) };
            }
        }
    }
}

/// Whether an item belongs to a course.
pub async fn holds(conn: &mut PgConnection, course: &Course, key: &ItemKey) -> Result<bool, sqlx::Error> {
    Ok(items(conn, course).await?.iter().any(|item| item.key == *key))
}

/// Removes what the gradebook knows of somebody whose account is deleted.
pub async fn forget(conn: &mut PgConnection, person: PersonId) -> Result<(), sqlx::Error> {
    store::forget(conn, person).await
}

#[cfg(test)]
mod tests;
