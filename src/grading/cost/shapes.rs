//! The shapes that come out of operators without products, and the values of short lists that become shapes.

use super::{
    node::Node,
    rearrange::{
        joined, padded, pooled, rearranged, reduced, reshaped, sliced, split, squeezed, transposed, unsqueezed,
    },
    sizes::{axis, bounded, broadcast, of_shapes, replaced},
    tensor::{self, MAX_VALUES, Tensor, product},
};

/// What is known of the outputs of a node; fewer than there are, where nothing is.
pub fn outputs(node: &Node<'_>, inputs: &[Tensor]) -> Vec<Tensor> {
    if node.borrows {
        return Vec::new();
    }
    let first = |tensor: Option<Tensor>| tensor.into_iter().collect();
    match node.operator {
        b"Constant" => first(constant(node)),
        b"Identity" => first(inputs.first().cloned()),
        b"Cast" => first(inputs.first().map(|tensor| cast(node, tensor))),
        // Quantised values, and the scale and zero point of all.
        b"DynamicQuantizeLinear" => {
            of_shapes(vec![inputs.first().and_then(|tensor| tensor.shape.clone()), Some(Vec::new()), Some(Vec::new())])
        }
        b"Shape" | b"Size" => first(measured(node, inputs)),
        b"Split" => split(node, inputs),
        b"Tokenizer" | b"TfIdfVectorizer" => first(words(node, inputs)),
        // Of texts split into words the number of texts is enough.
        b"Flatten"
            if inputs.first().is_some_and(|tensor| tensor.shape.is_none()) && node.int("axis").unwrap_or(1) == 1 =>
        {
            vec![Tensor { rows: inputs.first().and_then(|tensor| tensor.rows), ..Tensor::default() }]
        }
        b"Gather" | b"Concat" | b"Slice" | b"Squeeze" | b"Unsqueeze" | b"Add" | b"Sub" | b"Mul" | b"Div"
        | b"ReduceProd" | b"Reshape" => {
            let ints = values(node, inputs).filter(|values| values.len() <= MAX_VALUES);
            vec![Tensor { shape: shape(node, inputs), ints, ..Tensor::default() }]
        }
        b"TopK" => {
            let shape = shape(node, inputs);
            of_shapes(vec![shape.clone(), shape])
        }
        _ => of_shapes(vec![shape(node, inputs)]),
    }
}

/// Values are followed through whole numbers of 32 and 64 bits that hold them; in other types they may wrap.
fn cast(node: &Node<'_>, tensor: &Tensor) -> Tensor {
    let holds = |value: &i64| match node.int("to") {
        Some(6) => i32::try_from(*value).is_ok(),
        to => to == Some(7),
    };
    let ints = tensor.ints.clone().filter(|ints| ints.iter().all(holds));
    Tensor { ints, ..tensor.clone() }
}

/// Texts to words, of which nobody knows how many there are, and words to one number per known phrase.
fn words(node: &Node<'_>, inputs: &[Tensor]) -> Option<Tensor> {
    let from = inputs.first()?;
    let rows = from.rows.or_else(|| from.shape.as_deref()?.first().copied());
    if node.operator == b"Tokenizer" {
        return Some(Tensor { rows, ..Tensor::default() });
    }
    let phrases = u64::try_from(node.largest("ngram_indexes")?).ok()?.checked_add(1)?;
    let one = from.shape.as_ref().is_some_and(|shape| shape.len() == 1);
    let shape = if one { vec![phrases] } else { vec![rows?, phrases] };
    Some(Tensor { shape: Some(shape), ..Tensor::default() })
}

fn constant(node: &Node<'_>) -> Option<Tensor> {
    if let Some(value) = node.tensor("value") {
        return tensor::stored(value);
    }
    let whole = |shape, ints| Some(Tensor { shape: Some(shape), ints, stored: true, rows: None });
    if let Some(value) = node.int("value_int") {
        whole(Vec::new(), Some(vec![value]))
    } else if let Some(values) = node.ints("value_ints") {
        whole(vec![values.len() as u64], Some(values))
    } else if let Some(count) = node.count_floats("value_floats") {
        whole(vec![count], None)
    } else {
        whole(Vec::new(), None)
    }
}

/// `Shape`, from `start` to `end`, and `Size`.
fn measured(node: &Node<'_>, inputs: &[Tensor]) -> Option<Tensor> {
    let shape = inputs.first()?.shape.as_deref()?;
    let mut sizes: Vec<i64> = shape.iter().map(|size| i64::try_from(*size).ok()).collect::<Option<_>>()?;
    if node.operator == b"Size" {
        let elements = i64::try_from(product(shape)?).ok()?;
        return Some(Tensor { shape: Some(Vec::new()), ints: Some(vec![elements]), ..Tensor::default() });
    }
    let place = |name, default| clamped(node.int(name).unwrap_or(default), sizes.len());
    let (start, end) = (place("start", 0)?, place("end", i64::MAX)?);
    sizes = sizes.get(start..end.max(start))?.to_vec();
    Some(Tensor { shape: Some(vec![sizes.len() as u64]), ints: Some(sizes), ..Tensor::default() })
}

