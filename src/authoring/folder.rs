//! Reading a work: its texts are written to a scratch folder and read by the code that reads the content folder.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use tokio::task::spawn_blocking;

use super::tree::Tree;
use super::{AuthoringError, Kind};
use crate::blobs::{Blobs, StorageError};
use crate::exercises::manifest::DataFile;
use crate::exercises::{self, Exercise};
use crate::ids::Slug;
use crate::messages::{Fault, said};
use crate::{courses, exams};

/// Largest text of a work, in bytes: of these, and of starter files, is it that reading makes copies in memory.
pub const LARGEST_TEXT: u64 = 2_000_000;
/// Largest starter file, in bytes.
const LARGEST_STARTER: u64 = 64_000_000;

/// A course with its exams, as read from a work.
#[derive(Debug, Clone)]
pub struct CourseContent {
    /// The course.
    pub course: courses::Authored,
    /// Its exams.
    pub exams: Vec<exams::Authored>,
}

/// Reads an exercise; its data files, examples and starter files must be among the work's files.
pub async fn exercise(blobs: &Blobs, slug: &Slug, tree: &Tree) -> Result<Exercise, AuthoringError> {
    let is_read = |path: &str| ["exercise.toml", "en.md", "zh.md"].contains(&path) || path.starts_with("starter/");
    let scratch = write(blobs, Kind::Exercise, slug, tree, is_read).await?;
    let folder = scratch.path().join(Kind::Exercise.folder()).join(slug.as_str());
    let read = spawn_blocking(move || exercises::load(&folder)).await.map_err(std::io::Error::other)?;
    let exercise = read.map_err(|error| AuthoringError::Faults(vec![told(error.fault(), &scratch)]))?;
    let missing = missing_files(&exercise, tree);
    if missing.is_empty() { Ok(exercise) } else { Err(AuthoringError::Faults(missing)) }
}

/// Whether a work has a data file that its manifest names, with these bytes: a digest alone is no key to other files.
pub(super) fn has(tree: &Tree, file: &DataFile) -> bool {
    tree.get(&file.file).is_some_and(|found| found.sha256.to_string() == file.sha256)
}

/// Files that the manifest names and the work does not have, or has with other bytes.
fn missing_files(exercise: &Exercise, tree: &Tree) -> Vec<Fault> {
    let manifest = &exercise.manifest;
    let mut faults = Vec::new();
    for file in &manifest.data {
        match tree.get(&file.file) {
            Some(_) if has(tree, file) => {}
            Some(found) => {
                let found = found.sha256.to_string();
                let said = said!("fault-file-hash", found = found, expected = &file.sha256);
                faults.push(Fault::new(Path::new(&file.file), said));
            }
            None => faults.push(missing(&file.file)),
        }
    }
    let examples = manifest.right.iter().chain(&manifest.wrong);
    let paths = examples.flat_map(|example| std::iter::once(&example.file).chain(&example.weights));
    for path in paths.filter(|path| tree.get(path).is_none()) {
        faults.push(missing(path));
    }
    faults
}

fn missing(path: &str) -> Fault {
    Fault::new(Path::new(path), said!("fault-file-missing"))
}

/// Reads a course with its exams, and checks all that can be checked; `known` are the exercises that it may name.
pub async fn course(
    blobs: &Blobs,
    (slug, tree): (&Slug, &Tree),
    known: &[Slug],
) -> Result<CourseContent, AuthoringError> {
    let scratch = write(blobs, Kind::Course, slug, tree, is_text).await?;
    for slug in known {
        // Only looked for, never read.
        let folder = scratch.path().join(Kind::Exercise.folder()).join(slug.as_str());
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(Kind::Exercise.main_file()), "")?;
    }
    let content = scratch.path().to_owned();
    let read = spawn_blocking(move || read_course(&content)).await.map_err(std::io::Error::other)?;
    read.map_err(|faults| AuthoringError::Faults(faults.into_iter().map(|fault| told(fault, &scratch)).collect()))
}

