//! The page before an exam: what it is, its rules, earlier attempts, and the way in; and the door of an attempt.

use actix_web::{HttpRequest, web};
use askama::Template;
use chrono::{DateTime, Utc};
use rand::SeedableRng as _;
use rand::rngs::{StdRng, SysRng};

use super::cards::standing_words;
use super::face::Face;
use super::{Own, device, see_other_as};
use crate::cohorts::{ItemKey, due};
use crate::courses::markdown;
use crate::exams::answers;
use crate::exams::attempts::{self, Attempt, Standing};
use crate::exams::clock::{EndedBy, State as Clock};
use crate::exams::results;
use crate::exams::{
    self, Offer, Part,
    accommodations::{self, Accommodation},
};
use crate::ids;
use crate::messages::Tr;
use crate::web::page::{self, Page};
use crate::web::visit::{Anyone, SignedIn};
use crate::web::{Answer, AppState, State, WebError};

#[derive(Template)]
#[template(path = "exams/overview.html")]
struct OverviewPage {
    page: Page,
    offer: Offer,
    summary: String,
    parts: Vec<PartRow>,
    standing: Option<Standing>,
    /// That, in words.
    standing_words: String,
    granted: Vec<String>,
    attempts: Vec<AttemptRow>,
}

/// A part of the exam in words.
struct PartRow {
    title: String,
    minutes: String,
    content: String,
    mark: String,
}

/// An attempt in the list of this person's attempts.
struct AttemptRow {
    id: ids::ExamAttemptId,
    number: i32,
    began: String,
    outcome: String,
}

pub(super) async fn show(state: AppState, who: Anyone, slug: web::Path<String>) -> Answer {
    let offer = offer(&state, &slug).await?;
    let t = who.tr;
    let mut conn = state.pool.acquire().await?;
    let (mut standing, mut granted, mut rows) = (None, Accommodation::default(), Vec::new());
    if let Some(person) = &who.person {
        standing = Some(attempts::standing(&mut conn, person.id, &offer, state.clock.now()).await?);
        granted = accommodations::of(&mut *conn, person.id).await?;
        let shown = exams::shown(&mut conn, &offer.exam, state.clock.now()).await?;
        for attempt in attempts::of_person(&mut *conn, person.id, Some(&offer.exam.slug)).await? {
            let result = results::latest(&mut *conn, attempt.id).await?;
            let passed = result.map(|result| result.scores.passed);
            rows.push(row(t, shown.scores, &attempt, passed, state.clock.now()));
        }
    }
    page::show(&OverviewPage {
        page: Page::new(&state, &who, t.pick(&offer.exam.title)),
        summary: markdown::render(t.pick(&offer.exam.summary), t.lang).html.clone(),
        parts: offer
            .exam
            .parts
            .iter()
            .zip(offer.exam.plan(&granted).parts)
            .map(|(part, time)| part_row(t, part, time.seconds))
            .collect(),
        granted: granted_words(t, &granted),
        standing_words: standing.as_ref().map(|standing| standing_words(t, standing)).unwrap_or_default(),
        standing,
        attempts: rows,
        offer,
    })
}

/// The exam on offer called `slug`.
pub(in crate::web) async fn offer(state: &State, slug: &str) -> Result<Offer, WebError> {
    let slug = slug.parse().map_err(|_| WebError::NotFound)?;
    exams::find(&state.pool, &slug).await?.ok_or(WebError::NotFound)
}

fn part_row(t: Tr, part: &Part, seconds: i64) -> PartRow {
    let percent = |share: f64| t.percent(share);
    let (content, mark) = match part {
        Part::Theory { pass, sections, .. } => {
            let questions: usize = sections.iter().map(|section| section.draw.draw).sum();
            (t.s1("exam-part-questions", "n", questions), t.s1("exam-part-mark", "mark", percent(*pass)))
        }
        Part::Practice { attempts, mark, sealed_mark, .. } => {
            let marks = match (mark, sealed_mark) {
                (Some(open), Some(sealed)) => {
                    t.s2("exam-part-marks", "open", percent(*open), "sealed", percent(*sealed))
                }
                (Some(open), None) => t.s1("exam-part-mark", "mark", percent(*open)),
                (None, Some(sealed)) => t.s1("exam-part-sealed-mark", "sealed", percent(*sealed)),
                (None, None) => t.s("exam-part-exercise-marks"),
            };
            (t.s1("exam-part-submissions", "n", *attempts), marks)
        }
    };
    PartRow { title: t.pick(part.title()).to_owned(), minutes: t.s1("exam-minutes", "n", seconds / 60), content, mark }
}

