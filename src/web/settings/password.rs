//! Changing one's password.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::accounts::{Change, change_password, person};
use crate::web::page::{self, FieldErrors, Page};
use crate::web::routes::{Access, Route};
use crate::web::sign_in::{limited, signed_in};
use crate::web::visit::{SignedIn, Visit};
use crate::web::{Answer, AppState, State, WebError};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/password", Access::SignedIn, || web::get().to(form)),
        Route::post("/settings/password", Access::SignedIn, || web::post().to(change)),
    ]
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PasswordForm {
    old: String,
    password: String,
}

#[derive(Template)]
#[template(path = "people/password.html")]
struct PasswordPage {
    page: Page,
    email: String,
    errors: FieldErrors,
}

async fn form(state: AppState, who: SignedIn) -> Answer {
    let account = person(&state.pool, who.person.id).await?.ok_or(WebError::NotFound)?;
    if account.password_hash.is_none() {
        return Ok(page::see_other("/sign-in/set-up"));
    }
    page::show(&password_page(&state, &who, FieldErrors::default()))
}

async fn change(state: AppState, who: SignedIn, form: web::Form<PasswordForm>) -> Answer {
    let account = person(&state.pool, who.person.id).await?.ok_or(WebError::NotFound)?;
    let now = state.clock.now();
    let wish = (&account, form.old.as_str(), form.password.as_str());
    let mut errors = FieldErrors::default();
    match change_password(&state.pool, &state.config, wish, &who.browser, now).await? {
        Change::Done(key) => return Ok(signed_in(&state, &key, "/settings/password?notice=password-changed")),
        Change::Wrong => errors.add("old", who.tr.s("password-wrong")),
        Change::Fault(fault) => errors.add("password", who.tr.s(fault.key())),
        Change::Limited(until) => {
            errors.add("old", who.tr.s1("sign-in-limited", "until", who.tr.time(&until)));
            return limited(&password_page(&state, &who, errors), until, now);
        }
    }
    page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &password_page(&state, &who, errors))
}

fn password_page(state: &State, visit: &Visit, errors: FieldErrors) -> PasswordPage {
    let email = visit.person.as_ref().map(|person| person.email.clone()).unwrap_or_default();
    let page = Page::new(state, visit, visit.tr.s("settings-password-title")).with_faults(&errors);
    PasswordPage { page, email, errors }
}
