//! `assay backup FILE`: database, blobs and keys in one file, while the service runs.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;

use super::archive::{BLOBS, DATABASE, KEYS, Writer, beside, private};
use super::installation::{Access, Installation};
use crate::blobs::Sha256;
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::db;
use crate::db::dump::Client;
use crate::db::embedded::PASSWORD_FILE;

/// Where to.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file to write; it must not exist. It holds the signing keys: keep it as they are kept.
    file: PathBuf,
}

/// Backs the installation up.
pub async fn run(args: Args, config: Config) -> anyhow::Result<ExitCode> {
    let installation = Installation::open(config, Access::Shared).await?;
    let damaged = write(&installation, &args.file).await;
    installation.close().await?;
    let damaged = damaged?;
    for digest in &damaged {
        eprintln!("assay: the stored file {digest} no longer has its hash and was left out");
    }
    println!("{}", args.file.display());
    Ok(if damaged.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Writes the backup; returns the blobs that were found damaged and left out.
pub async fn write(installation: &Installation, file: &Path) -> anyhow::Result<Vec<Sha256>> {
    let now = SystemClock.now();
    let major = db::server_major(&installation.pool).await?;
    let client = Client::new(&installation.url, major, installation.config.postgres_bin.as_deref())?;
    let mut archive = Writer::create(file)?;
    // The database first: whatever blob it names then is older than the blobs' turn.
    let dump = Scratch::new(beside(file, "dump"))?;
    tokio::task::block_in_place(|| client.dump(&dump.0))?;
    let content = File::open(&dump.0)?;
    archive.add(DATABASE, content.metadata()?.len(), content, now)?;
    drop(dump);
    let mut damaged = Vec::new();
    for (digest, _) in installation.blobs.list().await? {
        // One that was swept meanwhile is not missed by anybody.
        let Some(bytes) = installation.blobs.get(&digest).await? else { continue };
        if Sha256::of(&bytes) == digest {
            archive.add(&format!("{BLOBS}{digest}"), bytes.len() as u64, bytes.as_ref(), now)?;
        } else {
            damaged.push(digest);
        }
    }
    for key in keys(&installation.folder.keys())? {
        let content = File::open(&key).with_context(|| key.display().to_string())?;
        let name = key.file_name().and_then(|name| name.to_str()).context("a key's name is no text")?;
        archive.add(&format!("{KEYS}{name}"), content.metadata()?.len(), content, now)?;
    }
    archive.finish(major, now)?;
    Ok(damaged)
}

/// The key files; the embedded database's password is not one, for every installation makes its own.
pub(super) fn keys(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut keys = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_file() && path.file_name().is_some_and(|name| name != PASSWORD_FILE) {
            keys.push(path);
        }
    }
    keys.sort();
    Ok(keys)
}

/// A private file that goes when it is no longer needed.
pub(super) struct Scratch(pub PathBuf);

impl Scratch {
    pub(super) fn new(path: PathBuf) -> anyhow::Result<Self> {
        drop(std::fs::remove_file(&path));
        private(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            tracing::warn!(%error, file = %self.0.display(), "a temporary file stays behind");
        }
    }
}
