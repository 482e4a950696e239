//! What candidates see of their attempts, and when.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Exam, When, attempts};

/// What is shown now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The scores of theory, and whether the exam was passed.
    pub scores: bool,
    /// The questions with what was answered.
    pub answers: bool,
    /// The keys with their reasons.
    pub keys: bool,
}

/// What is shown of attempts at `exam`. A window counts as over when nobody writes any more: candidates with more time go
/// on beyond its end.
pub async fn shown(conn: &mut PgConnection, exam: &Exam, now: DateTime<Utc>) -> Result<Shown, sqlx::Error> {
    let is_over = match exam.window {
        None => true,
        Some(window) => now >= window.closes && !attempts::is_any_open(conn, &exam.slug).await?,
    };
    let is_shown = |when| match when {
        When::AtOnce => true,
        When::AfterWindow => is_over,
        When::Never => false,
    };
    Ok(Shown {
        scores: is_shown(exam.show.scores),
        answers: is_shown(exam.show.answers),
        keys: is_shown(exam.show.keys),
    })
}
