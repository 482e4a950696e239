//! How the exercise's inputs are given to a model: layout, batch and element type.

use super::{Refusal, TensorInfo, show_shape};
use crate::grading::{
    adaptation::Adaptation,
    contract::{Contract, Dtype, InputKind, InputSpec},
    scale::Scale,
    verdict::Reason,
};

/// Largest batch that a model may fix.
const MAX_FIXED_BATCH: usize = 10_000;
/// Most elements that are fed at once.
const MAX_BATCH_ELEMENTS: usize = 1 << 26;

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
    /// How the elements of a sample are moved.
    pub arrangement: Arrangement,
    /// The batch size that the model insists on.
    pub batch: Option<usize>,
    /// Whether the model has no batch dimension at all; `batch` is 1 then.
    pub is_bare: bool,
}

/// How the elements of one sample are moved before they are fed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrangement {
    /// As they are kept.
    AsKept,
    /// Each element three times in a row: grey as three equal channels, channels last.
    RepeatEach,
    /// The whole sample three times: grey as three equal channels, channels first.
    RepeatWhole,
    /// Channels last to channels first, for so many channels.
    ChannelsFirst(usize),
}

impl Arrangement {
    /// Moves the elements of a batch; `elements` is the size of one kept sample.
    pub fn apply<T: Copy>(self, values: Vec<T>, elements: usize) -> Vec<T> {
        match self {
            Self::AsKept => values,
            Self::RepeatEach => values.iter().flat_map(|&value| [value; 3]).collect(),
            Self::RepeatWhole => {
                values.chunks(elements.max(1)).flat_map(|sample| [sample; 3]).flatten().copied().collect()
            }
            Self::ChannelsFirst(channels) => {
                let planes = |sample: &[T]| -> Vec<T> {
                    (0..channels).flat_map(|channel| sample.iter().skip(channel).step_by(channels).copied()).collect()
                };
                values.chunks(elements.max(1)).flat_map(planes).collect()
            }
        }
    }
}

/// The model's input for one of the exercise's: the only one, or the one with its name.
pub(super) fn matching<'a>(
    contract: &Contract,
    spec: &InputSpec,
    inputs: &'a [TensorInfo],
) -> Result<&'a TensorInfo, Refusal> {
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

/// Fits one input; what was done is added to `adapted`.
pub(super) fn feed(
    source: usize,
    spec: &InputSpec,
    input: &TensorInfo,
    scale: Option<Scale>,
    adapted: &mut Vec<Adaptation>,
) -> Result<Feed, Refusal> {
    let dtype = element_type(spec, input, scale)?;
    let (layout, is_bare) = layout(spec, &input.shape).ok_or_else(|| shape_refusal(spec, input))?;
    let batch = if is_bare { Some(1) } else { fixed_batch(spec, input)? };
    adapted.extend(layout.adaptation);
    adapted.extend(type_adaptations(spec.kind, dtype));
    Ok(Feed {
        source,
        name: input.name.clone(),
        dtype,
        shape: layout.shape,
        arrangement: layout.arrangement,
        batch,
        is_bare,
    })
}

/// The shape that is given to an input declared like this, if there is one: that of a batch, of 1 where none is fixed.
#[cfg(any(feature = "server", test))]
pub(in crate::grading) fn given_shape(spec: &InputSpec, declared: &[i64]) -> Option<(usize, Vec<usize>)> {
    let (layout, is_bare) = layout(spec, declared)?;
    if is_bare {
        return Some((1, layout.shape));
    }
    let batch = declared.first().and_then(|size| usize::try_from(*size).ok()).unwrap_or(1);
    Some((batch, [&[batch], layout.shape.as_slice()].concat()))
}

/// The first layout that fits a declared shape, and whether it is one without a batch dimension.
fn layout(spec: &InputSpec, declared: &[i64]) -> Option<(Layout, bool)> {
    let sample = declared.get(1..).unwrap_or(&[]);
    let batched = layouts(spec).into_iter().find(|layout| layout.fits(sample, declared));
    // Without a batch dimension every size must be given: a shape full of unknowns always has one.
    let is_bare = |layout: &Layout| !layout.shape.is_empty() && is_exactly(&layout.shape, declared);
    let bare = || layouts(spec).into_iter().find(is_bare);
    batched.map(|layout| (layout, false)).or_else(|| bare().map(|layout| (layout, true)))
}

/// One way to lay out a sample.
struct Layout {
    shape: Vec<usize>,
    arrangement: Arrangement,
    adaptation: Option<Adaptation>,
}

impl Layout {
    fn same(shape: Vec<usize>, adaptation: Adaptation) -> Self {
        Self { shape, arrangement: Arrangement::AsKept, adaptation: Some(adaptation) }
    }

