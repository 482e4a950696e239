//! Papers: which questions were drawn, frozen with the order of their parts and with their numbers.

use std::collections::BTreeSet;

use rand::Rng;
use rand::seq::SliceRandom as _;
use serde::{Deserialize, Serialize};

use super::filling::fill;
use super::formula::Values;
use super::numbers::NumbersError;
use super::question::Gap;
use super::{Item, ItemVersion, Question};
use crate::blobs::Sha256;
use crate::ids::Slug;
use crate::messages::{Bilingual, Lang, Said, said};

/// A drawn paper; as JSON it is what an attempt keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Paper {
    /// Its questions, in the order shown.
    pub questions: Vec<Drawn>,
    /// Its sections, in the order shown; a paper of one piece has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<Part>,
}

/// A section of a paper: so many of its questions, after those of the sections before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Name of the section.
    pub name: Slug,
    /// How many questions it has.
    pub questions: usize,
}

/// One question of a paper. With the question at this version, it gives all that is shown, and the key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    /// The version of the question.
    pub item: Sha256,
    /// The order of its parts.
    pub form: Form,
    /// Its parameters and values.
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub numbers: Values,
    /// Points for a right answer.
    #[serde(default = "one_point", skip_serializing_if = "is_one_point")]
    pub points: f64,
}

/// The order in which the parts of a question stand: place in the author's list, by place on the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Form {
    /// Single and multiple choice.
    Options {
        /// A permutation of the options.
        order: Vec<usize>,
    },
    /// True or false.
    Truth,
    /// A number or a text.
    Typed,
    /// Entries to be put in order.
    Entries {
        /// A permutation of the entries.
        order: Vec<usize>,
    },
    /// Left sides, as their author ordered them, and right sides.
    Pairs {
        /// How many left sides there are.
        lefts: usize,
        /// A permutation of the right sides: those of the pairs, then those that fit nothing.
        rights: Vec<usize>,
    },
    /// Gaps in a stem.
    Blanks {
        /// For each gap a permutation of its options; empty where one types.
        orders: Vec<Vec<usize>>,
    },
}

/// A paper that cannot be drawn.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("{}", self.said())]
pub enum DrawError {
    /// There are too few questions.
    TooFewItems {
        /// Questions in the bank that may meet on one paper.
        has: usize,
        /// Questions to be drawn.
        wanted: usize,
    },
    /// No numbers were found for a question.
    Numbers {
        /// The question.
        item: Slug,
        /// Why.
        error: NumbersError,
    },
}

impl DrawError {
    /// What is wrong, in words for an author.
    pub fn said(&self) -> Said {
        match self {
            Self::TooFewItems { has, wanted } => said!("fault-draw-few", has = *has, wanted = *wanted),
            Self::Numbers { item, error } => said!("fault-draw-item", item = item, fault = error.said()),
        }
    }
}

fn one_point() -> f64 {
    1.0
}

#[expect(clippy::float_cmp, clippy::trivially_copy_pass_by_ref, reason = "serde's form; exactly one is left out")]
fn is_one_point(points: &f64) -> bool {
    *points == 1.0
}

/// What two questions of one paper never share: their family, or themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kin<'a> {
    Family(&'a Slug),
    Item(Sha256),
}

impl<'a> Kin<'a> {
    pub(super) fn of(found: &'a ItemVersion) -> Self {
        found.item.family.as_ref().map_or(Self::Item(found.version), Self::Family)
    }
}

/// How many questions of `bank` may meet on one paper: of each family only one.
pub fn available(bank: &[ItemVersion]) -> usize {
    bank.iter().map(Kin::of).collect::<BTreeSet<_>>().len()
}

/// Draws `count` different questions of `bank`, no two of one family, questions and their parts in random order.
///
/// The same bank and the same state of `rng` give the same paper.
pub fn draw(bank: &[ItemVersion], count: usize, rng: &mut impl Rng) -> Result<Paper, DrawError> {
    let has = available(bank);
    if has < count {
        return Err(DrawError::TooFewItems { has, wanted: count });
    }
    let mut drawn: Vec<&ItemVersion> = bank.iter().collect();
    drawn.shuffle(rng);
    let mut used = BTreeSet::new();
    drawn.retain(|found| used.insert(Kin::of(found)));
    drawn.truncate(count);
    let questions: Result<Vec<Drawn>, DrawError> = drawn.into_iter().map(|found| freeze(found, rng)).collect();
    Ok(Paper { questions: questions?, sections: Vec::new() })
}

/// Draws the order of the parts and the numbers of one question, for one point.
pub fn freeze(found: &ItemVersion, rng: &mut impl Rng) -> Result<Drawn, DrawError> {
    let item = &found.item;
    let form = Form::draw(&item.question, rng);
    let numbers = item
        .numbers
        .draw(&item.question.formulas(), rng)
        .map_err(|error| DrawError::Numbers { item: item.name.clone(), error })?;
    Ok(Drawn { item: found.version, form, numbers, points: 1.0 })
}

impl Form {
    fn draw(question: &Question, rng: &mut impl Rng) -> Self {
        let mut shuffled = |count: usize| {
            let mut order: Vec<usize> = (0..count).collect();
            order.shuffle(rng);
            order
        };
        match question {
            Question::Single { options } | Question::Multiple { options } => {
                Self::Options { order: shuffled(options.len()) }
            }
            Question::TrueFalse { .. } => Self::Truth,
            Question::Numeric { .. } | Question::Text { .. } => Self::Typed,
            Question::Ordering { entries } => Self::Entries { order: shuffled(entries.len()) },
            Question::Matching { pairs, extra } => {
                Self::Pairs { lefts: pairs.len(), rights: shuffled(pairs.len() + extra.len()) }
            }
            Question::Blanks { blanks } => {
                let orders = blanks.iter().map(|blank| match &blank.gap {
                    Gap::Options { options, .. } => shuffled(options.len()),
                    Gap::Text { .. } | Gap::Number(_) => Vec::new(),
                });
                Self::Blanks { orders: orders.collect() }
            }
        }
    }
}

impl Drawn {
    /// The order of its options: places in the author's list, in the order shown. Other kinds have none.
    pub fn order(&self) -> &[usize] {
        match &self.form {
            Form::Options { order } => order,
            Form::Truth | Form::Typed | Form::Entries { .. } | Form::Pairs { .. } | Form::Blanks { .. } => &[],
        }
    }

    /// A text of the question in one language, with the numbers of this paper; Markdown.
    pub fn text(&self, text: &Bilingual, lang: Lang) -> String {
        fill(text.get(lang), &self.numbers)
    }
}

impl Paper {
    /// The points of all its questions together.
    pub fn max_points(&self) -> f64 {
        self.questions.iter().map(|drawn| drawn.points).sum()
    }

    /// The sections with the places of their questions.
    pub fn parts(&self) -> impl Iterator<Item = (&Slug, std::ops::Range<usize>)> {
        self.sections.iter().scan(0, |next, part| {
            let first = *next;
            *next += part.questions;
            Some((&part.name, first..*next))
        })
    }

    /// The question at each place with its definition, as far as `items` holds it.
    pub fn with_items<'a>(
        &'a self,
        items: &'a std::collections::HashMap<Sha256, Item>,
    ) -> impl Iterator<Item = (usize, &'a Drawn, &'a Item)> {
        let questions = self.questions.iter().enumerate();
        questions.filter_map(|(place, drawn)| items.get(&drawn.item).map(|item| (place, drawn, item)))
    }
}
