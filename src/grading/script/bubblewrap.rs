//! The outer wall of a script: bubblewrap's namespaces, in which little more than Python exists.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::places::Places;

/// Where things are inside.
pub const GRADER: &str = "/launch";
/// Working directory.
pub const WORK: &str = "/work";
/// Python packages.
pub const ENVIRONMENT: &str = "/env";
/// Public training files.
pub const DATA: &str = "/data";
/// The submitted script.
pub const SOURCE: &str = "/script";

/// What programs need of the system: no more, since content may be installed below `/usr` too.
pub const SYSTEM: [&str; 6] =
    ["/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/share/zoneinfo", "/usr/libx32"];
/// Where Debian keeps packages for the system's Python.
const HOST_PACKAGES: &str = "/usr/lib/python3";

/// Shared memory between processes, in bytes.
const SHARED_MEMORY: u64 = 64 << 20;

/// Where Debian and its kin keep it.
pub fn find() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).map(|folder| folder.join("bwrap")).find(|path| path.is_file())
}

/// The command that runs the launcher in namespaces of its own: no network, no processes, users, files of the host but
/// these, all of them read-only, and three folders in memory.
pub fn command(bwrap: &Path, grader: &Path, outside: &Places, disk_bytes: u64) -> Command {
    let mut command = Command::new(bwrap);
    // With an environment of its own: that of process 1 can be read inside, whatever --clearenv says.
    command.env_clear().current_dir("/");
    command.args(["--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session"]);
    command.args(["--clearenv", "--hostname", "assay"]);
    for folder in SYSTEM {
        command.args(["--ro-bind-try", folder, folder]);
    }
    // Python packages of the host would be other software on each machine.
    if Path::new(HOST_PACKAGES).is_dir() {
        command.args(["--tmpfs", HOST_PACKAGES]);
    }
    for link in ["lib", "lib32", "lib64", "libx32", "bin", "sbin"] {
        let host = Path::new("/").join(link);
        if host.is_symlink() {
            command.arg("--symlink").arg(format!("usr/{link}")).arg(host);
        } else if host.is_dir() {
            command.arg("--ro-bind").arg(&host).arg(&host);
        }
    }
    command.args(["--proc", "/proc", "--dev", "/dev"]);
    command.args(["--ro-bind-try", "/sys/devices/system/cpu", "/sys/devices/system/cpu"]);
    let memory = [(WORK, disk_bytes), ("/tmp", disk_bytes), ("/dev/shm", SHARED_MEMORY)];
    for (folder, bytes) in memory {
        command.args(["--size", &bytes.to_string(), "--tmpfs", folder]);
    }
    let given = [(grader, GRADER), (outside.data.as_path(), DATA), (outside.source.as_path(), SOURCE)];
    let environment = outside.environment.as_deref().map(|path| (path, ENVIRONMENT));
    for (host, inside) in given.into_iter().chain(environment) {
        command.arg("--ro-bind").arg(host).arg(inside);
    }
    command.args(["--remount-ro", "/", "--remount-ro", "/dev", "--chdir", WORK, "--", GRADER, "launch"]);
    command
}
