//! Reads predictions out of what a model returned, in whatever form an exporter writes them.
//!
//! Which of the possible outputs is read is settled on the first batch, from the numbers alone: probabilities are
//! preferred to other scores, scores to labels. From then on every batch is read the same way.

use super::{
    adapt::{Candidate, Expected, Refusal},
    adaptation::Adaptation,
    contract::{Contract, Dtype, Target},
    protocol::Output,
    verdict::Reason,
};

/// What one output of a model holds after a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Held {
    /// Numbers with a fraction, narrowed to single precision.
    Floats(Shaped<f32>),
    /// Whole numbers or flags.
    Integers(Shaped<i64>),
    /// Texts.
    Texts(Shaped<String>),
    /// One map from label to score for each sample.
    Maps(Vec<Vec<(Key, f32)>>),
}

/// Values with their shape and the type they came in.
#[derive(Debug, Clone, PartialEq)]
pub struct Shaped<T> {
    /// Row-major values.
    pub values: Vec<T>,
    /// Their shape.
    pub shape: Vec<i64>,
    /// The model's element type.
    pub dtype: Dtype,
}

/// The label of a map's entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// Position of the class.
    Index(i64),
    /// Name of the class.
    Name(String),
}

/// The outcome of one batch.
#[derive(Debug, Clone, PartialEq)]
enum Read {
    Scores(Vec<f32>),
    Labels(Vec<u32>),
    Values(Vec<f32>),
}

/// How predictions are read, once that is settled.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The output in use.
    pub candidate: Candidate,
    /// What it holds.
    pub output: Output,
    /// What was done so that it fits.
    pub adapted: Vec<Adaptation>,
    form: Form,
}

/// How the numbers of a single-number output for two classes are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    Probability,
    Logit,
}

/// Settles which output is read. `held[i]` is what the outputs of candidate `i` hold after the first batch.
pub fn settle(
    contract: &Contract,
    candidates: &[Candidate],
    held: &[Vec<Held>],
    rows: usize,
) -> Result<Reading, Refusal> {
    let mut first: Option<Reading> = None;
    let mut fault = None;
    for (candidate, held) in candidates.iter().zip(held) {
        let form = form(candidate.expected, held);
        match read_as(contract, candidate, form, held, rows) {
            Ok(read) => {
                let reading = Reading::new(candidate, form, &read, held, contract.classes());
                if is_probabilities(&read, contract.classes()) {
                    return Ok(reading);
                }
                first = first.or(Some(reading));
            }
            Err(refusal) => fault = fault.or(Some(refusal)),
        }
    }
    first.ok_or_else(|| fault.unwrap_or_else(|| Refusal::new(Reason::NoOutput, &[])))
}

impl Reading {
    fn new(candidate: &Candidate, form: Form, read: &Read, held: &[Held], classes: usize) -> Self {
        let output = match read {
            Read::Scores(_) => Output::Scores,
            Read::Labels(_) => Output::Labels,
            Read::Values(_) => Output::Values,
        };
        let mut adapted = adaptations(candidate, output, held, classes);
        adapted.extend((form != Form::Plain).then_some(Adaptation::OutputBinary));
        Self { candidate: candidate.clone(), output, adapted, form }
    }

    /// Predictions of the first `keep` of `rows` samples as the protocol wants them: little-endian words of four bytes.
    pub fn read(&self, contract: &Contract, held: &[Held], rows: usize, keep: usize) -> Result<Vec<u8>, Refusal> {
        let read = read_as(contract, &self.candidate, self.form, held, rows)?;
        let floats = |values: Vec<f32>, columns: usize| -> Vec<u8> {
            values.iter().take(keep * columns).flat_map(|value| value.to_le_bytes()).collect()
        };
        Ok(match (self.output, read) {
            (Output::Scores, Read::Scores(values)) => floats(values, contract.classes()),
            (Output::Values, Read::Values(values)) => floats(values, 1),
            (Output::Labels, Read::Labels(labels)) => {
                labels.iter().take(keep).flat_map(|label| label.to_le_bytes()).collect()
            }
            (Output::Scores | Output::Labels | Output::Values, _) => return Err(wrong_shape(contract, held)),
        })
    }
}

fn form(expected: Expected, held: &[Held]) -> Form {
    match (expected, held) {
        (Expected::Binary, [Held::Floats(shaped)]) => {
            let is_probability = shaped.values.iter().all(|value| (0.0..=1.0).contains(value));
            if is_probability { Form::Probability } else { Form::Logit }
        }
        (_, _) => Form::Plain,
    }
}

fn is_probabilities(read: &Read, classes: usize) -> bool {
    let Read::Scores(scores) = read else { return false };
    let mut rows = scores.chunks_exact(classes.max(1));
    rows.all(|row| row.iter().all(|&score| score >= 0.0) && (row.iter().sum::<f32>() - 1.0).abs() < 1e-3)
}

