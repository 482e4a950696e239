//! Starts the child, listens to it within its limits, and ends it on every path.

mod process;
mod self_test;
mod slots;

use std::{
    env,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use crate::grading::{
    GradingError, ONNXRUNTIME_VERSION,
    contract::Limits,
    protocol::{ChildRequest, ChildTask, Event, Message, Order, Weaker},
    shared::SharedBytes,
};
pub(in crate::grading) use process::Child;
pub(in crate::grading) use slots::Slots;

pub use self_test::tier;

/// Time for starting the child, loading ONNX Runtime and locking down.
const START_LIMIT: Duration = Duration::from_secs(30);
/// How often cancellation and deadlines are looked at.
const TICK: Duration = Duration::from_millis(50);
/// Most bytes of free text that the child may write.
const MAX_STDERR: usize = 1 << 20;

/// Where the untrusted executable and ONNX Runtime are, and as whom to run.
#[derive(Debug, Clone)]
pub struct Sandbox {
    /// `assay-grader`.
    pub grader: PathBuf,
    /// `libonnxruntime.so`.
    pub onnxruntime: PathBuf,
    /// Weaker isolation that the operator accepts.
    pub accepted: Vec<Weaker>,
    /// Users of the children when this process is root, one for each that runs at the same time.
    users: Slots,
}

/// How a child ended, with what is known from outside.
pub(in crate::grading) struct Ended {
    /// The end itself.
    pub how: How,
    /// The last free text.
    pub stderr: String,
    /// Processor time.
    pub cpu: Duration,
    /// Largest resident memory in bytes.
    pub peak: u64,
    /// Time from the start until it was locked down.
    pub start: Duration,
    /// The walls that stood.
    pub isolation: Vec<String>,
}

/// The end of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::grading) enum How {
    /// It exited.
    Exit(i32),
    /// A signal ended it.
    Signal(i32),
    /// We ended it.
    Stopped(Stop),
}

/// Why we ended a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::grading) enum Stop {
    /// Its time was over.
    WallTime,
    /// The practice sample took more processor time than so many seconds.
    PracticeTime(u32),
    /// It wrote too much.
    Output,
    /// Someone asked for it.
    Cancelled,
    /// It said what it may not say.
    Protocol,
}

/// What a run may do, seen from the parent.
pub(in crate::grading) struct Bounds<'a> {
    /// Time and memory.
    pub limits: Limits,
    /// Most bytes of messages.
    pub max_output: usize,
    /// Processor time in seconds until [`Reply::Practice`] or [`Reply::Hidden`].
    pub practice_cpu_seconds: Option<u32>,
    /// Set from outside to stop the run.
    pub cancel: &'a AtomicBool,
}

/// What follows from a message of the child.
pub(in crate::grading) enum Reply {
    /// It was not allowed: the child is stopped.
    Forbidden,
    /// More is expected.
    Listen,
    /// Something is asked of the child.
    Order(Order),
    /// The same, and so many seconds of processor time, from the start on, until [`Reply::Hidden`].
    Practice(Order, u32),
    /// The same, and from now on the limits of the whole run hold: the model meets hidden data.
    Hidden(Order),
    /// Nothing more is asked of the child; it ends by itself.
    Dismiss,
}

impl Sandbox {
    /// With this executable and library, accepting that these walls are missing.
    pub fn new(grader: PathBuf, onnxruntime: PathBuf, accepted: Vec<Weaker>) -> Self {
        Self { grader, onnxruntime, accepted, users: Slots::of_models() }
    }

