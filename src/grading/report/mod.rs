//! The outcome of one grading: the report that is stored as JSON, and the raw predictions that are stored apart.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

mod predictions;
mod training;

use super::{
    adaptation::Adaptation,
    metrics::{ClassScore, Metric},
    scale::Scale,
    verdict::{Reason, Verdict},
};

pub use predictions::{CorrectSamples, Predictions};
pub use training::Training;

/// Everything that is kept about one grading except the predictions. Platform faults never become a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// How it ended.
    pub verdict: Verdict,
    /// Why; its sentence is the message `reason-<code>` with [`Report::args`].
    pub reason: Reason,
    /// The numbers and names in the reason's sentence.
    pub args: BTreeMap<String, String>,
    /// What ONNX Runtime said, shortened and without control characters; untrusted text.
    pub diagnostic: Option<String>,
    /// The scores on the open samples, when the model was run to its end.
    pub evaluation: Option<Scored>,
    /// The scores of the sealed evaluation, where the exercise has one.
    #[serde(default)]
    pub sealed: Option<SealedScore>,
    /// The conditions beside the marks.
    #[serde(default)]
    pub conditions: Vec<ConditionOutcome>,
    /// The score on the public practice sample, before the model met hidden data.
    #[serde(default)]
    pub practice: Option<PracticeScore>,
    /// How the model was trained here, where a script was submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<Training>,
    /// Whether the model was run on hidden samples at all.
    #[serde(default)]
    pub met_hidden: bool,
    /// What was done so that the model fits.
    pub adapted: Vec<Adaptation>,
    /// The model's name for the output that was read.
    #[serde(default)]
    pub output: Option<String>,
    /// The scale that was applied, when the model got so far.
    pub scale: Option<Scale>,
    /// What the static check read from the file, when it is ONNX.
    pub model: Option<ModelFacts>,
    /// SHA-256 of the model file, lower-case hexadecimal.
    pub model_sha256: String,
    /// Size of the model file in bytes, its second file included.
    pub model_bytes: u64,
    /// SHA-256 of its second file, lower-case hexadecimal.
    #[serde(default)]
    pub weights_sha256: Option<String>,
    /// Where the time went.
    pub timings_ms: Timings,
    /// Largest resident memory of the child, in bytes.
    pub peak_memory_bytes: u64,
    /// Versions and machine that the result depends on.
    pub grader: Grader,
}

impl Report {
    /// The arguments of the reason's sentence, as `messages::text` takes them.
    pub fn message_args(&self) -> Vec<(&'static str, String)> {
        Reason::ARGUMENTS.into_iter().filter_map(|name| Some((name, self.args.get(name)?.clone()))).collect()
    }
}

/// The scores of a model that was run to its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// The metric that the marks are about.
    pub metric: Metric,
    /// Its value.
    pub score: f64,
    /// The pass mark.
    pub pass_mark: f64,
    /// The mark for distinction, if the exercise has one.
    pub distinction_mark: Option<f64>,
    /// Whether the pass mark was reached.
    pub passed: bool,
    /// Whether the mark for distinction was reached.
    pub distinction: bool,
    /// 95 % Wilson interval of the accuracy, for classification.
    pub interval: Option<[f64; 2]>,
    /// Number of samples.
    pub n: u32,
    /// Number of samples predicted correctly, for classification.
    pub correct: Option<u32>,
    /// Every metric by name.
    pub metrics: BTreeMap<String, f64>,
    /// Precision, recall and F1 of each class, in the order of the classes.
    pub per_class: Vec<ClassScore>,
    /// `confusion[true][predicted]`.
    pub confusion: Vec<Vec<u32>>,
}

/// The scores of a sealed evaluation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SealedScore {
    /// Where the samples came from.
    pub kind: SealedKind,
    /// Value of the exercise's metric.
    pub score: f64,
    /// The mark.
    pub mark: f64,
    /// Whether it was reached.
    pub passed: bool,
    /// Number of samples.
    pub n: u32,
    /// 95 % Wilson interval of the accuracy, for classification.
    pub interval: Option<[f64; 2]>,
    /// Every metric by name.
    pub metrics: BTreeMap<String, f64>,
    /// Names the samples: equal names, equal samples. Tells nothing about them.
    pub seal: String,
}

/// Where the samples of a sealed evaluation come from; it decides what the score is evidence of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealedKind {
    /// Drawn transforms of the open samples: robustness to small changes, not that new samples would be got right.
    Variants,
    /// Samples that nobody outside has seen.
    Private,
}

/// A condition beside the marks, and whether it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConditionOutcome {
    /// A metric, or a fact about the file.
    pub metric: String,
    /// Its value; `None` where it could not be worked out.
    pub value: Option<f64>,
    /// The smallest value that is accepted.
    pub at_least: Option<f64>,
    /// The largest value that is accepted.
    pub at_most: Option<f64>,
    /// Whether the value is known and lies within.
    pub holds: bool,
}

/// How the model did on the public practice sample.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PracticeScore {
    /// Number of samples predicted correctly.
    pub correct: u32,
    /// Number of samples.
    pub n: u32,
}

/// What the static check read from the model file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ModelFacts {
    /// ONNX IR version.
    pub ir_version: u64,
    /// Version of the default operator set.
    pub opset: u64,
    /// Version of the operator set `ai.onnx.ml`, where the model imports it.
    #[serde(default)]
    pub opset_ml: Option<u64>,
    /// Name of the exporter, as the file claims.
    pub producer: String,
    /// Number of nodes that are run: subgraphs included, local functions counted where they are called.
    pub nodes: u64,
    /// Number of elements of all stored tensors, and of floats in attributes (linear models, trees).
    pub parameters: u64,
    /// Multiply-adds for one sample; `None` where shapes are not known before the run.
    #[serde(default)]
    pub multiply_adds: Option<u64>,
    /// The scale that the file itself asks for: its metadata entry `assay.scale`, at most 64 characters; untrusted.
    #[serde(default)]
    pub scale: Option<String>,
    /// Whether weights are in a second file.
    #[serde(default)]
    pub external: bool,
    /// Number of functions that the model defines.
    #[serde(default)]
    pub functions: u64,
}

/// Where the time of one grading went, in milliseconds of wall-clock time except `cpu`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Timings {
    /// Static check of the file.
    pub precheck: f64,
    /// Starting the child, loading ONNX Runtime, locking down.
    pub start: f64,
    /// Loading the model.
    pub load: f64,
    /// Running the practice sample and, near chance, the usual mistakes.
    #[serde(default)]
    pub practice: f64,
    /// Running all batches of the open and the sealed samples.
    pub run: f64,
    /// Scoring.
    pub score: f64,
    /// Everything.
    pub total: f64,
    /// Processor time of the child.
    pub cpu: f64,
}

/// The versions and the machine that a result depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grader {
    /// [`super::GRADER_VERSION`] and ONNX Runtime's version: the key of the result cache.
    pub version: String,
    /// Processor features that choose ONNX Runtime's kernels.
    pub processor: Vec<String>,
    /// The walls around the child: `seccomp`, `landlock`, `rlimits`, `uid`.
    pub isolation: Vec<String>,
}