fn adaptations(candidate: &Candidate, output: Output, held: &[Held], classes: usize) -> Vec<Adaptation> {
    let mut adapted = Vec::new();
    adapted.extend(candidate.is_chosen.then_some(Adaptation::OutputChosen));
    match (output, held.first()) {
        (Output::Labels, Some(Held::Texts(_))) => adapted.push(Adaptation::OutputTextLabels),
        (Output::Labels, _) => adapted.push(Adaptation::OutputLabels),
        (Output::Scores, Some(Held::Maps(_))) => adapted.push(Adaptation::OutputMaps),
        (Output::Scores, Some(Held::Integers(_))) => adapted.push(Adaptation::OutputOneHot),
        (Output::Scores | Output::Values, Some(Held::Floats(shaped))) => {
            adapted.extend(match shaped.dtype {
                Dtype::Float64 => Some(Adaptation::OutputFloat64),
                Dtype::Float16 => Some(Adaptation::OutputFloat16),
                _ => None,
            });
            let columns = usize::from(output == Output::Scores);
            let is_padded = candidate.expected != Expected::Columns && shaped.shape.len() > 1 + columns;
            adapted.extend((is_padded && classes > 0).then_some(Adaptation::OutputSingletons));
        }
        (Output::Scores | Output::Values, _) => {}
    }
    adapted.extend((candidate.expected == Expected::Columns).then_some(Adaptation::OutputColumns));
    adapted
}

