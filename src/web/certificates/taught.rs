//! The certificates of a course and of its exams, for its staff: all of them read the list, owners withdraw.
//!
//! Whoever may read the gradebook may read the list, viewers included: it tells less than the gradebook does. A
//! withdrawal is for ever and public, so it is the owner's, as the appointment of staff is.

use actix_web::web;

use super::list::{self, Scope, Search, Taught};
use super::withdrawal::{self, Reason};
use crate::authoring::{self, Kind};
use crate::certificates::register;
use crate::courses;
use crate::courses::staff::StaffRole;
use crate::ids::Slug;
use crate::web::staff::on_course;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

/// A course that is or was on offer, for somebody who may do this much on it.
async fn scope(state: &State, who: &Require<Instructor>, slug: &str, least: StaffRole) -> Result<Scope, WebError> {
    let course: Slug = slug.parse().map_err(|_| WebError::NotFound)?;
    let role = on_course(state, who, &course, least).await?;
    let Some(title) = courses::title(&state.pool, &course).await? else {
        let draft = authoring::find(&state.pool, Kind::Course, &course).await?;
        return Err(draft.map_or(WebError::NotFound, |_| WebError::Conflict("certificates-unpublished", Vec::new())));
    };
    let (title, subjects) = (who.tr.pick(&title).to_owned(), register::subjects(&state.pool, &course).await?);
    Ok(Scope::Course(Taught { course, title, role, subjects }))
}

pub(super) async fn show(
    state: AppState,
    who: Require<Instructor>,
    course: web::Path<String>,
    search: web::Query<Search>,
) -> Answer {
    let scope = scope(&state, &who, &course, StaffRole::Viewer).await?;
    list::show(&state, &who, scope, &search).await
}

pub(super) async fn export(
    state: AppState,
    who: Require<Instructor>,
    course: web::Path<String>,
    search: web::Query<Search>,
) -> Answer {
    let scope = scope(&state, &who, &course, StaffRole::Viewer).await?;
    list::export(&state, &who, &scope, &search).await
}

pub(super) async fn ask(state: AppState, who: Require<Instructor>, path: web::Path<(String, String)>) -> Answer {
    let scope = scope(&state, &who, &path.0, StaffRole::Owner).await?;
    withdrawal::ask(&state, &who, scope, &path.1).await
}

pub(super) async fn revoke(
    state: AppState,
    who: Require<Instructor>,
    path: web::Path<(String, String)>,
    form: web::Form<Reason>,
) -> Answer {
    let scope = scope(&state, &who, &path.0, StaffRole::Owner).await?;
    withdrawal::revoke(&state, &who, scope, (&path.1, &form)).await
}
