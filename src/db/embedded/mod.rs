//! The embedded PostgreSQL: the real server as a child process, on a folder of ours, for a start with one command.
//!
//! It ends with us: in an orderly way by [`Server::stop`], and by the parent-death signal when this process is killed.
//! It has a process group of its own, so that Ctrl-C reaches it only after the work that still needs it is done.

use std::fs::{File, OpenOptions};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::process::{Pid, Signal};

mod cluster;
mod error;
mod pidfile;
pub(in crate::db) mod programs;
mod throwaway;
mod user;

pub use cluster::PASSWORD_FILE;
pub use error::EmbeddedError;
pub use programs::{Programs, SUPPORTED};
pub use throwaway::{Throwaway, run_with};
pub use user::DatabaseUser;

use crate::db::folder::{DataFolder, FolderLock};
use cluster::Cluster;
use error::at;
use pidfile::PidFile;
use programs::last_lines;

/// Whether a crash of the machine may lose data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Every commit reaches the disk.
    Full,
    /// For tests: nothing waits for the disk.
    None,
}

/// A running embedded server.
#[derive(Debug)]
pub struct Server {
    url: String,
    version: String,
    pid: Pid,
    // The parent-death signal fires when the spawning *thread* ends, so one thread spawns the server and waits for it.
    waiter: Option<JoinHandle<std::io::Result<ExitStatus>>>,
}

/// How long a server may take until it answers; recovery after a crash can take minutes.
const READY: Duration = Duration::from_mins(5);
/// How long an orderly stop may take before it is forced.
const STOP: Duration = Duration::from_secs(30);
/// How often we look.
const POLL: Duration = Duration::from_millis(20);

