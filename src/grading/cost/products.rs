//! The operators whose products are counted.

use std::collections::BTreeMap;

use super::{
    node::Node,
    sizes::{broadcast, slide, unslide},
    tensor::{Tensor, product},
};

/// Shapes of outputs, as far as they are known.
type Shapes = Vec<Option<Vec<u64>>>;
/// Multiply-adds and shapes of the outputs of one node.
type Priced = (u64, Shapes);

/// Multiply-adds of a node, if they are known, and the shapes of its outputs; `None` for an operator without any.
pub fn multiply_adds(node: &Node<'_>, inputs: &[Tensor]) -> Option<(Option<u64>, Shapes)> {
    let shape = |index: usize| inputs.get(index).and_then(|tensor| tensor.shape.as_deref());
    let priced = match node.operator {
        b"Conv" | b"FusedConv" | b"ConvInteger" => convolution(node, shape(0), shape(1)),
        b"QLinearConv" => convolution(node, shape(0), shape(3)),
        b"ConvTranspose" => transposed(node, shape(0), shape(1)),
        b"Gemm" | b"FusedGemm" => gemm(node, shape(0), shape(1)),
        b"QGemm" => gemm(node, shape(0), shape(3)),
        b"MatMul"
        | b"MatMulInteger"
        | b"MatMulInteger16"
        | b"MatMulIntegerToFloat"
        | b"DynamicQuantizeMatMul"
        | b"FusedMatMul"
        | b"TransposeMatMul" => matrices(node, shape(0), shape(1)),
        b"QLinearMatMul" => matrices(node, shape(0), shape(3)),
        b"MatMulNBits" => packed(node, shape(0)),
        b"LSTM" | b"GRU" | b"RNN" => recurrent(node, shape(0), shape(1), shape(2)),
        b"Einsum" => einsum(node, inputs),
        b"LinearClassifier" | b"LinearRegressor" => linear(node, shape(0)),
        b"SVMClassifier" | b"SVMRegressor" => support_vectors(node, shape(0)),
        // Products that are not followed.
        b"Attention"
        | b"AttnLSTM"
        | b"CDist"
        | b"CausalConvWithState"
        | b"ConvTransposeWithDynamicPads"
        | b"DFT"
        | b"DecoderMaskedMultiHeadAttention"
        | b"DeformConv"
        | b"DynamicQuantizeLSTM"
        | b"GroupQueryAttention"
        | b"LinearAttention"
        | b"MatMulBnb4"
        | b"MatMulFpQ4"
        | b"MoE"
        | b"MultiHeadAttention"
        | b"QAttention"
        | b"QMoE"
        | b"STFT"
        | b"SparseAttention"
        | b"SparseToDenseMatMul"
        | b"WordConvEmbedding" => None,
        _ => return None,
    };
    Some(match priced {
        Some((cost, shapes)) if !node.borrows => (Some(cost), shapes),
        Some(_) | None => (None, Vec::new()),
    })
}

/// X `[N, C, …]`, W `[M, C/group, …]`.
fn convolution(node: &Node<'_>, x: Option<&[u64]>, w: Option<&[u64]>) -> Option<Priced> {
    if node.int("channels_last").unwrap_or(0) != 0 {
        return None;
    }
    let ([batch, _, spatial @ ..], [channels, depth, kernel @ ..]) = (x?, w?) else { return None };
    let mut out = vec![*batch, *channels];
    out.extend(slide(node, spatial, kernel)?);
    let each = depth.checked_mul(product(kernel)?)?;
    Some((product(&out)?.checked_mul(each)?, vec![Some(out)]))
}

/// X `[N, C, …]`, W `[C, M/group, …]`.
fn transposed(node: &Node<'_>, x: Option<&[u64]>, w: Option<&[u64]>) -> Option<Priced> {
    let ([batch, _, spatial @ ..], [_, channels, kernel @ ..]) = (x?, w?) else { return None };
    let each = channels.checked_mul(product(kernel)?)?;
    let groups = u64::try_from(node.int("group").unwrap_or(1)).ok()?;
    let mut out = vec![*batch, channels.checked_mul(groups)?];
    out.extend(unslide(node, spatial, kernel)?);
    Some((product(x?)?.checked_mul(each)?, vec![Some(out)]))
}

fn gemm(node: &Node<'_>, a: Option<&[u64]>, b: Option<&[u64]>) -> Option<Priced> {
    let (&[a0, a1], &[b0, b1]) = (a?, b?) else { return None };
    let flag = |name| node.int(name).unwrap_or(0) != 0;
    let (rows, inner) = if flag("transA") { (a1, a0) } else { (a0, a1) };
    let columns = if flag("transB") { b0 } else { b1 };
    Some((product(&[rows, inner, columns])?, vec![Some(vec![rows, columns])]))
}

