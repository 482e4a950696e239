//! What instructors see of the submissions to an exercise, and what they can do about them: have scripts run again, try
//! another version in the shadow, decide about one, answer requests for a review.

use actix_web::web;
use serde::Deserialize;

use super::page;
use super::routes::{Access, Route};
use super::staff::on_exercise;
use super::visit::{Instructor, Require};
use super::{Answer, AppState, State, WebError};
use crate::courses::staff::StaffRole;
use crate::exercises::catalogue;
use crate::ids::SubmissionId;
use crate::results::retraining::{self, MOST};
use crate::results::reviews;
use crate::submissions::{self, Kind, Submission};

mod decide;
mod list;
pub(super) mod needs;
pub(super) mod panel;
mod picked;
mod trial;

pub(super) fn routes() -> Vec<Route> {
    use Access::{Instructor, SignedIn};
    vec![
        Route::get("/teach/exercises/{slug}", Instructor, || web::get().to(list::list)),
        Route::get("/teach/exercises/{slug}/shadows/new", Instructor, || web::get().to(trial::new)),
        Route::post("/teach/exercises/{slug}/shadows", Instructor, || web::post().to(trial::make)),
        Route::get("/teach/exercises/{slug}/shadows/{id}", Instructor, || web::get().to(trial::show)),
        Route::post("/teach/exercises/{slug}/shadows/{id}/cancel", Instructor, || web::post().to(trial::cancel)),
        Route::post("/teach/exercises/{slug}/shadows/{id}/discard", Instructor, || web::post().to(trial::discard)),
        Route::post("/teach/exercises/{slug}/shadows/{id}/publish", Instructor, || web::post().to(trial::publish)),
        Route::post("/teach/submissions/{id}/retrain", Instructor, || web::post().to(retrain)),
        Route::post("/teach/submissions/{id}/decide", Instructor, || web::post().to(decide::decide)),
        Route::post("/teach/submissions/{id}/withdraw", Instructor, || web::post().to(decide::withdraw)),
        Route::post("/teach/submissions/{id}/answer", Instructor, || web::post().to(decide::answer)),
        Route::post("/submissions/{id}/review", SignedIn, || web::post().to(decide::ask)),
    ]
}

/// The submission of a path, for an instructor who may do this much with its exercise.
async fn taught(state: &State, who: &Require<Instructor>, id: &str, least: StaffRole) -> Result<Submission, WebError> {
    let id: SubmissionId = id.parse().map_err(|_| WebError::NotFound)?;
    let submission = submissions::find(&state.pool, id).await?.ok_or(WebError::NotFound)?;
    on_exercise(state, who, &submission.exercise, least).await?;
    Ok(submission)
}

/// A reason or answer that a learner reads: something, and not too long.
fn checked(text: &str) -> Result<String, WebError> {
    let text = page::typed(text);
    if text.is_empty() || text.chars().count() > reviews::LONGEST {
        return Err(WebError::Invalid("inspector-text-length", vec![("most", reviews::LONGEST.to_string())]));
    }
    Ok(text)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Again {
    seeds: u32,
}

/// Has a script run again with other seeds; the scores show with its result and change nothing else.
async fn retrain(state: AppState, who: Require<Instructor>, id: web::Path<String>, form: web::Form<Again>) -> Answer {
    let submission = taught(&state, &who, &id, StaffRole::Grader).await?;
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
    Ok(page::see_other(&format!("/submissions/{}?notice=retraining", submission.id)))
}
