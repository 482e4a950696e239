//! The checks of a manifest beyond its grammar, and what follows from it: contract and version.

use std::{
    collections::BTreeSet,
    path::{Component, Path},
};

use serde::Serialize;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::{
    ContentError,
    manifest::{DataFile, Dimension, Example, Manifest, Role, Script, Sealed, Task, Tensor},
};
use crate::grading::{
    Condition,
    contract::{Contract, Dtype, InputKind, InputSpec, Target},
    metrics::Metric,
    verdict::Verdict,
};

/// What is wrong with a manifest, in words for its author.
#[derive(Debug, Error)]
pub enum Fault {
    /// Not TOML, a missing or an unknown key.
    #[error("{0}")]
    Grammar(#[from] toml::de::Error),
    /// A rule does not hold.
    #[error("{0}")]
    Rule(String),
}

/// Returns a rule's fault unless the condition holds.
macro_rules! require {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err(Fault::Rule(format!($($message)+)));
        }
    };
}

mod marks;
mod script;

impl Manifest {
    /// Reads a manifest and checks every rule.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let manifest: Self = toml::from_str(text)?;
        manifest.check_words()?;
        manifest.check_contract()?;
        manifest.check_data()?;
        manifest.check_marks()?;
        manifest.check_script()?;
        manifest.check_examples()?;
        Ok(manifest)
    }

    /// Names of the classes.
    pub fn classes(&self) -> &[String] {
        match &self.task {
            Task::Classification { classes } => classes,
            Task::Regression => &[],
        }
    }

    /// The file with this role and, for samples, of this input.
    pub fn data_file(&self, role: Role, input: Option<&str>) -> Option<&DataFile> {
        self.data.iter().find(|file| file.role == role && file.input.as_deref() == input)
    }

    /// Files that learners may download.
    pub fn public_data(&self) -> impl Iterator<Item = &DataFile> {
        self.data.iter().filter(|file| !file.role.is_hidden())
    }

    /// What a model is fed and must give back.
    pub fn contract(&self) -> Contract {
        let spec = |input: &Tensor| InputSpec {
            name: input.name.clone(),
            kind: input.kind.unwrap_or(InputKind::Image),
            shape: input.sample_shape(),
            dtype: input.dtype,
        };
        let output = self.outputs.first().map(|output| output.name.clone()).unwrap_or_default();
        let target = match &self.task {
            Task::Classification { classes } => Target::Classes(classes.clone()),
            Task::Regression => Target::Value,
        };
        Contract { inputs: self.inputs.iter().map(spec).collect(), output, target }
    }

    /// SHA-256 of everything that decides a score, in hexadecimal.
    pub fn version(&self) -> String {
        /// The part of the manifest that decides a score, in a fixed order.
        #[derive(Serialize)]
        struct Deciding<'a> {
            format: u32,
            task: &'a Task,
            inputs: &'a [Tensor],
            outputs: &'a [Tensor],
            data: Vec<(&'a str, Role, &'a Option<String>, Option<usize>)>,
            metric: Metric,
            marks: crate::grading::Marks,
            limits: crate::grading::contract::Limits,
            // What was added later is left out where it is not used: versions of older exercises stay.
            #[serde(skip_serializing_if = "<[Condition]>::is_empty")]
            conditions: &'a [Condition],
            #[serde(skip_serializing_if = "Option::is_none")]
            sealed: Option<&'a Sealed>,
            #[serde(skip_serializing_if = "Option::is_none")]
            script: Option<&'a Script>,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            columns: Vec<(&'a str, &'a [String])>,
        }
        let deciding = Deciding {
            format: self.format,
            task: &self.task,
            inputs: &self.inputs,
            outputs: &self.outputs,
            data: self.data.iter().map(|file| (file.sha256.as_str(), file.role, &file.input, file.take)).collect(),
            metric: self.metric,
            marks: self.marks,
            limits: self.limits,
            conditions: &self.conditions,
            sealed: self.sealed.as_ref(),
            script: self.script.as_ref(),
            columns: self.data.iter().filter_map(|f| Some((f.sha256.as_str(), f.columns.as_deref()?))).collect(),
        };
        // Only strings, numbers and lists: this cannot fail, and an empty text would still be a stable version.
        let bytes = serde_json::to_vec(&deciding).unwrap_or_default();
        hex::encode(Sha256::digest(bytes))
    }

    fn check_words(&self) -> Result<(), Fault> {
        require!(self.format == 1, "format = {} is unknown; this version of Assay reads format = 1", self.format);
        for (key, text) in [("title", &self.title), ("summary", &self.summary)] {
            let whole = !text.en.trim().is_empty() && !text.zh.trim().is_empty();
            require!(whole, "{key} needs a text in both languages, `en` and `zh`");
        }
        require!(self.attempts_per_day > 0, "attempts_per_day must be at least 1");
        require!(unique(self.starter.iter()), "starter names a file twice");
        for name in &self.starter {
            require!(
                Path::new(name).file_name().is_some_and(|last| last == name.as_str()),
                "starter/{name} is no file name"
            );
        }
        Ok(())
    }

    fn check_contract(&self) -> Result<(), Fault> {
        let classes = self.classes();
        if let Task::Classification { .. } = self.task {
            require!((2..=10_000).contains(&classes.len()), "a classification needs 2 to 10000 classes");
        }
        require!(unique(classes.iter()), "task.classes names a class twice");
        require!(!self.inputs.is_empty(), "an exercise needs at least one input");
        require!(unique(self.inputs.iter().map(|input| &input.name)), "two inputs have the same name");
        for input in &self.inputs {
            input.check_input()?;
        }
        let [output] = self.outputs.as_slice() else {
            return Err(Fault::Rule("an exercise has exactly one output".into()));
        };
        let (columns, what) = match self.task {
            Task::Classification { .. } => (classes.len(), "the number of classes"),
            Task::Regression => (1, "one value"),
        };
        let fits = output.is_batched() && output.sample_shape() == [columns];
        require!(fits, "output {}: the shape must be [\"N\", {columns}], {what}", output.name);
        Ok(())
    }

    fn check_data(&self) -> Result<(), Fault> {
        for file in &self.data {
            let hex = file.sha256.len() == 64 && file.sha256.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
            require!(hex, "{}: sha256 must be 64 lower-case hexadecimal digits", file.file);
            require!(stays_among_exercises(&file.file), "{}: the path leaves the folder of exercises", file.file);
            let samples = matches!(file.role, Role::PublicSamples | Role::HiddenSamples);
            require!(samples == file.input.is_some(), "{}: samples name their input, labels name none", file.file);
            let known = file.input.as_ref().is_none_or(|name| self.inputs.iter().any(|input| &input.name == name));
            require!(known, "{}: there is no input {:?}", file.file, file.input);
            require!(file.take != Some(0), "{}: take must be at least 1", file.file);
            let is_csv = file.is_csv();
            require!(is_csv == file.columns.is_some(), "{}: columns are named for .csv files and no others", file.file);
            let columns = file.columns.as_deref().unwrap_or_default();
            require!(samples || columns.len() <= 1, "{}: labels are one column", file.file);
            require!(!is_csv || !columns.is_empty(), "{}: columns names no column", file.file);
        }
        require!(
            unique(self.data.iter().map(|file| (file.role as u8, &file.input))),
            "two data files have the same role and input"
        );
        require!(self.data_file(Role::HiddenLabels, None).is_some(), "no data file has the role hidden_labels");
        for input in &self.inputs {
            let found = self.data_file(Role::HiddenSamples, Some(&input.name)).is_some();
            require!(found, "input {}: no data file has the role hidden_samples", input.name);
        }
        Ok(())
    }

    fn check_examples(&self) -> Result<(), Fault> {
        for Example { file, verdict, .. } in &self.right {
            require!(*verdict == Verdict::Passed, "{file}: a right submission passes; its verdict is {verdict}");
        }
        for Example { file, verdict, .. } in &self.wrong {
            require!(*verdict != Verdict::Passed, "{file}: a wrong submission must not pass");
        }
        for Example { file, weights, .. } in self.right.iter().chain(&self.wrong) {
            for path in std::iter::once(file).chain(weights) {
                require!(stays_among_exercises(path), "{path}: the path leaves the folder of exercises");
            }
        }
        Ok(())
    }
}

