//! From the numbers and texts of one batch to one prediction a sample, and why that may be impossible.

use super::{Form, Held, Key, Read};
use crate::grading::{
    adapt::{Candidate, Expected, Refusal, show_shape},
    contract::{Contract, Target},
    verdict::Reason,
};

/// Reads the predictions of a batch out of what the outputs of a candidate hold.
pub(super) fn read_as(
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
            let labels =
                texts.values.iter().map(|name| class_by_name(contract, name)).collect::<Result<Vec<_>, _>>()?;
            one_a_row(labels, rows, &texts.shape).map(Read::Labels)
        }
        (Expected::Value, [Held::Floats(shaped)]) => {
            one_a_row(shaped.values.clone(), rows, &shaped.shape).map(Read::Values)
        }
        (Expected::Value, [Held::Integers(shaped)]) => {
            one_a_row(shaped.values.iter().map(|&value| widened(value)).collect(), rows, &shaped.shape)
                .map(Read::Values)
        }
        (Expected::Binary | Expected::ScoresOrLabels, [Held::Floats(shaped)])
            if form != Form::Plain && shaped.values.len() == rows =>
        {
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
        Form::Logit => sigmoid(value),
    };
    [1.0 - second, second]
}

fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// Whether scores of two classes are a logit and its own probability, in whichever order.
pub(super) fn are_one_number(scores: &Read) -> bool {
    let Read::Scores(scores) = scores else { return false };
    let (pairs, _) = scores.as_chunks::<2>();
    let is_of = |probability: f32, logit: f32| (probability - sigmoid(logit)).abs() < 1e-4;
    pairs.iter().all(|[a, b]| is_of(*b, *a)) || pairs.iter().all(|[a, b]| is_of(*a, *b))
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
    contract.class_named(name).ok_or_else(|| {
        let names: &[String] = match &contract.target {
            Target::Classes(names) => names,
            Target::Value => &[],
        };
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

/// The output has a shape that cannot be read.
pub(super) fn wrong_shape(contract: &Contract, held: &[Held]) -> Refusal {
    let show = |held: &Held| {
        let (dtype, shape) = shape_of(held);
        format!("{dtype} {}", show_shape(&shape))
    };
    let found = held.iter().map(show).collect::<Vec<_>>().join("; ");
    let expected = format!("[N,{}]", contract.columns());
    Refusal::new(Reason::OutputShape, &[("found", &found), ("expected", &expected)])
}
