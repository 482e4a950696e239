//! What learners see of their class: announcements, and their own due dates.

use actix_web::web;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{due_words, item_name, rule_words};
use crate::cohorts::announcements::{self, Announcement};
use crate::cohorts::due::{self, Due};
use crate::cohorts::{self, ItemKey};
use crate::courses::{self, Course};
use crate::gradebook::{Book, Whose};
use crate::ids::{AnnouncementId, Slug};
use crate::messages::{Lang, Tr};
use crate::web::page::{self, local_path};
use crate::web::visit::{SignedIn, Visit};
use crate::web::{Answer, AppState, State, WebError};

/// An announcement as its reader sees it.
pub(in crate::web) struct Told {
    pub(in crate::web) id: AnnouncementId,
    /// Language that it is written in.
    pub(in crate::web) lang: Lang,
    pub(in crate::web) text: String,
    pub(in crate::web) made_at: DateTime<Utc>,
}

/// A due date as its reader sees it.
pub(in crate::web) struct DateRow {
    pub(in crate::web) href: String,
    pub(in crate::web) name: String,
    /// When, in words with the zone.
    pub(in crate::web) due: String,
    /// What being late costs.
    pub(in crate::web) rule: String,
    pub(in crate::web) is_extended: bool,
    pub(in crate::web) is_done: bool,
    pub(in crate::web) is_over: bool,
}

/// What somebody is told, and what is due for them.
#[derive(Default)]
pub(in crate::web) struct Notices {
    pub(in crate::web) told: Vec<Told>,
    pub(in crate::web) dates: Vec<DateRow>,
}

/// What the reader is told in one course or in all, and what is due; first they take the places kept for their address.
pub(in crate::web) async fn notices(
    state: &State,
    visit: &Visit,
    course: Option<&Course>,
) -> Result<Notices, WebError> {
    let Some(person) = &visit.person else { return Ok(Notices::default()) };
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    cohorts::claim(&mut tx, person.id, now).await?;
    tx.commit().await?;
    let mut conn = state.pool.acquire().await?;
    let told = announcements::for_person(&mut *conn, person.id, course.map(|course| &course.slug), now).await?;
    let own = due::of_person(&mut *conn, person.id, course.map(|course| &course.slug)).await?;
    let mut slugs: Vec<Slug> = own.iter().map(|date| date.course.clone()).collect();
    slugs.sort();
    slugs.dedup();
    let mut dates = Vec::new();
    for slug in slugs {
        let Some(offer) = courses::find(&mut *conn, slug.as_str()).await? else { continue };
        let book = Book::load(&mut conn, &offer.course, Whose { cohort: None, person: Some(person.id) }).await?;
        let Some(row) = book.rows.first() else { continue };
        for (item, cell) in book.items.iter().zip(&row.cells) {
            let Some(due) = cell.due else { continue };
            let is_extended = own.iter().any(|own| own.item == item.key && own.course == slug && own.is_extended);
            let name = item_name(visit.tr, &book.items, &item.key);
            let is_done = cell.counted().is_some();
            dates.push((due.at, date(visit.tr, (&slug, &item.key, name), (&due, is_extended, is_done), now)));
        }
    }
    dates.sort_by_key(|(at, _)| *at);
    Ok(Notices {
        told: told.iter().map(|told| tell(visit.tr, told)).collect(),
        dates: dates.into_iter().map(|(_, date)| date).collect(),
    })
}

fn tell(t: Tr, announcement: &Announcement) -> Told {
    let (lang, text) = announcement.text(t.lang);
    Told { id: announcement.id, lang, text: text.to_owned(), made_at: announcement.made_at }
}

fn date(
    t: Tr,
    (course, key, name): (&Slug, &ItemKey, String),
    (due, is_extended, is_done): (&Due, bool, bool),
    now: DateTime<Utc>,
) -> DateRow {
    let href = match key {
        ItemKey::Quiz(module) => format!("/courses/{course}/{module}/quiz"),
        ItemKey::Exercise(slug) => format!("/exercises/{slug}"),
        ItemKey::Exam(slug) => format!("/exams/{slug}"),
    };
    DateRow {
        href,
        name,
        due: due_words(t, due, now),
        rule: rule_words(t, due),
        is_extended,
        is_done,
        is_over: now > due.at,
    }
}

/// When an exercise is due for the reader, in each course of theirs that has a date for it.
pub(in crate::web) async fn exercise_dates(
    state: &State,
    visit: &Visit,
    exercise: &Slug,
) -> Result<Vec<DateRow>, WebError> {
    let Some(person) = &visit.person else { return Ok(Vec::new()) };
    let (key, now) = (ItemKey::Exercise(exercise.clone()), state.clock.now());
    let mut own = due::of_person(&state.pool, person.id, None).await?;
    own.retain(|own| own.item == key);
    let row = |own: &due::Personal| {
        date(visit.tr, (&own.course, &own.item, String::new()), (&own.due, own.is_extended, false), now)
    };
    Ok(own.iter().map(row).collect())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct BackForm {
    back: String,
}

/// Puts an announcement away.
pub(super) async fn dismiss(
    state: AppState,
    who: SignedIn,
    id: web::Path<String>,
    form: web::Form<BackForm>,
) -> Answer {
    let id: AnnouncementId = id.parse().map_err(|_| WebError::NotFound)?;
    let mut tx = state.pool.begin().await?;
    if !announcements::dismiss(&mut tx, id, who.person.id, state.clock.now()).await? {
        return Err(WebError::NotFound);
    }
    tx.commit().await?;
    Ok(page::see_other(local_path(&form.back)))
}
