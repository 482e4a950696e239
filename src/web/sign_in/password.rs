//! A forgotten password: asking for the mail, and setting a new one by its link.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::sign_up::dead_link;
use super::{Letter, show_letter, signed_in};
use crate::accounts::links::{self, Purpose};
use crate::accounts::{Account, Email, Reset, request_reset, reset_password};
use crate::web::page::{self, FieldErrors, Page};
use crate::web::routes::{Access, Route};
use crate::web::visit::{Anyone, Visit};
use crate::web::{Answer, AppState, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/password/forgot", Access::Public, || web::get().to(forgot_form)),
        Route::post("/password/forgot", Access::Public, || web::post().to(forgot)),
        Route::get("/password/reset/{token}", Access::Public, || web::get().to(reset_form)),
        Route::post("/password/reset/{token}", Access::Public, || web::post().to(reset)),
    ]
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ForgotForm {
    email: String,
}

#[derive(Template)]
#[template(path = "people/forgot.html")]
struct ForgotPage {
    page: Page,
    form: ForgotForm,
    errors: FieldErrors,
}

async fn forgot_form(state: AppState, who: Anyone, query: web::Query<ForgotForm>) -> Answer {
    page::show(&forgot_page(&state, &who, query.into_inner(), FieldErrors::default()))
}

async fn forgot(state: AppState, who: Anyone, form: web::Form<ForgotForm>) -> Answer {
    let Ok(email) = form.email.parse::<Email>() else {
        let mut errors = FieldErrors::default();
        errors.add("email", who.tr.s("email-invalid"));
        let page = forgot_page(&state, &who, form.into_inner(), errors);
        return page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let posted = request_reset(&state.pool, &state.config, &email, &who.browser, state.clock.now()).await?;
    show_letter(&state, &who, &Letter::reset(email.as_str(), posted))
}

fn forgot_page(state: &State, visit: &Visit, form: ForgotForm, errors: FieldErrors) -> ForgotPage {
    ForgotPage { page: Page::new(state, visit, visit.tr.s("forgot-title")).with_faults(&errors), form, errors }
}

#[derive(Debug, Deserialize)]
struct ResetForm {
    #[serde(default)]
    password: String,
}

#[derive(Template)]
#[template(path = "people/reset.html")]
struct ResetPage {
    page: Page,
    email: String,
    errors: FieldErrors,
}

async fn reset_form(state: AppState, who: Anyone, token: web::Path<String>) -> Answer {
    match links::owner(&state.pool, &token, Purpose::ResetPassword, state.clock.now()).await? {
        Some(account) => page::show(&reset_page(&state, &who, account, FieldErrors::default())),
        None => dead_link(&state, &who),
    }
}

async fn reset(state: AppState, who: Anyone, token: web::Path<String>, form: web::Form<ResetForm>) -> Answer {
    let now = state.clock.now();
    let Some(account) = links::owner(&state.pool, &token, Purpose::ResetPassword, now).await? else {
        return dead_link(&state, &who);
    };
    let wish = (token.as_str(), form.password.as_str());
    match reset_password(&state.pool, &state.config, wish, &who.browser, now).await? {
        Reset::Done(key) => Ok(signed_in(&state, &key, "/?notice=password-changed")),
        Reset::Dead => dead_link(&state, &who),
        Reset::Fault(fault) => {
            let mut errors = FieldErrors::default();
            errors.add("password", who.tr.s(fault.key()));
            page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &reset_page(&state, &who, account, errors))
        }
    }
}

fn reset_page(state: &State, visit: &Visit, account: Account, errors: FieldErrors) -> ResetPage {
    let page = Page::new(state, visit, visit.tr.s("reset-title")).with_faults(&errors);
    ResetPage { page, email: account.email, errors }
}
