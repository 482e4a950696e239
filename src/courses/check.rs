//! Checking authored courses: everything is rendered, and what cannot be shown as meant is reported to the author.

use std::path::Path;

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::{Authored, markdown};
use crate::items::{ItemVersion, paper};
use crate::messages::{Fault, Lang, Said, fault, said};

/// Everything in `courses` that would not be shown as meant: formulas, diagrams, links within a lesson, images.
pub fn check(courses: &[Authored]) -> Vec<Fault> {
    courses.iter().flat_map(check_course).collect()
}

fn check_course(authored: &Authored) -> Vec<Fault> {
    let mut faults = Vec::new();
    for lesson in &authored.lessons {
        faults.extend(check_text(&lesson.file, None, &lesson.source, lesson.lang));
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
        Err(error) => return vec![Fault::new(file, error.said())],
    };
    let mut faults = Vec::new();
    for (part, text) in found.item.texts() {
        let place = part.within(said!("fault-place-item", item = &found.item.name));
        for lang in Lang::ALL {
            let filled = drawn.text(text, lang);
            faults.extend(check_text(file, Some(&place), &filled, lang));
            if markdown::render(&filled, lang).diagrams != markdown::render(text.get(lang), lang).diagrams {
                // Drawings are made when courses are loaded, numbers when papers are drawn.
                faults.push(Fault::new(file, said!("fault-diagram-numbers")).at(place.clone()));
            }
        }
    }
    faults
}

/// A text, whose lines are told as lines of `place`.
pub fn check_text(file: &Path, place: Option<&Said>, source: &str, lang: Lang) -> Vec<Fault> {
    let rendered = markdown::render(source, lang);
    let at = |line: usize| match place {
        Some(place) => fault::line(line).within(place.clone()),
        None => fault::line(line),
    };
    rendered.faults.iter().map(|fault| Fault::new(file, fault.said.clone()).at(at(fault.line))).collect()
}
