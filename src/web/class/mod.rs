//! The class of a course: cohorts, lists and codes, due dates, announcements; and what learners see of them.

use actix_web::web;
use chrono::{DateTime, Datelike as _, NaiveDateTime, TimeZone as _, Utc};
use chrono_tz::Tz;

use super::routes::{Access, Route};
use super::staff::on_course;
use super::visit::{Instructor, Require};
use super::{State, WebError};
use crate::authoring::{self, Kind};
use crate::clock;
use crate::cohorts::due::{Due, LateRule};
use crate::cohorts::{self, Cohort, CohortError, ItemKey};
use crate::courses::staff::StaffRole;
use crate::courses::{self, Course};
use crate::gradebook::Item;
use crate::ids::{CohortId, Slug};
use crate::messages::Tr;

mod announcements;
mod cohort;
mod dates;
mod enrolment;
mod joining;
mod list;
mod notices;

pub(super) use notices::{DateRow, Notices, exercise_dates, notices};

/// Longest name and reason, in characters.
const LONGEST: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    use Access::{Instructor, SignedIn};
    vec![
        Route::get("/teach/courses/{course}/class", Instructor, || web::get().to(list::show)),
        Route::post("/teach/courses/{course}/class", Instructor, || web::post().to(list::create)),
        Route::get("/teach/courses/{course}/announcements", Instructor, || web::get().to(announcements::show)),
        Route::post("/teach/courses/{course}/announcements", Instructor, || web::post().to(announcements::make)),
        Route::post("/teach/announcements/{id}", Instructor, || web::post().to(announcements::change)),
        Route::post("/teach/announcements/{id}/withdraw", Instructor, || web::post().to(announcements::withdraw)),
        Route::get("/teach/cohorts/{id}", Instructor, || web::get().to(cohort::show)),
        Route::post("/teach/cohorts/{id}", Instructor, || web::post().to(cohort::change)),
        Route::post("/teach/cohorts/{id}/code", Instructor, || web::post().to(cohort::code)),
        Route::post("/teach/cohorts/{id}/remove", Instructor, || web::post().to(cohort::remove)),
        Route::post("/teach/cohorts/{id}/move", Instructor, || web::post().to(cohort::move_to)),
        Route::post("/teach/cohorts/{id}/enrol", Instructor, || web::post().to(enrolment::enrol)),
        Route::get("/teach/cohorts/{id}/due", Instructor, || web::get().to(dates::show)),
        Route::post("/teach/cohorts/{id}/due", Instructor, || web::post().to(dates::save)),
        Route::get("/join", SignedIn, || web::get().to(joining::form)),
        Route::post("/join", SignedIn, || web::post().to(joining::look)),
        Route::get("/join/{code}", SignedIn, || web::get().to(joining::show)),
        Route::post("/join/{code}", SignedIn, || web::post().to(joining::join)),
        Route::post("/announcements/{id}/dismiss", SignedIn, || web::post().to(notices::dismiss)),
    ]
}

impl From<CohortError> for WebError {
    fn from(error: CohortError) -> Self {
        match error {
            CohortError::NameTaken => Self::Conflict("cohort-name-taken", Vec::new()),
            CohortError::NotMember => Self::NotFound,
            CohortError::Randomness(_) | CohortError::Database(_) => Self::internal(error),
        }
    }
}

/// A course on offer, for somebody who may do this much on it.
pub(super) async fn on_offer(
    state: &State,
    who: &Require<Instructor>,
    slug: &str,
    least: StaffRole,
) -> Result<(Course, StaffRole), WebError> {
    let course: Slug = slug.parse().map_err(|_| WebError::NotFound)?;
    let role = on_course(state, who, &course, least).await?;
    match courses::find(&state.pool, slug).await? {
        Some(offer) => Ok((offer.course, role)),
        // A draft has its tabs already, but nobody can be in its class yet.
        None if authoring::find(&state.pool, Kind::Course, &course).await?.is_some() => {
            Err(WebError::Conflict("class-unpublished", Vec::new()))
        }
        None => Err(WebError::NotFound),
    }
}

