//! Bank files: parsing them into questions, or saying everything that is wrong.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use super::{Item, ItemVersion};
use crate::ids::Slug;
use crate::messages::{Fault, Said, bounds, fault, said};

mod authored;
mod draws;
mod rules;

/// Most questions of one bank: each of them is checked and rendered when its bank is shown.
pub const MOST: usize = 2_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthoredBank {
    items: Vec<authored::AuthoredItem>,
}

/// The questions of the bank file `file` with content `text`, in its order; or everything that is wrong with it.
pub fn parse(file: &Path, text: &str) -> Result<Vec<ItemVersion>, Vec<Fault>> {
    let found = bounds::faults(file, text);
    if !found.is_empty() {
        return Err(found);
    }
    let bank: AuthoredBank = toml::from_str(text).map_err(|error| vec![syntax_fault(file, text, &error)])?;
    if bank.items.len() > MOST {
        return Err(vec![Fault::new(file, too_many())]);
    }
    let mut faults = Vec::new();
    let mut names = BTreeSet::new();
    let mut items = Vec::new();
    for authored in bank.items {
        let place = said!("fault-place-item", item = &authored.id);
        if !names.insert(authored.id.clone()) {
            faults.push(Fault::new(file, said!("fault-id-twice")).at(place.clone()));
        }
        match checked(authored) {
            Ok(item) => items.push(ItemVersion::from(item)),
            Err(found) => faults.extend(found.into_iter().map(|said| Fault::new(file, said).at(place.clone()))),
        }
    }
    if faults.is_empty() { Ok(items) } else { Err(faults) }
}

/// What is wrong with a bank of more questions than [`MOST`].
pub fn too_many() -> Said {
    said!("fault-bank-many", most = MOST)
}

/// The question, if it keeps every rule; what it prints is looked at once the rest is right.
fn checked(authored: authored::AuthoredItem) -> Result<Item, Vec<Said>> {
    let Ok(name) = authored.id.parse::<Slug>() else {
        let name: String = authored.id.chars().take(80).collect();
        return Err(vec![said!("fault-not-a-slug", name = name)]);
    };
    let item = authored.into_item(name)?;
    let mut faults = rules::faults(&item);
    if faults.is_empty() {
        faults = draws::faults(&item);
    }
    if faults.is_empty() { Ok(item) } else { Err(faults) }
}

/// A fault for text that is not TOML of the expected shape, with its line and, where it is inside one, its item.
fn syntax_fault(file: &Path, text: &str, error: &toml::de::Error) -> Fault {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let id = before.rsplit("[[items]]").next().and_then(|item| {
        let (_, rest) = item.split_once("id = \"")?;
        rest.split('"').next()
    });
    let line = fault::line(fault::line_of(text, error));
    let place = match id {
        Some(id) => said!("fault-place-item", item = id).within(line),
        None => line,
    };
    let said = match error.message() {
        authored::PARAMETER => said!("fault-parameter-shape"),
        authored::ANSWER => said!("fault-answer-shape"),
        words => fault::shape(words),
    };
    Fault::new(file, said).at(place)
}
