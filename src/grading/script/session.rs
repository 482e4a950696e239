//! The parent's side of one run: what is printed, what is used, how it ended.

use std::{
    io::Cursor,
    os::unix::fs::MetadataExt,
    path::Path,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use super::{
    account::Account,
    folder::written,
    log::{self, Log},
    protocol::{Found, LANDLOCK, LaunchEvent},
    run::{Run, START_LIMIT, TICK},
    tree,
};
use crate::grading::{
    GradingError,
    protocol::read_order,
    sandbox::{Child, How},
};

/// Room for events beside the model.
const MAX_EVENTS: usize = 1 << 16;

/// Why we ended a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Its time was over.
    WallTime,
    /// Its processes together used up their processor time.
    CpuTime,
    /// Its processes together held too much memory.
    Memory,
    /// It wrote too much.
    Disk,
    /// It printed too much.
    Output,
    /// Someone asked for it.
    Cancelled,
}

/// How a script ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By itself, with a code or a signal.
    Itself {
        /// Exit code.
        code: Option<i32>,
        /// Signal.
        signal: Option<i32>,
        /// What lay where the model should be.
        found: Found,
    },
    /// We ended it.
    Stopped(Stop),
}

/// What came of a run.
pub struct Ended {
    /// How it ended.
    pub end: End,
    /// The model's bytes, after [`Found::Model`].
    pub model: Vec<u8>,
    /// What it printed.
    pub log: Log,
    /// Time from the start.
    pub wall: Duration,
    /// Processor time of all its processes.
    pub cpu: Duration,
    /// Largest resident memory of all its processes together, in bytes.
    pub peak: u64,
    /// The walls that stood.
    pub walls: Vec<String>,
}

/// The parent's side of one run.
pub struct Session<'a> {
    run: &'a Run<'a>,
    /// Where it writes, if that is no memory of a fixed size.
    folder: Option<&'a Path>,
    started: Instant,
    received: Vec<u8>,
    ready: Option<Vec<String>>,
    log: Log,
    cpu: Duration,
    peak: u64,
    account: Account,
    /// Processes that this machine had killed for want of memory before the run.
    killed_before: u64,
}

impl<'a> Session<'a> {
    /// Before the launcher says anything.
    pub fn new(run: &'a Run<'a>, started: Instant, folder: Option<&'a Path>) -> Self {
        let (log, cpu) = (Log::default(), Duration::ZERO);
        Self {
            run,
            folder,
            started,
            received: Vec::new(),
            ready: None,
            log,
            cpu,
            peak: 0,
            account: Account::default(),
            killed_before: tree::killed_for_memory(),
        }
    }

    /// Listens until the child is gone (`None`) or must go.
    pub fn attend(&mut self, child: &mut Child) -> Result<Option<Stop>, GradingError> {
        loop {
            let gone = child.wait_for_news(TICK)?;
            let most = usize::try_from(self.run.max_model_bytes).unwrap_or(usize::MAX).saturating_add(MAX_EVENTS);
            let received = &mut self.received;
            child.stdout.read(|bytes| received.extend_from_slice(bytes))?;
            if received.len() > most {
                return Err(GradingError::Start("the launcher of scripts said too much".into()));
            }
            self.take_ready()?;
            let log = &mut self.log;
            if child.stderr.read(|bytes| log.add(bytes))? > 0 {
                (self.run.printed)(log);
            }
            if child.stderr.total > log::MAX_BYTES {
                return Ok(Some(Stop::Output));
            }
            if gone {
                return Ok(None);
            }
            if let Some(stop) = self.limit(child)? {
                return Ok(Some(stop));
            }
        }
    }

    /// The first event, once it is there.
    fn take_ready(&mut self) -> Result<(), GradingError> {
        if self.ready.is_some() {
            return Ok(());
        }
        let mut reader = Cursor::new(&self.received);
        match read_order::<LaunchEvent>(&mut reader) {
            Ok(Some(LaunchEvent::Ready { walls })) => {
                let used = usize::try_from(reader.position()).unwrap_or(0);
                self.received.drain(..used);
                self.ready = Some(walls);
            }
            Ok(Some(LaunchEvent::Failed { what })) => return Err(GradingError::Isolation(what)),
            Ok(Some(LaunchEvent::Ended { .. })) => return Err(GradingError::Start("the end before the start".into())),
            // Not all of it is there yet.
            Ok(None) | Err(_) => {}
        }
        Ok(())
    }

