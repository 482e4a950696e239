//! Where the things of a run are, on the host and inside namespaces.

use std::path::PathBuf;

use super::bubblewrap;

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