impl Server {
    /// Starts the server of `data`, making its database at the first start. The lock is asked for as proof that
    /// nobody else uses the folder: a PostgreSQL that still runs there is left over from a killed process, and is
    /// stopped first.
    pub fn start(
        data: &DataFolder,
        _lock: &FolderLock,
        setting: Option<&Path>,
        durability: Durability,
    ) -> Result<Self, EmbeddedError> {
        let owner = existing(data).and_then(|folder| std::fs::metadata(folder).ok()).map(|meta| meta.uid());
        let user = DatabaseUser::needed(owner)?;
        user::require_entry(user.as_ref(), data.path())?;
        let programs = choose(Programs::find(setting)?, data)?.reachable(user.as_ref(), data.path())?;
        let cluster = Cluster::of(data, programs.major())?;
        cluster.ensure(&programs, user.as_ref())?;
        stop_orphan(&cluster)?;
        let port = cluster.port()?;
        let mut command = user::command(&programs.path("postgres"), user.as_ref());
        arguments(&mut command, &cluster, port, durability);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log(&cluster.log)?);
        let (pid, waiter) = spawn(command)?;
        let mut server =
            Self { url: cluster.url(port), version: programs.version().to_owned(), pid, waiter: Some(waiter) };
        server.wait_until_ready(&cluster, port)?;
        Ok(server)
    }

    /// The address of a server that another process runs on `data`; waits a little for one that is just starting.
    pub fn join(data: &DataFolder) -> Result<String, EmbeddedError> {
        let deadline = Duration::from_secs(20);
        let mut waited = Duration::ZERO;
        while waited < deadline {
            let majors = SUPPORTED.rev().filter(|major| cluster::folder(data, *major).is_dir());
            for major in majors {
                let cluster = Cluster::of(data, major)?;
                let file = PidFile::read(&cluster.folder).filter(|file| file.running(&cluster.folder).is_some());
                if let Some(port) = file.and_then(|file| file.ready_port()) {
                    return Ok(cluster.url(port));
                }
            }
            std::thread::sleep(POLL);
            waited += POLL;
        }
        Err(EmbeddedError::NotRunning(data.path().to_owned()))
    }

    /// Where to connect.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Version of the server, such as 18.6.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Ends it in an orderly way: open transactions are rolled back, everything committed is written.
    pub fn stop(self) {
        drop(self);
    }

    fn wait_until_ready(&mut self, cluster: &Cluster, port: u16) -> Result<(), EmbeddedError> {
        let mut waited = Duration::ZERO;
        while waited < READY && self.is_alive() {
            let ready = PidFile::read(&cluster.folder).is_some_and(|file| file.ready_port() == Some(port));
            if ready && TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return Ok(());
            }
            std::thread::sleep(POLL);
            waited += POLL;
        }
        let detail = std::fs::read_to_string(&cluster.log).map(|text| last_lines(&text)).unwrap_or_default();
        Err(EmbeddedError::NotStarted { log: cluster.log.clone(), detail })
    }

    /// Whether it has not ended, by itself or by us.
    pub fn is_alive(&self) -> bool {
        self.waiter.as_ref().is_some_and(|waiter| !waiter.is_finished())
    }

    fn end(&mut self) {
        for signal in [Signal::INT, Signal::QUIT] {
            // The waiter reaps the process, so while it runs the id is still that of our child.
            if self.is_alive() {
                signal_to(self.pid, signal);
            }
            let mut waited = Duration::ZERO;
            while self.is_alive() && waited < STOP {
                std::thread::sleep(POLL);
                waited += POLL;
            }
        }
        if let Some(waiter) = self.waiter.take().filter(JoinHandle::is_finished) {
            drop(waiter.join());
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// The database that is there already, the newest where there are several.
fn existing(data: &DataFolder) -> Option<PathBuf> {
    SUPPORTED.rev().map(|major| cluster::folder(data, major)).find(|folder| folder.is_dir())
}

/// The programs for what the folder holds already, else the preferred ones.
fn choose(found: Vec<Programs>, data: &DataFolder) -> Result<Programs, EmbeddedError> {
    let existing = existing(data);
    let preferred = found.first().map_or(0, Programs::major);
    let fitting = |programs: &Programs| existing.is_none() || cluster::folder(data, programs.major()).is_dir();
    match (found.into_iter().find(fitting), existing) {
        (Some(programs), _) => Ok(programs),
        (None, Some(folder)) => Err(EmbeddedError::OtherMajor { folder, found: preferred }),
        (None, None) => Err(EmbeddedError::NoPrograms),
    }
}

fn arguments(command: &mut Command, cluster: &Cluster, port: u16, durability: Durability) {
    // A socket's path has at most 107 bytes (unix(7)); without one, TCP remains.
    let sockets = cluster.folder.to_str().filter(|path| path.len() < 85).unwrap_or("");
    command.arg("-D").arg(&cluster.folder).args(["-h", "127.0.0.1", "-p"]).arg(port.to_string());
    command.arg("-k").arg(sockets).args(["-c", "timezone=UTC", "-c", "log_timezone=UTC", "-c", "max_connections=200"]);
    if durability == Durability::None {
        command.args(["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]);
    }
}

/// The server's log, begun anew when it has grown beyond 10 MB.
fn log(path: &Path) -> Result<File, EmbeddedError> {
    let grown = std::fs::metadata(path).is_ok_and(|meta| meta.size() > 10_000_000);
    let mut options = OpenOptions::new();
    options.create(true).mode(0o600);
    if grown {
        options.write(true).truncate(true)
    } else {
        options.append(true)
    };
    options.open(path).map_err(at(path))
}

type Spawned = (Pid, JoinHandle<std::io::Result<ExitStatus>>);

fn spawn(mut command: Command) -> Result<Spawned, EmbeddedError> {
    command.process_group(0);
    // SAFETY: between fork and exec the closure makes one system call and allocates nothing.
    unsafe {
        command.pre_exec(|| Ok(rustix::process::set_parent_process_death_signal(Some(Signal::INT))?));
    }
    let failed = |detail: String| EmbeddedError::Program { program: "postgres".to_owned(), detail };
    let (tell, told) = mpsc::channel();
    let wait = move || {
        let mut child: Child = match command.spawn() {
            Ok(child) => child,
            Err(error) => {
                // Whoever asked for the process hears of it by the closed channel and by what this thread returns.
                return Err(error);
            }
        };
        // The asker waits for exactly this message, so it is there.
        let _ = tell.send(Pid::from_child(&child));
        child.wait()
    };
    let waiter = std::thread::Builder::new().name("postgres".to_owned()).spawn(wait);
    let waiter = waiter.map_err(|error| failed(error.to_string()))?;
    match told.recv() {
        Ok(pid) => Ok((pid, waiter)),
        Err(_) => Err(failed(match waiter.join() {
            Ok(Err(error)) => error.to_string(),
            Ok(Ok(_)) | Err(_) => "it ended at once".to_owned(),
        })),
    }
}

/// Stops a server that a killed process left behind. The parent-death signal has mostly done so already.
fn stop_orphan(cluster: &Cluster) -> Result<(), EmbeddedError> {
    let Some(orphan) = PidFile::read(&cluster.folder).and_then(|file| file.running(&cluster.folder)) else {
        return Ok(());
    };
    tracing::warn!(
        pid = orphan.as_raw_nonzero().get(),
        "stopping the PostgreSQL that an earlier, killed start left behind"
    );
    for signal in [Signal::INT, Signal::QUIT] {
        signal_to(orphan, signal);
        let mut waited = Duration::ZERO;
        while waited < Duration::from_secs(10) {
            if PidFile::read(&cluster.folder).and_then(|file| file.running(&cluster.folder)).is_none() {
                return Ok(());
            }
            std::thread::sleep(POLL);
            waited += POLL;
        }
    }
    Err(EmbeddedError::Orphan(orphan.as_raw_nonzero().get()))
}

fn signal_to(pid: Pid, signal: Signal) {
    if let Err(error) = rustix::process::kill_process(pid, signal) {
        tracing::debug!(%error, "PostgreSQL had ended before it was told to");
    }
}
