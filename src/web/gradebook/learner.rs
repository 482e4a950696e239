//! One learner of a course, as its staff sees them: progress, grades, due dates, extensions, work.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::{Shown, percent};
use crate::cohorts::due::{self, Extension, Grade};
use crate::cohorts::{self, Cohort, ItemKey};
use crate::courses::staff::StaffRole;
use crate::courses::{self, Course};
use crate::exams::attempts::{self, Attempt};
use crate::gradebook::{self, Book, Item, Learner, Row, Whose};
use crate::ids::PersonId;
use crate::messages::Tr;
use crate::submissions;
use crate::web::class::{due_words, item_name, moment, on_offer, rule_words};
use crate::web::page::{self, Page, typed};
use crate::web::submissions::{Listed, listed};
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

/// Longest reason, in characters.
const LONGEST: usize = 2000;
/// Submissions in the list.
const MOST: i64 = 50;

#[derive(Template)]
#[template(path = "gradebook/learner.html")]
struct LearnerPage {
    page: Page,
    course: Course,
    learner: Learner,
    /// Classes that they could move to.
    others: Vec<Cohort>,
    /// Zone in which due dates are typed.
    zone: &'static str,
    done: usize,
    rows: Vec<ItemRow>,
    total: String,
    extensions: Vec<(String, String, Extension)>,
    mine: Vec<Listed>,
    exams: Vec<(Attempt, String)>,
    may_grade: bool,
    /// Whether this is the reader's own page: nobody decides about their own grades.
    is_own: bool,
}

struct ItemRow {
    key: ItemKey,
    name: String,
    due: String,
    rule: String,
    shown: Shown,
    reason: String,
}

/// The row of somebody in the gradebook; whoever does not take the course is not found.
async fn find(state: &State, who: &Require<Instructor>, course: &Course, id: &str) -> Result<(Book, Row), WebError> {
    let person: PersonId = id.parse().map_err(|_| WebError::NotFound)?;
    let mut book = super::book(state, who, course, Whose { cohort: None, person: Some(person) }).await?;
    let row = book.rows.pop().ok_or(WebError::NotFound)?;
    Ok((book, row))
}

/// The same for somebody who decides about it, which nobody does about their own.
async fn another(state: &State, who: &Require<Instructor>, course: &Course, id: &str) -> Result<(Book, Row), WebError> {
    let (book, row) = find(state, who, course, id).await?;
    if row.learner.person == who.person.id {
        return Err(WebError::Conflict("learner-own", Vec::new()));
    }
    Ok((book, row))
}

pub(super) async fn show(state: AppState, who: Require<Instructor>, path: web::Path<(String, String)>) -> Answer {
    let (course, role) = on_offer(&state, &who, &path.0, StaffRole::Viewer).await?;
    let (book, row) = find(&state, &who, &course, &path.1).await?;
    let (t, now, person) = (who.tr, state.clock.now(), row.learner.person);
    let mut conn = state.pool.acquire().await?;
    let cohorts = cohorts::of_course(&mut *conn, &course.slug).await?;
    let own = cohorts.iter().find(|cohort| Some(cohort.id) == row.learner.cohort);
    let zone = own.map_or(t.zone, |cohort| cohort.plan.zone);
    let given = due::extensions(&mut *conn, person, &course.slug).await?;
    let progress = courses::progress(&mut conn, person, &course.slug).await?;
    let mut work = submissions::of_person(&mut *conn, person, None, 200).await?;
    let is_open = |key: &ItemKey| {
        let mut cells = book.items.iter().zip(&row.cells);
        cells.any(|(item, cell)| item.key == *key && !cell.is_closed)
    };
    work.retain(|one| is_open(&ItemKey::Exercise(one.exercise.clone())));
    work.truncate(usize::try_from(MOST).unwrap_or_default());
    let mut exams = attempts::of_person(&mut *conn, person, None).await?;
    exams.retain(|one| book.items.iter().any(|item| item.key == ItemKey::Exam(one.exam.clone())));
    drop(conn);
    let rows = book.items.iter().zip(&row.cells);
    let rows = rows.map(|(item, cell)| ItemRow {
        key: item.key.clone(),
        name: item_name(t, &book.items, &item.key),
        due: cell.due.map(|due| due_words(t, &due, now)).unwrap_or_default(),
        rule: cell.due.map(|due| rule_words(t, &due)).unwrap_or_default(),
        shown: Shown::of(t, cell),
        reason: cell.adjustment.as_ref().map(|adjustment| adjustment.reason.clone()).unwrap_or_default(),
    });
    page::show(&LearnerPage {
        page: Page::new(&state, &who, row.learner.name.clone()),
        rows: rows.collect(),
        total: row.total.map_or_else(|| "–".to_owned(), |total| percent(t, total)),
        others: cohorts.iter().filter(|cohort| Some(cohort.id) != row.learner.cohort).cloned().collect(),
        zone: zone.name(),
        done: progress.completed.len(),
        extensions: given.into_iter().map(|given| extension(t, &book.items, given)).collect(),
        mine: listed(&state, work).await?,
        exams: exams.into_iter().map(|one| (t.time(&one.started_at), one)).map(|(time, one)| (one, time)).collect(),
        may_grade: role >= StaffRole::Grader,
        is_own: person == who.person.id,
        learner: row.learner,
        course,
    })
}

