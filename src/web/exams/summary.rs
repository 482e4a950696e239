//! An answer in few words, for the table before a part is handed in: as the page of its question shows it, and never in
//! the order of its author, which would tell the key.

use crate::courses::markdown;
use crate::exams::attempts::Frozen;
use crate::items::answer::Fill;
use crate::items::paper::Form;
use crate::items::question::Gap;
use crate::items::{Answer, Drawn, Item, Question};
use crate::messages::{Bilingual, Tr};

/// Most characters of a typed answer that are shown.
const LONGEST: usize = 60;
const NOTHING: &str = "–";

/// A piece of an answer.
pub(super) enum Piece {
    /// An option's text.
    Html(String),
    /// What was typed, or a number or letter.
    Text(String),
}

impl Piece {
    /// The text or the markup.
    pub(super) fn into_string(self) -> String {
        match self {
            Self::Html(text) | Self::Text(text) => text,
        }
    }
}

/// What was answered at a place of the paper.
pub(super) fn at(t: Tr, frozen: &Frozen, place: usize, answer: &Answer) -> Option<Vec<Piece>> {
    let drawn = frozen.paper.questions.get(place)?;
    Some(summary(t, frozen.items.get(&drawn.item)?, drawn, answer))
}

/// What was answered, piece by piece.
fn summary(t: Tr, item: &Item, drawn: &Drawn, answer: &Answer) -> Vec<Piece> {
    match (answer, &drawn.form) {
        (Answer::Chosen { options }, Form::Options { order }) => {
            let texts = option_texts(&item.question);
            let chosen = order.iter().filter(|own| options.contains(own));
            chosen.filter_map(|own| Some(html(t, drawn, texts.get(*own)?))).collect()
        }
        (Answer::Truth { value }, _) => vec![Piece::Text(t.s(if *value { "quiz-true" } else { "quiz-false" }))],
        (Answer::Typed { text }, _) => vec![typed(text.as_str())],
        (Answer::Placed { positions }, Form::Entries { order }) => {
            let places = order.iter().map(|own| positions.get(*own).copied().flatten());
            vec![joined(places.map(|place| place.map(|place| (place + 1).to_string())))]
        }
        (Answer::Matched { rights }, Form::Pairs { rights: order, .. }) => {
            let shown = |right: &Option<usize>| right.and_then(|right| order.iter().position(|own| *own == right));
            vec![joined(rights.iter().map(|right| shown(right).map(letter)))]
        }
        (Answer::Filled { blanks }, _) => {
            blanks.iter().enumerate().map(|(place, fill)| filled(t, (item, drawn), place, fill.as_ref())).collect()
        }
        // An answer is read by the form of its question.
        (Answer::Chosen { .. } | Answer::Placed { .. } | Answer::Matched { .. }, _) => Vec::new(),
    }
}

fn filled(t: Tr, (item, drawn): (&Item, &Drawn), place: usize, fill: Option<&Fill>) -> Piece {
    match fill {
        Some(Fill::Text(text)) => typed(text.as_str()),
        Some(Fill::Option(own)) => {
            let option = gap_options(&item.question, place).get(*own);
            option.map_or_else(|| Piece::Text(NOTHING.to_owned()), |option| html(t, drawn, option))
        }
        None => Piece::Text(NOTHING.to_owned()),
    }
}

fn option_texts(question: &Question) -> Vec<&Bilingual> {
    match question {
        Question::Single { options } => options.iter().map(|option| &option.text).collect(),
        Question::Multiple { options } => options.iter().map(|option| &option.text).collect(),
        Question::TrueFalse { .. }
        | Question::Numeric { .. }
        | Question::Text { .. }
        | Question::Ordering { .. }
        | Question::Matching { .. }
        | Question::Blanks { .. } => Vec::new(),
    }
}

fn gap_options(question: &Question, place: usize) -> &[Bilingual] {
    let Question::Blanks { blanks } = question else { return &[] };
    match blanks.get(place).map(|blank| &blank.gap) {
        Some(Gap::Options { options, .. }) => options,
        Some(Gap::Text { .. } | Gap::Number(_)) | None => &[],
    }
}

fn html(t: Tr, drawn: &Drawn, text: &Bilingual) -> Piece {
    Piece::Html(markdown::render_line(&drawn.text(text, t.lang), t.lang))
}

fn typed(text: &str) -> Piece {
    let is_cut = text.chars().count() > LONGEST;
    let start: String = text.chars().take(LONGEST).collect();
    Piece::Text(if is_cut { format!("{start}…") } else { start })
}

fn joined(parts: impl Iterator<Item = Option<String>>) -> Piece {
    Piece::Text(parts.map(|part| part.unwrap_or_else(|| NOTHING.to_owned())).collect::<Vec<_>>().join(", "))
}

fn letter(place: usize) -> String {
    ('A'..='Z').nth(place).map(String::from).unwrap_or_default()
}

#[cfg(test)]
#[path = "summary_tests.rs"]
mod tests;
