//! Numbers that each paper draws anew, what is computed from them, and what they must meet.

use toml_edit::{Array, InlineTable, Item, TableLike, value};

use super::rows::{self, Named, Row};
use crate::authoring::course_edit::doc;

/// Most rows that a form has places for.
const MOST_ROWS: usize = 40;

/// The numbers of a question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawn {
    /// What is drawn.
    pub parameters: Vec<Row<Parameter>>,
    /// What follows from it.
    pub values: Vec<Row<Computed>>,
    /// What each draw must meet.
    pub conditions: Vec<String>,
}

/// A number that is drawn: from a range, or one of a list. All as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameter {
    /// Its name in texts and formulas.
    pub name: String,
    /// The smallest.
    pub from: String,
    /// The largest.
    pub to: String,
    /// The distance between two; empty for 1.
    pub step: String,
    /// The list, between commas.
    pub one_of: String,
}

/// A number that is computed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Computed {
    /// Its name in texts and formulas.
    pub name: String,
    /// How.
    pub formula: String,
}

impl Drawn {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What is drawn, with a free place.
    pub fn parameters_shown(&self) -> Vec<Row<Parameter>> {
        Row::with_free(&self.parameters, 1, MOST_ROWS)
    }

    /// What is computed, with free places.
    pub fn values_shown(&self) -> Vec<Row<Computed>> {
        Row::with_free(&self.values, 2, MOST_ROWS)
    }

    pub(super) fn read(table: &dyn TableLike) -> Self {
        Self {
            parameters: rows::read_named(table, "parameters", |all, name| Parameter {
                name: name.to_owned(),
                from: doc::said(all, &[name, "from"]),
                to: doc::said(all, &[name, "to"]),
                step: doc::said(all, &[name, "step"]),
                one_of: listed(all, &[name, "one_of"]),
            }),
            values: rows::read_named(table, "values", |all, name| Computed {
                name: name.to_owned(),
                formula: doc::text(all, &[name]),
            }),
            conditions: doc::texts(table, &["conditions"]),
        }
    }

    pub(super) fn write(&self, table: &mut dyn TableLike) {
        rows::write_named(table, "parameters", &self.parameters, |all, one| one.write(all));
        rows::write_named(table, "values", &self.values, |all, one| {
            doc::put(all, &[&one.name], one.formula.as_str());
        });
        doc::put_texts(table, "conditions", &self.conditions);
    }
}

impl Named for Parameter {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Computed {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Parameter {
    fn write(&self, all: &mut dyn TableLike) {
        if all.get(&self.name).is_none() {
            all.insert(&self.name, value(InlineTable::new()));
        }
        let Some(own) = all.get_mut(&self.name).and_then(Item::as_table_like_mut) else { return };
        let before = own.len();
        for (key, text) in [("from", &self.from), ("to", &self.to), ("step", &self.step)] {
            doc::put_said(own, &[key], text);
        }
        if self.one_of.is_empty() {
            own.remove("one_of");
        } else if listed(own, &["one_of"]) != self.one_of {
            doc::put(own, &["one_of"], numbers(&self.one_of).map(doc::number_or_text).collect::<Array>());
        }
        let is_shorter = own.len() < before;
        if let Some(line) = all.get_mut(&self.name).and_then(Item::as_inline_table_mut).filter(|_| is_shorter) {
            line.fmt();
        }
    }
}

/// A list of numbers as a field shows it: `50, 100, 200`.
fn listed(table: &dyn TableLike, path: &[&str]) -> String {
    let array = doc::at(table, path).and_then(Item::as_array);
    array.into_iter().flatten().map(doc::value_said).collect::<Vec<_>>().join(", ")
}

/// What stands between the commas or spaces of such a field.
pub fn numbers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| matches!(c, ',' | '，' | '、' | ';' | '；') || c.is_whitespace()).filter(|one| !one.is_empty())
}
