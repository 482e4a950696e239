//! The child by itself: its walls, what it leaves behind, and what happens when its parent dies.

use std::{
    fs,
    io::{Read, Write},
    os::fd::{AsRawFd, OwnedFd},
    path::Path,
    process::{Command, Stdio},
    sync::atomic::AtomicBool,
    thread,
    time::{Duration, Instant},
};

use assay::grading::{
    GradingError,
    contract::Limits,
    grade,
    protocol::{ChildRequest, ChildTask, Event, FileBytes, Message, ModelTask, SampleSet, Weaker, write_order},
    sandbox::{Sandbox, tier},
    shared::SharedBytes,
};

use super::{hello, job, read, repository, sandbox};

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

/// A grader whose kernel seems to have no seccomp: a program before it forbids itself and it that one system call.
fn without_seccomp(folder: &Path) -> Sandbox {
    let (source, program) = (folder.join("before.c"), folder.join("before"));
    let grader = sandbox().grader.to_string_lossy().into_owned();
    fs::write(
        &source,
        format!(
            "#include <stddef.h>\n#include <unistd.h>\n#include <errno.h>\n#include <sys/prctl.h>\n#include <sys/syscall.h>\n\
             #include <linux/seccomp.h>\n#include <linux/filter.h>\n\
             int main(int n, char **args) {{\n\
               struct sock_filter code[] = {{\n\
                 BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),\n\
                 BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_seccomp, 0, 1),\n\
                 BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),\n\
                 BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),\n\
               }};\n\
               struct sock_fprog filter = {{ 4, code }};\n\
               prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);\n\
               prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);\n\
               execv(\"{grader}\", args);\n\
               return 127;\n\
             }}\n"
        ),
    )
    .unwrap();
    assert!(Command::new("cc").arg("-o").arg(&program).arg(&source).status().unwrap().success());
    Sandbox::new(program, sandbox().onnxruntime, vec![])
}

#[test]
fn without_seccomp_nothing_is_graded_unless_an_operator_accepts_that_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let weak = without_seccomp(folder.path());
    let (model, cancel) = (read("exercises/hello-onnx/starter/hello.onnx"), AtomicBool::new(false));
    let graded = |sandbox: &Sandbox| grade(sandbox, &job(&hello().1, &model, &cancel, &|_| ()));
    let refused = graded(&weak).unwrap_err();
    assert!(matches!(refused, GradingError::Isolation(_)) && refused.to_string().contains("seccomp"), "{refused}");
    assert!(matches!(weak.self_test(), Err(GradingError::Isolation(_))));

    let accepted = Sandbox::new(weak.grader, weak.onnxruntime, vec![Weaker::NoSeccomp]);
    let report = graded(&accepted).unwrap().report;
    assert!(report.grader.isolation.iter().any(|wall| wall == "weaker:no-seccomp"), "{:?}", report.grader.isolation);
    let checks = accepted.self_test().unwrap();
    assert_eq!(tier(&checks), "M, weaker: no-seccomp");
    assert!(
        checks.iter().all(|check| check.holds) && checks.iter().any(|check| check.detail.starts_with("accepted: "))
    );
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
    let uid = rustix::process::geteuid().is_root().then_some(65_534);
    let (onnxruntime, parent, limits) = (sandbox.onnxruntime.clone(), std::process::id(), Limits::default());
    let request = ChildRequest { onnxruntime, parent, uid, accepted: vec![], limits, task };
    write_order(&request, &mut child.stdin.take().unwrap()).unwrap();
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
    let samples: &SharedBytes = &hello().1.open.samples[0];
    let (model_fd, sample_fd) = (file(&model), file(&samples.read(0, samples.len()).unwrap()));
    let task = ModelTask {
        model: FileBytes { fd: model_fd.as_raw_fd(), bytes: model.len() },
        weights: None,
        contract: hello().1.contract.clone(),
        sets: vec![SampleSet { fds: vec![sample_fd.as_raw_fd()], samples: hello().1.open.truth.len() }],
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