/// A place in a list as Python's slices take it.
pub fn clamped(place: i64, length: usize) -> Option<usize> {
    let length = i64::try_from(length).ok()?;
    usize::try_from(if place < 0 { place.saturating_add(length).max(0) } else { place.min(length) }).ok()
}

/// Integers as sizes, if none is negative.
fn sizes(ints: &[i64]) -> Option<Vec<u64>> {
    ints.iter().map(|size| u64::try_from(*size).ok()).collect()
}

/// A list of integers given as an input or, in older operator sets, as an attribute.
pub fn list(node: &Node<'_>, inputs: &[Tensor], index: usize, name: &str) -> Option<Vec<i64>> {
    match node.inputs.get(index) {
        Some(input) if !input.is_empty() => inputs.get(index)?.ints.clone(),
        _ => node.ints(name),
    }
}

/// Whether such a list is left out.
pub fn absent(node: &Node<'_>, index: usize, name: &str) -> bool {
    node.inputs.get(index).is_none_or(|input| input.is_empty()) && node.ints(name).is_none()
}

/// The values of an operator on short lists of integers.
fn values(node: &Node<'_>, inputs: &[Tensor]) -> Option<Vec<i64>> {
    let ints = |index: usize| inputs.get(index).and_then(|tensor| tensor.ints.clone());
    let flat = || inputs.first()?.shape.as_ref().filter(|shape| shape.len() <= 1);
    match node.operator {
        b"Squeeze" | b"Unsqueeze" | b"Reshape" => ints(0),
        b"Concat" => Some(inputs.iter().map(|tensor| tensor.ints.clone()).collect::<Option<Vec<_>>>()?.concat()),
        b"Gather" => {
            let list = ints(0)?;
            let pick = |index: i64| list.get(axis(index, list.len())?).copied();
            ints(1)?.into_iter().map(pick).collect()
        }
        b"Slice" => {
            let (whole, from, to) = (ints(0)?, list(node, inputs, 1, "starts")?, list(node, inputs, 2, "ends")?);
            let step = inputs.get(4).and_then(|tensor| tensor.ints.clone()).unwrap_or_else(|| vec![1]);
            let (&[from], &[to], [1]) = (from.as_slice(), to.as_slice(), step.as_slice()) else { return None };
            let from = clamped(from, whole.len())?;
            Some(whole.get(from..clamped(to, whole.len())?.max(from))?.to_vec())
        }
        b"ReduceProd" => flat()
            .and(ints(0))?
            .into_iter()
            .try_fold(1_i64, |product, value| fits(product.checked_mul(value)?))
            .map(|value| vec![value]),
        operator => pairwise(operator, &ints(0)?, &ints(1)?),
    }
}

/// A number that the smallest type for shapes holds: computed in it, a larger one would wrap.
fn fits(value: i64) -> Option<i64> {
    i32::try_from(value).ok().map(i64::from)
}

fn pairwise(operator: &[u8], a: &[i64], b: &[i64]) -> Option<Vec<i64>> {
    let apply = |(a, b): (&i64, &i64)| match operator {
        b"Add" => a.checked_add(*b),
        b"Sub" => a.checked_sub(*b),
        b"Mul" => a.checked_mul(*b),
        b"Div" => a.checked_div(*b),
        _ => None,
    };
    let apply = |pair| apply(pair).and_then(fits);
    match (a, b) {
        ([a], _) => b.iter().map(|b| apply((a, b))).collect(),
        (_, [b]) => a.iter().map(|a| apply((a, b))).collect(),
        _ if a.len() == b.len() => a.iter().zip(b).map(apply).collect(),
        _ => None,
    }
}

