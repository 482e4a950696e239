//! Marking: the share of a question's points that an answer earns, as a pure function of question, paper and answer.

use std::collections::BTreeSet;

use super::answer::{Answer, Fill};
use super::formula::Values;
use super::paper::Drawn;
use super::question::{Blank, Gap, Number, Units, WrongNumber, WrongText};
use super::typed::{is_near, is_same_text, number};
use super::{Choice, Item, Question};
use crate::messages::Bilingual;

/// The share of a question's points that an answer earns, 0 to 1; no answer, or one of another kind, earns 0.
///
/// - *Single*, *true or false*, *number*, *text*: all or nothing.
/// - *Multiple*: each right option chosen earns an equal share (1 / number of right options), each wrong option chosen
///   takes one such share away, and the result is never below 0. Choosing everything therefore pays no more than the
///   surplus of right options over wrong ones.
/// - *Ordering*: of all pairs of entries, those in the right order less those in the wrong order, never below 0, as a
///   share of all pairs (Kendall's τ, cut at 0). A pair of which one has no position, or both have the same, is neither.
/// - *Matching*, *blanks*: the share of left sides or gaps that are right.
pub fn mark(item: &Item, drawn: &Drawn, answer: Option<&Answer>) -> f64 {
    let Some(answer) = answer.filter(|answer| answer.suits(drawn)) else { return 0.0 };
    match (&item.question, answer) {
        (Question::Single { options }, Answer::Chosen { options: chosen }) => {
            all_or_nothing(surplus(options, chosen) == (1, 0))
        }
        (Question::Multiple { options }, Answer::Chosen { options: chosen }) => {
            let (right, wrong) = surplus(options, chosen);
            share(right.saturating_sub(wrong), options.iter().filter(|option| option.correct).count())
        }
        (Question::TrueFalse { answer }, Answer::Truth { value }) => all_or_nothing(answer == value),
        (Question::Numeric { key, units, .. }, Answer::Typed { text }) => {
            all_or_nothing(is_number(text.as_str(), key, units, &drawn.numbers))
        }
        (Question::Text { accepted, .. }, Answer::Typed { text }) => {
            all_or_nothing(is_same_text(text.as_str(), accepted))
        }
        (Question::Ordering { .. }, Answer::Placed { positions }) => in_order(positions),
        (Question::Matching { pairs, .. }, Answer::Matched { rights }) => {
            share(rights.iter().enumerate().filter(|(left, right)| **right == Some(*left)).count(), pairs.len())
        }
        (Question::Blanks { blanks }, Answer::Filled { blanks: filled }) => {
            let right = blanks.iter().zip(filled).filter(|(blank, fill)| is_filled(blank, fill.as_ref(), drawn));
            share(right.count(), blanks.len())
        }
        (
            Question::Single { .. }
            | Question::Multiple { .. }
            | Question::TrueFalse { .. }
            | Question::Numeric { .. }
            | Question::Text { .. }
            | Question::Ordering { .. }
            | Question::Matching { .. }
            | Question::Blanks { .. },
            _,
        ) => 0.0,
    }
}

/// Whether a gap is filled rightly.
pub fn is_filled(blank: &Blank, fill: Option<&Fill>, drawn: &Drawn) -> bool {
    match (&blank.gap, fill) {
        (Gap::Options { answer, .. }, Some(Fill::Option(place))) => answer == place,
        (Gap::Text { accepted }, Some(Fill::Text(text))) => is_same_text(text.as_str(), accepted),
        (Gap::Number(key), Some(Fill::Text(text))) => is_number(text.as_str(), key, &Units::default(), &drawn.numbers),
        (Gap::Options { .. }, Some(Fill::Text(_)) | None)
        | (Gap::Text { .. } | Gap::Number(_), Some(Fill::Option(_)) | None) => false,
    }
}