fn granted_words(t: Tr, granted: &Accommodation) -> Vec<String> {
    let mut words = Vec::new();
    if granted.time_factor > 1.0 {
        words.push(t.s1("exam-granted-time", "factor", format!("{}", granted.time_factor)));
    }
    if granted.extra_attempts > 0 {
        words.push(t.s1("exam-granted-attempts", "n", granted.extra_attempts));
    }
    if granted.break_minutes > 0 {
        words.push(t.s1("exam-granted-breaks", "n", granted.break_minutes));
    }
    words
}

fn row(t: Tr, is_shown: bool, attempt: &Attempt, passed: Option<bool>, now: DateTime<Utc>) -> AttemptRow {
    let outcome = match (attempt.clocked.clone().at(now).is_finished(), passed) {
        (false, _) => "exam-outcome-open",
        (true, None) => "exam-outcome-pending",
        (true, Some(_)) if !is_shown => "exam-outcome-withheld",
        (true, Some(true)) => "exam-outcome-passed",
        (true, Some(false)) => "exam-outcome-failed",
    };
    AttemptRow { id: attempt.id, number: attempt.number, began: t.time(&attempt.started_at), outcome: t.s(outcome) }
}

/// Begins an attempt, or goes on with the one that is open; ten clicks at once begin one.
pub(super) async fn start(state: AppState, who: SignedIn, slug: web::Path<String>, request: HttpRequest) -> Answer {
    let offer = offer(&state, &slug).await?;
    let device = device(&request).unwrap_or_else(ids::lease_token);
    let mut rng = StdRng::try_from_rng(&mut SysRng).map_err(WebError::internal)?;
    let seed = rand::RngExt::random::<u64>(&mut rng);
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let item = ItemKey::Exam(offer.exam.slug.clone());
    if let Some(closed) = due::closed(&mut *tx, who.person.id, Some(&offer.course), &item, now).await? {
        return Err(WebError::Conflict("due-closed-exam", vec![("time", who.tr.time(&closed))]));
    }
    let id = attempts::start(&mut tx, who.person.id, &offer, (device, &who.browser.address, seed), now).await?;
    tx.commit().await?;
    Ok(see_other_as(&state, &format!("/attempts/{id}"), device))
}

#[derive(Template)]
#[template(path = "exams/door.html")]
struct DoorPage {
    page: Page,
    face: Face,
    title: String,
    door: Door,
    events: Vec<(String, String)>,
}

/// What stands between a candidate and the room.
enum Door {
    /// Another device has the room.
    OtherDevice,
    /// The time is over, and an upload that began before may still arrive until then.
    Closing { until: String },
    /// The clock is stopped.
    Paused { left: String },
    /// The next part waits.
    Resting { ended: Ended, next: String, minutes: String, until: String },
}

/// A part that is over: how many of its questions have an answer; none for a practice part.
struct Ended {
    answered: usize,
    all: usize,
    by: EndedBy,
}

/// Where an attempt goes on: straight to the room, or to what stands before it.
pub(super) async fn enter(state: AppState, who: SignedIn, id: web::Path<String>, request: HttpRequest) -> Answer {
    let own = Own::find(&state, &who, &id).await?;
    let t = who.tr;
    let face = Face::new(&own, t);
    let door = match own.attempt.clocked.state {
        Clock::Resting { next, until, by } => {
            let (part, time) = (own.frozen.exam.parts.get(next), own.attempt.clocked.plan.parts.get(next));
            let places = Attempt::places(&own.frozen.exam, next.saturating_sub(1));
            let kept = answers::answers(&state.pool, own.id).await?;
            let is_answered = |place: &usize| kept.get(place).is_some_and(|kept| kept.answer.is_some());
            let (answered, all) = (places.clone().filter(is_answered).count(), places.len());
            Door::Resting {
                ended: Ended { answered, all, by },
                next: part.map(|part| t.pick(part.title()).to_owned()).unwrap_or_default(),
                minutes: t.s1("exam-minutes", "n", time.map_or(0, |time| time.seconds / 60)),
                until: t.time(&until),
            }
        }
        Clock::Running { .. } if own.attempt.clocked.is_closing(own.now) => {
            Door::Closing { until: own.attempt.clocked.due().map(|due| t.time(&due)).unwrap_or_default() }
        }
        Clock::Running { .. } if device(&request) != Some(own.attempt.device) => Door::OtherDevice,
        Clock::Running { paused: Some(_), .. } => {
            Door::Paused { left: t.s1("exam-minutes", "n", own.attempt.clocked.plan.break_seconds / 60) }
        }
        Clock::Running { paused: None, .. } | Clock::Finished { .. } => return super::back(&state, &own).await,
    };
    let title = t.pick(&own.frozen.exam.title).to_owned();
    let events = super::check::event_rows(&state, t, own.id).await?;
    let refresh = (face.state != "running").then(|| face.reload_seconds());
    let page = Page { refresh, ..Page::new(&state, &who, title.clone()) };
    page::show(&DoorPage { page, face, title, door, events })
}
