//! Questions of every kind: their types, versions and banks, the drawing of papers, marking, and what answers say of
//! the questions.
//!
//! A question lives in a bank file and is versioned by the hash of its content. A paper freezes which versions were
//! drawn, in which order their parts stand and which numbers they show; answers are kept against that paper, so that a
//! later edit of the bank changes nothing that somebody has already answered.

use serde::{Deserialize, Serialize};

use crate::blobs::Sha256;
use crate::ids::Slug;
use crate::messages::{Bilingual, Said, said};

pub mod analysis;
pub mod answer;
pub mod bank;
pub mod chance;
pub mod filling;
pub mod formula;
mod key;
pub mod marking;
pub mod numbers;
pub mod paper;
pub mod question;
pub mod sections;
mod store;
mod typed;

pub use answer::{Answer, Answers};
pub use key::key;
pub use paper::{Drawn, Paper};
pub use question::{Choice, Question};
pub use store::{bank_items, by_version, replace_bank};

/// One question, as its author wrote it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its name in its bank.
    pub name: Slug,
    /// How hard its author thinks it is.
    pub difficulty: Difficulty,
    /// What answering it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<Needs>,
    /// Questions of one family never meet on one paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<Slug>,
    /// Skills it asks for; exams draw and report by them.
    pub tags: Vec<String>,
    /// Where its facts come from.
    pub source: String,
    /// The question itself, Markdown.
    pub stem: Bilingual,
    /// Why the right answer is right, Markdown; shown with the result only. Options have reasons of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Bilingual>,
    /// Its numbers, where each paper has its own.
    #[serde(default, skip_serializing_if = "numbers::Numbers::is_none")]
    pub numbers: numbers::Numbers,
    /// What kind of answer it takes, with the key.
    pub question: Question,
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

/// What answering a question takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Needs {
    /// To remember.
    Recall,
    /// To see why.
    Understanding,
    /// To work a number out.
    Calculation,
    /// To read a real output: a table, a log, a confusion matrix.
    Output,
}

impl Item {
    /// Digest of the whole question in canonical form (RFC 8785): any edit makes a new version.
    pub fn version(&self) -> Sha256 {
        // A question is plain data with text keys, which has a canonical form; should that fail, the digest of
        // nothing would be refused by the bank's primary key as soon as two questions met.
        Sha256::of(&serde_json_canonicalizer::to_vec(self).unwrap_or_default())
    }

    /// Every Markdown text of the question with what it is, as written: its numbers are not filled in.
    pub fn texts(&self) -> Vec<(Said, &Bilingual)> {
        let mut texts = vec![(said!("fault-part-stem"), &self.stem)];
        texts.extend(self.why.as_ref().map(|why| (said!("fault-part-why"), why)));
        texts.extend(self.question.texts());
        texts
    }
}

/// A question at one version.
#[derive(Debug, Clone, PartialEq)]
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

#[cfg(test)]
mod tests;
