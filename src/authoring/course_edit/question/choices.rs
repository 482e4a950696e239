//! Single and multiple choice, and statements that are true or false: each can become the other.

use toml_edit::{Item, TableLike};

use super::rows::{self, Row};
use crate::authoring::course_edit::doc;
use crate::messages::Bilingual;

/// Most options that a question, or a gap, may have.
pub const MOST_OPTIONS: usize = 10;

/// Which of the three it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChoiceKind {
    /// One option is right.
    Single,
    /// Several may be right.
    Multiple,
    /// The question is a statement.
    TrueFalse,
}

impl ChoiceKind {
    /// Every kind, in the order of menus.
    pub const ALL: [Self; 3] = [Self::Single, Self::Multiple, Self::TrueFalse];

    /// Its name in files and forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Multiple => "multiple",
            Self::TrueFalse => "true_false",
        }
    }

    /// The kind with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What such a question asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// Which of the three it is.
    pub kind: ChoiceKind,
    /// Whether the statement is true.
    pub is_true: bool,
    /// The options, in the author's order.
    pub options: Vec<Row<OptionFields>>,
}

/// One option of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OptionFields {
    /// What it says.
    pub text: Bilingual,
    /// Whether it is right.
    pub correct: bool,
    /// Why.
    pub why: Bilingual,
}

impl Choices {
    /// The options with free places.
    pub fn shown(&self) -> Vec<Row<OptionFields>> {
        Row::with_free(&self.options, 2, MOST_OPTIONS)
    }

    pub(super) fn read(table: &dyn TableLike, kind: ChoiceKind) -> Self {
        let option = |option: &dyn TableLike| OptionFields {
            text: doc::bilingual(option, "text"),
            correct: doc::at(option, &["correct"]).and_then(Item::as_bool).unwrap_or_default(),
            why: doc::bilingual(option, "why"),
        };
        Self {
            kind,
            is_true: doc::at(table, &["answer"]).and_then(Item::as_bool).unwrap_or_default(),
            options: rows::read(table, "options", option),
        }
    }

    pub(super) fn write(&self, table: &mut dyn TableLike) {
        let is_new = doc::text(table, &["kind"]) != self.kind.name();
        doc::put(table, &["kind"], self.kind.name());
        match self.kind {
            ChoiceKind::TrueFalse => {
                if is_new {
                    table.remove("options");
                }
                doc::put(table, &["answer"], self.is_true);
            }
            ChoiceKind::Single | ChoiceKind::Multiple => {
                if is_new {
                    table.remove("answer");
                }
                rows::write(table, "options", &self.options, |table, option| {
                    doc::put_bilingual(table, "text", &option.text);
                    doc::put(table, &["correct"], option.correct);
                    doc::put_bilingual(table, "why", &option.why);
                });
            }
        }
    }
}
