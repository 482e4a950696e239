//! Every limit ends a script, whatever it tries, and is named.

use std::sync::atomic::AtomicBool;

use assay::grading::{script::protocol::ScriptLimits, verdict::Reason};

use super::{LIMITS, gone, mark, reason, run_with, tier};

#[test]
fn limits_are_named() {
    let small = ScriptLimits { wall_seconds: 20, cpu_seconds: 2, ..LIMITS };
    let limited = |name: &str, source: &str| {
        let trained = run_with(name, source.as_bytes(), small, &AtomicBool::new(false));
        (reason(&trained), trained.log.text())
    };
    let short = ScriptLimits { wall_seconds: 2, ..LIMITS };
    let asleep = run_with("sleep", b"import time; time.sleep(3600)", short, &AtomicBool::new(false));
    assert_eq!(reason(&asleep), Reason::ScriptWallTime);
    assert_eq!(limited("busy", "while True: pass").0, Reason::ScriptCpuTime);
    let busy = "import os\nfor _ in range(8): os.fork() or exec('while True: pass')\nimport time; time.sleep(60)";
    assert_eq!(limited("many", busy).0, Reason::ScriptCpuTime);
    assert_eq!(limited("print", "while True: print('x' * 1000)").0, Reason::ScriptOutput);
    let disk = "f = open('big', 'wb')\nwhile True: f.write(bytes(1 << 20))";
    assert_eq!(limited("disk", disk).0, Reason::ScriptDisk);
    let several = "import tempfile, time\nfor i in range(100):\n  \
                   open(f'{tempfile.gettempdir()}/{i}', 'wb').write(bytes(1 << 20)); time.sleep(0.01)";
    assert_eq!(limited("several", several).0, Reason::ScriptDisk);
    assert_eq!(limited("memory", "x = []\nwhile True: x.append(bytearray(b'x') * (8 << 20))").0, Reason::ScriptMemory);
    let shared =
        "import mmap\nx = []\nwhile True:\n  m = mmap.mmap(-1, 8 << 20); m.write(b'x' * (8 << 20)); x.append(m)";
    assert_eq!(
        limited("shared", shared).0,
        Reason::ScriptFailed,
        "shared memory without a file is in nobody's account"
    );
    let ignored = "import os, signal, time\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\nwhile True:\n  \
                   pid = os.fork()\n  if not pid:\n    while time.process_time() < 0.5: pass\n    os._exit(0)\n  \
                   while os.path.exists(f'/proc/{pid}'): time.sleep(0.01)\n";
    if tier() == "P" {
        assert_eq!(limited("ignored", ignored).0, Reason::ScriptCpuTime, "time of children that nobody waited for");
    }
    let brief = "import os, signal, time\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\nwhile True:\n  \
                 if not os.fork():\n    while time.process_time() < 0.02: pass\n    os._exit(0)\n  time.sleep(0.02)\n";
    if tier() == "P" {
        assert_eq!(limited("brief", brief).0, Reason::ScriptCpuTime, "children that live between two looks");
    }
    let held = "import mmap, os, time\nkept = []\nfor i in range(100):\n  \
                f = open(str(i), 'w+b'); f.write(bytes(1 << 20)); f.flush(); os.unlink(str(i))\n  \
                kept.append(mmap.mmap(f.fileno(), 4096) if i % 2 else f); time.sleep(0.02)\n";
    assert_eq!(limited("held", held).0, Reason::ScriptDisk, "files without a name that are open or mapped");
    let deep = "import os, time\nwhile True:\n  os.mkdir('d'); os.chdir('d')\n  \
                open('f', 'wb').write(bytes(1 << 16)); time.sleep(0.001)\n";
    assert_eq!(limited("deep", deep).0, Reason::ScriptDisk, "folders within folders");
    let headless = "import ctypes, os, threading, time\ndef hold():\n  global x\n  time.sleep(0.2)\n  \
                    x = bytearray(b'x') * (200 << 20); time.sleep(60)\nfor _ in range(4): os.fork() or exec(\n  \
                    'threading.Thread(target=hold).start(); ctypes.CDLL(None).syscall(60, 0)')\ntime.sleep(60)\n";
    assert_eq!(limited("headless", headless).0, Reason::ScriptMemory, "processes whose first thread has ended");
    let children = "import os, time\nfor _ in range(20):\n  if not os.fork(): x = bytearray(b'x') * (60 << 20); time.sleep(60)\n\
                    time.sleep(60)";
    assert_eq!(limited("children", children).0, Reason::ScriptMemory);
}

#[test]
fn a_fork_bomb_is_refused_and_gone() {
    let bomb = "import os\nos.execv('/usr/bin/python3', ['python3', '-c', '''\nimport os\nwhile True:\n  \
                try: os.fork()\n  except OSError: pass\n''', 'MARK'])\n";
    let small = ScriptLimits { wall_seconds: 4, cpu_seconds: 3, ..LIMITS };
    let trained = run_with("bomb", bomb.replace("MARK", &mark("bomb")).as_bytes(), small, &AtomicBool::new(false));
    assert!(matches!(reason(&trained), Reason::ScriptCpuTime | Reason::ScriptWallTime), "{:?}", trained.model);
    gone(&mark("bomb"));
}
