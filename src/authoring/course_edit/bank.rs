//! A bank of questions as its table shows it, and changes to single questions of it.

use std::path::Path;

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, TableLike};

use super::{Broken, Way, doc, free_name, parse, skeleton};
use crate::courses;
use crate::items::{ItemVersion, bank};
use crate::messages::{Bilingual, Fault, Said};

/// A question of a draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its name in the bank, as written.
    pub id: String,
    /// Its kind, as written.
    pub kind: String,
    /// How hard it is meant to be, as written.
    pub difficulty: String,
    /// Skills it asks for.
    pub tags: Vec<String>,
    /// The question.
    pub stem: Bilingual,
    /// Whether it has every text in English.
    pub has_en: bool,
    /// Whether it has every text in Chinese.
    pub has_zh: bool,
    /// The question alone, as TOML.
    pub text: String,
    /// The question if it keeps every rule, else what is wrong with it; lines are those of `text`.
    pub checked: Result<ItemVersion, Vec<Said>>,
}

/// Reads a bank, whatever its questions lack; of more than [`bank::MOST`], the last one says so and stands for all others.
pub fn read(text: &str) -> Result<Vec<Entry>, Broken> {
    let mut doc = parse(text)?;
    let tables = doc::tables_mut(doc.as_table_mut(), "items");
    Ok(tables.into_iter().flat_map(|tables| tables.iter()).take(bank::MOST + 1).enumerate().map(entry).collect())
}

fn entry((place, table): (usize, &Table)) -> Entry {
    let text = alone(table);
    Entry {
        id: doc::text(table, &["id"]),
        kind: doc::text(table, &["kind"]),
        difficulty: doc::text(table, &["difficulty"]),
        tags: doc::texts(table, &["tags"]),
        stem: doc::bilingual(table, "stem"),
        has_en: has_all(table, "en"),
        has_zh: has_all(table, "zh"),
        checked: if place < bank::MOST { check(&text) } else { Err(vec![bank::too_many()]) },
        text,
    }
}

/// A question alone in a bank.
fn alone(table: &Table) -> String {
    let mut tables = ArrayOfTables::new();
    let mut table = table.clone();
    // Empty lines before it belong to the bank; comments are its own.
    let prefix = table.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().trim_start().to_owned();
    table.decor_mut().set_prefix(prefix);
    tables.push(table);
    let mut doc = DocumentMut::new();
    doc.insert("items", Item::ArrayOfTables(tables));
    doc::written(doc)
}

/// Whether every text below has this language.
fn has_all(table: &dyn TableLike, lang: &str) -> bool {
    let is_text = table.contains_key("en") || table.contains_key("zh");
    if is_text {
        return table.get(lang).and_then(Item::as_str).is_some_and(|text| !text.trim().is_empty());
    }
    table.iter().all(|(_, item)| match item {
        Item::ArrayOfTables(tables) => tables.iter().all(|below| has_all(below, lang)),
        Item::Value(value) if value.is_array() => {
            value.as_array().into_iter().flatten().filter_map(|one| one.as_inline_table()).all(|one| has_all(one, lang))
        }
        Item::Table(_) | Item::Value(_) => item.as_table_like().is_none_or(|below| has_all(below, lang)),
        Item::None => true,
    })
}

/// The one question of a text, if it keeps every rule and shows as meant.
pub fn check(text: &str) -> Result<ItemVersion, Vec<Said>> {
    let told = |faults: Vec<Fault>| faults.iter().map(Fault::here).collect::<Vec<_>>();
    let found = bank::parse(Path::new(""), text).map_err(told)?;
    let item = found.into_iter().next().ok_or_else(Vec::new)?;
    let faults = courses::check_item(Path::new(""), &item);
    if faults.is_empty() { Ok(item) } else { Err(told(faults)) }
}

/// The one question of a text as a table of a bank; `None` where there is none or more than one.
fn only(text: &str) -> Result<Option<Table>, Broken> {
    let mut doc = parse(text)?;
    let Some(tables) = doc::tables_mut(doc.as_table_mut(), "items").filter(|tables| tables.len() == 1) else {
        return Ok(None);
    };
    let mut table = tables.get(0).cloned();
    if let Some(table) = &mut table {
        let prefix = table.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().trim().to_owned();
        let comment = if prefix.is_empty() { String::new() } else { format!("{prefix}\n") };
        table.decor_mut().set_prefix(format!("\n{comment}"));
    }
    Ok(table)
}

/// A bank in which the question called `id` is the one of `new`; `None` where `new` is not one question.
pub fn with_item(text: &str, id: &str, new: &str) -> Result<Option<String>, Broken> {
    let Some(table) = only(new)? else { return Ok(None) };
    changed(text, id, |tables, place| {
        if let Some(old) = tables.get_mut(place) {
            *old = table;
        }
    })
    .map(Some)
}

/// A bank with one more question of a kind, made of its skeleton; also the name that it got.
pub fn with_new_item(text: &str, kind: skeleton::Kind) -> Result<(String, String), Broken> {
    let taken = ids(text)?;
    let id = free_name(&format!("question-{}", taken.len() + 1), "question", &taken);
    let mut doc = parse(text)?;
    if let Some(table) = only(&skeleton::item(kind, &id))?
        && let Some(tables) = doc::tables_mut(doc.as_table_mut(), "items")
    {
        tables.push(table);
    }
    Ok((doc::written(doc), id))
}

/// A bank with a copy of a question after it; also the name that the copy got.
pub fn with_copy(text: &str, id: &str) -> Result<(String, String), Broken> {
    let new = free_name(&format!("{id}-copy"), "question", &ids(text)?);
    let text = changed(text, id, |tables, place| {
        if let Some(mut table) = tables.get(place).cloned() {
            doc::put(&mut table, &["id"], new.as_str());
            doc::insert(tables, place + 1, table);
        }
    })?;
    Ok((text, new))
}

/// A bank without a question.
pub fn without_item(text: &str, id: &str) -> Result<String, Broken> {
    changed(text, id, |tables, place| {
        tables.remove(place);
    })
}

/// A bank in which a question moved by one place.
pub fn with_moved_item(text: &str, id: &str, way: Way) -> Result<String, Broken> {
    changed(text, id, |tables, place| {
        if let Some(other) = way.from(place, tables.len()) {
            doc::swap(tables, place, other);
        }
    })
}

/// The names of a bank's questions, as written.
pub fn ids(text: &str) -> Result<Vec<String>, Broken> {
    let mut doc = parse(text)?;
    let tables = doc::tables_mut(doc.as_table_mut(), "items");
    Ok(tables.into_iter().flat_map(|tables| tables.iter()).map(|table| doc::text(table, &["id"])).collect())
}

/// A bank after something was done with the first question called `id`.
fn changed(text: &str, id: &str, change: impl FnOnce(&mut ArrayOfTables, usize)) -> Result<String, Broken> {
    let mut doc = parse(text)?;
    if let Some(tables) = doc::tables_mut(doc.as_table_mut(), "items")
        && let Some(place) = doc::place(tables, "id", id)
    {
        change(tables, place);
    }
    Ok(doc::written(doc))
}
