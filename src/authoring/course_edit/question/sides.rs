//! Entries to be put in order, and sides to be matched.

use toml_edit::TableLike;

use super::rows::{self, Row};
use crate::authoring::course_edit::doc;
use crate::messages::Bilingual;

/// Most entries of an order, and most pairs.
const MOST_ENTRIES: usize = 6;
/// Most right sides that fit nothing.
const MOST_EXTRAS: usize = 3;

/// Entries in the right order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ordering {
    /// The entries.
    pub entries: Vec<Row<Bilingual>>,
}

/// What belongs together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matching {
    /// The pairs.
    pub pairs: Vec<Row<PairFields>>,
    /// Right sides that fit nothing.
    pub extra: Vec<Row<Bilingual>>,
}

/// One pair.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PairFields {
    /// The side that is given.
    pub left: Bilingual,
    /// The side that is to be found.
    pub right: Bilingual,
}

impl Ordering {
    /// The entries with free places.
    pub fn shown(&self) -> Vec<Row<Bilingual>> {
        Row::with_free(&self.entries, 2, MOST_ENTRIES)
    }

    pub(super) fn read(table: &dyn TableLike) -> Self {
        Self { entries: rows::read(table, "entries", |entry| doc::bilingual(entry, "text")) }
    }

    pub(super) fn write(&self, table: &mut dyn TableLike) {
        rows::write(table, "entries", &self.entries, |table, text| doc::put_bilingual(table, "text", text));
    }
}

impl Matching {
    /// The pairs with free places.
    pub fn pairs_shown(&self) -> Vec<Row<PairFields>> {
        Row::with_free(&self.pairs, 2, MOST_ENTRIES)
    }

    /// The right sides that fit nothing, with a free place.
    pub fn extra_shown(&self) -> Vec<Row<Bilingual>> {
        Row::with_free(&self.extra, 1, MOST_EXTRAS)
    }

    pub(super) fn read(table: &dyn TableLike) -> Self {
        let pair = |pair: &dyn TableLike| PairFields {
            left: doc::bilingual(pair, "left"),
            right: doc::bilingual(pair, "right"),
        };
        Self { pairs: rows::read(table, "pairs", pair), extra: rows::read(table, "extra", doc::languages) }
    }

    pub(super) fn write(&self, table: &mut dyn TableLike) {
        rows::write(table, "pairs", &self.pairs, |table, pair| {
            doc::put_bilingual(table, "left", &pair.left);
            doc::put_bilingual(table, "right", &pair.right);
        });
        rows::write_short(table, "extra", &self.extra, doc::put_languages);
    }
}
