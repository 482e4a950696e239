//! Decides how the samples are fed to a model and which of its outputs is read, from shapes and types alone.
//!
//! Everything here needs no knowledge of the labels and none of the scores. Each step away from the exercise's own
//! contract is recorded as an [`Adaptation`].

use super::{
    contract::{Adaptation, BATCH, Contract, Dtype, InputKind, InputSpec, Scale},
    protocol::Output,
    verdict::Reason,
};

/// Largest batch that a model may fix.
const MAX_FIXED_BATCH: usize = 10_000;
/// Most elements that are fed at once.
const MAX_BATCH_ELEMENTS: usize = 1 << 26;

/// An input or output as the model declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorInfo {
    /// Its name in the model.
    pub name: String,
    /// The element type, if it is a tensor of numbers.
    pub dtype: Option<Dtype>,
    /// The type in words, for messages.
    pub type_name: String,
    /// The dimensions, negative where unknown; empty if not even the rank is known.
    pub shape: Vec<i64>,
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

/// How to run a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// One per input of the model.
    pub feeds: Vec<Feed>,
    /// Position of the output that is read.
    pub output: usize,
    /// What it contains.
    pub kind: Output,
    /// Number of samples fed at once.
    pub batch: usize,
    /// Whether every batch must have exactly that size, the last one padded.
    pub fixed: bool,
    /// The scale in use.
    pub scale: Scale,
    /// What was done so that the model fits, without repeats.
    pub adapted: Vec<Adaptation>,
}

/// How one input of the model is fed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// Position of the exercise's input whose samples are used.
    pub source: usize,
    /// The model's name for it.
    pub name: String,
    /// The model's element type.
    pub dtype: Dtype,
    /// The shape of one sample.
    pub shape: Vec<usize>,
}

/// Fits a model to the exercise.
pub fn plan(
    contract: &Contract,
    scale: Option<Scale>,
    inputs: &[TensorInfo],
    outputs: &[TensorInfo],
) -> Result<Plan, Refusal> {
    let mut adapted = Vec::new();
    let mut feeds = Vec::new();
    let mut batch = None;
    for (source, spec) in contract.inputs.iter().enumerate() {
        let input = matching(contract, spec, inputs)?;
        let (shape, layout) = layout(spec, input)?;
        adapted.extend(layout);
        let fixed = fixed_batch(spec, input)?;
        if source > 0 && fixed != batch {
            return Err(shape_refusal(spec, input));
        }
        batch = fixed;
        let dtype = element_type(input, scale)?;
        adapted.extend(type_adaptations(dtype));
        feeds.push(Feed { source, name: input.name.clone(), dtype, shape });
    }
    if batch.is_some() {
        adapted.push(Adaptation::BatchFixed);
    }
    let integers = feeds.iter().all(|feed| feed.dtype.is_integer());
    let scale = if integers { Scale::Raw } else { scale.unwrap_or_default() };
    adapted.extend(scale_adaptation(scale).filter(|_| !integers));
    let (output, kind) = choose_output(contract, outputs)?;
    adapted.extend(output_adaptations(outputs, output, kind));
    adapted.sort_unstable();
    adapted.dedup();
    Ok(Plan { feeds, output, kind, batch: batch.unwrap_or(BATCH), fixed: batch.is_some(), scale, adapted })
}

/// The model's input for one of the exercise's: the only one, or the one with its name.
fn matching<'a>(contract: &Contract, spec: &InputSpec, inputs: &'a [TensorInfo]) -> Result<&'a TensorInfo, Refusal> {
    if inputs.is_empty() {
        return Err(Refusal::new(Reason::NoInput, &[]));
    }
    if inputs.len() != contract.inputs.len() {
        let counts: [(&str, &dyn ToString); 2] = [("found", &inputs.len()), ("expected", &contract.inputs.len())];
        return Err(Refusal::new(Reason::InputCount, &counts));
    }
    if let [only] = inputs {
        return Ok(only);
    }
    let named = inputs.iter().find(|input| input.name == spec.name);
    named.ok_or_else(|| Refusal::new(Reason::InputName, &[("name", &spec.name)]))
}

/// The sample shapes that hold the same bytes in the same order, the exercise's own first.
fn layouts(spec: &InputSpec) -> Vec<(Vec<usize>, Option<Adaptation>)> {
    let mut all = vec![(spec.shape.clone(), None)];
    match (spec.kind, spec.shape.as_slice()) {
        (InputKind::Image, &[height, width, 1]) => {
            all.push((vec![1, height, width], Some(Adaptation::LayoutChannelsFirst)));
            all.push((vec![height, width], Some(Adaptation::LayoutNoChannel)));
            all.push((vec![height * width], Some(Adaptation::LayoutFlat)));
        }
        (InputKind::Image, _) => {}
    }
    all
}

fn layout(spec: &InputSpec, input: &TensorInfo) -> Result<(Vec<usize>, Option<Adaptation>), Refusal> {
    let sample = input.shape.get(1..).unwrap_or(&[]);
    let fits = |shape: &[usize]| {
        let same = |(&declared, &size): (&i64, &usize)| declared < 0 || usize::try_from(declared) == Ok(size);
        input.shape.is_empty() || (sample.len() == shape.len() && sample.iter().zip(shape).all(same))
    };
    let found = layouts(spec).into_iter().find(|(shape, _)| fits(shape));
    found.ok_or_else(|| shape_refusal(spec, input))
}

