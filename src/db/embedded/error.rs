//! What can keep the embedded PostgreSQL from running, each in one sentence that names the way out.

use std::path::{Path, PathBuf};

/// Why the embedded server could not be found, made, started or stopped.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// No PostgreSQL programs anywhere.
    #[error(
        "no PostgreSQL was found: run `make fetch`, or `apt-get install postgresql`, or name a server with DATABASE_URL"
    )]
    NoPrograms,
    /// The folder that was named holds no PostgreSQL programs that run here.
    #[error(
        "{0} holds no PostgreSQL that runs here: ASSAY_POSTGRES_BIN must name a folder with `postgres` and `initdb`"
    )]
    NotPrograms(PathBuf),
    /// The programs are of a version that Assay was not tested with.
    #[error("{bin} is PostgreSQL {major}, but Assay works with 15 to 18: set ASSAY_POSTGRES_BIN to one of those")]
    Unsupported {
        /// Folder of the programs.
        bin: PathBuf,
        /// Their major version.
        major: u32,
    },
    /// The data was written by another major version than any that was found.
    #[error(
        "{folder} was written by another major version than the PostgreSQL {found} found here: set ASSAY_POSTGRES_BIN to \
         programs of that version; to change versions, `assay backup` with the old and `assay restore` into an empty \
         ASSAY_DATA with the new"
    )]
    OtherMajor {
        /// The database folder.
        folder: PathBuf,
        /// Major version of the programs that would have been used.
        found: u32,
    },
    /// PostgreSQL refuses to run as root, and there is nobody else to run it as.
    #[error(
        "PostgreSQL does not run as root, and none of `postgres`, `daemon` and `nobody` is in /etc/passwd: start Assay as an ordinary user"
    )]
    NobodyToRunAs,
    /// The unprivileged database user cannot reach the data folder.
    #[error(
        "the database user `{user}` cannot enter {folder}: set ASSAY_DATA to a folder below a path that everyone may enter, such as /var/lib/assay"
    )]
    Unreachable {
        /// Whom PostgreSQL runs as.
        user: String,
        /// What it cannot enter.
        folder: PathBuf,
    },
    /// A PostgreSQL program failed.
    #[error("`{program}` failed: {detail}")]
    Program {
        /// Its name.
        program: String,
        /// The last lines that it wrote.
        detail: String,
    },
    /// The server ended, or did not become ready in time.
    #[error("PostgreSQL did not start; the last lines of {log}: {detail}")]
    NotStarted {
        /// The log file.
        log: PathBuf,
        /// Its last lines.
        detail: String,
    },
    /// The server does not run, and the caller only joins one that does.
    #[error("no server runs on {0}: start `assay serve` first, or name a database with DATABASE_URL")]
    NotRunning(PathBuf),
    /// An earlier server does not stop.
    #[error("a PostgreSQL of an earlier start (process {0}) does not stop: end it by hand, then start again")]
    Orphan(i32),
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Names the file in an input or output error.
pub(super) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> EmbeddedError + '_ {
    move |source| EmbeddedError::Io { path: path.to_owned(), source }
}
