//! Decides how the samples are fed to a model and which of its outputs may be read, from shapes and types alone.
//!
//! Everything here needs no knowledge of the labels and none of the scores. Each step away from the exercise's own
//! contract is recorded as an [`Adaptation`]. Which of the possible outputs is read is settled on the first batch, by
//! `reading`.

mod inputs;
mod outputs;

use super::{
    adaptation::Adaptation,
    contract::{BATCH, Contract, Dtype},
    scale::Scale,
    verdict::Reason,
};

#[cfg(any(feature = "server", test))]
pub(in crate::grading) use inputs::given_shape;
pub use inputs::{Arrangement, Feed};
pub use outputs::{Candidate, Expected};

/// What an input or output holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// A tensor.
    Tensor(Dtype),
    /// A sequence of maps from a label of this type to a score, one map a sample.
    Maps(Dtype),
    /// Something that is neither fed nor read.
    Other,
}

/// An input or output as the model declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorInfo {
    /// Its name in the model.
    pub name: String,
    /// What it holds.
    pub kind: ValueKind,
    /// The type in words, for messages.
    pub type_name: String,
    /// The dimensions, negative where unknown; empty if not even the rank is known.
    pub shape: Vec<i64>,
}

impl TensorInfo {
    /// The element type, if it is a tensor.
    pub fn dtype(&self) -> Option<Dtype> {
        match self.kind {
            ValueKind::Tensor(dtype) => Some(dtype),
            ValueKind::Maps(_) | ValueKind::Other => None,
        }
    }
}

/// The model does not fit: the reason and the arguments of its sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// The arguments of the sentence.
    pub args: Vec<(String, String)>,
}

impl Refusal {
    /// A refusal with its arguments.
    pub fn new(reason: Reason, args: &[(&str, &dyn ToString)]) -> Self {
        Self { reason, args: args.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect() }
    }
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self::new(reason, &[])
    }
}

/// How to run a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// One per input of the model.
    pub feeds: Vec<Feed>,
    /// Outputs that may be read, the most telling first; never empty.
    pub candidates: Vec<Candidate>,
    /// Number of samples fed at once.
    pub batch: usize,
    /// Whether every batch must have exactly that size, the last one padded.
    pub fixed: bool,
    /// The scale in use, where there are images.
    pub scale: Option<Scale>,
    /// What was done so that the inputs fit, without repeats.
    pub adapted: Vec<Adaptation>,
}

/// Fits a model to the exercise.
pub fn plan(
    contract: &Contract,
    scale: Option<Scale>,
    inputs: &[TensorInfo],
    outputs: &[TensorInfo],
) -> Result<Plan, Refusal> {
    let mut adapted = Vec::new();
    let mut feeds: Vec<Feed> = Vec::new();
    for (source, spec) in contract.inputs.iter().enumerate() {
        let input = inputs::matching(contract, spec, inputs)?;
        let feed = inputs::feed(source, spec, input, scale, &mut adapted)?;
        if feeds.first().is_some_and(|first| (first.batch, first.is_bare) != (feed.batch, feed.is_bare)) {
            return Err(inputs::shape_refusal(spec, input));
        }
        feeds.push(feed);
    }
    let batch = feeds.first().and_then(|feed| feed.batch);
    let is_bare = feeds.first().is_some_and(|feed| feed.is_bare);
    if is_bare {
        adapted.push(Adaptation::BatchNone);
    } else if batch.is_some() {
        adapted.push(Adaptation::BatchFixed);
    }
    let scale = effective_scale(contract, scale, &feeds);
    adapted.extend(scale.and_then(|scale| scale_adaptation(scale, &feeds)));
    let candidates = outputs::candidates(contract, outputs)?;
    adapted.sort_unstable();
    adapted.dedup();
    let fixed = batch.is_some();
    Ok(Plan { feeds, candidates, batch: batch.unwrap_or(BATCH), fixed, scale, adapted })
}

/// The scale that images are given in: the declared one, else `raw` for whole numbers and `unit` for all others.
fn effective_scale(contract: &Contract, declared: Option<Scale>, feeds: &[Feed]) -> Option<Scale> {
    let integers = feeds.iter().all(|feed| feed.dtype.is_integer());
    contract.has_images().then(|| if integers { Scale::Raw } else { declared.unwrap_or_default() })
}

fn scale_adaptation(scale: Scale, feeds: &[Feed]) -> Option<Adaptation> {
    match scale {
        Scale::Unit => None,
        Scale::Raw if feeds.iter().all(|feed| feed.dtype.is_integer()) => None,
        Scale::Raw => Some(Adaptation::ScaleRaw),
        Scale::Signed => Some(Adaptation::ScaleSigned),
        Scale::Standard { .. } => Some(Adaptation::ScaleStandard),
    }
}

/// `[N,28,28,1]`: unknown sizes as `N`, an unknown rank as `[…]`.
pub fn show_shape(shape: &[i64]) -> String {
    let size = |&size: &i64| if size < 0 { "N".to_owned() } else { size.to_string() };
    if shape.is_empty() {
        "[…]".to_owned()
    } else {
        format!("[{}]", shape.iter().map(size).collect::<Vec<_>>().join(","))
    }
}

#[cfg(test)]
mod tests;
