//! Marking: points for an answer, as a pure function of the question and the answer.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Choice, Question};

/// What somebody answered to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Answer {
    /// The chosen options, by their place in the author's list.
    Chosen {
        /// Places in the author's list.
        options: BTreeSet<usize>,
    },
}

/// Answers by place in the paper, counted from 0; unanswered questions are absent.
pub type Answers = BTreeMap<usize, Answer>;

impl Answer {
    /// Whether the option at `place` of the author's list was chosen.
    pub fn has_chosen(&self, place: usize) -> bool {
        match self {
            Self::Chosen { options } => options.contains(&place),
        }
    }
}

/// The share of a question's points that an answer earns, 0 to 1.
///
/// *Single*: all or nothing. *Multiple*: each right option chosen earns an equal share (1 / number of right options),
/// each wrong option chosen takes one such share away, and the result is never below 0. Choosing everything therefore
/// pays no more than the surplus of right options over wrong ones.
pub fn mark(question: &Question, answer: Option<&Answer>) -> f64 {
    let Some(answer) = answer else { return 0.0 };
    let chosen = |correct: bool| {
        count(question.options(), |place, option| option.correct == correct && answer.has_chosen(place))
    };
    let (right, wrong) = (chosen(true), chosen(false));
    let all = count(question.options(), |_, option| option.correct);
    match question {
        Question::Single { .. } if right == 1 && wrong == 0 => 1.0,
        Question::Single { .. } => 0.0,
        Question::Multiple { .. } => f64::from(right.saturating_sub(wrong)) / f64::from(all.max(1)),
    }
}

/// Whether a share of the points reaches the pass share; sums of thirds are not held against the learner.
pub fn reaches(points: f64, max_points: f64, pass: f64) -> bool {
    points + 1e-9 >= pass * max_points
}

fn count(options: &[Choice], wanted: impl Fn(usize, &Choice) -> bool) -> u32 {
    let found = options.iter().enumerate().filter(|(place, option)| wanted(*place, option)).count();
    u32::try_from(found).unwrap_or(u32::MAX)
}