/// The reason of the typical mistake that a wrong answer meets: what its misconception is.
pub fn mistake<'a>(item: &'a Item, drawn: &Drawn, answer: Option<&Answer>) -> Option<&'a Bilingual> {
    let Some(Answer::Typed { text }) = answer else { return None };
    if mark(item, drawn, answer) > 0.0 {
        return None;
    }
    match &item.question {
        Question::Numeric { key, units, mistakes } => {
            let meets = |mistake: &&WrongNumber| {
                let number = Number { answer: mistake.answer.clone(), tolerance: key.tolerance };
                is_number(text.as_str(), &number, units, &drawn.numbers)
            };
            mistakes.iter().find(meets).map(|mistake| &mistake.why)
        }
        Question::Text { mistakes, .. } => {
            let meets = |mistake: &&WrongText| is_same_text(text.as_str(), &mistake.accepted);
            mistakes.iter().find(meets).map(|mistake| &mistake.why)
        }
        Question::Single { .. }
        | Question::Multiple { .. }
        | Question::TrueFalse { .. }
        | Question::Ordering { .. }
        | Question::Matching { .. }
        | Question::Blanks { .. } => None,
    }
}

/// Whether every number that was typed can be read, with its unit; what cannot be read earns nothing.
pub fn is_readable(item: &Item, answer: &Answer) -> bool {
    match (&item.question, answer) {
        (Question::Numeric { units, .. }, Answer::Typed { text }) => number(text.as_str(), units).is_some(),
        (Question::Blanks { blanks }, Answer::Filled { blanks: filled }) => {
            blanks.iter().zip(filled).all(|(blank, fill)| match (&blank.gap, fill) {
                (Gap::Number(_), Some(Fill::Text(text))) => number(text.as_str(), &Units::default()).is_some(),
                (Gap::Number(_), Some(Fill::Option(_)) | None) | (Gap::Options { .. } | Gap::Text { .. }, _) => true,
            })
        }
        (
            Question::Single { .. }
            | Question::Multiple { .. }
            | Question::TrueFalse { .. }
            | Question::Numeric { .. }
            | Question::Text { .. }
            | Question::Ordering { .. }
            | Question::Matching { .. }
            | Question::Blanks { .. },
            _,
        ) => true,
    }
}

/// Whether a share of the points reaches the pass share; sums of thirds are not held against the learner.
pub fn reaches(points: f64, max_points: f64, pass: f64) -> bool {
    points + 1e-9 >= pass * max_points
}

fn all_or_nothing(is_right: bool) -> f64 {
    if is_right { 1.0 } else { 0.0 }
}

/// Right and wrong options among the chosen ones.
fn surplus(options: &[Choice], chosen: &BTreeSet<usize>) -> (usize, usize) {
    let chosen: Vec<bool> =
        chosen.iter().filter_map(|place| options.get(*place)).map(|option| option.correct).collect();
    let right = chosen.iter().filter(|correct| **correct).count();
    (right, chosen.len() - right)
}

#[expect(clippy::cast_precision_loss, reason = "a question has few parts")]
fn share(right: usize, of: usize) -> f64 {
    right as f64 / of.max(1) as f64
}

fn is_number(text: &str, key: &Number, units: &Units, values: &Values) -> bool {
    let entered = number(text, units);
    // A formula without a result cannot be answered; banks with one are refused.
    entered.zip(key.answer.value(values).ok()).is_some_and(|(entered, right)| is_near(entered, right, key))
}

fn in_order(positions: &[Option<usize>]) -> f64 {
    let (mut concordant, mut discordant, mut pairs) = (0_usize, 0_usize, 0_usize);
    for (place, first) in positions.iter().enumerate() {
        for second in positions.iter().skip(place + 1) {
            pairs += 1;
            let Some((first, second)) = first.zip(*second) else { continue };
            concordant += usize::from(first < second);
            discordant += usize::from(first > second);
        }
    }
    share(concordant.saturating_sub(discordant), pairs)
}
