//! Changes of results after the first: each appended with the reason that its learner reads; the last one stands.
//!
//! A grading is never changed. Another takes its place: one that came from a shadow, or one that a person decided on. What
//! a person decided can be taken back, and then stands what the grader had found.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{Origin, Published, published};
use crate::grading::metrics::Metric;
use crate::grading::report::{Report, Scored};
use crate::grading::verdict::{Reason, Verdict};
use crate::ids::{GradingId, PersonId, RegradingId};
use crate::submissions::Submission;

pub(super) mod store;

pub use store::{Change, of_submission};

/// What is done about results that would get worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worse {
    /// They stay as they are.
    Spared,
    /// They are lowered, because whoever publishes has said so.
    Lowered,
}

/// Why a result was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "TEXT", rename_all = "lowercase")]
pub enum Kind {
    /// It was graded again, and that was published.
    Shadow,
    /// A person decided.
    Override,
    /// What a person had decided was taken back.
    Withdrawal,
}

/// What a person decides about a submission.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    /// Whether it passes.
    pub passes: bool,
    /// The score that it gets instead of its own.
    pub score: Option<f64>,
}

/// Why a result was not changed.
#[derive(Debug, thiserror::Error)]
pub enum RegradeError {
    /// Nobody decides about their own.
    #[error("one's own submission")]
    Own,
    /// It has no result that could be changed.
    #[error("the submission is not graded")]
    Ungraded,
    /// It passes by the decision, but no score is known that a certificate could state.
    #[error("a score is needed")]
    ScoreNeeded,
    /// The score is no value of the metric.
    #[error("the score is no value of the metric")]
    BadScore,
    /// There is no decision to take back.
    #[error("nobody has decided about it")]
    Undecided,
    /// Another change came first.
    #[error("the result was changed meanwhile")]
    Changed,
    /// PostgreSQL refused.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The report could not be written as JSON.
    #[error("report: {0}")]
    Report(#[from] serde_json::Error),
}

/// A change that was made, in facts for the audit log.
#[derive(Debug)]
pub struct Changed {
    /// Verdict and score before.
    pub before: Value,
    /// Verdict and score now.
    pub after: Value,
}

fn facts(report: &Report) -> Value {
    json!({ "verdict": report.verdict, "score": report.evaluation.as_ref().map(|scored| scored.score) })
}

/// Lets a decision take the place of the result; `marks` are the metric and pass mark of its exercise version.
pub async fn decide(
    conn: &mut PgConnection,
    submission: &Submission,
    (decision, marks): (Decision, (Metric, f64)),
    (by, reason): (PersonId, &str),
    now: DateTime<Utc>,
) -> Result<Changed, RegradeError> {
    if submission.person == by {
        return Err(RegradeError::Own);
    }
    let before = published(&mut *conn, submission.id).await?.ok_or(RegradeError::Ungraded)?;
    let report = decided(&before.report, decision, marks)?;
    let after = GradingId::new(now);
    store::insert_decision(conn, (before.id, after), &report, now).await?;
    let change = New { submission, kind: Kind::Override, before: before.id, after, reason, by };
    replace(conn, &before, &change, now).await?;
    Ok(Changed { before: facts(&before.report), after: facts(&report) })
}

/// Takes a decision back: what the grader had found last stands again.
pub async fn withdraw(
    conn: &mut PgConnection,
    submission: &Submission,
    (by, reason): (PersonId, &str),
    now: DateTime<Utc>,
) -> Result<Changed, RegradeError> {
    if submission.person == by {
        return Err(RegradeError::Own);
    }
    let before = published(&mut *conn, submission.id).await?.ok_or(RegradeError::Ungraded)?;
    if before.origin != Origin::Decision {
        return Err(RegradeError::Undecided);
    }
    let after = store::last_found(conn, submission.id).await?.ok_or(RegradeError::Undecided)?;
    let change = New { submission, kind: Kind::Withdrawal, before: before.id, after, reason, by };
    replace(conn, &before, &change, now).await?;
    let found = published(&mut *conn, submission.id).await?.ok_or(RegradeError::Ungraded)?;
    Ok(Changed { before: facts(&before.report), after: facts(&found.report) })
}

/// A change to be written down.
pub(super) struct New<'a> {
    pub submission: &'a Submission,
    pub kind: Kind,
    pub before: GradingId,
    pub after: GradingId,
    pub reason: &'a str,
    pub by: PersonId,
}

async fn replace(
    conn: &mut PgConnection,
    before: &Published,
    change: &New<'_>,
    now: DateTime<Utc>,
) -> Result<(), RegradeError> {
    // Whoever changes it at the same time waits here, and then finds it superseded.
    if store::supersede(conn, &[before.id], now).await?.is_empty() {
        return Err(RegradeError::Changed);
    }
    store::stand(conn, change.after, now).await?;
    store::insert(conn, RegradingId::new(now), change, now).await?;
    super::news::tell(conn, change.submission.id).await?;
    Ok(())
}

/// The report with a decision in the place of the judgement; what was measured stays in it.
fn decided(before: &Report, decision: Decision, (metric, mark): (Metric, f64)) -> Result<Report, RegradeError> {
    let mut report = before.clone();
    if let Some(score) = decision.score {
        if !score.is_finite() || (metric.is_proportion() && !(0.0..=1.0).contains(&score)) {
            return Err(RegradeError::BadScore);
        }
        let scored = report.evaluation.get_or_insert_with(|| unmeasured(metric, mark));
        (scored.metric, scored.score, scored.passed) = (metric, score, metric.reached(score, mark));
        scored.distinction = scored.distinction_mark.is_some_and(|mark| decision.passes && metric.reached(score, mark));
    }
    if decision.passes && report.evaluation.is_none() {
        return Err(RegradeError::ScoreNeeded);
    }
    report.reason = if decision.passes { Reason::DecidedPassed } else { Reason::DecidedFailed };
    report.verdict = report.reason.verdict();
    report.args.clear();
    debug_assert!(matches!(report.verdict, Verdict::Passed | Verdict::BelowMark));
    Ok(report)
}

/// The score of a model that was not scored by the grader.
fn unmeasured(metric: Metric, mark: f64) -> Scored {
    Scored {
        metric,
        score: 0.0,
        pass_mark: mark,
        distinction_mark: None,
        passed: false,
        distinction: false,
        interval: None,
        n: 0,
        correct: None,
        metrics: std::collections::BTreeMap::new(),
        per_class: Vec::new(),
        confusion: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grading::without_model;

    const MARKS: (Metric, f64) = (Metric::Accuracy, 0.9);

    #[test]
    fn a_decision_needs_a_score_that_a_certificate_can_state() {
        let refused = without_model(None, Reason::NotOnnx);
        let passes = Decision { passes: true, score: None };
        assert!(matches!(decided(&refused, passes, MARKS), Err(RegradeError::ScoreNeeded)));
        for wrong in [1.2, -0.1, f64::NAN] {
            let decision = Decision { score: Some(wrong), ..passes };
            assert!(matches!(decided(&refused, decision, MARKS), Err(RegradeError::BadScore)), "{wrong}");
        }
        let report = decided(&refused, Decision { score: Some(0.95), ..passes }, MARKS).unwrap();
        assert_eq!((report.verdict, report.reason), (Verdict::Passed, Reason::DecidedPassed));
        assert!(report.evaluation.is_some_and(|scored| scored.passed && scored.n == 0));
        let fails = decided(&refused, Decision { passes: false, score: None }, MARKS).unwrap();
        assert_eq!((fails.verdict, fails.evaluation), (Verdict::BelowMark, None));
    }
}