fn read_course(content: &Path) -> Result<CourseContent, Vec<Fault>> {
    let mut faults: Vec<Fault> = Vec::new();
    let courses = courses::load(content).map_err(|error| faults.extend(error.0)).unwrap_or_default();
    let exams = exams::load(content).map_err(|error| faults.extend(error.0)).unwrap_or_default();
    faults.extend(courses::check(&courses));
    for exam in &exams {
        let folder = content.join("courses").join(exam.course.as_str()).join("exams").join(exam.exam.slug.as_str());
        faults.extend(exams::check::check_texts(exam, &folder));
        let drawn = exams::check::check(exam).faults;
        faults.extend(drawn.into_iter().map(|said| Fault::new(&folder, said)));
    }
    match courses.into_iter().next() {
        Some(course) if faults.is_empty() => Ok(CourseContent { course, exams }),
        _ => Err(faults),
    }
}

/// A fault with the path within the work, instead of that of the scratch folder: no path of this machine is told.
fn told(fault: Fault, scratch: &TempDir) -> Fault {
    let Ok(within) = fault.file.strip_prefix(scratch.path()) else {
        let file = if fault.file.is_absolute() { fault.file.file_name().map(Into::into) } else { None };
        return Fault { file: file.unwrap_or_else(|| fault.file.clone()), ..fault };
    };
    let mut parts = within.components();
    // The kind and the name of the work.
    let _ = (parts.next(), parts.next());
    let rest = parts.as_path();
    let file = if rest.as_os_str().is_empty() { within } else { rest }.to_owned();
    Fault { file, ..fault }
}

/// Whether a file is one of the texts that a course is made of.
fn is_text(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "md" || ending == "toml")
}

/// Files that are too large to be read, among those that are.
fn too_large(tree: &Tree, is_wanted: impl Fn(&str) -> bool) -> Vec<Fault> {
    let most = |path: &str| if path.starts_with("starter/") { LARGEST_STARTER } else { LARGEST_TEXT };
    let large = tree.iter().filter(|(path, file)| is_wanted(path) && file.bytes > most(path));
    large
        .map(|(path, _)| Fault::new(Path::new(path), said!("fault-file-large", most = most(path) / 1_000_000)))
        .collect()
}

/// Writes the chosen files of a work to a scratch folder, in the layout of the content folder.
async fn write(
    blobs: &Blobs,
    kind: Kind,
    slug: &Slug,
    tree: &Tree,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<TempDir, AuthoringError> {
    let large = too_large(tree, &is_wanted);
    if !large.is_empty() {
        return Err(AuthoringError::Faults(large));
    }
    let scratch = TempDir::new()?;
    let folder = scratch.path().join(kind.folder()).join(slug.as_str());
    fs::create_dir_all(&folder)?;
    for (path, file) in tree.iter().filter(|(path, _)| is_wanted(path)) {
        let bytes = blobs.get(&file.sha256).await?.ok_or_else(|| lost(path))?;
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, bytes)?;
    }
    Ok(scratch)
}

/// A file of a work that blob storage no longer has: our fault.
pub(super) fn lost(path: &str) -> AuthoringError {
    let missing = std::io::Error::other(format!("{path} of a work is missing from blob storage"));
    AuthoringError::Storage(StorageError::from(object_store::Error::NotFound {
        path: path.to_owned(),
        source: Box::new(missing),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authoring::tree::FileRef;
    use crate::blobs::Sha256;

    #[test]
    fn large_texts_are_refused_before_they_are_read_and_large_data_are_none_of_its_business() {
        let mut tree = Tree::default();
        let sha256 = Sha256::of(b"");
        let sizes = [("01/en.md", LARGEST_TEXT), ("01/zh.md", LARGEST_TEXT + 1), ("01/photo.png", 900_000_000)];
        for (path, bytes) in sizes {
            tree.put(path, FileRef { sha256, bytes }).unwrap();
        }
        let faults = too_large(&tree, is_text);
        assert_eq!(faults.iter().map(|fault| fault.file.as_path()).collect::<Vec<_>>(), [Path::new("01/zh.md")]);
    }

    #[test]
    fn no_fault_tells_a_path_of_this_machine() {
        let scratch = TempDir::new().unwrap();
        let shown = |path: &Path| told(Fault::new(path, said!("fault-source")), &scratch).file;
        assert_eq!(shown(&scratch.path().join("courses/sums/exams/a/exam.toml")), Path::new("exams/a/exam.toml"));
        assert_eq!(shown(Path::new("data/train.csv")), Path::new("data/train.csv"));
        assert_eq!(shown(Path::new("/srv/assay/secret.toml")), Path::new("secret.toml"));
    }
}
