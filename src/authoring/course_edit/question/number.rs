//! A number that is asked for: its key, its units, and typical wrong results.

use toml_edit::{InlineTable, TableLike, Value, value};

use super::rows::{self, Named, Row};
use crate::authoring::course_edit::doc;
use crate::messages::Bilingual;

/// Most rows of what a rule does not limit.
const MOST_ROWS: usize = 40;

/// The right number, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberKey {
    /// A number or a formula.
    pub answer: String,
    /// Whether the tolerance is a share of the answer.
    pub is_relative: bool,
    /// How far off is still right: in the unit of the answer, or percent of it.
    pub tolerance: String,
}

/// A question for a number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Numeric {
    /// The right one.
    pub key: NumberKey,
    /// Its unit; empty for none.
    pub unit: String,
    /// Other units in which it may be entered.
    pub others: Vec<Row<OtherUnit>>,
    /// Wrong results that are typical.
    pub mistakes: Vec<Row<WrongNumber>>,
}

/// Another unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OtherUnit {
    /// As it is entered.
    pub name: String,
    /// Its size in the unit of the key, as typed.
    pub size: String,
}

/// A wrong result.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrongNumber {
    /// A number or a formula.
    pub answer: String,
    /// The misconception.
    pub why: Bilingual,
}

impl NumberKey {
    pub(super) fn read(table: &dyn TableLike) -> Self {
        let is_relative = doc::at(table, &["tolerance", "relative"]).is_some();
        Self {
            answer: doc::said(table, &["answer"]),
            is_relative,
            tolerance: if is_relative {
                percent(&doc::said(table, &["tolerance", "relative"]))
            } else {
                doc::said(table, &["tolerance", "absolute"])
            },
        }
    }

    pub(super) fn write(&self, table: &mut dyn TableLike) {
        doc::put_said(table, &["answer"], &self.answer);
        if self.tolerance.is_empty() {
            table.remove("tolerance");
            return;
        }
        if doc::at(table, &["tolerance"]).is_none() {
            table.insert("tolerance", value(InlineTable::new()));
        }
        let (own, other) = if self.is_relative { ("relative", "absolute") } else { ("absolute", "relative") };
        if let Some(tolerance) = table.get_mut("tolerance").and_then(|item| item.as_table_like_mut()) {
            tolerance.remove(other);
        }
        if !self.is_relative {
            doc::put_said(table, &["tolerance", own], &self.tolerance);
        } else if percent(&doc::said(table, &["tolerance", own])) != self.tolerance {
            doc::put(table, &["tolerance", own], share(&self.tolerance));
        }
    }
}

/// Whether what somebody typed is a number.
pub fn is_number(text: &str) -> bool {
    doc::number_or_text(text).as_str().is_none()
}

/// A share as percent; what is no number stays.
fn percent(share: &str) -> String {
    match share.parse::<f64>() {
        Ok(number) if number.is_finite() => doc::shortest(rounded(number * 100.0)),
        Ok(_) | Err(_) => share.to_owned(),
    }
}

/// Percent as a share; what is no number stays.
fn share(percent: &str) -> Value {
    match percent.parse::<f64>() {
        Ok(number) if number.is_finite() => rounded(number / 100.0).into(),
        Ok(_) | Err(_) => percent.into(),
    }
}

/// Without the noise of a division: twelve digits.
fn rounded(number: f64) -> f64 {
    format!("{number:.11e}").parse().unwrap_or(number)
}

impl Named for OtherUnit {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Numeric {
    /// The other units with free places.
    pub fn others_shown(&self) -> Vec<Row<OtherUnit>> {
        Row::with_free(&self.others, 2, MOST_ROWS)
    }

    /// The mistakes with a free place.
    pub fn mistakes_shown(&self) -> Vec<Row<WrongNumber>> {
        Row::with_free(&self.mistakes, 1, MOST_ROWS)
    }

    pub(super) fn read(table: &dyn TableLike) -> Self {
        Self {
            key: NumberKey::read(table),
            unit: doc::text(table, &["unit"]),
            others: rows::read_named(table, "other_units", |units, name| OtherUnit {
                name: name.to_owned(),
                size: doc::said(units, &[name]),
            }),
            mistakes: rows::read(table, "mistakes", |mistake| WrongNumber {
                answer: doc::said(mistake, &["answer"]),
                why: doc::bilingual(mistake, "why"),
            }),
        }
    }

    pub(super) fn write(&self, table: &mut dyn TableLike) {
        self.key.write(table);
        doc::put_or_remove(table, "unit", doc::unless_empty(&self.unit));
        rows::write_named(table, "other_units", &self.others, |units, unit| {
            doc::put_said(units, &[&unit.name], &unit.size);
        });
        rows::write(table, "mistakes", &self.mistakes, |table, mistake| {
            doc::put_said(table, &["answer"], &mistake.answer);
            doc::put_bilingual(table, "why", &mistake.why);
        });
    }
}
