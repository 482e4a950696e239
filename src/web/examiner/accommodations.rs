//! What persons are granted in every exam: more time, more attempts, breaks that stop the clock.
//!
//! Administrators grant it to everybody; instructors to whoever takes a course on which they grade, and since it holds in
//! the exams of other courses, too, they take nothing away that somebody else gave.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::accounts::Role;
use crate::audit;
use crate::exams::accommodations::{self, Accommodation, Granted};
use crate::exams::attempts;
use crate::ids::PersonId;
use crate::web::page::{self, Page};
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

#[derive(Template)]
#[template(path = "examiner/accommodations.html")]
struct AccommodationsPage {
    page: Page,
    is_admin: bool,
    granted: Vec<Granted>,
}

fn is_admin(who: &Require<Instructor>) -> bool {
    who.person.role == Role::Admin
}

pub(super) async fn show(state: AppState, who: Require<Instructor>) -> Answer {
    let mut granted = accommodations::all(&state.pool).await?;
    let is_admin = is_admin(&who);
    if !is_admin {
        let people: Vec<PersonId> = granted.iter().map(|granted| granted.person).collect();
        let taught = accommodations::taught(&state.pool, who.person.id, &people).await?;
        granted.retain(|granted| taught.contains(&granted.person));
    }
    page::show(&AccommodationsPage {
        page: Page::new(&state, &who, who.tr.s("accommodations-title")),
        is_admin,
        granted,
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    email: String,
    time_factor: f64,
    extra_attempts: u32,
    break_minutes: u32,
}

/// The person with this address, if this instructor may grant them something.
async fn candidate(state: &State, who: &Require<Instructor>, email: &str) -> Result<PersonId, WebError> {
    let person = accommodations::person(&state.pool, email).await?;
    if person == Some(who.person.id) {
        return Err(WebError::Conflict("examiner-own", Vec::new()));
    }
    if is_admin(who) {
        return person.ok_or_else(|| WebError::Invalid("accommodations-nobody", vec![("email", email.to_owned())]));
    }
    // The same sentence for whoever is nobody and whoever takes none of their courses.
    let taught = accommodations::taught(&state.pool, who.person.id, person.as_slice()).await?.pop();
    taught.ok_or_else(|| WebError::Invalid("accommodations-not-taught", vec![("email", email.to_owned())]))
}

/// Grants it for every exam; what is more than before reaches an attempt that is open at once.
pub(super) async fn grant(state: AppState, who: Require<Instructor>, form: web::Form<Form>) -> Answer {
    let granted = Accommodation {
        time_factor: form.time_factor,
        extra_attempts: form.extra_attempts,
        break_minutes: form.break_minutes,
    };
    let is_sound =
        (1.0..=10.0).contains(&granted.time_factor) && granted.extra_attempts <= 100 && granted.break_minutes <= 1440;
    if !is_sound {
        return Err(WebError::Invalid("accommodations-bad", Vec::new()));
    }
    let person = candidate(&state, &who, form.email.trim()).await?;
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let before = accommodations::of(&mut *tx, person).await?;
    let others = accommodations::of_others(&mut *tx, person, who.person.id).await?;
    if !is_admin(&who) && granted.is_less_than(&others) {
        return Err(WebError::Conflict("accommodations-less", Vec::new()));
    }
    attempts::grant(&mut tx, person, granted, (Some(who.person.id), now)).await?;
    let detail = serde_json::json!({ "before": before, "after": granted });
    let entry =
        audit::Entry { actor: Some(who.person.id), action: "exam.accommodate", object: &person.to_string(), detail };
    audit::record(&mut tx, entry, now).await?;
    tx.commit().await?;
    Ok(page::see_other("/teach/accommodations?notice=saved"))
}
