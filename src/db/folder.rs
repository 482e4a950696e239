//! The folder that a running installation owns: database, blobs, keys and mail; one lock keeps two servers off it.

use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// The data folder, with its sub-folders made.
#[derive(Debug, Clone)]
pub struct DataFolder {
    path: PathBuf,
}

/// Why the data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It cannot be made or written.
    #[error(
        "the data folder {folder} cannot be written ({source}): give it to {user}, or set ASSAY_DATA to another folder"
    )]
    NotWritable {
        /// The folder, or the one inside it.
        folder: PathBuf,
        /// Who we are.
        user: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Somebody else holds the lock.
    #[error("another Assay ({holder}) runs on {folder}: stop it first, or set ASSAY_DATA to a folder of its own")]
    InUse {
        /// The folder.
        folder: PathBuf,
        /// Process that holds it, as it wrote itself down.
        holder: String,
    },
}

/// Held as long as a server runs on a data folder; the system releases it whenever and however the process ends.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl DataFolder {
    /// Makes `path` and its sub-folders where they are missing, and sees to their permissions.
    pub fn prepare(path: &Path) -> Result<Self, FolderError> {
        let fail = |folder: &Path| {
            let folder = folder.to_owned();
            move |source| FolderError::NotWritable { folder, user: who(), source }
        };
        // The unprivileged user that root runs PostgreSQL as must pass through; nothing in it is for others to list.
        let mode = if rustix::process::geteuid().is_root() { 0o711 } else { 0o700 };
        private_folder(path, mode).map_err(fail(path))?;
        let path = path.canonicalize().map_err(fail(path))?;
        let folder = Self { path };
        for below in [folder.blobs(), folder.keys(), folder.mail()] {
            private_folder(&below, 0o700).map_err(fail(&below))?;
        }
        let probe = folder.path.join(".writable");
        File::create(&probe).and_then(|_| std::fs::remove_file(&probe)).map_err(fail(&folder.path))?;
        Ok(folder)
    }

    /// Takes the lock, without waiting.
    pub fn lock(&self) -> Result<FolderLock, FolderError> {
        let path = self.path.join("lock");
        let fail = |source| FolderError::NotWritable { folder: path.clone(), user: who(), source };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(&path).map_err(fail)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Only for the message; the lock counts, not what is written.
                let _ = file.read_to_string(&mut holder);
                return Err(FolderError::InUse { folder: self.path.clone(), holder: holder.trim().to_owned() });
            }
            Err(TryLockError::Error(source)) => return Err(fail(source)),
        }
        let note = format!("process {}\n", std::process::id());
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(note.as_bytes())).map_err(fail)?;
        Ok(FolderLock { _file: file })
    }

    /// The folder itself, as an absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Uploads, predictions and data, by SHA-256.
    pub fn blobs(&self) -> PathBuf {
        self.path.join("blobs")
    }

    /// Secrets: signing and seal keys, and the password of the embedded database.
    pub fn keys(&self) -> PathBuf {
        self.path.join("keys")
    }

    /// Mail for the operator to pass on, where there is no mail server.
    pub fn mail(&self) -> PathBuf {
        self.path.join("mail")
    }
}

/// Makes a folder of exactly this mode, or corrects the mode of one that is there.
fn private_folder(path: &Path, mode: u32) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(mode).create(path)?;
    if std::fs::metadata(path)?.permissions().mode() & 0o777 != mode {
        std::fs::set_permissions(path, Permissions::from_mode(mode))?;
    }
    Ok(())
}

fn who() -> String {
    format!("user {}", rustix::process::geteuid().as_raw())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_lock_is_refused_with_the_holder_named_until_the_first_is_let_go() {
        let place = tempfile::tempdir().unwrap();
        let folder = DataFolder::prepare(&place.path().join("data")).unwrap();
        let first = folder.lock().unwrap();
        let error = folder.lock().unwrap_err().to_string();
        assert!(error.contains(&format!("process {}", std::process::id())), "{error}");
        drop(first);
        folder.lock().unwrap();
    }

    #[test]
    fn sub_folders_are_private_even_where_they_were_not() {
        let place = tempfile::tempdir().unwrap();
        let keys = place.path().join("keys");
        std::fs::create_dir(&keys).unwrap();
        std::fs::set_permissions(&keys, Permissions::from_mode(0o755)).unwrap();
        let folder = DataFolder::prepare(place.path()).unwrap();
        assert_eq!(std::fs::metadata(folder.keys()).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_place_that_cannot_hold_a_folder_is_named() {
        let place = tempfile::NamedTempFile::new().unwrap();
        let error = DataFolder::prepare(&place.path().join("data")).unwrap_err().to_string();
        assert!(error.starts_with("the data folder /") && error.contains("ASSAY_DATA"), "{error}");
    }
}
