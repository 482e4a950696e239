//! The gradebook of a course: learners by items, weights, the release, the log of changes, and the file of it all.

use std::collections::HashMap;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::class::{item_name, on_offer};
use super::page::{self, Page};
use super::routes::{Access, Route};
use super::staff::standing_on_exercise;
use super::visit::{Instructor, Require};
use super::{Answer, AppState, State, WebError, csv};
use crate::cohorts::due::Grade;
use crate::cohorts::{self, Cohort, ItemKey};
use crate::courses::Course;
use crate::courses::staff::StaffRole;
use crate::gradebook::{self, Book, Cell, Missing, Row, Weighing, Whose};
use crate::ids::CohortId;
use crate::messages::Tr;

mod analytics;
mod learner;
mod log;
mod own;
mod sheet;

pub(super) fn routes() -> Vec<Route> {
    use Access::{Instructor, SignedIn};
    vec![
        Route::get("/teach/courses/{course}/gradebook", Instructor, || web::get().to(show)),
        Route::post("/teach/courses/{course}/gradebook/weights", Instructor, || web::post().to(save_weights)),
        Route::post("/teach/courses/{course}/gradebook/release", Instructor, || web::post().to(release)),
        Route::get("/teach/courses/{course}/gradebook.csv", Instructor, || web::get().to(export)),
        Route::get("/teach/courses/{course}/analytics", Instructor, || web::get().to(analytics::show)),
        Route::get("/teach/courses/{course}/learners/{id}", Instructor, || web::get().to(learner::show)),
        Route::post("/teach/courses/{course}/learners/{id}/extend", Instructor, || web::post().to(learner::extend)),
        Route::post("/teach/courses/{course}/learners/{id}/adjust", Instructor, || web::post().to(learner::adjust)),
        Route::get("/courses/{course}/grades", SignedIn, || web::get().to(own::show)),
    ]
}

/// Which class to look at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Filter {
    cohort: String,
    /// The item whose distribution to show; empty for the total.
    item: String,
}

impl Filter {
    /// The class among those of the course; a wrong one is not found.
    fn cohort(&self, cohorts: &[Cohort]) -> Result<Option<CohortId>, WebError> {
        if self.cohort.is_empty() {
            return Ok(None);
        }
        let found = cohorts.iter().find(|cohort| cohort.id.to_string() == self.cohort);
        Ok(Some(found.ok_or(WebError::NotFound)?.id))
    }
}

/// A grade in the reader's language.
fn percent(t: Tr, grade: Grade) -> String {
    t.percent(f64::from(grade) / 100.0 / 100.0)
}

/// A cell in words: what counts, and what stands behind it.
struct Shown {
    counted: String,
    /// The best score, where lateness or an adjustment made something else of it.
    behind: String,
    passed: bool,
    is_adjusted: bool,
}

impl Shown {
    fn of(t: Tr, cell: &Cell) -> Self {
        let raw = cell.raw.map_or_else(|| "–".to_owned(), |raw| percent(t, raw));
        let behind = match (&cell.adjustment, cell.days_late) {
            (Some(_), _) if cell.raw.is_none() => t.s("grade-adjusted"),
            (Some(_), _) => t.s1("grade-adjusted-from", "raw", raw),
            (None, _) if cell.is_closed && cell.first_done.is_some() => t.s("grade-closed"),
            (None, days) if days > 0 && cell.raw != cell.effective => t.s2("grade-late-from", "raw", raw, "days", days),
            (None, days) if days > 0 => t.s1("grade-late", "days", days),
            (None, _) if cell.raw != cell.effective => t.s1("grade-best-late", "raw", raw),
            (None, _) => String::new(),
        };
        let counted = match cell.counted() {
            Some(grade) => percent(t, grade),
            None if cell.is_closed && cell.passed => String::new(),
            None if cell.is_closed && cell.first_done.is_some() => t.s("grade-not-passed"),
            None => "–".to_owned(),
        };
        Self { counted, behind, passed: cell.passed, is_adjusted: cell.adjustment.is_some() }
    }
}

/// The gradebook of a course as this reader may see it: of another course's exercises in which they have no part it says
/// only whether they were passed.
async fn book(state: &State, who: &Require<Instructor>, course: &Course, whose: Whose) -> Result<Book, WebError> {
    let mut book = Book::load(&mut *state.pool.acquire().await?, course, whose).await?;
    let mut closed = Vec::new();
    for item in &book.items {
        if let ItemKey::Exercise(slug) = &item.key
            && standing_on_exercise(state, &who.person, slug).await?.is_none()
        {
            closed.push(item.key.clone());
        }
    }
    book.close(&closed);
    Ok(book)
}

