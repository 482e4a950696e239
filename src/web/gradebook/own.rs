//! A learner's own grades: what counts and why; the total once it is released.

use actix_web::web;
use askama::Template;

use super::{Shown, percent};
use crate::cohorts::ItemKey;
use crate::courses::Course;
use crate::exams;
use crate::gradebook::{Book, Missing, Whose};
use crate::web::class::{due_words, item_name, rule_words};
use crate::web::courses::find;
use crate::web::page::{self, Page};
use crate::web::visit::SignedIn;
use crate::web::{Answer, AppState, WebError};

#[derive(Template)]
#[template(path = "gradebook/own.html")]
struct OwnPage {
    page: Page,
    course: Course,
    rows: Vec<OwnRow>,
    /// `None` while totals are not released.
    total: Option<String>,
    released: Option<String>,
    /// Whether a released total waits for the scores of an exam.
    waits: bool,
    missing: Missing,
}

struct OwnRow {
    name: String,
    weight: u32,
    /// When it is due, and what being late costs; empty if it never is.
    due: String,
    rule: String,
    shown: Shown,
    /// Whether the scores of this exam are not shown yet.
    is_hidden: bool,
    /// Why the grade was set by hand.
    reason: String,
}

pub(super) async fn show(state: AppState, who: SignedIn, slug: web::Path<String>) -> Answer {
    let (t, now) = (who.tr, state.clock.now());
    let course = find(&state, &slug).await?.course;
    let mut conn = state.pool.acquire().await?;
    let book = Book::load(&mut conn, &course, Whose { cohort: None, person: Some(who.person.id) }).await?;
    // Whoever does not take the course has no grades in it.
    let row = book.rows.first().ok_or(WebError::NotFound)?;
    let mut rows = Vec::new();
    for ((item, cell), weight) in book.items.iter().zip(&row.cells).zip(&book.weighing.weights) {
        let is_hidden = match &item.key {
            ItemKey::Exam(slug) => match exams::find(&mut *conn, slug).await? {
                Some(offer) => !exams::shown(&mut conn, &offer.exam, now).await?.scores,
                None => false,
            },
            ItemKey::Quiz(_) | ItemKey::Exercise(_) => false,
        };
        rows.push(OwnRow {
            name: item_name(t, &book.items, &item.key),
            weight: *weight,
            due: cell.due.map(|due| due_words(t, &due, now)).unwrap_or_default(),
            rule: cell.due.map(|due| rule_words(t, &due)).unwrap_or_default(),
            shown: Shown::of(t, cell),
            is_hidden: is_hidden && cell.raw.is_some(),
            reason: cell.adjustment.as_ref().map(|adjustment| adjustment.reason.clone()).unwrap_or_default(),
        });
    }
    let waits = rows.iter().any(|row| row.is_hidden);
    let total = row.total.map_or_else(|| "–".to_owned(), |total| percent(t, total));
    page::show(&OwnPage {
        page: Page::new(&state, &who, t.s1("grades-title", "course", t.pick(&course.title))),
        total: book.released_at.filter(|_| !waits).map(|_| total),
        released: book.released_at.map(|at| t.time(&at)),
        missing: book.weighing.missing,
        waits,
        rows,
        course,
    })
}
