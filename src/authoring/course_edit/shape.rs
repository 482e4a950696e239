//! The shape of an exam: which parts it has, with which sections, in which order.

use toml_edit::{ArrayOfTables, Table};

use super::exam::{Content, Part, Section, put_part, put_section, read};
use super::{Broken, Way, doc, free_name, parse};
use crate::messages::Bilingual;

/// A change to the list of parts or of the sections of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Adds a part with questions.
    AddTheory,
    /// Adds a part with a submission.
    AddPractice,
    /// Takes a part away.
    RemovePart(usize),
    /// Moves a part.
    MovePart(usize, Way),
    /// Adds a section to a part.
    AddSection(usize),
    /// Takes a section of a part away.
    RemoveSection(usize, usize),
    /// Moves a section within its part.
    MoveSection(usize, usize, Way),
}

impl Shape {
    /// The change that a button of the form names, such as `remove-section-0-1`.
    pub fn parse(name: &str) -> Option<Self> {
        let words: Vec<&str> = name.split('-').collect();
        let place = |at: usize| words.get(at).and_then(|word| word.parse::<usize>().ok());
        match (words.first().copied()?, words.get(1).copied()?) {
            ("add", "theory") => Some(Self::AddTheory),
            ("add", "practice") => Some(Self::AddPractice),
            ("add", "section") => Some(Self::AddSection(place(2)?)),
            ("remove", "part") => Some(Self::RemovePart(place(2)?)),
            ("remove", "section") => Some(Self::RemoveSection(place(2)?, place(3)?)),
            (way, "part") => Some(Self::MovePart(place(2)?, Way::parse(way)?)),
            (way, "section") => Some(Self::MoveSection(place(2)?, place(3)?, Way::parse(way)?)),
            _ => None,
        }
    }
}

/// An exam file after its list of parts or sections changed; a new section draws from `bank`.
pub fn reshaped(text: &str, shape: Shape, bank: &str) -> Result<String, Broken> {
    let names: Vec<String> = read(text)?.parts.into_iter().flat_map(sections_of).map(|section| section.name).collect();
    let mut doc = parse(text)?;
    let Some(parts) = doc::tables_mut(doc.as_table_mut(), "parts") else { return Ok(text.to_owned()) };
    let both = |en: &str, zh: &str| Bilingual { en: en.to_owned(), zh: zh.to_owned() };
    let new_section = || Section {
        name: free_name(&format!("section-{}", names.len() + 1), "section", &names),
        title: both("Section", "部分"),
        module: String::new(),
        banks: vec![bank.to_owned()],
        draw: 1,
        points: 1.0,
        pass: 0.0,
        hard: 0,
        tags: Vec::new(),
    };
    match shape {
        Shape::AddTheory => {
            let content = Content::Theory { pass: 0.7, sections: Vec::new() };
            let mut table = begun();
            put_part(&mut table, &Part { title: both("Theory", "理论"), minutes: 30, content });
            add_section(&mut table, &new_section());
            parts.push(table);
        }
        Shape::AddPractice => {
            let (exercise, counts) = (String::new(), "best".to_owned());
            let content = Content::Practice { exercise, attempts: 3, counts, mark: None, sealed_mark: None };
            let mut table = begun();
            put_part(&mut table, &Part { title: both("Practice", "实践"), minutes: 60, content });
            parts.push(table);
        }
        Shape::RemovePart(at) => {
            if at < parts.len() {
                parts.remove(at);
            }
        }
        Shape::MovePart(at, way) => {
            if let Some(other) = way.from(at, parts.len()) {
                doc::swap(parts, at, other);
            }
        }
        Shape::AddSection(at) => {
            if let Some(table) = parts.get_mut(at) {
                add_section(table, &new_section());
            }
        }
        Shape::RemoveSection(part, at) => change_sections(parts, (part, at), |tables, at| {
            tables.remove(at);
        }),
        Shape::MoveSection(part, at, way) => change_sections(parts, (part, at), |tables, at| {
            if let Some(other) = way.from(at, tables.len()) {
                doc::swap(tables, at, other);
            }
        }),
    }
    Ok(doc::written(doc))
}

fn sections_of(part: Part) -> Vec<Section> {
    match part.content {
        Content::Theory { sections, .. } => sections,
        Content::Practice { .. } => Vec::new(),
    }
}

fn begun() -> Table {
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    table
}

fn add_section(part: &mut Table, section: &Section) {
    let mut table = begun();
    put_section(&mut table, section);
    if let Some(tables) = doc::tables_mut(part, "sections") {
        tables.push(table);
    }
}

fn change_sections(
    parts: &mut ArrayOfTables,
    (part, at): (usize, usize),
    change: impl FnOnce(&mut ArrayOfTables, usize),
) {
    let tables = parts.get_mut(part).and_then(|part| doc::tables_mut(part, "sections"));
    if let Some(tables) = tables.filter(|tables| at < tables.len()) {
        change(tables, at);
    }
}
