//! `exercise.toml`: the types of a manifest; its rules are in `rules.rs`.

use serde::{Deserialize, Serialize};

use crate::messages::Bilingual;

use crate::grading::{
    Marks,
    contract::{Dtype, InputKind, Limits, Scale},
    metrics::Metric,
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
    /// What a run may use.
    pub limits: Limits,
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
