//! The self-test of the child: attacks that must fail once it is locked down.

use std::{
    fs::{self, File},
    io::{self, Write},
    net::{TcpListener, UdpSocket},
    os::unix::net::UnixDatagram,
};

use rustix::{
    fs::{MemfdFlags, memfd_create},
    process::{Pid, Resource, Rlimit},
};

use super::{
    child::send,
    protocol::{Check, ChildRequest, Event},
};

/// One attack: succeeds with what it got, or fails as it must.
type Probe = fn(&ChildRequest) -> io::Result<String>;

const PROBES: &[(&str, Probe)] = &[
    ("open", |_| File::open("/etc/passwd").map(|_| "read /etc/passwd".to_owned())),
    ("create", |_| File::create("probe").map(|_| "created a file".to_owned())),
    ("list", |_| fs::read_dir(".").map(|_| "listed the working directory".to_owned())),
    ("parent_environment", |request| {
        fs::read(format!("/proc/{}/environ", request.parent)).map(|_| "read the parent's environment".to_owned())
    }),
    ("socket_tcp", |_| TcpListener::bind("127.0.0.1:0").map(|_| "bound a TCP port".to_owned())),
    ("socket_udp", |_| UdpSocket::bind("127.0.0.1:0").map(|_| "bound a UDP port".to_owned())),
    ("socket_unix", |_| UnixDatagram::unbound().map(|_| "made a socket".to_owned())),
    ("memfd", |_| Ok(memfd_create("probe", MemfdFlags::CLOEXEC).map(|_| "made a file in memory".to_owned())?)),
    ("signal_parent", signal_parent),
    ("raise_limit", raise_limit),
    ("memory", memory),
    ("executable_memory", |_| executable_memory()),
    ("user", user),
    ("fork", |_| fork()),
    ("exec", |_| exec()),
];

/// Runs every probe and reports each.
pub fn run(request: &ChildRequest, out: &mut impl Write) -> io::Result<()> {
    for (name, probe) in PROBES {
        let (holds, detail) = match probe(request) {
            Ok(got) => (false, got),
            Err(error) => (true, error.to_string()),
        };
        send(out, Event::Checked(Check { name: (*name).to_owned(), holds, detail }))?;
    }
    send(out, Event::Done)
}

fn signal_parent(request: &ChildRequest) -> io::Result<String> {
    let parent = i32::try_from(request.parent).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::NotFound)?;
    rustix::process::test_kill_process(parent)?;
    Ok("may signal the parent".to_owned())
}

fn raise_limit(request: &ChildRequest) -> io::Result<String> {
    let more = Some(u64::from(request.limits.memory_mb) << 22);
    rustix::process::setrlimit(Resource::As, Rlimit { current: more, maximum: more })?;
    Ok("raised its memory limit".to_owned())
}

fn memory(request: &ChildRequest) -> io::Result<String> {
    let twice = (request.limits.memory_mb as usize) << 21;
    let mut bytes: Vec<u8> = Vec::new();
    bytes.try_reserve_exact(twice).map_err(io::Error::other)?;
    Ok(format!("got {} MB", bytes.capacity() >> 20))
}

fn executable_memory() -> io::Result<String> {
    let protection = libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC;
    // SAFETY: a new anonymous mapping at a place of the kernel's choice touches nothing that exists.
    let page =
        unsafe { libc::mmap(std::ptr::null_mut(), 4096, protection, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1, 0) };
    if page == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok("got executable memory".to_owned()) }
}

fn user(request: &ChildRequest) -> io::Result<String> {
    if rustix::process::geteuid().is_root() {
        Ok("still root".to_owned())
    } else {
        let who = request.uid.map_or("the worker's own user".to_owned(), |uid| format!("user {uid}"));
        Err(io::Error::other(format!("not root but {who}")))
    }
}

fn fork() -> io::Result<String> {
    // SAFETY: one thread, and a child that came to be would end at once without running anything of ours.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        // SAFETY: ends the process without destructors.
        0 => unsafe { libc::_exit(0) },
        pid => Ok(format!("forked {pid}")),
    }
}

fn exec() -> io::Result<String> {
    let arguments = [c"true".as_ptr(), std::ptr::null()];
    // SAFETY: both lists end with a null pointer and the strings are constants. It returns only when it fails.
    unsafe { libc::execve(c"/bin/true".as_ptr(), arguments.as_ptr(), [std::ptr::null()].as_ptr()) };
    Err(io::Error::last_os_error())
}
