//! The exam room: one question a page, in one form in which every way onward saves first.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, web};
use askama::Template;

use super::asking::told;
use super::face::Face;
use super::{Own, device};
use crate::exams::answers::{self, Change, Kept, KeptAnswers};
use crate::exams::attempts::{self, Attempt, AttemptError, Frozen, Step};
use crate::exams::clock::PartKind;
use crate::messages::Tr;
use crate::web::page::{self, Page};
use crate::web::questions::{Asked, read_answer};
use crate::web::visit::SignedIn;
use crate::web::{Answer, AppState, WebError};

#[derive(Template)]
#[template(path = "exams/room.html")]
struct RoomPage {
    page: Page,
    face: Face,
    exam: String,
    number: usize,
    question: Asked,
    frame: Frame,
    announcements: Vec<(String, String)>,
    waiting: Vec<String>,
    is_flagged: bool,
    revision: i64,
    has_previous: bool,
    has_next: bool,
}

/// What surrounds a question: time, what is saved, the way to the others.
struct Frame {
    saved: Option<String>,
    steps: Vec<NavStep>,
    unanswered: usize,
}

/// A question in the navigator.
struct NavStep {
    number: usize,
    class: &'static str,
    words: String,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "exams/questions.html")]
struct QuestionsPage {
    questions: Vec<Loaded>,
}

/// A question for a page that shows it later.
struct Loaded {
    number: usize,
    revision: i64,
    is_flagged: bool,
    asked: Asked,
}

