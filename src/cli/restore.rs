//! `assay restore FILE`: fills an empty installation from a backup.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use bytes::Bytes;
use tokio::runtime::Handle;

use super::archive::{BLOBS, DATABASE, KEYS, each_part, private, verify};
use super::backup::{Scratch, keys};
use super::installation::{Access, Installation};
use crate::config::Config;
use crate::db;
use crate::db::dump::Client;

/// From where.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A file that `assay backup` wrote.
    file: PathBuf,
}

/// Restores into the empty installation that the settings name.
pub async fn run(args: Args, config: Config) -> anyhow::Result<ExitCode> {
    let installation = Installation::open(config, Access::Alone).await?;
    let result = read(&installation, &args.file).await;
    installation.close().await?;
    result?;
    println!("restored; `assay migrate` brings an older backup up to date");
    Ok(ExitCode::SUCCESS)
}

/// Restores `file`. Nothing is touched before all of it is found sound and the place is found empty; the database,
/// which makes the rest an installation, comes last and wholly or not at all.
pub async fn read(installation: &Installation, file: &Path) -> anyhow::Result<()> {
    let manifest = tokio::task::block_in_place(|| verify(file))?;
    let major = db::server_major(&installation.pool).await?;
    ensure!(
        manifest.postgres <= major,
        "the backup was made with PostgreSQL {}, and this is {major}: restore into {} or newer",
        manifest.postgres,
        manifest.postgres
    );
    require_empty(installation).await?;
    let client = Client::new(&installation.url, major, installation.config.postgres_bin.as_deref())?;
    let unpack = || -> anyhow::Result<()> {
        let dump = Scratch::new(installation.folder.path().join(DATABASE))?;
        each_part(file, |name, content| place(installation, &dump.0, name, content))?;
        Ok(client.restore(&dump.0)?)
    };
    tokio::task::block_in_place(unpack)
        .context("the restore did not finish; empty the data folder and the database before the next try")
}

async fn require_empty(installation: &Installation) -> anyhow::Result<()> {
    let folder = installation.folder.path().display();
    ensure!(
        db::is_empty(&installation.pool).await?,
        "the database is not empty, and nothing is ever overwritten: restore with ASSAY_DATA (or DATABASE_URL) naming an empty place"
    );
    ensure!(
        installation.blobs.list().await?.is_empty(),
        "{folder}/blobs is not empty: set ASSAY_DATA to an empty folder"
    );
    ensure!(
        keys(&installation.folder.keys())?.is_empty(),
        "{folder}/keys is not empty: set ASSAY_DATA to an empty folder"
    );
    Ok(())
}

/// Puts one part of the backup where it belongs.
fn place(installation: &Installation, dump: &Path, name: &str, content: &mut dyn io::Read) -> anyhow::Result<()> {
    if name == DATABASE {
        let mut file = File::create(dump)?;
        io::copy(content, &mut file)?;
    } else if let Some(digest) = name.strip_prefix(BLOBS) {
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes)?;
        let stored = Handle::current().block_on(installation.blobs.put(Bytes::from(bytes)))?;
        ensure!(stored.to_string() == digest, "the stored file {digest} is not what its name says");
    } else if let Some(key) = name.strip_prefix(KEYS) {
        // A name from a file must not lead out of the folder.
        let plain = !key.is_empty() && !key.contains('/') && key != "..";
        ensure!(plain, "{name} is no name of a key");
        let mut file = private(&installation.folder.keys().join(key))?;
        io::copy(content, &mut file)?;
        file.flush()?;
        file.sync_all()?;
    } else if name != "manifest.json" {
        bail!("the backup holds {name}, which this Assay does not know");
    }
    Ok(())
}
