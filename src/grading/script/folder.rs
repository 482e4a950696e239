//! A folder of ours for one run: made where nobody else looks, measured while a script writes in it, and removed whatever
//! the script left.

use std::{
    env, fs,
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use crate::grading::GradingError;

/// Before the number of the process that made a folder.
const PREFIX: &str = "assay-script-";
/// Most files and folders that a script may write where their sizes are added up.
const MAX_ENTRIES: usize = 10_000;
/// Most folders within one another that a script may make where their sizes are added up.
const MAX_DEPTH: usize = 64;

/// A folder for one run, removed with everything in it.
#[derive(Debug)]
pub struct JobFolder {
    /// What others see: they can pass through it and not list it.
    outer: PathBuf,
    /// Where the things of the run are, under a name that nobody can guess.
    pub path: PathBuf,
}

impl JobFolder {
    /// An empty folder that every user who knows its name can enter.
    pub fn create() -> Result<Self, GradingError> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let fault = |source| GradingError::Io { what: "making a folder for a script", source };
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let outer = env::temp_dir().join(format!("{PREFIX}{}-{number}", std::process::id()));
            match fs::DirBuilder::new().mode(0o711).create(&outer) {
                Ok(()) => {
                    let path = outer.join(format!("{:032x}", rand::random::<u128>()));
                    let made = Self { outer, path };
                    fs::create_dir(&made.path).map_err(fault)?;
                    // Whatever the umask is.
                    for (path, mode) in [(&made.outer, 0o711), (&made.path, 0o755)] {
                        fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(fault)?;
                    }
                    return Ok(made);
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(fault(error)),
            }
        }
    }

    /// With a working directory and one for temporary files, which belong to the user of the run.
    pub fn with_work(uid: Option<u32>) -> Result<Self, GradingError> {
        let fault = |source| GradingError::Io { what: "making a folder for a script", source };
        let folder = Self::create()?;
        for name in ["work", "tmp"] {
            let path = folder.path.join(name);
            fs::DirBuilder::new().mode(0o700).create(&path).map_err(fault)?;
            chown(&path, uid, uid).map_err(fault)?;
        }
        Ok(folder)
    }
}

impl Drop for JobFolder {
    fn drop(&mut self) {
        // What cannot be removed now is tried again by `sweep`, at the next start.
        let _ = remove(&self.outer);
    }
}

/// Removes the folders of runs whose process is gone: it was killed, or could not remove them.
pub fn sweep() {
    let own = rustix::process::geteuid().as_raw();
    for entry in fs::read_dir(env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let maker = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.split('-').next()?.parse::<u32>().ok());
        let is_ours = entry.metadata().is_ok_and(|found| found.is_dir() && found.uid() == own);
        if is_ours && maker.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists()) {
            let _ = remove(&entry.path());
        }
    }
}

/// Bytes on disk of everything below a folder; `None` where that cannot be told: too many entries, too deep, or closed to
/// us. No link is followed.
pub fn written(folder: &Path) -> Option<u64> {
    let (mut folders, mut bytes, mut entries) = (vec![(folder.to_owned(), 0)], 0_u64, 0);
    while let Some((folder, depth)) = folders.pop() {
        let listed = match fs::read_dir(folder) {
            Ok(listed) => listed,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(_) => return None,
        };
        for entry in listed {
            let entry = entry.ok()?;
            let found = match entry.metadata() {
                Ok(found) => found,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(_) => return None,
            };
            entries += 1;
            bytes = bytes.saturating_add(found.blocks().saturating_mul(512));
            if found.is_dir() {
                folders.push((entry.path(), depth + 1));
            }
            if entries > MAX_ENTRIES || depth > MAX_DEPTH {
                return None;
            }
        }
    }
    Some(bytes)
}

/// Removes a folder with everything in it, however deep: folders are first moved up beside their parents, so that no path
/// gets long and nothing is held open.
fn remove(folder: &Path) -> io::Result<()> {
    let (above, mut moved) = (rand::random::<u128>(), 0_u64);
    loop {
        let mut below = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                below.push(entry.path());
            } else {
                fs::remove_file(entry.path())?;
            }
        }
        if below.is_empty() {
            return fs::remove_dir(folder);
        }
        for path in below {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700))?;
            for entry in fs::read_dir(&path)? {
                let entry = entry?;
                if entry.file_type()?.is_dir() {
                    // Moving a folder changes its `..`, for which one must be able to write in it.
                    fs::set_permissions(entry.path(), fs::Permissions::from_mode(0o700))?;
                    fs::rename(entry.path(), folder.join(format!("{above:032x}-{moved}")))?;
                    moved += 1;
                } else {
                    fs::remove_file(entry.path())?;
                }
            }
            fs::remove_dir(&path)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_any_depth_is_refused_while_it_grows_and_removed() {
        let folder = JobFolder::with_work(None).unwrap();
        let work = folder.path.join("work");
        fs::write(work.join("file"), vec![1; 100_000]).unwrap();
        assert!(written(&work).unwrap() >= 100_000);
        let (outer, mut deep) =
            (folder.outer.clone(), rustix::fs::open(&work, flags(), rustix::fs::Mode::empty()).unwrap());
        for _ in 0..3_000 {
            rustix::fs::mkdirat(&deep, "d", rustix::fs::Mode::from_bits_truncate(0o700)).unwrap();
            deep = rustix::fs::openat(&deep, "d", flags(), rustix::fs::Mode::empty()).unwrap();
        }
        assert_eq!(written(&work), None);
        drop(folder);
        assert!(!outer.exists());
    }

    fn flags() -> rustix::fs::OFlags {
        rustix::fs::OFlags::DIRECTORY | rustix::fs::OFlags::RDONLY
    }

    #[test]
    fn others_cannot_list_the_folder_of_a_run() {
        let folder = JobFolder::create().unwrap();
        assert_eq!(fs::metadata(&folder.outer).unwrap().mode() & 0o777, 0o711);
    }
}
