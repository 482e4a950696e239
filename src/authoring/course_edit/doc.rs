//! Reading and writing single values of a TOML document.

use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, TableLike, Value, value};

use crate::messages::Bilingual;

/// The item at a path below a table.
pub(super) fn at<'a>(table: &'a dyn TableLike, path: &[&str]) -> Option<&'a Item> {
    let (first, rest) = path.split_first()?;
    let mut item = table.get(first)?;
    for key in rest {
        item = item.as_table_like()?.get(key)?;
    }
    Some(item)
}

pub(super) fn text(table: &dyn TableLike, path: &[&str]) -> String {
    at(table, path).and_then(Item::as_str).unwrap_or_default().to_owned()
}

pub(super) fn bilingual(table: &dyn TableLike, key: &str) -> Bilingual {
    Bilingual { en: text(table, &[key, "en"]), zh: text(table, &[key, "zh"]) }
}

/// The two languages of a table that is a text itself.
pub(super) fn languages(table: &dyn TableLike) -> Bilingual {
    Bilingual { en: text(table, &["en"]), zh: text(table, &["zh"]) }
}

pub(super) fn whole(table: &dyn TableLike, path: &[&str]) -> u32 {
    at(table, path).and_then(Item::as_integer).and_then(|number| number.try_into().ok()).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "points and shares are small")]
pub(super) fn number(table: &dyn TableLike, path: &[&str]) -> Option<f64> {
    let item = at(table, path)?;
    item.as_float().or_else(|| item.as_integer().map(|whole| whole as f64))
}

pub(super) fn texts(table: &dyn TableLike, path: &[&str]) -> Vec<String> {
    let array = at(table, path).and_then(Item::as_array);
    array.into_iter().flatten().filter_map(Value::as_str).map(ToOwned::to_owned).collect()
}

/// A number, or a formula in its stead, as somebody would type it.
pub(super) fn said(table: &dyn TableLike, path: &[&str]) -> String {
    at(table, path).and_then(Item::as_value).map(value_said).unwrap_or_default()
}

pub(super) fn value_said(value: &Value) -> String {
    match value {
        Value::String(text) => text.value().clone(),
        Value::Integer(number) => number.value().to_string(),
        Value::Float(number) => shortest(*number.value()),
        Value::Boolean(_) | Value::Datetime(_) | Value::Array(_) | Value::InlineTable(_) => String::new(),
    }
}

/// The shortest text of a number: `8`, `0.5`, `1e30`.
pub(super) fn shortest(number: f64) -> String {
    let text = format!("{number:?}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

/// What somebody typed, as a number where it is one.
pub(super) fn number_or_text(text: &str) -> Value {
    if let Ok(whole) = text.parse::<i64>() {
        return whole.into();
    }
    text.parse().ok().filter(|number: &f64| number.is_finite()).map_or_else(|| text.into(), Value::from)
}

/// The tables of a list, whichever way it is written.
pub(super) fn tables<'a>(table: &'a dyn TableLike, key: &str) -> Vec<&'a dyn TableLike> {
    match table.get(key) {
        Some(Item::ArrayOfTables(tables)) => tables.iter().map(|table| table as &dyn TableLike).collect(),
        Some(Item::Value(Value::Array(array))) => {
            array.iter().filter_map(Value::as_inline_table).map(|table| table as &dyn TableLike).collect()
        }
        _ => Vec::new(),
    }
}

/// Writes a value at a path; one that says the same already stays as it is written.
pub(super) fn put(table: &mut dyn TableLike, path: &[&str], new: impl Into<Value>) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        return put_here(table, first, new.into());
    }
    if table.get(first).is_none_or(|item| item.as_table_like().is_none()) {
        let mut folder = Table::new();
        folder.set_dotted(true);
        table.insert(first, Item::Table(folder));
    }
    if let Some(below) = table.get_mut(first).and_then(Item::as_table_like_mut) {
        put(below, rest, new);
    }
}

fn put_here(table: &mut dyn TableLike, key: &str, mut new: Value) {
    match table.get_mut(key) {
        Some(Item::Value(old)) => {
            if !says_the_same(old, &new) {
                *new.decor_mut() = old.decor().clone();
                *old = new;
            }
        }
        _ => {
            table.insert(key, value(new));
        }
    }
}

fn says_the_same(old: &Value, new: &Value) -> bool {
    match (old, new) {
        // Forms take the space around a text away: that alone is no change.
        (Value::String(old), Value::String(new)) => old.value().trim() == new.value().trim(),
        (Value::Integer(old), Value::Integer(new)) => old.value() == new.value(),
        (Value::Float(old), Value::Float(new)) => (old.value() - new.value()).abs() <= f64::EPSILON * old.value().abs(),
        (Value::Integer(old), Value::Float(new)) => old.value().to_string() == new.value().to_string(),
        (Value::Boolean(old), Value::Boolean(new)) => old.value() == new.value(),
        (Value::Array(old), Value::Array(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| says_the_same(old, new))
        }
        _ => old.to_string().trim() == new.to_string().trim(),
    }
}

pub(super) fn put_bilingual(table: &mut dyn TableLike, key: &str, text: &Bilingual) {
    put(table, &[key, "en"], text.en.as_str());
    put(table, &[key, "zh"], text.zh.as_str());
}

