//! Reading exams from the folders of their courses, and the rules that they must keep.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Authored, Exam, LoadError, Part, TheorySection};
use crate::ids::Slug;
use crate::items::{Fault, bank};

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
                    let message = format!("`{}` is the slug of another exam, too", found.exam.slug);
                    faults.push(Fault::new(&folder.join("exam.toml"), "slug", message));
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
    let exam: Exam = toml::from_str(&text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
        vec![Fault::new(&file, format!("line {line}"), error.message())]
    })?;
    let course: Slug = name(course).parse().map_err(|_| vec![Fault::new(&file, "", "its course has no good name")])?;
    let mut faults = faults_of(&file, &name(folder), &exam);
    faults.extend(unknown_exercises(content, &file, &exam));
    let mut banks = Vec::new();
    let names: BTreeSet<&String> = exam.sections().flat_map(|section| &section.draw.banks).collect();
    for name in names {
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
            let message = "is the id of a question in another bank of this exam, too; changed keys are found by it";
            faults.push(Fault::new(&path, format!("item `{}`", found.item.name), message));
        }
    }
    if faults.is_empty() { Ok(Authored { exam, course, banks }) } else { Err(faults) }
}

fn read(file: &Path) -> Result<String, Vec<Fault>> {
    fs::read_to_string(file).map_err(|error| vec![Fault::new(file, "", format!("cannot be read: {error}"))])
}

fn faults_of(file: &Path, folder: &str, exam: &Exam) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut add = |place: &str, message: String| faults.push(Fault::new(file, place, message));
    if exam.slug.as_str() != folder {
        add("slug", format!("is `{}`, but the folder is called `{folder}`; they must agree", exam.slug));
    }
    if exam.parts.is_empty() {
        add("parts", "an exam needs at least one".to_owned());
    }
    if exam.attempts == 0 {
        add("attempts", "is 0; nobody could take the exam".to_owned());
    }
    if exam.window.is_some_and(|window| window.opens >= window.closes) {
        add("window", "closes before it opens".to_owned());
    }
    let longest: u32 = exam.parts.iter().map(Part::minutes).sum();
    if let Some(window) = exam.window
        && (window.closes - window.opens).num_minutes() < i64::from(longest)
    {
        add(
            "window",
            format!("is shorter than the {longest} minutes of the parts: nobody would have all of their time"),
        );
    }
    if exam.certificate.as_ref().is_some_and(|rule| !(1..=120).contains(&rule.valid_months)) {
        add("certificate", "`valid_months` must be 1 to 120".to_owned());
    }
    let mut skills = BTreeSet::new();
    for skill in exam.skills.iter().filter(|skill| !skills.insert(&skill.name)) {
        add("skills", format!("two are called `{}`", skill.name));
    }
    let mut sections = BTreeSet::new();
    for part in &exam.parts {
        let place = format!("part `{}`", part.title().en);
        for message in part_faults(part) {
            add(&place, message);
        }
        for section in part.sections() {
            if !sections.insert(section.draw.name.clone()) {
                add(&place, format!("two sections are called `{}`", section.draw.name));
            }
            for message in section_faults(section) {
                add(&format!("section `{}`", section.draw.name), message);
            }
        }
    }
    faults
}

fn part_faults(part: &Part) -> Vec<String> {
    let mut faults = Vec::new();
    if part.minutes() == 0 {
        faults.push("`minutes` is 0".to_owned());
    }
    match part {
        Part::Theory { pass, sections, .. } => {
            if !(*pass > 0.0 && *pass <= 1.0) {
                faults.push("`pass` is a share of the points, above 0 and up to 1".to_owned());
            }
            if sections.is_empty() {
                faults.push("needs at least one section".to_owned());
            }
        }
        Part::Practice { attempts, .. } => {
            if *attempts == 0 {
                faults.push("`attempts` is 0; nothing could be submitted".to_owned());
            }
        }
    }
    faults
}

fn section_faults(section: &TheorySection) -> Vec<String> {
    let mut faults = Vec::new();
    if section.draw.draw == 0 {
        faults.push("`draw` is 0".to_owned());
    }
    if !(0.0..=1.0).contains(&section.pass) {
        faults.push("`pass` is a share of the points, 0 to 1".to_owned());
    }
    let points = section.draw.item_points.values().chain([&section.draw.points]);
    if points.into_iter().any(|points| !points.is_finite() || *points <= 0.0) {
        faults.push("points must be above 0".to_owned());
    }
    if section.draw.banks.iter().any(|name| name.parse::<Slug>().is_err()) {
        faults.push("a bank is named by its file beside exam.toml, without `.toml`".to_owned());
    }
    faults
}

fn unknown_exercises(content: &Path, file: &Path, exam: &Exam) -> Vec<Fault> {
    let named = exam.parts.iter().filter_map(|part| match part {
        Part::Practice { exercise, .. } => Some(exercise),
        Part::Theory { .. } => None,
    });
    let is_unknown = |slug: &&Slug| !content.join("exercises").join(slug.as_str()).join("exercise.toml").is_file();
    let message = |slug: &Slug| format!("names the exercise `{slug}`, but there is no exercises/{slug}/exercise.toml");
    named.filter(is_unknown).map(|slug| Fault::new(file, "parts", message(slug))).collect()
}
