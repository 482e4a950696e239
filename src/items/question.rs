//! The kinds of questions, each with its key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::formula::Formula;
use crate::messages::{Bilingual, Said, said};

/// What kind of answer a question takes, with its key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Question {
    /// Exactly one option is right.
    Single {
        /// The options, in the author's order.
        options: Vec<Choice>,
    },
    /// One or more options are right, and at least one is wrong.
    Multiple {
        /// The options, in the author's order.
        options: Vec<Choice>,
    },
    /// The stem is a statement, true or false.
    TrueFalse {
        /// Which of the two.
        answer: bool,
    },
    /// A number.
    Numeric {
        /// The right one.
        key: Number,
        /// In what it is measured and may be entered.
        #[serde(default, skip_serializing_if = "Units::are_none")]
        units: Units,
        /// Wrong results that are typical.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mistakes: Vec<WrongNumber>,
    },
    /// A word or a few.
    Text {
        /// What is right; case, width and spaces are ignored.
        accepted: Vec<String>,
        /// Wrong answers that are typical.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mistakes: Vec<WrongText>,
    },
    /// Entries that are to be put in order.
    Ordering {
        /// The entries, in the right order; Markdown.
        entries: Vec<Bilingual>,
    },
    /// To each left side, its right side.
    Matching {
        /// What belongs together.
        pairs: Vec<Pair>,
        /// Right sides that fit nothing; Markdown.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        extra: Vec<Bilingual>,
    },
    /// The stem has gaps `[1]`, `[2]`, …
    Blanks {
        /// What belongs into them, in that order.
        blanks: Vec<Blank>,
    },
}

/// One option of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What it says, Markdown.
    pub text: Bilingual,
    /// Whether it is right.
    pub correct: bool,
    /// Why it is right or wrong, Markdown; shown with the result only.
    pub why: Bilingual,
}

/// A number that is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// How it is computed.
    pub answer: Formula,
    /// How far an answer may be from it.
    pub tolerance: Tolerance,
}

/// How far an answer may be from the key; the limit itself is still right.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tolerance {
    /// In the unit of the key.
    Absolute(f64),
    /// As a share of the key.
    Relative(f64),
}

/// Units in which a number may be entered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Units {
    /// The unit of the key, which may be left out in an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Others, each with its size in the unit of the key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub others: BTreeMap<String, f64>,
}

/// A wrong number that is typical.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WrongNumber {
    /// How one comes to it.
    pub answer: Formula,
    /// The misconception, Markdown.
    pub why: Bilingual,
}

/// A wrong text that is typical.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongText {
    /// Its forms.
    pub accepted: Vec<String>,
    /// The misconception, Markdown.
    pub why: Bilingual,
}

/// Two sides that belong together, Markdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The side that is given.
    pub left: Bilingual,
    /// The side that is to be found.
    pub right: Bilingual,
}

/// A gap in a stem.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Blank {
    /// What belongs there.
    pub gap: Gap,
    /// Why, Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Bilingual>,
}

/// What belongs into a gap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// One of the options.
    Options {
        /// The options, in the author's order; Markdown.
        options: Vec<Bilingual>,
        /// Place of the right one.
        answer: usize,
    },
    /// A word or a few.
    Text {
        /// What is right.
        accepted: Vec<String>,
    },
    /// A number.
    Number(Number),
}

impl Tolerance {
    /// The tolerated distance from `key`.
    pub fn around(self, key: f64) -> f64 {
        match self {
            Self::Absolute(distance) => distance,
            Self::Relative(share) => share * key.abs(),
        }
    }
}

impl Units {
    /// Whether no unit is known.
    pub fn are_none(&self) -> bool {
        *self == Self::default()
    }
}

impl Gap {
    /// The formula of a number.
    pub fn formula(&self) -> Option<&Formula> {
        match self {
            Self::Number(number) => Some(&number.answer),
            Self::Options { .. } | Self::Text { .. } => None,
        }
    }
}

impl Question {
    /// The options of a single or multiple choice, in the author's order; other kinds have none.
    pub fn options(&self) -> &[Choice] {
        match self {
            Self::Single { options } | Self::Multiple { options } => options,
            Self::TrueFalse { .. }
            | Self::Numeric { .. }
            | Self::Text { .. }
            | Self::Ordering { .. }
            | Self::Matching { .. }
            | Self::Blanks { .. } => &[],
        }
    }

    /// Every formula of its key and of its typical mistakes.
    pub fn formulas(&self) -> Vec<&Formula> {
        match self {
            Self::Numeric { key, mistakes, .. } => {
                std::iter::once(&key.answer).chain(mistakes.iter().map(|mistake| &mistake.answer)).collect()
            }
            Self::Blanks { blanks } => blanks.iter().filter_map(|blank| blank.gap.formula()).collect(),
            Self::Single { .. }
            | Self::Multiple { .. }
            | Self::TrueFalse { .. }
            | Self::Text { .. }
            | Self::Ordering { .. }
            | Self::Matching { .. } => Vec::new(),
        }
    }

    /// Every Markdown text beside the stem, with what it is.
    pub fn texts(&self) -> Vec<(Said, &Bilingual)> {
        match self {
            Self::Single { options } | Self::Multiple { options } => numbered(options, |option, name| {
                vec![
                    (said!("fault-part-option-text", number = name), &option.text),
                    (said!("fault-part-option-why", number = name), &option.why),
                ]
            }),
            Self::TrueFalse { .. } => Vec::new(),
            Self::Numeric { mistakes, .. } => {
                numbered(mistakes, |mistake, name| vec![(said!("fault-part-mistake-why", number = name), &mistake.why)])
            }
            Self::Text { mistakes, .. } => {
                numbered(mistakes, |mistake, name| vec![(said!("fault-part-mistake-why", number = name), &mistake.why)])
            }
            Self::Ordering { entries } => {
                numbered(entries, |entry, name| vec![(said!("fault-part-entry", number = name), entry)])
            }
            Self::Matching { pairs, extra } => {
                let mut texts = numbered(pairs, |pair, name| {
                    vec![
                        (said!("fault-part-pair-left", number = name), &pair.left),
                        (said!("fault-part-pair-right", number = name), &pair.right),
                    ]
                });
                texts.extend(numbered(extra, |right, name| vec![(said!("fault-part-extra", number = name), right)]));
                texts
            }
            Self::Blanks { blanks } => numbered(blanks, Blank::texts),
        }
    }
}

impl Blank {
    fn texts(&self, name: usize) -> Vec<(Said, &Bilingual)> {
        let mut texts = match &self.gap {
            Gap::Options { options, .. } => numbered(options, |option, place| {
                vec![(said!("fault-part-blank-option", blank = name, number = place), option)]
            }),
            Gap::Text { .. } | Gap::Number(_) => Vec::new(),
        };
        texts.extend(self.why.as_ref().map(|why| (said!("fault-part-blank-why", number = name), why)));
        texts
    }
}

/// The texts of each of `all`, which are numbered from 1 for their author.
fn numbered<'a, T>(
    all: &'a [T],
    texts: impl Fn(&'a T, usize) -> Vec<(Said, &'a Bilingual)>,
) -> Vec<(Said, &'a Bilingual)> {
    all.iter().enumerate().flat_map(|(place, one)| texts(one, place + 1)).collect()
}
