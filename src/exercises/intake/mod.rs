//! From files that an instructor uploads to samples, labels and the files that an exercise keeps; no SQL, no web.
//!
//! Whatever is uploaded is hostile until it was read: every count and size that a file declares is compared with the
//! bounds below before memory is set aside for it, and nothing is written anywhere.

mod archive;
mod arrays;
mod csv_file;
mod fault;
mod findings;
mod format;
mod idx;
mod images;
mod kept;
mod labels;
mod npy;
mod pages;
mod parquet_file;
mod shape;
mod split;
mod table;

use std::path::Path;

use serde::Deserialize;

use super::{
    files::{Array, Values},
    manifest::Task,
};
use crate::grading::contract::InputKind;
use crate::grading::metrics::{Metric, MetricKind};

pub use fault::IntakeFault;
pub use findings::{Finding, Severity, class_counts, findings, majority_share};
pub use kept::{KeptFile, PartName, kept_files};
pub use split::{Parts, Shares, split};

use format::Format;

/// Most samples of one part.
pub const MAX_SAMPLES: usize = 200_000;
/// Most bytes of texts and labels that are kept of a table.
pub const MAX_TEXT_BYTES: usize = 100_000_000;
/// Most bytes of numbers, as they are kept.
pub const MAX_NUMBER_BYTES: usize = 1 << 30;
/// Most entries of a ZIP archive.
pub const MAX_ENTRIES: usize = 20_000;
/// Most classes.
pub const MAX_CLASSES: usize = 1_000;
/// Most columns of a table.
pub const MAX_COLUMNS: usize = 10_000;
/// Most pixels of one side of an image.
pub const MAX_SIDE: u32 = 4_096;

/// What is to be done, without the names of the classes, which the data tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskKind {
    /// Name the class of each sample.
    Classification,
    /// Predict a number for each sample.
    Regression,
}

impl TaskKind {
    /// Its name in manifests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Classification => "classification",
            Self::Regression => "regression",
        }
    }

    /// Metrics that it may be judged by.
    pub fn metrics(self) -> impl Iterator<Item = Metric> {
        let fits = move |metric: &Metric| match metric.kind() {
            MetricKind::Classification | MetricKind::Probabilities => self == Self::Classification,
            MetricKind::Regression => self == Self::Regression,
        };
        Metric::ALL.iter().copied().filter(fits)
    }
}

impl From<&Task> for TaskKind {
    fn from(task: &Task) -> Self {
        match task {
            Task::Classification { .. } => Self::Classification,
            Task::Regression => Self::Regression,
        }
    }
}

/// What an instructor says about the uploaded files of one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// What is to be done.
    pub task: TaskKind,
    /// What the samples are; `None` guesses: arrays of rank 3 and 4 and archives of images are images, one column of
    /// words is texts, everything else vectors.
    pub kind: Option<InputKind>,
    /// The column of a table, or array of an NPZ file, with the labels; `None` guesses `label`, `target`, `y` or
    /// `class`, then the last column.
    pub label: Option<String>,
    /// Feature columns of a table, in order; empty for all that have a name but the label.
    pub columns: Vec<String>,
    /// The array of an NPZ file with the samples; `None` guesses `x`, `samples`, `images`, `data` or `x_train`.
    pub samples: Option<String>,
}

/// One uploaded file.
#[derive(Debug, Clone, Copy)]
pub struct UploadedFile<'a> {
    /// Its own name: only the ending is looked at, where the content leaves a doubt.
    pub name: &'a str,
    /// Where it lies on disk.
    pub path: &'a Path,
}

/// Samples with their labels, read from whatever was uploaded.
#[derive(Debug, Clone, PartialEq)]
pub struct Collected {
    /// The samples: bytes for images, numbers for vectors, whole numbers for tokens, texts for texts.
    pub samples: Array,
    /// One label a sample: texts or whole numbers for a classification, numbers for a regression.
    pub labels: Array,
    /// Of a classification: the names of the classes. Texts are sorted; whole numbers are in the order of their values,
    /// and where they begin at 0 they are positions, so that a number below the largest that never occurs is a class too.
    pub classes: Option<Vec<String>>,
    /// Names of the feature columns, where the samples were a table.
    pub columns: Option<Vec<String>>,
    /// Name of the label column, where the samples were a table.
    pub label_column: Option<String>,
    /// What the samples are.
    pub kind: InputKind,
    /// The shape of one sample; empty for a text.
    pub shape: Vec<usize>,
}

impl Collected {
    /// Number of samples.
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// The same samples with other names for the classes, in the order of [`Self::classes`]; the labels become positions
    /// among them.
    pub fn renamed(self, names: &[String]) -> Result<Self, IntakeFault> {
        labels::renamed(self, names)
    }
}

/// Samples and labels before it is settled what they are.
struct Found {
    samples: Array,
    labels: Array,
    columns: Option<Vec<String>>,
    label_column: Option<String>,
}

/// Reads the files of one part: one table, one NPZ file, one ZIP archive of images in folders named after their classes,
/// or a file with the samples and one with the labels (IDX or NPY, in any order).
pub fn read(files: &[UploadedFile<'_>], described: &Described) -> Result<Collected, IntakeFault> {
    let found = match files {
        [] => return Err(IntakeFault::NoFiles {}),
        [one] => match format::of(one)? {
            Format::Archive => images::read(one, described.task)?,
            Format::Npz => arrays::npz(one, described)?,
            Format::Csv => csv_file::read(one, described)?,
            Format::Parquet => parquet_file::read(one, described)?,
            Format::Npy | Format::Idx | Format::IdxGz => {
                return Err(IntakeFault::NoLabels { file: one.name.to_owned() });
            }
        },
        [one, other] => arrays::pair(one, other)?,
        _ => return Err(IntakeFault::TooManyFiles { found: files.len() }),
    };
    settle(found, described, files.first().map_or("", |file| file.name))
}

fn settle(found: Found, described: &Described, file: &str) -> Result<Collected, IntakeFault> {
    let Found { samples, labels, columns, label_column } = found;
    if samples.len() != labels.len() {
        return Err(IntakeFault::Counts { samples: samples.len(), labels: labels.len() });
    }
    if samples.is_empty() {
        return Err(IntakeFault::NoSamples { file: file.to_owned() });
    }
    if samples.len() > MAX_SAMPLES {
        let (file, found) = (file.to_owned(), samples.len());
        return Err(IntakeFault::TooManySamples { file, found, limit: MAX_SAMPLES });
    }
    let (labels, classes) = labels::settled(labels, described.task, file)?;
    let (samples, kind, shape) = shape::settled(samples, described.kind, columns.as_deref(), file)?;
    let is_table = kind != InputKind::Image;
    Ok(Collected {
        samples,
        labels,
        classes,
        columns: columns.filter(|_| is_table),
        label_column: label_column.filter(|_| is_table),
        kind,
        shape,
    })
}

#[cfg(test)]
mod tests;
