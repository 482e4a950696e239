//! The closed list of verdicts, and the finer reason behind each.

use std::fmt;

use serde::{Deserialize, Serialize};

mod reason;

pub use reason::Reason;

/// How one grading ended. The list is closed and part of the public contract: names never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every mark of the exercise was reached.
    Passed,
    /// The model ran and scored below a mark, or another condition does not hold.
    BelowMark,
    /// The file is not a model that can be loaded and run.
    InvalidModel,
    /// The model uses an operator that is not available here.
    UnsupportedOperator,
    /// The model asks for inputs that the exercise does not have.
    WrongInput,
    /// The model's outputs do not fit the exercise.
    WrongOutput,
    /// The model keeps its weights in another file.
    ExternalData,
    /// The run used up its time.
    TimeLimit,
    /// The run used up its memory.
    MemoryLimit,
    /// The run wrote more than it may.
    OutputLimit,
    /// A script used up its disk space.
    DiskLimit,
    /// The model answered with NaN or infinity.
    NotFinite,
    /// The process that ran the model ended abnormally.
    Crashed,
    /// A script ended without leaving a model.
    NoModel,
    /// A script ended with an error.
    ScriptError,
    /// The grading was stopped on request.
    Cancelled,
    /// The fault is ours; nothing is known about the model.
    PlatformFault,
}

impl Verdict {
    /// All verdicts, in the order of the contract.
    pub const ALL: [Self; 17] = [
        Self::Passed,
        Self::BelowMark,
        Self::InvalidModel,
        Self::UnsupportedOperator,
        Self::WrongInput,
        Self::WrongOutput,
        Self::ExternalData,
        Self::TimeLimit,
        Self::MemoryLimit,
        Self::OutputLimit,
        Self::DiskLimit,
        Self::NotFinite,
        Self::Crashed,
        Self::NoModel,
        Self::ScriptError,
        Self::Cancelled,
        Self::PlatformFault,
    ];

    /// The name in JSON, in the database and in message keys (`verdict-below_mark`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::BelowMark => "below_mark",
            Self::InvalidModel => "invalid_model",
            Self::UnsupportedOperator => "unsupported_operator",
            Self::WrongInput => "wrong_input",
            Self::WrongOutput => "wrong_output",
            Self::ExternalData => "external_data",
            Self::TimeLimit => "time_limit",
            Self::MemoryLimit => "memory_limit",
            Self::OutputLimit => "output_limit",
            Self::DiskLimit => "disk_limit",
            Self::NotFinite => "not_finite",
            Self::Crashed => "crashed",
            Self::NoModel => "no_model",
            Self::ScriptError => "script_error",
            Self::Cancelled => "cancelled",
            Self::PlatformFault => "platform_fault",
        }
    }

    /// The verdict with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == name)
    }

    /// Whether the model was run to its end and scored.
    pub const fn is_scored(self) -> bool {
        matches!(self, Self::Passed | Self::BelowMark)
    }

    /// Whether the same file under the same conditions always ends this way, so that the result may be cached.
    ///
    /// Limits depend on how busy the machine is, and a crash may have had an outside cause.
    pub const fn is_deterministic(self) -> bool {
        match self {
            Self::Passed
            | Self::BelowMark
            | Self::InvalidModel
            | Self::UnsupportedOperator
            | Self::WrongInput
            | Self::WrongOutput
            | Self::ExternalData
            | Self::NotFinite => true,
            Self::TimeLimit
            | Self::MemoryLimit
            | Self::OutputLimit
            | Self::DiskLimit
            | Self::Crashed
            | Self::NoModel
            | Self::ScriptError
            | Self::Cancelled
            | Self::PlatformFault => false,
        }
    }
}

impl Verdict {
    /// The key of its heading: `verdict-<name>`.
    pub fn message_key(self) -> String {
        format!("verdict-{self}")
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_json_are_the_names_in_code() {
        for verdict in Verdict::ALL {
            assert_eq!(serde_json::to_string(&verdict).unwrap(), format!("\"{verdict}\""));
            assert_eq!(Verdict::from_name(verdict.as_str()), Some(verdict));
        }
        for reason in Reason::ALL {
            assert_eq!(serde_json::to_string(reason).unwrap(), format!("\"{reason}\""));
        }
    }
}
