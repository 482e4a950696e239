//! Something wrong in an authored file: where, what, and what it should be.

use std::fmt;
use std::path::{Path, PathBuf};

/// Something wrong in an authored file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file.
    pub file: PathBuf,
    /// Where in the file, such as ``item `hopfield-update` `` or `line 12`; empty for the whole file.
    pub place: String,
    /// What is wrong and what it should be.
    pub message: String,
}

impl Fault {
    /// A fault at `place` in `file`.
    pub fn new(file: &Path, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), place: place.into(), message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if !self.place.is_empty() {
            write!(f, ", {}", self.place)?;
        }
        write!(f, ": {}", self.message)
    }
}