/// Matrix products as in `numpy.matmul`, with the transpositions of ONNX Runtime's fused ones.
fn matrices(node: &Node<'_>, a: Option<&[u64]>, b: Option<&[u64]>) -> Option<Priced> {
    let flag = |name| node.int(name).unwrap_or(0) != 0;
    if flag("transBatchA") || flag("transBatchB") {
        return None;
    }
    let (a, b) = (a?, b?);
    let (a_batch, a_matrix) = a.split_at_checked(a.len().saturating_sub(2))?;
    let (b_batch, b_matrix) = b.split_at_checked(b.len().saturating_sub(2))?;
    let (rows, inner) = match *a_matrix {
        [inner] => (None, inner),
        [inner, rows] if flag("transA") => (Some(rows), inner),
        [rows, inner] => (Some(rows), inner),
        _ => return None,
    };
    let columns = match *b_matrix {
        [_] => None,
        [columns, _] if flag("transB") => Some(columns),
        [_, columns] => Some(columns),
        _ => return None,
    };
    let mut out = broadcast(a_batch, b_batch)?;
    out.extend(rows.into_iter().chain(columns));
    Some((product(&out)?.checked_mul(inner)?, vec![Some(out)]))
}

/// `MatMulNBits`: a matrix of K × N numbers of few bits.
fn packed(node: &Node<'_>, x: Option<&[u64]>) -> Option<Priced> {
    let (inner, columns) = (u64::try_from(node.int("K")?).ok()?, u64::try_from(node.int("N")?).ok()?);
    let (last, front) = x?.split_last()?;
    let out = [front, &[columns]].concat();
    (*last == inner).then_some(())?;
    Some((product(&out)?.checked_mul(inner)?, vec![Some(out)]))
}

/// X `[steps, batch, input]` (layout 1: `[batch, steps, input]`), W `[directions, gates × hidden, input]`,
/// R `[directions, gates × hidden, hidden]`.
fn recurrent(node: &Node<'_>, x: Option<&[u64]>, w: Option<&[u64]>, r: Option<&[u64]>) -> Option<Priced> {
    let (&[first, second, input], &[directions, gates, _], &[_, _, hidden]) = (x?, w?, r?) else { return None };
    let batch_first = node.int("layout").unwrap_or(0) == 1;
    let (out, last) = if batch_first {
        (vec![first, second, directions, hidden], vec![first, directions, hidden])
    } else {
        (vec![first, directions, second, hidden], vec![directions, second, hidden])
    };
    let cost = product(&[first, second, directions, gates])?.checked_mul(input.checked_add(hidden)?)?;
    Some((cost, vec![Some(out), Some(last.clone()), Some(last)]))
}

/// Einstein sums of two or more tensors, one letter for each dimension.
fn einsum(node: &Node<'_>, inputs: &[Tensor]) -> Option<Priced> {
    let equation: Vec<u8> = node.text("equation")?.iter().copied().filter(|c| *c != b' ').collect();
    let arrow = equation.windows(2).position(|pair| pair == b"->")?;
    let (terms, result) = (equation.get(..arrow)?, equation.get(arrow + 2..)?);
    let mut sizes: BTreeMap<u8, u64> = BTreeMap::new();
    let mut count = 0;
    for (term, tensor) in terms.split(|c| *c == b',').zip(inputs) {
        let shape = tensor.shape.as_deref()?;
        if term.len() != shape.len() || !term.iter().all(u8::is_ascii_alphabetic) {
            return None;
        }
        sizes.extend(term.iter().copied().zip(shape.iter().copied()));
        count += 1;
    }
    let out: Option<Vec<u64>> = result.iter().map(|letter| sizes.get(letter).copied()).collect();
    let all: Vec<u64> = sizes.into_values().collect();
    let cost = if count < 2 { 0 } else { product(&all)? };
    Some((cost, vec![out]))
}

/// Rows of a table of features; a single row may come without its dimension.
fn rows(x: Option<&[u64]>) -> Option<u64> {
    match *x? {
        [_] => Some(1),
        [rows, _] => Some(rows),
        _ => None,
    }
}

fn linear(node: &Node<'_>, x: Option<&[u64]>) -> Option<Priced> {
    let (rows, coefficients) = (rows(x)?, node.count_floats("coefficients")?);
    let shapes = if node.operator == b"LinearClassifier" {
        let labels = node.count_ints("classlabels_ints").or_else(|| node.count_texts("classlabels_strings"));
        vec![Some(vec![rows]), labels.map(|classes| vec![rows, classes])]
    } else {
        vec![Some(vec![rows, u64::try_from(node.int("targets").unwrap_or(1)).ok()?])]
    };
    Some((rows.checked_mul(coefficients)?, shapes))
}

/// One product of each feature with each support vector, and the weighted sums.
fn support_vectors(node: &Node<'_>, x: Option<&[u64]>) -> Option<Priced> {
    let rows = rows(x)?;
    let vectors = node.count_floats("support_vectors").unwrap_or(0);
    let each = vectors.checked_add(node.count_floats("coefficients")?)?;
    Some((rows.checked_mul(each)?, vec![Some(vec![rows])]))
}
