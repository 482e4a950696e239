//! Variants of texts: letter case, spacing and the final full stop.

use serde::{Deserialize, Serialize};

use super::{Seed, draw::Draws};

/// What may be changed in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// With equal probability: nothing, all small letters, all capitals, or a capital first in every word. Scripts
    /// without case stay as they are.
    pub case: bool,
    /// A space more in each place where there are spaces, and one before and after the text, each with probability ¼.
    pub spacing: bool,
    /// With probability ½ a single full stop at the end is dropped, or set where the text ends in a letter or digit.
    /// Question and exclamation marks stay, because they mean something.
    pub punctuation: bool,
}

/// Transforms texts, of which the first has the index `first` among the exercise's samples.
pub fn transform(changes: Changes, seed: &Seed, first: u64, samples: &[String]) -> Vec<String> {
    samples.iter().zip(first..).map(|(text, index)| one(changes, Draws::new(seed, index), text)).collect()
}

/// Each change has its own draws, the same ones whether or not the others are made.
fn one(changes: Changes, mut draws: Draws, text: &str) -> String {
    let (case, stop) = (draws.bits(2), draws.bits(1) == 1);
    if text.trim().is_empty() {
        return text.to_owned();
    }
    let mut text = text.to_owned();
    if changes.case {
        text = with_case(case, &text);
    }
    if changes.punctuation && stop {
        text = with_other_end(&text);
    }
    if changes.spacing {
        text = with_spaces(&mut draws, &text);
    }
    text
}

fn with_case(choice: u32, text: &str) -> String {
    let mut before = ' ';
    let capital_first = |letter: char| {
        let first = before.is_whitespace();
        before = letter;
        if first { upper(letter) } else { letter }
    };
    match choice {
        0 => text.to_owned(),
        1 => text.chars().map(lower).collect(),
        2 => text.chars().map(upper).collect(),
        _ => text.chars().map(capital_first).collect(),
    }
}

/// The capital of a letter, if it is one character and leads back: ß, for one, stays.
fn upper(letter: char) -> char {
    only(letter.to_uppercase()).filter(|capital| only(capital.to_lowercase()) == Some(letter)).unwrap_or(letter)
}

fn lower(letter: char) -> char {
    only(letter.to_lowercase()).filter(|small| only(small.to_uppercase()) == Some(letter)).unwrap_or(letter)
}

fn only(mut letters: impl Iterator<Item = char>) -> Option<char> {
    letters.next().filter(|_| letters.next().is_none())
}

/// The text with its full stop dropped or one set, if its end allows either.
fn with_other_end(text: &str) -> String {
    let body = text.trim_end();
    let rest = text.get(body.len()..).unwrap_or("");
    let mut ends = body.chars().rev();
    let changed = match (ends.next(), ends.next()) {
        (Some(stop @ ('.' | '。')), Some(before)) if before != stop && !before.is_whitespace() => {
            body.strip_suffix(stop).unwrap_or(body).to_owned()
        }
        (Some(last), _) => full_stop(last).map_or_else(|| body.to_owned(), |stop| format!("{body}{stop}")),
        (None, _) => body.to_owned(),
    };
    changed + rest
}

/// The full stop that may follow a letter or digit; `None` for punctuation and for scripts with other full stops.
fn full_stop(last: char) -> Option<char> {
    match last {
        '\u{3041}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' => Some('。'),
        _ if last.is_ascii_alphanumeric() || upper(last) != last || lower(last) != last => Some('.'),
        _ => None,
    }
}

fn with_spaces(draws: &mut Draws, text: &str) -> String {
    let mut more = || if draws.bits(2) == 0 { " " } else { "" };
    let (before, after) = (more(), more());
    let mut wide = before.to_owned();
    let mut rest = text;
    while let Some((word, behind)) = rest.split_once(' ') {
        wide += word;
        wide += " ";
        if !behind.starts_with(' ') {
            wide += more();
        }
        rest = behind;
    }
    wide + rest + after
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
