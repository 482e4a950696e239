//! Checking authored courses: everything is rendered, and what cannot be shown as meant is reported to the author.

use std::path::Path;

use super::{Authored, markdown};
use crate::items::Fault;
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
            let place = format!("item `{}`, ", found.item.name);
            for text in found.item.texts() {
                for lang in Lang::ALL {
                    faults.extend(check_text(&bank.file, &place, text.get(lang), lang));
                }
            }
        }
    }
    faults
}

fn check_text(file: &Path, place: &str, source: &str, lang: Lang) -> Vec<Fault> {
    let rendered = markdown::render(source, lang);
    let faults = rendered.faults.iter();
    faults.map(|fault| Fault::new(file, format!("{place}line {}", fault.line), fault.message.as_str())).collect()
}