impl Tensor {
    /// The shape of one sample, without the batch.
    pub fn sample_shape(&self) -> Vec<usize> {
        let size = |dimension: &Dimension| match dimension {
            Dimension::Size(size) => Some(*size),
            Dimension::Name(_) => None,
        };
        self.shape.iter().filter_map(size).collect()
    }

    /// Whether the first dimension is `"N"` and all others are numbers.
    fn is_batched(&self) -> bool {
        match self.shape.split_first() {
            Some((Dimension::Name(name), rest)) => {
                name == "N" && rest.iter().all(|size| matches!(size, Dimension::Size(_)))
            }
            Some((Dimension::Size(_), _)) | None => false,
        }
    }

    fn check_input(&self) -> Result<(), Fault> {
        let (name, shape) = (&self.name, self.sample_shape());
        let Some(kind) = self.kind else {
            return Err(Fault::Rule(format!("input {name}: kind is missing; it is image, vector, text or tokens")));
        };
        require!(self.is_batched(), "input {name}: the shape must be [\"N\", then fixed sizes]");
        let (rank, sizes) = match kind {
            InputKind::Image => (3, "an image has the shape [\"N\", height, width, channels]"),
            InputKind::Vector => (1, "a vector has the shape [\"N\", size]"),
            InputKind::Tokens => (1, "token ids have the shape [\"N\", length]"),
            InputKind::Text => (0, "a text has the shape [\"N\"]"),
        };
        require!(shape.len() == rank, "input {name}: {sizes}");
        let is_text = kind == InputKind::Text;
        require!(
            is_text == (self.dtype == Dtype::String),
            "input {name}: texts, and only texts, have the dtype string"
        );
        let elements = shape.iter().try_fold(1_usize, |all, &size| all.checked_mul(size)).unwrap_or(0);
        require!((1..=1 << 24).contains(&elements), "input {name}: a sample has 1 to 16777216 elements");
        Ok(())
    }
}