#[derive(Template)]
#[template(path = "gradebook/book.html")]
struct BookPage {
    page: Page,
    course: Course,
    cohorts: Vec<Cohort>,
    cohort: Option<CohortId>,
    /// Item names with their weights and the names of their form fields.
    columns: Vec<(String, u32, String)>,
    sum: u64,
    missing: Missing,
    released: Option<String>,
    rows: Vec<(Row, Vec<Shown>, String)>,
    changes: Vec<log::Line>,
    may_weigh: bool,
}

async fn show(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    filter: web::Query<Filter>,
) -> Answer {
    let (course, role) = on_offer(&state, &who, &slug, StaffRole::Viewer).await?;
    let t = who.tr;
    let cohorts = cohorts::of_course(&state.pool, &course.slug).await?;
    let cohort = filter.cohort(&cohorts)?;
    let book = book(&state, &who, &course, Whose { cohort, person: None }).await?;
    let mut conn = state.pool.acquire().await?;
    let columns = book.items.iter().zip(&book.weighing.weights);
    let columns = columns.map(|(item, weight)| (item_name(t, &book.items, &item.key), *weight, item.key.to_string()));
    let shown = |row: Row| {
        let cells = row.cells.iter().map(|cell| Shown::of(t, cell)).collect();
        let total = row.total.map_or_else(|| "–".to_owned(), |total| percent(t, total));
        (row, cells, total)
    };
    page::show(&BookPage {
        page: Page::new(&state, &who, t.s1("gradebook-title", "course", t.pick(&course.title))),
        columns: columns.collect(),
        sum: book.weighing.sum(),
        missing: book.weighing.missing,
        released: book.released_at.map(|at| t.time(&at)),
        changes: log::lines(&mut conn, t, &course, &book.items).await?,
        rows: book.rows.into_iter().map(shown).collect(),
        may_weigh: role >= StaffRole::Author,
        course,
        cohorts,
        cohort,
    })
}

async fn save_weights(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: web::Form<HashMap<String, String>>,
) -> Answer {
    let (course, _) = on_offer(&state, &who, &slug, StaffRole::Author).await?;
    let mut tx = state.pool.begin().await?;
    // Nobody's rows: the items and how they count now.
    let book = Book::load(&mut tx, &course, Whose { cohort: None, person: Some(who.person.id) }).await?;
    let mut wanted = Weighing { weights: Vec::new(), missing: book.weighing.missing };
    for (item, before) in book.items.iter().zip(&book.weighing.weights) {
        let typed = form.get(&item.key.to_string());
        let weight = typed.map_or(Ok(*before), |typed| typed.trim().parse());
        wanted.weights.push(weight.map_err(|_| bad_weights())?);
    }
    if let Some(missing) = form.get("missing") {
        wanted.missing = Missing::parse(missing).ok_or_else(bad_weights)?;
    }
    if !wanted.is_possible() {
        return Err(bad_weights());
    }
    let doing = (who.person.id, state.clock.now());
    gradebook::set_weighing(&mut tx, &course.slug, &book.items, (&book.weighing, &wanted), doing).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/courses/{}/gradebook?notice=saved", course.slug)))
}

fn bad_weights() -> WebError {
    WebError::Invalid("gradebook-bad-weights", Vec::new())
}

/// Whether learners see their totals.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ReleaseForm {
    released: String,
}

async fn release(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: web::Form<ReleaseForm>,
) -> Answer {
    let (course, _) = on_offer(&state, &who, &slug, StaffRole::Author).await?;
    let mut tx = state.pool.begin().await?;
    let doing = (who.person.id, state.clock.now());
    gradebook::release(&mut tx, &course.slug, form.released == "yes", doing).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/courses/{}/gradebook?notice=saved", course.slug)))
}

async fn export(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    filter: web::Query<Filter>,
) -> Answer {
    let (course, _) = on_offer(&state, &who, &slug, StaffRole::Viewer).await?;
    let cohorts = cohorts::of_course(&state.pool, &course.slug).await?;
    let cohort = filter.cohort(&cohorts)?;
    let book = book(&state, &who, &course, Whose { cohort, person: None }).await?;
    csv::download(&format!("gradebook-{}.csv", course.slug), &sheet::head(who.tr, &book), sheet::rows(&book))
}
