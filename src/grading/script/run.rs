//! Runs one script: starts the launcher in the strongest walls that can be had, and sees that nothing of it is left.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, atomic::AtomicBool},
    thread,
    time::{Duration, Instant},
};

use super::{
    bubblewrap,
    folder::{self, JobFolder},
    log::Log,
    places::{Places, inside, readable, writable},
    protocol::{LaunchRequest, ScriptLimits},
    session::{Ended, Session},
    tree,
};
use crate::grading::{
    GradingError,
    sandbox::{Child, Slots},
};

/// Time for building the walls.
pub(super) const START_LIMIT: Duration = Duration::from_secs(30);
/// Time in which the launcher ends what a script left.
const END_LIMIT: Duration = Duration::from_secs(5);
/// How often limits and cancellation are looked at.
pub(super) const TICK: Duration = Duration::from_millis(50);

/// How scripts are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// Namespaces outside, Landlock and seccomp inside.
    Namespaces,
    /// Landlock and seccomp alone: no private `/tmp`, shared memory and process table; what is written is added up from
    /// outside, and children that live between two looks and are not waited for cost no processor time.
    LandlockOnly,
}

impl Tier {
    /// The name in reports and on pages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Namespaces => "P",
            Self::LandlockOnly => "P2",
        }
    }
}

/// What scripts are run with.
#[derive(Debug, Clone)]
pub struct ScriptSandbox {
    /// `assay-grader`, where every user can reach it.
    grader: PathBuf,
    bwrap: Option<PathBuf>,
    /// How scripts are kept apart.
    pub tier: Tier,
    users: Slots,
    /// Holds the copy of the grader, if one had to be made.
    _copy: Option<Arc<JobFolder>>,
}

/// One run.
pub struct Run<'a> {
    /// What it may use.
    pub limits: ScriptLimits,
    /// Python packages.
    pub environment: Option<&'a Path>,
    /// Folder of public training files.
    pub data: &'a Path,
    /// Folder with the submitted script, which every user can read.
    pub source: &'a Path,
    /// The command, given where things will be.
    pub command: &'a dyn Fn(&Places) -> Vec<String>,
    /// The environment variables, given where things will be.
    pub variables: &'a dyn Fn(&Places) -> Vec<(String, String)>,
    /// Largest model that is taken.
    pub max_model_bytes: u64,
    /// Set from outside to stop the run.
    pub cancel: &'a AtomicBool,
    /// Called on the calling thread whenever something was printed.
    pub printed: &'a dyn Fn(&Log),
}

impl ScriptSandbox {
    /// With this grader, in namespaces where they can be made; else with Landlock alone, where the worker is root and has
    /// users to give, or where an operator accepts it.
    pub fn new(grader: &Path, accepts_weaker: bool) -> Result<Self, GradingError> {
        folder::sweep();
        let is_root = rustix::process::geteuid().is_root();
        let (grader, copy) = if is_root { reachable(grader)? } else { (grader.to_owned(), None) };
        let bwrap = bubblewrap::find();
        let users = Slots::of_scripts();
        let mut sandbox = Self { grader, bwrap, tier: Tier::Namespaces, users, _copy: copy };
        let missing = match (&sandbox.bwrap, sandbox.try_namespaces()) {
            (None, _) => "bubblewrap is not installed (apt-get install bubblewrap)".to_owned(),
            (Some(_), Ok(())) => return Ok(sandbox),
            (Some(_), Err(said)) => format!("bubblewrap cannot make namespaces here: {said}"),
        };
        if is_root || accepts_weaker {
            sandbox.tier = Tier::LandlockOnly;
            return Ok(sandbox);
        }
        Err(GradingError::Isolation(format!(
            "scripts cannot be isolated: {missing}; to run them with Landlock and seccomp alone, set \
             ASSAY_ACCEPT_WEAKER_ISOLATION=no-namespaces"
        )))
    }

    /// Starts nothing in namespaces, to see whether they can be made.
    fn try_namespaces(&self) -> Result<(), String> {
        let Some(bwrap) = &self.bwrap else { return Ok(()) };
        let nowhere = Places {
            environment: None,
            data: "/usr/lib".into(),
            source: "/usr/lib".into(),
            work: bubblewrap::WORK.into(),
            scratch: "/tmp".into(),
        };
        let command = bubblewrap::command(bwrap, &self.grader, &nowhere, 1 << 20);
        let user = rustix::process::geteuid().is_root().then(|| self.users.take());
        let mut child =
            Child::start(command, &[], user.as_ref().map(|user| user.uid)).map_err(|error| error.to_string())?;
        // Without a request the launcher ends at once, having said so.
        child.dismiss();
        let started = Instant::now();
        let mut said = Vec::new();
        while started.elapsed() < START_LIMIT {
            let gone = child.wait_for_news(TICK).map_err(|error| error.to_string())?;
            child.stdout.read(|bytes| said.extend_from_slice(bytes)).map_err(|error| error.to_string())?;
            child.stderr.read(|_| ()).map_err(|error| error.to_string())?;
            if gone {
                break;
            }
        }
        let text = String::from_utf8_lossy(&child.stderr.tail).trim().to_owned();
        let _ = child.end(true);
        if said.is_empty() { Err(text) } else { Ok(()) }
    }

