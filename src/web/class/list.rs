//! The classes of a course, and the form that makes one.

use actix_web::web;
use askama::Template;
use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize;

use super::{LONGEST, on_offer};
use crate::clock;
use crate::cohorts::{self, Cohort, Plan};
use crate::courses::Course;
use crate::courses::staff::StaffRole;
use crate::web::page::{self, Page, typed};
use crate::web::settings::ZONES;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, WebError};

#[derive(Template)]
#[template(path = "class/list.html")]
struct ListPage {
    page: Page,
    course: Course,
    cohorts: Vec<Cohort>,
    may_change: bool,
    form: PlanForm,
    zones: &'static [&'static str],
}

/// What the staff of a class may change, as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PlanForm {
    pub(super) name: String,
    pub(super) zone: String,
    pub(super) starts_on: String,
    pub(super) ends_on: String,
}

impl PlanForm {
    pub(super) fn of(plan: &Plan) -> Self {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            name: plan.name.clone(),
            zone: plan.zone.name().to_owned(),
            starts_on: day(plan.starts_on),
            ends_on: day(plan.ends_on),
        }
    }

    pub(super) fn parse(&self) -> Result<Plan, WebError> {
        let name = typed(&self.name);
        if name.is_empty() || name.chars().count() > LONGEST || name.contains('\n') {
            return Err(WebError::Invalid("cohort-bad-name", Vec::new()));
        }
        let zone = self.zone.trim().parse().map_err(|_| WebError::Invalid("time-zone-invalid", Vec::new()))?;
        let (starts_on, ends_on) = (day(&self.starts_on)?, day(&self.ends_on)?);
        if let (Some(first), Some(last)) = (starts_on, ends_on)
            && first > last
        {
            return Err(WebError::Invalid("cohort-ends-first", Vec::new()));
        }
        Ok(Plan { name, zone, starts_on, ends_on })
    }
}

fn day(text: &str) -> Result<Option<NaiveDate>, WebError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|day| clock::YEARS.contains(&day.year()));
    day.map(Some).ok_or_else(|| WebError::Invalid("cohort-bad-day", Vec::new()))
}

pub(super) async fn show(state: AppState, who: Require<Instructor>, slug: web::Path<String>) -> Answer {
    let (course, role) = on_offer(&state, &who, &slug, StaffRole::Viewer).await?;
    let cohorts = cohorts::of_course(&state.pool, &course.slug).await?;
    // The next class is likely in the zone of the last one.
    let zone = cohorts.last().map_or(who.tr.zone, |cohort| cohort.plan.zone);
    page::show(&ListPage {
        page: Page::new(&state, &who, who.tr.s1("class-title", "course", who.tr.pick(&course.title))),
        may_change: role >= StaffRole::Grader,
        form: PlanForm { zone: zone.name().to_owned(), ..PlanForm::default() },
        zones: &ZONES,
        cohorts,
        course,
    })
}

pub(super) async fn create(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: web::Form<PlanForm>,
) -> Answer {
    let (course, _) = on_offer(&state, &who, &slug, StaffRole::Grader).await?;
    let plan = form.parse()?;
    let mut tx = state.pool.begin().await?;
    let id = cohorts::create(&mut tx, &course.slug, &plan, (who.person.id, state.clock.now())).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/cohorts/{id}?notice=saved")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_one_that_people_live_to_see() {
        assert!(day("").unwrap().is_none() && day(" 2026-12-01 ").unwrap().is_some());
        for far in ["-262143-01-01", "+262142-12-31", "2101-01-01", "soon"] {
            assert!(day(far).is_err(), "{far}");
        }
    }
}