fn read_as(
    contract: &Contract,
    candidate: &Candidate,
    form: Form,
    held: &[Held],
    rows: usize,
) -> Result<Read, Refusal> {
    let classes = contract.classes();
    match (candidate.expected, held) {
        (Expected::Columns, columns) => side_by_side(contract, columns, rows).map(Read::Scores),
        (_, [Held::Maps(maps)]) => from_maps(contract, maps, rows).map(Read::Scores),
        (_, [Held::Texts(texts)]) => {
            let labels = texts.values.iter().map(|name| class_by_name(contract, name)).collect::<Result<Vec<_>, _>>()?;
            one_a_row(labels, rows, &texts.shape).map(Read::Labels)
        }
        (Expected::Value, [Held::Floats(shaped)]) => {
            one_a_row(shaped.values.clone(), rows, &shaped.shape).map(Read::Values)
        }
        (Expected::Value, [Held::Integers(shaped)]) => {
            one_a_row(shaped.values.iter().map(|&value| widened(value)).collect(), rows, &shaped.shape).map(Read::Values)
        }
        (Expected::Binary, [Held::Floats(shaped)]) if shaped.values.len() == rows => {
            Ok(Read::Scores(shaped.values.iter().flat_map(|&value| two_scores(form, value)).collect()))
        }
        (Expected::Scores | Expected::ScoresOrLabels, [Held::Floats(shaped)])
            if shaped.values.len() == rows * classes =>
        {
            Ok(Read::Scores(shaped.values.clone()))
        }
        (Expected::Scores | Expected::ScoresOrLabels, [Held::Integers(shaped)])
            if shaped.values.len() == rows * classes =>
        {
            Ok(Read::Scores(shaped.values.iter().map(|&value| widened(value)).collect()))
        }
        (Expected::Labels | Expected::ScoresOrLabels, [Held::Floats(shaped)]) => {
            let labels = whole_numbers(contract, &shaped.values)?;
            one_a_row(labels, rows, &shaped.shape).map(|labels| Read::Labels(as_sent(&labels)))
        }
        (Expected::Labels | Expected::ScoresOrLabels, [Held::Integers(shaped)]) => {
            one_a_row(shaped.values.clone(), rows, &shaped.shape).map(|labels| Read::Labels(as_sent(&labels)))
        }
        (_, held) => Err(wrong_rows_or_shape(contract, held, rows)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "flags and small counts")]
fn widened(value: i64) -> f32 {
    value as f32
}

fn two_scores(form: Form, value: f32) -> [f32; 2] {
    let second = match form {
        Form::Plain | Form::Probability => value,
        Form::Logit => 1.0 / (1.0 + (-value).exp()),
    };
    [1.0 - second, second]
}

fn side_by_side(contract: &Contract, columns: &[Held], rows: usize) -> Result<Vec<f32>, Refusal> {
    let mut scores = vec![0.0; rows * columns.len()];
    for (class, held) in columns.iter().enumerate() {
        let Held::Floats(shaped) = held else { return Err(wrong_shape(contract, columns)) };
        if shaped.values.len() != rows {
            return Err(wrong_rows(shaped.values.len(), rows));
        }
        for (cell, value) in scores.iter_mut().skip(class).step_by(columns.len()).zip(&shaped.values) {
            *cell = *value;
        }
    }
    Ok(scores)
}

/// A class that a map leaves out was never seen in training: its score is 0.
fn from_maps(contract: &Contract, maps: &[Vec<(Key, f32)>], rows: usize) -> Result<Vec<f32>, Refusal> {
    if maps.len() != rows {
        return Err(wrong_rows(maps.len(), rows));
    }
    let classes = contract.classes();
    let mut scores = vec![0.0; rows * classes];
    for (row, map) in scores.chunks_exact_mut(classes.max(1)).zip(maps) {
        for (key, score) in map {
            let class = match key {
                Key::Index(index) => usize::try_from(*index).ok(),
                Key::Name(name) => class_by_name(contract, name).ok().map(|class| class as usize),
            };
            let cell = class.and_then(|class| row.get_mut(class)).ok_or_else(|| out_of_range(contract))?;
            *cell = *score;
        }
    }
    Ok(scores)
}

fn class_by_name(contract: &Contract, name: &str) -> Result<u32, Refusal> {
    let names: &[String] = match &contract.target {
        Target::Classes(names) => names,
        Target::Value => &[],
    };
    let position = names.iter().position(|known| known == name.trim());
    position.and_then(|class| u32::try_from(class).ok()).ok_or_else(|| {
        let known = names.iter().take(12).cloned().collect::<Vec<_>>().join(", ");
        Refusal::new(Reason::LabelName, &[("expected", &known)])
    })
}

#[expect(clippy::cast_possible_truncation, reason = "only whole numbers of a small range are kept")]
fn whole_numbers(contract: &Contract, values: &[f32]) -> Result<Vec<i64>, Refusal> {
    if values.iter().any(|value| !value.is_finite()) {
        return Err(Refusal::new(Reason::NotFinite, &[]));
    }
    let whole = |&value: &f32| (value.fract() == 0.0 && value.abs() < 1e6).then_some(value as i64);
    values.iter().map(whole).collect::<Option<_>>().ok_or_else(|| out_of_range(contract))
}

/// Labels as they are; one that is no class is told apart on the other side, where an offset may explain it.
fn as_sent(labels: &[i64]) -> Vec<u32> {
    labels.iter().map(|&label| u32::try_from(label).unwrap_or(u32::MAX)).collect()
}

/// The label itself is not told: it is computed from hidden samples.
fn out_of_range(contract: &Contract) -> Refusal {
    Refusal::new(Reason::LabelRange, &[("classes", &contract.classes())])
}

fn one_a_row<T>(values: Vec<T>, rows: usize, shape: &[i64]) -> Result<Vec<T>, Refusal> {
    if values.len() == rows {
        return Ok(values);
    }
    let found = shape.first().and_then(|&first| usize::try_from(first).ok()).unwrap_or(values.len());
    Err(wrong_rows(found, rows))
}

fn wrong_rows(found: usize, expected: usize) -> Refusal {
    Refusal::new(Reason::OutputRows, &[("found", &found), ("expected", &expected)])
}

fn shape_of(held: &Held) -> (&'static str, Vec<i64>) {
    match held {
        Held::Floats(shaped) => (shaped.dtype.as_str(), shaped.shape.clone()),
        Held::Integers(shaped) => (shaped.dtype.as_str(), shaped.shape.clone()),
        Held::Texts(shaped) => (shaped.dtype.as_str(), shaped.shape.clone()),
        Held::Maps(maps) => ("maps", vec![i64::try_from(maps.len()).unwrap_or(i64::MAX)]),
    }
}

fn wrong_rows_or_shape(contract: &Contract, held: &[Held], rows: usize) -> Refusal {
    let shapes: Vec<_> = held.iter().map(shape_of).collect();
    let first = shapes.first().and_then(|(_, shape)| shape.first()).and_then(|&first| usize::try_from(first).ok());
    match (first, shapes.first().map(|(_, shape)| shape.as_slice())) {
        (Some(found), _) if found != rows => wrong_rows(found, rows),
        (_, Some(&[_, columns])) if contract.classes() > 0 => {
            Refusal::new(Reason::ClassCount, &[("found", &columns), ("expected", &contract.classes())])
        }
        (_, _) => wrong_shape(contract, held),
    }
}

fn wrong_shape(contract: &Contract, held: &[Held]) -> Refusal {
    let show = |held: &Held| {
        let (dtype, shape) = shape_of(held);
        format!("{dtype} {}", super::adapt::show_shape(&shape))
    };
    let found = held.iter().map(show).collect::<Vec<_>>().join("; ");
    let expected = if contract.classes() > 0 { format!("[N,{}]", contract.classes()) } else { "[N,1]".to_owned() };
    Refusal::new(Reason::OutputShape, &[("found", &found), ("expected", &expected)])
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
