//! What every role begins with: the data folder, the database and the blobs of one installation.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use sqlx::PgPool;

use crate::blobs::Blobs;
use crate::certificates::keys::Keys;
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::db::embedded::{Durability, Server};
use crate::db::folder::{DataFolder, FolderError, FolderLock};
use crate::exercises::seal_key::SealKey;
use crate::{db, queue};

/// How often the embedded server is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// How a role shares the data folder with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The only one on it: `serve`, `restore`.
    Alone,
    /// Beside a server where one runs, else alone: short commands.
    Shared,
    /// Beside a server, which must run: `work`.
    Beside,
}

/// An open installation.
#[derive(Debug)]
pub struct Installation {
    /// Its settings.
    pub config: Config,
    /// Its data folder.
    pub folder: DataFolder,
    /// Its database.
    pub pool: PgPool,
    /// Where that is.
    pub url: String,
    /// Its files.
    pub blobs: Blobs,
    server: Option<Server>,
    // After the server: the folder is ours until that has ended.
    _lock: Option<FolderLock>,
}

impl Installation {
    /// Opens it; starts the embedded server where `DATABASE_URL` names no other and nobody else has started it.
    pub async fn open(config: Config, access: Access) -> anyhow::Result<Self> {
        let folder = DataFolder::prepare(&config.data_folder())?;
        let lock = lock(&folder, access)?;
        let (url, server) = match (&config.database_url, &lock) {
            (Some(url), _) => (url.clone(), None),
            (None, Some(lock)) => {
                let server = start(&folder, lock, config.postgres_bin.as_deref())?;
                (server.url().to_owned(), Some(server))
            }
            (None, None) => (Server::join(&folder)?, None),
        };
        let pool = db::open(&url).await?;
        let blobs = Blobs::in_folder(&folder.blobs())?;
        Ok(Self { config, folder, pool, url, blobs, server, _lock: lock })
    }

    /// Makes or updates all tables.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        db::migrate(&self.pool).await?;
        queue::migrate(&self.pool).await?;
        Ok(())
    }

    /// The key that certificates are signed with; made at the first start, when the tables are there.
    pub async fn keys(&self) -> anyhow::Result<Keys> {
        let mut conn = self.pool.acquire().await?;
        Ok(Keys::open(&self.folder.keys(), &mut conn, SystemClock.now()).await?)
    }

    /// The key that sealed variants are drawn from; made at the first start, when the tables are there.
    pub async fn seal_key(&self) -> anyhow::Result<SealKey> {
        let mut conn = self.pool.acquire().await?;
        Ok(SealKey::open(&self.folder.keys(), &mut conn, SystemClock.now()).await?)
    }

    /// Version of the embedded server, where this process runs it.
    pub fn embedded_version(&self) -> Option<&str> {
        self.server.as_ref().map(Server::version)
    }

    /// Returns once the embedded server, where this process runs one, has ended although nobody stopped it.
    pub async fn database_ended(&self) {
        match &self.server {
            Some(server) => {
                while server.is_alive() {
                    tokio::time::sleep(LOOK).await;
                }
            }
            None => std::future::pending().await,
        }
    }

    /// Lets go of it: connections first, then the server, the lock last.
    pub async fn close(self) -> anyhow::Result<()> {
        // A pool without its server waits for connections that will not come back.
        if self.server.as_ref().is_none_or(Server::is_alive) {
            self.pool.close().await;
        }
        if let Some(server) = self.server {
            tokio::task::spawn_blocking(move || server.stop()).await.context("stopping PostgreSQL")?;
        }
        Ok(())
    }
}

fn lock(folder: &DataFolder, access: Access) -> Result<Option<FolderLock>, FolderError> {
    if access == Access::Beside {
        return Ok(None);
    }
    match folder.lock() {
        Err(FolderError::InUse { .. }) if access == Access::Shared => Ok(None),
        lock => lock.map(Some),
    }
}

/// Starting takes a tenth of a second, seconds at the very first start, and nothing else goes on meanwhile.
fn start(folder: &DataFolder, lock: &FolderLock, setting: Option<&Path>) -> anyhow::Result<Server> {
    Ok(tokio::task::block_in_place(|| Server::start(folder, lock, setting, Durability::Full))?)
}
