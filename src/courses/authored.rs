//! The file `course.toml`: its shape, and the rules that it must keep.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use super::{CertificateRule, Course, Module, QuizRule, Signatory};
use crate::ids::Slug;
use crate::items::Fault;
use crate::messages::{Bilingual, Lang};

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
    let authored: AuthoredCourse = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
        vec![Fault::new(file, format!("line {line}"), error.message())]
    })?;
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
        faults.push(Fault::new(
            file,
            "slug",
            format!("is `{}`, but the folder is called `{folder}`; they must agree", authored.slug),
        ));
    }
    if authored.modules.is_empty() {
        faults.push(Fault::new(file, "modules", "a course needs at least one"));
    }
    if authored.languages.is_empty() {
        faults.push(Fault::new(file, "languages", "name at least one of `en` and `zh`"));
    }
    for text in [&authored.title, &authored.summary, &authored.level] {
        if text.en.trim().is_empty() || text.zh.trim().is_empty() {
            faults.push(Fault::new(file, "", "`title`, `summary` and `level` need a text in `en` and in `zh`"));
            break;
        }
    }
    let mut seen = BTreeSet::new();
    for module in &authored.modules {
        let place = format!("module `{}`", module.slug);
        if !seen.insert(&module.slug) {
            faults.push(Fault::new(file, place.as_str(), "this slug is used twice"));
        }
        faults.extend(module_faults(module).into_iter().map(|message| Fault::new(file, place.as_str(), message)));
    }
    if let Some(rule) = &authored.certificate {
        faults.extend(
            certificate_faults(rule, &seen).into_iter().map(|message| Fault::new(file, "certificate", message)),
        );
    }
    faults
}

fn module_faults(module: &AuthoredModule) -> Vec<String> {
    let mut faults = Vec::new();
    if RESERVED.contains(&module.slug.as_str()) {
        faults.push("this slug is an address of its own; choose another".to_owned());
    }
    if module.folder.is_empty() || module.folder.contains(['/', '\\']) || module.folder.starts_with('.') {
        faults.push(format!("`folder` is `{}`; name a folder beside course.toml", module.folder));
    }
    if module.quiz.draw == 0 {
        faults
            .push("`quiz.draw` is 0; a module is completed by its quiz, so it needs at least one question".to_owned());
    }
    if !(module.quiz.pass > 0.0 && module.quiz.pass <= 1.0) {
        faults.push("`quiz.pass` is a share of the points, above 0 and up to 1".to_owned());
    }
    faults
}

fn certificate_faults(rule: &CertificateRule, known: &BTreeSet<&Slug>) -> Vec<String> {
    let mut faults: Vec<String> = rule
        .modules
        .iter()
        .filter(|module| !known.contains(module))
        .map(|module| format!("`modules` names `{module}`, which is no module of this course"))
        .collect();
    if rule.modules.is_empty() && rule.exercises.is_empty() {
        faults.push("demands nothing; name modules or exercises".to_owned());
    }
    if !(1..=120).contains(&rule.valid_months) {
        faults.push("`valid_months` must be 1 to 120".to_owned());
    }
    if rule.signatory.as_ref().is_some_and(|who| !is_sound(who)) {
        faults.push(format!(
            "`signatory` needs a `name` and a `role` in `en` and in `zh`, each in one line of at most {LONGEST_SIGNATORY} characters"
        ));
    }
    faults
}

fn is_sound(signatory: &Signatory) -> bool {
    [&signatory.name, &signatory.role.en, &signatory.role.zh].into_iter().all(|text| {
        !text.trim().is_empty() && text.chars().count() <= LONGEST_SIGNATORY && !text.contains(char::is_control)
    })
}