/// The batch size that the model insists on.
fn fixed_batch(spec: &InputSpec, input: &TensorInfo) -> Result<Option<usize>, Refusal> {
    match input.shape.first() {
        None | Some(..0) => Ok(None),
        Some(&size) => {
            let size = usize::try_from(size).ok().filter(|size| (1..=MAX_FIXED_BATCH).contains(size));
            let size = size.filter(|size| size.saturating_mul(spec.elements()) <= MAX_BATCH_ELEMENTS);
            size.map(Some).ok_or_else(|| shape_refusal(spec, input))
        }
    }
}

fn shape_refusal(spec: &InputSpec, input: &TensorInfo) -> Refusal {
    let own: Vec<i64> = spec.shape.iter().map(|&size| i64::try_from(size).unwrap_or(i64::MAX)).collect();
    let expected = show_shape(&[&[-1], own.as_slice()].concat());
    let args: [(&str, &dyn ToString); 3] =
        [("name", &input.name), ("found", &show_shape(&input.shape)), ("expected", &expected)];
    Refusal::new(Reason::InputShape, &args)
}

fn element_type(input: &TensorInfo, scale: Option<Scale>) -> Result<Dtype, Refusal> {
    let Some(dtype) = input.dtype else {
        return Err(Refusal::new(Reason::InputType, &[("name", &input.name), ("found", &input.type_name)]));
    };
    match scale {
        Some(scale @ (Scale::Unit | Scale::Signed | Scale::Standard { .. })) if dtype.is_integer() => {
            Err(Refusal::new(Reason::ScaleForIntegers, &[("scale", &scale), ("found", &dtype)]))
        }
        Some(_) | None => Ok(dtype),
    }
}

fn type_adaptations(dtype: Dtype) -> Vec<Adaptation> {
    match dtype {
        Dtype::Float32 => vec![],
        Dtype::Float64 => vec![Adaptation::InputFloat64],
        Dtype::Float16 => vec![Adaptation::InputFloat16],
        Dtype::Int8 => vec![Adaptation::InputInteger, Adaptation::InputShifted],
        Dtype::Uint8 | Dtype::Uint16 | Dtype::Uint32 | Dtype::Uint64 | Dtype::Int16 | Dtype::Int32 | Dtype::Int64 => {
            vec![Adaptation::InputInteger]
        }
    }
}

fn scale_adaptation(scale: Scale) -> Option<Adaptation> {
    match scale {
        Scale::Unit => None,
        Scale::Raw => Some(Adaptation::ScaleRaw),
        Scale::Signed => Some(Adaptation::ScaleSigned),
        Scale::Standard { .. } => Some(Adaptation::ScaleStandard),
    }
}

/// The first output that can be scores, exactly shaped ones before vague ones, else the first that can be labels.
fn choose_output(contract: &Contract, outputs: &[TensorInfo]) -> Result<(usize, Output), Refusal> {
    if outputs.is_empty() {
        return Err(Refusal::new(Reason::NoOutput, &[]));
    }
    let is_float = |info: &TensorInfo| info.dtype.is_some_and(|dtype| !dtype.is_integer());
    let columns = |info: &TensorInfo| match info.shape.as_slice() {
        [_, columns] => Some(*columns),
        _ => None,
    };
    let exact = |info: &&TensorInfo| columns(info).and_then(|c| usize::try_from(c).ok()) == Some(contract.classes);
    let vague = |info: &&TensorInfo| columns(info).map_or(info.shape.is_empty(), |columns| columns < 0);
    let labels = |info: &&TensorInfo| {
        let one_per_row = matches!(info.shape.as_slice(), [] | [_] | [_, ..=1]);
        matches!(info.dtype, Some(Dtype::Int64 | Dtype::Int32)) && one_per_row
    };
    let position = |test: &dyn Fn(&&TensorInfo) -> bool| outputs.iter().position(|info| test(&info));
    position(&|info| is_float(info) && exact(info))
        .or_else(|| position(&|info| is_float(info) && vague(info)))
        .map(|index| (index, Output::Scores))
        .or_else(|| position(&labels).map(|index| (index, Output::Labels)))
        .ok_or_else(|| {
            let show = |info: &TensorInfo| format!("{} {}", info.type_name, show_shape(&info.shape));
            let found = outputs.iter().map(show).collect::<Vec<_>>().join("; ");
            let expected = format!("[N,{}]", contract.classes);
            Refusal::new(Reason::OutputShape, &[("found", &found), ("expected", &expected)])
        })
}

fn output_adaptations(outputs: &[TensorInfo], chosen: usize, kind: Output) -> Vec<Adaptation> {
    let mut adapted = Vec::new();
    if outputs.len() > 1 {
        adapted.push(Adaptation::OutputChosen);
    }
    match (kind, outputs.get(chosen).and_then(|info| info.dtype)) {
        (Output::Labels, _) => adapted.push(Adaptation::OutputLabels),
        (Output::Scores, Some(Dtype::Float64)) => adapted.push(Adaptation::OutputFloat64),
        (Output::Scores, Some(Dtype::Float16)) => adapted.push(Adaptation::OutputFloat16),
        (Output::Scores, _) => {}
    }
    adapted
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
#[path = "adapt_tests.rs"]
mod tests;
