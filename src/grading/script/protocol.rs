//! What `assay` and `assay-grader launch` say to each other: one request in, two events out, then the model's bytes.
//!
//! Descriptors of the launcher: 0 the request, 1 the events, 2 the script's output. Requests and events are JSON behind
//! four bytes of little-endian length, as in the protocol of models.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The wall of Landlock where all of it holds: files, ports and signals.
pub(super) const LANDLOCK: &str = "landlock";

/// What a script may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptLimits {
    /// Time from the start, in seconds.
    pub wall_seconds: u32,
    /// Processor time of all its processes together, in seconds.
    pub cpu_seconds: u32,
    /// Resident memory of all its processes together, in mebibytes.
    pub memory_mb: u32,
    /// What it may write in its working directory, and as much again in `/tmp`, in mebibytes.
    pub disk_mb: u32,
    /// Processes and threads that may live at once.
    pub processes: u32,
}

/// What the launcher is asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaunchRequest {
    /// The process that must still be the parent after the lock-down; `None` inside namespaces, where nobody else is.
    pub parent: Option<u32>,
    /// User and group to become.
    pub uid: Option<u32>,
    /// What the script may use.
    pub limits: ScriptLimits,
    /// The program and its arguments.
    pub command: Vec<String>,
    /// Its whole environment.
    pub environment: Vec<(String, String)>,
    /// What it may read and execute.
    pub readable: Vec<PathBuf>,
    /// Folders in which it may write.
    pub writable: Vec<PathBuf>,
    /// Its working directory, where it leaves the model.
    pub folder: PathBuf,
    /// Largest model that is taken.
    pub max_model_bytes: u64,
}

/// What the launcher says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum LaunchEvent {
    /// The walls stand, the script is about to start.
    Ready {
        /// Their names.
        walls: Vec<String>,
    },
    /// The walls could not be built; nothing was run.
    Failed {
        /// A sentence for operators.
        what: String,
    },
    /// The script has ended, and so has every process that it left.
    Ended {
        /// Its exit code; `None` if a signal ended it.
        code: Option<i32>,
        /// The signal that ended it.
        signal: Option<i32>,
        /// What lay where the model should be. After [`Found::Model`] its bytes follow.
        found: Found,
    },
}

/// What lay in the working directory under the name of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// A plain file of so many bytes.
    Model(u64),
    /// Nothing.
    Nothing,
    /// A link, a folder, a pipe: not a plain file that is only there.
    NotAFile,
    /// A file above the limit, with its size in bytes.
    TooLarge(u64),
}

/// The name under which a script leaves its model.
pub const MODEL: &str = "model.onnx";
