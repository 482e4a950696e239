//! Which outputs of a model may hold its predictions, judged by declared types and shapes.

use super::{Refusal, TensorInfo, ValueKind, show_shape};
use crate::grading::{
    contract::{Contract, Dtype, Target},
    verdict::Reason,
};

/// One output, or several that belong together, that may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Positions among the model's outputs: one, or one for each class.
    pub outputs: Vec<usize>,
    /// The model's name for it; of several, the first.
    pub name: String,
    /// What it is expected to hold; where the declaration is vague, the first batch decides.
    pub expected: Expected,
    /// Whether the model has other outputs that were passed over.
    pub is_chosen: bool,
}

/// What an output is expected to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// One score for each class.
    Scores,
    /// A map from label to score.
    Maps,
    /// One score for this class; the other classes have outputs of their own.
    Columns,
    /// Scores or labels: the declaration does not tell.
    ScoresOrLabels,
    /// One number that stands for two classes.
    Binary,
    /// One label.
    Labels,
    /// One number, for regression.
    Value,
}

/// The outputs that may be read, the most telling first.
pub(super) fn candidates(contract: &Contract, outputs: &[TensorInfo]) -> Result<Vec<Candidate>, Refusal> {
    if outputs.is_empty() {
        return Err(Refusal::new(Reason::NoOutput, &[]));
    }
    let mut found: Vec<(u8, Candidate)> = Vec::new();
    for (index, info) in outputs.iter().enumerate() {
        let judged = match &contract.target {
            Target::Classes(names) => class_output(info, names.len()),
            Target::Value => value_output(info),
        };
        if let Some((rank, expected)) = judged {
            let candidate =
                Candidate { outputs: vec![index], name: info.name.clone(), expected, is_chosen: outputs.len() > 1 };
            found.push((rank, candidate));
        }
    }
    found.extend(columns(outputs, contract.classes()));
    // Of equals, the one that bears the exercise's own name.
    found.sort_by_key(|(rank, one)| (*rank, one.name != contract.output));
    if found.is_empty() { Err(refusal(contract, outputs)) } else { Ok(found.into_iter().map(|(_, one)| one).collect()) }
}

/// The sizes after the batch that are not 1; negative where unknown.
fn row(info: &TensorInfo) -> Vec<i64> {
    info.shape.iter().skip(1).copied().filter(|&size| size != 1).collect()
}

/// What one output can be, and how early it is looked at.
fn class_output(info: &TensorInfo, classes: usize) -> Option<(u8, Expected)> {
    let dtype = match info.kind {
        ValueKind::Maps(_) => return Some((1, Expected::Maps)),
        ValueKind::Other => return None,
        ValueKind::Tensor(dtype) => dtype,
    };
    let row = row(info);
    let is_exact = row.len() == 1 && row.first().and_then(|&size| usize::try_from(size).ok()) == Some(classes);
    // A model without a batch dimension declares the scores alone.
    let is_bare = info.shape.len() == 1 && info.shape.first().and_then(|&s| usize::try_from(s).ok()) == Some(classes);
    let is_vague = info.shape.is_empty() || (row.len() == 1 && row.iter().all(|&size| size < 0));
    let is_single = !info.shape.is_empty() && row.is_empty();
    match dtype {
        Dtype::String => (is_single || is_vague).then_some((6, Expected::Labels)),
        _ if is_exact => Some((if dtype.is_float() { 0 } else { 4 }, Expected::Scores)),
        _ if is_bare && dtype.is_float() => Some((3, Expected::ScoresOrLabels)),
        _ if is_vague => Some((if dtype.is_float() { 3 } else { 6 }, Expected::ScoresOrLabels)),
        _ if !is_single => None,
        _ if dtype.is_float() && classes == 2 => Some((5, Expected::Binary)),
        _ => Some((if dtype.is_float() { 7 } else { 6 }, Expected::Labels)),
    }
}

fn value_output(info: &TensorInfo) -> Option<(u8, Expected)> {
    let dtype = info.dtype()?;
    let fits = info.shape.is_empty() || row(info).iter().all(|&size| size < 0);
    (fits && (dtype.is_float() || dtype.is_integer())).then_some((u8::from(!dtype.is_float()), Expected::Value))
}

/// One floating-point output for each class, in the order of the classes.
fn columns(outputs: &[TensorInfo], classes: usize) -> Option<(u8, Candidate)> {
    let is_column =
        |info: &TensorInfo| info.dtype().is_some_and(Dtype::is_float) && !info.shape.is_empty() && row(info).is_empty();
    let found: Vec<usize> =
        outputs.iter().enumerate().filter(|(_, info)| is_column(info)).map(|(index, _)| index).collect();
    let first = outputs.get(*found.first()?)?;
    let candidate =
        Candidate { name: first.name.clone(), expected: Expected::Columns, is_chosen: false, outputs: found };
    (classes >= 2 && candidate.outputs.len() == classes).then_some((2, candidate))
}

/// Why no output can be read: most often the number of classes is another one.
fn refusal(contract: &Contract, outputs: &[TensorInfo]) -> Refusal {
    let classes = contract.classes();
    if let [only] = outputs
        && only.dtype().is_some_and(Dtype::is_float)
        && let [found] = row(only).as_slice()
        && classes > 0
    {
        return Refusal::new(Reason::ClassCount, &[("found", found), ("expected", &classes)]);
    }
    let show = |info: &TensorInfo| format!("{} {}", info.type_name, show_shape(&info.shape));
    let found = outputs.iter().map(show).collect::<Vec<_>>().join("; ");
    let expected = format!("[N,{}]", contract.columns());
    Refusal::new(Reason::OutputShape, &[("found", &found), ("expected", &expected)])
}
