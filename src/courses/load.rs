//! Reading courses from their folders: files only, no database.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Authored, AuthoredBank, AuthoredLesson, CertificateRule, Module, authored};
use crate::items::{bank, paper};
use crate::messages::{Fault, Lang, bounds, fault, said};

/// Courses that cannot be loaded: everything that is wrong, one line each.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct LoadError(pub Vec<Fault>);

/// Reads every course of `content`, the folder that holds `courses/` and `exercises/`, in the order of their slugs.
///
/// All faults of all files are reported at once. What can only be seen by rendering is found by [`super::check()`].
pub fn load(content: &Path) -> Result<Vec<Authored>, LoadError> {
    let mut courses = Vec::new();
    let mut faults = Vec::new();
    for folder in folders(&content.join("courses")).map_err(|fault| LoadError(vec![fault]))? {
        match course(content, &folder) {
            Ok(course) => courses.push(course),
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() { Ok(courses) } else { Err(LoadError(faults)) }
}

fn folders(parent: &Path) -> Result<Vec<PathBuf>, Fault> {
    let entries = fs::read_dir(parent).map_err(|error| Fault::unreadable(parent, &error))?;
    let mut folders = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| Fault::unreadable(parent, &error))?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

fn course(content: &Path, folder: &Path) -> Result<Authored, Vec<Fault>> {
    let file = folder.join("course.toml");
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let parsed = authored::parse(&file, &name, &read(&file).map_err(|fault| vec![fault])?)?;
    let mut faults = Vec::new();
    if let Some(rule) = &parsed.course.certificate {
        faults.extend(unknown_exercises(content, &file, rule));
    }
    let (mut lessons, mut banks) = (Vec::new(), Vec::new());
    for (module, module_folder) in parsed.course.modules.iter().zip(&parsed.folders) {
        let path = folder.join(module_folder);
        match module_lessons(&path, module, &parsed.course.languages) {
            Ok(found) => lessons.extend(found),
            Err(found) => faults.extend(found),
        }
        match module_bank(&path, module) {
            Ok(found) => banks.push(found),
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() { Ok(Authored { course: parsed.course, lessons, banks }) } else { Err(faults) }
}

fn unknown_exercises(content: &Path, file: &Path, rule: &CertificateRule) -> Vec<Fault> {
    let exercises = content.join("exercises");
    let unknown = rule.exercises.iter().filter(|slug| !exercises.join(slug.as_str()).join("exercise.toml").is_file());
    unknown
        .map(|slug| {
            let said = said!("fault-certificate-exercise", exercise = slug);
            Fault::new(file, said).at(fault::field("certificate"))
        })
        .collect()
}

/// The lessons of one module. One language may be missing, which the page says; a lesson in no language is a fault.
fn module_lessons(folder: &Path, module: &Module, languages: &[Lang]) -> Result<Vec<AuthoredLesson>, Vec<Fault>> {
    let mut lessons = Vec::new();
    for lang in languages {
        let file = folder.join(format!("{}.md", lang.code()));
        if file.is_file() {
            let source = read(&file).map_err(|fault| vec![fault])?;
            if let Some(said) = bounds::control(&source) {
                return Err(vec![Fault::new(&file, said)]);
            }
            lessons.push(AuthoredLesson { module: module.slug.clone(), lang: *lang, file, source });
        }
    }
    if lessons.is_empty() {
        return Err(vec![Fault::new(folder, said!("fault-no-lesson", module = &module.slug))]);
    }
    Ok(lessons)
}

fn module_bank(folder: &Path, module: &Module) -> Result<AuthoredBank, Vec<Fault>> {
    let file = folder.join("items.toml");
    let items = bank::parse(&file, &read(&file).map_err(|fault| vec![fault])?)?;
    let has = paper::available(&items);
    if has < module.quiz.draw {
        let draw = module.quiz.draw;
        return Err(vec![Fault::new(&file, said!("fault-quiz-few", has = has, draw = draw))]);
    }
    Ok(AuthoredBank { module: module.slug.clone(), file, items })
}

fn read(file: &Path) -> Result<String, Fault> {
    fs::read_to_string(file).map_err(|error| Fault::unreadable(file, &error))
}