impl DataFile {
    /// Whether it is a table with named columns.
    pub fn is_csv(&self) -> bool {
        self.has_ending("csv")
    }

    /// Whether its name ends so.
    pub fn has_ending(&self, ending: &str) -> bool {
        Path::new(&self.file).extension().is_some_and(|found| found.eq_ignore_ascii_case(ending))
    }

    /// Compares the hash of the bytes with the manifest's.
    pub fn check(&self, bytes: &[u8]) -> Result<(), ContentError> {
        let found = hex::encode(Sha256::digest(bytes));
        if found == self.sha256 {
            Ok(())
        } else {
            Err(ContentError::Hash { file: self.file.clone(), found, expected: self.sha256.clone() })
        }
    }
}

fn unique<T: Ord>(items: impl Iterator<Item = T>) -> bool {
    let mut seen = BTreeSet::new();
    items.into_iter().all(|item| seen.insert(item))
}

/// Whether a relative path stays inside the exercise's folder, or inside that of a neighbour (one leading `..`).
fn stays_among_exercises(path: &str) -> bool {
    let mut parts = Path::new(path).components().peekable();
    parts.next_if(|part| *part == Component::ParentDir);
    let mut rest = parts.peekable();
    rest.peek().is_some() && rest.all(|part| matches!(part, Component::Normal(_)))
}
