//! The file `exam.toml` as its form shows and changes it.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use toml_edit::{InlineTable, Item, Table, TableLike, Value};

use super::{Broken, doc, parse};
use crate::exams::{Authored, Exam};
use crate::ids::Slug;
use crate::items::bank;
use crate::messages::{Bilingual, Fault};

/// An exam as its draft has it, as far as the form knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The author's own version.
    pub edition: String,
    /// Its title.
    pub title: Bilingual,
    /// What it examines.
    pub summary: Bilingual,
    /// Attempts that a candidate has.
    pub attempts: u32,
    /// Days between the beginnings of two attempts.
    pub cool_down_days: u32,
    /// Longest rest between two parts.
    pub rest_minutes: u32,
    /// When it can be taken, if not always.
    pub window: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// When scores, answers and keys are shown: `at_once`, `after_window` or `never`.
    pub show: [String; 3],
    /// Its parts, in order.
    pub parts: Vec<Part>,
    /// Title, statement and months of what passing earns.
    pub certificate: Option<(Bilingual, Bilingual, u32)>,
}

/// A part of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Its title.
    pub title: Bilingual,
    /// Its duration in minutes.
    pub minutes: u32,
    /// What it consists of.
    pub content: Content,
}

/// What a part consists of.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Questions.
    Theory {
        /// Share of the points that passes.
        pass: f64,
        /// Its sections, in order.
        sections: Vec<Section>,
    },
    /// A submission.
    Practice {
        /// The exercise.
        exercise: String,
        /// Submissions allowed.
        attempts: u32,
        /// `best` or `last`.
        counts: String,
        /// Score on the open set that passes; that of the exercise, if there is none.
        mark: Option<f64>,
        /// The same on the sealed set.
        sealed_mark: Option<f64>,
    },
}

/// A section of a part with questions.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its name, which results keep.
    pub name: String,
    /// Its title.
    pub title: Bilingual,
    /// The module to study for it; empty for none.
    pub module: String,
    /// The banks that it is drawn from.
    pub banks: Vec<String>,
    /// How many questions it has.
    pub draw: u32,
    /// Points for each.
    pub points: f64,
    /// Share of its points that must be reached.
    pub pass: f64,
    /// At least so many hard ones.
    pub hard: u32,
    /// At least so many with a tag.
    pub tags: Vec<(String, u32)>,
}

/// Names of the fields of [`Draft::show`].
const SHOWN: [&str; 3] = ["scores", "answers", "keys"];

/// Reads an exam file, whatever it lacks.
pub fn read(text: &str) -> Result<Draft, Broken> {
    let doc = parse(text)?;
    let table = doc.as_table();
    let moment = |key: &str| doc::text(table, &["window", key]).parse::<DateTime<Utc>>().ok();
    let certificate = table.get("certificate").and_then(Item::as_table_like).map(|rule| {
        (doc::bilingual(rule, "title"), doc::bilingual(rule, "statement"), doc::whole(rule, &["valid_months"]))
    });
    Ok(Draft {
        edition: doc::text(table, &["edition"]),
        title: doc::bilingual(table, "title"),
        summary: doc::bilingual(table, "summary"),
        attempts: doc::whole(table, &["attempts"]),
        cool_down_days: doc::whole(table, &["cool_down_days"]),
        rest_minutes: doc::whole(table, &["rest_minutes"]),
        window: moment("opens").zip(moment("closes")),
        show: SHOWN.map(|key| doc::text(table, &["show", key])),
        parts: doc::tables(table, "parts").into_iter().map(part).collect(),
        certificate,
    })
}

fn part(table: &dyn TableLike) -> Part {
    let content = if doc::text(table, &["kind"]) == "practice" {
        Content::Practice {
            exercise: doc::text(table, &["exercise"]),
            attempts: doc::whole(table, &["attempts"]),
            counts: doc::text(table, &["counts"]),
            mark: doc::number(table, &["mark"]),
            sealed_mark: doc::number(table, &["sealed_mark"]),
        }
    } else {
        Content::Theory {
            pass: doc::number(table, &["pass"]).unwrap_or_default(),
            sections: doc::tables(table, "sections").into_iter().map(section).collect(),
        }
    };
    Part { title: doc::bilingual(table, "title"), minutes: doc::whole(table, &["minutes"]), content }
}

fn section(table: &dyn TableLike) -> Section {
    let tags = doc::at(table, &["tags"]).and_then(Item::as_table_like);
    let tags = tags.map(|tags| tags.iter().map(|(tag, _)| (tag.to_owned(), doc::whole(tags, &[tag]))).collect());
    Section {
        name: doc::text(table, &["name"]),
        title: doc::bilingual(table, "title"),
        module: doc::text(table, &["module"]),
        banks: doc::texts(table, &["banks"]),
        draw: doc::whole(table, &["draw"]),
        points: doc::number(table, &["points"]).unwrap_or(1.0),
        pass: doc::number(table, &["pass"]).unwrap_or_default(),
        hard: doc::whole(table, &["difficulties", "hard"]),
        tags: tags.unwrap_or_default(),
    }
}

