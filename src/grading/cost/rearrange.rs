//! Shapes of operators that move elements around: reshaping, transposing, cutting, joining, padding, pooling.

use super::{
    node::Node,
    shapes::{absent, clamped, list},
    sizes::{axis, bounded, of_shapes, replaced, slide},
    tensor::{Tensor, product},
};

/// `Reshape`: 0 copies a size, −1 is what is left.
pub fn reshaped(node: &Node<'_>, from: &[u64], to: &[i64]) -> Option<Vec<u64>> {
    let copies = node.int("allowzero").unwrap_or(0) == 0;
    let known = |(index, size): (usize, &i64)| match *size {
        0 if copies => from.get(index).copied(),
        -1 => Some(1),
        size => u64::try_from(size).ok(),
    };
    let mut shape: Vec<u64> = to.iter().enumerate().map(known).collect::<Option<_>>()?;
    if let Some(place) = to.iter().position(|size| *size == -1) {
        let rest = product(from)?.checked_div(product(&shape)?)?;
        shape = replaced(&shape, place, rest);
    }
    (product(&shape)? == product(from)?).then_some(shape).and_then(bounded)
}

/// `Transpose`: reversed unless it says otherwise.
pub fn transposed(node: &Node<'_>, from: &[u64]) -> Option<Vec<u64>> {
    match node.ints("perm") {
        None => Some(from.iter().rev().copied().collect()),
        Some(order) if order.len() == from.len() => {
            order.into_iter().map(|index| from.get(usize::try_from(index).ok()?).copied()).collect()
        }
        Some(_) => None,
    }
}

/// `Squeeze`: the given axes, or all of size 1.
pub fn squeezed(node: &Node<'_>, inputs: &[Tensor], from: &[u64]) -> Option<Vec<u64>> {
    if absent(node, 1, "axes") {
        return Some(from.iter().copied().filter(|size| *size != 1).collect());
    }
    reduced(from, &list(node, inputs, 1, "axes")?, false)
}

/// `Unsqueeze`: axes of the result.
pub fn unsqueezed(from: &[u64], axes: &[i64]) -> Option<Vec<u64>> {
    let rank = from.len() + axes.len();
    let axes: Vec<usize> = axes.iter().map(|index| axis(*index, rank)).collect::<Option<_>>()?;
    let mut old = from.iter().copied();
    let size = |index| if axes.contains(&index) { Some(1) } else { old.next() };
    (0..rank).map(size).collect::<Option<Vec<_>>>().and_then(bounded)
}

/// Reductions: the given axes become 1 or go.
pub fn reduced(from: &[u64], axes: &[i64], keep: bool) -> Option<Vec<u64>> {
    let axes: Vec<usize> = axes.iter().map(|index| axis(*index, from.len())).collect::<Option<_>>()?;
    let size = |(index, size): (usize, &u64)| match (axes.contains(&index), keep) {
        (false, _) => Some(*size),
        (true, true) => Some(1),
        (true, false) => None,
    };
    Some(from.iter().enumerate().filter_map(size).collect())
}

/// `Concat`, and `QLinearConcat` with three inputs for each part after the first two.
pub fn joined(node: &Node<'_>, inputs: &[Tensor]) -> Option<Vec<u64>> {
    let (skip, step) = if node.operator == b"Concat" { (0, 1) } else { (2, 3) };
    let mut parts = inputs.iter().skip(skip).step_by(step).map(|tensor| tensor.shape.as_deref());
    let first = parts.next()??;
    let at = axis(node.int("axis")?, first.len())?;
    let mut total = *first.get(at)?;
    for part in parts {
        total = total.checked_add(*part?.get(at)?)?;
    }
    Some(replaced(first, at, total))
}

