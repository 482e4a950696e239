//! Why a run ended without predictions: from what ONNX Runtime said, or from how the process ended.

use super::{
    GradingError,
    adapt::Refusal,
    contract::Limits,
    precheck::MAX_OPSET,
    report::ModelFacts,
    sandbox::{Ended, How, Stop},
    verdict::Reason,
};

/// Longest text of ONNX Runtime that is kept.
const MAX_DIAGNOSTIC: usize = 400;

/// What ONNX Runtime says when memory is refused to it.
const OUT_OF_MEMORY: &[&str] =
    &["bad_alloc", "Failed to allocate memory", "memory allocation of", "Cannot allocate memory", "out of memory"];

fn is_memory(text: &str) -> bool {
    OUT_OF_MEMORY.iter().any(|sign| text.contains(sign))
}

/// Classifies an error that ONNX Runtime reported.
pub fn from_message(loading: bool, message: &str, limits: &Limits, facts: &ModelFacts) -> Refusal {
    if is_memory(message) {
        memory(limits)
    } else if !loading {
        Refusal::new(Reason::RunFailed, &[])
    } else if message.contains("opset") && message.contains("under development") {
        Refusal::new(Reason::OpsetTooNew, &[("opset", &facts.opset), ("limit", &MAX_OPSET)])
    } else if message.contains("is not a registered function/op") || message.contains("NOT_IMPLEMENTED") {
        Refusal::new(Reason::OperatorUnknown, &[])
    } else if message.contains("External data path") || message.contains("external_data") {
        Refusal::new(Reason::ExternalData, &[])
    } else {
        Refusal::new(Reason::LoadFailed, &[])
    }
}

/// Classifies the end of a process that gave neither predictions nor an error.
///
/// # Errors
/// It was killed by something other than its own limits: our fault.
pub fn from_end(ended: &Ended, limits: &Limits) -> Result<Refusal, GradingError> {
    let cpu_seconds = limits.cpu_seconds;
    Ok(match ended.how {
        How::Stopped(Stop::WallTime) => Refusal::new(Reason::WallTime, &[("seconds", &limits.wall_seconds)]),
        How::Stopped(Stop::Output) => Refusal::new(Reason::OutputSize, &[]),
        How::Stopped(Stop::Cancelled) => Refusal::new(Reason::Cancelled, &[]),
        How::Stopped(Stop::Protocol) => Refusal::new(Reason::CrashedExit, &[("code", &"–")]),
        How::Stopped(Stop::PracticeTime(seconds)) => Refusal::new(Reason::PracticeTime, &[("seconds", &seconds)]),
        How::Signal(libc::SIGXCPU) => Refusal::new(Reason::CpuTime, &[("seconds", &cpu_seconds)]),
        How::Signal(libc::SIGKILL) if ended.cpu.as_secs() >= u64::from(cpu_seconds) => {
            Refusal::new(Reason::CpuTime, &[("seconds", &cpu_seconds)])
        }
        How::Signal(libc::SIGKILL | libc::SIGTERM | libc::SIGINT | libc::SIGHUP) => return Err(GradingError::Killed),
        How::Signal(_) | How::Exit(_) if is_memory(&ended.stderr) => memory(limits),
        How::Signal(signal) => Refusal::new(Reason::CrashedSignal, &[("signal", &signal)]),
        How::Exit(code) => Refusal::new(Reason::CrashedExit, &[("code", &code)]),
    })
}

fn memory(limits: &Limits) -> Refusal {
    Refusal::new(Reason::Memory, &[("megabytes", &limits.memory_mb)])
}

/// Makes ONNX Runtime's text fit to be stored and shown: one line, no control characters, not too long.
///
/// While the hidden samples are run, digits are masked: numbers in a message could carry the samples out.
pub fn diagnostic(message: &str, loading: bool) -> Option<String> {
    let printable = |c: char| if c.is_control() { ' ' } else { c };
    let masked = |c: char| if !loading && c.is_numeric() { '#' } else { c };
    let text: String = without_source(message).trim().chars().map(printable).map(masked).take(MAX_DIAGNOSTIC).collect();
    Some(text).filter(|text| !text.is_empty())
}

