//! Python environments for scripts: built once from pinned wheels, then only read.
//!
//! The interpreter is the system's own, because it lies where every user and every sandbox can read it. Packages are
//! wheels of its version, held to their hashes; nothing of them is run while an environment is built.

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::grading::priority;

/// The interpreter.
pub(super) const PYTHON: &str = "/usr/bin/python3";
/// What a finished environment holds.
const MARK: &str = "assay-environment.json";
/// Systems whose wheels run here, the newest first.
const PLATFORMS: [&str; 6] = [
    "manylinux_2_28_x86_64",
    "manylinux_2_27_x86_64",
    "manylinux_2_24_x86_64",
    "manylinux_2_17_x86_64",
    "manylinux2014_x86_64",
    "manylinux2010_x86_64",
];

/// One pinned package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of the wheels that may be used, one for each version of Python.
    pub sha256: Vec<String>,
}

/// An environment that is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// Its name.
    pub name: String,
    /// Where its packages are.
    pub packages: PathBuf,
    /// The interpreter.
    pub python: PathBuf,
    /// Names packages, interpreter and C library: equal hashes, equal software.
    pub hash: String,
}

/// Why there is no environment; sentences for operators.
#[derive(Debug, Error)]
pub enum EnvironmentError {
    /// No interpreter where every sandbox can read it.
    #[error("{PYTHON} is missing or does not run: install it (apt-get install python3)")]
    NoPython,
    /// pip did not do its work.
    #[error("pip could not install the packages: {0}")]
    Pip(String),
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// What the interpreter says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Interpreter {
    /// `3.11`.
    minor: String,
    /// Implementation, full version and C library.
    whole: String,
}

/// Asked once for each time that the interpreter was installed or replaced.
fn interpreter() -> Result<Interpreter, EnvironmentError> {
    static KNOWN: Mutex<Option<((i64, u64), Interpreter)>> = Mutex::new(None);
    let file = fs::metadata(PYTHON).map_err(|_| EnvironmentError::NoPython)?;
    let stamp = (file.mtime(), file.ino());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    match known.as_ref() {
        Some((then, interpreter)) if *then == stamp => Ok(interpreter.clone()),
        _ => {
            let interpreter = ask_interpreter()?;
            *known = Some((stamp, interpreter.clone()));
            Ok(interpreter)
        }
    }
}

fn ask_interpreter() -> Result<Interpreter, EnvironmentError> {
    let ask = "import sys, platform; print('%d.%d' % sys.version_info[:2]); \
               print(platform.python_implementation(), platform.python_version(), *platform.libc_ver())";
    let output = Command::new(PYTHON).env_clear().args(["-I", "-c", ask]).output();
    let output = output.ok().filter(|output| output.status.success()).ok_or(EnvironmentError::NoPython)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut lines = text.lines().map(str::to_owned);
    match (lines.next(), lines.next()) {
        (Some(minor), Some(whole)) => Ok(Interpreter { minor, whole }),
        _ => Err(EnvironmentError::NoPython),
    }
}

/// The environment below `root`, if it is built for these packages and this interpreter.
pub fn find(root: &Path, name: &str, packages: &[Package]) -> Result<Option<Built>, EnvironmentError> {
    let interpreter = interpreter()?;
    let folder = root.join(folder_name(name, packages, &interpreter));
    Ok(folder.join(MARK).is_file().then(|| built(name, packages, folder, &interpreter)))
}

/// Builds the environment below `root` unless it is there; `say` is told what happens. The calling thread steps back
/// behind all other work, for good.
pub fn build(root: &Path, name: &str, packages: &[Package], say: &dyn Fn(&str)) -> Result<Built, EnvironmentError> {
    if let Some(found) = find(root, name, packages)? {
        return Ok(found);
    }
    priority::step_back();
    let interpreter = interpreter()?;
    let file = |path: &Path| {
        let path = path.to_owned();
        move |source| EnvironmentError::File { path, source }
    };
    fs::create_dir_all(root).map_err(file(root))?;
    open_to_all(root).map_err(file(root))?;
    let folder = root.join(folder_name(name, packages, &interpreter));
    let scratch = root.join(format!("{name}.{}", std::process::id()));
    let _ = fs::remove_dir_all(&scratch);
    fs::create_dir(&scratch).map_err(file(&scratch))?;
    let made = (|| {
        say("fetching and unpacking the packages");
        install(&scratch, packages, &interpreter)?;
        say("compiling");
        compile(&scratch);
        open_to_all(&scratch).map_err(file(&scratch))?;
        let mark = scratch.join(MARK);
        let content = serde_json::json!({ "name": name, "interpreter": interpreter.whole, "packages": packages });
        fs::write(&mark, content.to_string()).map_err(file(&mark))
    })();
    let moved = made.and_then(|()| match fs::rename(&scratch, &folder) {
        // Another build was faster; its folder is the same.
        Err(_) if folder.join(MARK).is_file() => Ok(()),
        moved => moved.map_err(file(&folder)),
    });
    let _ = fs::remove_dir_all(&scratch);
    moved.map(|()| built(name, packages, folder, &interpreter))
}

