//! What the room's script sends and asks: changes of answers, the clock, facts.

use std::collections::BTreeMap;

use actix_web::http::header::ContentEncoding;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::{Own, asking, device, face, room};
use crate::exams::answers::Change;
use crate::exams::attempts::{self, AttemptError, Frozen};
use crate::exams::clock::State as Clock;
use crate::exams::facts;
use crate::ids::ExamAttemptId;
use crate::web::questions::read_answer;
use crate::web::visit::SignedIn;
use crate::web::{Answer, AppState, WebError};

/// Most changes in one message.
const MOST_CHANGES: usize = 200;
/// Revisions that a page can send: whole numbers of its script.
const REVISIONS: std::ops::RangeInclusive<i64> = 1..=1 << 53;
/// Most messages with changes of one attempt in a minute; a page sends at most two a second.
const MOST_SAVES: u32 = 240;

/// Changes that a page sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    changes: Vec<SentChange>,
}

/// The fields of one question.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SentChange {
    /// Number of the question in the paper, from 1.
    number: usize,
    revision: i64,
    fields: Vec<(String, String)>,
    flagged: bool,
}

/// How an attempt stands, as its page needs to know.
#[derive(Debug, Serialize)]
struct Standing {
    /// `running`, `paused`, `resting`, `finished`.
    state: &'static str,
    part: usize,
    now_ms: i64,
    left_ms: i64,
    deadline: Option<String>,
    /// Whether this device may write.
    own_device: bool,
    /// What everyone was told, and answers to own questions: time and text.
    announcements: Vec<(String, String)>,
}

/// What became of changes.
#[derive(Debug, Serialize)]
struct Saved {
    /// Number of each question and the revision that the server now has.
    kept: Vec<(usize, i64)>,
    /// Time of receipt, in the reader's zone.
    at: String,
    now_ms: i64,
    left_ms: i64,
}

/// Takes changes; each is acknowledged by the revision that is kept.
pub(super) async fn save(
    state: AppState,
    who: SignedIn,
    id: web::Path<String>,
    (request, sent): (HttpRequest, web::Json<Sent>),
) -> Answer {
    let id: ExamAttemptId = id.parse().map_err(|_| WebError::NotFound)?;
    let device = device(&request).ok_or(AttemptError::OtherDevice)?;
    if sent.changes.len() > MOST_CHANGES || sent.changes.iter().any(|change| !REVISIONS.contains(&change.revision)) {
        return Err(WebError::Invalid("error-form", Vec::new()));
    }
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let frozen = state.papers.get(&mut tx, id).await?.filter(|frozen| frozen.person == who.person.id);
    let frozen = frozen.ok_or(WebError::NotFound)?;
    if !state.papers.may_save(id, now, MOST_SAVES) {
        return Err(WebError::TooMany("exam-too-many-saves", Vec::new(), 60));
    }
    // Of several changes of one question, the latest.
    let mut latest: BTreeMap<usize, Change> = BTreeMap::new();
    for change in sent.changes.iter().filter_map(|change| read(&frozen, change)) {
        if latest.get(&change.place).is_none_or(|known| known.revision < change.revision) {
            latest.insert(change.place, change);
        }
    }
    let changes: Vec<Change> = latest.into_values().collect();
    let (attempt, kept) = attempts::save(&mut tx, &frozen.exam, (who.person.id, id, device), &changes, now).await?;
    tx.commit().await?;
    let kept = kept.into_iter().map(|(place, revision)| (place + 1, revision)).collect();
    let left_ms = attempt.clocked.left(now).map_or(0, |left| left.num_milliseconds());
    Ok(brief(&Saved { kept, at: room::clock_time(who.tr, now), now_ms: now.timestamp_millis(), left_ms }))
}

fn read(frozen: &Frozen, sent: &SentChange) -> Option<Change> {
    let place = sent.number.checked_sub(1)?;
    let drawn = frozen.paper.questions.get(place)?;
    let answer = read_answer(place, drawn, &sent.fields);
    Some(Change { place, revision: sent.revision, answer, flagged: sent.flagged })
}

/// An answer of a few dozen bytes, which packing would make longer, at the price of a packer's memory for each.
fn brief(answer: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header(ContentEncoding::Identity).json(answer)
}

/// How the attempt stands now.
pub(super) async fn clock(state: AppState, who: SignedIn, id: web::Path<String>, request: HttpRequest) -> Answer {
    let own = Own::find(&state, &who, &id).await?;
    let told = asking::told(&state, who.tr, &own).await?;
    let clocked = &own.attempt.clocked;
    let (name, part) = face::name(clocked, own.now);
    let deadline = match clocked.state {
        Clock::Running { deadline, paused: None, .. } => Some(who.tr.time(&deadline)),
        Clock::Running { paused: Some(_), .. } | Clock::Resting { .. } | Clock::Finished { .. } => None,
    };
    Ok(brief(&Standing {
        state: name,
        part,
        now_ms: own.now.timestamp_millis(),
        left_ms: face::left(clocked, own.now).num_milliseconds(),
        deadline,
        own_device: device(&request) == Some(own.attempt.device),
        announcements: told.announcements,
    }))
}

/// A fact that a page tells about itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(super) struct Told {
    /// Seconds for which the page was out of sight.
    away_seconds: u32,
}

/// Writes down that the page was out of sight: a fact that both sides see, never a verdict.
pub(super) async fn event(state: AppState, who: SignedIn, id: web::Path<String>, told: web::Json<Told>) -> Answer {
    let own = Own::find(&state, &who, &id).await?;
    if facts::number_of_events(&state.pool, own.id, "focus").await? < facts::MOST_OF_A_KIND
        && !own.attempt.clocked.is_finished()
    {
        let mut conn = state.pool.acquire().await?;
        let detail = format!("{} s", told.away_seconds);
        facts::note(&mut conn, own.id, ("focus", &detail), None, own.now).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}