    /// Whether the declared shape of a sample allows this layout; of an unknown rank, any.
    fn fits(&self, sample: &[i64], whole: &[i64]) -> bool {
        let same = |(&declared, &size): (&i64, &usize)| declared < 0 || usize::try_from(declared) == Ok(size);
        whole.is_empty() || (sample.len() == self.shape.len() && sample.iter().zip(&self.shape).all(same))
    }
}

fn is_exactly(shape: &[usize], declared: &[i64]) -> bool {
    shape.len() == declared.len()
        && shape.iter().zip(declared).all(|(&size, &found)| usize::try_from(found) == Ok(size))
}

/// The layouts that hold the same sample, the exercise's own first.
fn layouts(spec: &InputSpec) -> Vec<Layout> {
    let mut all = vec![Layout { shape: spec.shape.clone(), arrangement: Arrangement::AsKept, adaptation: None }];
    match (spec.kind, spec.shape.as_slice()) {
        (InputKind::Image, &[height, width, 1]) => grey(&mut all, height, width),
        (InputKind::Image, &[height, width, channels]) => {
            all.push(Layout {
                shape: vec![channels, height, width],
                arrangement: Arrangement::ChannelsFirst(channels),
                adaptation: Some(Adaptation::LayoutChannelsFirst),
            });
            all.push(Layout::same(vec![height * width * channels], Adaptation::LayoutFlat));
        }
        (InputKind::Vector | InputKind::Tokens, &[size]) => {
            all.extend([vec![size, 1], vec![1, size]].map(|shape| Layout::same(shape, Adaptation::LayoutSingletons)));
        }
        (InputKind::Text, _) => all.push(Layout::same(vec![1], Adaptation::LayoutSingletons)),
        (InputKind::Image | InputKind::Vector | InputKind::Tokens, _) => {}
    }
    all
}

fn grey(all: &mut Vec<Layout>, height: usize, width: usize) {
    let pixels = height * width;
    all.push(Layout::same(vec![1, height, width], Adaptation::LayoutChannelsFirst));
    all.push(Layout::same(vec![height, width], Adaptation::LayoutNoChannel));
    all.push(Layout::same(vec![pixels], Adaptation::LayoutFlat));
    let odd = [vec![height, 1, width], vec![1, pixels], vec![pixels, 1], vec![1, 1, pixels], vec![1, 1, height, width]];
    all.extend(odd.map(|shape| Layout::same(shape, Adaptation::LayoutSingletons)));
    let three = |shape, arrangement| Layout { shape, arrangement, adaptation: Some(Adaptation::LayoutThreeChannels) };
    all.push(three(vec![height, width, 3], Arrangement::RepeatEach));
    all.push(three(vec![3, height, width], Arrangement::RepeatWhole));
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

/// The input's shape is none that the exercise can give.
pub(super) fn shape_refusal(spec: &InputSpec, input: &TensorInfo) -> Refusal {
    let own: Vec<i64> = spec.shape.iter().map(|&size| i64::try_from(size).unwrap_or(i64::MAX)).collect();
    let expected = show_shape(&[&[-1], own.as_slice()].concat());
    let args: [(&str, &dyn ToString); 3] =
        [("name", &input.name), ("found", &show_shape(&input.shape)), ("expected", &expected)];
    Refusal::new(Reason::InputShape, &args)
}

fn element_type(spec: &InputSpec, input: &TensorInfo, scale: Option<Scale>) -> Result<Dtype, Refusal> {
    let wrong = || {
        let args: [(&str, &dyn ToString); 3] =
            [("name", &input.name), ("found", &input.type_name), ("expected", &spec.dtype)];
        Refusal::new(Reason::InputType, &args)
    };
    let dtype = input.dtype().ok_or_else(wrong)?;
    let can_be_fed = match spec.kind {
        InputKind::Image | InputKind::Tokens => dtype.is_float() || dtype.is_integer(),
        InputKind::Vector => dtype.is_float(),
        InputKind::Text => dtype == Dtype::String,
    };
    match scale {
        _ if !can_be_fed => Err(wrong()),
        Some(scale @ (Scale::Unit | Scale::Signed | Scale::Standard { .. }))
            if spec.kind == InputKind::Image && dtype.is_integer() =>
        {
            Err(Refusal::new(Reason::ScaleForIntegers, &[("scale", &scale), ("found", &dtype)]))
        }
        Some(_) | None => Ok(dtype),
    }
}

fn type_adaptations(kind: InputKind, dtype: Dtype) -> Vec<Adaptation> {
    match (kind, dtype) {
        (InputKind::Tokens, dtype) if dtype.is_float() => vec![Adaptation::InputTokensAsFloats],
        (InputKind::Text | InputKind::Tokens, _) | (_, Dtype::Float32) => vec![],
        (_, Dtype::Float64) => vec![Adaptation::InputFloat64],
        (_, Dtype::Float16) => vec![Adaptation::InputFloat16],
        (_, Dtype::Int8) => vec![Adaptation::InputInteger, Adaptation::InputShifted],
        (_, _) => vec![Adaptation::InputInteger],
    }
}