/// Writes what the form says; parts and sections keep their places, and what the form does not know stays.
pub fn write(text: &str, draft: &Draft) -> Result<String, Broken> {
    let mut doc = parse(text)?;
    let table = doc.as_table_mut();
    doc::put(table, &["edition"], draft.edition.as_str());
    doc::put_bilingual(table, "title", &draft.title);
    doc::put_bilingual(table, "summary", &draft.summary);
    doc::put(table, &["attempts"], i64::from(draft.attempts));
    doc::put(table, &["cool_down_days"], i64::from(draft.cool_down_days));
    if draft.rest_minutes > 0 || table.contains_key("rest_minutes") {
        doc::put(table, &["rest_minutes"], i64::from(draft.rest_minutes));
    }
    match draft.window {
        Some((opens, closes)) => {
            let at = |moment: DateTime<Utc>| moment.to_rfc3339_opts(SecondsFormat::Secs, true);
            doc::put(table, &["window", "opens"], at(opens));
            doc::put(table, &["window", "closes"], at(closes));
        }
        None => {
            table.remove("window");
        }
    }
    for (key, when) in SHOWN.iter().zip(&draft.show) {
        doc::put(table, &["show", key], when.as_str());
    }
    if let Some(tables) = doc::tables_mut(table, "parts") {
        for (table, part) in tables.iter_mut().zip(&draft.parts) {
            put_part(table, part);
        }
    }
    put_certificate(table, draft.certificate.as_ref());
    Ok(doc::written(doc))
}

fn put_certificate(table: &mut Table, certificate: Option<&(Bilingual, Bilingual, u32)>) {
    let Some((title, statement, months)) = certificate else {
        table.remove("certificate");
        return;
    };
    if !table.contains_key("certificate") {
        let mut new = Table::new();
        new.decor_mut().set_prefix("\n");
        table.insert("certificate", Item::Table(new));
    }
    if let Some(rule) = table.get_mut("certificate").and_then(Item::as_table_like_mut) {
        doc::put_bilingual(rule, "title", title);
        doc::put_bilingual(rule, "statement", statement);
        doc::put(rule, &["valid_months"], i64::from(*months));
    }
}

pub(super) fn put_part(table: &mut Table, part: &Part) {
    doc::put_bilingual(table, "title", &part.title);
    doc::put(table, &["minutes"], i64::from(part.minutes));
    match &part.content {
        Content::Theory { pass, sections } => {
            doc::put(table, &["kind"], "theory");
            doc::put(table, &["pass"], *pass);
            let tables = doc::tables_mut(table, "sections");
            for (table, section) in tables.into_iter().flat_map(|tables| tables.iter_mut()).zip(sections) {
                put_section(table, section);
            }
        }
        Content::Practice { exercise, attempts, counts, mark, sealed_mark } => {
            doc::put(table, &["kind"], "practice");
            doc::put(table, &["exercise"], exercise.as_str());
            doc::put(table, &["attempts"], i64::from(*attempts));
            doc::put(table, &["counts"], counts.as_str());
            doc::put_or_remove(table, "mark", *mark);
            doc::put_or_remove(table, "sealed_mark", *sealed_mark);
        }
    }
}

pub(super) fn put_section(table: &mut Table, section: &Section) {
    doc::put(table, &["name"], section.name.as_str());
    doc::put_bilingual(table, "title", &section.title);
    doc::put_or_remove(table, "module", Some(section.module.clone()).filter(|module| !module.is_empty()));
    doc::put(table, &["banks"], doc::list(&section.banks));
    doc::put(table, &["draw"], i64::from(section.draw));
    doc::put_or_remove(table, "points", Some(section.points).filter(|points| (points - 1.0).abs() > f64::EPSILON));
    doc::put_or_remove(table, "pass", Some(section.pass).filter(|pass| *pass > 0.0));
    if section.hard > 0 {
        inline(table, "difficulties");
        doc::put(table, &["difficulties", "hard"], i64::from(section.hard));
    } else if let Some(rules) = table.get_mut("difficulties").and_then(Item::as_table_like_mut) {
        rules.remove("hard");
    }
    if doc::at(table, &["difficulties"]).and_then(Item::as_table_like).is_some_and(TableLike::is_empty) {
        table.remove("difficulties");
    }
    let old = doc::at(table, &["tags"]).and_then(Item::as_table_like);
    let old: Vec<String> = old.map(|tags| tags.iter().map(|(tag, _)| tag.to_owned()).collect()).unwrap_or_default();
    if section.tags.is_empty() {
        table.remove("tags");
        return;
    }
    inline(table, "tags");
    if let Some(tags) = table.get_mut("tags").and_then(Item::as_table_like_mut) {
        for gone in old.iter().filter(|old| !section.tags.iter().any(|(tag, _)| tag == *old)) {
            tags.remove(gone);
        }
        for (tag, least) in &section.tags {
            doc::put(tags, &[tag], i64::from(*least));
        }
    }
}

/// Begins a table on one line where there is none yet.
fn inline(table: &mut Table, key: &str) {
    if doc::at(table, &[key]).and_then(Item::as_table_like).is_none() {
        table.insert(key, Item::Value(Value::InlineTable(InlineTable::new())));
    }
}

/// An exam with its banks as papers are drawn from it; or everything that keeps it from being read.
pub fn authored(
    (course, exam): (&Slug, &Slug),
    text: &str,
    texts: &[(String, String)],
) -> Result<Authored, Vec<Fault>> {
    let file = format!("exams/{exam}/exam.toml");
    let read: Exam = toml::from_str(text).map_err(|error| vec![Fault::syntax(Path::new(&file), text, &error)])?;
    let mut banks = Vec::new();
    let named: BTreeSet<&String> = read.sections().flat_map(|section| &section.draw.banks).collect();
    for (name, text) in texts.iter().filter(|(name, _)| named.contains(name)) {
        let path = format!("exams/{exam}/{name}.toml");
        banks.push((name.clone(), bank::parse(Path::new(&path), text)?));
    }
    Ok(Authored { exam: read, course: course.clone(), banks })
}
