//! An exercise and its manifest; the version of an exercise is the hash of what decides a score.
//!
//! An exercise is a folder: `exercise.toml` (the manifest), the statement in both languages, `starter/`, `right/` and
//! `wrong/` submissions with expected verdicts, and data files that are named by hash. [`load()`] reads the folder;
//! [`data::evaluation`] turns a manifest and the bytes of its hidden files into what [`crate::grading`] runs on.

pub mod catalogue;
pub mod comparison;
pub mod data;
pub mod environments;
mod duplicates;
pub mod files;
pub mod intake;
pub mod manifest;
pub mod private;
pub mod rules;
pub mod seal_key;
pub mod training;

mod store;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::messages::{Bilingual, Fault, Said, bounds, said};
use manifest::Manifest;

/// An exercise as read from its folder.
#[derive(Debug, Clone)]
pub struct Exercise {
    /// The folder's name: lower-case letters, digits and hyphens.
    pub slug: String,
    /// The folder.
    pub folder: PathBuf,
    /// `exercise.toml`.
    pub manifest: Manifest,
    /// `en.md` and `zh.md`: Markdown.
    pub statement: Bilingual,
    /// The starter files, with their bytes.
    pub starter: Vec<StarterFile>,
    /// SHA-256 of task, data, contract, metric, marks and limits, in hexadecimal: what decides a score.
    pub version: String,
    /// SHA-256 of title, statement and starter files, in hexadecimal: what may change without voiding a score.
    pub text_version: String,
}

/// A file that learners start from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StarterFile {
    /// Name without a folder.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why an exercise cannot be used; always names the file.
#[derive(Debug, Error)]
pub enum ContentError {
    /// A file is missing or unreadable.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// `exercise.toml` is not a manifest, or the file of an environment none.
    #[error("{0}")]
    Manifest(Fault),
    /// A data file has other bytes than the manifest says.
    #[error("{file}: its SHA-256 is {found}, but the manifest says {expected}")]
    Hash {
        /// The file as named in the manifest.
        file: String,
        /// Hash of the bytes.
        found: String,
        /// Hash in the manifest.
        expected: String,
    },
    /// A data file does not contain what the manifest says.
    #[error("{file}: {message}")]
    Data {
        /// The file as named in the manifest.
        file: String,
        /// What is wrong.
        message: String,
    },
}

impl ContentError {
    /// The same for whoever has to mend it, in words of their language.
    pub fn fault(&self) -> Fault {
        match self {
            Self::File { path, source } => Fault::unreadable(path, source),
            Self::Manifest(fault) => fault.clone(),
            Self::Hash { file, found, expected } => {
                Fault::new(Path::new(file), said!("fault-file-hash", found = found, expected = expected))
            }
            Self::Data { file, message } => Fault::new(Path::new(file), Said::english(message)),
        }
    }
}

/// Reads every exercise below `exercises/`, in the order of their names.
pub fn load_all(exercises: &Path) -> Result<Vec<Exercise>, ContentError> {
    let unreadable = |source| ContentError::File { path: exercises.to_owned(), source };
    let mut folders = Vec::new();
    for entry in fs::read_dir(exercises).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.join("exercise.toml").is_file() {
            folders.push(path);
        }
    }
    folders.sort();
    folders.iter().map(|folder| load(folder)).collect()
}

/// Reads one exercise from its folder.
pub fn load(folder: &Path) -> Result<Exercise, ContentError> {
    let manifest_path = folder.join("exercise.toml");
    let slug = folder.canonicalize().ok().and_then(|path| path.file_name()?.to_str().map(str::to_owned));
    let slug = slug.filter(|slug| is_slug(slug));
    let slug =
        slug.ok_or_else(|| ContentError::Manifest(Fault::new(&manifest_path, said!("fault-exercise-folder"))))?;
    let manifest = Manifest::parse(&manifest_path, &read_text(&manifest_path)?).map_err(ContentError::Manifest)?;
    let statement = Bilingual { en: read_statement(folder, "en.md")?, zh: read_statement(folder, "zh.md")? };
    let mut starter = Vec::new();
    for name in &manifest.starter {
        starter.push(StarterFile { name: name.clone(), bytes: read_file(&folder.join("starter").join(name))? });
    }
    let (version, text_version) = (manifest.version(), text_version(&manifest, &statement, &starter));
    Ok(Exercise { slug, folder: folder.to_owned(), manifest, statement, starter, version, text_version })
}

impl Exercise {
    /// Reads one of the exercise's data files and checks its hash.
    pub fn read_data(&self, file: &manifest::DataFile) -> Result<Vec<u8>, ContentError> {
        let bytes = read_file(&self.folder.join(&file.file))?;
        file.check(&bytes)?;
        Ok(bytes)
    }
}

fn text_version(manifest: &Manifest, statement: &Bilingual, starter: &[StarterFile]) -> String {
    let mut hash = Sha256::new();
    for part in [&manifest.title.en, &manifest.title.zh, &manifest.summary.en, &manifest.summary.zh] {
        update(&mut hash, part.as_bytes());
    }
    update(&mut hash, statement.en.as_bytes());
    update(&mut hash, statement.zh.as_bytes());
    for file in starter {
        update(&mut hash, file.name.as_bytes());
        update(&mut hash, &file.bytes);
    }
    hex::encode(hash.finalize())
}

fn update(hash: &mut Sha256, part: &[u8]) {
    hash.update((part.len() as u64).to_le_bytes());
    hash.update(part);
}

fn is_slug(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=64).contains(&text.len()) && text.chars().all(allowed) && !text.starts_with('-') && !text.ends_with('-')
}

fn read_file(path: &Path) -> Result<Vec<u8>, ContentError> {
    fs::read(path).map_err(|source| ContentError::File { path: path.to_owned(), source })
}

fn read_statement(folder: &Path, name: &str) -> Result<String, ContentError> {
    let path = folder.join(name);
    let text = read_text(&path)?;
    match bounds::control(&text) {
        Some(said) => Err(ContentError::Manifest(Fault::new(&path, said))),
        None => Ok(text),
    }
}

fn read_text(path: &Path) -> Result<String, ContentError> {
    fs::read_to_string(path).map_err(|source| ContentError::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests;
