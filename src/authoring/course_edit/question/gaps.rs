//! Gaps to be filled: each takes an option, a text or a number.

use toml_edit::{Item, TableLike};

use super::choices::MOST_OPTIONS;
use super::number::NumberKey;
use super::rows::{self, Row};
use crate::authoring::course_edit::doc;
use crate::messages::Bilingual;

/// What a gap takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GapKind {
    /// One of some options.
    #[default]
    Options,
    /// A word or a few.
    Text,
    /// A number.
    Number,
}

impl GapKind {
    /// Every kind, in the order of menus.
    pub const ALL: [Self; 3] = [Self::Options, Self::Text, Self::Number];

    /// Its name in forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Options => "options",
            Self::Text => "text",
            Self::Number => "number",
        }
    }

    /// The kind with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What only gaps of this kind have in files.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Options => &["options", "answer"],
            Self::Text => &["accepted"],
            Self::Number => &["answer", "tolerance"],
        }
    }

    fn of(gap: &dyn TableLike) -> Self {
        if gap.contains_key("options") {
            Self::Options
        } else if gap.contains_key("accepted") {
            Self::Text
        } else if gap.contains_key("answer") || gap.contains_key("tolerance") {
            Self::Number
        } else {
            Self::Options
        }
    }
}

/// Gaps of a question, in the order of their numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gaps {
    /// The gaps.
    pub gaps: Vec<Row<Gap>>,
}

/// One gap; what its kind does not need may be filled in as well, and is not written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gap {
    /// What it takes.
    pub kind: GapKind,
    /// The options.
    pub options: Vec<Row<Bilingual>>,
    /// Which row of the options is right.
    pub right: Option<usize>,
    /// The texts that are right.
    pub accepted: Vec<String>,
    /// The number that is right.
    pub number: NumberKey,
    /// Why; empty where that is not said.
    pub why: Bilingual,
}

impl Gaps {
    /// The gaps with a free place.
    pub fn shown(&self) -> Vec<Row<Gap>> {
        Row::with_free(&self.gaps, 1, MOST_OPTIONS)
    }

    pub(super) fn read(table: &dyn TableLike) -> Self {
        Self { gaps: rows::read(table, "blanks", Gap::read) }
    }

    pub(super) fn write(&self, table: &mut dyn TableLike) {
        rows::write(table, "blanks", &self.gaps, |table, gap| gap.write(table));
    }
}

impl Gap {
    /// Whether nothing is filled in, whatever its kind.
    pub fn is_empty(&self) -> bool {
        let number = NumberKey { is_relative: self.number.is_relative, ..NumberKey::default() };
        *self == Self { kind: self.kind, number, ..Self::default() }
    }

    /// The options with free places.
    pub fn options_shown(&self) -> Vec<Row<Bilingual>> {
        Row::with_free(&self.options, if self.options.is_empty() { 3 } else { 1 }, MOST_OPTIONS)
    }

    fn read(table: &dyn TableLike) -> Self {
        let mut gap = Self { kind: GapKind::of(table), why: doc::bilingual(table, "why"), ..Self::default() };
        match gap.kind {
            GapKind::Options => {
                gap.options = rows::read(table, "options", doc::languages);
                let answer = doc::at(table, &["answer"]).and_then(Item::as_integer);
                gap.right = answer.and_then(|place| place.try_into().ok());
            }
            GapKind::Text => gap.accepted = doc::texts(table, &["accepted"]),
            GapKind::Number => gap.number = NumberKey::read(table),
        }
        gap
    }

    fn write(&self, table: &mut dyn TableLike) {
        let before = GapKind::of(table);
        for foreign in before.fields().iter().filter(|_| before != self.kind) {
            table.remove(foreign);
        }
        match self.kind {
            GapKind::Options => {
                rows::write_short(table, "options", &self.options, doc::put_languages);
                let place = self.options.iter().position(|row| Some(row.at) == self.right);
                doc::put_or_remove(table, "answer", place.and_then(|place| i64::try_from(place).ok()));
            }
            GapKind::Text => doc::put_texts(table, "accepted", &self.accepted),
            GapKind::Number => self.number.write(table),
        }
        doc::put_bilingual_or_remove(table, "why", &self.why);
    }
}
