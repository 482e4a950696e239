//! An installation of the load's own: data folder, embedded PostgreSQL and server, which can be killed and come back.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tempfile::TempDir;
use tokio::time::{Instant, sleep, timeout};

use super::http::{Body, Browser};

/// How long a server may take until it answers.
const READY: Duration = Duration::from_mins(2);
/// How often a supervisor looks.
const LOOK: Duration = Duration::from_millis(200);
/// After so many looks in a row without an answer, a supervisor ends the server and starts it again.
const FAILED_LOOKS: u32 = 10;

/// A data folder with a server on it.
pub struct Installation {
    assay: PathBuf,
    folder: TempDir,
    /// Where pages are.
    pub address: SocketAddr,
    operator: SocketAddr,
    slots: Option<usize>,
    server: Option<Child>,
}

impl Installation {
    /// Makes the tables in a new folder, and starts the server `assay` with so many slots, or as many as it likes.
    pub async fn start(assay: &Path, slots: Option<usize>) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("assay-exam-").tempdir()?;
        // PostgreSQL runs as another user where we are root, and must be able to pass through.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
        let [address, operator] = free()?;
        let mut installation = Self { assay: assay.to_owned(), folder, address, operator, slots, server: None };
        let made = installation.command("migrate")?.status()?;
        ensure!(made.success(), "assay migrate: {}", installation.log());
        installation.spawn()?;
        installation.until_ready().await?;
        Ok(installation)
    }

    fn command(&self, role: &str) -> anyhow::Result<Command> {
        let log = File::options().create(true).append(true).open(self.folder.path().join("server.log"))?;
        let mut command = Command::new(&self.assay);
        let ours = std::env::vars_os().map(|(name, _)| name);
        for name in ours.filter(|name| name.to_str().is_some_and(|name| name.starts_with("ASSAY_"))) {
            command.env_remove(name);
        }
        command.env_remove("DATABASE_URL").arg(role).current_dir(self.folder.path());
        command
            .env("ASSAY_DATA", self.data())
            .env("ASSAY_CONTENT", env!("CARGO_MANIFEST_DIR"))
            .env("ASSAY_LISTEN", self.address.to_string())
            .env("ASSAY_OPERATOR_LISTEN", self.operator.to_string())
            .env("ASSAY_BASE_URL", format!("http://{}", self.address))
            .env("ASSAY_TRUSTED_PROXIES", "127.0.0.1")
            .env("ORT_DISABLE_TELEMETRY", "1");
        if let Some(slots) = self.slots {
            command.env("ASSAY_SLOTS", slots.to_string());
        }
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        Ok(command)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> String {
        let text = std::fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default();
        let last: Vec<&str> = text.lines().rev().take(10).collect();
        last.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    fn spawn(&mut self) -> anyhow::Result<()> {
        self.server = Some(self.command("serve")?.spawn()?);
        Ok(())
    }

    /// Waits until pages are served, and acts as a supervisor meanwhile: a server that ended is started again, and one
    /// that does not answer is ended first.
    pub async fn until_ready(&mut self) -> anyhow::Result<()> {
        let (begin, mut failed) = (Instant::now(), 0);
        while begin.elapsed() < READY {
            let server = self.server.as_mut().context("no server was started")?;
            if server.try_wait()?.is_some() {
                self.spawn()?;
                failed = 0;
            }
            match self.health().await {
                Some(200) => return Ok(()),
                Some(_) => failed += 1,
                None => {}
            }
            if failed >= FAILED_LOOKS {
                self.kill_server()?;
            }
            sleep(LOOK).await;
        }
        bail!("the server is not ready:\n{}", self.log())
    }

    /// As [`Self::until_ready`], after a kill of which the server `before` itself may not know yet.
    pub async fn until_started_anew(&mut self, before: Option<u32>) -> anyhow::Result<()> {
        loop {
            self.until_ready().await?;
            if self.server() != before {
                return Ok(());
            }
            sleep(LOOK).await;
        }
    }

    /// The status with which the server says whether it can serve.
    async fn health(&self) -> Option<u16> {
        let mut browser = Browser::new(self.address, String::new());
        let answer = timeout(Duration::from_secs(1), browser.send("/health/ready", Body::None)).await;
        match answer {
            Ok(Ok(answer)) => Some(answer.status),
            Ok(Err(_)) => None,
            Err(_) => Some(503),
        }
    }

    /// Kills the server; what it started ends with it.
    pub fn kill_server(&mut self) -> anyhow::Result<()> {
        let server = self.server.as_mut().context("no server was started")?;
        server.kill()?;
        server.wait()?;
        Ok(())
    }

    /// Asks the server for an orderly end, and waits for it; [`Self::until_ready`] starts another.
    pub async fn stop_server(&mut self) -> anyhow::Result<()> {
        let server = self.server.as_mut().context("no server was started")?;
        let pid = i32::try_from(server.id()).ok().and_then(Pid::from_raw).context("a process has a number")?;
        kill_process(pid, Signal::TERM)?;
        let status = loop {
            if let Some(status) = server.try_wait()? {
                break status;
            }
            sleep(LOOK).await;
        };
        ensure!(status.success(), "the server stopped with {status}:\n{}", self.log());
        Ok(())
    }

    /// Kills PostgreSQL's first process; its others find out by themselves.
    pub fn kill_postgres(&self) -> anyhow::Result<()> {
        Ok(kill_process(self.postgres()?, Signal::KILL)?)
    }

    /// PostgreSQL's first process.
    pub fn postgres(&self) -> anyhow::Result<Pid> {
        let cluster = std::fs::read_dir(self.data())?.flatten().map(|entry| entry.path().join("postmaster.pid"));
        let file = cluster.into_iter().find(|path| path.is_file()).context("no PostgreSQL runs")?;
        let pid = std::fs::read_to_string(file)?.lines().next().and_then(|line| line.trim().parse().ok());
        pid.and_then(Pid::from_raw).context("no PostgreSQL runs")
    }

    /// The server's process.
    pub fn server(&self) -> Option<u32> {
        self.server.as_ref().map(Child::id)
    }

    /// Connections to the database.
    pub async fn pool(&self) -> anyhow::Result<PgPool> {
        let password = std::fs::read_to_string(self.data().join("keys/database-password"))?;
        let port = std::fs::read_to_string(self.data().join("postgres.port"))?;
        let url = format!("postgres://assay:{}@127.0.0.1:{}/assay", password.trim(), port.trim());
        Ok(PgPoolOptions::new().max_connections(4).connect(&url).await?)
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            // An orderly end where there is one: PostgreSQL must be gone before its folder is.
            let pid = i32::try_from(server.id()).ok().and_then(Pid::from_raw);
            let told = pid.is_some_and(|pid| kill_process(pid, Signal::TERM).is_ok());
            let waits = if told { 150 } else { 0 };
            let ended = (0..waits).any(|_| {
                std::thread::sleep(LOOK);
                !matches!(server.try_wait(), Ok(None))
            });
            if !ended {
                drop(server.kill());
                drop(server.wait());
            }
        }
    }
}

/// Two addresses of this machine that nobody uses now.
fn free() -> anyhow::Result<[SocketAddr; 2]> {
    let taken = [TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?, TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?];
    let [first, second] = taken;
    Ok([first.local_addr()?, second.local_addr()?])
}
