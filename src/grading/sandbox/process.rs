//! One child process: spawned with nothing but its descriptors, watched without blocking, always killed and reaped.

use std::{
    fs::{self, DirBuilder},
    io,
    os::{
        fd::{AsFd, AsRawFd, OwnedFd},
        unix::{fs::DirBuilderExt, process::CommandExt},
    },
    path::{Path, PathBuf},
    process::{self, ChildStdin, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::OFlags,
    io::{Errno, fcntl_dupfd_cloexec},
    process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal},
};
use serde::Serialize;

use super::How;
use crate::grading::{
    GradingError,
    protocol::{ChildRequest, write_order},
    shared::SharedBytes,
};

/// Passed descriptors get numbers from here on, clear of those that starting a process uses itself.
const FIRST_FD: i32 = 200;
/// How much of the end of the free text is kept.
const TAIL: usize = 4096;

/// A running child. Dropping it kills and reaps it.
pub(in crate::grading) struct Child {
    pid: Pid,
    pidfd: OwnedFd,
    reaped: bool,
    peak: u64,
    looked: Option<Instant>,
    stdin: Option<ChildStdin>,
    /// Messages.
    pub stdout: Pipe,
    /// Free text.
    pub stderr: Pipe,
}

/// What a child used.
pub(in crate::grading) struct Usage {
    /// Processor time.
    pub cpu: Duration,
    /// Largest resident memory in bytes.
    pub peak: u64,
}

impl Child {
    /// Starts the grader with a cleared environment in an empty folder and hands it the request.
    ///
    /// The parent-death signal fires when the calling *thread* ends, so that thread must stay until the child is gone.
    pub fn spawn(
        grader: &Path,
        files: &[&SharedBytes],
        request: impl FnOnce(&[i32]) -> ChildRequest,
    ) -> Result<Self, GradingError> {
        let fault = |what| move |source| GradingError::Io { what, source };
        let passed = files.iter().map(|file| Ok(fcntl_dupfd_cloexec(file, FIRST_FD)?)).collect::<io::Result<Vec<_>>>();
        let passed: Vec<OwnedFd> = passed.map_err(fault("duplicating a descriptor"))?;
        let fds: Vec<i32> = passed.iter().map(AsRawFd::as_raw_fd).collect();
        let folder = EmptyFolder::create().map_err(fault("making an empty working folder"))?;
        let mut command = Command::new(grader);
        command
            .env_clear()
            // Before ONNX Runtime is loaded: its own switch comes too late.
            .env("ORT_DISABLE_TELEMETRY", "1")
            .current_dir(&folder.0);
        let started = Self::start(command, &fds, None);
        drop(folder);
        let mut child = started?;
        child.order(&request(&fds));
        Ok(child)
    }

    /// Starts a command with three pipes, these further descriptors and no others, as another user where one is named.
    pub fn start(mut command: Command, fds: &[i32], uid: Option<u32>) -> Result<Self, GradingError> {
        let fault = |what| move |source| GradingError::Io { what, source };
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let inherited = fds.to_vec();
        // SAFETY: the closure runs between fork and exec and makes system calls only, without allocating or locking.
        unsafe { command.pre_exec(move || prepare(&inherited, uid)) };
        let spawned = command.spawn().map_err(fault("starting the grader"));
        spawned.and_then(|child| Self::adopt(child).map_err(fault("watching the grader")))
    }

    /// Its process.
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// Hands the child a request or a command. One that is gone already is noticed by its end, not by this.
    pub fn order(&mut self, order: &impl Serialize) {
        if let Some(stdin) = &mut self.stdin {
            let _ = write_order(order, stdin);
        }
    }

    /// Tells the child that nothing more will be asked of it.
    pub fn dismiss(&mut self) {
        self.stdin = None;
    }

    /// Processor time that the child has used so far; 0 once it is gone.
    pub fn cpu(&self) -> Duration {
        let mut clock = 0;
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: both pointers are to live values of the right types; a process that is gone is answered with an error.
        let found = unsafe {
            libc::clock_getcpuclockid(self.pid.as_raw_nonzero().get(), &raw mut clock) == 0
                && libc::clock_gettime(clock, &raw mut time) == 0
        };
        let nanoseconds = u32::try_from(time.tv_nsec).unwrap_or(0);
        if found { Duration::new(time.tv_sec.cast_unsigned(), nanoseconds) } else { Duration::ZERO }
    }

