//! What a script cannot reach: files, processes, sockets and rarer calls of the host.

use std::{fs, io::ErrorKind, net::TcpListener, os::unix::net::UnixListener};

use super::{Folder, SANDBOX, run};

#[test]
fn nothing_of_the_host_can_be_read_or_written() {
    let canary = Folder::new("canary");
    fs::write(canary.0.join("secret"), "canary-text").unwrap();
    let repository = env!("CARGO_MANIFEST_DIR");
    let places = [
        "/etc/passwd",
        "/etc/hostname",
        "/root",
        "/home",
        "/var",
        "/proc/1/environ",
        "/proc/1/mem",
        "/proc/1/maps",
        "/sys/kernel",
        "/run",
        "/boot",
        "/dev/mem",
        "/dev/kmsg",
        "/proc/kcore",
        "/proc/sysrq-trigger",
        "/launch",
        "/usr/local",
        "/usr/include",
        "/usr/share/common-licenses",
    ];
    let read: Vec<String> = places
        .iter()
        .map(|place| (*place).to_owned())
        .chain([canary.0.join("secret").display().to_string(), format!("{repository}/Cargo.toml")])
        .collect();
    let source = format!(
        "import os\nfor p in {read:?}:\n  try:\n    print('READ', p, (os.listdir(p) if os.path.isdir(p) else open(p, 'rb').read(10)))\n  \
         except OSError: pass\n\
         for p in ['/', '/usr', '/usr/bin', '/env', '/data', '/script', '/dev', '/proc', '/sys', '/etc', '/data/public.txt', {:?}]:\n  \
         try:\n    open(p if p.endswith('t') and '.' in p else p + '/x', 'wb').write(b'x'); print('WROTE', p)\n  except OSError: pass\n\
         open('model.onnx', 'w').write('m')\n",
        canary.0.display().to_string()
    );
    let trained = run("host", &source);
    assert!(trained.model.is_ok());
    let told = trained.log.text();
    let told: Vec<&str> = told.lines().filter(|line| !line.contains("READ /launch")).collect();
    assert_eq!(told, Vec::<&str>::new());
    assert_eq!(fs::read_dir(&canary.0).unwrap().count(), 1);
}

#[test]
fn no_socket_leaves_and_the_rarer_calls_are_denied() {
    let folder = Folder::new("socket");
    let path = folder.0.join("socket");
    let local = UnixListener::bind(&path).unwrap();
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    local.set_nonblocking(true).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let source = format!(
        "import ctypes, os, socket\n\
         for kind in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, 40):\n  \
         try: socket.socket(kind, socket.SOCK_STREAM); print('SOCKET', kind)\n  except OSError: pass\n\
         try: socket.create_connection(('127.0.0.1', {port}), 1); print('CONNECTED')\n\
         except OSError: pass\n\
         try: s = socket.socket(socket.AF_UNIX); s.connect('{}'); print('LOCAL')\n\
         except OSError: pass\n\
         libc = ctypes.CDLL(None, use_errno=True)\n\
         calls = dict(ptrace=101, unshare=272, memfd_create=319, io_uring_setup=425, bpf=321, keyctl=250, mount=165,\n  \
         userfaultfd=323, perf_event_open=298, personality=135, setns=308, open_by_handle_at=304, mknod=133, shmget=29)\n\
         for name, number in calls.items():\n  \
         for n in (number, number | 0x40000000):\n    \
         if libc.syscall(n, 0, 0, 0, 0, 0) >= 0: print('CALL', name, n)\n\
         if libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0) >= 0: print('CLONE')\n\
         for make in (lambda: os.symlink('/etc/hostname', 'model.onnx'), lambda: os.mkfifo('pipe'), lambda: os.chroot('/usr')):\n  \
         try: make(); print('MADE')\n  except OSError: pass\n\
         a, b = socket.socketpair(); a.send(b'x'); assert b.recv(1) == b'x'\n\
         import threading; t = threading.Thread(target=print, args=('thread',)); t.start(); t.join()\n\
         import subprocess; print(subprocess.run(['/usr/bin/true']).returncode)\n",
        path.display()
    );
    let trained = run("calls", &source);
    assert_eq!(trained.log.text(), "thread\n0\n");
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock, "nobody came");
    assert_eq!(local.accept().unwrap_err().kind(), ErrorKind::WouldBlock, "nor here");
}

#[test]
fn the_launcher_cannot_be_looked_into_or_killed() {
    let source = "import os, signal\n\
        try: pids = [int(p) for p in os.listdir('/proc') if p.isdigit()]\n\
        except OSError: pids = [1, os.getppid()]\n\
        for pid in pids:\n  \
        if pid == os.getpid(): continue\n  \
        for what in ('environ', 'mem', 'maps', 'fd/0', 'fd/1'):\n    \
        try: open(f'/proc/{pid}/{what}', 'rb').read(1); print('READ', pid, what)\n    except OSError: pass\n  \
        try: os.kill(pid, signal.SIGKILL); print('KILLED', pid)\n  except OSError: pass\n\
        open('model.onnx', 'w').write('m')\n";
    let trained = run("launcher", source);
    assert!(trained.model.is_ok(), "{:?}", trained.model);
    assert_eq!(trained.log.text(), "");
}

#[test]
fn the_walls_are_tried_before_a_script_meets_them() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("proven");
    SANDBOX.prove(&folder.0).unwrap();
    if !rustix::process::geteuid().is_root() {
        // Its owner can enter every folder of its own inside namespaces.
        return;
    }
    let inner = folder.0.join("inner");
    fs::create_dir(&inner).unwrap();
    fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o000)).unwrap();
    let error = SANDBOX.prove(&inner).unwrap_err().to_string();
    assert!(error.contains("must be able to enter every folder above it"), "{error}");
    fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o755)).unwrap();
}
