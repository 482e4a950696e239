//! Announcements of a course: made, changed and taken back by its staff, written in one language or both.

use actix_web::web;
use askama::Template;
use serde::Deserialize;
use sqlx::PgConnection;

use super::{local, moment, on_offer};
use crate::cohorts::announcements::{self, Announcement, LONGEST};
use crate::cohorts::{self, Cohort};
use crate::courses::Course;
use crate::courses::staff::StaffRole;
use crate::ids::{AnnouncementId, CohortId};
use crate::mail::{self, Mail};
use crate::messages::{Bilingual, text};
use crate::web::page::{self, Page, typed};
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

#[derive(Template)]
#[template(path = "class/announcements.html")]
struct AnnouncementsPage {
    page: Page,
    course: Course,
    cohorts: Vec<Cohort>,
    rows: Vec<Row>,
    may_change: bool,
}

struct Row {
    announcement: Announcement,
    /// Name of the class; `None` for everybody.
    cohort: Option<String>,
    is_shown: bool,
    /// As the field holds it.
    expires: String,
}

pub(super) async fn show(state: AppState, who: Require<Instructor>, slug: web::Path<String>) -> Answer {
    let (course, role) = on_offer(&state, &who, &slug, StaffRole::Viewer).await?;
    let cohorts = cohorts::of_course(&state.pool, &course.slug).await?;
    let name = |id: CohortId| cohorts.iter().find(|cohort| cohort.id == id).map(|cohort| cohort.plan.name.clone());
    let row = |announcement: Announcement| Row {
        cohort: announcement.cohort.and_then(name),
        is_shown: announcement.is_shown(state.clock.now()),
        expires: announcement.expires_at.map(|at| local(&at, who.tr.zone)).unwrap_or_default(),
        announcement,
    };
    let rows = announcements::of_course(&state.pool, &course.slug).await?.into_iter().map(row).collect();
    page::show(&AnnouncementsPage {
        page: Page::new(&state, &who, who.tr.s1("announcements-title", "course", who.tr.pick(&course.title))),
        rows,
        may_change: role >= StaffRole::Grader,
        cohorts,
        course,
    })
}

/// An announcement as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AnnouncementForm {
    cohort: String,
    text_en: String,
    text_zh: String,
    expires: String,
    mail: String,
}

impl AnnouncementForm {
    fn text(&self) -> Result<Bilingual, WebError> {
        let text = Bilingual { en: typed(&self.text_en), zh: typed(&self.text_zh) };
        let is_too_long = [&text.en, &text.zh].iter().any(|side| side.chars().count() > LONGEST);
        if is_too_long || (text.en.is_empty() && text.zh.is_empty()) {
            return Err(WebError::Invalid("announcement-bad-text", vec![("most", LONGEST.to_string())]));
        }
        Ok(text)
    }
}

pub(super) async fn make(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: web::Form<AnnouncementForm>,
) -> Answer {
    let (course, _) = on_offer(&state, &who, &slug, StaffRole::Grader).await?;
    let (text, expires) = (form.text()?, moment(&form.expires, who.tr.zone)?);
    let cohort = match form.cohort.as_str() {
        "" => None,
        id => {
            let found = cohorts::of_course(&state.pool, &course.slug).await?;
            let found = found.into_iter().find(|cohort| cohort.id.to_string() == id);
            Some(found.ok_or(WebError::NotFound)?.id)
        }
    };
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let doing = (who.person.id, now);
    let id = announcements::make(&mut tx, &course.slug, cohort, (&text, expires), doing).await?;
    if form.mail == "yes" {
        let made = announcements::find(&mut *tx, id).await?.ok_or(WebError::NotFound)?;
        write_to(&mut tx, &state, &course, &made).await?;
    }
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/courses/{}/announcements?notice=saved", course.slug)))
}

/// Writes an announcement to everybody whom it is for.
async fn write_to(
    conn: &mut PgConnection,
    state: &State,
    course: &Course,
    announcement: &Announcement,
) -> Result<(), WebError> {
    for reader in announcements::readers(&mut *conn, &course.slug, announcement.cohort).await? {
        let (_, words) = announcement.text(reader.lang);
        let facts = [
            ("site", state.config.name.clone()),
            ("course", course.title.get(reader.lang).to_owned()),
            ("text", words.to_owned()),
            ("link", state.config.link(&format!("/courses/{}", course.slug))),
        ];
        let letter = Mail {
            person: Some(reader.person),
            recipient: reader.email,
            subject: text(reader.lang, "mail-announcement-subject", &facts),
            body: text(reader.lang, "mail-announcement-body", &facts),
        };
        mail::post(conn, &letter, state.clock.now()).await?;
    }
    Ok(())
}

/// An announcement of a course on which somebody may announce.
async fn found(state: &State, who: &Require<Instructor>, id: &str) -> Result<Announcement, WebError> {
    let id: AnnouncementId = id.parse().map_err(|_| WebError::NotFound)?;
    let announcement = announcements::find(&state.pool, id).await?.ok_or(WebError::NotFound)?;
    on_offer(state, who, announcement.course.as_str(), StaffRole::Grader).await?;
    Ok(announcement)
}

pub(super) async fn change(
    state: AppState,
    who: Require<Instructor>,
    id: web::Path<String>,
    form: web::Form<AnnouncementForm>,
) -> Answer {
    let announcement = found(&state, &who, &id).await?;
    let (text, expires) = (form.text()?, moment(&form.expires, who.tr.zone)?);
    let mut tx = state.pool.begin().await?;
    announcements::change(&mut tx, &announcement, (&text, expires), (who.person.id, state.clock.now())).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/courses/{}/announcements?notice=saved", announcement.course)))
}

pub(super) async fn withdraw(state: AppState, who: Require<Instructor>, id: web::Path<String>) -> Answer {
    let announcement = found(&state, &who, &id).await?;
    let mut tx = state.pool.begin().await?;
    announcements::withdraw(&mut tx, &announcement, (who.person.id, state.clock.now())).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/courses/{}/announcements?notice=saved", announcement.course)))
}
