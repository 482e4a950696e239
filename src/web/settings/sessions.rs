//! The browsers in which one is signed in, and ending them.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::accounts::sessions::{self, Browser, Session};
use crate::web::page::{self, Page};
use crate::web::routes::{Access, Route};
use crate::web::sign_in::signed_out;
use crate::web::visit::SignedIn;
use crate::web::{Answer, AppState, WebError};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/sessions", Access::SignedIn, || web::get().to(list)),
        Route::post("/settings/sessions/end", Access::SignedIn, || web::post().to(end)),
        Route::post("/settings/sessions/end-others", Access::SignedIn, || web::post().to(end_others)),
    ]
}

#[derive(Template)]
#[template(path = "people/sessions.html")]
struct SessionsPage {
    page: Page,
    sessions: Vec<Session>,
    browser: Browser,
}

async fn list(state: AppState, who: SignedIn) -> Answer {
    let sessions = sessions::of_person(&state.pool, who.person.id, state.clock.now()).await?;
    let page = Page::new(&state, &who, who.tr.s("settings-sessions-title"));
    page::show(&SessionsPage { page, sessions, browser: who.browser.clone() })
}

#[derive(Debug, Deserialize)]
struct EndForm {
    session: String,
}

async fn end(state: AppState, who: SignedIn, form: web::Form<EndForm>) -> Answer {
    if !sessions::end_own(&state.pool, who.person.id, &form.session).await? {
        return Err(WebError::NotFound);
    }
    let own = who.browser.session.map(hex::encode);
    if own.as_deref() == Some(form.session.as_str()) {
        return Ok(signed_out(&state, "/?notice=signed-out"));
    }
    Ok(page::see_other("/settings/sessions?notice=session-ended"))
}

async fn end_others(state: AppState, who: SignedIn) -> Answer {
    let mut conn = state.pool.acquire().await?;
    sessions::end_all(&mut conn, who.person.id, who.browser.session.as_ref()).await?;
    Ok(page::see_other("/settings/sessions?notice=sessions-ended"))
}
