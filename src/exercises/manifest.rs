//! `exercise.toml`: the types of a manifest; its rules are in `rules.rs`.

use serde::{Deserialize, Serialize};

use crate::messages::Bilingual;

use crate::grading::{
    Condition, Marks,
    contract::{Dtype, InputKind, Limits},
    metrics::Metric,
    scale::Scale,
    script::protocol::ScriptLimits,
    variants::Family,
    verdict::Verdict,
};

/// The manifest of an exercise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of this format: 1.
    pub format: u32,
    /// The title.
    pub title: Bilingual,
    /// One sentence for lists.
    pub summary: Bilingual,
    /// Whether passing counts towards anything.
    pub earns: bool,
    /// Whether samples may be shown to learners as images.
    pub show_images: bool,
    /// Counted attempts in any 24 hours.
    pub attempts_per_day: u32,
    /// What is to be done.
    pub task: Task,
    /// The named inputs.
    pub inputs: Vec<Tensor>,
    /// The named outputs.
    pub outputs: Vec<Tensor>,
    /// The data files.
    pub data: Vec<DataFile>,
    /// What the marks are about.
    pub metric: Metric,
    /// The marks.
    pub marks: Marks,
    /// What must hold beside the marks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// The public sample that models are tried on first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub practice: Option<Practice>,
    /// The evaluation that cannot be prepared for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<Sealed>,
    /// What a run may use.
    pub limits: Limits,
    /// That training scripts are accepted, and what they may use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<Script>,
    /// Names of the files in `starter/`.
    #[serde(default)]
    pub starter: Vec<String>,
    /// Submissions that must pass.
    #[serde(default)]
    pub right: Vec<Example>,
    /// Submissions that must not pass.
    #[serde(default)]
    pub wrong: Vec<Example>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Task {
    /// Name the class of each sample.
    Classification {
        /// Names of the classes; labels in the data are positions in this list.
        classes: Vec<String>,
    },
    /// Predict a number for each sample.
    Regression,
}

/// What a training script may use. It is run on the public data only, and graded by the model that it leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Names of the Python environments that it may ask for; the first that is ready is used.
    pub environments: Vec<String>,
    /// Whether a trained model may be submitted instead.
    pub models: bool,
    /// Largest file, in bytes.
    pub max_bytes: u64,
    /// Time from the start, in seconds.
    pub wall_seconds: u32,
    /// Processor time of all its processes together, in seconds.
    pub cpu_seconds: u32,
    /// Resident memory of all its processes together, in mebibytes.
    pub memory_mb: u32,
    /// What it may write in its working directory, and as much again in `/tmp`, in mebibytes.
    pub disk_mb: u32,
    /// Processes and threads that may live at once.
    pub processes: u32,
    /// What `ASSAY_SEED` and `PYTHONHASHSEED` are.
    pub seed: u32,
    /// How often a script that passed is run again with other seeds, to see how far its scores spread.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub retrain: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Script {
    /// The limits of a run.
    pub fn limits(&self) -> ScriptLimits {
        ScriptLimits {
            wall_seconds: self.wall_seconds,
            cpu_seconds: self.cpu_seconds,
            memory_mb: self.memory_mb,
            disk_mb: self.disk_mb,
            processes: self.processes,
        }
    }
}

/// The public sample that models are tried on before an attempt counts; the first public samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Practice {
    /// How many.
    #[serde(default = "Practice::default_samples")]
    pub samples: usize,
    /// Scales that models for these images are often trained on, beside the usual ones: mean and standard deviation.
    #[serde(default)]
    pub scales: Vec<Scale>,
}

impl Practice {
    const fn default_samples() -> usize {
        crate::grading::practice::SAMPLES
    }
}

/// The evaluation beside the open one that cannot be prepared for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Sealed {
    /// Label-preserving transforms of the hidden samples, drawn anew for each learner.
    Variants {
        /// The mark, on the exercise's metric.
        mark: f64,
        /// Which transforms.
        #[serde(flatten)]
        family: Family,
    },
    /// Samples that are added on the server; without them there is no sealed evaluation yet.
    Private {
        /// The mark, on the exercise's metric.
        mark: f64,
    },
}

impl Sealed {
    /// The mark.
    pub fn mark(&self) -> f64 {
        match self {
            Self::Variants { mark, .. } | Self::Private { mark } => *mark,
        }
    }
}

/// A named tensor; the first dimension is `"N"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tensor {
    /// The exercise's name for it.
    pub name: String,
    /// What an input's samples are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<InputKind>,
    /// `["N", 28, 28, 1]`.
    pub shape: Vec<Dimension>,
    /// The element type.
    pub dtype: Dtype,
}

/// One dimension of a tensor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Dimension {
    /// A fixed size.
    Size(usize),
    /// A name: `"N"`, the batch.
    Name(String),
}

/// A data file, identified by its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataFile {
    /// Path from the exercise's folder; it may lie in the folder of another exercise (`../mnist-digits/data/…`).
    pub file: String,
    /// SHA-256 of the file, lower-case hexadecimal.
    pub sha256: String,
    /// What it is for.
    pub role: Role,
    /// For samples: the input that they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// Use only the first so many samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<usize>,
    /// Of a CSV file: the columns to use, in this order; for labels exactly one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
}

/// What a data file is for. Public files may be downloaded by learners; hidden ones decide the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Samples to learn from.
    PublicSamples,
    /// Labels to learn from.
    PublicLabels,
    /// Samples that models are graded on.
    HiddenSamples,
    /// The truth; it never enters the sandbox.
    HiddenLabels,
}

/// A submission that ships with the exercise, with the verdict it must get.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// Path from the exercise's folder.
    pub file: String,
    /// Its second file, where the model keeps its weights apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<String>,
    /// The scale to submit it with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// The expected verdict.
    pub verdict: Verdict,
    /// The expected number of correct samples, within 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correct: Option<u32>,
}

impl Role {
    /// Whether a file of this role must never reach a learner.
    pub fn is_hidden(self) -> bool {
        match self {
            Self::PublicSamples | Self::PublicLabels => false,
            Self::HiddenSamples | Self::HiddenLabels => true,
        }
    }
}
