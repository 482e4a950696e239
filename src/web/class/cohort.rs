//! One class: its people, its code, the list that fills it, and who leaves it.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::list::PlanForm;
use super::on_cohort;
use crate::cohorts::{self, Cohort, Member};
use crate::config::SignUp;
use crate::courses::Course;
use crate::courses::staff::StaffRole;
use crate::ids::{CohortId, PersonId};
use crate::web::page::{self, Page, local_path, typed};
use crate::web::settings::ZONES;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, WebError};

#[derive(Template)]
#[template(path = "class/cohort.html")]
struct CohortPage {
    page: Page,
    course: Course,
    cohort: Cohort,
    members: Vec<Member>,
    /// Address and name.
    invited: Vec<(String, String)>,
    form: PlanForm,
    zones: &'static [&'static str],
    /// Where the code leads, in full.
    link: Option<String>,
    may_change: bool,
    /// Whether people on a list can be written to.
    writes: bool,
}

pub(super) async fn show(state: AppState, who: Require<Instructor>, id: web::Path<String>) -> Answer {
    let (cohort, course, role) = on_cohort(&state, &who, &id, StaffRole::Viewer).await?;
    page::show(&CohortPage {
        page: Page::new(&state, &who, cohort.plan.name.clone()),
        members: cohorts::members(&state.pool, cohort.id).await?,
        invited: cohorts::invited(&state.pool, cohort.id).await?,
        form: PlanForm::of(&cohort.plan),
        zones: &ZONES,
        link: cohort.code.as_ref().map(|code| state.config.link(&format!("/join/{code}"))),
        may_change: role >= StaffRole::Grader,
        writes: state.config.sign_up != SignUp::Closed,
        course,
        cohort,
    })
}

pub(super) async fn change(
    state: AppState,
    who: Require<Instructor>,
    id: web::Path<String>,
    form: web::Form<PlanForm>,
) -> Answer {
    let (cohort, ..) = on_cohort(&state, &who, &id, StaffRole::Grader).await?;
    let plan = form.parse()?;
    let mut tx = state.pool.begin().await?;
    cohorts::change(&mut tx, &cohort, &plan, (who.person.id, state.clock.now())).await?;
    tx.commit().await?;
    Ok(saved(cohort.id))
}

fn saved(cohort: CohortId) -> actix_web::HttpResponse {
    page::see_other(&format!("/teach/cohorts/{cohort}?notice=saved"))
}

/// Whether people may join by code.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CodeForm {
    open: String,
}

pub(super) async fn code(
    state: AppState,
    who: Require<Instructor>,
    id: web::Path<String>,
    form: web::Form<CodeForm>,
) -> Answer {
    let (cohort, ..) = on_cohort(&state, &who, &id, StaffRole::Grader).await?;
    let mut tx = state.pool.begin().await?;
    cohorts::set_code(&mut tx, &cohort, form.open == "yes", (who.person.id, state.clock.now())).await?;
    tx.commit().await?;
    Ok(saved(cohort.id))
}

/// Who leaves a class: a person, or an address that a place was kept for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LeaveForm {
    person: Option<PersonId>,
    email: String,
    /// The class that a person moves to.
    to: String,
    back: String,
}

pub(super) async fn remove(
    state: AppState,
    who: Require<Instructor>,
    id: web::Path<String>,
    form: web::Form<LeaveForm>,
) -> Answer {
    let (cohort, ..) = on_cohort(&state, &who, &id, StaffRole::Grader).await?;
    let doing = (who.person.id, state.clock.now());
    let mut tx = state.pool.begin().await?;
    match form.person {
        Some(person) => cohorts::remove(&mut tx, &cohort, person, doing).await?,
        None => cohorts::uninvite(&mut tx, &cohort, &typed(&form.email), doing).await?,
    }
    tx.commit().await?;
    Ok(saved(cohort.id))
}

pub(super) async fn move_to(
    state: AppState,
    who: Require<Instructor>,
    id: web::Path<String>,
    form: web::Form<LeaveForm>,
) -> Answer {
    let (from, ..) = on_cohort(&state, &who, &id, StaffRole::Grader).await?;
    let (to, ..) = on_cohort(&state, &who, &form.to, StaffRole::Grader).await?;
    let person = form.person.ok_or(WebError::NotFound)?;
    let mut tx = state.pool.begin().await?;
    cohorts::move_to(&mut tx, (&from, &to), person, (who.person.id, state.clock.now())).await?;
    tx.commit().await?;
    if form.back.is_empty() { Ok(saved(to.id)) } else { Ok(page::see_other(local_path(&form.back))) }
}
