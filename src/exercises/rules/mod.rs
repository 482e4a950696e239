//! The checks of a manifest beyond its grammar, and what follows from it: contract and version.

use std::{
    collections::BTreeSet,
    path::{Component, Path},
};

use serde::Serialize;
use sha2::{Digest, Sha256};

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
use crate::messages::{Fault, Said, bounds, said};

/// Returns a rule's fault, a message with its arguments as `said!` takes them, unless the condition holds.
macro_rules! require {
    ($condition:expr, $($said:tt)+) => {
        if !$condition {
            return Err(said!($($said)+));
        }
    };
}

mod marks;
mod script;

impl Manifest {
    /// Reads a manifest, the text of `file`, and checks every rule.
    pub fn parse(file: &Path, text: &str) -> Result<Self, Fault> {
        if let Some(fault) = bounds::faults(file, text).into_iter().next() {
            return Err(fault);
        }
        let manifest: Self = toml::from_str(text).map_err(|error| Fault::syntax(file, text, &error))?;
        manifest.check().map_err(|said| Fault::new(file, said))?;
        Ok(manifest)
    }

    fn check(&self) -> Result<(), Said> {
        self.check_words()?;
        self.check_contract()?;
        self.check_data()?;
        self.check_marks()?;
        self.check_script()?;
        self.check_examples()
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

    fn check_words(&self) -> Result<(), Said> {
        require!(self.format == 1, "fault-exercise-format", format = self.format);
        for (key, text) in [("title", &self.title), ("summary", &self.summary)] {
            let whole = !text.en.trim().is_empty() && !text.zh.trim().is_empty();
            require!(whole, "fault-exercise-texts", field = key);
        }
        let classes = self.classes().iter().find_map(|class| bounds::long("task.classes", class, bounds::TITLE));
        let lengths = [bounds::title("title", &self.title), bounds::summary("summary", &self.summary), classes];
        if let Some(said) = lengths.into_iter().flatten().next() {
            return Err(said);
        }
        require!(self.attempts_per_day > 0, "fault-exercise-attempts");
        in_range("attempts_per_day", self.attempts_per_day, (1, 1000))?;
        require!(unique(self.starter.iter()), "fault-exercise-starter-twice");
        for name in &self.starter {
            let is_name = Path::new(name).file_name().is_some_and(|last| last == name.as_str());
            require!(is_name, "fault-exercise-starter-name", file = name);
        }
        Ok(())
    }

    fn check_contract(&self) -> Result<(), Said> {
        let classes = self.classes();
        if let Task::Classification { .. } = self.task {
            require!((2..=10_000).contains(&classes.len()), "fault-exercise-classes");
        }
        require!(unique(classes.iter()), "fault-exercise-class-twice");
        require!(!self.inputs.is_empty(), "fault-exercise-inputs");
        require!(unique(self.inputs.iter().map(|input| &input.name)), "fault-exercise-input-twice");
        for input in &self.inputs {
            input.check_input()?;
        }
        let [output] = self.outputs.as_slice() else {
            return Err(said!("fault-exercise-output"));
        };
        let name = &output.name;
        let has = |columns: usize| output.is_batched() && output.sample_shape() == [columns];
        match self.task {
            Task::Classification { .. } => {
                let columns = classes.len();
                require!(has(columns), "fault-exercise-output-classes", name = name, columns = columns);
            }
            Task::Regression => require!(has(1), "fault-exercise-output-value", name = name),
        }
        Ok(())
    }

    fn check_data(&self) -> Result<(), Said> {
        for file in &self.data {
            self.check_data_file(file)?;
        }
        let are_different = unique(self.data.iter().map(|file| (file.role as u8, &file.input)));
        require!(are_different, "fault-data-twice");
        require!(self.data_file(Role::HiddenLabels, None).is_some(), "fault-data-labels");
        for Tensor { name, .. } in &self.inputs {
            let found = self.data_file(Role::HiddenSamples, Some(name)).is_some();
            require!(found, "fault-data-hidden", input = name);
        }
        Ok(())
    }

    fn check_data_file(&self, file: &DataFile) -> Result<(), Said> {
        let path = &file.file;
        let hex = file.sha256.len() == 64 && file.sha256.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
        require!(hex, "fault-data-sha256", file = path);
        require!(stays_among_exercises(path), "fault-data-path", file = path);
        let samples = matches!(file.role, Role::PublicSamples | Role::HiddenSamples);
        require!(samples == file.input.is_some(), "fault-data-samples", file = path);
        if let Some(name) = &file.input {
            let known = self.inputs.iter().any(|input| &input.name == name);
            require!(known, "fault-data-input", file = path, input = name);
        }
        require!(file.take != Some(0), "fault-data-take", file = path);
        let is_csv = file.is_csv();
        require!(is_csv == file.columns.is_some(), "fault-data-columns", file = path);
        let columns = file.columns.as_deref().unwrap_or_default();
        require!(samples || columns.len() <= 1, "fault-data-label-column", file = path);
        require!(!is_csv || !columns.is_empty(), "fault-data-no-column", file = path);
        Ok(())
    }

    fn check_examples(&self) -> Result<(), Said> {
        for Example { file, verdict, .. } in &self.right {
            let passes = *verdict == Verdict::Passed;
            require!(passes, "fault-example-right", file = file, verdict = verdict.as_str());
        }
        for Example { file, verdict, .. } in &self.wrong {
            require!(*verdict != Verdict::Passed, "fault-example-wrong", file = file);
        }
        for Example { file, weights, .. } in self.right.iter().chain(&self.wrong) {
            for path in std::iter::once(file).chain(weights) {
                require!(stays_among_exercises(path), "fault-data-path", file = path);
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

    fn check_input(&self) -> Result<(), Said> {
        let (name, shape) = (&self.name, self.sample_shape());
        let Some(kind) = self.kind else {
            return Err(said!("fault-input-kind", input = name));
        };
        require!(self.is_batched(), "fault-input-batch", input = name);
        match kind {
            InputKind::Image => require!(shape.len() == 3, "fault-input-image", input = name),
            InputKind::Vector => require!(shape.len() == 1, "fault-input-vector", input = name),
            InputKind::Tokens => require!(shape.len() == 1, "fault-input-tokens", input = name),
            InputKind::Text => require!(shape.is_empty(), "fault-input-text", input = name),
        }
        let is_text = kind == InputKind::Text;
        require!(is_text == (self.dtype == Dtype::String), "fault-input-string", input = name);
        let elements = shape.iter().try_fold(1_usize, |all, &size| all.checked_mul(size)).unwrap_or(0);
        require!((1..=1 << 24).contains(&elements), "fault-input-elements", input = name);
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

/// Whether a number is one that `field` may have.
fn in_range(field: &'static str, number: impl Into<u64>, (least, most): (u64, u64)) -> Result<(), Said> {
    require!((least..=most).contains(&number.into()), "fault-range", field = field, least = least, most = most);
    Ok(())
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
