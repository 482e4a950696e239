//! The staff of a course: who teaches it, and what each may do.

use actix_web::web;
use askama::Template;
use serde::Deserialize;
use serde_json::json;

use crate::accounts::{self, Email, Role};
use crate::audit;
use crate::authoring::AuthoringError;
use crate::courses::staff::{self, Member, StaffRole};
use crate::ids::Slug;
use crate::web::page::{self, Page};
use crate::web::routes::{Access, Route};
use crate::web::staff::on_course;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, WebError};

pub(super) fn routes() -> Vec<Route> {
    use Access::Instructor;
    vec![
        Route::get("/teach/courses/{slug}/staff", Instructor, || web::get().to(show)),
        Route::post("/teach/courses/{slug}/staff", Instructor, || web::post().to(appoint)),
    ]
}

#[derive(Template)]
#[template(path = "authoring/staff.html")]
struct StaffPage {
    page: Page,
    course: Slug,
    members: Vec<Member>,
    is_owner: bool,
}

async fn show(state: AppState, who: Require<Instructor>, slug: web::Path<String>) -> Answer {
    let course: Slug = slug.parse().map_err(|_| WebError::NotFound)?;
    let role = on_course(&state, &who, &course, StaffRole::Viewer).await?;
    page::show(&StaffPage {
        page: Page::new(&state, &who, who.tr.s1("staff-title", "course", course.as_str())),
        members: staff::of_course(&state.pool, &course).await?,
        is_owner: role == StaffRole::Owner,
        course,
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Appointment {
    email: String,
    /// Name of a role; `none` dismisses.
    role: String,
}

/// Appoints an instructor, changes their role, or dismisses them.
async fn appoint(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: web::Form<Appointment>,
) -> Answer {
    let course: Slug = slug.parse().map_err(|_| WebError::NotFound)?;
    on_course(&state, &who, &course, StaffRole::Owner).await?;
    let typed = form.email.trim().to_owned();
    let nobody = || WebError::Invalid("staff-nobody", vec![("email", typed.clone())]);
    let email: Email = typed.parse().map_err(|_| nobody())?;
    let account = accounts::by_email(&state.pool, &email).await?.ok_or_else(nobody)?;
    let role = StaffRole::parse(&form.role);
    if role.is_some() && account.role < Role::Instructor {
        return Err(WebError::Conflict("staff-not-instructor", vec![("name", account.name)]));
    }
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let before = staff::appoint(&mut tx, &course, account.id, role, (Some(who.person.id), now)).await;
    let before = before.map_err(AuthoringError::from)?;
    let object = format!("courses/{course}");
    let detail = json!({ "person": account.id, "before": before, "after": role });
    let entry = audit::Entry { actor: Some(who.person.id), action: "course.staff", object: &object, detail };
    audit::record(&mut tx, entry, now).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/courses/{course}/staff?notice=saved")))
}