    /// Finds the executable (`ASSAY_GRADER`, beside this one, in `target/grader`) and the library
    /// (`ASSAY_ONNXRUNTIME`, beside the grader).
    pub fn locate() -> Result<Self, GradingError> {
        let here = env::current_exe().map_err(|source| GradingError::Io { what: "finding this executable", source })?;
        let grader = env::var_os("ASSAY_GRADER").map_or_else(|| find_grader(&here), PathBuf::from);
        if !grader.is_file() {
            return Err(GradingError::NoGrader(grader));
        }
        let beside = || grader.with_file_name("libonnxruntime.so");
        let onnxruntime = env::var_os("ASSAY_ONNXRUNTIME").map_or_else(beside, PathBuf::from);
        if !onnxruntime.is_file() {
            return Err(GradingError::NoOnnxRuntime(onnxruntime));
        }
        let absolute = |path: PathBuf| path.canonicalize().unwrap_or(path);
        let accepted = accepted(&env::var("ASSAY_ACCEPT_WEAKER_ISOLATION").unwrap_or_default())?;
        Ok(Self::new(absolute(grader), absolute(onnxruntime), accepted))
    }

    /// Whether an operator lets scripts run without namespaces.
    pub fn accepts_no_namespaces(&self) -> bool {
        self.accepted.contains(&Weaker::NoNamespaces)
    }

    /// Runs one child to its end. `task` gets the numbers of the passed descriptors; `listen` gets every message after
    /// `Ready` and says what follows from it.
    pub(in crate::grading) fn run(
        &self,
        task: &dyn Fn(&[i32]) -> ChildTask,
        files: &[&SharedBytes],
        bounds: &Bounds<'_>,
        listen: &mut dyn FnMut(Message) -> Reply,
    ) -> Result<Ended, GradingError> {
        let started = Instant::now();
        let user = rustix::process::geteuid().is_root().then(|| self.users.take());
        let uid = user.as_ref().map(|user| user.uid);
        let mut child = Child::spawn(&self.grader, files, |fds| ChildRequest {
            onnxruntime: self.onnxruntime.clone(),
            parent: std::process::id(),
            uid,
            accepted: self.accepted.clone(),
            limits: bounds.limits,
            task: task(fds),
        })?;
        let mut session = Session {
            bounds,
            listen,
            ready: None,
            received: 0,
            buffer: Vec::new(),
            fault: None,
            practice_cpu_seconds: bounds.practice_cpu_seconds,
        };
        let stopped = session.attend(&mut child, started)?;
        let (how, usage) = child.end(stopped.is_some())?;
        let stderr = String::from_utf8_lossy(&child.stderr.tail).into_owned();
        if let Some(fault) = session.fault {
            return Err(fault.into_error(&self.onnxruntime));
        }
        let Some((start, isolation)) = session.ready else {
            return match stopped {
                Some(Stop::Cancelled) => Ok(Ended::cancelled(started.elapsed())),
                _ => Err(GradingError::Start(format!("{how:?} before it was ready; {}", stderr.trim()))),
            };
        };
        let how = stopped.map_or(how, How::Stopped);
        Ok(Ended { how, stderr, cpu: usage.cpu, peak: usage.peak, start, isolation })
    }
}

impl Ended {
    fn cancelled(start: Duration) -> Self {
        let how = How::Stopped(Stop::Cancelled);
        Self { how, stderr: String::new(), cpu: Duration::ZERO, peak: 0, start, isolation: Vec::new() }
    }
}

/// The names in the setting, separated by commas.
fn accepted(setting: &str) -> Result<Vec<Weaker>, GradingError> {
    let names = setting.split(',').map(str::trim).filter(|name| !name.is_empty());
    let known = |name: &str| Weaker::ALL.into_iter().find(|weaker| weaker.as_str() == name);
    let wrong = |name: &str| {
        let all = Weaker::ALL.map(Weaker::as_str).join(", ");
        GradingError::Isolation(format!("ASSAY_ACCEPT_WEAKER_ISOLATION names {name}, which is none of: {all}"))
    };
    names.map(|name| known(name).ok_or_else(|| wrong(name))).collect()
}

fn find_grader(here: &Path) -> PathBuf {
    const NAME: &str = "assay-grader";
    let beside = here.with_file_name(NAME);
    let built = here
        .ancestors()
        .filter(|folder| folder.ends_with("target"))
        .flat_map(|target| ["debug", "release"].map(|profile| target.join("grader").join(profile).join(NAME)));
    std::iter::once(beside.clone()).chain(built).find(|path| path.is_file()).unwrap_or(beside)
}

