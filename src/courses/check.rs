//! Checking authored courses: everything is rendered, and what cannot be shown as meant is reported to the author.

use std::path::Path;

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::{Authored, markdown};
use crate::items::{Fault, ItemVersion, paper};
use crate::messages::Lang;

/// Everything in `courses` that would not be shown as meant: formulas, diagrams, links within a lesson, images.
pub fn check(courses: &[Authored]) -> Vec<Fault> {
    courses.iter().flat_map(check_course).collect()
}

fn check_course(authored: &Authored) -> Vec<Fault> {
    let mut faults = Vec::new();
    for lesson in &authored.lessons {
        faults.extend(check_text(&lesson.file, "", &lesson.source, lesson.lang));
    }
    for bank in &authored.banks {
        for found in &bank.items {
            faults.extend(check_item(&bank.file, found));
        }
    }
    faults
}

/// The texts of a question with the numbers of one draw, always the same one.
pub fn check_item(file: &Path, found: &ItemVersion) -> Vec<Fault> {
    let drawn = match paper::freeze(found, &mut StdRng::seed_from_u64(1)) {
        Ok(drawn) => drawn,
        Err(error) => return vec![Fault::new(file, "", error.to_string())],
    };
    let mut faults = Vec::new();
    for (what, text) in found.item.texts() {
        let place = format!("item `{}`, {what}, ", found.item.name);
        for lang in Lang::ALL {
            let filled = drawn.text(text, lang);
            faults.extend(check_text(file, &place, &filled, lang));
            if markdown::render(&filled, lang).diagrams != markdown::render(text.get(lang), lang).diagrams {
                // Drawings are made when courses are loaded, numbers when papers are drawn.
                faults.push(Fault::new(
                    file,
                    place.trim_end_matches(", "),
                    "a diagram cannot show numbers that are drawn",
                ));
            }
        }
    }
    faults
}

/// A text, in which `place` stands before the number of a line.
pub fn check_text(file: &Path, place: &str, source: &str, lang: Lang) -> Vec<Fault> {
    let rendered = markdown::render(source, lang);
    let faults = rendered.faults.iter();
    faults.map(|fault| Fault::new(file, format!("{place}line {}", fault.line), fault.message.as_str())).collect()
}
