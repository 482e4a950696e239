//! The examiner's side of exams: the live monitor, grants, announcements, results, item analysis, changed keys.

use actix_web::web;
use chrono::TimeDelta;

use super::WebError;
use super::page::typed;
use super::routes::{Access, Route};
use crate::exams::clock::{Clocked, State};

mod accommodations;
mod analysis;
mod attempt;
mod monitor;
mod paper;
mod rescore;

/// Longest text that an examiner writes to candidates, in characters.
const LONGEST_TEXT: usize = 2000;

pub(super) fn routes() -> Vec<Route> {
    use Access::Instructor;
    vec![
        Route::get("/teach/exams/{slug}", Instructor, || web::get().to(monitor::show)),
        Route::post("/teach/exams/{slug}/announce", Instructor, || web::post().to(monitor::announce)),
        Route::post("/teach/exams/{slug}/extend", Instructor, || web::post().to(monitor::extend_all)),
        Route::get("/teach/exams/{slug}/paper", Instructor, || web::get().to(paper::show)),
        Route::get("/teach/exams/{slug}/items", Instructor, || web::get().to(analysis::show)),
        Route::get("/teach/exams/{slug}/rescore", Instructor, || web::get().to(rescore::show)),
        Route::post("/teach/exams/{slug}/rescore", Instructor, || web::post().to(rescore::publish)),
        Route::get("/teach/attempts/{id}", Instructor, || web::get().to(attempt::show)),
        Route::post("/teach/attempts/{id}/give", Instructor, || web::post().to(attempt::give)),
        Route::post("/teach/attempts/{id}/review", Instructor, || web::post().to(attempt::answer)),
        Route::post("/teach/attempts/{id}/clarify", Instructor, || web::post().to(attempt::clarify)),
        Route::get("/teach/accommodations", Instructor, || web::get().to(accommodations::show)),
        Route::post("/teach/accommodations", Instructor, || web::post().to(accommodations::grant)),
    ]
}

/// So much more time, with the reason that candidates read.
fn checked_time(minutes: i64, reason: &str) -> Result<(TimeDelta, String), WebError> {
    let reason = typed(reason);
    if !(1..=600).contains(&minutes) || reason.chars().count() > LONGEST_TEXT {
        return Err(WebError::Invalid("examiner-bad-minutes", Vec::new()));
    }
    Ok((TimeDelta::minutes(minutes), reason))
}

/// Where an attempt stands, for the audit log.
fn standing(clocked: &Clocked) -> serde_json::Value {
    match clocked.state {
        State::Running { deadline, .. } => serde_json::json!({ "state": "running", "deadline": deadline }),
        State::Resting { next, .. } => {
            let seconds = clocked.plan.parts.get(next).map(|part| part.seconds);
            serde_json::json!({ "state": "resting", "next_part_seconds": seconds })
        }
        State::Finished { at, .. } => serde_json::json!({ "state": "finished", "at": at }),
    }
}

/// A text for candidates: something, and not too long.
fn checked_text(text: &str) -> Result<String, WebError> {
    let text = typed(text);
    if text.is_empty() || text.chars().count() > LONGEST_TEXT {
        return Err(WebError::Invalid("exam-review-length", vec![("most", LONGEST_TEXT.to_string())]));
    }
    Ok(text)
}
