//! Who used the processor: server, database, the load itself, and whoever else runs on this machine.

use std::time::Duration;

use anyhow::Context as _;
use tokio::time::Instant;

use crate::load::installation::Installation;

/// Clock ticks of each so far, as the kernel counts them (proc(5)).
#[derive(Debug, Clone, Copy)]
pub struct Usage {
    at: Instant,
    server: u64,
    database: u64,
    load: u64,
    all: u64,
}

/// Cores that each used on average.
#[derive(Debug, Clone, Copy)]
pub struct Used {
    /// The server's process.
    pub server: f64,
    /// PostgreSQL's processes.
    pub database: f64,
    /// This program.
    pub load: f64,
    /// Everything else, with what the host kept from this machine.
    pub others: f64,
    /// For how long.
    pub time: Duration,
}

impl Usage {
    /// As of now.
    pub fn now(installation: &Installation) -> anyhow::Result<Self> {
        let server = installation.server().context("no server runs")?;
        let postmaster = u32::try_from(installation.postgres()?.as_raw_nonzero().get())?;
        let first = Process::read(postmaster).context("PostgreSQL is gone")?;
        let processes = std::fs::read_dir("/proc")?.flatten();
        let others = processes.filter_map(|entry| Process::read(entry.file_name().to_str()?.parse().ok()?));
        let backends: u64 = others.filter(|process| process.parent == postmaster).map(|process| process.ticks).sum();
        Ok(Self {
            at: Instant::now(),
            server: Process::read(server).context("the server is gone")?.ticks,
            database: first.ticks + first.reaped + backends,
            load: Process::read(std::process::id()).context("/proc cannot be read")?.ticks,
            all: of_all()?,
        })
    }

    /// What was used since `before`.
    pub fn since(&self, before: &Self) -> Used {
        let time = self.at - before.at;
        // A process that ended takes its ticks with it until it is reaped, so that a difference may be below nothing.
        let cores = |now: u64, then: u64| {
            let ticks = u32::try_from(now.saturating_sub(then)).unwrap_or(u32::MAX);
            f64::from(ticks) / ticks_a_second() / time.as_secs_f64()
        };
        let (server, database, load) =
            (cores(self.server, before.server), cores(self.database, before.database), cores(self.load, before.load));
        let others = (cores(self.all, before.all) - server - database - load).max(0.0);
        Used { server, database, load, others, time }
    }
}

impl Used {
    /// Cores that server, database and load used together.
    pub fn total(&self) -> f64 {
        self.server + self.database + self.load
    }
}

struct Process {
    parent: u32,
    ticks: u64,
    reaped: u64,
}

impl Process {
    fn read(pid: u32) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (_, rest) = stat.rsplit_once(')')?;
        let fields: Vec<u64> = rest.split_whitespace().map(|field| field.parse().unwrap_or_default()).collect();
        let field = |number: usize| fields.get(number - 3).copied();
        Some(Self {
            parent: u32::try_from(field(4)?).ok()?,
            ticks: field(14)? + field(15)?,
            reaped: field(16)? + field(17)?,
        })
    }
}

/// Ticks of every processor but those that it was idle or waited for a disk.
fn of_all() -> anyhow::Result<u64> {
    let stat = std::fs::read_to_string("/proc/stat")?;
    let line = stat.lines().next().unwrap_or_default();
    let ticks: Vec<u64> = line.split_whitespace().skip(1).map(|field| field.parse().unwrap_or_default()).collect();
    // user, nice, system, idle, iowait, irq, softirq, steal; guests are in user.
    Ok([0, 1, 2, 5, 6, 7].iter().filter_map(|place| ticks.get(*place)).sum())
}

fn ticks_a_second() -> f64 {
    // What Linux tells every program on x86-64, whatever its own clock (proc(5), USER_HZ).
    100.0
}