    /// Runs one script to its end. Blocks the calling thread until nothing of it is left.
    pub(super) fn run(&self, run: &Run<'_>) -> Result<Ended, GradingError> {
        let user = rustix::process::geteuid().is_root().then(|| self.users.take());
        let uid = user.as_ref().map(|user| user.uid);
        let folder = match self.tier {
            Tier::Namespaces => None,
            Tier::LandlockOnly => Some(JobFolder::with_work(uid)?),
        };
        let outside = |folder: &Path| Places {
            environment: run.environment.map(Path::to_owned),
            data: run.data.to_owned(),
            source: run.source.to_owned(),
            work: folder.join("work"),
            scratch: folder.join("tmp"),
        };
        let disk = u64::from(run.limits.disk_mb) << 20;
        let (command, places, as_user) = match (&folder, &self.bwrap) {
            (Some(folder), _) => {
                let mut command = Command::new(&self.grader);
                command.arg("launch").env_clear().current_dir(&folder.path);
                (command, outside(&folder.path), None)
            }
            (None, Some(bwrap)) => {
                let command = bubblewrap::command(bwrap, &self.grader, &outside(Path::new("/")), disk);
                (command, inside(run.environment.is_some()), uid)
            }
            (None, None) => return Err(GradingError::Isolation("bubblewrap is gone".into())),
        };
        let alone = folder.is_some();
        let request = LaunchRequest {
            parent: alone.then(std::process::id),
            uid: uid.filter(|_| alone),
            limits: run.limits,
            command: (run.command)(&places),
            environment: (run.variables)(&places),
            readable: readable(&places, alone),
            writable: writable(&places, alone),
            folder: places.work.clone(),
            max_model_bytes: run.max_model_bytes,
        };
        let started = Instant::now();
        let mut child = Child::start(command, &[], as_user)?;
        child.order(&request);
        child.dismiss();
        let mut session = Session::new(run, started, folder.as_ref().map(|folder| folder.path.as_path()));
        let stopped = session.attend(&mut child);
        let must_go = !matches!(stopped, Ok(None));
        if must_go {
            end(&mut child)?;
        }
        let (how, usage) = child.end(must_go)?;
        if let (Tier::LandlockOnly, Some(uid)) = (self.tier, uid) {
            end_leftovers(uid);
        }
        session.result(stopped?, how, usage.cpu)
    }
}

/// Ends a run. In namespaces everything dies with their first process, and bubblewrap ends once that is gone. Without, the
/// launcher ends the rest as soon as the script itself is gone.
fn end(child: &mut Child) -> Result<(), GradingError> {
    tree::end_descendants(child.pid());
    let asked = Instant::now();
    while asked.elapsed() < END_LIMIT && !child.wait_for_news(TICK)? {
        child.stdout.read(|_| ())?;
        tree::end_descendants(child.pid());
    }
    Ok(())
}

/// Ends what a launcher left that somebody else ended; its user is ours alone.
fn end_leftovers(uid: u32) {
    let asked = Instant::now();
    while asked.elapsed() < END_LIMIT && tree::end_all_of(uid) > 0 {
        thread::sleep(TICK);
    }
}

/// A grader that other users can execute: a copy, where a folder above it is private.
fn reachable(grader: &Path) -> Result<(PathBuf, Option<Arc<JobFolder>>), GradingError> {
    let fault = |source| GradingError::Io { what: "copying the launcher of scripts", source };
    let is_open = |path: &Path| path.metadata().is_ok_and(|found| found.permissions().mode() & 0o001 != 0);
    if grader.ancestors().all(is_open) {
        return Ok((grader.to_owned(), None));
    }
    let folder = JobFolder::create()?;
    let copy = folder.path.join("assay-grader");
    fs::copy(grader, &copy)
        .and_then(|_| fs::set_permissions(&copy, fs::Permissions::from_mode(0o755)))
        .map_err(fault)?;
    Ok((copy, Some(Arc::new(folder))))
}
