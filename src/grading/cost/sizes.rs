//! Arithmetic on shapes: broadcasting, axes, sliding windows.

use super::{
    node::Node,
    tensor::{MAX_RANK, Tensor},
};

/// Tensors of which nothing but the shape is known.
pub fn of_shapes(shapes: Vec<Option<Vec<u64>>>) -> Vec<Tensor> {
    shapes.into_iter().map(|shape| Tensor { shape, ..Tensor::default() }).collect()
}

/// An axis counted from the front, if there is one.
pub fn axis(axis: i64, rank: usize) -> Option<usize> {
    let from_front = if axis < 0 { axis.checked_add(i64::try_from(rank).ok()?)? } else { axis };
    usize::try_from(from_front).ok().filter(|axis| *axis < rank)
}

/// The shape of two tensors broadcast against each other, as in NumPy.
pub fn broadcast(a: &[u64], b: &[u64]) -> Option<Vec<u64>> {
    let rank = a.len().max(b.len());
    let at = |shape: &[u64], index: usize| match (index + shape.len()).checked_sub(rank) {
        Some(own) => shape.get(own).copied(),
        None => Some(1),
    };
    let size = |index| match (at(a, index)?, at(b, index)?) {
        (x, y) if x == y || y == 1 => Some(x),
        (1, y) => Some(y),
        _ => None,
    };
    (0..rank).map(size).collect()
}

/// A list with one place replaced.
pub fn replaced(shape: &[u64], axis: usize, size: u64) -> Vec<u64> {
    shape.iter().enumerate().map(|(index, old)| if index == axis { size } else { *old }).collect()
}

/// A new shape, if it has few enough dimensions to be followed.
pub fn bounded(shape: Vec<u64>) -> Option<Vec<u64>> {
    (shape.len() <= MAX_RANK).then_some(shape)
}

/// The attributes of a sliding window for one spatial dimension.
struct Window {
    kernel: u64,
    stride: u64,
    dilation: u64,
    /// Before and after.
    pads: [u64; 2],
}

/// Attributes of all spatial dimensions; `kernel` is their sizes.
fn windows(node: &Node<'_>, kernel: &[u64]) -> Option<Vec<Window>> {
    let rank = kernel.len();
    let list = |name: &str, length: usize, default: i64| {
        let values = node.ints(name).filter(|values| !values.is_empty()).unwrap_or_else(|| vec![default; length]);
        let values: Option<Vec<u64>> = values.into_iter().map(|value| u64::try_from(value).ok()).collect();
        values.filter(|values| values.len() == length)
    };
    let (strides, dilations) = (list("strides", rank, 1)?, list("dilations", rank, 1)?);
    let pads = list("pads", 2 * rank, 0)?;
    let window = |index: usize| {
        Some(Window {
            kernel: *kernel.get(index)?,
            stride: *strides.get(index).filter(|stride| **stride > 0)?,
            dilation: *dilations.get(index)?,
            pads: [*pads.get(index)?, *pads.get(rank + index)?],
        })
    };
    (0..rank).map(window).collect()
}

/// Sizes of what a convolution or a pool makes of the spatial sizes `input`.
pub fn slide(node: &Node<'_>, input: &[u64], kernel: &[u64]) -> Option<Vec<u64>> {
    let same = node.text("auto_pad").is_some_and(|text| text.starts_with(b"SAME"));
    let ceil = node.int("ceil_mode").unwrap_or(0) != 0;
    let size = |(input, window): (&u64, Window)| {
        if same {
            return Some(input.div_ceil(window.stride));
        }
        let reach = window.dilation.checked_mul(window.kernel.checked_sub(1)?)?.checked_add(1)?;
        let padded = input.checked_add(window.pads[0])?.checked_add(window.pads[1])?;
        let free = padded.checked_sub(reach)?;
        let steps = if ceil { free.div_ceil(window.stride) } else { free / window.stride };
        // A window that would begin in the padding behind is left out.
        let outside = ceil && steps.checked_mul(window.stride)? >= input.checked_add(window.pads[0])?;
        Some(steps + 1 - u64::from(outside))
    };
    if input.len() != kernel.len() {
        return None;
    }
    input.iter().zip(windows(node, kernel)?).map(size).collect()
}

/// Sizes of what a transposed convolution makes of the spatial sizes `input`.
pub fn unslide(node: &Node<'_>, input: &[u64], kernel: &[u64]) -> Option<Vec<u64>> {
    if let Some(sizes) = node.ints("output_shape").filter(|sizes| sizes.len() == input.len()) {
        return sizes.into_iter().map(|size| u64::try_from(size).ok()).collect();
    }
    let same = node.text("auto_pad").is_some_and(|text| text.starts_with(b"SAME"));
    let extra = node.ints("output_padding").unwrap_or_else(|| vec![0; input.len()]);
    let size = |((input, window), extra): ((&u64, Window), i64)| {
        if same {
            return input.checked_mul(window.stride);
        }
        let reach = window.dilation.checked_mul(window.kernel.checked_sub(1)?)?.checked_add(1)?;
        let whole = window.stride.checked_mul(input.checked_sub(1)?)?.checked_add(reach)?;
        whole.checked_add_signed(extra)?.checked_sub(window.pads[0])?.checked_sub(window.pads[1])
    };
    if input.len() != kernel.len() || extra.len() != input.len() {
        return None;
    }
    input.iter().zip(windows(node, kernel)?).zip(extra).map(size).collect()
}
