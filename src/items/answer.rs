//! Answers: what somebody chose, typed or put in order, by the author's places, and how it is read from a form.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::paper::{Drawn, Form};

/// Most characters of a typed answer.
pub const LONGEST: usize = 500;

/// Answers by place in the paper, counted from 0; unanswered questions are absent.
pub type Answers = BTreeMap<usize, Answer>;

/// What somebody answered to one question. All places are the author's, whatever order the paper shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Answer {
    /// The chosen options of a single or multiple choice.
    Chosen {
        /// Places of the options.
        options: BTreeSet<usize>,
    },
    /// Whether a statement is true.
    Truth {
        /// What was chosen.
        value: bool,
    },
    /// A number or a text, as typed.
    Typed {
        /// The text.
        text: Typed,
    },
    /// Where each entry belongs.
    Placed {
        /// The position given to each entry, from 0.
        positions: Vec<Option<usize>>,
    },
    /// What belongs to each left side.
    Matched {
        /// The right side given to each left one; those that fit nothing count on after the pairs.
        rights: Vec<Option<usize>>,
    },
    /// What belongs into each gap.
    Filled {
        /// What was filled in.
        blanks: Vec<Option<Fill>>,
    },
}

/// What was filled into a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fill {
    /// The option at a place.
    Option(usize),
    /// A number or a text, as typed.
    Text(Typed),
}

/// A typed text, neither empty nor longer than [`LONGEST`] characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Typed(String);

/// A typed text that is empty or too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a typed answer has 1 to {LONGEST} characters")]
pub struct NotTyped;

impl Typed {
    /// What was typed without control characters, cut at [`LONGEST`] characters; `None` if that is nothing but spaces.
    pub fn new(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|character| !character.is_control()).collect();
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.chars().take(LONGEST).collect()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Typed {
    type Error = NotTyped;

    fn try_from(text: String) -> Result<Self, NotTyped> {
        if text.trim().is_empty() || text.chars().count() > LONGEST { Err(NotTyped) } else { Ok(Self(text)) }
    }
}

impl From<Typed> for String {
    fn from(typed: Typed) -> Self {
        typed.0
    }
}

impl Answer {
    /// Whether the option at `place` of the author's list was chosen.
    pub fn has_chosen(&self, place: usize) -> bool {
        match self {
            Self::Chosen { options } => options.contains(&place),
            Self::Truth { .. }
            | Self::Typed { .. }
            | Self::Placed { .. }
            | Self::Matched { .. }
            | Self::Filled { .. } => false,
        }
    }

    /// Whether nothing is left open: every entry has a position, every left side a right one, every gap is filled.
    pub fn is_complete(&self) -> bool {
        match self {
            Self::Chosen { options } => !options.is_empty(),
            Self::Truth { .. } | Self::Typed { .. } => true,
            Self::Placed { positions: places } | Self::Matched { rights: places } => places.iter().all(Option::is_some),
            Self::Filled { blanks } => blanks.iter().all(Option::is_some),
        }
    }

    /// Whether it is of the kind and size that `drawn` asks for. One that is not comes from elsewhere than our pages.
    pub fn suits(&self, drawn: &Drawn) -> bool {
        let below = |places: &[Option<usize>], count: usize| places.iter().flatten().all(|place| *place < count);
        match (self, &drawn.form) {
            (Self::Chosen { options }, Form::Options { order }) => options.iter().all(|place| *place < order.len()),
            (Self::Truth { .. }, Form::Truth) | (Self::Typed { .. }, Form::Typed) => true,
            (Self::Placed { positions }, Form::Entries { order }) => {
                positions.len() == order.len() && below(positions, order.len())
            }
            (Self::Matched { rights }, Form::Pairs { lefts, rights: order }) => {
                rights.len() == *lefts && below(rights, order.len())
            }
            (Self::Filled { blanks }, Form::Blanks { orders }) => {
                blanks.len() == orders.len()
                    && blanks.iter().zip(orders).all(|(fill, order)| fits(fill.as_ref(), order))
            }
            (
                Self::Chosen { .. }
                | Self::Truth { .. }
                | Self::Typed { .. }
                | Self::Placed { .. }
                | Self::Matched { .. }
                | Self::Filled { .. },
                _,
            ) => false,
        }
    }
}

fn fits(fill: Option<&Fill>, order: &[usize]) -> bool {
    match fill {
        None => true,
        Some(Fill::Option(place)) => *place < order.len(),
        Some(Fill::Text(_)) => order.is_empty(),
    }
}

impl Drawn {
    /// The answer in a form. `whole` holds what was sent under the question's own name; `part` gives what was sent for
    /// its entry, left side or gap at a place on the page. What does not exist is ignored; nothing at all is no answer.
    ///
    /// Options, right sides and options of gaps are sent as places on the page from 0, positions from 1.
    pub fn read<'a>(&self, whole: &[&str], part: impl Fn(usize) -> Option<&'a str>) -> Option<Answer> {
        match &self.form {
            Form::Options { .. } => self.choose(whole.iter().filter_map(|place| place.parse().ok())),
            Form::Truth => whole.last()?.parse().ok().map(|value| Answer::Truth { value }),
            Form::Typed => Typed::new(whole.last()?).map(|text| Answer::Typed { text }),
            Form::Entries { order } => {
                let position = |own: usize| {
                    let shown = order.iter().position(|place| *place == own)?;
                    let number: usize = part(shown)?.trim().parse().ok()?;
                    number.checked_sub(1).filter(|position| *position < order.len())
                };
                given((0..order.len()).map(position)).map(|positions| Answer::Placed { positions })
            }
            Form::Pairs { lefts, rights } => {
                let right = |left: usize| own_place(part(left)?, rights);
                given((0..*lefts).map(right)).map(|rights| Answer::Matched { rights })
            }
            Form::Blanks { orders } => {
                let fill = |(place, order): (usize, &Vec<usize>)| {
                    let sent = part(place)?;
                    if order.is_empty() {
                        Typed::new(sent).map(Fill::Text)
                    } else {
                        own_place(sent, order).map(Fill::Option)
                    }
                };
                given(orders.iter().enumerate().map(fill)).map(|blanks| Answer::Filled { blanks })
            }
        }
    }

    /// The answer that chooses the options at `shown` places on the page, counted from 0; places that do not exist are
    /// ignored, and choosing nothing is no answer.
    pub fn choose(&self, shown: impl IntoIterator<Item = usize>) -> Option<Answer> {
        let options: BTreeSet<usize> = shown.into_iter().filter_map(|place| self.order().get(place).copied()).collect();
        (!options.is_empty()).then_some(Answer::Chosen { options })
    }
}

/// The author's place of what a form sent as a place on the page.
fn own_place(sent: &str, order: &[usize]) -> Option<usize> {
    order.get(sent.trim().parse::<usize>().ok()?).copied()
}

/// The parts of an answer, if there is any.
fn given<T>(parts: impl Iterator<Item = Option<T>>) -> Option<Vec<Option<T>>> {
    let parts: Vec<Option<T>> = parts.collect();
    parts.iter().any(Option::is_some).then_some(parts)
}
