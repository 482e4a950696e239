//! Trial, publication, and the dry run of a change on what learners have submitted.

use actix_web::web;
use serde_json::json;

use super::read;
use crate::audit;
use crate::authoring::{Kind, publishing, trials};
use crate::courses::staff::StaffRole;
use crate::exercises::{Exercise, catalogue};
use crate::web::authoring::{place, told, work};
use crate::web::page;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

async fn sound(state: &State, work: &crate::authoring::Work) -> Result<Exercise, WebError> {
    read(state, work).await?.map_err(|faults| WebError::Faults("authoring-faults", told(&faults)))
}

/// Has a worker run the reference solutions.
pub(super) async fn run_trial(state: AppState, who: Require<Instructor>, slug: web::Path<String>) -> Answer {
    let work = work(&state, &who, (Kind::Exercise, &slug), StaffRole::Author).await?;
    let exercise = sound(&state, &work).await?;
    if exercise.manifest.right.is_empty() {
        return Err(WebError::Conflict("exercise-edit-no-reference", Vec::new()));
    }
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    trials::ask(&mut tx, &work, &exercise, (Some(who.person.id), now)).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("{}#examples", place(&work))))
}

/// Puts the draft on offer; refused unless its reference solutions came out as expected on this server.
pub(super) async fn publish(state: AppState, who: Require<Instructor>, slug: web::Path<String>) -> Answer {
    let work = work(&state, &who, (Kind::Exercise, &slug), StaffRole::Author).await?;
    let now = state.clock.now();
    let before = catalogue::find(&state.pool, &work.slug).await?.map(|offer| offer.version);
    let mut tx = state.pool.begin().await?;
    publishing::publish(
        &mut tx,
        &state.blobs,
        (Kind::Exercise, &work.slug),
        (Some((who.person.id, who.person.role)), now),
    )
    .await?;
    let after = catalogue::find(&mut *tx, &work.slug).await?.map(|offer| offer.version);
    let object = format!("exercises/{}", work.slug);
    let detail = json!({ "before": { "version": before }, "after": { "version": after, "revision": work.head } });
    let entry = audit::Entry { actor: Some(who.person.id), action: "work.publish", object: &object, detail };
    audit::record(&mut tx, entry, now).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("{}?notice=published", place(&work))))
}

/// Keeps the draft's version without publishing it, and goes where it can be seen who would move under it.
pub(super) async fn compare(state: AppState, who: Require<Instructor>, slug: web::Path<String>) -> Answer {
    let work = work(&state, &who, (Kind::Exercise, &slug), StaffRole::Author).await?;
    let exercise = sound(&state, &work).await?;
    let mut conn = state.pool.acquire().await?;
    catalogue::keep_version(&mut conn, &exercise, state.clock.now()).await?;
    Ok(page::see_other(&format!("/teach/exercises/{}/shadows/new?version={}", work.slug, exercise.version)))
}
