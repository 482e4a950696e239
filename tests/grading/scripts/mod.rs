//! Training scripts behind their walls: what comes out, and what nothing in them can do.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        LazyLock,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use assay::grading::{
    GradingError,
    sandbox::Sandbox,
    script::{self, Script, ScriptSandbox, Trained, environment::Built, log::Log, protocol::ScriptLimits},
    verdict::Reason,
};

static SANDBOX: LazyLock<ScriptSandbox> = LazyLock::new(|| {
    let models = Sandbox::locate().unwrap();
    ScriptSandbox::new(&models.grader, false).unwrap()
});

/// A folder that every user can read, with nothing in it but what a test puts there.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        use std::os::unix::fs::PermissionsExt;
        let path = std::env::temp_dir().join(format!("assay-test-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const LIMITS: ScriptLimits =
    ScriptLimits { wall_seconds: 20, cpu_seconds: 10, memory_mb: 512, disk_mb: 16, processes: 32 };

/// Runs a script without packages.
fn run_with(name: &str, source: &[u8], limits: ScriptLimits, cancel: &AtomicBool) -> Trained {
    try_run_with(name, source, limits, cancel).unwrap()
}

fn try_run_with(name: &str, source: &[u8], limits: ScriptLimits, cancel: &AtomicBool) -> Result<Trained, GradingError> {
    let (packages, data) = (Folder::new(&format!("{name}-env")), Folder::new(&format!("{name}-data")));
    fs::write(data.0.join("public.txt"), "public").unwrap();
    let environment = Built {
        name: "none".into(),
        packages: packages.0.clone(),
        python: "/usr/bin/python3".into(),
        hash: "none".into(),
    };
    let script = Script {
        bytes: source,
        max_bytes: 100_000,
        environment: &environment,
        data: &data.0,
        seed: 7,
        limits,
        max_model_bytes: 1_000_000,
        cancel,
        printed: &|_: &Log| (),
    };
    script::train(&SANDBOX, &script)
}

fn run(name: &str, source: &str) -> Trained {
    run_with(name, source.as_bytes(), LIMITS, &AtomicBool::new(false))
}

fn reason(trained: &Trained) -> Reason {
    match &trained.model {
        Ok(model) => panic!("a model of {} bytes; {}", model.len(), trained.log.text()),
        Err(refusal) => refusal.reason,
    }
}

/// A word that no other process has in its command line.
fn mark(name: &str) -> String {
    format!("assay-{name}-{}", std::process::id())
}

/// Processes whose command line holds a text.
fn processes_with(text: &str) -> usize {
    numbers_of(text).len()
}

fn numbers_of(text: &str) -> Vec<u32> {
    let holds = |pid: &u32| {
        fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| String::from_utf8_lossy(&line).contains(text))
    };
    let entries = fs::read_dir("/proc").unwrap().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter(holds).collect()
}

#[test]
fn a_script_reads_the_data_prints_points_and_leaves_a_model() {
    let trained = run(
        "plain",
        "import os, sys\n\
         data = os.environ['ASSAY_DATA']\n\
         print(os.listdir(data), open(data + '/public.txt').read(), os.listdir('.'), os.environ['ASSAY_SEED'])\n\
         print('assay: epoch=1 loss=0.5')\n\
         print('\\x1b[31mred\\x1b[0m', hash('a') == hash('a'), file=sys.stderr)\n\
         open('model.onnx', 'wb').write(b'bytes')\n",
    );
    assert_eq!(trained.model.as_deref().unwrap(), b"bytes");
    assert_eq!(trained.log.text(), "['public.txt'] public [] 7\nassay: epoch=1 loss=0.5\nred True\n");
    assert_eq!(trained.log.points().len(), 1);
    let training = &trained.training;
    assert_eq!((training.exit_code, training.seed, training.tier.as_str()), (Some(0), 7, tier().as_str()));
    assert_eq!(training.walls, ["landlock", "seccomp"]);
}

#[test]
fn a_zip_and_a_notebook_run_as_their_script() {
    let notebook = r#"{"nbformat": 4, "cells": [
        {"cell_type": "markdown", "source": ["prose"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "x = 1\n", "if x:\n", "    !ls\n"]},
        {"cell_type": "code", "source": ["x = len('%d'\n", "    % x)\n", "y = '''\n", "!kept\n", "'''\n", "assert '!kept' in y\n"]},
        {"cell_type": "code", "source": ["%time z = 2\n", "t = '''\n", "%matplotlib stays\n", "'''\n", "assert z == 2 and '%matplotlib' in t\n", "display(z)\n"]},
        {"cell_type": "code", "source": "%%time\nassert z == 2"},
        {"cell_type": "code", "source": "open('model.onnx', 'w').write('m' * x)"}]}"#;
    let trained = run("notebook", notebook);
    assert_eq!(trained.model.as_deref().unwrap(), b"m", "{}", trained.log.text());
    assert!(trained.log.text().contains("left out in cell 2: %matplotlib inline"), "{}", trained.log.text());
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, text) in [
        ("mine/train.py", "import helper; open('model.onnx', 'w').write(helper.TEXT)"),
        ("mine/helper.py", "TEXT = 'z'"),
    ] {
        archive.start_file(path, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut archive, text.as_bytes()).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    let trained = run_with("zip", &bytes, LIMITS, &AtomicBool::new(false));
    assert_eq!(trained.model.as_deref().unwrap(), b"z", "{}", trained.log.text());
}

