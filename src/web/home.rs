//! The first page, each role's own, and the choice of language and colours.

use actix_web::web;
use askama::Template;

use super::page::{self, Page};
use super::routes::{Access, Route};
use super::visit::Anyone;
use super::{Answer, AppState};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/", Access::Public, || web::get().to(home))]
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    page: Page,
}

async fn home(state: AppState, who: Anyone) -> Answer {
    page::show(&HomePage { page: Page::new(&state, &who, who.tr.s("home-title")) })
}