fn built(name: &str, packages: &[Package], folder: PathBuf, interpreter: &Interpreter) -> Built {
    let hash = digest(packages, &interpreter.whole);
    Built { name: name.to_owned(), packages: folder, python: PYTHON.into(), hash }
}

fn folder_name(name: &str, packages: &[Package], interpreter: &Interpreter) -> String {
    let hash = digest(packages, &interpreter.minor);
    format!("{name}-{}", hash.get(..16).unwrap_or_default())
}

fn digest(packages: &[Package], rest: &str) -> String {
    let pins: BTreeSet<String> = packages.iter().map(|package| format!("{package:?}")).collect();
    let mut hash = Sha256::new();
    for pin in &pins {
        hash.update(pin);
        hash.update("\n");
    }
    hash.update(rest);
    hex::encode(hash.finalize())
}

/// Any pip will do: it unpacks wheels for the interpreter above, whatever it runs on itself.
fn install(folder: &Path, packages: &[Package], interpreter: &Interpreter) -> Result<(), EnvironmentError> {
    if packages.is_empty() {
        return Ok(());
    }
    let list = folder.join("requirements.txt");
    let line = |package: &Package| {
        let hashes: Vec<String> = package.sha256.iter().map(|hash| format!("--hash=sha256:{hash}")).collect();
        format!("{}=={} {}\n", package.name, package.version, hashes.join(" "))
    };
    let lines = packages.iter().map(line).collect::<Vec<_>>().concat();
    fs::write(&list, lines).map_err(|source| EnvironmentError::File { path: list.clone(), source })?;
    let mut pip = Command::new("python3");
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--no-deps",
        "--no-compile",
    ]);
    pip.args([
        "--require-hashes",
        "--only-binary=:all:",
        "--implementation",
        "cp",
        "--python-version",
        &interpreter.minor,
    ]);
    let own = format!("cp{}", interpreter.minor.replace('.', ""));
    for abi in [own.as_str(), "abi3", "none"] {
        pip.args(["--abi", abi]);
    }
    for platform in PLATFORMS {
        pip.args(["--platform", platform]);
    }
    pip.arg("--target").arg(folder).arg("--requirement").arg(&list).stdin(Stdio::null());
    let output = pip.output().map_err(|error| EnvironmentError::Pip(error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let errors: Vec<&str> = said.lines().filter(|line| line.starts_with("ERROR")).collect();
    let short = if errors.is_empty() { said.trim().to_owned() } else { errors.join("; ") };
    Err(EnvironmentError::Pip(short.chars().take(600).collect()))
}

/// Compiles ahead, so that no script has to: it could not write the result. Best effort; some files are for newer Pythons.
fn compile(folder: &Path) {
    let mut python = Command::new(PYTHON);
    python.env_clear().args(["-I", "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash"]);
    let _ = python.arg(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
}

/// Lets every user read it, whatever the umask was: scripts run as users of their own.
fn open_to_all(path: &Path) -> std::io::Result<()> {
    let found = fs::symlink_metadata(path)?;
    if found.is_symlink() {
        return Ok(());
    }
    let mode = found.permissions().mode();
    if found.is_dir() {
        fs::set_permissions(path, fs::Permissions::from_mode(mode | 0o555))?;
        for entry in fs::read_dir(path)? {
            open_to_all(&entry?.path())?;
        }
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode | 0o444))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_pins_have_equal_names_in_any_order() {
        let package = |name: &str| Package { name: name.into(), version: "1".into(), sha256: vec!["00".into()] };
        let (one, other) = ([package("a"), package("b")], [package("b"), package("a")]);
        assert_eq!(digest(&one, "3.11"), digest(&other, "3.11"));
        assert_ne!(digest(&one, "3.11"), digest(&one, "3.12"));
        assert_ne!(digest(&one, "3.11"), digest(&one[..1], "3.11"));
    }
}