/// `Pad`: before and after each axis.
pub fn padded(node: &Node<'_>, inputs: &[Tensor], from: &[u64]) -> Option<Vec<u64>> {
    if node.inputs.get(3).is_some_and(|axes| !axes.is_empty()) {
        return None;
    }
    let pads = list(node, inputs, 1, "pads")?;
    let (before, after) = pads.split_at_checked(from.len())?;
    let size =
        |((size, before), after): ((&u64, &i64), &i64)| size.checked_add_signed(*before)?.checked_add_signed(*after);
    (after.len() == from.len()).then(|| from.iter().zip(before).zip(after).map(size).collect())?
}

/// `Slice` with steps in either direction.
pub fn sliced(node: &Node<'_>, inputs: &[Tensor], from: &[u64]) -> Option<Vec<u64>> {
    let (starts, ends) = (list(node, inputs, 1, "starts")?, list(node, inputs, 2, "ends")?);
    let axes =
        if absent(node, 3, "axes") { (0..).take(starts.len()).collect() } else { list(node, inputs, 3, "axes")? };
    let steps = if absent(node, 4, "steps") { vec![1; starts.len()] } else { list(node, inputs, 4, "steps")? };
    if [ends.len(), axes.len(), steps.len()] != [starts.len(); 3] {
        return None;
    }
    let mut shape = from.to_vec();
    for (((start, end), at), step) in starts.iter().zip(&ends).zip(&axes).zip(&steps) {
        let at = axis(*at, shape.len())?;
        let length = usize::try_from(*shape.get(at)?).ok()?;
        let span = if *step > 0 {
            clamped(*end, length)?.saturating_sub(clamped(*start, length)?)
        } else {
            // Backwards a slice begins at the last element at most, and may end before the first.
            let start = clamped(*start, length)?.min(length.saturating_sub(1)) + 1;
            let end = if *end < -i64::try_from(length).ok()? { 0 } else { clamped(*end, length)? + 1 };
            start.saturating_sub(end)
        };
        shape = replaced(&shape, at, (span as u64).div_ceil(step.unsigned_abs().max(1)));
    }
    Some(shape)
}

/// `Split`: given sizes, or equal parts, the last one smaller.
pub fn split(node: &Node<'_>, inputs: &[Tensor]) -> Vec<Tensor> {
    let parts = || {
        let from = inputs.first()?.shape.as_deref()?;
        let at = axis(node.int("axis").unwrap_or(0), from.len())?;
        let whole = *from.get(at)?;
        if absent(node, 1, "split") {
            let count = node.outputs.len() as u64;
            let part = whole.div_ceil(count.max(1));
            let size = |index: u64| whole.saturating_sub(index.saturating_mul(part)).min(part);
            return Some((0..count).map(|index| Some(replaced(from, at, size(index)))).collect());
        }
        let sizes = list(node, inputs, 1, "split")?;
        Some(sizes.iter().map(|size| u64::try_from(*size).ok().map(|size| replaced(from, at, size))).collect())
    };
    of_shapes(parts().unwrap_or_default())
}

/// Pools: a window over each channel.
pub fn pooled(node: &Node<'_>, from: &[u64]) -> Option<Vec<u64>> {
    let kernel: Vec<u64> =
        node.ints("kernel_shape")?.into_iter().map(|size| u64::try_from(size).ok()).collect::<Option<_>>()?;
    let ([batch, channels, spatial @ ..], 0) = (from, node.int("channels_last").unwrap_or(0)) else { return None };
    Some([&[*batch, *channels], slide(node, spatial, &kernel)?.as_slice()].concat())
}

/// `DepthToSpace` and `SpaceToDepth`.
pub fn rearranged(node: &Node<'_>, from: &[u64]) -> Option<Vec<u64>> {
    let (&[batch, channels, height, width], block) = (from, u64::try_from(node.int("blocksize")?).ok()?) else {
        return None;
    };
    let area = block.checked_mul(block).filter(|area| *area > 0)?;
    Some(if node.operator == b"DepthToSpace" {
        vec![batch, channels / area, height.checked_mul(block)?, width.checked_mul(block)?]
    } else {
        vec![batch, channels.checked_mul(area)?, height / block, width / block]
    })
}
