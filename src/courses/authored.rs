//! The file `course.toml`: its shape, and the rules that it must keep.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use super::{CertificateRule, Course, Module, QuizRule, Signatory};
use crate::ids::Slug;
use crate::messages::fault::field;
use crate::messages::{Bilingual, Fault, Lang, Said, bounds, said};

/// Last parts of addresses below a course that are not modules.
const RESERVED: [&str; 3] = ["enrol", "grades", "quiz"];
/// Longest name and role of a signatory, in characters.
const LONGEST_SIGNATORY: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthoredCourse {
    slug: Slug,
    version: String,
    title: Bilingual,
    summary: Bilingual,
    level: Bilingual,
    hours: u32,
    languages: Vec<Lang>,
    modules: Vec<AuthoredModule>,
    certificate: Option<CertificateRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthoredModule {
    slug: Slug,
    folder: String,
    title: Bilingual,
    summary: Bilingual,
    minutes: u32,
    quiz: QuizRule,
}

/// A course file as parsed: the course, and the folder of each module in order.
pub(super) struct Parsed {
    pub(super) course: Course,
    pub(super) folders: Vec<String>,
}

/// The course in `file` with content `text`, which lies in a folder called `folder`.
pub(super) fn parse(file: &Path, folder: &str, text: &str) -> Result<Parsed, Vec<Fault>> {
    let found = bounds::faults(file, text);
    if !found.is_empty() {
        return Err(found);
    }
    let authored: AuthoredCourse = toml::from_str(text).map_err(|error| vec![Fault::syntax(file, text, &error)])?;
    let faults = faults_of(file, folder, &authored);
    if !faults.is_empty() {
        return Err(faults);
    }
    let folders = authored.modules.iter().map(|module| module.folder.clone()).collect();
    let modules = authored.modules.into_iter().map(|module| Module {
        slug: module.slug,
        title: module.title,
        summary: module.summary,
        minutes: module.minutes,
        quiz: module.quiz,
    });
    let course = Course {
        slug: authored.slug,
        edition: authored.version,
        title: authored.title,
        summary: authored.summary,
        level: authored.level,
        hours: authored.hours,
        languages: authored.languages,
        modules: modules.collect(),
        certificate: authored.certificate,
    };
    Ok(Parsed { course, folders })
}

fn faults_of(file: &Path, folder: &str, authored: &AuthoredCourse) -> Vec<Fault> {
    let mut faults = Vec::new();
    if authored.slug.as_str() != folder {
        let fault = said!("fault-slug-folder", slug = &authored.slug, folder = folder);
        faults.push(Fault::new(file, fault).at(field("slug")));
    }
    if authored.modules.is_empty() {
        faults.push(Fault::new(file, said!("fault-modules-none")).at(field("modules")));
    }
    if authored.languages.is_empty() {
        faults.push(Fault::new(file, said!("fault-languages-none")).at(field("languages")));
    }
    for text in [&authored.title, &authored.summary, &authored.level] {
        if text.en.trim().is_empty() || text.zh.trim().is_empty() {
            faults.push(Fault::new(file, said!("fault-course-texts")));
            break;
        }
    }
    let lengths = [
        bounds::long("version", &authored.version, bounds::NAME),
        bounds::title("title", &authored.title),
        bounds::summary("summary", &authored.summary),
        bounds::title("level", &authored.level),
    ];
    faults.extend(lengths.into_iter().flatten().map(|said| Fault::new(file, said)));
    let mut seen = BTreeSet::new();
    for module in &authored.modules {
        let place = said!("fault-place-module", module = &module.slug);
        if !seen.insert(&module.slug) {
            faults.push(Fault::new(file, said!("fault-module-twice")).at(place.clone()));
        }
        faults.extend(module_faults(module).into_iter().map(|said| Fault::new(file, said).at(place.clone())));
    }
    if let Some(rule) = &authored.certificate {
        let found = certificate_faults(rule, &seen).into_iter();
        faults.extend(found.map(|said| Fault::new(file, said).at(field("certificate"))));
    }
    faults
}

fn module_faults(module: &AuthoredModule) -> Vec<Said> {
    let lengths = [bounds::title("title", &module.title), bounds::summary("summary", &module.summary)];
    let mut faults: Vec<Said> = lengths.into_iter().flatten().collect();
    if RESERVED.contains(&module.slug.as_str()) {
        faults.push(said!("fault-module-reserved"));
    }
    if module.folder.is_empty() || module.folder.contains(['/', '\\']) || module.folder.starts_with('.') {
        faults.push(said!("fault-module-folder", folder = &module.folder));
    }
    if module.quiz.draw == 0 {
        faults.push(said!("fault-quiz-draw"));
    }
    if !(module.quiz.pass > 0.0 && module.quiz.pass <= 1.0) {
        faults.push(said!("fault-quiz-pass"));
    }
    faults
}

fn certificate_faults(rule: &CertificateRule, known: &BTreeSet<&Slug>) -> Vec<Said> {
    let mut faults: Vec<Said> = rule
        .modules
        .iter()
        .filter(|module| !known.contains(module))
        .map(|module| said!("fault-certificate-module", module = module))
        .collect();
    faults.extend(bounds::title("title", &rule.title));
    faults.extend(bounds::summary("statement", &rule.statement));
    if rule.modules.is_empty() && rule.exercises.is_empty() {
        faults.push(said!("fault-certificate-none"));
    }
    if !(1..=120).contains(&rule.valid_months) {
        faults.push(said!("fault-months"));
    }
    if rule.signatory.as_ref().is_some_and(|who| !is_sound(who)) {
        faults.push(said!("fault-signatory", most = LONGEST_SIGNATORY));
    }
    faults
}

fn is_sound(signatory: &Signatory) -> bool {
    [&signatory.name, &signatory.role.en, &signatory.role.zh].into_iter().all(|text| {
        !text.trim().is_empty() && text.chars().count() <= LONGEST_SIGNATORY && !text.contains(char::is_control)
    })
}
