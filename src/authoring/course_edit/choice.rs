//! Questions that a form shows field by field: single and multiple choice, and statements that are true or false.

use toml_edit::{ArrayOfTables, Item, Table};

use super::{Broken, doc, parse};
use crate::messages::Bilingual;

/// Most options that a question may have.
pub const MOST_OPTIONS: usize = 10;

/// Such a question, as its form shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChoiceItem {
    /// Its name in its bank.
    pub id: String,
    /// `single`, `multiple` or `true_false`.
    pub kind: String,
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
    pub stem: Option<Bilingual>,
    /// The reason of the right answer.
    pub why: Option<Bilingual>,
    /// Whether the statement is true.
    pub answer: bool,
    /// The options, in the author's order.
    pub options: Vec<OptionFields>,
}

/// One option of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionFields {
    /// What it says.
    pub text: Bilingual,
    /// Whether it is right.
    pub correct: bool,
    /// Why.
    pub why: Bilingual,
}

/// The question of a text with one question; `None` for kinds that have no form, and where numbers are drawn.
pub fn read(text: &str) -> Result<Option<ChoiceItem>, Broken> {
    let mut doc = parse(text)?;
    let Some(tables) = doc::tables_mut(doc.as_table_mut(), "items") else { return Ok(None) };
    let Some(table) = tables.get(0) else { return Ok(None) };
    let kind = doc::text(table, &["kind"]);
    let is_drawn = ["parameters", "values", "conditions"].iter().any(|key| table.contains_key(key));
    if is_drawn || !["single", "multiple", "true_false"].contains(&kind.as_str()) {
        return Ok(None);
    }
    let options = doc::tables(table, "options").into_iter().map(|option| OptionFields {
        text: doc::bilingual(option, "text"),
        correct: doc::at(option, &["correct"]).and_then(Item::as_bool).unwrap_or_default(),
        why: doc::bilingual(option, "why"),
    });
    Ok(Some(ChoiceItem {
        id: doc::text(table, &["id"]),
        difficulty: doc::text(table, &["difficulty"]),
        needs: doc::text(table, &["needs"]),
        family: doc::text(table, &["family"]),
        tags: doc::texts(table, &["tags"]),
        source: doc::text(table, &["source"]),
        stem: Some(doc::bilingual(table, "stem")),
        why: table.contains_key("why").then(|| doc::bilingual(table, "why")),
        answer: doc::at(table, &["answer"]).and_then(Item::as_bool).unwrap_or_default(),
        options: options.collect(),
        kind,
    }))
}

/// A text with one question, in which the form's fields say this.
pub fn write(text: &str, item: &ChoiceItem) -> Result<String, Broken> {
    let mut doc = parse(text)?;
    let Some(tables) = doc::tables_mut(doc.as_table_mut(), "items") else { return Ok(text.to_owned()) };
    let Some(table) = tables.get_mut(0) else { return Ok(text.to_owned()) };
    doc::put(table, &["id"], item.id.as_str());
    doc::put(table, &["kind"], item.kind.as_str());
    doc::put(table, &["difficulty"], item.difficulty.as_str());
    let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    doc::put_or_remove(table, "needs", said(&item.needs));
    doc::put_or_remove(table, "family", said(&item.family));
    doc::put(table, &["tags"], doc::list(&item.tags));
    doc::put(table, &["source"], item.source.as_str());
    if let Some(stem) = &item.stem {
        doc::put_bilingual(table, "stem", stem);
    }
    match item.why.as_ref().filter(|why| !(why.en.is_empty() && why.zh.is_empty())) {
        Some(why) => doc::put_bilingual(table, "why", why),
        None => {
            table.remove("why");
        }
    }
    if item.kind == "true_false" {
        table.remove("options");
        doc::put(table, &["answer"], item.answer);
    } else {
        table.remove("answer");
        put_options(table, &item.options);
    }
    Ok(doc::written(doc))
}

/// Options that stay where they are keep the way they are written.
fn put_options(table: &mut Table, options: &[OptionFields]) {
    let Some(tables) = doc::tables_mut(table, "options") else { return };
    while tables.len() > options.len() {
        tables.remove(tables.len() - 1);
    }
    while tables.len() < options.len() {
        let mut new = Table::new();
        new.decor_mut().set_prefix("\n");
        tables.push(new);
    }
    write_options(tables, options);
}

fn write_options(tables: &mut ArrayOfTables, options: &[OptionFields]) {
    for (table, option) in tables.iter_mut().zip(options) {
        doc::put_bilingual(table, "text", &option.text);
        doc::put(table, &["correct"], option.correct);
        doc::put_bilingual(table, "why", &option.why);
    }
}
