//! One training: the submitted file in, a model or the reason why there is none out.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, sync::atomic::AtomicBool};

use sha2::{Digest, Sha256};

use super::{
    environment::Built,
    folder::JobFolder,
    log::{self, Log},
    places::Places,
    protocol::{Found, ScriptLimits},
    run::{Run, ScriptSandbox},
    session::{End, Ended, Stop},
};
use crate::grading::{GradingError, adapt::Refusal, precheck::megabytes, report::Training, verdict::Reason};

/// Turns a zip or a notebook into a program; it runs inside the walls.
const PREPARE: &str = include_str!("prepare.py");

/// How many threads each library takes.
const THREADS: [&str; 7] = [
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
];

/// A submitted script and what it is run with.
pub struct Script<'a> {
    /// The file: Python source, a zip with `train.py`, or a Jupyter notebook.
    pub bytes: &'a [u8],
    /// Largest file that is accepted, in bytes.
    pub max_bytes: u64,
    /// Where its packages are.
    pub environment: &'a Built,
    /// Folder of public training files.
    pub data: &'a Path,
    /// What `ASSAY_SEED` and `PYTHONHASHSEED` are.
    pub seed: u32,
    /// What it may use.
    pub limits: ScriptLimits,
    /// Largest model that is taken, in bytes.
    pub max_model_bytes: u64,
    /// Set from outside to stop the run.
    pub cancel: &'a AtomicBool,
    /// Called on the calling thread whenever something was printed.
    pub printed: &'a dyn Fn(&Log),
}

/// What came of a training.
#[derive(Debug)]
pub struct Trained {
    /// The model's bytes, or why there are none.
    pub model: Result<Vec<u8>, Refusal>,
    /// How it was run.
    pub training: Training,
    /// What it printed.
    pub log: Log,
}

/// What the submitted file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Python,
    Zip,
    Notebook,
}

impl Kind {
    fn of(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if bytes.starts_with(b"PK\x03\x04") {
            Self::Zip
        } else if bytes.trim_ascii_start().starts_with(b"{") && bytes.windows(7).any(|word| word == b"\"cells\"") {
            Self::Notebook
        } else {
            Self::Python
        }
    }

    const fn file_name(self) -> &'static str {
        match self {
            Self::Python => "train.py",
            Self::Zip => "train.zip",
            Self::Notebook => "train.ipynb",
        }
    }

    /// The command that runs it, where things will be.
    fn command(self, python: &Path, places: &Places) -> Vec<String> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let file = text(&places.source.join(self.file_name()));
        let mut command = vec![text(python), "-u".into(), "-B".into(), "-s".into()];
        match self {
            Self::Python => command.push(file),
            Self::Zip | Self::Notebook => {
                let program = text(&places.scratch.join("script"));
                command.extend([text(&places.source.join("prepare.py")), file, program]);
            }
        }
        command
    }
}

/// Runs the script and takes the model that it leaves. Blocks until nothing of it is left.
pub fn train(sandbox: &ScriptSandbox, script: &Script<'_>) -> Result<Trained, GradingError> {
    let size = script.bytes.len() as u64;
    if size > script.max_bytes {
        let args: [(&str, &dyn ToString); 2] = [("size", &size), ("limit", &script.max_bytes)];
        let refusal = Refusal::new(Reason::ScriptTooLarge, &args);
        return Ok(Trained { model: Err(refusal), training: training(script, sandbox, None), log: Log::default() });
    }
    let kind = Kind::of(script.bytes);
    let folder = JobFolder::create()?;
    let source = folder.path.join("script");
    let prepare = (kind != Kind::Python).then_some(("prepare.py", PREPARE.as_bytes()));
    let files = std::iter::once((kind.file_name(), script.bytes)).chain(prepare);
    write(&source, files).map_err(|source| GradingError::Io { what: "writing the script", source })?;
    let ended = sandbox.run(&Run {
        limits: script.limits,
        environment: Some(&script.environment.packages),
        data: script.data,
        source: &source,
        command: &|places| kind.command(&script.environment.python, places),
        variables: &|places| variables(script, places),
        max_model_bytes: script.max_model_bytes,
        cancel: script.cancel,
        printed: script.printed,
    })?;
    let training = training(script, sandbox, Some(&ended));
    let model = match outcome(&ended, script) {
        Some(refusal) => Err(refusal),
        None => Ok(ended.model),
    };
    Ok(Trained { model, training, log: ended.log })
}

