//! The file that a backup is: a tar with the database, the blobs, the keys, and a manifest with the hash of each.
//!
//! ```text
//! database.dump          pg_dump, custom format
//! blobs/<sha-256>        named by what they contain
//! keys/<name>
//! manifest.json          last, because the hashes are known only then
//! ```

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256 as Hasher};

use crate::blobs::Sha256;

/// The format that this Assay writes and reads.
pub const FORMAT: u32 = 1;
/// The database's part.
pub const DATABASE: &str = "database.dump";
/// Prefix of the blobs' parts.
pub const BLOBS: &str = "blobs/";
/// Prefix of the keys' parts.
pub const KEYS: &str = "keys/";
const MANIFEST: &str = "manifest.json";

/// What a backup says about itself.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// Version of the Assay that made it.
    pub assay: String,
    /// Major version of the PostgreSQL server.
    pub postgres: u32,
    /// When it was begun.
    pub made_at: DateTime<Utc>,
    /// SHA-256 of every other part.
    pub parts: BTreeMap<String, Sha256>,
}

/// A backup being written: to a file beside the one that it becomes once it is complete.
pub struct Writer {
    tar: tar::Builder<File>,
    partial: PathBuf,
    target: PathBuf,
    parts: BTreeMap<String, Sha256>,
}

impl Writer {
    /// Begins; `target` must not exist.
    pub fn create(target: &Path) -> anyhow::Result<Self> {
        ensure!(!target.exists(), "{} exists already: name a new file", target.display());
        let partial = beside(target, "partial");
        // Left over from a backup that was interrupted.
        drop(std::fs::remove_file(&partial));
        let file = private(&partial)?;
        Ok(Self { tar: tar::Builder::new(file), partial, target: target.to_owned(), parts: BTreeMap::new() })
    }

    /// Appends a part of `size` bytes.
    pub fn add(&mut self, name: &str, size: u64, content: impl Read, now: DateTime<Utc>) -> anyhow::Result<()> {
        let mut content = Hashing { inner: content, hasher: Hasher::new() };
        self.append(name, size, &mut content, now)?;
        self.parts.insert(name.to_owned(), content.digest()?);
        Ok(())
    }

    /// Writes the manifest, sees all of it on disk, and gives the file its name.
    pub fn finish(mut self, postgres: u32, now: DateTime<Utc>) -> anyhow::Result<()> {
        let parts = std::mem::take(&mut self.parts);
        let assay = env!("CARGO_PKG_VERSION").to_owned();
        let manifest = serde_json::to_vec_pretty(&Manifest { format: FORMAT, assay, postgres, made_at: now, parts })?;
        self.append(MANIFEST, manifest.len() as u64, manifest.as_slice(), now)?;
        self.tar.finish()?;
        self.tar.get_mut().flush()?;
        self.tar.get_mut().sync_all()?;
        std::fs::rename(&self.partial, &self.target).with_context(|| self.target.display().to_string())
    }

    fn append(&mut self, name: &str, size: u64, content: impl Read, now: DateTime<Utc>) -> anyhow::Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_size(size);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(now.timestamp()).unwrap_or_default());
        self.tar.append_data(&mut header, name, content).with_context(|| format!("writing {name}"))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Gone already once it is finished.
        drop(std::fs::remove_file(&self.partial));
    }
}

/// Reads a backup from end to end, holds every part to its hash, and returns the manifest.
pub fn verify(file: &Path) -> anyhow::Result<Manifest> {
    let mut found = BTreeMap::new();
    let mut manifest: Option<Manifest> = None;
    each_part(file, |name, content| {
        if name == MANIFEST {
            manifest = Some(serde_json::from_reader(content).context("its manifest")?);
            return Ok(());
        }
        let mut content = Hashing { inner: content, hasher: Hasher::new() };
        io::copy(&mut content, &mut io::sink())?;
        found.insert(name.to_owned(), content.digest()?);
        Ok(())
    })?;
    let manifest =
        manifest.with_context(|| format!("{} has no manifest: it is no backup, or cut off", file.display()))?;
    ensure!(manifest.format == FORMAT, "this backup has format {}, this Assay reads {FORMAT}", manifest.format);
    for (name, expected) in &manifest.parts {
        match found.remove(name) {
            Some(digest) if digest == *expected => {}
            Some(_) => bail!("the backup is damaged: {name} is not what it was when the backup was made"),
            None => bail!("the backup is incomplete: {name} is missing"),
        }
    }
    if let Some((name, _)) = found.first_key_value() {
        bail!("the backup holds {name}, which its manifest does not know");
    }
    Ok(manifest)
}

/// Calls `take` with the name and content of every part, in order.
pub fn each_part(file: &Path, mut take: impl FnMut(&str, &mut dyn Read) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let opened = File::open(file).with_context(|| file.display().to_string())?;
    let mut tar = tar::Archive::new(opened);
    for entry in tar.entries()? {
        let mut entry = entry.with_context(|| format!("{} is no backup, or damaged", file.display()))?;
        let name = entry.path()?.to_str().context("a part's name is no text")?.to_owned();
        take(&name, &mut entry)?;
    }
    Ok(())
}

/// `file` with an ending added: a name in the same folder.
pub fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// A new file that only its owner reads.
pub fn private(path: &Path) -> anyhow::Result<File> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(path);
    file.with_context(|| format!("{} cannot be written", path.display()))
}

/// Passes bytes on and hashes them.
struct Hashing<R> {
    inner: R,
    hasher: Hasher,
}

impl<R> Hashing<R> {
    fn digest(self) -> anyhow::Result<Sha256> {
        Ok(Sha256::try_from(self.hasher.finalize().as_slice())?)
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..length).unwrap_or_default());
        Ok(length)
    }
}
