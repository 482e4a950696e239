//! Results of attempts: made when all is over and graded, added to when a key changes, never replaced.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::answers;
use super::attempts::{self, Attempt, AttemptError, Frozen};
use super::score::{Counted, Scores, Sheet, score};
use super::{Exam, Part};
use crate::grading::report::Report;
use crate::ids::{ExamAttemptId, PersonId};
use crate::items::Answers;
use crate::results::regrading::Worse;
use crate::submissions::Kind;

mod store;

pub(super) use store::add;
pub use store::{
    Graded, Review, Waiting, answer_review, ask_review, latest, of_attempt, passed, reviews, submissions,
    waiting_reviews,
};

/// The reason of a result that was made after an attempt was opened again.
pub const REOPENED: &str = "reopened";

/// A result as it was written down.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// First, second, … result of its attempt.
    pub number: i32,
    /// The scores.
    pub scores: Scores,
    /// Why it was made; empty for the first.
    pub reason: String,
    /// Who made it; `None` for the server itself.
    pub made_by: Option<PersonId>,
    /// When.
    pub made_at: DateTime<Utc>,
}

/// Scores an attempt once it is over and every submission of it is graded; `None` while it is not, or if it has a result.
///
/// Call it in every transaction that may end an attempt or grade its last submission.
pub async fn settle(
    conn: &mut PgConnection,
    id: ExamAttemptId,
    now: DateTime<Utc>,
) -> Result<Option<Scores>, AttemptError> {
    let attempt = attempts::lock(conn, id, now).await?.ok_or(AttemptError::NotFound)?;
    if !attempt.clocked.is_finished() {
        attempts::schedule(conn, &attempt).await?;
        return Ok(None);
    }
    let before = latest(&mut *conn, id).await?;
    let is_reopened = store::reopened_since(conn, id, before.as_ref().map(|result| result.made_at)).await?;
    if before.is_some() && !is_reopened {
        return Ok(None);
    }
    let marked = Marked::of(conn, &attempt).await?;
    let Some(gradings) = marked.gradings() else { return Ok(None) };
    let scores = score(&marked.frozen.exam, marked.sheet(), &gradings);
    let reason = if before.is_some() { REOPENED } else { "" };
    add(conn, id, &scores, (reason, None), now).await?;
    Ok(Some(scores))
}

/// Adds a result to an attempt after a grading of one of its submissions changed; `None` where nothing changes by that,
/// or where it would get worse and is spared.
pub async fn score_again(
    conn: &mut PgConnection,
    id: ExamAttemptId,
    worse: Worse,
    (by, reason): (PersonId, &str),
    now: DateTime<Utc>,
) -> Result<Option<Scores>, AttemptError> {
    let attempt = attempts::lock(conn, id, now).await?.ok_or(AttemptError::NotFound)?;
    // One that is open, or has no result yet, gets its next one from the new grading.
    if !attempt.clocked.is_finished() {
        return Ok(None);
    }
    let Some(before) = latest(&mut *conn, id).await? else { return Ok(None) };
    let marked = Marked::of(conn, &attempt).await?;
    let Some(gradings) = marked.gradings() else { return Ok(None) };
    let scores = score(&marked.frozen.exam, marked.sheet(), &gradings);
    let is_spared = worse == Worse::Spared && before.scores.passed && !scores.passed;
    if scores == before.scores || is_spared {
        return Ok(None);
    }
    add(conn, id, &scores, (reason, Some(by)), now).await?;
    Ok(Some(scores))
}

/// Everything that an attempt is scored from.
#[derive(Debug)]
pub struct Marked {
    /// What never changes about the attempt.
    pub frozen: Frozen,
    /// The answers that count.
    pub answers: Answers,
    /// Its submissions, in the order of receipt.
    pub submissions: Vec<Graded>,
}

impl Marked {
    /// Reads it.
    pub async fn of(conn: &mut PgConnection, attempt: &Attempt) -> Result<Self, sqlx::Error> {
        let frozen = Frozen::of(&mut *conn, attempt).await?;
        let kept = answers::answers(&mut *conn, attempt.id).await?;
        let answers = kept.into_iter().filter_map(|(place, kept)| Some((place, kept.answer?))).collect();
        let submissions = submissions(&mut *conn, attempt.id).await?;
        Ok(Self { frozen, answers, submissions })
    }

    /// The paper with questions and answers.
    pub fn sheet(&self) -> Sheet<'_> {
        Sheet { paper: &self.frozen.paper, items: &self.frozen.items, answers: &self.answers }
    }

    /// The graded submissions of each part; `None` while one waits for its grading.
    pub fn gradings(&self) -> Option<Vec<Vec<Counted>>> {
        let mut parts = vec![Vec::new(); self.frozen.exam.parts.len()];
        for submission in &self.submissions {
            let report = submission.report.as_ref()?;
            if let (Some(part), Some(counted)) = (parts.get_mut(submission.part), counted(submission, report)) {
                part.push(counted);
            }
        }
        Some(parts)
    }
}

/// What a grading says of a practice part; `None` for a submission that brought no score.
pub fn counted(submission: &Graded, report: &Report) -> Option<Counted> {
    let scored = report.evaluation.as_ref()?;
    Some(Counted {
        submission: submission.id,
        verdict: report.verdict.as_str().to_owned(),
        metric: scored.metric,
        score: scored.score,
        mark: scored.pass_mark,
        sealed_score: report.sealed.as_ref().map(|sealed| sealed.score),
        sealed_mark: report.sealed.as_ref().map(|sealed| sealed.mark),
        exercise_version: submission.exercise_version.clone(),
        grader: submission.grader.clone().unwrap_or_default(),
        model_sha256: report.model_sha256.clone(),
        script_sha256: report.training.as_ref().map(|training| training.script_sha256.clone()),
        environment: report.training.as_ref().map(|training| training.environment.clone()),
        trained_here: submission.kind == Kind::Script && report.training.is_some(),
    })
}

/// Submissions of a part that use one of its attempts: all but those that were refused before they met hidden samples.
pub fn used(submissions: &[Graded], part: usize) -> usize {
    let uses = |graded: &&Graded| graded.part == part && graded.counts.unwrap_or(true);
    submissions.iter().filter(uses).count()
}

/// Submissions that a practice part allows.
pub fn allowed(exam: &Exam, part: usize) -> usize {
    match exam.parts.get(part) {
        Some(Part::Practice { attempts, .. }) => usize::try_from(*attempts).unwrap_or(usize::MAX),
        Some(Part::Theory { .. }) | None => 0,
    }
}
