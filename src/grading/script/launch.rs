//! `assay-grader launch`: builds the walls, runs one command behind them, and hands out the model that it left.
//!
//! The launcher stays outside the walls of what it starts, in the same namespaces: it is what ends every process that the
//! script leaves, and reads the model through one descriptor. It is not dumpable, so that the script cannot look into it.

use std::{
    ffi::CString,
    fs::File,
    io::{self, BufWriter, Read, Write},
    mem::ManuallyDrop,
    os::fd::{AsRawFd, FromRawFd, OwnedFd},
    process::ExitCode,
};

use rustix::{
    fs::{FileType, Mode, OFlags, ResolveFlags, fstat, open, openat2},
    io::Errno,
    process::{DumpableBehavior, Pid, Signal, WaitOptions, WaitStatus, wait, waitpid},
};

use super::{
    protocol::{Found, LaunchEvent, LaunchRequest, MODEL},
    walls,
};
use crate::grading::{
    lockdown,
    protocol::{read_order, write_order},
};

/// Before what the new process says of a fault, after the names of its walls.
const FAULT: char = '\u{1}';

/// Serves one request from standard input on standard output.
pub fn main() -> ExitCode {
    // SAFETY: descriptor 1 is open for the life of this process, and nobody else here uses it.
    let stdout = ManuallyDrop::new(unsafe { File::from_raw_fd(1) });
    let mut out = BufWriter::new(&*stdout);
    match serve(&mut out).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let event = LaunchEvent::Failed { what: error.to_string() };
            let _ = write_order(&event, &mut out).and_then(|()| out.flush());
            ExitCode::FAILURE
        }
    }
}

fn serve(out: &mut impl Write) -> io::Result<()> {
    let Some(request) = read_order::<LaunchRequest>(&mut io::stdin().lock())? else {
        return Err(io::ErrorKind::UnexpectedEof.into());
    };
    prepare(&request)?;
    let (walls_in, walls_out) = io::pipe()?;
    let event = match start(&request, walls_in, walls_out.into())? {
        Started::Running(pid, walls) => {
            write_order(&LaunchEvent::Ready { walls }, out)?;
            out.flush()?;
            let ended = waitpid(Some(pid), WaitOptions::empty())?.map(|(_, status)| status);
            end_the_rest(&request)?;
            let found = model(&request);
            let code = ended.and_then(WaitStatus::exit_status);
            let signal = ended.and_then(WaitStatus::terminating_signal);
            let (found, file) = found.map_or((Found::Nothing, None), |(found, file)| (found, file));
            write_order(&LaunchEvent::Ended { code, signal, found }, out)?;
            if let (Found::Model(bytes), Some(file)) = (found, file) {
                io::copy(&mut file.take(bytes), out)?;
            }
            return Ok(());
        }
        Started::Failed(what) => LaunchEvent::Failed { what },
    };
    write_order(&event, out)
}

/// What holds for the launcher too.
fn prepare(request: &LaunchRequest) -> io::Result<()> {
    lockdown::step_back();
    let idle = libc::sched_param { sched_priority: 0 };
    // SAFETY: the pointer is to a live value. Best effort: models and pages go first.
    unsafe { libc::sched_setscheduler(0, libc::SCHED_IDLE, &raw const idle) };
    if let Some(uid) = request.uid {
        lockdown::become_user(uid)?;
    }
    if let Some(parent) = request.parent {
        lockdown::die_with(parent)?;
    }
    lockdown::no_new_privileges()?;
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    // SAFETY: plain numbers. What the script leaves becomes a child of this process, not of one outside.
    unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) };
    if request.uid.is_some() && request.parent.is_some() {
        // What an earlier run of this user left, if its worker was killed.
        // SAFETY: plain numbers; everything of this user but this process.
        unsafe { libc::kill(-1, libc::SIGKILL) };
    }
    walls::limit_resources(&request.limits)
}

/// What came of starting the script.
enum Started {
    /// It runs behind these walls.
    Running(Pid, Vec<String>),
    /// A wall could not be built, or the program could not be started.
    Failed(String),
}

/// Forks; the new process builds its walls, says so through the pipe, and becomes the command.
fn start(request: &LaunchRequest, mut walls_in: io::PipeReader, walls_out: OwnedFd) -> io::Result<Started> {
    // SAFETY: this process has one thread.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => become_script(request, walls_out),
        pid => {
            drop(walls_out);
            let mut said = String::new();
            walls_in.by_ref().read_to_string(&mut said)?;
            let pid = Pid::from_raw(pid).ok_or(io::ErrorKind::NotFound)?;
            Ok(match said.split_once(FAULT) {
                None => Started::Running(pid, said.split_whitespace().map(str::to_owned).collect()),
                Some((_, what)) => Started::Failed(what.to_owned()),
            })
        }
    }
}

