//! Personal API tokens: list, create, revoke.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use super::bearer::{Bearer, Read};
use super::page::{self, FieldErrors, Page};
use super::routes::{Access, Route};
use super::visit::{SignedIn, Visit};
use super::{Answer, AppState, State, WebError};
use crate::accounts::PersonName;
use crate::accounts::tokens::{self, Creation, Life, NewToken, Scope, Token};
use crate::ids::ApiTokenId;
use crate::messages::Tr;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/tokens", Access::SignedIn, || web::get().to(list)),
        Route::post("/settings/tokens", Access::SignedIn, || web::post().to(create)),
        Route::post("/settings/tokens/{id}/revoke", Access::SignedIn, || web::post().to(revoke)),
        Route::get("/api/v1/me", Access::Token, || web::get().to(me)),
    ]
}

#[derive(Debug, Deserialize)]
#[serde(default)]
struct TokenForm {
    name: String,
    read: Option<String>,
    submit: Option<String>,
    days: String,
}

impl Default for TokenForm {
    fn default() -> Self {
        Self { name: String::new(), read: None, submit: None, days: Life::Quarter.days().to_string() }
    }
}

impl TokenForm {
    fn has(&self, scope: Scope) -> bool {
        match scope {
            Scope::Read => self.read.is_some(),
            Scope::Submit => self.submit.is_some(),
        }
    }

    fn parse(&self, tr: Tr) -> Result<NewToken, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = PersonName::parse(&self.name);
        if name.is_err() {
            errors.add("name", tr.s("token-name-invalid"));
        }
        let scopes: Vec<Scope> = Scope::ALL.into_iter().filter(|scope| self.has(*scope)).collect();
        if scopes.is_empty() {
            errors.add("read", tr.s("token-scope-missing"));
        }
        let life = Life::parse(&self.days);
        if life.is_none() {
            errors.add("days", tr.s("token-life-invalid"));
        }
        match (name, life) {
            (Ok(name), Some(life)) if errors.is_empty() => Ok(NewToken { name, scopes, life }),
            _ => Err(errors),
        }
    }
}

#[derive(Template)]
#[template(path = "people/tokens.html")]
struct TokensPage {
    page: Page,
    tokens: Vec<Token>,
    created: Option<String>,
    form: TokenForm,
    errors: FieldErrors,
    now: DateTime<Utc>,
    server: String,
}

async fn list(state: AppState, who: SignedIn) -> Answer {
    let form = TokenForm { read: Some("on".to_owned()), ..TokenForm::default() };
    page::show(&tokens_page(&state, &who, form, FieldErrors::default()).await?)
}

/// The token is shown in the answer itself and nowhere else, so this is no redirect.
async fn create(state: AppState, who: SignedIn, form: web::Form<TokenForm>) -> Answer {
    let wanted = match form.parse(who.tr) {
        Ok(wanted) => wanted,
        Err(errors) => {
            let page = tokens_page(&state, &who, form.into_inner(), errors).await?;
            return page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    match tokens::create(&state.pool, &state.config, who.person.id, &wanted, state.clock.now()).await? {
        Creation::Done(secret) => {
            let mut page = tokens_page(&state, &who, TokenForm::default(), FieldErrors::default()).await?;
            page.created = Some(secret.reveal().to_owned());
            page::show(&page)
        }
        Creation::TooMany => {
            let mut errors = FieldErrors::default();
            errors.add("name", who.tr.s1("token-too-many", "most", tokens::MOST));
            let page = tokens_page(&state, &who, form.into_inner(), errors).await?;
            page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn revoke(state: AppState, who: SignedIn, token: web::Path<ApiTokenId>) -> Answer {
    if tokens::revoke(&state.pool, who.person.id, *token, state.clock.now()).await? {
        Ok(page::see_other("/settings/tokens?notice=token-revoked"))
    } else {
        Err(WebError::NotFound)
    }
}

/// Whose token it is, so that a program can try its token before it relies on it.
async fn me(bearer: Bearer<Read>) -> Answer {
    let Bearer { person, token, .. } = bearer;
    Ok(HttpResponse::Ok().json(json!({
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "token": { "name": token.name, "scopes": token.scopes, "expires_at": token.expires_at },
    })))
}

async fn tokens_page(
    state: &State,
    visit: &Visit,
    form: TokenForm,
    errors: FieldErrors,
) -> Result<TokensPage, WebError> {
    let tokens = match &visit.person {
        Some(person) => tokens::of_person(&state.pool, person.id).await?,
        None => Vec::new(),
    };
    let page = Page::new(state, visit, visit.tr.s("settings-tokens-title")).with_faults(&errors);
    let server = state.config.link("");
    Ok(TokensPage { page, tokens, created: None, form, errors, now: state.clock.now(), server })
}
