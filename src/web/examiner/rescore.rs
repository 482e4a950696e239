//! A changed key: the dry run, who would move, and the publication of new results.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::attempt::in_words;
use super::checked_text;
use crate::audit;
use crate::certificates::credential::Issuer;
use crate::certificates::exam::issue;
use crate::courses::staff::StaffRole;
use crate::exams::rescoring::{self, Move, Worse};
use crate::ids::ExamAttemptId;
use crate::messages::Tr;
use crate::web::page::{self, Page};
use crate::web::staff::on_exam;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, WebError};

#[derive(Template)]
#[template(path = "examiner/rescore.html")]
struct RescorePage {
    page: Page,
    slug: String,
    rows: Vec<Row>,
    to_pass: usize,
    to_fail: usize,
    worse: usize,
}

struct Row {
    id: ExamAttemptId,
    name: String,
    before: String,
    after: String,
    change: String,
    is_worse: bool,
}

pub(super) async fn show(state: AppState, who: Require<Instructor>, slug: web::Path<String>) -> Answer {
    let offer = on_exam(&state, &who, &slug, StaffRole::Viewer).await?;
    let t = who.tr;
    let mut conn = state.pool.acquire().await?;
    let moves = rescoring::dry_run(&mut conn, &offer).await?;
    let count = |from: bool, to: bool| {
        moves.iter().filter(|found| (found.before.passed, found.after.passed) == (from, to)).count()
    };
    page::show(&RescorePage {
        page: Page::new(&state, &who, t.s1("examiner-rescore", "exam", t.pick(&offer.exam.title))),
        slug: offer.exam.slug.to_string(),
        to_pass: count(false, true),
        to_fail: count(true, false),
        worse: moves.iter().filter(|found| found.is_worse()).count(),
        rows: moves.iter().map(|found| row(t, found)).collect(),
    })
}

fn row(t: Tr, found: &Move) -> Row {
    let change = match (found.before.passed, found.after.passed) {
        (false, true) => "examiner-to-pass",
        (true, false) => "examiner-to-fail",
        (true, true) | (false, false) => "examiner-no-change",
    };
    Row {
        id: found.attempt,
        name: found.name.clone(),
        before: in_words(t, &found.before),
        after: in_words(t, &found.after),
        change: t.s(change),
        is_worse: found.is_worse(),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Publish {
    reason: String,
    lower: Option<String>,
}

/// Adds the new results, and issues the certificates that they earn, in one transaction.
pub(super) async fn publish(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: web::Form<Publish>,
) -> Answer {
    let offer = on_exam(&state, &who, &slug, StaffRole::Author).await?;
    let reason = checked_text(&form.reason)?;
    let worse = if form.lower.is_some() { Worse::Lowered } else { Worse::Spared };
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let published = rescoring::publish(&mut tx, &offer, worse, (who.person.id, &reason), now).await?;
    for found in published.iter().filter(|found| found.after.passed) {
        issue(&mut tx, &state.keys, &Issuer::from_config(&state.config), found.attempt, now)
            .await
            .map_err(WebError::internal)?;
    }
    let side = |of: fn(&Move) -> (bool, f64)| -> serde_json::Map<_, _> {
        let scores = published.iter().map(|found| (found.attempt.to_string(), of(found)));
        scores.map(|(id, (passed, points))| (id, serde_json::json!({ "passed": passed, "points": points }))).collect()
    };
    let detail = serde_json::json!({
        "before": side(|found| (found.before.passed, found.points().0)),
        "after": side(|found| (found.after.passed, found.points().1)),
        "reason": reason, "lowered": form.lower.is_some(),
    });
    let entry =
        audit::Entry { actor: Some(who.person.id), action: "exam.rescore", object: offer.exam.slug.as_str(), detail };
    audit::record(&mut tx, entry, now).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/exams/{}/rescore?notice=saved", offer.exam.slug)))
}
