//! Due dates of a class: one form with all items of its course.

use std::collections::HashMap;

use actix_web::web;
use askama::Template;

use super::{item_name, local, moment, on_cohort};
use crate::cohorts::due::{self, Due, LateRule};
use crate::cohorts::{Cohort, ItemKey};
use crate::courses::Course;
use crate::courses::staff::StaffRole;
use crate::gradebook;
use crate::web::page::{self, Page};
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, WebError};

#[derive(Template)]
#[template(path = "class/dates.html")]
struct DatesPage {
    page: Page,
    course: Course,
    cohort: Cohort,
    rows: Vec<Row>,
    may_change: bool,
}

struct Row {
    key: ItemKey,
    name: String,
    /// As the field holds it.
    at: String,
    rule: &'static str,
    number: u32,
}

pub(super) async fn show(state: AppState, who: Require<Instructor>, id: web::Path<String>) -> Answer {
    let (cohort, course, role) = on_cohort(&state, &who, &id, StaffRole::Viewer).await?;
    let mut conn = state.pool.acquire().await?;
    let items = gradebook::items(&mut conn, &course).await?;
    let dates: HashMap<ItemKey, Due> = due::of_cohort(&mut *conn, cohort.id).await?.into_iter().collect();
    let row = |item: &gradebook::Item| {
        let due = dates.get(&item.key);
        Row {
            key: item.key.clone(),
            name: item_name(who.tr, &items, &item.key),
            at: due.map(|due| local(&due.at, cohort.plan.zone)).unwrap_or_default(),
            rule: due.map_or("free", |due| due.rule.name()),
            number: due.map_or(10, |due| due.rule.number()),
        }
    };
    page::show(&DatesPage {
        page: Page::new(&state, &who, who.tr.s1("dates-title", "cohort", cohort.plan.name.as_str())),
        rows: items.iter().map(row).collect(),
        may_change: role >= StaffRole::Author,
        course,
        cohort,
    })
}

pub(super) async fn save(
    state: AppState,
    who: Require<Instructor>,
    id: web::Path<String>,
    form: web::Form<HashMap<String, String>>,
) -> Answer {
    let (cohort, course, _) = on_cohort(&state, &who, &id, StaffRole::Author).await?;
    let mut tx = state.pool.begin().await?;
    let mut wanted = Vec::new();
    for item in gradebook::items(&mut tx, &course).await? {
        let field = |name: &str| form.get(&format!("{name}/{}", item.key)).map(|text| text.trim());
        // What a form does not speak of stays as it is.
        let Some(at) = field("at") else { continue };
        let Some(at) = moment(at, cohort.plan.zone)? else {
            wanted.push((item.key, None));
            continue;
        };
        let number = field("number").unwrap_or_default().parse().unwrap_or_default();
        let rule = LateRule::parse(field("rule").unwrap_or("free"), number)
            .ok_or(WebError::Invalid("dates-bad-rule", Vec::new()))?;
        wanted.push((item.key, Some(Due { at, rule })));
    }
    due::set(&mut tx, &cohort, &wanted, (who.person.id, state.clock.now())).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/cohorts/{}/due?notice=saved", cohort.id)))
}
