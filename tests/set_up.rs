//! What `.ci/fetch` says when something is missing: one sentence that names the way out, and never half a file.

#![cfg(test)]

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A checkout with nothing but the script, and a PATH with nothing but what the script may rely on.
struct Machine(TempDir);

impl Machine {
    fn new() -> Self {
        let machine = Self(tempfile::tempdir().unwrap());
        for folder in [".ci", "bin", "target"] {
            std::fs::create_dir(machine.path(folder)).unwrap();
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/fetch");
        std::fs::copy(script, machine.path(".ci/fetch")).unwrap();
        let tools = ["sh", "mktemp", "mkdir", "rm", "mv", "ls", "ln", "cut", "tr", "head", "tail", "grep", "dirname"];
        for tool in tools.into_iter().chain(["basename", "sha256sum", "uname", "getconf", "cat"]) {
            let real = ["/usr/bin", "/bin"].map(|folder| Path::new(folder).join(tool));
            let real = real.iter().find(|path| path.exists()).unwrap();
            symlink(real, machine.path("bin").join(tool)).unwrap();
        }
        machine
    }

    fn path(&self, below: &str) -> std::path::PathBuf {
        self.0.path().join(below)
    }

    /// Puts a program of ours in the place of `name`.
    fn with(self, name: &str, script: &str) -> Self {
        let path = self.path("bin").join(name);
        drop(std::fs::remove_file(&path));
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    /// A pip that behaves, up to `download`, whose last option but one is the folder to fill.
    fn with_pip(self, download: &str) -> Self {
        let download = format!(
            "case \"$*\" in *--version*) exit 0;; esac\nwhile [ \"$1\" != --dest ]; do shift; done\n{download}"
        );
        self.with("python3", &download)
    }

    #[track_caller]
    fn says(&self, expected: &[&str]) {
        let mut fetch = Command::new("/bin/sh");
        fetch.arg(self.path(".ci/fetch")).env_clear().env("PATH", self.path("bin"));
        let output = fetch.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{said}");
        let last = said.lines().last().unwrap();
        assert!(last.starts_with("fetch: ") && expected.iter().all(|words| last.contains(words)), "{said}");
        let cache = std::fs::read_dir(self.path("target/cache")).into_iter().flatten();
        let left: Vec<_> = cache.map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.is_empty(), "left in the cache: {left:?}");
    }
}

#[test]
fn another_architecture_is_named() {
    Machine::new().with("uname", "case $1 in -m) echo aarch64;; *) echo Linux;; esac").says(&["aarch64", "x86-64"]);
}

#[test]
fn another_libc_is_named() {
    Machine::new().with("getconf", "exit 1").says(&["glibc", "Debian 12"]);
    Machine::new().with("getconf", "echo glibc 2.17").says(&["glibc 2.17", "2.28"]);
}

#[test]
fn missing_python_and_pip_are_named_with_their_packages() {
    Machine::new().says(&["python3 is missing", "apt-get install python3 python3-pip"]);
    Machine::new().with("python3", "exit 1").says(&["pip is missing", "apt-get install python3-pip"]);
}

#[test]
fn without_a_network_the_sentence_says_where_a_file_can_be_put() {
    Machine::new()
        .with_pip("echo 'Could not find a version' >&2; exit 1")
        .says(&["check the network", "target/cache/wheels"]);
}

#[test]
fn a_file_that_is_not_the_pinned_one_is_refused() {
    let download = "echo other > \"$2/onnxruntime-1.31.1-cp311-cp311-manylinux_2_28_x86_64.whl\"";
    Machine::new().with_pip(download).says(&["has SHA-256", "5752bd508126ae7c"]);
}
