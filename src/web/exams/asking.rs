//! Asking the examiner: the questions of a candidate with their answers, and what everyone was told.

use actix_web::web;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{Own, room};
use crate::exams::clarifications::{self, LONGEST, MOST};
use crate::exams::facts;
use crate::messages::Tr;
use crate::web::page;
use crate::web::visit::SignedIn;
use crate::web::{Answer, AppState, State, WebError};

/// What a candidate was told and what they asked.
pub(super) struct Told {
    /// Time and text of what everyone was told and of answers to own questions.
    pub(super) announcements: Vec<(String, String)>,
    /// Own questions without an answer.
    pub(super) waiting: Vec<String>,
}

/// What the candidate of an attempt was told so far, and what they wait for.
pub(super) async fn told(state: &State, t: Tr, own: &Own) -> Result<Told, WebError> {
    let announced = facts::announcements(&state.pool, &own.attempt.exam, own.attempt.started_at).await?;
    let asked = clarifications::of_attempt(&state.pool, own.id).await?;
    let mut all: Vec<(DateTime<Utc>, String)> = announced.into_iter().map(|told| (told.at, told.text)).collect();
    let mut waiting = Vec::new();
    for one in asked {
        match one.answer.zip(one.answered_at) {
            Some((answer, at)) => all.push((at, t.s2("exam-clarified", "question", one.question, "answer", answer))),
            None => waiting.push(one.question),
        }
    }
    all.sort_by_key(|(at, _)| *at);
    Ok(Told { announcements: all.into_iter().map(|(at, text)| (room::clock_time(t, at), text)).collect(), waiting })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    question: String,
    number: String,
}

/// Takes a question to the examiner, and leads back to where it was asked.
pub(super) async fn ask(state: AppState, who: SignedIn, id: web::Path<String>, form: web::Form<Asked>) -> Answer {
    let own = Own::find(&state, &who, &id).await?;
    let question = page::typed(&form.question);
    if question.is_empty() || question.chars().count() > LONGEST {
        return Err(WebError::Invalid("exam-ask-length", vec![("most", LONGEST.to_string())]));
    }
    if own.attempt.clocked.is_finished() {
        return Err(WebError::Conflict("exam-refused", Vec::new()));
    }
    let mut conn = state.pool.acquire().await?;
    if !clarifications::ask(&mut conn, own.id, &question, own.now).await? {
        return Err(WebError::Conflict("exam-ask-most", vec![("most", MOST.to_string())]));
    }
    drop(conn);
    let place = match form.number.parse::<usize>() {
        Ok(number) => format!("/attempts/{}/q/{number}", own.id),
        Err(_) => own.place(&state).await?,
    };
    Ok(page::see_other(&format!("{place}?notice=asked")))
}
