//! The ways in and out: sign in, sign out, and what every way in has in common.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::page::{self, FieldErrors, Page, local_path};
use super::routes::{Access, Route};
use super::visit::{Anyone, Visit, session_cookie};
use super::{Answer, AppState, State};
use crate::accounts::secret::Secret;
use crate::accounts::{Attempt, SignIn, sessions};

mod letter;
mod link;
mod password;
mod sign_up;

pub(super) use letter::{Letter, show_letter};

pub(super) fn routes() -> Vec<Route> {
    let own = vec![
        Route::get("/sign-in", Access::Public, || web::get().to(form)),
        Route::post("/sign-in", Access::Public, || web::post().to(sign_in)),
        Route::post("/sign-out", Access::Public, || web::post().to(sign_out)),
    ];
    [own, sign_up::routes(), password::routes(), link::routes()].into_iter().flatten().collect()
}

/// What the form sends, and what it shows again; the password never comes back.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SignInForm {
    email: String,
    password: String,
    next: String,
}

#[derive(Template)]
#[template(path = "people/sign_in.html")]
struct SignInPage {
    page: Page,
    form: SignInForm,
    errors: FieldErrors,
}

impl SignInPage {
    fn new(state: &State, visit: &Visit, form: SignInForm, errors: FieldErrors) -> Self {
        Self { page: Page::new(state, visit, visit.tr.s("sign-in-title")).with_faults(&errors), form, errors }
    }
}

async fn form(state: AppState, who: Anyone, query: web::Query<SignInForm>) -> Answer {
    if who.person.is_some() {
        return Ok(page::see_other(local_path(&query.next)));
    }
    let form = SignInForm { next: local_path(&query.next).to_owned(), ..SignInForm::default() };
    page::show(&SignInPage::new(&state, &who, form, FieldErrors::default()))
}

async fn sign_in(state: AppState, who: Anyone, form: web::Form<SignInForm>) -> Answer {
    let form = form.into_inner();
    let now = state.clock.now();
    let attempt = Attempt { email: &form.email, password: &form.password, browser: &who.browser };
    let key = match crate::accounts::sign_in(&state.pool, &state.config, attempt, now).await? {
        SignIn::Done(key) => return Ok(signed_in(&state, &key, local_path(&form.next))),
        SignIn::Unconfirmed(posted) => return show_letter(&state, &who, &Letter::confirm(&form.email, posted)),
        SignIn::Wrong => "sign-in-wrong",
        SignIn::Suspended => "sign-in-suspended",
        SignIn::Limited(until) => {
            let mut errors = FieldErrors::default();
            errors.add("email", who.tr.s1("sign-in-limited", "until", who.tr.time(&until)));
            return limited(&SignInPage::new(&state, &who, form, errors), until, now);
        }
    };
    let mut errors = FieldErrors::default();
    errors.add("email", who.tr.s(key));
    page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &SignInPage::new(&state, &who, form, errors))
}

async fn sign_out(state: AppState, who: Anyone) -> Answer {
    if let Some(session) = &who.browser.session {
        sessions::end(&state.pool, session).await?;
    }
    Ok(signed_out(&state, "/?notice=signed-out"))
}

/// On to `location`, with the session's key in a cookie.
pub(super) fn signed_in(state: &State, key: &Secret, location: &str) -> HttpResponse {
    let cookie = cookie(state, key.reveal(), Duration::seconds(sessions::LIFETIME.num_seconds()));
    HttpResponse::SeeOther().insert_header((header::LOCATION, location)).cookie(cookie).finish()
}

/// On to `location`, without the session's cookie.
pub(super) fn signed_out(state: &State, location: &str) -> HttpResponse {
    let cookie = cookie(state, "", Duration::ZERO);
    HttpResponse::SeeOther().insert_header((header::LOCATION, location)).cookie(cookie).finish()
}

fn cookie(state: &State, value: &str, life: Duration) -> Cookie<'static> {
    Cookie::build(session_cookie(state), value.to_owned())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(state.config.is_https())
        .max_age(life)
        .finish()
}

/// A form that comes back because a limit holds until then (429, RFC 6585 §4).
pub(super) fn limited(template: &impl Template, until: DateTime<Utc>, now: DateTime<Utc>) -> Answer {
    let mut response = page::show_with(StatusCode::TOO_MANY_REQUESTS, template)?;
    let seconds = (until - now).num_seconds().max(1);
    response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    Ok(response)
}
