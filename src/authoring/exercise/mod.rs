//! Edits of an exercise's manifest by forms: comments, order and what a form does not know stay as they are.

use std::path::Path;

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value, value};

use crate::exercises::intake::TaskKind;
use crate::exercises::manifest::{DataFile, Manifest, Role};
use crate::grading::contract::InputKind;
use crate::grading::verdict::Verdict;
use crate::messages::{Bilingual, Fault, fault};

pub mod data;
mod settings;

pub use settings::{Sealing, Settings};

/// What a model gets and gives, as it follows from the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// What a sample is.
    pub kind: InputKind,
    /// Shape of one sample.
    pub shape: Vec<usize>,
    /// Names of the classes; none for a regression.
    pub classes: Vec<String>,
}

/// The name of the input in manifests that forms write.
pub const INPUT: &str = "input";
/// The folder of data files.
pub const DATA: &str = "data";

/// A manifest in the making, which may still lack what publishing needs.
#[derive(Debug, Clone)]
pub struct Draft(DocumentMut);

impl Draft {
    /// A manifest with everything that can be known before there is data.
    pub fn new(task: TaskKind, title: &Bilingual) -> Self {
        let metric = match task {
            TaskKind::Classification => "accuracy",
            TaskKind::Regression => "r2",
        };
        let start = format!(
            "format = 1\nearns = true\nshow_images = false\nattempts_per_day = 10\nmetric = \"{metric}\"\nstarter = []\n\n\
             [title]\n\n[summary]\nen = \"\"\nzh = \"\"\n\n[task]\nkind = \"{}\"\n\n[marks]\npass = 0.9\n\n\
             [limits]\nmax_model_bytes = 50000000\nwall_seconds = 60\ncpu_seconds = 60\nmemory_mb = 1024\n",
            task.name()
        );
        // The text above is a manifest; one that is not would show as a draft that lacks everything.
        let mut draft = Self(start.parse().unwrap_or_default());
        draft.set(&["title", "en"], title.en.as_str().into());
        draft.set(&["title", "zh"], title.zh.as_str().into());
        draft
    }

    /// Reads the manifest `file`; only its grammar has to be right.
    pub fn parse(file: &Path, text: &str) -> Result<Self, Fault> {
        text.parse().map(Self).map_err(|error: toml_edit::TomlError| {
            let line = fault::line(fault::line_at(text, error.span()));
            Fault::new(file, fault::shape(error.message())).at(line)
        })
    }

    fn item(&self, path: &[&str]) -> Option<&Item> {
        let mut item = self.0.as_item();
        for key in path {
            item = item.get(key)?;
        }
        Some(item)
    }

    /// The value at `path` as a form shows it; empty where there is none.
    pub fn text(&self, path: &[&str]) -> String {
        match self.item(path).and_then(Item::as_value) {
            Some(Value::String(text)) => text.value().clone(),
            Some(Value::Integer(number)) => number.value().to_string(),
            Some(Value::Float(number)) => number.value().to_string(),
            Some(Value::Boolean(flag)) => flag.value().to_string(),
            Some(Value::Array(array)) => array.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
            Some(Value::Datetime(_) | Value::InlineTable(_)) | None => String::new(),
        }
    }

    /// Whether there is anything at `path`.
    pub fn has(&self, path: &[&str]) -> bool {
        self.item(path).is_some()
    }

    /// The manifest as far as its grammar goes, whatever rules it does not keep yet; `None` while parts are lacking.
    pub fn manifest(&self) -> Option<Manifest> {
        toml::from_str(&self.to_string()).ok()
    }

    /// What is to be done.
    pub fn task(&self) -> TaskKind {
        if self.text(&["task", "kind"]) == "regression" { TaskKind::Regression } else { TaskKind::Classification }
    }

    fn set(&mut self, path: &[&str], new: Value) {
        let Some((last, parents)) = path.split_last() else { return };
        let mut table: &mut dyn toml_edit::TableLike = self.0.as_table_mut();
        for parent in parents {
            let below = table.entry(parent).or_insert_with(|| Item::Table(Table::new()));
            if !below.is_table_like() {
                *below = Item::Table(Table::new());
            }
            let Some(found) = below.as_table_like_mut() else { return };
            table = found;
        }
        // Setting the value within the item keeps the comment after it.
        match table.get_mut(last).and_then(Item::as_value_mut) {
            Some(old) => {
                let decor = old.decor().clone();
                *old = new;
                *old.decor_mut() = decor;
            }
            None => {
                table.insert(last, value(new));
            }
        }
    }

    fn remove(&mut self, key: &str) {
        self.0.remove(key);
    }