#[test]
fn errors_are_told_with_the_learners_own_traceback() {
    let trained = run("error", "print('begun')\n1 / 0\n");
    assert_eq!(reason(&trained), Reason::ScriptFailed);
    assert!(trained.log.text().ends_with("ZeroDivisionError: division by zero\n"), "{}", trained.log.text());
    assert_eq!(reason(&run("nothing", "pass")), Reason::NoModel);
    assert_eq!(reason(&run("signal", "import os; os.abort()")), Reason::ScriptSignal);
    // By its own hand: no fault of ours, which would be tried again.
    assert_eq!(reason(&run("suicide", "import os; os.kill(os.getpid(), 9)")), Reason::ScriptSignal);
    assert_eq!(reason(&run("all", "import os; os.kill(-1, 9)")), Reason::NoModel);
    assert_eq!(reason(&run("folder", "import os; os.mkdir('model.onnx')")), Reason::ModelNotAFile);
    assert_eq!(reason(&run("two", "import os; open('a', 'w'); os.link('a', 'model.onnx')")), Reason::ModelNotAFile);
    assert_eq!(reason(&run("large", "open('model.onnx', 'wb').write(bytes(2_000_000))")), Reason::TooLarge);
    let long = "#".repeat(100_001);
    assert_eq!(reason(&run("long", &long)), Reason::ScriptTooLarge);
}

#[test]
fn it_is_stopped_within_two_seconds_and_nothing_survives() {
    let stubborn = "import os, signal, time\n\
                    for s in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP): signal.signal(s, signal.SIG_IGN)\n\
                    if not os.fork():\n  os.setsid()\n  if not os.fork():\n    \
                    os.execv('/usr/bin/python3', ['python3', '-c', 'import time; time.sleep(3600)', 'MARK'])\n\
                    print('ready'); time.sleep(3600)\n";
    let cancel = AtomicBool::new(false);
    thread::scope(|scope| {
        let running = scope
            .spawn(|| run_with("stubborn", stubborn.replace("MARK", &mark("stubborn")).as_bytes(), LIMITS, &cancel));
        let started = Instant::now();
        while processes_with(&mark("stubborn")) == 0 {
            assert!(started.elapsed() < Duration::from_secs(15), "it never started");
            thread::sleep(Duration::from_millis(50));
        }
        let asked = Instant::now();
        cancel.store(true, Ordering::Relaxed);
        assert_eq!(reason(&running.join().unwrap()), Reason::Cancelled);
        assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    });
    gone(&mark("stubborn"));
    // A daemon is left behind by a script that ends by itself.
    let daemon = "import os\nif not os.fork():\n  os.setsid()\n  if not os.fork():\n    \
                  os.execv('/usr/bin/python3', ['python3', '-c', 'import time; time.sleep(3600)', 'MARK'])\n";
    assert_eq!(reason(&run("daemon", &daemon.replace("MARK", &mark("daemon")))), Reason::NoModel);
    gone(&mark("daemon"));
}