/// A class with its course, for somebody who may do this much on it.
async fn on_cohort(
    state: &State,
    who: &Require<Instructor>,
    id: &str,
    least: StaffRole,
) -> Result<(Cohort, Course, StaffRole), WebError> {
    let id: CohortId = id.parse().map_err(|_| WebError::NotFound)?;
    let cohort = cohorts::find(&state.pool, id).await?.ok_or(WebError::NotFound)?;
    let (course, role) = on_offer(state, who, cohort.course.as_str(), least).await?;
    Ok((cohort, course, role))
}

/// What a field for date and time holds, in a zone; `None` if it is empty.
pub(super) fn moment(text: &str, zone: Tz) -> Result<Option<DateTime<Utc>>, WebError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || WebError::Invalid("class-bad-time", vec![("text", text.chars().take(40).collect())]);
    let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"];
    let local = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let local = local.filter(|local| clock::YEARS.contains(&local.year())).ok_or_else(wrong)?;
    // An hour that comes twice means its second time, which is kinder; one that never comes is nobody's due date.
    let found = zone.from_local_datetime(&local).latest().ok_or_else(wrong)?;
    Ok(Some(found.with_timezone(&Utc)))
}

/// A moment as a field for date and time holds it.
pub(super) fn local(at: &DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%dT%H:%M").to_string()
}

/// What kind of item it is, in words.
pub(super) fn kind(t: Tr, key: &ItemKey) -> String {
    match key {
        ItemKey::Quiz(_) => t.s("item-quiz"),
        ItemKey::Exercise(_) => t.s("item-exercise"),
        ItemKey::Exam(_) => t.s("item-exam"),
    }
}

/// An item's title with its kind, such as `Quiz: Background`.
pub(super) fn item_name(t: Tr, items: &[Item], key: &ItemKey) -> String {
    let title = items.iter().find(|item| item.key == *key).map(|item| t.pick(&item.title).to_owned());
    t.s2("item-name", "kind", kind(t, key), "title", title.unwrap_or_else(|| key.slug().to_string()))
}

/// When something is due, with its zone and how long that is from now.
pub(super) fn due_words(t: Tr, due: &Due, now: DateTime<Utc>) -> String {
    let time = t.time(&due.at);
    let left = due.at - now;
    if due.is_closed(now) {
        return t.s1("due-closed", "time", time);
    }
    match (left.num_days(), left.num_hours()) {
        _ if left.num_seconds() < 0 => t.s2("due-over", "time", time, "days", due.days_late(now)),
        (0, 0) => t.s1("due-now", "time", time),
        (0, hours) => t.s2("due-hours", "time", time, "hours", hours),
        (days, _) => t.s2("due-days", "time", time, "days", days),
    }
}

/// What being late costs, in words.
pub(super) fn rule_words(t: Tr, due: &Due) -> String {
    match due.rule {
        LateRule::Free => t.s("late-free"),
        LateRule::PerDay(percent) => t.s1("late-per-day", "percent", percent),
        LateRule::Closed(0) => t.s("late-closed-at-once"),
        LateRule::Closed(_) => {
            t.s1("late-closed", "time", due.closes().map(|closes| t.time(&closes)).unwrap_or_default())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_the_zone_of_the_class() {
        let read = |text: &str, zone: Tz| moment(text, zone).ok().flatten().map(|at| at.to_rfc3339());
        assert_eq!(read("2026-12-01T18:00", Tz::Asia__Shanghai).as_deref(), Some("2026-12-01T10:00:00+00:00"));
        assert_eq!(read(" 2026-12-01 18:00 ", Tz::UTC).as_deref(), Some("2026-12-01T18:00:00+00:00"));
        // The clocks go back at 03:00: half past two comes twice.
        assert_eq!(read("2026-10-25T02:30", Tz::Europe__Berlin).as_deref(), Some("2026-10-25T01:30:00+00:00"));
        // They go forward at 02:00: half past two never comes.
        assert!(moment("2026-03-29T02:30", Tz::Europe__Berlin).is_err());
        assert!(moment("soon", Tz::UTC).is_err() && moment("", Tz::UTC).unwrap().is_none());
        // Sums of dates at the end of time would not end well.
        for far in ["262142-12-31T23:30", "+262142-12-31T23:30", "2101-01-01T00:00", "1999-12-31T00:00"] {
            assert!(moment(far, Tz::UTC).is_err(), "{far}");
        }
        let at = "2026-12-01T10:00:00Z".parse().unwrap();
        assert_eq!(local(&at, Tz::Asia__Shanghai), "2026-12-01T18:00");
    }
}
