//! One attempt as its examiner sees it: what happened, the results, and what can be granted.

use actix_web::web;
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use super::{checked_text, checked_time, standing};
use crate::audit;
use crate::certificates::credential::Issuer;
use crate::certificates::exam::settle;
use crate::courses::staff::StaffRole;
use crate::exams::attempts::{self, Attempt, Grant};
use crate::exams::clarifications::{self, Clarification};
use crate::exams::facts;
use crate::exams::results::{self, Review};
use crate::exams::score::{PartScore, Scores};
use crate::exams::{self, Exam};
use crate::ids::ExamAttemptId;
use crate::messages::Tr;
use crate::web::exams::{event_words, result_reason};
use crate::web::page::{self, Page};
use crate::web::questions::points;
use crate::web::staff::on_exam;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

#[derive(Template)]
#[template(path = "examiner/attempt.html")]
struct AttemptPage {
    page: Page,
    id: ExamAttemptId,
    exam: Exam,
    is_open: bool,
    left: String,
    results: Vec<ResultRow>,
    events: Vec<(String, String, String)>,
    reviews: Vec<Review>,
    clarifications: Vec<Clarification>,
    submissions: Vec<(String, String)>,
}

struct ResultRow {
    number: i32,
    at: String,
    outcome: String,
    scores: String,
    reason: String,
}

/// The attempt, for somebody who may do this much on the exam's course.
async fn find(
    state: &State,
    who: &Require<Instructor>,
    id: &str,
    least: StaffRole,
) -> Result<(Attempt, Exam), WebError> {
    let id: ExamAttemptId = id.parse().map_err(|_| WebError::NotFound)?;
    let mut attempt = attempts::find(&state.pool, id).await?.ok_or(WebError::NotFound)?;
    attempt.clocked = attempt.clocked.at(state.clock.now());
    let exam = exams::version(&state.pool, &attempt.version).await?.ok_or(WebError::NotFound)?;
    on_exam(state, who, exam.slug.as_str(), least).await?;
    Ok((attempt, exam))
}

pub(super) async fn show(state: AppState, who: Require<Instructor>, id: web::Path<String>) -> Answer {
    let (attempt, exam) = find(&state, &who, &id, StaffRole::Viewer).await?;
    let (t, now) = (who.tr, state.clock.now());
    let events = facts::events(&state.pool, attempt.id).await?;
    let results = results::of_attempt(&state.pool, attempt.id).await?;
    let submissions = results::submissions(&state.pool, attempt.id).await?;
    page::show(&AttemptPage {
        page: Page::new(&state, &who, t.s2("examiner-attempt", "number", attempt.number, "exam", t.pick(&exam.title))),
        id: attempt.id,
        is_open: !attempt.clocked.is_finished(),
        left: attempt.clocked.left(now).map(|left| t.s1("exam-minutes", "n", left.num_minutes())).unwrap_or_default(),
        results: results
            .iter()
            .map(|result| ResultRow {
                number: result.number,
                at: t.time(&result.made_at),
                outcome: t.s(if result.scores.passed { "exam-outcome-passed" } else { "exam-outcome-failed" }),
                scores: in_words(t, &result.scores),
                reason: result_reason(t, result),
            })
            .collect(),
        events: events
            .iter()
            .map(|event| (t.time(&event.at), event_words(t, event), event.by.clone().unwrap_or_default()))
            .collect(),
        reviews: results::reviews(&state.pool, attempt.id).await?,
        clarifications: clarifications::of_attempt(&state.pool, attempt.id).await?,
        submissions: submissions.iter().map(|found| (found.file_name.clone(), t.time(&found.created_at))).collect(),
        exam,
    })
}

/// Scores in one line: theory points, then the score of the practice part.
pub(super) fn in_words(t: Tr, scores: &Scores) -> String {
    let part = |part: &PartScore| match part {
        PartScore::Theory { points: reached, max_points, .. } => {
            format!("{} / {}", points(*reached), points(*max_points))
        }
        PartScore::Practice { counted: Some(counted), .. } => t.score(counted.metric.is_proportion(), counted.score),
        PartScore::Practice { counted: None, .. } => "–".to_owned(),
    };
    scores.parts.iter().map(part).collect::<Vec<_>>().join(" · ")
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Give {
    what: String,
    minutes: i64,
    reason: String,
}

/// Gives one candidate more time, or opens a finished attempt again.
pub(super) async fn give(
    state: AppState,
    who: Require<Instructor>,
    id: web::Path<String>,
    form: web::Form<Give>,
) -> Answer {
    let id = find(&state, &who, &id, StaffRole::Grader).await?.0.id;
    let (by, reason) = checked_time(form.minutes, &form.reason)?;
    let (grant, action) = match form.what.as_str() {
        "extend" => (Grant::Extend(by), "exam.extend"),
        "reopen" => (Grant::Reopen(by), "exam.reopen"),
        _ => return Err(WebError::NotFound),
    };
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let before = attempts::lock(&mut tx, id, now).await?.map(|attempt| standing(&attempt.clocked));
    let after = attempts::give(&mut tx, id, grant, (Some(who.person.id), &reason), now).await?;
    let after = standing(&after.clocked);
    let detail = serde_json::json!({ "before": before, "after": after, "minutes": form.minutes, "reason": reason });
    let entry = audit::Entry { actor: Some(who.person.id), action, object: &id.to_string(), detail };
    audit::record(&mut tx, entry, now).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/attempts/{id}?notice=extended")))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reply {
    review: Uuid,
    answer: String,
}

/// Answers a candidate's request, with the reason that they read.
pub(super) async fn answer(
    state: AppState,
    who: Require<Instructor>,
    id: web::Path<String>,
    form: web::Form<Reply>,
) -> Answer {
    let (attempt, _) = find(&state, &who, &id, StaffRole::Grader).await?;
    let text = checked_text(&form.answer)?;
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let reviews = results::reviews(&mut *tx, attempt.id).await?;
    let review = reviews.into_iter().find(|review| review.id == form.review).ok_or(WebError::NotFound)?;
    results::answer_review(&mut tx, form.review, &text, (who.person.id, now)).await?;
    let detail = serde_json::json!({
        "before": { "answer": review.answer }, "after": { "answer": text }, "request": review.request,
    });
    let entry =
        audit::Entry { actor: Some(who.person.id), action: "exam.review", object: &attempt.id.to_string(), detail };
    audit::record(&mut tx, entry, now).await?;
    settle(&mut tx, &state.keys, &Issuer::from_config(&state.config), attempt.id, now)
        .await
        .map_err(WebError::internal)?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/attempts/{}?notice=saved", attempt.id)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Clarify {
    question: Uuid,
    answer: String,
}

/// Answers a question that a candidate asked in the middle of the exam; open pages show it by their next look.
pub(super) async fn clarify(
    state: AppState,
    who: Require<Instructor>,
    id: web::Path<String>,
    form: web::Form<Clarify>,
) -> Answer {
    let (attempt, _) = find(&state, &who, &id, StaffRole::Grader).await?;
    let text = checked_text(&form.answer)?;
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    if !clarifications::answer(&mut tx, (attempt.id, form.question), &text, (who.person.id, now)).await? {
        return Err(WebError::NotFound);
    }
    // Answered once and for all, so nothing stood there before.
    let detail = serde_json::json!({ "before": { "answer": null }, "after": { "answer": text } });
    let entry =
        audit::Entry { actor: Some(who.person.id), action: "exam.clarify", object: &attempt.id.to_string(), detail };
    audit::record(&mut tx, entry, now).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/attempts/{}?notice=saved", attempt.id)))
}
