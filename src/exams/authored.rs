//! Reading exams from the folders of their courses, and the rules that they must keep.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Authored, CertificateRule, Exam, LoadError, Part, TheorySection};
use crate::clock::{YEARS, is_settable};
use crate::ids::Slug;
use crate::items::bank;
use crate::messages::fault::field;
use crate::messages::{Fault, Said, bounds, said};

/// Attempts at an exam, or submissions to a part of it, that any could need.
const MOST_ATTEMPTS: u32 = 1_000;
/// Most points of one question.
const MOST_POINTS: f64 = 1_000.0;
/// The longest part lasts a week.
const MOST_MINUTES: u32 = 10_080;
/// The longest rest between two parts is a day.
const MOST_REST_MINUTES: u32 = 1_440;
/// The longest time between two attempts is ten years.
const MOST_COOL_DOWN_DAYS: u32 = 3_650;

/// Reads every exam of `content`, the folder that holds `courses/` and `exercises/`: `courses/…/exams/…/exam.toml`.
///
/// All faults of all files are reported at once. Whether papers can be drawn is found by [`super::check`].
pub fn load(content: &Path) -> Result<Vec<Authored>, LoadError> {
    let (mut exams, mut faults, mut names) = (Vec::new(), Vec::new(), BTreeSet::new());
    for course in folders(&content.join("courses")) {
        for folder in folders(&course.join("exams")) {
            match exam(content, &course, &folder) {
                Ok(found) if names.insert(found.exam.slug.clone()) => exams.push(found),
                Ok(found) => {
                    let said = said!("fault-exam-twice", slug = &found.exam.slug);
                    faults.push(Fault::new(&folder.join("exam.toml"), said).at(field("slug")));
                }
                Err(found) => faults.extend(found),
            }
        }
    }
    if faults.is_empty() { Ok(exams) } else { Err(LoadError(faults)) }
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn name(folder: &Path) -> String {
    folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn exam(content: &Path, course: &Path, folder: &Path) -> Result<Authored, Vec<Fault>> {
    let file = folder.join("exam.toml");
    let text = read(&file)?;
    let found = bounds::faults(&file, &text);
    if !found.is_empty() {
        return Err(found);
    }
    let exam: Exam = toml::from_str(&text).map_err(|error| vec![Fault::syntax(&file, &text, &error)])?;
    let course: Slug = name(course).parse().map_err(|_| vec![Fault::new(&file, said!("fault-exam-course"))])?;
    let mut faults = faults_of(&file, &name(folder), &exam);
    faults.extend(unknown_exercises(content, &file, &exam));
    let mut banks = Vec::new();
    // Only names that are slugs become paths; of the others the faults above tell.
    let names = exam.sections().flat_map(|section| &section.draw.banks).filter(|name| name.parse::<Slug>().is_ok());
    for name in names.collect::<BTreeSet<&String>>() {
        let path = folder.join(format!("{name}.toml"));
        match read(&path).and_then(|text| bank::parse(&path, &text)) {
            Ok(items) => banks.push((name.clone(), items)),
            Err(found) => faults.extend(found),
        }
    }
    let mut ids = BTreeSet::new();
    for (bank, items) in &banks {
        for found in items.iter().filter(|found| !ids.insert(found.item.name.clone())) {
            let path = folder.join(format!("{bank}.toml"));
            let place = said!("fault-place-item", item = &found.item.name);
            faults.push(Fault::new(&path, said!("fault-exam-id-twice")).at(place));
        }
    }
    if faults.is_empty() { Ok(Authored { exam, course, banks }) } else { Err(faults) }
}

fn read(file: &Path) -> Result<String, Vec<Fault>> {
    fs::read_to_string(file).map_err(|error| vec![Fault::unreadable(file, &error)])
}

fn faults_of(file: &Path, folder: &str, exam: &Exam) -> Vec<Fault> {
    let limits = [
        above("attempts", exam.attempts, MOST_ATTEMPTS),
        above("cool_down_days", exam.cool_down_days, MOST_COOL_DOWN_DAYS),
        above("rest_minutes", exam.rest_minutes, MOST_REST_MINUTES),
        bounds::long("edition", &exam.edition, bounds::NAME),
        bounds::title("title", &exam.title),
        bounds::summary("summary", &exam.summary),
    ];
    let mut faults: Vec<Fault> = limits.into_iter().flatten().map(|said| Fault::new(file, said)).collect();
    let mut add = |place: Said, said: Said| faults.push(Fault::new(file, said).at(place));
    if exam.slug.as_str() != folder {
        add(field("slug"), said!("fault-slug-folder", slug = &exam.slug, folder = folder));
    }
    if exam.parts.is_empty() {
        add(field("parts"), said!("fault-exam-parts"));
    }
    if exam.attempts == 0 {
        add(field("attempts"), said!("fault-exam-attempts"));
    }
    for said in window_faults(exam) {
        add(field("window"), said);
    }
    for said in exam.certificate.iter().flat_map(certificate_faults) {
        add(field("certificate"), said);
    }
    for skill in &exam.skills {
        let limits = [bounds::title("title", &skill.title), bounds::names("tags", &skill.tags)];
        for said in limits.into_iter().flatten() {
            add(field("skills"), said);
        }
    }
    let mut skills = BTreeSet::new();
    for skill in exam.skills.iter().filter(|skill| !skills.insert(&skill.name)) {
        add(field("skills"), said!("fault-skills-twice", name = &skill.name));
    }
    let mut sections = BTreeSet::new();
    for part in &exam.parts {
        let title = part.title();
        let place = said!("fault-place-part", en = &title.en, zh = &title.zh);
        for fault in part_faults(part) {
            add(place.clone(), fault);
        }
        for section in part.sections() {
            if !sections.insert(section.draw.name.clone()) {
                add(place.clone(), said!("fault-sections-twice", name = &section.draw.name));
            }
            for fault in section_faults(section) {
                add(said!("fault-place-section", section = &section.draw.name), fault);
            }
        }
    }
    faults
}

/// The fault of a number that is larger than any that its field may have.
fn above(name: &'static str, number: u32, most: u32) -> Option<Said> {
    (number > most).then(|| said!("fault-most", field = name, most = most))
}

fn window_faults(exam: &Exam) -> Vec<Said> {
    let Some(window) = exam.window else { return Vec::new() };
    let mut faults = Vec::new();
    if window.opens >= window.closes {
        faults.push(said!("fault-window-order"));
    }
    if ![window.opens, window.closes].into_iter().all(is_settable) {
        faults.push(said!("fault-window-years", least = YEARS.start().to_string(), most = YEARS.end().to_string()));
    }
    let longest: u64 = exam.parts.iter().map(|part| u64::from(part.minutes())).sum();
    if u64::try_from((window.closes - window.opens).num_minutes()).unwrap_or_default() < longest {
        faults.push(said!("fault-window-short", minutes = longest));
    }
    faults
}

fn part_faults(part: &Part) -> Vec<Said> {
    let limits = [above("minutes", part.minutes(), MOST_MINUTES), bounds::title("title", part.title())];
    let mut faults: Vec<Said> = limits.into_iter().flatten().collect();
    if part.minutes() == 0 {
        faults.push(said!("fault-part-minutes"));
    }
    match part {
        Part::Theory { pass, sections, .. } => {
            if !(*pass > 0.0 && *pass <= 1.0) {
                faults.push(said!("fault-part-pass"));
            }
            if sections.is_empty() {
                faults.push(said!("fault-sections-none"));
            }
        }
        Part::Practice { attempts, mark, sealed_mark, .. } => {
            if [mark, sealed_mark].into_iter().flatten().any(|mark| !mark.is_finite()) {
                faults.push(said!("fault-part-mark"));
            }
            if *attempts == 0 {
                faults.push(said!("fault-part-attempts"));
            }
            faults.extend(above("attempts", *attempts, MOST_ATTEMPTS));
        }
    }
    faults
}

fn certificate_faults(rule: &CertificateRule) -> Vec<Said> {
    let months = (!(1..=120).contains(&rule.valid_months)).then(|| said!("fault-months"));
    let lengths = [bounds::title("title", &rule.title), bounds::summary("statement", &rule.statement)];
    months.into_iter().chain(lengths.into_iter().flatten()).collect()
}

fn section_faults(section: &TheorySection) -> Vec<Said> {
    let tags = section.draw.only.iter().chain(section.draw.tags.keys());
    let lengths = [bounds::title("title", &section.title), bounds::names("tags", tags)];
    let mut faults: Vec<Said> = lengths.into_iter().flatten().collect();
    if section.draw.draw == 0 {
        faults.push(said!("fault-section-draw"));
    }
    if !(0.0..=1.0).contains(&section.pass) {
        faults.push(said!("fault-section-pass"));
    }
    let mut points = section.draw.item_points.values().chain([&section.draw.points]);
    if points.any(|points| !(*points > 0.0 && *points <= MOST_POINTS)) {
        faults.push(said!("fault-section-points", most = MOST_POINTS));
    }
    if section.draw.banks.iter().any(|name| name.parse::<Slug>().is_err()) {
        faults.push(said!("fault-section-bank-name"));
    }
    let mut banks = BTreeSet::new();
    if let Some(name) = section.draw.banks.iter().find(|name| !banks.insert(*name)) {
        faults.push(said!("fault-section-bank-twice", bank = name));
    }
    faults
}

fn unknown_exercises(content: &Path, file: &Path, exam: &Exam) -> Vec<Fault> {
    let named = exam.parts.iter().filter_map(|part| match part {
        Part::Practice { exercise, .. } => Some(exercise),
        Part::Theory { .. } => None,
    });
    let is_unknown = |slug: &&Slug| !content.join("exercises").join(slug.as_str()).join("exercise.toml").is_file();
    let said = |slug: &Slug| said!("fault-part-exercise", exercise = slug);
    named.filter(is_unknown).map(|slug| Fault::new(file, said(slug)).at(field("parts"))).collect()
}

#[cfg(test)]
#[path = "authored_tests.rs"]
mod tests;