/// Never returns: the command, or the reason why there is none, said through the pipe.
fn become_script(request: &LaunchRequest, walls_out: OwnedFd) -> ! {
    let mut tell = File::from(walls_out);
    let failed = match script(request, &mut tell) {
        Ok(never) => match never {},
        Err(what) => what,
    };
    let _ = tell.write_all(format!("{FAULT}{failed}").as_bytes());
    // SAFETY: ends the process without destructors.
    unsafe { libc::_exit(127) }
}

fn script(request: &LaunchRequest, tell: &mut File) -> Result<std::convert::Infallible, String> {
    let said = |what: &str, error: io::Error| format!("{what}: {error}");
    let strings =
        |texts: &[String]| texts.iter().map(|text| CString::new(text.as_str())).collect::<Result<Vec<_>, _>>();
    let bad = |error: std::ffi::NulError| error.to_string();
    let command = strings(&request.command).map_err(bad)?;
    let pairs: Vec<String> = request.environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let environment = strings(&pairs).map_err(bad)?;
    rustix::process::chdir(&request.folder).map_err(|error| said("working directory", error.into()))?;
    // What it prints goes where it is read by people; what it could say to `assay` goes nowhere.
    let null = open("/dev/null", OFlags::RDONLY, Mode::empty()).map_err(|error| said("/dev/null", error.into()))?;
    // SAFETY: plain numbers; each copy is what the command expects behind its first three descriptors.
    let copied = unsafe { libc::dup2(null.as_raw_fd(), 0) >= 0 && libc::dup2(2, 1) >= 0 };
    if !copied {
        return Err(said("descriptors", io::Error::last_os_error()));
    }
    // A session of its own: no terminal, no signals of a group. It dies with the launcher.
    rustix::process::setsid().map_err(|error| said("session", error.into()))?;
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))
        .map_err(|error| said("parent-death signal", error.into()))?;
    let walls = walls::restrict(request)?;
    let mut list: Vec<*const libc::c_char> = command.iter().map(|text| text.as_ptr()).collect();
    list.push(std::ptr::null());
    let mut variables: Vec<*const libc::c_char> = environment.iter().map(|text| text.as_ptr()).collect();
    variables.push(std::ptr::null());
    let program = command.first().ok_or("no command")?;
    tell.write_all(walls.join(" ").as_bytes()).map_err(|error| said("pipe", error))?;
    // The pipe closes by itself when the command begins.
    // SAFETY: both lists end with a null pointer, and what they point to lives until the call. It returns only on failure.
    unsafe { libc::execve(program.as_ptr(), list.as_ptr(), variables.as_ptr()) };
    Err(format!("{}: {}", program.to_string_lossy(), io::Error::last_os_error()))
}

/// Ends every process that the script left, wherever it hid: all of them are children of this one by now, or become so
/// when what stands between ends.
fn end_the_rest(request: &LaunchRequest) -> io::Result<()> {
    let is_alone = request.parent.is_none() || request.uid.is_some();
    loop {
        if is_alone {
            // Everything in these namespaces, or of this user, but this process: at once, so that nothing can fork away.
            // SAFETY: plain numbers.
            unsafe { libc::kill(-1, libc::SIGKILL) };
        }
        for pid in children().unwrap_or_default() {
            let _ = rustix::process::kill_process(pid, Signal::KILL);
        }
        match wait(WaitOptions::empty()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(Errno::CHILD) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}

/// The children of this process, as the kernel lists them.
fn children() -> io::Result<Vec<Pid>> {
    let listed = std::fs::read_to_string("/proc/thread-self/children")?;
    Ok(listed.split_whitespace().filter_map(|pid| Pid::from_raw(pid.parse().ok()?)).collect())
}

/// What lies in the working directory under the model's name, opened once and never by its path again.
///
/// No link is followed, not even of a folder; what is not a plain file with one name is not read.
fn model(request: &LaunchRequest) -> Option<(Found, Option<File>)> {
    let folder = open(&request.folder, OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW, Mode::empty()).ok()?;
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let beneath = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    let opened = match openat2(&folder, MODEL, flags, Mode::empty(), beneath) {
        // A sandbox around this one may not know the call; the plain one follows no link either.
        Err(Errno::NOSYS | Errno::PERM) => rustix::fs::openat(&folder, MODEL, flags, Mode::empty()),
        opened => opened,
    };
    let fd = match opened {
        Ok(fd) => fd,
        Err(Errno::NOENT) => return None,
        Err(_) => return Some((Found::NotAFile, None)),
    };
    let stat = fstat(&fd).ok()?;
    let bytes = u64::try_from(stat.st_size).unwrap_or(u64::MAX);
    let is_plain = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile && stat.st_nlink == 1;
    Some(match is_plain {
        false => (Found::NotAFile, None),
        true if bytes > request.max_model_bytes => (Found::TooLarge(bytes), None),
        true => (Found::Model(bytes), Some(File::from(fd))),
    })
}
