//! What a trial would change: before and after of each submission, and who moves across the mark.

use crate::grading::metrics::Metric;
use crate::grading::verdict::Verdict;
use crate::ids::{GradingId, PersonId, SubmissionId};
use crate::results::regrading::Worse;
use crate::submissions::Context;

use super::Way;

mod store;

pub use store::compare;

/// A result in short.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Brief {
    /// How it ended.
    pub verdict: Verdict,
    /// The metric of the scores.
    pub metric: Option<Metric>,
    /// The open score.
    pub score: Option<f64>,
    /// The sealed score.
    pub sealed: Option<f64>,
    /// Whether the mark for distinction was reached.
    pub distinction: bool,
}

/// What a trial says of one submission.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The submission.
    pub submission: SubmissionId,
    /// Its number.
    pub number: i32,
    /// Whose it is.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// What it is for.
    pub context: Context,
    /// How it is graded again.
    pub way: Way,
    /// The grading that stood when the trial was made.
    pub grading: GradingId,
    /// What that said.
    pub before: Brief,
    /// What the trial says; `None` while it waits.
    pub after: Option<Brief>,
    /// Why it stays, whatever the trial says.
    pub kept: Option<Kept>,
    /// Whether what the trial says took its place.
    pub published: bool,
}

/// Why a result is not replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// A person decided about it.
    Decided,
    /// It was changed after the trial was made.
    Changed,
    /// It belongs to an exam, whose marks are values of another metric.
    Exam,
}

/// What happens to a result, those first that matter most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Move {
    /// Passed before and not now.
    ToFail,
    /// Not passed before and now.
    ToPass,
    /// On the same side of the mark, and worse.
    Worse,
    /// On the same side of the mark, and otherwise.
    Other,
    /// We could not grade it again.
    Fault,
    /// Not graded again yet.
    Waiting,
    /// The same.
    Same,
}

impl Compared {
    /// What happens to it.
    pub fn movement(&self) -> Move {
        let Some(after) = self.after else { return Move::Waiting };
        if after.verdict == Verdict::PlatformFault {
            return Move::Fault;
        }
        let passed = |brief: Brief| brief.verdict == Verdict::Passed;
        match (passed(self.before), passed(after)) {
            (true, false) => Move::ToFail,
            (false, true) => Move::ToPass,
            (_, _) if is_worse(self.before, after) => Move::Worse,
            (_, _) if after == self.before => Move::Same,
            (_, _) => Move::Other,
        }
    }

    /// Whether its learner would be worse off.
    pub fn is_worse(&self) -> bool {
        matches!(self.movement(), Move::ToFail | Move::Worse)
    }

    /// Whether publishing replaces it.
    pub fn is_published(&self, worse: Worse) -> bool {
        let differs = match self.movement() {
            Move::ToPass | Move::Other => true,
            Move::ToFail | Move::Worse => worse == Worse::Lowered,
            Move::Fault | Move::Waiting | Move::Same => false,
        };
        differs && self.kept.is_none()
    }
}

/// Scores of different metrics are not compared: between them only mark and distinction count.
fn is_worse(before: Brief, after: Brief) -> bool {
    let lower = |metric: Metric, before: Option<f64>, after: Option<f64>| match (before, after) {
        (Some(before), Some(after)) => !metric.reached(after, before),
        (Some(_), None) | (None, _) => false,
    };
    let lower = before
        .metric
        .filter(|metric| after.metric == Some(*metric))
        .is_some_and(|metric| lower(metric, before.score, after.score) || lower(metric, before.sealed, after.sealed));
    let lost = before.verdict.is_scored() && !after.verdict.is_scored();
    lower || lost || (before.distinction && !after.distinction)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn brief(verdict: Verdict, metric: Metric, score: f64) -> Brief {
        let scored = verdict.is_scored();
        Brief {
            verdict,
            metric: scored.then_some(metric),
            score: scored.then_some(score),
            sealed: None,
            distinction: false,
        }
    }

    fn compared(before: Brief, after: Option<Brief>) -> Compared {
        let at = DateTime::UNIX_EPOCH;
        Compared {
            submission: SubmissionId::new(at),
            number: 1,
            person: PersonId::new(at),
            name: String::new(),
            context: Context::Practice,
            way: Way::Rescore,
            grading: GradingId::new(at),
            before,
            after,
            kept: None,
            published: false,
        }
    }

    #[test]
    fn who_moves_across_the_mark_comes_first_and_a_lower_score_is_worse() {
        use Metric::{Accuracy, LogLoss};
        use Verdict::{BelowMark, InvalidModel, Passed, PlatformFault};
        let cases = [
            ((Passed, Accuracy, 0.9), (BelowMark, Accuracy, 0.9), Move::ToFail),
            ((BelowMark, Accuracy, 0.9), (Passed, Accuracy, 0.9), Move::ToPass),
            ((Passed, Accuracy, 0.9), (Passed, Accuracy, 0.8), Move::Worse),
            ((Passed, LogLoss, 0.2), (Passed, LogLoss, 0.3), Move::Worse),
            ((Passed, LogLoss, 0.3), (Passed, LogLoss, 0.2), Move::Other),
            ((Passed, Accuracy, 0.9), (Passed, LogLoss, 0.2), Move::Other),
            ((BelowMark, Accuracy, 0.9), (InvalidModel, Accuracy, 0.0), Move::Worse),
            ((Passed, Accuracy, 0.9), (PlatformFault, Accuracy, 0.0), Move::Fault),
            ((Passed, Accuracy, 0.9), (Passed, Accuracy, 0.9), Move::Same),
        ];
        for (before, after, expected) in cases {
            let [before, after] = [before, after].map(|(verdict, metric, score)| brief(verdict, metric, score));
            assert_eq!(compared(before, Some(after)).movement(), expected, "{before:?} {after:?}");
        }
        assert!(Move::ToFail < Move::ToPass && Move::ToPass < Move::Worse && Move::Waiting < Move::Same);
    }

    #[test]
    fn what_is_worse_or_kept_is_not_published_silently() {
        let (good, bad) =
            (brief(Verdict::Passed, Metric::Accuracy, 0.9), brief(Verdict::BelowMark, Metric::Accuracy, 0.9));
        let lost = compared(good, Some(bad));
        assert!(!lost.is_published(Worse::Spared) && lost.is_published(Worse::Lowered));
        let won = compared(bad, Some(good));
        assert!(won.is_published(Worse::Spared));
        assert!(!Compared { kept: Some(Kept::Decided), ..won }.is_published(Worse::Lowered));
        assert!(!compared(good, Some(good)).is_published(Worse::Lowered), "what is the same stays");
        assert!(!compared(good, None).is_published(Worse::Lowered));
    }
}