/// A folder with these files, which every user can read.
fn write<'a>(folder: &Path, files: impl Iterator<Item = (&'a str, &'a [u8])>) -> std::io::Result<()> {
    let open = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode));
    fs::create_dir(folder)?;
    open(folder, 0o755)?;
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::write(&path, bytes)?;
        open(&path, 0o444)?;
    }
    Ok(())
}

/// The script's whole environment: its packages, the data, the seed, one thread, no telemetry, no GPU.
fn variables(script: &Script<'_>, places: &Places) -> Vec<(String, String)> {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let seed = script.seed.to_string();
    let mut all = vec![
        ("PATH", "/usr/bin:/bin".to_owned()),
        ("LANG", "C.UTF-8".to_owned()),
        ("USER", "learner".to_owned()),
        ("LOGNAME", "learner".to_owned()),
        ("HOME", text(&places.scratch)),
        ("TMPDIR", text(&places.scratch)),
        ("ASSAY_DATA", text(&places.data)),
        ("ASSAY_SEED", seed.clone()),
        ("PYTHONHASHSEED", seed),
        ("PYTHONDONTWRITEBYTECODE", "1".to_owned()),
        ("PYTHONNOUSERSITE", "1".to_owned()),
        ("MALLOC_ARENA_MAX", "2".to_owned()),
        ("ORT_DISABLE_TELEMETRY", "1".to_owned()),
        ("TF_CPP_MIN_LOG_LEVEL", "3".to_owned()),
        // Other kernels on other processors would be other sums.
        ("TF_ENABLE_ONEDNN_OPTS", "0".to_owned()),
        ("CUDA_VISIBLE_DEVICES", "-1".to_owned()),
    ];
    all.extend(places.environment.as_deref().map(|path| ("PYTHONPATH", text(path))));
    // More threads would share the same processor time, and sums in another order are other sums.
    all.extend(THREADS.map(|name| (name, "1".to_owned())));
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn training(script: &Script<'_>, sandbox: &ScriptSandbox, ended: Option<&Ended>) -> Training {
    let code = ended.and_then(|ended| match ended.end {
        End::Itself { code, .. } => code,
        End::Stopped(_) => None,
    });
    Training {
        script_sha256: hex::encode(Sha256::digest(script.bytes)),
        script_bytes: script.bytes.len() as u64,
        environment: script.environment.name.clone(),
        environment_hash: script.environment.hash.clone(),
        seed: script.seed,
        exit_code: code,
        wall_ms: ended.map_or(0.0, |ended| (ended.wall.as_secs_f64() * 1e3).round()),
        cpu_ms: ended.map_or(0.0, |ended| (ended.cpu.as_secs_f64() * 1e3).round()),
        peak_memory_bytes: ended.map_or(0, |ended| ended.peak),
        tier: sandbox.tier.as_str().to_owned(),
        walls: ended.map_or_else(Vec::new, |ended| ended.walls.clone()),
    }
}

/// Why there is no model, if there is none.
fn outcome(ended: &Ended, script: &Script<'_>) -> Option<Refusal> {
    let limits = &script.limits;
    let cpu_time = || Refusal::new(Reason::ScriptCpuTime, &[("seconds", &limits.cpu_seconds)]);
    let memory = || Refusal::new(Reason::ScriptMemory, &[("megabytes", &limits.memory_mb)]);
    let disk = || Refusal::new(Reason::ScriptDisk, &[("megabytes", &limits.disk_mb)]);
    Some(match ended.end {
        End::Stopped(Stop::WallTime) => Refusal::new(Reason::ScriptWallTime, &[("seconds", &limits.wall_seconds)]),
        End::Stopped(Stop::CpuTime) | End::Itself { signal: Some(libc::SIGXCPU), .. } => cpu_time(),
        End::Stopped(Stop::Memory) => memory(),
        End::Stopped(Stop::Disk) | End::Itself { signal: Some(libc::SIGXFSZ), .. } => disk(),
        End::Stopped(Stop::Output) => Refusal::new(Reason::ScriptOutput, &[("limit", &(log::MAX_BYTES >> 20))]),
        End::Stopped(Stop::Cancelled) => Refusal::new(Reason::Cancelled, &[]),
        End::Itself { code: Some(0), found, .. } => match found {
            Found::Model(_) => return None,
            Found::Nothing => Refusal::new(Reason::NoModel, &[]),
            Found::NotAFile => Refusal::new(Reason::ModelNotAFile, &[]),
            Found::TooLarge(bytes) => {
                let args: [(&str, &dyn ToString); 2] =
                    [("size", &megabytes(bytes)), ("limit", &megabytes(script.max_model_bytes))];
                Refusal::new(Reason::TooLarge, &args)
            }
        },
        // The script says itself which limit it met, in the last line of its traceback.
        End::Itself { code: Some(code), .. } => match last_error(&ended.log) {
            Some(Limit::Memory) => memory(),
            Some(Limit::Disk) => disk(),
            None => Refusal::new(Reason::ScriptFailed, &[("code", &code)]),
        },
        End::Itself { signal: Some(libc::SIGKILL), .. } if ended.cpu.as_secs() >= u64::from(limits.cpu_seconds) => {
            cpu_time()
        }
        End::Itself { signal, .. } => Refusal::new(Reason::ScriptSignal, &[("signal", &signal.unwrap_or(0))]),
    })
}

/// A limit that a script ran into, as Python names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    Memory,
    Disk,
}