pub(super) fn put_languages(table: &mut dyn TableLike, text: &Bilingual) {
    put(table, &["en"], text.en.as_str());
    put(table, &["zh"], text.zh.as_str());
}

/// Writes a text, or takes it away where it is empty in both languages.
pub(super) fn put_bilingual_or_remove(table: &mut dyn TableLike, key: &str, text: &Bilingual) {
    if text.en.is_empty() && text.zh.is_empty() {
        table.remove(key);
    } else {
        put_bilingual(table, key, text);
    }
}

/// Writes a number or a formula as [`said`] reads it; an empty one is taken away.
pub(super) fn put_said(table: &mut dyn TableLike, path: &[&str], text: &str) {
    if said(table, path) == text {
        return;
    }
    if !text.is_empty() {
        return put(table, path, number_or_text(text));
    }
    let Some((last, above)) = path.split_last() else { return };
    let above = above.iter().try_fold(table, |table, key| table.get_mut(key)?.as_table_like_mut());
    if let Some(above) = above {
        above.remove(last);
    }
}

/// Writes a list of texts, or takes it away where it is empty.
pub(super) fn put_texts(table: &mut dyn TableLike, key: &str, texts: &[String]) {
    put_or_remove(table, key, Some(list(texts)).filter(|_| !texts.is_empty()));
}

pub(super) fn unless_empty(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// Writes a value, or takes it away where there is none.
pub(super) fn put_or_remove(table: &mut dyn TableLike, key: &str, new: Option<impl Into<Value>>) {
    match new {
        Some(new) => put(table, &[key], new),
        None => {
            table.remove(key);
        }
    }
}

pub(super) fn list(texts: &[String]) -> Value {
    texts.iter().map(String::as_str).collect::<Array>().into()
}

/// The tables of a list for changes; made where there are none.
pub(super) fn tables_mut<'a>(table: &'a mut Table, key: &str) -> Option<&'a mut ArrayOfTables> {
    let item = table.entry(key).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    if !item.is_array_of_tables() {
        let found = std::mem::take(item);
        *item = Item::ArrayOfTables(found.into_array_of_tables().unwrap_or_default());
    }
    item.as_array_of_tables_mut()
}

/// The place of the first table in which `key` says `name`.
pub(super) fn place(tables: &ArrayOfTables, key: &str, name: &str) -> Option<usize> {
    let mut all = tables.iter();
    all.position(|table| text(table, &[key]) == name)
}

/// Whether a table says all that another says.
pub(super) fn holds(new: &dyn TableLike, old: &dyn TableLike) -> bool {
    old.iter().all(|(key, old)| is_empty(old) || new.get(key).is_some_and(|new| holds_item(new, old)))
}

fn is_empty(item: &Item) -> bool {
    match item {
        Item::None => true,
        Item::ArrayOfTables(tables) => tables.is_empty(),
        Item::Value(Value::Array(array)) => array.is_empty(),
        Item::Table(_) | Item::Value(_) => item.as_table_like().is_some_and(TableLike::is_empty),
    }
}

fn holds_item(new: &Item, old: &Item) -> bool {
    match (new, old) {
        (Item::ArrayOfTables(new), Item::ArrayOfTables(old)) => {
            new.len() == old.len() && new.iter().zip(old.iter()).all(|(new, old)| holds(new, old))
        }
        (Item::Value(new), Item::Value(old)) => holds_value(new, old),
        (new, old) => new.as_table_like().zip(old.as_table_like()).is_some_and(|(new, old)| holds(new, old)),
    }
}

fn holds_value(new: &Value, old: &Value) -> bool {
    match (new, old) {
        (Value::InlineTable(new), Value::InlineTable(old)) => holds(new, old),
        (Value::Array(new), Value::Array(old)) => {
            new.len() == old.len() && new.iter().zip(old.iter()).all(|(new, old)| holds_value(new, old))
        }
        (new, old) => says_the_same(old, new),
    }
}

/// Exchanges two tables of a list.
pub(super) fn swap(tables: &mut ArrayOfTables, one: usize, other: usize) {
    if let (Some(first), Some(second)) = (tables.get(one).cloned(), tables.get(other).cloned()) {
        if let Some(place) = tables.get_mut(one) {
            *place = second;
        }
        if let Some(place) = tables.get_mut(other) {
            *place = first;
        }
    }
}

/// Inserts a table into a list at a place, or at its end.
pub(super) fn insert(tables: &mut ArrayOfTables, place: usize, table: Table) {
    tables.push(table);
    for at in (place + 1..tables.len()).rev() {
        swap(tables, at - 1, at);
    }
}

/// The text of a document whose tables were moved: they stand in the order in which they now are.
pub(super) fn written(mut doc: DocumentMut) -> String {
    let mut next = 0;
    number_tables(doc.as_table_mut(), &mut next);
    let text = doc.to_string();
    // A list that now comes first began with an empty line.
    text.trim_start_matches('\n').to_owned()
}

fn number_tables(table: &mut Table, next: &mut isize) {
    table.set_position(Some(*next));
    *next += 1;
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(below) => number_tables(below, next),
            Item::ArrayOfTables(tables) => tables.iter_mut().for_each(|below| number_tables(below, next)),
            Item::None | Item::Value(_) => {}
        }
    }
}
