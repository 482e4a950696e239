//! Where an instructor begins: what waits for them, and the courses, exams and exercises that they teach.

use actix_web::web;
use askama::Template;

use super::authoring::{CourseRow, taught};
use super::inspector::needs::{self, Need};
use super::page::{self, Page};
use super::routes::{Access, Route};
use super::staff::standing_on_exercise;
use super::visit::{Instructor, Require};
use super::{Answer, AppState, State, WebError, exercises};
use crate::courses::staff;
use crate::exams;
use crate::exercises::catalogue;
use crate::results::operations::{self, Totals};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/teach", Access::Instructor, || web::get().to(show))]
}

/// An exercise with what came of it.
struct Taught {
    slug: String,
    title: String,
    totals: Option<Totals>,
}

#[derive(Template)]
#[template(path = "teaching/home.html")]
struct HomePage {
    page: Page,
    needs: Vec<Need>,
    works: Vec<CourseRow>,
    exercises: Vec<Taught>,
    /// Slug and title.
    exams: Vec<(String, String)>,
}

async fn show(state: AppState, who: Require<Instructor>) -> Answer {
    page::show(&HomePage {
        page: Page::new(&state, &who, who.tr.s("teach-title")),
        needs: needs::of(&state, who.tr, &who.person).await?,
        works: taught(&state, &who).await?,
        exercises: exercises_of(&state, &who).await?,
        exams: exams_of(&state, &who).await?,
    })
}

async fn exercises_of(state: &State, who: &Require<Instructor>) -> Result<Vec<Taught>, WebError> {
    let mut totals = operations::totals(&state.pool).await?;
    let mut found = Vec::new();
    for offer in catalogue::list(&state.pool).await? {
        if standing_on_exercise(state, &who.person, &offer.slug).await?.is_none() {
            continue;
        }
        let position = totals.iter().position(|totals| totals.exercise == offer.slug);
        found.push(Taught {
            slug: offer.slug.to_string(),
            title: exercises::title(&offer, who.tr).to_owned(),
            totals: position.map(|position| totals.swap_remove(position)),
        });
    }
    Ok(found)
}

async fn exams_of(state: &State, who: &Require<Instructor>) -> Result<Vec<(String, String)>, WebError> {
    let mut found = Vec::new();
    for offer in exams::all(&state.pool).await? {
        if staff::standing(&state.pool, &offer.course, &who.person).await?.is_some() {
            found.push((offer.exam.slug.to_string(), who.tr.pick(&offer.exam.title).to_owned()));
        }
    }
    Ok(found)
}
