//! The untrusted executable: runs one model under lock-down, or with `launch` one script; nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("launch") => assay::grading::script::launch::main(),
        _ => assay::grading::child::main(),
    }
}
