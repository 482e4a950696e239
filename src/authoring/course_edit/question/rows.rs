//! Lists of a question as rows of its form; a row knows where in the text it came from, so that it takes along what the
//! form does not show.

use toml_edit::{Array, ArrayOfTables, InlineTable, Item, Key, Table, TableLike, Value, value};

use crate::authoring::course_edit::doc;

/// One of a list in a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row<T> {
    /// Its place in the list that the form was filled from; beyond its end for what is new.
    pub at: usize,
    /// What it says.
    pub fields: T,
}

impl<T: Clone + Default> Row<T> {
    /// The rows with `free` more, as long as there are at most `most`.
    pub fn with_free(rows: &[Self], free: usize, most: usize) -> Vec<Self> {
        let next = rows.iter().map(|row| row.at + 1).max().unwrap_or(0);
        let count = free.min(most.saturating_sub(rows.len()));
        let empty = (next..next + count).map(|at| Self { at, fields: T::default() });
        rows.iter().cloned().chain(empty).collect()
    }
}

/// The tables of a list.
pub(super) fn read<T>(table: &dyn TableLike, key: &str, read: impl Fn(&dyn TableLike) -> T) -> Vec<Row<T>> {
    let tables = doc::tables(table, key).into_iter().enumerate();
    tables.map(|(at, one)| Row { at, fields: read(one) }).collect()
}

/// Writes the tables of a list, whichever way it is written; one without rows is taken away.
pub(super) fn write<T>(table: &mut dyn TableLike, key: &str, rows: &[Row<T>], write: impl Fn(&mut dyn TableLike, &T)) {
    if rows.is_empty() {
        table.remove(key);
        return;
    }
    let is_list = table.get(key).is_some_and(|item| item.is_array() || item.is_array_of_tables());
    if !is_list {
        table.insert(key, Item::ArrayOfTables(ArrayOfTables::new()));
    }
    match table.get_mut(key) {
        Some(Item::ArrayOfTables(tables)) => write_tables(tables, rows, write),
        Some(Item::Value(Value::Array(array))) => write_array(array, rows, write),
        _ => {}
    }
}

/// The same for a list of short tables, which begins in one line.
pub(super) fn write_short<T>(
    table: &mut dyn TableLike,
    key: &str,
    rows: &[Row<T>],
    write: impl Fn(&mut dyn TableLike, &T),
) {
    if !rows.is_empty() && table.get(key).is_none() {
        table.insert(key, value(Array::new()));
    }
    self::write(table, key, rows, write);
}

fn write_tables<T>(tables: &mut ArrayOfTables, rows: &[Row<T>], write: impl Fn(&mut dyn TableLike, &T)) {
    let old: Vec<Table> = tables.iter().cloned().collect();
    tables.clear();
    for row in rows {
        let mut one = old.get(row.at).cloned().unwrap_or_else(|| {
            let mut new = Table::new();
            new.decor_mut().set_prefix("\n");
            new
        });
        write(&mut one, &row.fields);
        tables.push(one);
    }
}

fn write_array<T>(array: &mut Array, rows: &[Row<T>], write: impl Fn(&mut dyn TableLike, &T)) {
    let old: Vec<Value> = array.iter().cloned().collect();
    let is_as_it_was = rows.len() == old.len() && rows.iter().enumerate().all(|(place, row)| row.at == place);
    array.clear();
    for (place, row) in rows.iter().enumerate() {
        let mut one = old.get(row.at).cloned().unwrap_or_else(|| InlineTable::new().into());
        if let Some(table) = one.as_inline_table_mut() {
            write(table, &row.fields);
        }
        if !is_as_it_was {
            // Spaces and line ends belong to the place.
            let before = old.get(place).or(old.last().filter(|_| old.len() > 1)).and_then(|old| old.decor().prefix());
            let prefix = before.cloned().unwrap_or_else(|| if place == 0 { "" } else { " " }.into());
            let after = old.last().filter(|_| place + 1 == rows.len()).and_then(|old| old.decor().suffix());
            let suffix = after.cloned().unwrap_or_default();
            one.decor_mut().set_prefix(prefix);
            one.decor_mut().set_suffix(suffix);
        }
        array.push_formatted(one);
    }
}

/// What stands in a table by its name.
pub(super) trait Named {
    /// The name.
    fn name(&self) -> &str;
}

/// What a table says by name.
pub(super) fn read_named<T>(table: &dyn TableLike, key: &str, read: impl Fn(&dyn TableLike, &str) -> T) -> Vec<Row<T>> {
    let Some(named) = table.get(key).and_then(Item::as_table_like) else { return Vec::new() };
    named.iter().enumerate().map(|(at, (name, _))| Row { at, fields: read(named, name) }).collect()
}

/// Writes what a table says by name; one without rows is taken away.
pub(super) fn write_named<T: Named>(
    table: &mut dyn TableLike,
    key: &str,
    rows: &[Row<T>],
    write: impl Fn(&mut dyn TableLike, &T),
) {
    if rows.is_empty() {
        table.remove(key);
        return;
    }
    if table.get(key).and_then(Item::as_table_like).is_none() {
        let mut new = Table::new();
        new.set_dotted(true);
        table.insert(key, Item::Table(new));
    }
    let Some(all) = table.get_mut(key).and_then(Item::as_table_like_mut) else { return };
    let names: Vec<(usize, &str)> = rows.iter().map(|row| (row.at, row.fields.name())).collect();
    rename(all, &names);
    for row in rows {
        write(all, &row.fields);
    }
}

/// Gives what stands at each place the name beside it, in this order; what has no place any more goes.
fn rename(table: &mut dyn TableLike, names: &[(usize, &str)]) {
    let is_as_it_was = table.iter().map(|(name, _)| name).eq(names.iter().map(|(_, name)| *name));
    if is_as_it_was {
        return;
    }
    let pairs = table.iter().map(|(name, item)| (table.key(name).cloned(), item.clone()));
    let old: Vec<(Option<Key>, Item)> = pairs.collect();
    table.clear();
    for (at, name) in names {
        let Some((Some(key), item)) = old.get(*at) else { continue };
        let decor = (key.leaf_decor().clone(), key.dotted_decor().clone());
        let key = if key.get() == *name {
            key.clone()
        } else {
            Key::new(*name).with_leaf_decor(decor.0).with_dotted_decor(decor.1)
        };
        table.entry_format(&key).or_insert(item.clone());
    }
}
