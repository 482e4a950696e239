//! Administration of people: list, invitation, roles, suspension.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::page::{self, FieldErrors, Page};
use super::routes::{Access, Route};
use super::sign_in::{Letter, show_letter};
use super::visit::{Admin, Require, Visit};
use super::{Answer, AppState, State, WebError};
use crate::accounts::{
    self, Account, AccountError, Administered, Email, Found, NewPerson, PAGE, PersonName, Role, Search, invite,
};
use crate::ids::PersonId;
use crate::messages::{Lang, Tr};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/people", Access::Admin, || web::get().to(list)),
        Route::get("/admin/people/invite", Access::Admin, || web::get().to(invite_form)),
        Route::post("/admin/people/invite", Access::Admin, || web::post().to(send_invitation)),
        Route::get("/admin/people/{id}", Access::Admin, || web::get().to(one)),
        Route::post("/admin/people/{id}/role", Access::Admin, || web::post().to(set_role)),
        Route::post("/admin/people/{id}/suspend", Access::Admin, || web::post().to(suspend)),
        Route::post("/admin/people/{id}/unsuspend", Access::Admin, || web::post().to(unsuspend)),
    ]
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    q: String,
    page: Option<i64>,
}

#[derive(Template)]
#[template(path = "people/list.html")]
struct ListPage {
    page: Page,
    query: String,
    number: i64,
    pages: i64,
    total: i64,
    found: Vec<Found>,
}

async fn list(state: AppState, who: Require<Admin>, query: web::Query<ListQuery>) -> Answer {
    let number = query.page.unwrap_or(1).clamp(1, 100_000);
    let search = Search { text: query.q.trim().to_owned(), page: number };
    let (found, total) = accounts::search(&state.pool, &search).await?;
    let pages = total.div_euclid(PAGE) + i64::from(total.rem_euclid(PAGE) > 0);
    let page = Page::new(&state, &who, who.tr.s("people-title"));
    page::show(&ListPage { page, query: search.text, number, pages, total, found })
}

#[derive(Template)]
#[template(path = "people/one.html")]
struct OnePage {
    page: Page,
    account: Account,
    errors: FieldErrors,
}

async fn one(state: AppState, who: Require<Admin>, id: web::Path<PersonId>) -> Answer {
    page::show(&one_page(&state, &who, *id, FieldErrors::default()).await?)
}

async fn one_page(state: &State, visit: &Visit, id: PersonId, errors: FieldErrors) -> Result<OnePage, WebError> {
    let account = accounts::person(&state.pool, id).await?.ok_or(WebError::NotFound)?;
    Ok(OnePage { page: Page::new(state, visit, account.name.as_str()).with_faults(&errors), account, errors })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RoleForm {
    role: String,
}

async fn set_role(state: AppState, who: Require<Admin>, id: web::Path<PersonId>, form: web::Form<RoleForm>) -> Answer {
    let role = Role::parse(&form.role).ok_or(WebError::Invalid("error-form", Vec::new()))?;
    let outcome = accounts::set_role(&state.pool, *id, role, Some(who.person.id), state.clock.now()).await?;
    administered(&state, &who, *id, outcome).await
}

async fn suspend(state: AppState, who: Require<Admin>, id: web::Path<PersonId>) -> Answer {
    let outcome = accounts::set_suspended(&state.pool, *id, true, who.person.id, state.clock.now()).await?;
    administered(&state, &who, *id, outcome).await
}

async fn unsuspend(state: AppState, who: Require<Admin>, id: web::Path<PersonId>) -> Answer {
    let outcome = accounts::set_suspended(&state.pool, *id, false, who.person.id, state.clock.now()).await?;
    administered(&state, &who, *id, outcome).await
}

async fn administered(state: &State, visit: &Visit, id: PersonId, outcome: Administered) -> Answer {
    match outcome {
        Administered::Done => Ok(page::see_other(&format!("/admin/people/{id}?notice=saved"))),
        Administered::NotFound => Err(WebError::NotFound),
        Administered::LastAdmin => {
            let mut errors = FieldErrors::default();
            errors.add("role", visit.tr.s("last-admin"));
            page::show_with(StatusCode::CONFLICT, &one_page(state, visit, id, errors).await?)
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct InviteForm {
    email: String,
    name: String,
    role: String,
    lang: String,
}

impl InviteForm {
    fn parse(&self, tr: Tr) -> Result<NewPerson, FieldErrors> {
        let mut errors = FieldErrors::default();
        let (email, name) = (self.email.parse::<Email>(), PersonName::parse(&self.name));
        if email.is_err() {
            errors.add("email", tr.s("email-invalid"));
        }
        if name.is_err() {
            errors.add("name", tr.s("name-invalid"));
        }
        let role = Role::parse(&self.role).unwrap_or(Role::Learner);
        let lang = Lang::parse(&self.lang).unwrap_or(tr.lang);
        match (email, name) {
            (Ok(email), Ok(name)) => Ok(NewPerson { email, name, role, lang, password: None, confirmed: false }),
            _ => Err(errors),
        }
    }
}

#[derive(Template)]
#[template(path = "people/invite.html")]
struct InvitePage {
    page: Page,
    form: InviteForm,
    errors: FieldErrors,
}

async fn invite_form(state: AppState, who: Require<Admin>) -> Answer {
    let form = InviteForm { lang: who.tr.lang.code().to_owned(), ..InviteForm::default() };
    page::show(&invite_page(&state, &who, form, FieldErrors::default()))
}

async fn send_invitation(state: AppState, who: Require<Admin>, form: web::Form<InviteForm>) -> Answer {
    let mut errors = match form.parse(who.tr) {
        Ok(person) => match invite(&state.pool, &state.config, &person, who.person.id, state.clock.now()).await {
            Ok(mail) => return show_letter(&state, &who, &Letter::invitation(mail)),
            Err(AccountError::EmailTaken) => FieldErrors::default(),
            Err(error) => return Err(error.into()),
        },
        Err(errors) => errors,
    };
    if errors.is_empty() {
        errors.add("email", who.tr.s("email-taken"));
    }
    let page = invite_page(&state, &who, form.into_inner(), errors);
    page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn invite_page(state: &State, visit: &Visit, form: InviteForm, errors: FieldErrors) -> InvitePage {
    InvitePage { page: Page::new(state, visit, visit.tr.s("invite-title")).with_faults(&errors), form, errors }
}