fn last_error(log: &Log) -> Option<Limit> {
    let tail = log.tail(3);
    let line = tail.lines().rev().find(|line| !line.trim().is_empty())?;
    let (error, said) = line.split_once(':').unwrap_or((line, ""));
    let signs = ["std::bad_alloc", "can't allocate memory", "Cannot allocate memory", "not enough memory"];
    let is_memory = error == "MemoryError" || error.ends_with("_ArrayMemoryError");
    if is_memory || signs.iter().any(|sign| line.contains(sign)) {
        Some(Limit::Memory)
    } else if error == "OSError" && ["[Errno 28]", "[Errno 27]"].iter().any(|number| said.contains(number)) {
        Some(Limit::Disk)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_bytes() {
        assert_eq!(Kind::of(b"PK\x03\x04..."), Kind::Zip);
        assert_eq!(Kind::of(b"\n{\"cells\": []}"), Kind::Notebook);
        assert_eq!(Kind::of(b"\xef\xbb\xbf{\"cells\": []}"), Kind::Notebook);
        assert_eq!(Kind::of(b"print({})"), Kind::Python);
        assert_eq!(Kind::of(b""), Kind::Python);
    }

    #[test]
    fn limits_are_read_from_the_last_line() {
        let limit = |text: &str| {
            let mut log = Log::default();
            log.add(text.as_bytes());
            log.finish();
            last_error(&log)
        };
        assert_eq!(limit("Traceback\n  x\nMemoryError\n"), Some(Limit::Memory));
        assert_eq!(limit("numpy._core._exceptions._ArrayMemoryError: Unable"), Some(Limit::Memory));
        let torch =
            "RuntimeError: [enforce fail at alloc_cpu.cpp:98] DefaultCPUAllocator: can't allocate memory: you tried";
        assert_eq!(limit(torch), Some(Limit::Memory));
        assert_eq!(limit("OSError: [Errno 12] Cannot allocate memory"), Some(Limit::Memory));
        assert_eq!(limit("OSError: [Errno 28] No space left on device\n\n"), Some(Limit::Disk));
        assert_eq!(limit("MemoryError\nValueError: x"), None);
    }
}
