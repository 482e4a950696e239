//! Questions of every kind: their types, versions and banks, the drawing of papers, and marking.
//!
//! A question lives in a bank file and is versioned by the hash of its content. A paper freezes which versions were
//! drawn and in which order their options stand; answers are kept against that paper, so that a later edit of the bank
//! changes nothing that somebody has already answered.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::blobs::Sha256;
use crate::ids::Slug;
use crate::messages::Bilingual;

pub mod bank;
pub mod formula;
pub mod marking;
pub mod numbers;
pub mod paper;
mod store;

pub use marking::{Answer, Answers};
pub use paper::{Drawn, Paper};
pub use store::{bank_items, by_version, replace_bank};

/// One question, as its author wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its name in its bank.
    pub name: Slug,
    /// How hard its author thinks it is.
    pub difficulty: Difficulty,
    /// Skills it asks for.
    pub tags: Vec<String>,
    /// Where its facts come from.
    pub source: String,
    /// The question itself, Markdown.
    pub stem: Bilingual,
    /// What kind of answer it takes, with the key.
    pub question: Question,
}

/// What kind of answer a question takes, with its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
}

/// One option of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What it says, Markdown.
    pub text: Bilingual,
    /// Whether it is right.
    pub correct: bool,
    /// Why it is right or wrong, Markdown; shown with the result only.
    pub why: Bilingual,
}

/// How hard a question is meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Difficulty {
    /// Most learners who read the lesson get it right.
    Easy,
    /// In between.
    Medium,
    /// Tells strong learners from others.
    Hard,
}

impl Question {
    /// The options, in the author's order.
    pub fn options(&self) -> &[Choice] {
        match self {
            Self::Single { options } | Self::Multiple { options } => options,
        }
    }

    /// Whether only one option can be chosen.
    pub fn is_single(&self) -> bool {
        match self {
            Self::Single { .. } => true,
            Self::Multiple { .. } => false,
        }
    }
}

impl Item {
    /// Digest of the whole question in canonical form (RFC 8785): any edit makes a new version.
    pub fn version(&self) -> Sha256 {
        // A question is plain data with text keys, which has a canonical form; should that fail, the digest of
        // nothing would be refused by the bank's primary key as soon as two questions met.
        Sha256::of(&serde_json_canonicalizer::to_vec(self).unwrap_or_default())
    }

    /// Every Markdown text of the question, to be checked when it is loaded.
    pub fn texts(&self) -> impl Iterator<Item = &Bilingual> {
        let options = self.question.options().iter().flat_map(|option| [&option.text, &option.why]);
        std::iter::once(&self.stem).chain(options)
    }
}

/// A question at one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemVersion {
    /// Digest of the question.
    pub version: Sha256,
    /// The question.
    pub item: Item,
}

impl From<Item> for ItemVersion {
    fn from(item: Item) -> Self {
        Self { version: item.version(), item }
    }
}

/// Something wrong in an authored file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file.
    pub file: PathBuf,
    /// Where in the file, such as ``item `hopfield-update` `` or `line 12`; empty for the whole file.
    pub place: String,
    /// What is wrong and what it should be.
    pub message: String,
}

impl Fault {
    /// A fault at `place` in `file`.
    pub fn new(file: &Path, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), place: place.into(), message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if !self.place.is_empty() {
            write!(f, ", {}", self.place)?;
        }
        write!(f, ": {}", self.message)
    }
}

#[cfg(test)]
mod tests;
