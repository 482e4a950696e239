//! The examiner's side of exams: the live monitor, grants, announcements, results, item analysis, changed keys.

use actix_web::web;
use serde::Deserialize;

use super::routes::{Access, Route};
use super::{State, WebError};
use crate::exams::{self, Offer};

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
        Route::get("/teach/accommodations", Instructor, || web::get().to(accommodations::show)),
        Route::post("/teach/accommodations", Instructor, || web::post().to(accommodations::grant)),
    ]
}

/// The exam on offer called `slug`.
async fn offer(state: &State, slug: &str) -> Result<Offer, WebError> {
    let slug = slug.parse().map_err(|_| WebError::NotFound)?;
    exams::find(&state.pool, &slug).await?.ok_or(WebError::NotFound)
}

/// So many minutes, with the reason that candidates read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Minutes {
    minutes: i64,
    reason: String,
}

impl Minutes {
    fn checked(&self) -> Result<(i64, &str), WebError> {
        let reason = self.reason.trim();
        if !(1..=600).contains(&self.minutes) || reason.chars().count() > LONGEST_TEXT {
            return Err(WebError::Invalid("examiner-bad-minutes", Vec::new()));
        }
        Ok((self.minutes, reason))
    }
}

/// A text for candidates: something, and not too long.
fn checked_text(text: &str) -> Result<&str, WebError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST_TEXT {
        return Err(WebError::Invalid("exam-review-length", vec![("most", LONGEST_TEXT.to_string())]));
    }
    Ok(text)
}
