//! Where the things of a run are: on the host, inside namespaces, and in a folder of its own.

use std::{
    env, fs,
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use super::bubblewrap;
use crate::grading::GradingError;

/// Where the things of one run are, on the host or inside.
#[derive(Debug, Clone)]
pub struct Places {
    /// Python packages, where the script has any.
    pub environment: Option<PathBuf>,
    /// Public training files.
    pub data: PathBuf,
    /// The submitted script.
    pub source: PathBuf,
    /// Working directory.
    pub work: PathBuf,
    /// Temporary files.
    pub scratch: PathBuf,
}

/// The same places in every sandbox.
pub fn inside(has_environment: bool) -> Places {
    Places {
        environment: has_environment.then(|| bubblewrap::ENVIRONMENT.into()),
        data: bubblewrap::DATA.into(),
        source: bubblewrap::SOURCE.into(),
        work: bubblewrap::WORK.into(),
        scratch: "/tmp".into(),
    }
}

/// What a script may read: system libraries, its packages, the data, itself, and what it writes.
pub fn readable(places: &Places, alone: bool) -> Vec<PathBuf> {
    let links = ["/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sys/devices/system/cpu"];
    let mut all: Vec<PathBuf> = bubblewrap::SYSTEM.iter().chain(&links).map(PathBuf::from).collect();
    // Among the host's processes only its own; in namespaces there are no others.
    let processes: &[&str] =
        if alone { &["/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat"] } else { &["/proc"] };
    all.extend(processes.iter().map(PathBuf::from));
    all.extend(places.environment.clone());
    all.extend([places.data.clone(), places.source.clone()]);
    all
}

pub fn writable(places: &Places, alone: bool) -> Vec<PathBuf> {
    let mut all = vec![places.work.clone(), places.scratch.clone()];
    if !alone {
        all.push("/dev/shm".into());
    }
    all
}

/// A folder of ours for one run, removed with everything in it.
#[derive(Debug)]
pub struct JobFolder(pub PathBuf);

impl JobFolder {
    /// An empty folder that every user can enter.
    pub fn create() -> Result<Self, GradingError> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let fault = |source| GradingError::Io { what: "making a folder for a script", source };
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = env::temp_dir().join(format!("assay-script-{}-{number}", std::process::id()));
            match fs::DirBuilder::new().mode(0o755).create(&path) {
                Ok(()) => {
                    // Whatever the umask is.
                    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).map_err(fault)?;
                    return Ok(Self(path));
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(fault(error)),
            }
        }
    }

    /// With a working directory and one for temporary files, which belong to the user of the run.
    pub fn with_work(uid: Option<u32>) -> Result<Self, GradingError> {
        let fault = |source| GradingError::Io { what: "making a folder for a script", source };
        let folder = Self::create()?;
        for name in ["work", "tmp"] {
            let path = folder.0.join(name);
            fs::DirBuilder::new().mode(0o700).create(&path).map_err(fault)?;
            chown(&path, uid, uid).map_err(fault)?;
        }
        Ok(folder)
    }
}

impl Drop for JobFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Bytes on disk of everything below a folder; `None` above so many entries. No link is followed.
pub fn written(folder: &Path, most: usize) -> Option<u64> {
    let (mut folders, mut bytes, mut entries) = (vec![folder.to_owned()], 0_u64, 0);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            entries += 1;
            let Ok(found) = entry.metadata() else { continue };
            bytes = bytes.saturating_add(found.blocks().saturating_mul(512));
            if found.is_dir() {
                folders.push(entry.path());
            }
        }
        if entries > most {
            return None;
        }
    }
    Some(bytes)
}
