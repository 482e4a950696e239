//! The files of a work: paths within its folder, each with the digest and size of its bytes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::blobs::Sha256;

/// Most files of one work.
pub const MOST_FILES: usize = 5_000;
/// Longest path, in bytes.
const LONGEST_PATH: usize = 200;
/// Deepest path, in folders.
const DEEPEST: usize = 6;

/// A file in blob storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// Its digest.
    pub sha256: Sha256,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Files by path, in the order of their names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tree(BTreeMap<String, FileRef>);

/// A path that cannot be within a work.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("no path within a work")]
pub struct InvalidPath;

/// How a file differs between two trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It has other bytes.
    Changed,
    /// It is gone.
    Removed,
}

impl Tree {
    /// The file at `path`.
    pub fn get(&self, path: &str) -> Option<&FileRef> {
        self.0.get(path)
    }

    /// Puts a file at `path`, which must stay within the folder.
    pub fn put(&mut self, path: &str, file: FileRef) -> Result<(), InvalidPath> {
        if !is_within(path) || (self.0.len() >= MOST_FILES && !self.0.contains_key(path)) || self.clashes(path) {
            return Err(InvalidPath);
        }
        self.0.insert(path.to_owned(), file);
        Ok(())
    }

    /// Whether `path` is a folder of another file, or another file's path is its folder: no disk could hold both.
    fn clashes(&self, path: &str) -> bool {
        let below = format!("{path}/");
        let is_folder = self.0.range(below.clone()..).next().is_some_and(|(other, _)| other.starts_with(&below));
        let is_in_file =
            path.match_indices('/').any(|(end, _)| self.0.contains_key(path.get(..end).unwrap_or_default()));
        is_folder || is_in_file
    }

    /// Takes the file at `path` away.
    pub fn remove(&mut self, path: &str) {
        self.0.remove(path);
    }

    /// Every file, in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FileRef)> {
        self.0.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// Files below a folder, with their whole paths.
    pub fn below(&self, folder: &str) -> impl Iterator<Item = (&str, &FileRef)> {
        let folder = format!("{folder}/");
        self.iter().filter(move |(path, _)| path.starts_with(&folder))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What differs in `new`, by path.
    pub fn changes<'a>(&'a self, new: &'a Self) -> Vec<(&'a str, Change)> {
        let gone = self.iter().filter(|(path, _)| new.get(path).is_none()).map(|(path, _)| (path, Change::Removed));
        let other = new.iter().filter_map(|(path, file)| match self.get(path) {
            None => Some((path, Change::Added)),
            Some(old) if old.sha256 != file.sha256 => Some((path, Change::Changed)),
            Some(_) => None,
        });
        let mut changes: Vec<_> = gone.chain(other).collect();
        changes.sort_by_key(|(path, _)| *path);
        changes
    }
}

/// Whether a path names a file within a folder, on every system: no way up, no absolute path, no odd characters.
pub fn is_within(path: &str) -> bool {
    let is_good = |part: &str| {
        let is_reserved = part.ends_with(['.', ' ']) || part.starts_with(['.', ' ', '~']);
        !part.is_empty() && !is_reserved && !part.contains(|c: char| c.is_control() || "\\:*?\"<>|".contains(c))
    };
    path.len() <= LONGEST_PATH && path.split('/').count() <= DEEPEST && path.split('/').all(is_good)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> FileRef {
        FileRef { sha256: Sha256::of(text.as_bytes()), bytes: text.len() as u64 }
    }

    #[test]
    fn paths_stay_within_the_folder_on_every_system() {
        for good in ["exercise.toml", "data/train 1.csv", "right/模型.onnx", "a/b/c/d/e/f"] {
            assert!(is_within(good), "{good:?}");
        }
        let long = "x".repeat(201);
        for bad in [
            "",
            "/etc/passwd",
            "../x",
            "a/../b",
            "a//b",
            "a/",
            "a\\b",
            "C:x",
            ".git/config",
            "a/.hidden",
            "nul\0",
            "a/b/c/d/e/f/g",
            "dot.",
            "line\nend",
            &long,
        ] {
            assert!(!is_within(bad), "{bad:?}");
        }
    }

    #[test]
    fn a_file_is_no_folder() {
        let mut tree = Tree::default();
        tree.put("data/a.csv", file("1")).unwrap();
        assert_eq!(tree.put("data", file("2")), Err(InvalidPath));
        assert_eq!(tree.put("data/a.csv/b", file("2")), Err(InvalidPath));
        tree.put("data-more", file("3")).unwrap();
        assert_eq!(tree.put("data/a.csv", file("4")), Ok(()), "a file may take its own place");
    }

    #[test]
    fn changes_are_told_by_path() {
        let (mut old, mut new) = (Tree::default(), Tree::default());
        old.put("a", file("1")).unwrap();
        old.put("b", file("1")).unwrap();
        new.put("b", file("2")).unwrap();
        new.put("c", file("1")).unwrap();
        assert_eq!(old.changes(&new), [("a", Change::Removed), ("b", Change::Changed), ("c", Change::Added)]);
        assert!(new.changes(&new).is_empty());
    }
}
