//! The live monitor of an exam: who is where, with how much time, and when they last saved.

use actix_web::web;
use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::{checked_text, checked_time, standing};
use crate::audit;
use crate::courses::staff::StaffRole;
use crate::exams::attempts::{self, Grant, Listed, Settings};
use crate::exams::clarifications::{self, Question};
use crate::exams::clock::State as Clock;
use crate::exams::facts;
use crate::exams::results::{self, Waiting};
use crate::exams::{Exam, Offer};
use crate::ids::ExamAttemptId;
use crate::messages::Tr;
use crate::web::page::{self, Page};
use crate::web::staff::on_exam;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState};

/// Most attempts in the list.
const MOST: i64 = 1000;

#[derive(Template)]
#[template(path = "examiner/monitor.html")]
struct MonitorPage {
    page: Page,
    offer: Offer,
    open: usize,
    finished: usize,
    rows: Vec<Row>,
    reviews: Vec<Waiting>,
    questions: Vec<Question>,
    announcements: Vec<(String, String)>,
    now: String,
}

struct Row {
    id: ExamAttemptId,
    name: String,
    number: i32,
    state: String,
    is_open: bool,
    answered: String,
    left: String,
    saved: String,
    focus: i64,
}

pub(super) async fn show(state: AppState, who: Require<Instructor>, slug: web::Path<String>) -> Answer {
    let offer = on_exam(&state, &who, &slug, StaffRole::Viewer).await?;
    let (t, now) = (who.tr, state.clock.now());
    let settings = Settings { only_open: false, limit: MOST };
    let listed = attempts::of_exam(&state.pool, &offer.exam.slug, settings).await?;
    let rows: Vec<Row> = listed.iter().map(|listed| row(t, &offer.exam, listed, now)).collect();
    let told = facts::announcements(&state.pool, &offer.exam.slug, now - TimeDelta::days(1)).await?;
    page::show(&MonitorPage {
        page: Page::new(&state, &who, t.s1("examiner-monitor", "exam", t.pick(&offer.exam.title))),
        open: rows.iter().filter(|row| row.is_open).count(),
        finished: rows.iter().filter(|row| !row.is_open).count(),
        rows,
        reviews: results::waiting_reviews(&state.pool, &offer.exam.slug).await?,
        questions: clarifications::waiting(&state.pool, &offer.exam.slug).await?,
        announcements: told.into_iter().map(|told| (t.time(&told.at), told.text)).collect(),
        now: t.time(&now),
        offer,
    })
}

fn row(t: Tr, exam: &Exam, listed: &Listed, now: DateTime<Utc>) -> Row {
    let clocked = listed.attempt.clocked.clone().at(now);
    let title = |part: usize| exam.parts.get(part).map(|part| t.pick(part.title())).unwrap_or_default().to_owned();
    let state = match (clocked.state, listed.passed) {
        (Clock::Running { paused: Some(_), .. }, _) => t.s("examiner-state-paused"),
        (Clock::Running { part, .. }, _) => t.s1("examiner-state-running", "part", title(part)),
        (Clock::Resting { .. }, _) => t.s("examiner-state-resting"),
        (Clock::Finished { .. }, None) => t.s("exam-outcome-pending"),
        (Clock::Finished { .. }, Some(true)) => t.s("exam-outcome-passed"),
        (Clock::Finished { .. }, Some(false)) => t.s("exam-outcome-failed"),
    };
    Row {
        id: listed.attempt.id,
        name: listed.name.clone(),
        number: listed.attempt.number,
        state,
        is_open: !clocked.is_finished(),
        answered: format!("{} / {}", listed.answered, listed.questions),
        left: clocked.left(now).map(|left| t.s1("exam-minutes", "n", left.num_minutes())).unwrap_or_default(),
        saved: listed.last_save.map(|at| t.time(&at)).unwrap_or_default(),
        focus: listed.focus,
    }
}

/// So many minutes for everyone, with the reason that candidates read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Minutes {
    minutes: i64,
    reason: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Text {
    text: String,
}

/// Tells everyone in the exam something.
pub(super) async fn announce(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: web::Form<Text>,
) -> Answer {
    let offer = on_exam(&state, &who, &slug, StaffRole::Grader).await?;
    let text = checked_text(&form.text)?;
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    facts::announce(&mut tx, &offer.exam.slug, &text, who.person.id, now).await?;
    let detail = serde_json::json!({ "before": null, "after": { "text": text } });
    let entry =
        audit::Entry { actor: Some(who.person.id), action: "exam.announce", object: offer.exam.slug.as_str(), detail };
    audit::record(&mut tx, entry, now).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/exams/{}?notice=announced", offer.exam.slug)))
}

/// Gives everyone whose attempt is open more time.
pub(super) async fn extend_all(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: web::Form<Minutes>,
) -> Answer {
    let offer = on_exam(&state, &who, &slug, StaffRole::Grader).await?;
    let (by, reason) = checked_time(form.minutes, &form.reason)?;
    let now = state.clock.now();
    let settings = Settings { only_open: true, limit: i64::MAX };
    let mut tx = state.pool.begin().await?;
    let (mut before, mut after) = (serde_json::Map::new(), serde_json::Map::new());
    for listed in attempts::of_exam(&mut *tx, &offer.exam.slug, settings).await? {
        let grant = Grant::Extend(by);
        let was = attempts::lock(&mut tx, listed.attempt.id, now).await?.map(|attempt| standing(&attempt.clocked));
        // Whoever has finished meanwhile needs no time, and nobody gives it to themselves.
        let done = attempts::give(&mut tx, listed.attempt.id, grant, (Some(who.person.id), &reason), now).await;
        match done {
            Ok(attempt) => {
                before.insert(attempt.id.to_string(), was.into());
                after.insert(attempt.id.to_string(), standing(&attempt.clocked));
            }
            Err(attempts::AttemptError::Refused(_) | attempts::AttemptError::Own) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let detail = serde_json::json!({
        "before": before, "after": after, "minutes": form.minutes, "reason": reason,
    });
    let entry =
        audit::Entry { actor: Some(who.person.id), action: "exam.extend", object: offer.exam.slug.as_str(), detail };
    audit::record(&mut tx, entry, now).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/exams/{}?notice=extended", offer.exam.slug)))
}
