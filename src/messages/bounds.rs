//! What every authored text keeps: no characters that pages and the database cannot hold, and no more than a page shows.

use std::path::Path;

use toml::{Table, Value};

use super::{Bilingual, Fault, Said, said};

/// Longest title, in characters; a title is one line.
pub const TITLE: usize = 200;
/// Longest summary, statement of a certificate or source of a question, in characters.
pub const SUMMARY: usize = 2_000;
/// Longest name, tag or edition, in characters.
pub const NAME: usize = 64;
/// Longest text of any other field of a TOML file, in characters.
const TEXT: usize = 20_000;
/// Most faults that are told of one file.
const MOST: usize = 20;

/// Everything in the keys and values of a TOML file that cannot be kept; nothing is said of what is no TOML.
pub fn faults(file: &Path, text: &str) -> Vec<Fault> {
    let Ok(table) = text.parse::<Table>() else { return Vec::new() };
    let mut found = Vec::new();
    of_table("", &table, &mut found);
    let of_place = |(place, said): (String, Said)| Fault::new(file, said).at(said!("fault-place-field", field = place));
    found.into_iter().take(MOST).map(of_place).collect()
}

/// What is wrong with the characters of a text: every control character but line ends and tabs.
pub fn control(text: &str) -> Option<Said> {
    let found = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))?;
    Some(said!("fault-control", code = format!("U+{:04X}", u32::from(found))))
}

/// What is wrong with a title.
pub fn title(field: &'static str, text: &Bilingual) -> Option<Said> {
    let is_sound = |text: &String| text.chars().count() <= TITLE && !text.contains(char::is_control);
    let is_wrong = ![&text.en, &text.zh].into_iter().all(is_sound);
    is_wrong.then(|| said!("fault-title", field = field, most = TITLE))
}

/// What is wrong with the length of a summary or statement.
pub fn summary(field: &'static str, text: &Bilingual) -> Option<Said> {
    [&text.en, &text.zh].into_iter().find_map(|text| long(field, text, SUMMARY))
}

/// What is wrong with the length of names.
pub fn names<'a>(field: &'static str, names: impl IntoIterator<Item = &'a String>) -> Option<Said> {
    names.into_iter().find_map(|name| long(field, name, NAME))
}

/// What is wrong with the length of a text.
pub fn long(field: &'static str, text: &str, most: usize) -> Option<Said> {
    (text.chars().count() > most).then(|| said!("fault-long", field = field, most = most))
}

fn of_table(place: &str, table: &Table, found: &mut Vec<(String, Said)>) {
    for (key, value) in table {
        let place = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
        if let Some(said) = of_text(key) {
            found.push((place.clone(), said));
        }
        of_value(&place, value, found);
    }
}

fn of_value(place: &str, value: &Value, found: &mut Vec<(String, Said)>) {
    match value {
        Value::String(text) => found.extend(of_text(text).map(|said| (place.to_owned(), said))),
        Value::Array(values) => values.iter().for_each(|value| of_value(place, value, found)),
        Value::Table(table) => of_table(place, table, found),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {}
    }
}

fn of_text(text: &str) -> Option<Said> {
    control(text).or_else(|| (text.chars().count() > TEXT).then(|| said!("fault-text-long", most = TEXT)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        faults(Path::new("a.toml"), text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn control_characters_are_found_wherever_they_stand() {
        assert_eq!(told("a = \"one\\ttwo\\nthree\"\nb = \"\"\"\r\nfour\"\"\"\n[c]\nd = [1, 2.5, true]"), [""; 0]);
        assert_eq!(told("a = \"x\\u0000\""), ["a.toml, a: holds the control character U+0000, which no text needs"]);
        let deep =
            told("[[items]]\nstem = { en = \"x\\u001b[31m\" }\ntags = [\"a\", \"b\\u0085\"]\nu = { \"k\\u0000\" = 1 }");
        assert_eq!(deep.len(), 3, "{deep:?}");
        assert!(deep.iter().any(|fault| fault.starts_with("a.toml, items.stem.en: ")), "{deep:?}");
        assert!(!deep.iter().any(|fault| fault.contains('\0')), "no fault repeats it: {deep:?}");
        assert_eq!(told("no = = TOML\\u0000"), [""; 0], "which is told elsewhere");
    }

    #[test]
    fn texts_are_no_longer_than_a_page_shows() {
        assert_eq!(told(&format!("a = '{}'", "字".repeat(TEXT))), [""; 0]);
        let found = told(&format!("a = '{}'", "字".repeat(TEXT + 1)));
        assert_eq!(found, ["a.toml, a: is longer than 20000 characters"]);
        assert_eq!(told(&format!("a = [{}]", "\"\\u0000\",".repeat(100))).len(), MOST);
        let both = |text: &str| Bilingual { en: text.to_owned(), zh: "字".to_owned() };
        assert!(title("title", &both(&"x".repeat(TITLE))).is_none());
        assert!(title("title", &both(&"x".repeat(TITLE + 1))).is_some() && title("title", &both("a\nb")).is_some());
        assert!(summary("summary", &both("a\nb")).is_none());
        assert!(summary("summary", &both(&"x".repeat(SUMMARY + 1))).is_some());
    }
}
