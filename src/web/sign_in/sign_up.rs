//! Sign-up pages: the form, and the confirmation of the address.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::{Letter, limited, show_letter, signed_in};
use crate::accounts::links::{self, Purpose};
use crate::accounts::{Account, Confirm, Email, NewPassword, PersonName, SignUp, confirm_email};
use crate::config;
use crate::messages::{Lang, Tr};
use crate::web::page::{self, FieldErrors, Page};
use crate::web::routes::{Access, Route};
use crate::web::visit::{Anyone, Visit};
use crate::web::{Answer, AppState, State, WebError};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/sign-up", Access::Public, || web::get().to(form)),
        Route::post("/sign-up", Access::Public, || web::post().to(sign_up)),
        Route::get("/sign-up/confirm/{token}", Access::Public, || web::get().to(confirm_form)),
        Route::post("/sign-up/confirm/{token}", Access::Public, || web::post().to(confirm)),
    ]
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SignUpForm {
    email: String,
    name: String,
    password: String,
    lang: String,
}

impl SignUpForm {
    fn parse(&self, tr: Tr) -> Result<SignUp, FieldErrors> {
        let mut errors = FieldErrors::default();
        let email = self.email.parse::<Email>();
        let name = PersonName::parse(&self.name);
        if email.is_err() {
            errors.add("email", tr.s("email-invalid"));
        }
        if name.is_err() {
            errors.add("name", tr.s("name-invalid"));
        }
        // Without a usable address the password is compared with nothing personal, but its length is still told.
        let known = email.as_ref().ok().cloned().or_else(|| "nobody@localhost".parse().ok());
        let password = known.map(|email| NewPassword::parse(&self.password, &email, &self.name));
        if let Some(Err(fault)) = &password {
            errors.add("password", tr.s(fault.key()));
        }
        let lang = Lang::parse(&self.lang).unwrap_or(tr.lang);
        match (email, name, password) {
            (Ok(email), Ok(name), Some(Ok(password))) => Ok(SignUp { email, name, password, lang }),
            _ => Err(errors),
        }
    }
}

#[derive(Template)]
#[template(path = "people/sign_up.html")]
struct SignUpPage {
    page: Page,
    form: SignUpForm,
    errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "people/sign_up_closed.html")]
struct SignUpClosedPage {
    page: Page,
    text: String,
}

async fn form(state: AppState, who: Anyone) -> Answer {
    if who.person.is_some() {
        return Ok(page::see_other("/"));
    }
    let text = match state.config.sign_up {
        config::SignUp::Open => {
            let form = SignUpForm { lang: who.tr.lang.code().to_owned(), ..SignUpForm::default() };
            return page::show(&sign_up_page(&state, &who, form, FieldErrors::default()));
        }
        config::SignUp::Invitation => who.tr.s("sign-up-by-invitation"),
        config::SignUp::Closed => who.tr.s("sign-up-closed"),
    };
    page::show(&SignUpClosedPage { page: Page::new(&state, &who, who.tr.s("sign-up-closed-title")), text })
}

async fn sign_up(state: AppState, who: Anyone, form: web::Form<SignUpForm>) -> Answer {
    match state.config.sign_up {
        config::SignUp::Open => {}
        config::SignUp::Invitation => return Err(WebError::Conflict("sign-up-by-invitation", Vec::new())),
        config::SignUp::Closed => return Err(WebError::Conflict("sign-up-closed", Vec::new())),
    }
    let wish = match form.parse(who.tr) {
        Ok(wish) => wish,
        Err(errors) => {
            let page = sign_up_page(&state, &who, form.into_inner(), errors);
            return page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let now = state.clock.now();
    let posted = crate::accounts::sign_up(&state.pool, &state.config, wish, &who.browser, now).await?;
    show_letter(&state, &who, &Letter::confirm(&form.email, posted))
}

fn sign_up_page(state: &State, visit: &Visit, form: SignUpForm, errors: FieldErrors) -> SignUpPage {
    SignUpPage { page: Page::new(state, visit, visit.tr.s("sign-up-title")).with_faults(&errors), form, errors }
}

#[derive(Debug, Deserialize)]
struct ConfirmForm {
    #[serde(default)]
    password: String,
}

#[derive(Template)]
#[template(path = "people/confirm.html")]
struct ConfirmPage {
    page: Page,
    email: String,
    errors: FieldErrors,
}

async fn confirm_form(state: AppState, who: Anyone, token: web::Path<String>) -> Answer {
    match links::owner(&state.pool, &token, Purpose::ConfirmEmail, state.clock.now()).await? {
        Some(account) => page::show(&confirm_page(&state, &who, account, FieldErrors::default())),
        None => dead_link(&state, &who),
    }
}

async fn confirm(state: AppState, who: Anyone, token: web::Path<String>, form: web::Form<ConfirmForm>) -> Answer {
    let now = state.clock.now();
    let Some(account) = links::owner(&state.pool, &token, Purpose::ConfirmEmail, now).await? else {
        return dead_link(&state, &who);
    };
    let mut errors = FieldErrors::default();
    match confirm_email(&state.pool, &token, &form.password, &who.browser, now).await? {
        Confirm::Done(key) => Ok(signed_in(&state, &key, "/?notice=welcome")),
        Confirm::Dead => dead_link(&state, &who),
        Confirm::Wrong => {
            errors.add("password", who.tr.s("confirm-wrong"));
            page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &confirm_page(&state, &who, account, errors))
        }
        Confirm::Limited(until) => {
            errors.add("password", who.tr.s1("sign-in-limited", "until", who.tr.time(&until)));
            limited(&confirm_page(&state, &who, account, errors), until, now)
        }
    }
}

fn confirm_page(state: &State, visit: &Visit, account: Account, errors: FieldErrors) -> ConfirmPage {
    let page = Page::new(state, visit, visit.tr.s("confirm-title")).with_faults(&errors);
    ConfirmPage { page, email: account.email, errors }
}

#[derive(Template)]
#[template(path = "people/dead_link.html")]
struct DeadLinkPage {
    page: Page,
}

/// The page of a link that was used or is too old (410).
pub(super) fn dead_link(state: &State, visit: &Visit) -> Answer {
    page::show_with(StatusCode::GONE, &DeadLinkPage { page: Page::new(state, visit, visit.tr.s("dead-link-title")) })
}
