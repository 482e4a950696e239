//! Check your answers, and the steps of an attempt: hand in, begin the next part, stop and start the clock.

use std::ops::Range;

use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;

use super::face::Face;
use super::summary::{self, Piece};
use super::{Own, device, room, see_other_as};
use crate::certificates::credential::Issuer;
use crate::certificates::exam::settle;
use crate::exams::answers::{self, KeptAnswers};
use crate::exams::attempts::{self, Attempt, AttemptError, Step};
use crate::exams::clock::PartKind;
use crate::exams::facts;
use crate::ids::{self, ExamAttemptId};
use crate::messages::Tr;
use crate::web::page::{self, Page};
use crate::web::visit::SignedIn;
use crate::web::{Answer, AppState, State, WebError};

#[derive(Template)]
#[template(path = "exams/check.html")]
struct CheckPage {
    page: Page,
    face: Face,
    rows: Vec<Row>,
    /// Whether its answers lead back to their questions.
    can_change: bool,
    answered: usize,
    open: usize,
    flagged: usize,
    /// Title of the part that comes after this one, if there is one.
    next: Option<String>,
}

/// A question with its answer.
pub(super) struct Row {
    pub(super) number: usize,
    pub(super) shown: usize,
    pub(super) answer: Vec<Piece>,
    pub(super) is_answered: bool,
    pub(super) is_flagged: bool,
}

pub(super) async fn show(state: AppState, who: SignedIn, id: web::Path<String>, request: HttpRequest) -> Answer {
    let own = Own::find(&state, &who, &id).await?;
    let part = match own.room(&state, PartKind::Theory, &request).await? {
        Ok(part) => part,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let t = who.tr;
    let places = Attempt::places(&own.frozen.exam, part);
    let kept = answers::answers(&state.pool, own.id).await?;
    let rows = rows(t, &own, places, &kept);
    page::show(&CheckPage {
        page: Page::new(&state, &who, t.s("exam-check-title")),
        face: Face::new(&own, t),
        answered: rows.iter().filter(|row| row.is_answered).count(),
        open: rows.iter().filter(|row| !row.is_answered).count(),
        flagged: rows.iter().filter(|row| row.is_flagged).count(),
        rows,
        can_change: true,
        next: own.frozen.exam.parts.get(part + 1).map(|part| t.pick(part.title()).to_owned()),
    })
}

/// What was answered at these places of the paper.
pub(super) fn rows(t: Tr, own: &Own, places: Range<usize>, kept: &KeptAnswers) -> Vec<Row> {
    let first = places.start;
    let row = |place| {
        let kept = kept.get(&place);
        let answer = kept.and_then(|kept| kept.answer.as_ref());
        Row {
            number: place + 1,
            shown: place - first + 1,
            answer: answer.and_then(|answer| summary::at(t, &own.frozen, place, answer)).unwrap_or_default(),
            is_answered: answer.is_some(),
            is_flagged: kept.is_some_and(|kept| kept.flagged),
        }
    };
    places.map(row).collect()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct StepForm {
    step: String,
    /// The part that its page was about; missing or no number where it was none.
    part: String,
}

/// Carries out a step, and what follows from it, in one transaction.
pub(super) async fn step(
    state: AppState,
    who: SignedIn,
    id: web::Path<String>,
    (request, form): (HttpRequest, web::Form<StepForm>),
) -> Answer {
    let id: ExamAttemptId = id.parse().map_err(|_| WebError::NotFound)?;
    let wanted = match form.step.as_str() {
        "hand-in" => Step::HandIn(form.part.parse().ok()),
        "begin-next" => Step::BeginNext,
        "pause" => Step::Pause,
        "resume" => Step::Resume,
        _ => return Err(WebError::NotFound),
    };
    let now = state.clock.now();
    let device = device(&request).unwrap_or_else(ids::lease_token);
    let mut tx = state.pool.begin().await?;
    match attempts::step(&mut tx, (who.person.id, id, (device, &who.browser.address)), wanted, now).await {
        // Twice is once: whoever clicks again, or on another device, is shown where the attempt stands.
        Ok(_) | Err(AttemptError::Refused(_) | AttemptError::OtherDevice) => {
            settle(&mut tx, &state.keys, &Issuer::from_config(&state.config), id, now)
                .await
                .map_err(WebError::internal)?;
            tx.commit().await?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(see_other_as(&state, &format!("/attempts/{id}"), device))
}

/// Lets this device go on with the attempt; the one before can no longer save.
pub(super) async fn take_over(state: AppState, who: SignedIn, id: web::Path<String>, request: HttpRequest) -> Answer {
    let own = Own::find(&state, &who, &id).await?;
    let device = device(&request).unwrap_or_else(ids::lease_token);
    let mut tx = state.pool.begin().await?;
    attempts::take_over(&mut tx, (who.person.id, own.id, device), &who.browser.address, own.now).await?;
    tx.commit().await?;
    Ok(see_other_as(&state, &own.place(&state).await?, device))
}

/// What happened in an attempt, in words: time and fact.
pub(super) async fn event_rows(state: &State, t: Tr, id: ExamAttemptId) -> Result<Vec<(String, String)>, WebError> {
    let events = facts::events(&state.pool, id).await?;
    Ok(events.iter().map(|event| (room::clock_time(t, event.at), event_words(t, event))).collect())
}

/// What happened, in words.
pub(in crate::web) fn event_words(t: Tr, event: &facts::Event) -> String {
    t.s1(&format!("exam-event-{}", event.kind.replace('_', "-")), "detail", &event.detail)
}
