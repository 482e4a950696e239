//! What goes into a grading and what comes out: the evaluation of an exercise, one model to be graded, the outcome.

use std::sync::{Arc, atomic::AtomicBool};

use super::{
    contract::{Contract, Limits},
    metrics::Metric,
    practice::Practice,
    report::{CorrectSamples, Predictions, Report},
    scale::Scale,
    seal::{Seal, Sealed},
    shared::SharedBytes,
};

/// What models are run on and judged by: made once by `exercises`, shared by all gradings.
#[derive(Debug)]
pub struct Evaluation {
    /// What is fed and expected back.
    pub contract: Contract,
    /// The hidden samples.
    pub open: DataSet,
    /// A public sample that the model is tried on before it meets hidden data.
    pub practice: Option<Practice>,
    /// The evaluation that cannot be prepared for.
    pub sealed: Option<Sealed>,
    /// What the marks are about.
    pub metric: Metric,
    /// The marks.
    pub marks: Marks,
    /// What must hold beside the marks.
    pub conditions: Vec<Condition>,
    /// What a run may use.
    pub limits: Limits,
}

/// Samples and their truth.
#[derive(Debug, Clone)]
pub struct DataSet {
    /// The samples of each input in the contract's order, as [`super::contract::InputKind`] says they are kept.
    pub samples: Vec<Arc<SharedBytes>>,
    /// What is true of each sample. Never leaves this process.
    pub truth: Truth,
}

/// What is true of each sample.
#[derive(Debug, Clone, PartialEq)]
pub enum Truth {
    /// Its class.
    Classes(Vec<u32>),
    /// Its value.
    Values(Vec<f64>),
}

impl Truth {
    /// Number of samples.
    pub fn len(&self) -> usize {
        match self {
            Self::Classes(classes) => classes.len(),
            Self::Values(values) => values.len(),
        }
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The marks of an exercise, as values of its metric.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marks {
    /// Reached: passed.
    pub pass: f64,
    /// Reached: passed with distinction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distinction: Option<f64>,
}

/// What must hold beside the marks: a bound on one number of the report.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// A metric, or `model_bytes`, `parameters`, `multiply_adds`.
    pub metric: String,
    /// The smallest value that is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// The largest value that is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

/// The bounds of a condition as people read them: `≥ 0.5, ≤ 0.9`.
pub fn bounds(at_least: Option<f64>, at_most: Option<f64>, show: impl Fn(f64) -> String) -> String {
    let least = at_least.map(|least| format!("≥ {}", show(least)));
    let most = at_most.map(|most| format!("≤ {}", show(most)));
    least.into_iter().chain(most).collect::<Vec<_>>().join(", ")
}

/// Facts about the file that a condition may bound.
pub const MODEL_FACTS: [&str; 3] = ["model_bytes", "parameters", "multiply_adds"];

/// The second file of a model that keeps its weights apart.
#[derive(Debug, Clone, Copy)]
pub struct Weights<'a> {
    /// The name that it was uploaded under.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// One model to be graded.
pub struct Job<'a> {
    /// The bytes of the file.
    pub model: &'a [u8],
    /// Its second file, if one was uploaded.
    pub weights: Option<Weights<'a>>,
    /// As declared by the learner; `None`: as the file says, else `unit`, and `raw` for integer inputs.
    pub scale: Option<Scale>,
    /// What it is graded on.
    pub evaluation: &'a Evaluation,
    /// What the sealed evaluation is drawn from.
    pub seal: Seal,
    /// How far to go.
    pub extent: Extent,
    /// Set from outside to stop the run; the verdict is then `cancelled`.
    pub cancel: &'a AtomicBool,
    /// Called on the calling thread after each batch.
    pub progress: &'a dyn Fn(Progress),
}

/// How far a grading goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// To the end.
    Whole,
    /// Static check and practice sample; hidden data are never met.
    Practice,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Samples predicted.
    pub done: u32,
    /// Samples altogether.
    pub total: u32,
}

/// The outcome of [`super::grade()`].
#[derive(Debug)]
pub struct Graded {
    /// The report, for a JSON column.
    pub report: Report,
    /// The predictions on the open samples, for a blob, when the model was run to its end.
    pub predictions: Option<Predictions>,
    /// The predictions on the sealed samples, for a blob.
    pub sealed_predictions: Option<Predictions>,
    /// Which samples were predicted correctly, when the model was run to its end.
    pub correct: Option<CorrectSamples>,
}
