//! The whole grading of one model: what crosses the boundary, how the child is confined, how predictions are scored.
//!
//! ```text
//! assay                                             assay-grader (untrusted once it reads the model)
//! grade: precheck -> sandbox ----- request -------> child: load ONNX Runtime -> lockdown
//!                       ^ <------- events --------- onnx: load model, feed batches, predictions
//!                       `-> failure (how it ended)
//!        score: predictions + labels -> metrics -> report
//! ```
//!
//! A leaf: it imports nothing of ours, and labels stay on the left side. [`grade()`] is the one way in, for the worker,
//! `assay grade` and `assay check`. What is wrong with the learner's file is a [`report::Report`]; what is wrong with us
//! is a [`GradingError`], never a verdict.

pub mod adapt;
pub mod contract;
pub mod metrics;
pub mod protocol;
pub mod report;
pub mod shared;
pub mod verdict;

#[cfg(feature = "server")]
mod failure;
#[cfg(feature = "server")]
mod operators;
#[cfg(feature = "server")]
mod pipeline;
#[cfg(feature = "server")]
mod precheck;
#[cfg(feature = "server")]
mod machine;
#[cfg(feature = "server")]
pub mod sandbox;
#[cfg(feature = "server")]
mod wire;

#[cfg(feature = "grader")]
pub mod child;
#[cfg(feature = "grader")]
mod feed;
#[cfg(feature = "grader")]
mod lockdown;
#[cfg(feature = "grader")]
mod onnx;
#[cfg(feature = "grader")]
mod probes;

use std::{
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
};

use contract::{Contract, Limits, Scale};
use metrics::Metric;
use report::{CorrectSamples, Predictions, Report};
use shared::SharedBytes;
use thiserror::Error;

/// Bumped whenever the same model could get other predictions from the same ONNX Runtime; a test pins predictions.
pub const GRADER_VERSION: u32 = 1;

/// The only ONNX Runtime that is accepted: another one could answer differently.
pub const ONNXRUNTIME_VERSION: &str = "1.31.1";

/// The key of the result cache beside model, scale and exercise version: `1+onnxruntime-1.31.1`.
pub fn grader_version() -> String {
    format!("{GRADER_VERSION}+onnxruntime-{ONNXRUNTIME_VERSION}")
}

/// What models are run on and judged by: made once by `exercises`, shared by all gradings.
#[derive(Debug)]
pub struct Evaluation {
    /// What is fed and expected back.
    pub contract: Contract,
    /// The samples of each input in the contract's order: bytes, sample after sample.
    pub samples: Vec<Arc<SharedBytes>>,
    /// The true class of each sample. Never leaves this process.
    pub truth: Vec<u32>,
    /// What the marks are about.
    pub metric: Metric,
    /// The marks.
    pub marks: Marks,
    /// What a run may use.
    pub limits: Limits,
}

/// The marks of an exercise, as values of its metric.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marks {
    /// Reached: passed.
    pub pass: f64,
    /// Reached: passed with distinction.
    #[serde(default)]
    pub distinction: Option<f64>,
}

/// One model to be graded.
pub struct Job<'a> {
    /// The bytes of the file.
    pub model: &'a [u8],
    /// As declared by the learner; `None`: `unit`, and `raw` for integer inputs.
    pub scale: Option<Scale>,
    /// What it is graded on.
    pub evaluation: &'a Evaluation,
    /// Set from outside to stop the run; the verdict is then `cancelled`.
    pub cancel: &'a AtomicBool,
    /// Called on the calling thread after each batch.
    pub progress: &'a dyn Fn(Progress),
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Samples predicted.
    pub done: u32,
    /// Samples altogether.
    pub total: u32,
}

/// The outcome of [`grade()`].
#[derive(Debug)]
pub struct Graded {
    /// The report, for a JSON column.
    pub report: Report,
    /// The predictions, for a blob, when the model was run to its end.
    pub predictions: Option<Predictions>,
    /// Which samples were predicted correctly, when the model was run to its end.
    pub correct: Option<CorrectSamples>,
}

/// The fault is ours: retry, then show it to operators. Never counted against a learner.
#[derive(Debug, Error)]
pub enum GradingError {
    /// `assay-grader` is not where it should be.
    #[error("the grader is missing: no file {}; build it with `make grader` or set ASSAY_GRADER", .0.display())]
    NoGrader(PathBuf),
    /// ONNX Runtime is not where it should be.
    #[error("ONNX Runtime is missing: no file {}; fetch it with `make fetch` or set ASSAY_ONNXRUNTIME", .0.display())]
    NoOnnxRuntime(PathBuf),
    /// ONNX Runtime has another version.
    #[error(
        "ONNX Runtime {ONNXRUNTIME_VERSION} is needed, but {} is {found}; fetch the right one with `make fetch` or set \
         ASSAY_ONNXRUNTIME", path.display()
    )]
    WrongOnnxRuntime {
        /// The library that was loaded.
        path: PathBuf,
        /// Its version.
        found: String,
    },
    /// The child could not be locked down, so nothing was run.
    #[error("the grader could not isolate itself: {0}")]
    Isolation(String),
    /// The child failed before it read the model.
    #[error("the grader could not start: {0}")]
    Start(String),
    /// The child was killed by something other than us.
    #[error("the grader was killed from outside; the machine may be short of memory")]
    Killed,
    /// The evaluation contradicts itself.
    #[error("the exercise's data do not fit its contract: {0}")]
    Evaluation(String),
    /// A system call failed.
    #[error("{what}")]
    Io {
        /// What was being done.
        what: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
}

#[cfg(feature = "server")]
pub use self::pipeline::grade;
