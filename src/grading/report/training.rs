//! What is kept of a training that ran here.

use serde::{Deserialize, Serialize};

/// How a submitted script was run, and on what its outcome depends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Training {
    /// SHA-256 of the submitted file, lower-case hexadecimal.
    pub script_sha256: String,
    /// Its size in bytes.
    pub script_bytes: u64,
    /// Name of the environment.
    pub environment: String,
    /// Names the environment's packages, interpreter and C library: equal hashes, equal software.
    pub environment_hash: String,
    /// What `ASSAY_SEED` and `PYTHONHASHSEED` were.
    pub seed: u32,
    /// Exit code of the script, where it ended by itself.
    pub exit_code: Option<i32>,
    /// Time from start to end, in milliseconds.
    pub wall_ms: f64,
    /// Processor time of all its processes, in milliseconds.
    pub cpu_ms: f64,
    /// Largest resident memory of all its processes together, in bytes.
    pub peak_memory_bytes: u64,
    /// How it was kept apart: `P` in namespaces, `P2` without.
    pub tier: String,
    /// The walls that stood around it.
    pub walls: Vec<String>,
}