    /// Makes `files` the data of the exercise and `interface` what models get and give.
    pub fn set_data(&mut self, interface: &Interface, files: &[DataFile]) {
        let is_text = interface.kind == InputKind::Text;
        let dtype = if is_text { "string" } else { "float32" };
        let mut input = Table::new();
        input.insert("name", value(INPUT));
        input.insert("kind", value(kind_name(interface.kind)));
        input.insert("shape", value(shape(&interface.shape)));
        input.insert("dtype", value(dtype));
        self.0.insert("inputs", Item::ArrayOfTables([input].into_iter().collect()));
        let columns = if interface.classes.is_empty() { 1 } else { interface.classes.len() };
        let mut output = Table::new();
        output.insert("name", value(if interface.classes.is_empty() { "values" } else { "scores" }));
        output.insert("shape", value(shape(&[columns])));
        output.insert("dtype", value("float32"));
        self.0.insert("outputs", Item::ArrayOfTables([output].into_iter().collect()));
        if !interface.classes.is_empty() {
            self.set(&["task", "classes"], strings(&interface.classes));
        }
        let tables: ArrayOfTables = files.iter().map(data_table).collect();
        self.0.insert("data", Item::ArrayOfTables(tables));
    }

    /// Names a submission that ships with the exercise, with the verdict it must get; an earlier one of its path goes.
    pub fn put_example(&mut self, path: &str, verdict: Verdict) {
        self.drop_file(path);
        let key = if verdict == Verdict::Passed { "right" } else { "wrong" };
        let mut example = Table::new();
        example.insert("file", value(path));
        example.insert("verdict", value(verdict.as_str()));
        let list = self.0.entry(key).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
        if !list.is_array_of_tables() {
            *list = Item::ArrayOfTables(ArrayOfTables::new());
        }
        if let Some(list) = list.as_array_of_tables_mut() {
            list.push(example);
        }
    }

    /// Names a file that learners start from.
    pub fn put_starter(&mut self, name: &str) {
        let mut names: Vec<String> = self.text(&["starter"]).lines().map(str::to_owned).collect();
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
        self.set(&["starter"], strings(&names));
    }

    /// Forgets an example or a starter file by its path.
    pub fn drop_file(&mut self, path: &str) {
        for key in ["right", "wrong"] {
            if let Some(list) = self.0.get_mut(key).and_then(Item::as_array_of_tables_mut) {
                list.retain(|example| example.get("file").and_then(Item::as_str) != Some(path));
                if list.is_empty() {
                    self.0.remove(key);
                }
            }
        }
        if let Some(name) = path.strip_prefix("starter/") {
            let names: Vec<String> =
                self.text(&["starter"]).lines().filter(|known| *known != name).map(str::to_owned).collect();
            self.set(&["starter"], strings(&names));
        }
    }

    /// The examples: path and expected verdict, the right ones first.
    pub fn examples(&self) -> Vec<(String, String)> {
        let of = |key: &str| self.0.get(key).and_then(Item::as_array_of_tables);
        let tables = ["right", "wrong"].into_iter().filter_map(of).flat_map(ArrayOfTables::iter);
        let text = |table: &Table, key: &str| table.get(key).and_then(Item::as_str).unwrap_or_default().to_owned();
        tables.map(|table| (text(table, "file"), text(table, "verdict"))).collect()
    }
}

impl std::fmt::Display for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

fn kind_name(kind: InputKind) -> &'static str {
    match kind {
        InputKind::Image => "image",
        InputKind::Vector => "vector",
        InputKind::Text => "text",
        InputKind::Tokens => "tokens",
    }
}

fn shape(sample: &[usize]) -> Value {
    let sizes = sample.iter().map(|&size| Value::from(i64::try_from(size).unwrap_or(i64::MAX)));
    Value::Array(std::iter::once(Value::from("N")).chain(sizes).collect())
}

fn strings(texts: &[String]) -> Value {
    Value::Array(texts.iter().map(String::as_str).collect::<Array>())
}

fn data_table(file: &DataFile) -> Table {
    let mut table = Table::new();
    table.insert("file", value(file.file.as_str()));
    table.insert("sha256", value(file.sha256.as_str()));
    table.insert("role", value(role_name(file.role)));
    if let Some(input) = &file.input {
        table.insert("input", value(input.as_str()));
    }
    if let Some(columns) = &file.columns {
        table.insert("columns", value(strings(columns)));
    }
    table
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::PublicSamples => "public_samples",
        Role::PublicLabels => "public_labels",
        Role::HiddenSamples => "hidden_samples",
        Role::HiddenLabels => "hidden_labels",
    }
}

/// A table of a sealed evaluation, as one line would be.
fn inline(pairs: &[(&str, Value)]) -> Table {
    let line: InlineTable = pairs.iter().map(|(key, value)| (*key, value.clone())).collect();
    line.into_table()
}

#[cfg(test)]
mod tests;