/// The node that failed, without what it was given: all that is kept of a text once hidden samples were met.
///
/// Masked digits are not enough there: a shape computed from a sample shows it by how many numbers it has, and how long.
pub fn without_values(message: &str) -> &str {
    message.split_once("Status Message:").map_or("", |(node, _)| node)
}

/// Leaves out where in ONNX Runtime's source an error arose: `…/file.cc:12 type name(parameters) `.
fn without_source(message: &str) -> String {
    let Some((before, after)) = message.split_once("/onnxruntime_src/") else { return message.to_owned() };
    let mut depth = 0_u32;
    for (position, c) in after.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 1 => {
                let rest = after.get(position + 1..).unwrap_or_default().trim_start();
                let rest = rest.strip_prefix("const ").unwrap_or(rest);
                let rest =
                    if rest.starts_with("[with ") { rest.split_once("] ").map_or(rest, |(_, r)| r) } else { rest };
                return format!("{before}{rest}");
            }
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    message.to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn ended(how: How, cpu: u64, stderr: &str) -> Ended {
        Ended {
            how,
            stderr: stderr.into(),
            cpu: Duration::from_secs(cpu),
            peak: 0,
            start: Duration::ZERO,
            isolation: vec![],
        }
    }

    #[test]
    fn ends_are_told_apart() {
        let limits = Limits::default();
        let reason = |how, cpu, stderr: &str| from_end(&ended(how, cpu, stderr), &limits).unwrap().reason;
        assert_eq!(reason(How::Stopped(Stop::WallTime), 0, ""), Reason::WallTime);
        assert_eq!(reason(How::Signal(libc::SIGXCPU), 60, ""), Reason::CpuTime);
        assert_eq!(reason(How::Signal(libc::SIGKILL), 61, ""), Reason::CpuTime);
        assert_eq!(reason(How::Signal(libc::SIGABRT), 1, "terminate called after 'std::bad_alloc'"), Reason::Memory);
        assert_eq!(reason(How::Signal(libc::SIGSEGV), 1, ""), Reason::CrashedSignal);
        assert_eq!(reason(How::Exit(101), 1, "panicked"), Reason::CrashedExit);
        let killed = from_end(&ended(How::Signal(libc::SIGKILL), 1, ""), &limits);
        assert!(matches!(killed, Err(GradingError::Killed)), "not by us: never the learner's fault");
    }

    #[test]
    fn texts_are_cleaned_and_carry_no_numbers_of_hidden_samples() {
        assert_eq!(diagnostic(" a\n\u{1b}[31mb 12 ", true).unwrap(), "a  [31mb 12");
        assert_eq!(diagnostic("idx=255 of 10", false).unwrap(), "idx=### of ##");
        assert_eq!(diagnostic(&"x".repeat(1000), true).unwrap().len(), MAX_DIAGNOSTIC);
        let source =
            "Bad node: /onnxruntime_src/a/b.h:46 void f<int>(const std::map<K, V>&, int (*)(int)) const Too new.";
        assert_eq!(diagnostic(source, true).unwrap(), "Bad node: Too new.");
        assert_eq!(diagnostic(" \n", true), None);
    }

    #[test]
    fn of_a_failure_on_hidden_samples_only_the_node_is_told() {
        let said = "Non-zero status code returned while running Reshape node. Name:'flat' Status Message: The input \
                    tensor cannot be reshaped to the requested shape. Input shape:{3}, requested shape:{1,10,1,10,10}";
        let node = "Non-zero status code returned while running Reshape node. Name:'flat'";
        assert_eq!(diagnostic(without_values(said), false).unwrap(), node);
        assert_eq!(diagnostic(without_values("requested shape:{1,10,1}"), false), None);
    }
}
