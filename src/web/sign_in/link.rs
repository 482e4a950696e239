//! Signing in by a one-time link, and setting the first password after it.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::sign_up::dead_link;
use super::signed_in;
use crate::accounts::links::{self, Purpose};
use crate::accounts::{Account, Email, Setting, Welcome, follow_sign_in_link, person, set_up};
use crate::web::page::{self, FieldErrors, Page};
use crate::web::routes::{Access, Route};
use crate::web::visit::{Anyone, SignedIn, Visit};
use crate::web::{Answer, AppState, State, WebError};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/sign-in/link/{token}", Access::Public, || web::get().to(link)),
        Route::post("/sign-in/link/{token}", Access::Public, || web::post().to(follow)),
        Route::get("/sign-in/set-up", Access::SignedIn, || web::get().to(set_up_form)),
        Route::post("/sign-in/set-up", Access::SignedIn, || web::post().to(finish)),
    ]
}

#[derive(Template)]
#[template(path = "people/link.html")]
struct LinkPage {
    page: Page,
    name: String,
}

/// Shows a button only: programs that look into links before people do must not use them up.
async fn link(state: AppState, who: Anyone, token: web::Path<String>) -> Answer {
    match links::owner(&state.pool, &token, Purpose::SignIn, state.clock.now()).await? {
        Some(account) => {
            page::show(&LinkPage { page: Page::new(&state, &who, who.tr.s("link-title")), name: account.name })
        }
        None => dead_link(&state, &who),
    }
}

async fn follow(state: AppState, who: Anyone, token: web::Path<String>) -> Answer {
    match follow_sign_in_link(&state.pool, &token, &who.browser, state.clock.now()).await? {
        Some(key) => Ok(signed_in(&state, &key, "/sign-in/set-up")),
        None => dead_link(&state, &who),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SetUpForm {
    email: String,
    name: String,
    password: String,
}

#[derive(Template)]
#[template(path = "people/set_up.html")]
struct SetUpPage {
    page: Page,
    form: SetUpForm,
    asks_email: bool,
    errors: FieldErrors,
}

async fn set_up_form(state: AppState, who: SignedIn) -> Answer {
    let account = person(&state.pool, who.person.id).await?.ok_or(WebError::NotFound)?;
    if account.password_hash.is_some() {
        return Ok(page::see_other("/"));
    }
    let email = if account.is_placeholder() { String::new() } else { account.email.clone() };
    let form = SetUpForm { email, name: account.name.clone(), password: String::new() };
    page::show(&set_up_page(&state, &who, &account, form, FieldErrors::default()))
}

async fn finish(state: AppState, who: SignedIn, form: web::Form<SetUpForm>) -> Answer {
    let account = person(&state.pool, who.person.id).await?.ok_or(WebError::NotFound)?;
    let form = form.into_inner();
    let wanted = if account.is_placeholder() { form.email.as_str() } else { account.email.as_str() };
    let mut errors = FieldErrors::default();
    if let Ok(email) = wanted.parse::<Email>() {
        let welcome = Welcome { email: &email, name: &form.name, password: &form.password };
        match set_up(&state.pool, &account, &welcome, &who.browser, state.clock.now()).await? {
            Setting::Done(key) => return Ok(signed_in(&state, &key, "/?notice=welcome")),
            Setting::HasPassword => return Ok(page::see_other("/settings/password")),
            Setting::Name(_) => errors.add("name", who.tr.s("name-invalid")),
            Setting::Password(fault) => errors.add("password", who.tr.s(fault.key())),
            Setting::EmailTaken => errors.add("email", who.tr.s("email-taken")),
        }
    } else {
        errors.add("email", who.tr.s("email-invalid"));
    }
    let page = set_up_page(&state, &who, &account, form, errors);
    page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn set_up_page(state: &State, visit: &Visit, account: &Account, form: SetUpForm, errors: FieldErrors) -> SetUpPage {
    let page = Page::new(state, visit, visit.tr.s("set-up-title")).with_faults(&errors);
    SetUpPage { page, form, asks_email: account.is_placeholder(), errors }
}
