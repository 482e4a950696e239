//! Papers of several sections: so many questions from these banks, at least so many of a skill or a difficulty.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::paper::DrawError;
use super::{Difficulty, ItemVersion};
use crate::ids::Slug;
use crate::messages::{Said, said};

mod search;

pub use search::draw;

/// Papers begun before the sections are said to be unsatisfiable together.
const TRIES: usize = 400;

/// Questions by the name of their bank.
pub type Banks = BTreeMap<String, Vec<ItemVersion>>;

/// How a section is drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its name, which papers and results keep.
    pub name: Slug,
    /// Names of the banks that it is drawn from.
    pub banks: Vec<String>,
    /// Only questions with one of these tags are drawn; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// How many questions it has.
    pub draw: usize,
    /// At least so many with a tag.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, usize>,
    /// At least so many of a difficulty.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub difficulties: BTreeMap<Difficulty, usize>,
    /// Points for each question.
    #[serde(default = "one_point")]
    pub points: f64,
    /// Points for single questions, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub item_points: BTreeMap<Slug, f64>,
}

fn one_point() -> f64 {
    1.0
}

/// Something of which a section needs so many.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Questions, none of which is of another's family.
    Questions,
    /// Questions with this tag.
    Tag(String),
    /// Questions of this difficulty.
    Difficulty(Difficulty),
}

/// A paper that cannot be drawn, and the section that is at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said())]
pub enum SectionError {
    /// It names a bank that does not exist.
    NoBank {
        /// The section.
        section: Slug,
        /// The bank.
        bank: String,
    },
    /// Its banks hold too little by themselves.
    TooFew {
        /// The section.
        section: Slug,
        /// What it needs.
        rule: Rule,
        /// How many it needs.
        wanted: usize,
        /// How many there are.
        has: usize,
    },
    /// Each rule could be kept by itself, but all together cannot.
    Together {
        /// The section that failed most often.
        section: Slug,
        /// What it most often lacked.
        rule: Rule,
    },
    /// A question's numbers cannot be drawn.
    Item(DrawError),
}

impl SectionError {
    /// What is wrong, in words for an author.
    pub fn said(&self) -> Said {
        match self {
            Self::NoBank { section, bank } => said!("fault-section-bank", section = section, bank = bank),
            Self::TooFew { section, rule, wanted, has } => {
                let rule = rule.said();
                said!("fault-section-few", section = section, wanted = *wanted, rule = rule, has = *has)
            }
            Self::Together { section, rule } => {
                said!("fault-section-together", section = section, tries = TRIES, rule = rule.said())
            }
            Self::Item(error) => error.said(),
        }
    }
}

impl Rule {
    fn said(&self) -> Said {
        match self {
            Self::Questions => said!("fault-rule-questions"),
            Self::Tag(tag) => said!("fault-rule-tag", tag = tag),
            Self::Difficulty(Difficulty::Easy) => said!("fault-rule-easy"),
            Self::Difficulty(Difficulty::Medium) => said!("fault-rule-medium"),
            Self::Difficulty(Difficulty::Hard) => said!("fault-rule-hard"),
        }
    }

    fn is_kept_by(&self, found: &ItemVersion) -> bool {
        match self {
            Self::Questions => true,
            Self::Tag(tag) => found.item.tags.contains(tag),
            Self::Difficulty(difficulty) => found.item.difficulty == *difficulty,
        }
    }
}

impl Section {
    /// Everything that it needs, and of each how many.
    fn rules(&self) -> Vec<(Rule, usize)> {
        let tags = self.tags.iter().map(|(tag, least)| (Rule::Tag(tag.clone()), *least));
        let difficulties = self.difficulties.iter().map(|(of, least)| (Rule::Difficulty(*of), *least));
        tags.chain(difficulties).chain([(Rule::Questions, self.draw)]).collect()
    }

    fn points_of(&self, found: &ItemVersion) -> f64 {
        self.item_points.get(&found.item.name).copied().unwrap_or(self.points)
    }

    fn candidates<'a>(&self, banks: &'a Banks) -> Result<Vec<&'a ItemVersion>, SectionError> {
        let mut found = Vec::new();
        for name in &self.banks {
            let no_bank = || SectionError::NoBank { section: self.name.clone(), bank: name.clone() };
            found.extend(banks.get(name).ok_or_else(no_bank)?);
        }
        let is_wanted =
            |found: &&ItemVersion| self.only.is_empty() || self.only.iter().any(|tag| found.item.tags.contains(tag));
        Ok(found.into_iter().filter(is_wanted).collect())
    }
}

#[cfg(test)]
mod tests;
