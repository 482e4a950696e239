//! Administrators' list of certificates, and their revocation with a reason.

use actix_web::web;

use super::list::{self, Scope, Search};
use super::withdrawal::{self, Reason};
use crate::web::visit::{Admin, Require};
use crate::web::{Answer, AppState};

pub(super) async fn show(state: AppState, who: Require<Admin>, search: web::Query<Search>) -> Answer {
    list::show(&state, &who, Scope::All, &search).await
}

pub(super) async fn export(state: AppState, who: Require<Admin>, search: web::Query<Search>) -> Answer {
    list::export(&state, &who, &Scope::All, &search).await
}

pub(super) async fn ask(state: AppState, who: Require<Admin>, path: web::Path<String>) -> Answer {
    withdrawal::ask(&state, &who, Scope::All, &path).await
}

pub(super) async fn revoke(
    state: AppState,
    who: Require<Admin>,
    path: web::Path<String>,
    form: web::Form<Reason>,
) -> Answer {
    withdrawal::revoke(&state, &who, Scope::All, (&path, &form)).await
}
