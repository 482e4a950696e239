//! The whole grading of one model: what crosses the boundary, how the child is confined, how predictions are scored.
//!
//! ```text
//! assay                                                  assay-grader (untrusted once it reads the model)
//! grade: precheck -> sandbox ------- request ----------> child: load ONNX Runtime -> lockdown
//!        stages:  practice, open, sealed -- commands --> onnx: load model, feed batches, reading
//!                       ^ <--------- events -----------  predictions
//!                       `-> failure (how it ended)
//!        judge: predictions + labels -> metrics -> report
//! ```
//!
//! A leaf: it imports nothing of ours, and labels stay on the left side. [`grade()`] is the one way in, for the worker,
//! `assay grade` and `assay check`. What is wrong with the learner's file is a [`report::Report`]; what is wrong with us
//! is a [`GradingError`], never a verdict.

pub mod adapt;
pub mod adaptation;
pub mod contract;
pub mod metrics;
pub mod protocol;
pub mod report;
pub mod samples;
pub mod scale;
pub mod script;
pub mod shared;
pub mod variants;
pub mod verdict;

#[cfg(feature = "server")]
mod failure;
#[cfg(feature = "server")]
mod files;
#[cfg(feature = "server")]
mod job;
#[cfg(feature = "server")]
mod judge;
#[cfg(any(feature = "server", test))]
mod locale;
#[cfg(feature = "server")]
mod machine;
#[cfg(feature = "server")]
mod pipeline;
#[cfg(feature = "server")]
pub mod practice;
mod priority;
// Used by the trusted side only; the tests of both builds run them.
#[cfg(any(feature = "server", test))]
mod cost;
#[cfg(any(feature = "server", test))]
mod formats;
#[cfg(any(feature = "server", test))]
mod precheck;
#[cfg(feature = "server")]
mod rescoring;
#[cfg(feature = "server")]
pub mod sandbox;
#[cfg(feature = "server")]
pub mod seal;
#[cfg(feature = "server")]
mod stages;
#[cfg(any(feature = "server", test))]
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
#[cfg(feature = "grader")]
mod reading;

use std::path::PathBuf;

use thiserror::Error;

/// Bumped whenever the same model could get other predictions from the same ONNX Runtime; a test pins predictions.
pub const GRADER_VERSION: u32 = 2;

/// The only ONNX Runtime that is accepted: another one could answer differently.
pub const ONNXRUNTIME_VERSION: &str = "1.31.1";

/// The key of the result cache beside model, scale and exercise version: `2+onnxruntime-1.31.1`.
pub fn grader_version() -> String {
    format!("{GRADER_VERSION}+onnxruntime-{ONNXRUNTIME_VERSION}")
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
pub use self::{
    job::{Condition, DataSet, Evaluation, Extent, Graded, Job, MODEL_FACTS, Marks, Progress, Truth, Weights, bounds},
    pipeline::{grade, without_model},
    priority::step_back,
    rescoring::rescored,
};
