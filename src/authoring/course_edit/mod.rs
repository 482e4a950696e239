//! Edits of a course's files by its forms: text to text, so that comments, order and what no form knows stay as they are.
//!
//! What is read here is read leniently: a draft may lack anything, and its faults are told by [`super::folder`].

use std::str::FromStr as _;

use toml_edit::DocumentMut;

use crate::ids::Slug;
use crate::messages::{Bilingual, fault};

pub mod bank;
pub mod course;
mod doc;
pub mod exam;
pub mod question;
pub mod shape;
pub mod skeleton;
mod store;

pub use store::{Changed, changed, had};

/// A text that is not TOML, so that no form can be filled from it or write into it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct Broken {
    /// Line of the text, from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

/// Which way something moves in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Towards the beginning.
    Up,
    /// Towards the end.
    Down,
}

impl Way {
    /// The way that a form's button names.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "up" => Some(Self::Up),
            "down" => Some(Self::Down),
            _ => None,
        }
    }

    /// The place beside `place` in a list of `count`; `None` at its end.
    pub fn from(self, place: usize, count: usize) -> Option<usize> {
        match self {
            Self::Up => place.checked_sub(1),
            Self::Down => Some(place + 1).filter(|next| *next < count),
        }
    }
}

fn parse(text: &str) -> Result<DocumentMut, Broken> {
    DocumentMut::from_str(text)
        .map_err(|error| Broken { line: fault::line_at(text, error.span()), message: error.message().to_owned() })
}

/// The title that a file of a course, an exam or an exercise gives itself.
pub fn title_of(text: &str) -> Option<Bilingual> {
    parse(text).ok().map(|doc| doc::bilingual(doc.as_table(), "title"))
}

/// A short name made of a title: its Latin letters and digits; empty where it has none.
pub fn slug_of(title: &str) -> String {
    let mut slug = String::new();
    for character in title.to_lowercase().chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(40);
    slug.trim_matches('-').to_owned()
}

/// A name that nothing of `taken` has: `wanted`, or `wanted-2`, `wanted-3`, …
pub fn free_name(wanted: &str, fallback: &str, taken: &[String]) -> String {
    let wanted = if wanted.parse::<Slug>().is_ok() { wanted } else { fallback };
    let mut name = wanted.to_owned();
    let mut number = 2;
    while taken.contains(&name) {
        name = format!("{wanted}-{number}");
        number += 1;
    }
    name
}

#[cfg(test)]
mod tests;