pub(super) async fn show(
    state: AppState,
    who: SignedIn,
    path: web::Path<(String, usize)>,
    request: HttpRequest,
) -> Answer {
    let own = Own::find(&state, &who, &path.0).await?;
    let part = match own.room(&state, PartKind::Theory, &request).await? {
        Ok(part) => part,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let places = Attempt::places(&own.frozen.exam, part);
    let place = path.1.checked_sub(1).filter(|place| places.contains(place)).ok_or(WebError::NotFound)?;
    let kept = answers::answers(&state.pool, own.id).await?;
    let t = who.tr;
    let question = asked(&own.frozen, place, places.clone(), kept.get(&place), t).ok_or(WebError::NotFound)?;
    let exam = t.pick(&own.frozen.exam.title).to_owned();
    let number = place - places.start + 1;
    let title = format!("{} – {exam}", t.s2("quiz-question", "number", number, "all", places.len()));
    let told = told(&state, t, &own).await?;
    page::show(&RoomPage {
        page: Page::new(&state, &who, title),
        face: Face::new(&own, t),
        exam,
        number: place + 1,
        question,
        is_flagged: kept.get(&place).is_some_and(|kept| kept.flagged),
        revision: kept.get(&place).map_or(0, |kept| kept.revision),
        has_previous: place > places.start,
        has_next: place + 1 < places.end,
        frame: frame(t, (places, Some(place)), &kept),
        announcements: told.announcements,
        waiting: told.waiting,
    })
}

/// Every question of the open part, for a page that shows them without asking again.
pub(super) async fn questions(state: AppState, who: SignedIn, id: web::Path<String>, request: HttpRequest) -> Answer {
    let own = Own::find(&state, &who, &id).await?;
    let part = own.open_part(PartKind::Theory).ok_or(WebError::Conflict("exam-refused", Vec::new()))?;
    if device(&request) != Some(own.attempt.device) {
        return Err(AttemptError::OtherDevice.into());
    }
    let places = Attempt::places(&own.frozen.exam, part);
    let kept = answers::answers(&state.pool, own.id).await?;
    let all = places.clone();
    let one = |place| {
        let kept = kept.get(&place);
        let asked = asked(&own.frozen, place, all.clone(), kept, who.tr)?;
        let (revision, is_flagged) = kept.map_or((0, false), |kept| (kept.revision, kept.flagged));
        Some(Loaded { number: place + 1, revision, is_flagged, asked })
    };
    page::show(&QuestionsPage { questions: places.filter_map(one).collect() })
}

fn asked(frozen: &Frozen, place: usize, places: std::ops::Range<usize>, kept: Option<&Kept>, t: Tr) -> Option<Asked> {
    let drawn = frozen.paper.questions.get(place)?;
    let item = frozen.items.get(&drawn.item)?;
    let answer = kept.and_then(|kept| kept.answer.as_ref());
    let mut asked = Asked::new((place, places.end), drawn, item, answer, t);
    asked.number = place - places.start + 1;
    asked.all = places.len();
    Some(asked)
}

fn frame(t: Tr, (places, current): (std::ops::Range<usize>, Option<usize>), kept: &KeptAnswers) -> Frame {
    let first = places.start;
    let steps: Vec<NavStep> =
        places.map(|place| step(t, (place, place - first + 1), current, kept.get(&place))).collect();
    Frame {
        saved: kept.values().map(|kept| kept.saved_at).max().map(|at| clock_time(t, at)),
        unanswered: steps.iter().filter(|step| !step.class.contains("answered")).count(),
        steps,
    }
}

/// The time of day in the reader's zone, to the second.
pub(super) fn clock_time(t: Tr, at: chrono::DateTime<chrono::Utc>) -> String {
    at.with_timezone(&t.zone).format("%H:%M:%S").to_string()
}

fn step(t: Tr, (place, shown): (usize, usize), current: Option<usize>, kept: Option<&Kept>) -> NavStep {
    let is_answered = kept.is_some_and(|kept| kept.answer.is_some());
    let is_flagged = kept.is_some_and(|kept| kept.flagged);
    let (class, key) = match (is_answered, is_flagged) {
        (true, true) => ("answered flagged", "exam-step-answered-flagged"),
        (true, false) => ("answered", "exam-step-answered"),
        (false, true) => ("flagged", "exam-step-flagged"),
        (false, false) => ("", "exam-step-open"),
    };
    NavStep { number: place + 1, class, words: t.s1(key, "n", shown), is_current: current == Some(place) }
}

impl NavStep {
    fn shown(&self, frame: &Frame) -> usize {
        self.number - frame.steps.first().map_or(1, |first| first.number) + 1
    }
}

/// Saves the question on the page and goes where its button says.
pub(super) async fn save(
    state: AppState,
    who: SignedIn,
    path: web::Path<(String, usize)>,
    (request, form): (HttpRequest, web::Form<Vec<(String, String)>>),
) -> Answer {
    let own = Own::find(&state, &who, &path.0).await?;
    let place = path.1.checked_sub(1).ok_or(WebError::NotFound)?;
    let sent: BTreeMap<&str, &str> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let go = sent.get("go").copied().unwrap_or("stay");
    let is_flagged = (sent.get("flagged") == Some(&"1")) != (go == "flag");
    let drawn = own.frozen.paper.questions.get(place).ok_or(WebError::NotFound)?;
    let answer = read_answer(place, drawn, &form);
    let Some(device) = device(&request) else {
        return Ok(page::see_other(&format!("/attempts/{}", own.id)));
    };
    let mut tx = state.pool.begin().await?;
    // Of several pages without a script, the last that was sent counts.
    attempts::lock_own(&mut tx, who.person.id, own.id, own.now).await?;
    let before = answers::answers(&mut *tx, own.id).await?.get(&place).map_or(0, |kept| kept.revision);
    let change = Change { place, revision: before.saturating_add(1), answer, flagged: is_flagged };
    match attempts::save(&mut tx, &own.frozen.exam, (who.person.id, own.id, device), &[change], own.now).await {
        Ok(_) => {}
        Err(AttemptError::Refused(_) | AttemptError::OtherDevice) => {
            return Ok(page::see_other(&format!("/attempts/{}", own.id)));
        }
        Err(error) => return Err(error.into()),
    }
    if go == "pause" {
        match attempts::step(&mut tx, (who.person.id, own.id, (device, &who.browser.address)), Step::Pause, own.now)
            .await
        {
            Ok(_) | Err(AttemptError::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    tx.commit().await?;
    Ok(page::see_other(&target(&own, place, go)))
}

/// Where a button leads.
fn target(own: &Own, place: usize, go: &str) -> String {
    let id = own.id;
    let question = |number: usize| format!("/attempts/{id}/q/{number}");
    match go {
        "next" => question(place + 2),
        "previous" => question(place.max(1)),
        "check" => format!("/attempts/{id}/check"),
        "pause" => format!("/attempts/{id}"),
        go => match go.strip_prefix("q:").and_then(|number| number.parse().ok()) {
            Some(number) => question(number),
            None => question(place + 1),
        },
    }
}
