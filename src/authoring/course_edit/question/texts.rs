//! A short text that is asked for, and typical wrong ones.

use toml_edit::TableLike;

use super::rows::{self, Row};
use crate::authoring::course_edit::doc;
use crate::messages::Bilingual;

/// Most mistakes that a form has places for.
const MOST_MISTAKES: usize = 40;

/// A question for a word or a few.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    /// What is right.
    pub accepted: Vec<String>,
    /// Wrong answers that are typical.
    pub mistakes: Vec<Row<WrongText>>,
}

/// A wrong answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrongText {
    /// Its forms.
    pub accepted: Vec<String>,
    /// The misconception.
    pub why: Bilingual,
}

impl Texts {
    /// The mistakes with a free place.
    pub fn mistakes_shown(&self) -> Vec<Row<WrongText>> {
        Row::with_free(&self.mistakes, 1, MOST_MISTAKES)
    }

    pub(super) fn read(table: &dyn TableLike) -> Self {
        Self {
            accepted: doc::texts(table, &["accepted"]),
            mistakes: rows::read(table, "mistakes", |mistake| WrongText {
                accepted: doc::texts(mistake, &["accepted"]),
                why: doc::bilingual(mistake, "why"),
            }),
        }
    }

    pub(super) fn write(&self, table: &mut dyn TableLike) {
        doc::put_texts(table, "accepted", &self.accepted);
        rows::write(table, "mistakes", &self.mistakes, |table, mistake| {
            doc::put_texts(table, "accepted", &mistake.accepted);
            doc::put_bilingual(table, "why", &mistake.why);
        });
    }
}
