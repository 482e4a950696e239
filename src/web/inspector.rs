//! What instructors see of the submissions to an exercise, and further runs of a script with other seeds.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::page::{self, Page};
use super::routes::{Access, Route};
use super::staff::on_exercise;
use super::submissions::{Listed, listed};
use super::visit::{Instructor, Require};
use super::{Answer, AppState, WebError, exercises};
use crate::accounts;
use crate::courses::staff::StaffRole;
use crate::exercises::catalogue;
use crate::ids::{PersonId, SubmissionId};
use crate::results::retraining::{self, MOST};
use crate::submissions::{self, Kind};

/// Most submissions in the list.
const SHOWN: i64 = 200;

pub(super) fn routes() -> Vec<Route> {
    use Access::Instructor;
    vec![
        Route::get("/teach/exercises/{slug}", Instructor, || web::get().to(list)),
        Route::post("/teach/submissions/{id}/retrain", Instructor, || web::post().to(retrain)),
    ]
}

#[derive(Template)]
#[template(path = "operations/submissions.html")]
struct ListPage {
    page: Page,
    slug: String,
    exercise: String,
    /// What was looked for in names and addresses.
    who: String,
    /// Name of its owner, and the submission.
    rows: Vec<(String, Listed)>,
    shown: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Search {
    who: String,
}

async fn list(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    search: web::Query<Search>,
) -> Answer {
    let offer = exercises::offer(&state, &slug).await?;
    on_exercise(&state, &who, &offer.slug, StaffRole::Viewer).await?;
    let found = submissions::of_exercise(&state.pool, &offer.slug, search.who.trim(), SHOWN).await?;
    let people: Vec<PersonId> = found.iter().map(|submission| submission.person).collect();
    let names = accounts::names(&state.pool, &people).await?;
    let with_owner = |listed: Listed| (names.get(&listed.submission.person).cloned().unwrap_or_default(), listed);
    let title = exercises::title(&offer, who.tr).to_owned();
    page::show(&ListPage {
        page: Page::new(&state, &who, who.tr.s1("inspector-title", "exercise", &title)),
        slug: offer.slug.to_string(),
        exercise: title,
        who: search.who.trim().to_owned(),
        rows: listed(&state, found).await?.into_iter().map(with_owner).collect(),
        shown: SHOWN,
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Again {
    seeds: u32,
}

/// Has a script run again with other seeds; the scores show with its result and change nothing else.
async fn retrain(state: AppState, who: Require<Instructor>, id: web::Path<String>, form: web::Form<Again>) -> Answer {
    let id: SubmissionId = id.parse().map_err(|_| WebError::NotFound)?;
    let submission = submissions::find(&state.pool, id).await?.ok_or(WebError::NotFound)?;
    on_exercise(&state, &who, &submission.exercise, StaffRole::Grader).await?;
    let manifest = catalogue::version(&state.pool, &submission.version).await?;
    let rules = manifest.and_then(|manifest| manifest.script).filter(|_| submission.kind == Kind::Script);
    let rules = rules.ok_or(WebError::NotFound)?;
    if !(1..=MOST).contains(&form.seeds) {
        return Err(WebError::Invalid("inspector-bad-seeds", vec![("most", MOST.to_string())]));
    }
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let runs = (rules.seed, form.seeds);
    retraining::ask_for(&mut tx, &submission, runs, Some(who.person.id), now).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/submissions/{id}?notice=retraining")))
}
