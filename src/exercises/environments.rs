//! Python environments that exercises may offer to scripts: one file each in `exercises/environments/`.

use std::{fs, path::Path};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::{ContentError, is_slug, read_text, store};
use crate::grading::script::environment::Package;
use crate::messages::{Bilingual, Fault, Said};

/// Folder of built environments below the data folder.
pub const FOLDER: &str = "environments";

/// An environment as its file declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// Version of this format: 1.
    pub format: u32,
    /// The title.
    pub title: Bilingual,
    /// One sentence on what it holds.
    pub summary: Bilingual,
    /// Modules that can be imported when it is built.
    pub imports: Vec<String>,
    /// Every package, pinned.
    pub packages: Vec<Package>,
}

impl Environment {
    fn parse(text: &str) -> Result<Self, String> {
        let environment: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        if environment.format != 1 {
            return Err(format!("format = {} is unknown; it is 1", environment.format));
        }
        let is_module = |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
        if let Some(name) = environment.imports.iter().find(|name| !is_module(name)) {
            return Err(format!("imports: {name:?} is no module"));
        }
        for package in &environment.packages {
            let is_plain = |text: &str| {
                !text.is_empty()
                    && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '!'))
            };
            let is_hash =
                |hash: &String| hash.len() == 64 && hash.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
            if !is_plain(&package.name) || !is_plain(&package.version) || package.name.starts_with('-') {
                return Err(format!("packages: {:?} {:?} is no name and version", package.name, package.version));
            }
            if package.sha256.is_empty() || !package.sha256.iter().all(is_hash) {
                return Err(format!("packages: {} needs SHA-256 of its wheels, lower-case hexadecimal", package.name));
            }
        }
        Ok(environment)
    }
}

pub use store::declared;

/// Makes these the environments that workers know; others are forgotten.
pub async fn install(
    conn: &mut PgConnection,
    environments: &[(String, Environment)],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    store::install_environments(conn, environments, now).await
}

/// Reads one environment by its name.
pub fn load(exercises: &Path, name: &str) -> Result<Environment, ContentError> {
    let path = exercises.join("environments").join(format!("{name}.toml"));
    let wrong = |message: String| ContentError::Manifest(Fault::new(&path, Said::english(message)));
    Environment::parse(&read_text(&path)?).map_err(wrong)
}

/// Reads all of them, in the order of their names.
pub fn load_all(exercises: &Path) -> Result<Vec<(String, Environment)>, ContentError> {
    let folder = exercises.join("environments");
    let Ok(entries) = fs::read_dir(&folder) else { return Ok(Vec::new()) };
    let files = entries.flatten().map(|entry| entry.path());
    let named = files.filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
    let mut found: Vec<String> = named.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    found.retain(|name| is_slug(name));
    found.sort();
    found.into_iter().map(|name| load(exercises, &name).map(|found| (name, found))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_committed_environment_is_pinned() {
        let all = load_all(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/exercises"))).unwrap();
        assert_eq!(all.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["keras", "sklearn"]);
        for (name, environment) in all {
            let ordered = environment.packages.is_sorted_by_key(|package| &package.name);
            assert!(ordered && environment.packages.len() > 3 && !environment.imports.is_empty(), "{name}");
        }
    }

    #[test]
    fn what_is_not_pinned_is_refused() {
        let with = |package: &str| {
            let text = "[title]\nen = 'a'\nzh = 'b'\n[summary]\nen = 'a'\nzh = 'b'\n";
            Environment::parse(&format!("format = 1\nimports = []\n{text}[[packages]]\n{package}"))
        };
        let hash = "0".repeat(64);
        assert!(with(&format!("name = 'a'\nversion = '1'\nsha256 = ['{hash}']")).is_ok());
        assert!(with("name = 'a'\nversion = '1'\nsha256 = []").is_err());
        assert!(with(&format!("name = '-r x'\nversion = '1'\nsha256 = ['{hash}']")).is_err());
        assert!(with(&format!("name = 'a'\nversion = '1 --hash'\nsha256 = ['{hash}']")).is_err());
    }
}
