//! The child by itself: its walls, what it leaves behind, and what happens when its parent dies.

use std::{
    fs,
    io::{Read, Write},
    os::fd::{AsRawFd, OwnedFd},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use assay::grading::{
    contract::Limits,
    protocol::{ChildRequest, ChildTask, Event, Message, ModelTask},
    shared::SharedBytes,
};

use super::{hello, read, repository, sandbox};

#[test]
fn every_attack_of_the_self_test_is_denied() {
    let checks = sandbox().self_test().unwrap();
    for name in ["open", "create", "parent_environment", "socket_tcp", "socket_unix", "fork", "exec", "memory", "whole"]
    {
        assert!(checks.iter().any(|check| check.name == name), "{name} was not tried");
    }
    for check in checks {
        assert!(check.holds, "{}: {}", check.name, check.detail);
    }
}

/// Starts the child by hand, as no part of the service does, and returns what it said.
fn child(folder: &Path, telemetry_off: bool, task: ChildTask, passed: &[&OwnedFd]) -> Vec<Message> {
    let sandbox = sandbox();
    let mut command = Command::new(&sandbox.grader);
    command.env_clear().env("HOME", folder).current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
    if telemetry_off {
        command.env("ORT_DISABLE_TELEMETRY", "1");
    }
    for fd in passed {
        rustix::io::fcntl_setfd(fd, rustix::io::FdFlags::empty()).unwrap();
    }
    let mut child = command.spawn().unwrap();
    let uid = rustix::process::geteuid().is_root().then_some(sandbox.uid);
    let onnxruntime = sandbox.onnxruntime.clone();
    let request = ChildRequest { onnxruntime, parent: std::process::id(), uid, limits: Limits::default(), task };
    request.write(&mut child.stdin.take().unwrap()).unwrap();
    let mut said = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut said).unwrap();
    child.wait().unwrap();
    std::iter::from_fn(|| Message::take(&mut said).unwrap()).collect()
}

fn left_behind(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().flatten();
    entries.map(|entry| if entry.path().is_dir() { left_behind(&entry.path()) } else { 1 }).sum()
}

#[test]
fn onnx_runtime_sends_nothing_home_and_leaves_nothing_there() {
    let home = tempfile::tempdir().unwrap();
    let said = child(home.path(), true, ChildTask::SelfTest, &[]);
    assert_eq!(said.last(), Some(&Message::Event(Event::Done)), "{said:?}");
    assert_eq!(left_behind(home.path()), 0);

    let control = tempfile::tempdir().unwrap();
    child(control.path(), false, ChildTask::SelfTest, &[]);
    assert!(left_behind(control.path()) > 0, "without the variable its telemetry leaves files; does it still?");
}

#[test]
fn the_locked_child_opens_no_file_even_if_the_static_check_had_missed_it() {
    const CANARY: &str = "canary-of-the-hidden-labels-canary-of-the-hidden-labels";
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    fs::write(folder.path().join("labels.bin"), CANARY.repeat(1000)).unwrap();
    let model = read("tests/hostile/12_ext_samedir_labels_const.onnx");
    let file = |bytes: &[u8]| {
        let mut file = fs::File::from(rustix::fs::memfd_create("test", rustix::fs::MemfdFlags::CLOEXEC).unwrap());
        file.write_all(bytes).unwrap();
        OwnedFd::from(file)
    };
    let samples: &SharedBytes = &hello().1.samples[0];
    let (model_fd, sample_fd) = (file(&model), file(&samples.read(0, samples.len()).unwrap()));
    let task = ModelTask {
        model_fd: model_fd.as_raw_fd(),
        model_bytes: model.len(),
        sample_fds: vec![sample_fd.as_raw_fd()],
        contract: hello().1.contract.clone(),
        samples: hello().1.truth.len(),
        scale: None,
    };
    let said = child(folder.path(), true, ChildTask::Model(task), &[&model_fd, &sample_fd]);
    assert!(matches!(said.first(), Some(Message::Event(Event::Ready { .. }))), "{said:?}");
    let text = format!("{said:?}");
    assert!(matches!(said.last(), Some(Message::Event(Event::Failed { loading: true, .. }))), "{text}");
    assert!(!text.contains("canary"), "{text}");
}

fn children_of(pid: u32) -> Vec<u32> {
    let list = |task: fs::DirEntry| fs::read_to_string(task.path().join("children")).unwrap_or_default();
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    tasks
        .flat_map(|task| list(task).split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>())
        .collect()
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(20), "{what}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_child_dies_with_its_parent() {
    let mut parent = Command::new(env!("CARGO_BIN_EXE_assay"))
        .args(["grade", "mnist-digits", "tests/hostile/32_constfold_slow_matmul.onnx"])
        .env("ASSAY_GRADER", sandbox().grader)
        .env("ASSAY_ONNXRUNTIME", sandbox().onnxruntime)
        .current_dir(repository("."))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut running = Vec::new();
    wait_until("the child starts", || {
        running = children_of(parent.id());
        !running.is_empty()
    });
    let status = format!("/proc/{}/status", running[0]);
    wait_until("the child is locked down", || fs::read_to_string(&status).is_ok_and(|s| s.contains("Seccomp:\t2")));
    parent.kill().unwrap();
    parent.wait().unwrap();
    wait_until("the child is gone", || fs::read_to_string(&status).map_or(true, |s| s.contains("State:\tZ")));
}