    fn adopt(mut child: process::Child) -> io::Result<Self> {
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::NotFound)?;
        let opened = (|| {
            let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
            let missing = || io::Error::from(io::ErrorKind::BrokenPipe);
            let stdout = Pipe::new(stdout.ok_or_else(missing)?.into())?;
            let stderr = Pipe::new(stderr.ok_or_else(missing)?.into())?;
            Ok::<_, io::Error>((pidfd_open(pid, PidfdFlags::empty())?, stdout, stderr))
        })();
        match opened {
            Ok((pidfd, stdout, stderr)) => {
                let stdin = child.stdin.take();
                Ok(Self { pid, pidfd, reaped: false, peak: 0, looked: None, stdin, stdout, stderr })
            }
            Err(error) => {
                let _ = child.kill().and_then(|()| child.wait());
                Err(error)
            }
        }
    }

    /// Waits until there is something to read, the child is gone, or the time is over; says whether it is gone.
    pub fn wait_for_news(&self, time: Duration) -> Result<bool, GradingError> {
        let mut fds = vec![PollFd::new(&self.pidfd, PollFlags::IN)];
        for pipe in [&self.stdout, &self.stderr] {
            fds.extend(pipe.fd.as_ref().map(|fd| PollFd::new(fd, PollFlags::IN)));
        }
        let timeout = Timespec { tv_sec: 0, tv_nsec: time.subsec_nanos().into() };
        match poll(&mut fds, Some(&timeout)) {
            Ok(_) | Err(Errno::INTR) => Ok(fds.first().is_some_and(|fd| !fd.revents().is_empty())),
            Err(error) => Err(GradingError::Io { what: "waiting for the grader", source: error.into() }),
        }
    }

    /// Looks at the child's largest memory so far, not more often than it is worth.
    ///
    /// The kernel's own figure at the end (`ru_maxrss`) also counts this process, of which the child is a fork.
    pub fn look_at_memory(&mut self) {
        if self.looked.is_some_and(|last| last.elapsed() < Duration::from_millis(10)) {
            return;
        }
        self.looked = Some(Instant::now());
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid.as_raw_nonzero())).unwrap_or_default();
        let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        self.peak = self.peak.max(kilobytes.and_then(|number| number.parse().ok()).unwrap_or(0) * 1024);
    }

    /// Kills the child if it must go, and reaps it.
    pub fn end(&mut self, kill: bool) -> Result<(How, Usage), GradingError> {
        if kill {
            let _ = pidfd_send_signal(&self.pidfd, Signal::KILL);
        }
        let ended = wait4(self.pid).map_err(|source| GradingError::Io { what: "reaping the grader", source });
        self.reaped = ended.is_ok();
        ended.map(|(how, cpu)| (how, Usage { cpu, peak: self.peak }))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.reaped {
            let _ = self.end(true);
        }
    }
}

/// Runs in the new process before the grader: passes on nothing but what was meant, and dies with the parent's thread.
fn prepare(fds: &[i32], uid: Option<u32>) -> io::Result<()> {
    let check = |result: i64| if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) };
    if let Some(uid) = uid {
        // SAFETY: plain numbers, and an empty list needs no pointer. Before the signal below, which this would clear.
        check(unsafe { libc::syscall(libc::SYS_setgroups, 0, std::ptr::null::<libc::gid_t>()) })?;
        // SAFETY: plain numbers.
        check(unsafe { libc::syscall(libc::SYS_setresgid, uid, uid, uid) })?;
        // SAFETY: plain numbers.
        check(unsafe { libc::syscall(libc::SYS_setresuid, uid, uid, uid) })?;
    }
    // SAFETY: plain numbers; marks descriptors that some C library may have left open.
    check(unsafe { libc::syscall(libc::SYS_close_range, 3_u32, u32::MAX, libc::CLOSE_RANGE_CLOEXEC) })?;
    for &fd in fds {
        // SAFETY: plain numbers; these descriptors belong to this new process.
        check(i64::from(unsafe { libc::fcntl(fd, libc::F_SETFD, 0) }))?;
    }
    // SAFETY: plain numbers.
    check(i64::from(unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) }))
}

fn wait4(pid: Pid) -> io::Result<(How, Duration)> {
    let mut status = 0;
    // SAFETY: all-zero is a valid `rusage`.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to live values of the right types.
    while unsafe { libc::wait4(pid.as_raw_nonzero().get(), &raw mut status, 0, &raw mut usage) } < 0 {
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    let time = |time: libc::timeval| {
        Duration::from_secs(time.tv_sec.cast_unsigned()) + Duration::from_micros(time.tv_usec.cast_unsigned())
    };
    let how = if libc::WIFSIGNALED(status) {
        How::Signal(libc::WTERMSIG(status))
    } else {
        How::Exit(libc::WEXITSTATUS(status))
    };
    Ok((how, time(usage.ru_utime) + time(usage.ru_stime)))
}

/// The parent's end of a pipe, read without blocking.
pub(in crate::grading) struct Pipe {
    fd: Option<OwnedFd>,
    /// Bytes read so far.
    pub total: usize,
    /// The last bytes read.
    pub tail: Vec<u8>,
}

impl Pipe {
    fn new(fd: OwnedFd) -> io::Result<Self> {
        let flags = rustix::fs::fcntl_getfl(&fd)?;
        rustix::fs::fcntl_setfl(&fd, flags | OFlags::NONBLOCK)?;
        Ok(Self { fd: Some(fd), total: 0, tail: Vec::new() })
    }

    /// Reads what is there, up to a mebibyte at a time; says how much it was.
    pub fn read(&mut self, mut take: impl FnMut(&[u8])) -> Result<usize, GradingError> {
        let mut chunk = [0_u8; 1 << 14];
        let mut count = 0;
        while let Some(fd) = self.fd.as_ref().filter(|_| count < 1 << 20) {
            match rustix::io::read(fd.as_fd(), &mut chunk) {
                Ok(0) => self.fd = None,
                Ok(length) => {
                    let bytes = chunk.get(..length).unwrap_or(&[]);
                    take(bytes);
                    self.tail.extend_from_slice(bytes);
                    self.tail.drain(..self.tail.len().saturating_sub(TAIL));
                    count += length;
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => break,
                Err(error) => return Err(GradingError::Io { what: "reading from the grader", source: error.into() }),
            }
        }
        self.total += count;
        Ok(count)
    }
}

/// A folder that is removed as soon as a child stands in it: nothing is in it, and nothing can be put there.
struct EmptyFolder(PathBuf);

impl EmptyFolder {
    fn create() -> io::Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        loop {
            let name = format!("assay-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
            let path = std::env::temp_dir().join(name);
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for EmptyFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.0);
    }
}