    fn limit(&mut self, child: &Child) -> Result<Option<Stop>, GradingError> {
        let limits = &self.run.limits;
        if self.run.cancel.load(Ordering::Relaxed) {
            return Ok(Some(Stop::Cancelled));
        }
        let elapsed = self.started.elapsed();
        if self.ready.is_none() && elapsed > START_LIMIT {
            return Err(GradingError::Start("the launcher of scripts did not start".into()));
        }
        if elapsed >= Duration::from_secs(limits.wall_seconds.into()) {
            return Ok(Some(Stop::WallTime));
        }
        let used = tree::usage(child.pid(), &mut self.account);
        self.cpu = self.cpu.max(used.cpu);
        if used.cpu >= Duration::from_secs(limits.cpu_seconds.into()) {
            return Ok(Some(Stop::CpuTime));
        }
        let disk = u64::from(limits.disk_mb) << 20;
        if self.folder.is_some_and(|folder| uses_disk(folder, child).is_none_or(|bytes| bytes > disk)) {
            return Ok(Some(Stop::Disk));
        }
        let most = u64::from(limits.memory_mb) << 20;
        // What forked processes share is counted once, where that decides.
        let resident =
            if used.resident > most { tree::proportional(child.pid()).unwrap_or(used.resident) } else { used.resident };
        self.peak = self.peak.max(resident);
        Ok((resident > most).then_some(Stop::Memory))
    }

    /// What came of it.
    pub fn result(mut self, stopped: Option<Stop>, how: How, cpu: Duration) -> Result<Ended, GradingError> {
        self.log.finish();
        (self.run.printed)(&self.log);
        let wall = self.started.elapsed();
        let cpu = self.cpu.max(cpu);
        let ready = self.ready.clone();
        let walls = ready.clone().unwrap_or_default();
        let ended = |end, model, log| Ended { end, model, log, wall, cpu, peak: self.peak, walls: walls.clone() };
        if let Some(stop) = stopped {
            return Ok(ended(End::Stopped(stop), Vec::new(), self.log));
        }
        if ready.is_none() {
            return Err(GradingError::Start(format!("{how:?} before it was ready; {}", self.log.text().trim())));
        }
        // Whether a kill came from a machine without memory, which is our fault, or from the script's own hand.
        let is_ours = tree::killed_for_memory() > self.killed_before;
        let mut reader = Cursor::new(&self.received);
        let Ok(Some(LaunchEvent::Ended { code, signal, found })) = read_order::<LaunchEvent>(&mut reader) else {
            // Behind the whole of Landlock no signal of the script's reaches its launcher: somebody else ended that. On
            // kernels whose Landlock holds no signals, a script can do it.
            if is_ours || walls.iter().any(|wall| wall == LANDLOCK) {
                return Err(GradingError::Killed);
            }
            let end = End::Itself { code: None, signal: Some(libc::SIGKILL), found: Found::Nothing };
            return Ok(ended(end, Vec::new(), self.log));
        };
        if is_ours && signal == Some(libc::SIGKILL) {
            return Err(GradingError::Killed);
        }
        let used = usize::try_from(reader.position()).unwrap_or(0);
        let model = self.received.split_off(used);
        match found {
            Found::Model(bytes) if model.len() as u64 != bytes => Err(GradingError::Killed),
            Found::Model(_) | Found::Nothing | Found::NotAFile | Found::TooLarge(_) => {
                Ok(ended(End::Itself { code, signal, found }, model, self.log))
            }
        }
    }
}

/// Bytes on disk of what is in the folder and of what was removed from it and is still held; `None` if that cannot be told.
fn uses_disk(folder: &Path, child: &Child) -> Option<u64> {
    let device = folder.metadata().ok()?.dev();
    written(folder).map(|bytes| bytes + tree::held(child.pid(), device))
}
