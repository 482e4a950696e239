//! The untrusted executable: reads one request, grades it under lock-down, writes the outputs; nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    assay::grading::child::main()
}
