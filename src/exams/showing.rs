//! What candidates see of their attempts, and when.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Exam, When, accommodations, attempts};

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

/// When nobody can begin any more: the end of the window, of this edition or of the one on offer, for whoever has the most
/// time.
async fn closes(conn: &mut PgConnection, exam: &Exam) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let most = accommodations::longest(&mut *conn).await?;
    let on_offer = super::find(conn, &exam.slug).await?;
    let editions = on_offer.iter().map(|offer| &offer.exam).chain([exam]);
    Ok(editions.filter_map(|edition| edition.plan(&most).closes).max())
}

async fn is_over(conn: &mut PgConnection, exam: &Exam, now: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    Ok(match closes(conn, exam).await? {
        None => true,
        Some(closes) => now >= closes && !attempts::is_any_open(conn, &exam.slug).await?,
    })
}

/// What is shown of attempts at `exam`. A window counts as over when nobody can begin and nobody writes any more:
/// candidates with more time do both beyond its end.
pub async fn shown(conn: &mut PgConnection, exam: &Exam, now: DateTime<Utc>) -> Result<Shown, sqlx::Error> {
    let show = exam.show;
    let waits = [show.scores, show.answers, show.keys].contains(&When::AfterWindow);
    // Most exams wait for no window, and their pages ask nothing.
    let is_over = waits && is_over(conn, exam, now).await?;
    let is_shown = |when| match when {
        When::AtOnce => true,
        When::AfterWindow => is_over,
        When::Never => false,
    };
    Ok(Shown { scores: is_shown(show.scores), answers: is_shown(show.answers), keys: is_shown(show.keys) })
}