/// The shape of the first output.
fn shape(node: &Node<'_>, inputs: &[Tensor]) -> Option<Vec<u64>> {
    let own = |index: usize| inputs.get(index).and_then(|tensor| tensor.shape.as_deref());
    match node.operator {
        b"Reshape" => reshaped(node, own(0)?, &list(node, inputs, 1, "shape")?),
        b"Flatten" => {
            let at = clamped(node.int("axis").unwrap_or(1), own(0)?.len())?;
            let (front, back) = own(0)?.split_at_checked(at)?;
            Some(vec![product(front)?, product(back)?])
        }
        b"Transpose" => transposed(node, own(0)?),
        b"Squeeze" => squeezed(node, inputs, own(0)?),
        b"Unsqueeze" => unsqueezed(own(0)?, &list(node, inputs, 1, "axes")?),
        b"Concat" | b"QLinearConcat" => joined(node, inputs),
        b"Pad" => padded(node, inputs, own(0)?),
        b"Slice" => sliced(node, inputs, own(0)?),
        b"Gather" | b"GatherElements" | b"ArrayFeatureExtractor" | b"OneHot" | b"TopK" => picked(node, inputs),
        b"Expand" => broadcast(own(0)?, &sizes(&list(node, inputs, 1, "shape")?)?),
        b"Tile" => {
            let times = sizes(&list(node, inputs, 1, "repeats")?)?;
            let one = |(size, times): (&u64, &u64)| size.checked_mul(*times);
            (times.len() == own(0)?.len()).then(|| own(0)?.iter().zip(&times).map(one).collect())?
        }
        b"ConstantOfShape" => bounded(sizes(inputs.first()?.ints.as_ref()?)?),
        b"ArgMax" | b"ArgMin" => reduced(own(0)?, &[node.int("axis").unwrap_or(0)], node.int("keepdims") != Some(0)),
        b"MaxPool" | b"AveragePool" | b"LpPool" | b"QLinearAveragePool" => pooled(node, own(0)?),
        b"GlobalAveragePool" | b"GlobalMaxPool" | b"GlobalLpPool" | b"QLinearGlobalAveragePool" => {
            let size = |(index, size): (usize, &u64)| if index < 2 { *size } else { 1 };
            let first = node.int("channels_last").unwrap_or(0) == 0;
            first.then(|| own(0).map(|shape| shape.iter().enumerate().map(size).collect()))?
        }
        b"DepthToSpace" | b"SpaceToDepth" => rearranged(node, own(0)?),
        operator if operator.starts_with(b"Reduce") => {
            let keep = node.int("keepdims") != Some(0);
            if absent(node, 1, "axes") {
                let all: Vec<i64> = (0..).take(own(0)?.len()).collect();
                let axes = if node.int("noop_with_empty_axes") == Some(1) { &[] } else { all.as_slice() };
                return reduced(own(0)?, axes, keep);
            }
            reduced(own(0)?, &list(node, inputs, 1, "axes")?, keep)
        }
        _ => elementwise(node, inputs),
    }
}

/// Gathering, and choosing the largest: an axis of another length.
fn picked(node: &Node<'_>, inputs: &[Tensor]) -> Option<Vec<u64>> {
    let own = |index: usize| inputs.get(index).and_then(|tensor| tensor.shape.as_deref());
    let from = own(0)?;
    let place = |default, rank| axis(node.int("axis").unwrap_or(default), rank);
    let number = || match sizes(inputs.get(1)?.ints.as_ref()?)?.as_slice() {
        [number] => Some(*number),
        _ => None,
    };
    match node.operator {
        b"Gather" => {
            let at = place(0, from.len())?;
            bounded([from.get(..at)?, own(1)?, from.get(at + 1..)?].concat())
        }
        b"OneHot" => {
            let at = place(-1, from.len() + 1)?;
            bounded([from.get(..at)?, &[number()?], from.get(at..)?].concat())
        }
        b"TopK" => Some(replaced(from, place(-1, from.len())?, number()?)),
        b"ArrayFeatureExtractor" => Some([from.split_last()?.1, &[product(own(1)?)?]].concat()),
        b"GatherElements" => own(1).map(<[u64]>::to_vec),
        _ => None,
    }
}

/// Operators that work on each element alone, and normalisations.
fn elementwise(node: &Node<'_>, inputs: &[Tensor]) -> Option<Vec<u64>> {
    let own = |index: usize| inputs.get(index).and_then(|tensor| tensor.shape.as_deref());
    match node.operator {
        b"QLinearAdd" | b"QLinearMul" => broadcast(own(0)?, own(3)?),
        operator if lists(BROADCAST, operator) => {
            let mut shape = own(0)?.to_vec();
            for index in 1..inputs.len() {
                shape = broadcast(&shape, own(index)?)?;
            }
            Some(shape)
        }
        operator if lists(SAME, operator) => own(0).map(<[u64]>::to_vec),
        _ => None,
    }
}

fn lists(names: &str, operator: &[u8]) -> bool {
    names.split(' ').any(|name| name.as_bytes() == operator)
}

/// Operators whose output is broadcast from all inputs.
const BROADCAST: &str = "\
    Add And BitShift Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mod Mul Or PRelu Pow Sub \
    Sum Where Xor";

/// Operators whose first output has the shape of the first input.
const SAME: &str = "\
    Abs Acos Acosh Asin Asinh Atan Atanh BatchNormalization BiasGelu Binarizer CastLike Ceil Celu Clip Cos \
    Cosh CumSum DequantizeLinear Dropout Elu Erf Exp FastGelu Floor Gelu \
    GroupNormalization HardSigmoid HardSwish Hardmax Imputer InstanceNormalization IsInf IsNaN LRN \
    LabelEncoder LayerNormalization LeakyRelu Log LogSoftmax LpNormalization MeanVarianceNormalization Mish \
    Neg Normalizer Not QLinearLeakyRelu QLinearSigmoid QLinearSoftmax QuantizeLinear QuickGelu \
    RMSNormalization Reciprocal Relu ReverseSequence Round Scaler ScatterElements ScatterND Selu \
    Shrink Sigmoid Sign SimplifiedLayerNormalization Sin \
    Sinh SkipLayerNormalization SkipSimplifiedLayerNormalization Softmax Softplus Softsign Sqrt StringNormalizer Swish Tan \
    Tanh ThresholdedRelu Trilu";