/// What a child said before it was ready that makes it our fault.
enum Fault {
    Version(String),
    Isolation(String),
    Start(String),
}

impl Fault {
    fn into_error(self, onnxruntime: &Path) -> GradingError {
        match self {
            Self::Version(found) => {
                debug_assert_ne!(found, ONNXRUNTIME_VERSION);
                GradingError::WrongOnnxRuntime { path: onnxruntime.to_owned(), found }
            }
            Self::Isolation(what) => GradingError::Isolation(what),
            Self::Start(what) => GradingError::Start(what),
        }
    }
}

/// The parent's side of one conversation.
struct Session<'a> {
    bounds: &'a Bounds<'a>,
    listen: &'a mut dyn FnMut(Message) -> Reply,
    ready: Option<(Duration, Vec<String>)>,
    received: usize,
    buffer: Vec<u8>,
    fault: Option<Fault>,
    /// The limit of the practice run, until that is over.
    practice_cpu_seconds: Option<u32>,
}

impl Session<'_> {
    /// Listens until the child is gone (`None`) or must go.
    fn attend(&mut self, child: &mut Child, started: Instant) -> Result<Option<Stop>, GradingError> {
        loop {
            let gone = child.wait_for_news(TICK)?;
            child.look_at_memory();
            if let Some(stop) = self.hear(child, started)? {
                return Ok(Some(stop));
            }
            child.stderr.read(|_| ())?;
            if child.stderr.total > MAX_STDERR {
                return Ok(Some(Stop::Output));
            }
            if gone {
                return Ok(None);
            }
            if self.bounds.cancel.load(Ordering::Relaxed) {
                return Ok(Some(Stop::Cancelled));
            }
            let deadline = match &self.ready {
                Some((start, _)) => *start + Duration::from_secs(self.bounds.limits.wall_seconds.into()),
                None => START_LIMIT,
            };
            if started.elapsed() >= deadline {
                return Ok(Some(Stop::WallTime));
            }
            // Not a limit of the process itself: root in a container may not lift those of another user.
            if let Some(seconds) = self.practice_cpu_seconds
                && child.cpu() >= Duration::from_secs(seconds.into())
            {
                return Ok(Some(Stop::PracticeTime(seconds)));
            }
        }
    }

    /// Takes in what is there and handles every complete message.
    fn hear(&mut self, child: &mut Child, started: Instant) -> Result<Option<Stop>, GradingError> {
        let buffer = &mut self.buffer;
        self.received += child.stdout.read(|bytes| buffer.extend_from_slice(bytes))?;
        if self.received > self.bounds.max_output {
            return Ok(Some(Stop::Output));
        }
        loop {
            let reply = match Message::take(&mut self.buffer) {
                Ok(None) => return Ok(None),
                Ok(Some(message)) => self.handle(message, started),
                Err(_) => Reply::Forbidden,
            };
            match reply {
                Reply::Forbidden => return Ok(Some(Stop::Protocol)),
                Reply::Listen => {}
                Reply::Order(command) => child.order(&command),
                Reply::Practice(command, seconds) => {
                    self.practice_cpu_seconds = Some(seconds);
                    child.order(&command);
                }
                Reply::Hidden(command) => {
                    self.practice_cpu_seconds = None;
                    child.order(&command);
                }
                Reply::Dismiss => child.dismiss(),
            }
        }
    }

    fn handle(&mut self, message: Message, started: Instant) -> Reply {
        if self.ready.is_some() {
            return (self.listen)(message);
        }
        match message {
            Message::Event(Event::Ready { isolation }) => self.ready = Some((started.elapsed(), isolation)),
            Message::Event(Event::WrongOnnxRuntime { found }) => self.fault = Some(Fault::Version(found)),
            Message::Event(Event::Platform { isolation: true, what }) => self.fault = Some(Fault::Isolation(what)),
            Message::Event(Event::Platform { isolation: false, what }) => self.fault = Some(Fault::Start(what)),
            Message::Event(_) | Message::Batch(_) => return Reply::Forbidden,
        }
        Reply::Listen
    }
}
