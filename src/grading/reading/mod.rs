//! Reads predictions out of what a model returned, in whatever form an exporter writes them.
//!
//! Which of the possible outputs is read is settled on the first batch, from the numbers alone: probabilities are
//! preferred to other scores, scores to labels. From then on every batch is read the same way.

mod order;
mod rows;

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

use rows::{read_as, wrong_shape};

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
    /// The column of each class, where the model keeps its columns in the order of the sorted names.
    order: Option<Vec<usize>>,
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
    let mut first: Option<(Reading, Read)> = None;
    let mut fault = None;
    for (candidate, held) in candidates.iter().zip(held) {
        let form = form(candidate.expected, held, (rows, contract.classes()));
        match read_as(contract, candidate, form, held, rows) {
            // Each of the two is a candidate of its own, further down.
            Ok(read)
                if candidate.expected == Expected::Columns
                    && contract.classes() == 2
                    && rows::are_one_number(&read) => {}
            Ok(read) => {
                // One number for two classes looks like probabilities because it is made into them.
                let is_best = form == Form::Plain && is_probabilities(&read, contract.classes());
                first = first
                    .filter(|_| !is_best)
                    .or_else(|| Some((Reading::new(candidate, form, &read, held, contract.classes()), read)));
                if is_best {
                    break;
                }
            }
            Err(refusal) => fault = fault.or(Some(refusal)),
        }
    }
    let (mut reading, read) = first.ok_or_else(|| fault.unwrap_or_else(|| Refusal::new(Reason::NoOutput, &[])))?;
    if reading.form != Form::Plain
        && let Some(labels) = other_labels(contract, candidates, held, rows)
        && !order::say_the_same(&read, &labels.2)
    {
        // The number beside the labels is something else, such as how sure the model is of its label.
        let (candidate, held, read) = labels;
        return Ok(Reading::new(candidate, Form::Plain, &read, held, contract.classes()));
    }
    if let (Read::Scores(scores), Target::Classes(names)) = (&read, &contract.target)
        && reading.candidate.expected != Expected::Maps
        && let Some(texts) = held.iter().flatten().find_map(labels_as_texts)
    {
        reading.order = order::of_columns(names, scores, texts);
        reading.adapted.extend(reading.order.as_ref().map(|_| Adaptation::OutputColumnsSorted));
    }
    Ok(reading)
}

/// What the first candidate that holds labels says.
fn other_labels<'a>(
    contract: &Contract,
    candidates: &'a [Candidate],
    held: &'a [Vec<Held>],
    rows: usize,
) -> Option<(&'a Candidate, &'a [Held], Read)> {
    let labels = candidates.iter().zip(held).filter(|(candidate, _)| candidate.expected == Expected::Labels);
    let mut read = labels.filter_map(|(candidate, held)| {
        Some((candidate, held.as_slice(), read_as(contract, candidate, Form::Plain, held, rows).ok()?))
    });
    read.next()
}

fn labels_as_texts(held: &Held) -> Option<&[String]> {
    match held {
        Held::Texts(shaped) => Some(&shaped.values),
        Held::Floats(_) | Held::Integers(_) | Held::Maps(_) => None,
    }
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
        Self { candidate: candidate.clone(), output, adapted, form, order: None }
    }

    /// Predictions of the first `keep` of `rows` samples as the protocol wants them: little-endian words of four bytes.
    pub fn read(&self, contract: &Contract, held: &[Held], rows: usize, keep: usize) -> Result<Vec<u8>, Refusal> {
        let read = read_as(contract, &self.candidate, self.form, held, rows)?;
        let floats = |values: Vec<f32>, columns: usize| -> Vec<u8> {
            values.iter().take(keep * columns).flat_map(|value| value.to_le_bytes()).collect()
        };
        Ok(match (self.output, read) {
            (Output::Scores, Read::Scores(values)) => {
                let values = match &self.order {
                    Some(order) => order::rearranged(&values, order),
                    None => values,
                };
                floats(values, contract.classes())
            }
            (Output::Values, Read::Values(values)) => floats(values, 1),
            (Output::Labels, Read::Labels(labels)) => {
                labels.iter().take(keep).flat_map(|label| label.to_le_bytes()).collect()
            }
            (Output::Scores | Output::Labels | Output::Values, _) => return Err(wrong_shape(contract, held)),
        })
    }
}

fn form(expected: Expected, held: &[Held], (rows, classes): (usize, usize)) -> Form {
    match (expected, held) {
        (Expected::Binary | Expected::ScoresOrLabels, [Held::Floats(shaped)])
            if classes == 2 && shaped.values.len() == rows =>
        {
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

#[cfg(test)]
mod tests;
