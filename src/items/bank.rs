//! Bank files: parsing, and the rules that a question must keep.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use super::{Choice, Difficulty, Fault, Item, ItemVersion, Question};
use crate::ids::Slug;
use crate::messages::{Bilingual, Lang};

/// More options than this are a list, not a question.
const MOST_OPTIONS: usize = 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthoredBank {
    items: Vec<AuthoredItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthoredItem {
    id: String,
    kind: Kind,
    difficulty: Difficulty,
    tags: Vec<String>,
    source: String,
    stem: Bilingual,
    #[serde(default)]
    options: Vec<AuthoredOption>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Single,
    Multiple,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthoredOption {
    text: Bilingual,
    correct: bool,
    why: Bilingual,
}

/// The questions of the bank file `file` with content `text`, in its order; or everything that is wrong with it.
pub fn parse(file: &Path, text: &str) -> Result<Vec<ItemVersion>, Vec<Fault>> {
    let authored: AuthoredBank = toml::from_str(text).map_err(|error| vec![syntax_fault(file, text, &error)])?;
    let mut faults = Vec::new();
    let mut names = BTreeSet::new();
    let mut items = Vec::new();
    for authored in authored.items {
        let place = format!("item `{}`", authored.id);
        let found = faults_of(&authored);
        if !names.insert(authored.id.clone()) {
            faults.push(Fault::new(file, place.as_str(), "this id is used twice; ids are unique within a bank"));
        }
        match authored.id.parse() {
            Ok(name) if found.is_empty() => items.push(ItemVersion::from(item(name, authored))),
            Ok(_) => {}
            Err(error) => faults.push(Fault::new(file, place.as_str(), error.to_string())),
        }
        faults.extend(found.into_iter().map(|message| Fault::new(file, place.as_str(), message)));
    }
    if faults.is_empty() { Ok(items) } else { Err(faults) }
}

/// A fault for text that is not TOML of the expected shape, with its line and, where it is inside one, its item.
fn syntax_fault(file: &Path, text: &str, error: &toml::de::Error) -> Fault {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let id = before.rsplit("[[items]]").next().and_then(|item| {
        let (_, rest) = item.split_once("id = \"")?;
        rest.split('"').next()
    });
    let place = match id {
        Some(id) => format!("line {line}, item `{id}`"),
        None => format!("line {line}"),
    };
    Fault::new(file, place, error.message())
}

fn item(name: Slug, authored: AuthoredItem) -> Item {
    let options: Vec<Choice> = authored
        .options
        .into_iter()
        .map(|option| Choice { text: option.text, correct: option.correct, why: option.why })
        .collect();
    let question = match authored.kind {
        Kind::Single => Question::Single { options },
        Kind::Multiple => Question::Multiple { options },
    };
    Item {
        name,
        difficulty: authored.difficulty,
        tags: authored.tags,
        source: authored.source,
        stem: authored.stem,
        question,
    }
}

fn faults_of(item: &AuthoredItem) -> Vec<String> {
    let mut faults = Vec::new();
    if item.tags.is_empty() || item.tags.iter().any(|tag| tag.parse::<Slug>().is_err()) {
        faults.push("`tags` must name at least one skill, each in lower-case letters, digits and hyphens".to_owned());
    }
    if item.source.trim().is_empty() {
        faults.push("`source` is empty; say where the facts come from".to_owned());
    }
    faults.extend(empty_texts("stem", &item.stem));
    if !(2..=MOST_OPTIONS).contains(&item.options.len()) {
        faults.push(format!("has {} options; it needs 2 to {MOST_OPTIONS}", item.options.len()));
    }
    for (position, option) in item.options.iter().enumerate() {
        faults.extend(empty_texts(&format!("option {}, text", position + 1), &option.text));
        faults.extend(empty_texts(&format!("option {}, why", position + 1), &option.why));
    }
    for lang in Lang::ALL {
        let texts: BTreeSet<&str> = item.options.iter().map(|option| option.text.get(lang).trim()).collect();
        if texts.len() < item.options.len() {
            faults.push(format!("two options say the same in `{}`", lang.code()));
        }
    }
    let right = item.options.iter().filter(|option| option.correct).count();
    match item.kind {
        Kind::Single if right != 1 => {
            faults.push(format!("is of kind `single` and has {right} right options; it needs exactly 1"));
        }
        Kind::Multiple if right == 0 || right == item.options.len() => {
            faults.push("is of kind `multiple`; it needs at least one right and one wrong option".to_owned());
        }
        Kind::Single | Kind::Multiple => {}
    }
    faults
}

fn empty_texts(what: &str, text: &Bilingual) -> Vec<String> {
    Lang::ALL
        .into_iter()
        .filter(|lang| text.get(*lang).trim().is_empty())
        .map(|lang| format!("{what} is empty in `{}`", lang.code()))
        .collect()
}
