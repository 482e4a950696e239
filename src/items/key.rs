//! The answer that is right in every part.

use super::answer::{Answer, Fill, Typed};
use super::formula::Formula;
use super::paper::Drawn;
use super::question::Gap;
use super::{Item, Question};

/// The right answer to a question as it was drawn; of several accepted texts the first.
///
/// `None` where the author left no right answer, which a bank's rules forbid.
pub fn key(item: &Item, drawn: &Drawn) -> Option<Answer> {
    let number = |formula: &Formula| Typed::new(&formula.value(&drawn.numbers).ok()?.to_string());
    let places = |count: usize| (0..count).map(Some).collect();
    Some(match &item.question {
        Question::Single { options } | Question::Multiple { options } => {
            let right = options.iter().enumerate().filter(|(_, option)| option.correct);
            Answer::Chosen { options: right.map(|(place, _)| place).collect() }
        }
        Question::TrueFalse { answer } => Answer::Truth { value: *answer },
        Question::Numeric { key, .. } => Answer::Typed { text: number(&key.answer)? },
        Question::Text { accepted, .. } => Answer::Typed { text: Typed::new(accepted.first()?)? },
        Question::Ordering { entries } => Answer::Placed { positions: places(entries.len()) },
        Question::Matching { pairs, .. } => Answer::Matched { rights: places(pairs.len()) },
        Question::Blanks { blanks } => {
            let fill = |gap: &Gap| match gap {
                Gap::Options { answer, .. } => Some(Fill::Option(*answer)),
                Gap::Text { accepted } => Typed::new(accepted.first()?).map(Fill::Text),
                Gap::Number(key) => number(&key.answer).map(Fill::Text),
            };
            Answer::Filled { blanks: blanks.iter().map(|blank| fill(&blank.gap)).collect() }
        }
    })
}
