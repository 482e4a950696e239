//! A person's attempts at exams, for the download of everything that is kept about them.
//!
//! Answers are told as the page of their question showed them. The order of the author, the seed and the points of single
//! questions are left out: they would tell keys of questions that are used again.

use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{face, summary};
use crate::exams::answers::{self, Change};
use crate::exams::attempts::{self, Attempt, Frozen};
use crate::exams::{self, clarifications, facts, results};
use crate::ids::PersonId;
use crate::messages::Tr;
use crate::web::State;

/// Every attempt of a person at every exam, newest first.
pub(in crate::web) async fn export(state: &State, t: Tr, person: PersonId) -> Result<Value, sqlx::Error> {
    let mut conn = state.pool.acquire().await?;
    let mut all = Vec::new();
    for attempt in attempts::of_person(&mut *conn, person, None).await? {
        all.push(one(&mut conn, state, t, &attempt).await?);
    }
    Ok(all.into())
}

async fn one(conn: &mut PgConnection, state: &State, t: Tr, attempt: &Attempt) -> Result<Value, sqlx::Error> {
    let now = state.clock.now();
    let frozen = Frozen::of(&mut *conn, attempt).await?;
    let log = answers::log(&mut *conn, attempt.id).await?;
    let events = facts::events(&mut *conn, attempt.id).await?;
    let asked = clarifications::of_attempt(&mut *conn, attempt.id).await?;
    let reviews = results::reviews(&mut *conn, attempt.id).await?;
    let mut recorded = results::of_attempt(&mut *conn, attempt.id).await?;
    let shown = exams::shown(conn, &frozen.exam, now).await?;
    recorded.retain(|_| shown.scores);
    let clocked = attempt.clocked.clone().at(now);
    Ok(json!({
        "id": attempt.id,
        "exam": attempt.exam,
        "exam_version": attempt.version.to_string(),
        "number": attempt.number,
        "started_at": attempt.started_at,
        "state": face::name(&clocked, now).0,
        "answers": log.iter().map(|(change, at)| json!({
            "question": change.place + 1,
            "revision": change.revision,
            "answer": in_words(t, &frozen, change),
            "flagged": change.flagged,
            "received_at": at,
        })).collect::<Value>(),
        "events": events.iter().map(|event| json!({ "at": event.at, "kind": event.kind, "detail": event.detail })).collect::<Value>(),
        "results": recorded.iter().map(|result| json!({
            "number": result.number,
            "passed": result.scores.passed,
            "parts": result.scores.parts,
            "skills": result.scores.skills,
            "reason": result.reason,
            "made_at": result.made_at,
        })).collect::<Value>(),
        "clarifications": asked.iter().map(|one| json!({
            "question": one.question,
            "asked_at": one.asked_at,
            "answer": one.answer,
            "answered_at": one.answered_at,
        })).collect::<Value>(),
        "reviews": reviews.iter().map(|review| json!({
            "request": review.request,
            "asked_at": review.asked_at,
            "answer": review.answer,
            "answered_at": review.answered_at,
        })).collect::<Value>(),
    }))
}

fn in_words(t: Tr, frozen: &Frozen, change: &Change) -> Option<Vec<String>> {
    let pieces = summary::at(t, frozen, change.place, change.answer.as_ref()?)?;
    Some(pieces.into_iter().map(summary::Piece::into_string).collect())
}
