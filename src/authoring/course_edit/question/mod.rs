//! A question as its form shows it: read from its text, and written back so that all else stays as it is written.

use toml_edit::{Table, TableLike};

use super::{Broken, doc, parse};
use crate::messages::Bilingual;

pub mod choices;
pub mod drawn;
pub mod gaps;
pub mod number;
mod rows;
pub mod sides;
pub mod texts;

use choices::{ChoiceKind, Choices};
use drawn::Drawn;
use gaps::Gaps;
use number::Numeric;
pub use rows::Row;
use sides::{Matching, Ordering};
use texts::Texts;

/// A question. Numbers and formulas stand as they were typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its name in its bank.
    pub id: String,
    /// `easy`, `medium` or `hard`.
    pub difficulty: String,
    /// What answering it takes; empty if that is not said.
    pub needs: String,
    /// Questions of one family never meet; empty for none.
    pub family: String,
    /// Skills it asks for.
    pub tags: Vec<String>,
    /// Where its facts come from.
    pub source: String,
    /// The question.
    pub stem: Bilingual,
    /// The reason of the right answer; empty where that is not said.
    pub why: Bilingual,
    /// Its numbers, where each paper has its own.
    pub drawn: Drawn,
    /// What its kind has.
    pub body: Body,
}

/// What each kind of question has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Options to choose from, or a statement.
    Choices(Choices),
    /// A number.
    Numeric(Numeric),
    /// A word or a few.
    Texts(Texts),
    /// Entries to be put in order.
    Ordering(Ordering),
    /// Sides to be matched.
    Matching(Matching),
    /// Gaps to be filled.
    Gaps(Gaps),
}

impl Body {
    /// The name of its kind in files.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Choices(choices) => choices.kind.name(),
            Self::Numeric(_) => "numeric",
            Self::Texts(_) => "text",
            Self::Ordering(_) => "ordering",
            Self::Matching(_) => "matching",
            Self::Gaps(_) => "blanks",
        }
    }

    fn read(table: &dyn TableLike) -> Option<Self> {
        let kind = doc::text(table, &["kind"]);
        if let Some(kind) = ChoiceKind::parse(&kind) {
            return Some(Self::Choices(Choices::read(table, kind)));
        }
        Some(match kind.as_str() {
            "numeric" => Self::Numeric(Numeric::read(table)),
            "text" => Self::Texts(Texts::read(table)),
            "ordering" => Self::Ordering(Ordering::read(table)),
            "matching" => Self::Matching(Matching::read(table)),
            "blanks" => Self::Gaps(Gaps::read(table)),
            _ => return None,
        })
    }

    fn write(&self, table: &mut dyn TableLike) {
        match self {
            Self::Choices(choices) => choices.write(table),
            Self::Numeric(numeric) => numeric.write(table),
            Self::Texts(texts) => texts.write(table),
            Self::Ordering(ordering) => ordering.write(table),
            Self::Matching(matching) => matching.write(table),
            Self::Gaps(gaps) => gaps.write(table),
        }
    }
}

/// The question of a text with one question; `None` where a form could not show all that it says.
pub fn read(text: &str) -> Result<Option<Question>, Broken> {
    let mut doc = parse(text)?;
    let Some(table) = doc::tables_mut(doc.as_table_mut(), "items").and_then(|tables| tables.get_mut(0)) else {
        return Ok(None);
    };
    let Some(body) = Body::read(table) else { return Ok(None) };
    let question = Question {
        id: doc::text(table, &["id"]),
        difficulty: doc::text(table, &["difficulty"]),
        needs: doc::text(table, &["needs"]),
        family: doc::text(table, &["family"]),
        tags: doc::texts(table, &["tags"]),
        source: doc::text(table, &["source"]),
        stem: doc::bilingual(table, "stem"),
        why: doc::bilingual(table, "why"),
        drawn: Drawn::read(table),
        body,
    };
    let mut written = table.clone();
    write_into(&mut written, &question);
    Ok(Some(question).filter(|_| doc::holds(&written, table)))
}

/// A text with one question, in which the form's fields say this.
pub fn write(text: &str, question: &Question) -> Result<String, Broken> {
    let mut doc = parse(text)?;
    if let Some(table) = doc::tables_mut(doc.as_table_mut(), "items").and_then(|tables| tables.get_mut(0)) {
        write_into(table, question);
    }
    Ok(doc::written(doc))
}

fn write_into(table: &mut Table, question: &Question) {
    doc::put(table, &["id"], question.id.as_str());
    doc::put(table, &["difficulty"], question.difficulty.as_str());
    doc::put_or_remove(table, "needs", doc::unless_empty(&question.needs));
    doc::put_or_remove(table, "family", doc::unless_empty(&question.family));
    doc::put(table, &["tags"], doc::list(&question.tags));
    doc::put(table, &["source"], question.source.as_str());
    doc::put_bilingual(table, "stem", &question.stem);
    question.drawn.write(table);
    question.body.write(table);
    doc::put_bilingual_or_remove(table, "why", &question.why);
}

#[cfg(test)]
mod tests;