/// An extension with what it is of and until when, in words.
fn extension(t: Tr, items: &[Item], given: Extension) -> (String, String, Extension) {
    let until = given.until.map_or_else(|| t.s("extension-taken-back"), |until| t.time(&until));
    (item_name(t, items, &given.item), until, given)
}

/// An extension or adjustment as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ChangeForm {
    item: String,
    until: String,
    percent: String,
    reason: String,
}

impl ChangeForm {
    fn reason(&self) -> Result<String, WebError> {
        let reason = typed(&self.reason);
        if reason.is_empty() || reason.chars().count() > LONGEST {
            return Err(WebError::Invalid("learner-no-reason", vec![("most", LONGEST.to_string())]));
        }
        Ok(reason)
    }

    /// The place of the item in the gradebook.
    fn item(&self, book: &Book) -> Result<(usize, ItemKey), WebError> {
        let key: ItemKey = self.item.parse().map_err(|_| WebError::NotFound)?;
        let place = book.items.iter().position(|item| item.key == key).ok_or(WebError::NotFound)?;
        Ok((place, key))
    }

    /// Hundredths of a percent; `None` for an empty field.
    fn grade(&self) -> Result<Option<Grade>, WebError> {
        let text = self.percent.trim().trim_end_matches('%').trim_end();
        if text.is_empty() {
            return Ok(None);
        }
        grade(text).map(Some).ok_or(WebError::Invalid("learner-bad-percent", Vec::new()))
    }
}

/// `98.5` as a grade, read by its digits; at most two decimals, 0 to 100.
fn grade(text: &str) -> Option<Grade> {
    let (whole, rest) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || rest.len() > 2 || !is_number(whole) || !is_number(rest) {
        return None;
    }
    let grade = whole.parse::<Grade>().ok()? * 100 + format!("{rest:0<2}").parse::<Grade>().ok()?;
    (grade <= 10_000).then_some(grade)
}

pub(super) async fn extend(
    state: AppState,
    who: Require<Instructor>,
    path: web::Path<(String, String)>,
    form: web::Form<ChangeForm>,
) -> Answer {
    let (course, _) = on_offer(&state, &who, &path.0, StaffRole::Grader).await?;
    let (book, row) = another(&state, &who, &course, &path.1).await?;
    let (place, key) = form.item(&book)?;
    let reason = form.reason()?;
    let due = row.cells.get(place).and_then(|cell| cell.due);
    if due.is_none() {
        return Err(WebError::Conflict("extension-not-due", Vec::new()));
    }
    let own = match row.learner.cohort {
        Some(cohort) => cohorts::find(&state.pool, cohort).await?,
        None => None,
    };
    let until = moment(&form.until, own.map_or(who.tr.zone, |cohort| cohort.plan.zone))?;
    let mut tx = state.pool.begin().await?;
    let doing = (who.person.id, state.clock.now());
    due::extend(&mut tx, &course.slug, (row.learner.person, &key), (until, &reason), doing).await?;
    tx.commit().await?;
    Ok(back(&course, &row.learner))
}

pub(super) async fn adjust(
    state: AppState,
    who: Require<Instructor>,
    path: web::Path<(String, String)>,
    form: web::Form<ChangeForm>,
) -> Answer {
    let (course, _) = on_offer(&state, &who, &path.0, StaffRole::Grader).await?;
    let (book, row) = another(&state, &who, &course, &path.1).await?;
    let (place, key) = form.item(&book)?;
    let (after, reason) = (form.grade()?, form.reason()?);
    let before = row.cells.get(place).and_then(|cell| cell.adjustment.as_ref()).map(|adjustment| adjustment.grade);
    let mut tx = state.pool.begin().await?;
    let doing = (who.person.id, state.clock.now());
    gradebook::adjust(&mut tx, &course.slug, (row.learner.person, &key), (before, after), &reason, doing).await?;
    tx.commit().await?;
    Ok(back(&course, &row.learner))
}

fn back(course: &Course, learner: &Learner) -> actix_web::HttpResponse {
    page::see_other(&format!("/teach/courses/{}/learners/{}?notice=saved", course.slug, learner.person))
}

#[cfg(test)]
mod tests {
    use super::grade;

    #[test]
    fn percentages_are_read_by_their_digits() {
        for (text, found) in
            [("0", 0), ("98.5", 9_850), ("98,59", 9_859), ("100", 10_000), ("100.00", 10_000), ("7.", 700)]
        {
            assert_eq!(grade(text), Some(found), "{text}");
        }
        for wrong in ["", ".5", "100.01", "101", "-1", "+1", "1e2", "9.999", "NaN", "１"] {
            assert_eq!(grade(wrong), None, "{wrong}");
        }
    }
}
