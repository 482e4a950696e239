//! The outcome of one grading: the report that is stored as JSON, and the raw predictions that are stored apart.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    adaptation::Adaptation,
    metrics::{ClassScore, Metric},
    scale::Scale,
    verdict::{Reason, Verdict},
};

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

/// What a model answered, for all samples in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Predictions {
    /// One row of scores per sample, row-major.
    Scores {
        /// Length of a row.
        classes: usize,
        /// `n × classes` values.
        values: Vec<f32>,
    },
    /// One class index per sample.
    Labels(Vec<u32>),
    /// One value per sample.
    Values(Vec<f32>),
}

const SCORES: &[u8; 4] = b"ASP1";
const LABELS: &[u8; 4] = b"ALP1";
const VALUES: &[u8; 4] = b"AVP1";

impl Predictions {
    /// The blob: four bytes of kind (`ASP1` scores, `ALP1` labels, `AVP1` values), classes and count as little-endian u32, the values.
    pub fn to_bytes(&self) -> Vec<u8> {
        let header = |kind: &[u8; 4], classes: usize, n: usize| {
            let mut bytes = kind.to_vec();
            for number in [classes, n] {
                bytes.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
            }
            bytes
        };
        match self {
            Self::Scores { classes, values } => {
                let mut bytes = header(SCORES, *classes, values.len() / (*classes).max(1));
                bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
                bytes
            }
            Self::Labels(labels) => {
                let mut bytes = header(LABELS, 0, labels.len());
                bytes.extend(labels.iter().flat_map(|label| label.to_le_bytes()));
                bytes
            }
            Self::Values(values) => {
                let mut bytes = header(VALUES, 0, values.len());
                bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
                bytes
            }
        }
    }

    /// Reads what [`Predictions::to_bytes`] wrote; `None` if the bytes are something else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (kind, rest) = bytes.split_first_chunk::<4>()?;
        let (classes, rest) = rest.split_first_chunk::<4>()?;
        let (n, values) = rest.split_first_chunk::<4>()?;
        let classes = usize::try_from(u32::from_le_bytes(*classes)).ok()?;
        let n = usize::try_from(u32::from_le_bytes(*n)).ok()?;
        let (words, left) = values.as_chunks::<4>();
        if !left.is_empty() {
            return None;
        }
        if kind == SCORES && words.len() == n.checked_mul(classes)? {
            Some(Self::Scores { classes, values: words.iter().map(|word| f32::from_le_bytes(*word)).collect() })
        } else if kind == LABELS && words.len() == n {
            Some(Self::Labels(words.iter().map(|word| u32::from_le_bytes(*word)).collect()))
        } else if kind == VALUES && words.len() == n {
            Some(Self::Values(words.iter().map(|word| f32::from_le_bytes(*word)).collect()))
        } else {
            None
        }
    }

    /// Whether every number is finite.
    pub fn are_finite(&self) -> bool {
        match self {
            Self::Scores { values, .. } | Self::Values(values) => values.iter().all(|value| value.is_finite()),
            Self::Labels(_) => true,
        }
    }

    /// The predicted class of each sample: the first of the largest scores. None of a regression.
    pub fn labels(&self) -> Vec<u32> {
        match self {
            Self::Scores { classes, values } => values.chunks_exact((*classes).max(1)).map(argmax).collect(),
            Self::Labels(labels) => labels.clone(),
            Self::Values(_) => Vec::new(),
        }
    }
}

fn argmax(row: &[f32]) -> u32 {
    let mut best = (0, f32::NEG_INFINITY);
    for (class, &value) in (0..).zip(row) {
        if value > best.1 {
            best = (class, value);
        }
    }
    best.0
}

/// One bit per sample, set where the prediction is correct; sample `i` is bit `i % 8` of byte `i / 8`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectSamples(pub Vec<u8>);

impl CorrectSamples {
    /// Packs one flag per sample.
    pub fn from_flags(flags: &[bool]) -> Self {
        let pack = |eight: &[bool]| eight.iter().rev().fold(0, |byte, &flag| byte << 1 | u8::from(flag));
        Self(flags.chunks(8).map(pack).collect())
    }

    /// Whether sample `index` was predicted correctly.
    pub fn contains(&self, index: usize) -> bool {
        self.0.get(index / 8).is_some_and(|byte| byte >> (index % 8) & 1 == 1)
    }

    /// Number of samples predicted correctly.
    pub fn count(&self) -> u32 {
        self.0.iter().map(|byte| byte.count_ones()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predictions_survive_their_blob() {
        let scores = Predictions::Scores { classes: 2, values: vec![0.25, 0.75, 1.0, 1.0] };
        assert_eq!(Predictions::from_bytes(&scores.to_bytes()), Some(scores.clone()));
        assert_eq!(scores.labels(), [1, 0], "the first of equal scores wins, as in NumPy");
        let labels = Predictions::Labels(vec![3, 1, 2]);
        assert_eq!(Predictions::from_bytes(&labels.to_bytes()), Some(labels.clone()));
        assert_eq!(Predictions::from_bytes(&labels.to_bytes()[..15]), None);
        assert_eq!(Predictions::from_bytes(b"nonsense"), None);
    }

    #[test]
    fn correct_samples_are_one_bit_each() {
        let flags: Vec<bool> = (0..19).map(|i| i % 3 == 0).collect();
        let set = CorrectSamples::from_flags(&flags);
        assert_eq!((set.0.len(), set.count()), (3, 7));
        assert!((0..19).all(|i| set.contains(i) == flags[i]));
        assert!(!set.contains(19) && !set.contains(1000));
    }
}
