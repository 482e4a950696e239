//! Joining a class by the code that a teacher gave out.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use chrono::TimeDelta;
use serde::Deserialize;

use crate::accounts::limits::{self, Admission, Limit};
use crate::cohorts::{self, Cohort, Joined, tidy_code};
use crate::courses::Course;
use crate::web::courses::find;
use crate::web::page::{self, FieldErrors, Page};
use crate::web::visit::SignedIn;
use crate::web::{Answer, AppState, State, WebError};

/// Codes that one person may try in vain.
const WRONG_CODES: Limit = Limit { bucket: "join", most: 20, window: TimeDelta::hours(1) };

#[derive(Template)]
#[template(path = "class/join.html")]
struct JoinPage {
    page: Page,
    code: String,
    /// What the code opens.
    found: Option<(Cohort, Course)>,
    errors: FieldErrors,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CodeForm {
    code: String,
}

pub(super) async fn form(state: AppState, who: SignedIn) -> Answer {
    let page = Page::new(&state, &who, who.tr.s("join-title"));
    page::show(&JoinPage { page, code: String::new(), found: None, errors: FieldErrors::default() })
}

/// The class that a typed code opens; `None` for a wrong one, which is counted.
async fn opened(state: &State, who: &SignedIn, typed: &str) -> Result<Option<(Cohort, Course)>, WebError> {
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let key = who.person.id.to_string();
    if let Some(until) = limits::refused_until(&mut *tx, &WRONG_CODES, &key, now).await? {
        return Err(too_many(who, (until - now).num_seconds(), until));
    }
    if let Some(id) = cohorts::by_code(&mut *tx, &tidy_code(typed)).await?
        && let Some(cohort) = cohorts::find(&mut *tx, id).await?.filter(|cohort| !cohort.is_over(now))
    {
        let course = find(state, cohort.course.as_str()).await?.course;
        return Ok(Some((cohort, course)));
    }
    match limits::take(&mut tx, &WRONG_CODES, &key, now).await? {
        Admission::Granted => tx.commit().await?,
        Admission::Refused { until } => return Err(too_many(who, (until - now).num_seconds(), until)),
    }
    Ok(None)
}

fn too_many(who: &SignedIn, seconds: i64, until: chrono::DateTime<chrono::Utc>) -> WebError {
    WebError::TooMany("join-too-many", vec![("time", who.tr.time(&until))], seconds.max(1))
}

fn unknown(state: &State, who: &SignedIn, code: &str) -> Answer {
    let mut errors = FieldErrors::default();
    errors.add("code", who.tr.s("join-unknown"));
    let page = Page::new(state, who, who.tr.s("join-title")).with_faults(&errors);
    let code = code.chars().take(32).collect();
    page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &JoinPage { page, code, found: None, errors })
}

pub(super) async fn look(state: AppState, who: SignedIn, form: web::Form<CodeForm>) -> Answer {
    match opened(&state, &who, &form.code).await? {
        Some(_) => Ok(page::see_other(&format!("/join/{}", tidy_code(&form.code)))),
        None => unknown(&state, &who, &form.code),
    }
}

pub(super) async fn show(state: AppState, who: SignedIn, code: web::Path<String>) -> Answer {
    let Some(found) = opened(&state, &who, &code).await? else { return unknown(&state, &who, &code) };
    let page = Page::new(&state, &who, who.tr.s("join-title"));
    page::show(&JoinPage { page, code: tidy_code(&code), found: Some(found), errors: FieldErrors::default() })
}

pub(super) async fn join(state: AppState, who: SignedIn, code: web::Path<String>) -> Answer {
    let Some((cohort, course)) = opened(&state, &who, &code).await? else { return unknown(&state, &who, &code) };
    let mut tx = state.pool.begin().await?;
    match cohorts::join(&mut tx, &cohort, who.person.id, state.clock.now()).await? {
        Joined::In => {
            tx.commit().await?;
            Ok(page::see_other(&format!("/courses/{}?notice=joined", course.slug)))
        }
        Joined::InAnother(name) => Err(WebError::Conflict("join-in-another", vec![("name", name)])),
    }
}
