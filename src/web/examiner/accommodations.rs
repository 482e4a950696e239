//! What persons are granted in every exam: more time, more attempts, breaks that stop the clock.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::audit;
use crate::exams::accommodations::{self, Accommodation, Granted};
use crate::exams::attempts;
use crate::web::page::{self, Page};
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, WebError};

#[derive(Template)]
#[template(path = "examiner/accommodations.html")]
struct AccommodationsPage {
    page: Page,
    granted: Vec<Granted>,
}

pub(super) async fn show(state: AppState, who: Require<Instructor>) -> Answer {
    let granted = accommodations::all(&state.pool).await?;
    page::show(&AccommodationsPage { page: Page::new(&state, &who, who.tr.s("accommodations-title")), granted })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    email: String,
    time_factor: f64,
    extra_attempts: u32,
    break_minutes: u32,
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
    let email = form.email.trim();
    let person = accommodations::person(&state.pool, email).await?;
    let person = person.ok_or(WebError::Invalid("accommodations-nobody", vec![("email", email.to_owned())]))?;
    if person == who.person.id {
        return Err(WebError::Conflict("examiner-own", Vec::new()));
    }
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let before = accommodations::of(&mut *tx, person).await?;
    attempts::grant(&mut tx, person, granted, (Some(who.person.id), now)).await?;
    let detail = serde_json::json!({ "before": before, "after": granted });
    let entry =
        audit::Entry { actor: Some(who.person.id), action: "exam.accommodate", object: &person.to_string(), detail };
    audit::record(&mut tx, entry, now).await?;
    tx.commit().await?;
    Ok(page::see_other("/teach/accommodations?notice=saved"))
}
