//! A server for the length of one command: tests, the live check of queries.

use std::ffi::OsString;
use std::os::unix::fs::DirBuilderExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::{EmbeddedError, at};
use super::programs::remove;
use super::{Durability, Server};
use crate::db::folder::{DataFolder, FolderError, FolderLock};

/// A server on a temporary folder; both go when it is dropped.
#[derive(Debug)]
pub struct Throwaway {
    server: Option<Server>,
    folder: PathBuf,
    _lock: FolderLock,
}

/// Why there is no throw-away server.
#[derive(Debug, thiserror::Error)]
pub enum ThrowawayError {
    /// The server did not start.
    #[error(transparent)]
    Server(#[from] EmbeddedError),
    /// Its folder could not be made.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

impl Throwaway {
    /// Starts a server that does not wait for the disk.
    pub fn start(setting: Option<&Path>) -> Result<Self, ThrowawayError> {
        let folder = std::env::temp_dir().join(format!("assay-{}", hex::encode(rand::random::<[u8; 8]>())));
        std::fs::DirBuilder::new().mode(0o711).create(&folder).map_err(at(&folder))?;
        match Self::start_in(&folder, setting) {
            Ok((server, lock)) => Ok(Self { server: Some(server), folder, _lock: lock }),
            Err(error) => {
                remove(&folder)?;
                Err(error)
            }
        }
    }

    fn start_in(folder: &Path, setting: Option<&Path>) -> Result<(Server, FolderLock), ThrowawayError> {
        let data = DataFolder::prepare(folder)?;
        let lock = data.lock()?;
        Ok((Server::start(&data, &lock, setting, Durability::None)?, lock))
    }

    /// Where to connect.
    pub fn url(&self) -> &str {
        self.server.as_ref().map_or("", Server::url)
    }
}

impl Drop for Throwaway {
    fn drop(&mut self) {
        drop(self.server.take());
        if let Err(error) = remove(&self.folder) {
            tracing::warn!(%error, "a temporary folder stays behind");
        }
    }
}

/// Runs a command with `DATABASE_URL` set to `url`, to its end; returns its exit code, 128 + n after signal n.
pub fn run_with(url: &str, command: &[OsString]) -> Result<u8, EmbeddedError> {
    let failed = |detail: String, program: &OsString| EmbeddedError::Program {
        program: program.to_string_lossy().into_owned(),
        detail,
    };
    let Some((program, arguments)) = command.split_first() else { return Ok(0) };
    let status = Command::new(program).args(arguments).env("DATABASE_URL", url).status();
    let status = status.map_err(|error| failed(error.to_string(), program))?;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    Ok(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}