/// The process of ours that the one with `text` in its command comes from.
fn child_above(text: &str) -> Option<rustix::process::Pid> {
    let mut below = *numbers_of(text).first()?;
    loop {
        let stat = fs::read_to_string(format!("/proc/{below}/stat")).ok()?;
        let parent: u32 = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
        if parent == std::process::id() {
            return rustix::process::Pid::from_raw(i32::try_from(below).ok()?);
        }
        below = parent;
    }
}

#[test]
fn a_launcher_that_somebody_else_ends_is_no_fault_of_the_script() {
    let source = format!(
        "import subprocess\nsubprocess.run(['/usr/bin/python3', '-c', 'import time; time.sleep(3600)', '{}'])\n",
        mark("ended")
    );
    let cancel = AtomicBool::new(false);
    thread::scope(|scope| {
        let running = scope.spawn(|| try_run_with("ended", source.as_bytes(), LIMITS, &cancel));
        let started = Instant::now();
        let child = loop {
            assert!(started.elapsed() < Duration::from_secs(15), "it never started");
            thread::sleep(Duration::from_millis(50));
            if let Some(child) = child_above(&mark("ended")) {
                break child;
            }
        };
        rustix::process::kill_process(child, rustix::process::Signal::KILL).unwrap();
        let ended = running.join().unwrap();
        assert!(matches!(ended, Err(GradingError::Killed)), "{:?}", ended.map(|trained| trained.model.map(|_| ())));
    });
    gone(&mark("ended"));
}

/// Runs the tests above again, in another process.
fn again(program: &str, arguments: &[&str], variables: &[(&str, &str)]) {
    let own = std::env::current_exe().unwrap();
    let mut command = std::process::Command::new(program);
    command.args(arguments).arg(own).args(["scripts::", "--skip", "again::", "--test-threads", "2"]);
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("12 passed"), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

/// The tier that is expected, where it is not the strongest.
fn tier() -> String {
    std::env::var("ASSAY_TEST_TIER").unwrap_or_else(|_| "P".to_owned())
}

mod limits;
mod walls;

mod again {
    #[test]
    fn the_same_holds_without_namespaces_for_root() {
        if rustix::process::geteuid().is_root() {
            // Without bubblewrap on the path, Landlock and seccomp stand alone.
            super::again("/usr/bin/env", &["PATH=/nowhere"], &[("ASSAY_TEST_TIER", "P2")]);
        }
    }

    #[test]
    fn the_same_holds_for_an_ordinary_user() {
        if rustix::process::geteuid().is_root() {
            let as_user = ["--reuid", "61000", "--regid", "61000", "--clear-groups", "--"];
            super::again("/usr/bin/setpriv", &as_user, &[]);
        }
    }

    #[test]
    fn without_namespaces_an_ordinary_user_is_refused_unless_it_is_accepted() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let own = std::env::current_exe().unwrap();
        let mut command = std::process::Command::new("/usr/bin/setpriv");
        command.args(["--reuid", "61000", "--regid", "61000", "--clear-groups", "--"]).arg(own);
        let output = command.args(["scripts::errors_are_told"]).env("PATH", "/nowhere").output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("scripts cannot be isolated: bubblewrap is not installed"), "{said}");
    }
}

fn gone(mark: &str) {
    let started = Instant::now();
    while processes_with(mark) > 0 {
        assert!(started.elapsed() < Duration::from_secs(2), "{mark} is still there");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn invisible_bytes_and_many_lines_are_tamed() {
    let trained =
        run("bytes", "import sys\nsys.stdout.buffer.write(b'\\xff\\xfe\\x00ok\\n' + b'\\x1b]0;t\\x07' * 3)\n");
    assert_eq!(trained.log.text(), "\u{fffd}\u{fffd}ok\n");
    assert!(Path::new("/usr/bin/python3").is_file());
}
