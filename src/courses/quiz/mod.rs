//! Attempts at a module's quiz: drawn, answered, marked; a passed one completes the module.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rand::Rng;
use sqlx::PgConnection;

use super::{Module, Offer, bank_of};
use crate::blobs::Sha256;
use crate::ids::{PersonId, QuizAttemptId, Slug};
use crate::items::{self, Answer, Answers, Item, Paper, marking, paper};

mod store;

pub use store::{all as attempts, find};

/// One attempt at a quiz.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// Its id.
    pub id: QuizAttemptId,
    /// The course.
    pub course: Slug,
    /// The module.
    pub module: Slug,
    /// The questions, frozen.
    pub paper: Paper,
    /// Share of the points that passes it.
    pub pass: f64,
    /// What was answered so far.
    pub answers: Answers,
    /// When the paper was drawn.
    pub started_at: DateTime<Utc>,
    /// How it ended; `None` while it is open.
    pub result: Option<QuizResult>,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuizResult {
    /// When it was handed in.
    pub finished_at: DateTime<Utc>,
    /// Points reached.
    pub points: f64,
    /// Points possible: one for each question.
    pub max_points: f64,
    /// Whether the pass share was reached.
    pub passed: bool,
}

/// What handing in an attempt led to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Questions are not answered completely or not readably, by place in the paper from 0; the given answers are kept.
    Incomplete {
        /// Places of those questions.
        missing: Vec<usize>,
    },
    /// The attempt was marked.
    Finished {
        /// How it ended.
        result: QuizResult,
        /// Whether this is what completed the module: the moment at which a certificate may be earned.
        completes_module: bool,
    },
    /// It had been handed in before; nothing was changed.
    AlreadyFinished,
}

/// Why a quiz could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// PostgreSQL refused.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The bank is smaller than the quiz demands, or a question has no numbers to show.
    #[error(transparent)]
    Draw(#[from] paper::DrawError),
}

/// The open attempt of `person` at the quiz of `module`, or a new one with a paper drawn by `rng`. Whoever takes a quiz
/// takes the course, too.
pub async fn start(
    conn: &mut PgConnection,
    person: PersonId,
    (offer, module): (&Offer, &Module),
    rng: &mut impl Rng,
    now: DateTime<Utc>,
) -> Result<QuizAttemptId, StartError> {
    let course = &offer.course.slug;
    super::enrol(conn, person, course, now).await?;
    if let Some(open) = store::open(conn, person, course, &module.slug).await? {
        return Ok(open);
    }
    let bank = items::bank_items(&mut *conn, &bank_of(course, &module.slug)).await?;
    let attempt = Attempt {
        id: QuizAttemptId::new(now),
        course: course.clone(),
        module: module.slug.clone(),
        paper: paper::draw(&bank, module.quiz.draw, rng)?,
        pass: module.quiz.pass,
        answers: Answers::new(),
        started_at: now,
        result: None,
    };
    store::insert(conn, person, &offer.version, &attempt).await?;
    // Another tab may have been faster: one attempt at a time is open, and both tabs get that one.
    Ok(store::open(conn, person, course, &module.slug).await?.unwrap_or(attempt.id))
}

/// Hands in `answers` to an open attempt of `person`: marks it if it is complete, keeps the answers if it is not.
///
/// `None` if there is no such attempt of this person. Everything happens in the caller's transaction, under a lock on
/// the attempt, so that of two tabs one finishes it and the other learns that it is finished.
pub async fn finish(
    conn: &mut PgConnection,
    person: PersonId,
    id: QuizAttemptId,
    answers: Answers,
    now: DateTime<Utc>,
) -> Result<Option<Outcome>, sqlx::Error> {
    let Some(attempt) = store::lock(conn, person, id).await? else { return Ok(None) };
    if attempt.result.is_some() {
        return Ok(Some(Outcome::AlreadyFinished));
    }
    store::keep_answers(conn, id, &answers).await?;
    // The versions of a paper's questions are never deleted, so there are as many as were drawn.
    let items = items::by_version(&mut *conn, &attempt.versions()).await?;
    let is_answered = |item: &Item, answer: &Answer| answer.is_complete() && marking::is_readable(item, answer);
    let missing = attempt.paper.with_items(&items);
    let missing =
        missing.filter(|(place, _, item)| !answers.get(place).is_some_and(|answer| is_answered(item, answer)));
    let missing: Vec<usize> = missing.map(|(place, _, _)| place).collect();
    if !missing.is_empty() {
        return Ok(Some(Outcome::Incomplete { missing }));
    }
    let result = mark(&attempt, &items, &answers, now);
    store::finish(conn, id, &result).await?;
    let completes_module = result.passed && store::complete(conn, person, &attempt, now).await?;
    Ok(Some(Outcome::Finished { result, completes_module }))
}

/// Points of a whole paper, in parts where the kind of question allows it.
fn mark(attempt: &Attempt, items: &HashMap<Sha256, Item>, answers: &Answers, now: DateTime<Utc>) -> QuizResult {
    let marked = attempt.paper.with_items(items);
    let points =
        marked.map(|(place, drawn, item)| drawn.points * marking::mark(item, drawn, answers.get(&place))).sum();
    let max_points = attempt.paper.max_points();
    QuizResult { finished_at: now, points, max_points, passed: marking::reaches(points, max_points, attempt.pass) }
}

impl Attempt {
    /// Versions of its questions, in the order shown.
    pub fn versions(&self) -> Vec<Sha256> {
        self.paper.questions.iter().map(|drawn| drawn.item).collect()
    }
}
