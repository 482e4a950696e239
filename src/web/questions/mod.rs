//! Questions as pages show them: on a paper without their key, in a result with it; and answers as forms send them.
//!
//! Fields are named by the question's place: `q3` for options and typed answers, `q3-0`, `q3-1`, … for the parts of the
//! other kinds. A page may show one question or all of them; the names stay the same.

use std::collections::HashMap;

use crate::items::{Answer, Answers, Drawn, Paper};

mod asked;
mod marked;

pub(super) use asked::{Asked, asked};
pub(super) use marked::{Marked, marked};

/// The answers in a posted form to the questions of `paper`.
pub(super) fn read_answers(paper: &Paper, form: &[(String, String)]) -> Answers {
    let questions = paper.questions.iter().enumerate();
    questions.filter_map(|(place, drawn)| Some((place, read_answer(place, drawn, form)?))).collect()
}

/// The answer in a posted form to the question at `place` of its paper.
pub(super) fn read_answer(place: usize, drawn: &Drawn, form: &[(String, String)]) -> Option<Answer> {
    let name = field(place);
    let whole: Vec<&str> = form.iter().filter(|(sent, _)| *sent == name).map(|(_, value)| value.as_str()).collect();
    let sent: HashMap<&str, &str> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    drawn.read(&whole, |part| sent.get(part_field(&name, part).as_str()).copied())
}

/// Name of a question's field, which is part of the ids on the page.
fn field(place: usize) -> String {
    format!("q{}", place + 1)
}

/// Name of the field for a part of a question, by its place on the page.
fn part_field(name: &str, part: usize) -> String {
    format!("{name}-{part}")
}

/// The letter by which a right side is chosen: A, B, …
fn letter(place: usize) -> String {
    ('A'..='Z').nth(place).map(String::from).unwrap_or_default()
}

/// Points with at most two decimals: `4`, `3.67`.
pub(super) fn points(points: f64) -> String {
    let text = format!("{points:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests;
