//! The operator's first page: every page of theirs, each with one number that is true now.

use askama::Template;
use chrono::TimeDelta;

use super::store::{self, Numbers, SigningKey};
use super::{capacity, settings};
use crate::queue::{self, Waiting};
use crate::results::operations;
use crate::web::page::{self, Page};
use crate::web::visit::{Admin, Require};
use crate::web::{Answer, AppState};

#[derive(Template)]
#[template(path = "admin/overview.html")]
struct OverviewPage {
    page: Page,
    waiting: Waiting,
    buried: usize,
    numbers: Numbers,
    active: Option<SigningKey>,
    slots: String,
    warnings: usize,
}

/// The overview.
pub(super) async fn show(state: AppState, who: Require<Admin>) -> Answer {
    let keys = store::signing_keys(&state.pool).await?;
    page::show(&OverviewPage {
        page: Page::new(&state, &who, who.tr.s("admin-title")),
        waiting: queue::waiting(&state.pool).await?,
        buried: operations::buried(&state.pool).await?.len(),
        numbers: store::numbers(&state.pool, state.clock.now() - TimeDelta::days(7)).await?,
        active: keys.into_iter().find(|key| key.active),
        slots: capacity::slots(&state).await?.words(who.tr),
        warnings: settings::warnings(who.tr, &state.config),
    })
}
