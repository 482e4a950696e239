//! Papers: which questions were drawn, frozen with the order of their options.

use std::collections::BTreeSet;

use rand::Rng;
use rand::seq::SliceRandom as _;
use serde::{Deserialize, Serialize};

use super::{Answer, ItemVersion, Question};
use crate::blobs::Sha256;

/// A drawn paper; as JSON it is what an attempt keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Its questions, in the order shown.
    pub questions: Vec<Drawn>,
}

/// One question of a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// The version of the question.
    pub item: Sha256,
    /// What was fixed when it was drawn.
    pub form: Form,
}

/// What was fixed when a question was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Form {
    /// The order of its options: place in the author's list, by place on the page.
    Options {
        /// A permutation of the options.
        order: Vec<usize>,
    },
}

/// A paper that cannot be drawn.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the bank has {has} questions, {wanted} are to be drawn")]
pub struct TooFewItems {
    /// Questions in the bank.
    pub has: usize,
    /// Questions to be drawn.
    pub wanted: usize,
}

/// Draws `count` different questions of `bank`, questions and options in random order.
///
/// The same bank and the same state of `rng` give the same paper.
pub fn draw(bank: &[ItemVersion], count: usize, rng: &mut impl Rng) -> Result<Paper, TooFewItems> {
    if bank.len() < count {
        return Err(TooFewItems { has: bank.len(), wanted: count });
    }
    let mut drawn: Vec<&ItemVersion> = bank.iter().collect();
    drawn.shuffle(rng);
    drawn.truncate(count);
    let questions = drawn.into_iter().map(|found| Drawn { item: found.version, form: freeze(found, rng) }).collect();
    Ok(Paper { questions })
}

fn freeze(found: &ItemVersion, rng: &mut impl Rng) -> Form {
    match &found.item.question {
        Question::Single { options } | Question::Multiple { options } => {
            let mut order: Vec<usize> = (0..options.len()).collect();
            order.shuffle(rng);
            Form::Options { order }
        }
    }
}

impl Drawn {
    /// Places in the author's list, in the order shown.
    pub fn order(&self) -> &[usize] {
        match &self.form {
            Form::Options { order } => order,
        }
    }

    /// The answer that chooses the options at `shown` places on the page, counted from 0; places that do not exist are
    /// ignored, and choosing nothing is no answer.
    pub fn choose(&self, shown: impl IntoIterator<Item = usize>) -> Option<Answer> {
        let options: BTreeSet<usize> = shown.into_iter().filter_map(|place| self.order().get(place).copied()).collect();
        (!options.is_empty()).then_some(Answer::Chosen { options })
    }
}
