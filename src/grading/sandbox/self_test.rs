//! The self-test of the isolation: attacks that must fail inside the child, and the tier that follows.

use std::sync::atomic::AtomicBool;

use super::{Bounds, How, Reply, Sandbox};
use crate::grading::{
    GradingError,
    contract::Limits,
    protocol::{Check, ChildTask, Event, Message},
};

impl Sandbox {
    /// Runs the attacks that must fail inside the child, and says which did; every check must hold.
    pub fn self_test(&self) -> Result<Vec<Check>, GradingError> {
        let limits = Limits { wall_seconds: 10, cpu_seconds: 10, memory_mb: 512, ..Limits::default() };
        let cancel = AtomicBool::new(false);
        let bounds = Bounds { limits, max_output: 1 << 16, practice_cpu_seconds: None, cancel: &cancel };
        let (mut checks, mut done) = (Vec::new(), false);
        let ended = self.run(&|_| ChildTask::SelfTest, &[], &bounds, &mut |message| match message {
            Message::Event(Event::Checked(check)) => {
                checks.push(check);
                Reply::Listen
            }
            Message::Event(Event::Done) => {
                done = true;
                Reply::Dismiss
            }
            Message::Event(_) | Message::Batch(_) => Reply::Forbidden,
        })?;
        let whole = done && ended.how == How::Exit(0);
        checks.push(Check { name: "whole".into(), holds: whole, detail: format!("{:?} {}", ended.how, ended.stderr) });
        let weaker: Vec<&str> = ended.isolation.iter().filter_map(|wall| wall.strip_prefix("weaker:")).collect();
        for wall in ["rlimits", "seccomp"] {
            let holds = ended.isolation.iter().any(|stands| stands == wall);
            checks.push(Check { name: wall.into(), holds, detail: ended.isolation.join(" ") });
        }
        if !weaker.is_empty() {
            // Accepted by name: what is not denied is told, and stops nothing.
            for check in checks.iter_mut().filter(|check| !check.holds) {
                *check = Check { holds: true, detail: format!("accepted: {}", check.detail), ..check.clone() };
            }
            checks.push(Check { name: "weaker".into(), holds: true, detail: weaker.join(", ") });
        }
        // A kernel without Landlock is weaker by one wall, not open: seccomp alone denies every file and socket.
        let landlock = ended.isolation.iter().find(|wall| wall.starts_with("landlock"));
        let detail = landlock.map_or("not in this kernel; seccomp stands alone", String::as_str).to_owned();
        checks.push(Check { name: "landlock".into(), holds: true, detail });
        Ok(checks)
    }
}

/// The tier of the isolation that a self-test found, for operators.
pub fn tier(checks: &[Check]) -> String {
    match checks.iter().find(|check| check.name == "weaker") {
        Some(weaker) => format!("M, weaker: {}", weaker.detail),
        None => "M".to_owned(),
    }
}
