//! What the samples are, and their values in the one form that such samples have.

use super::{Array, IntakeFault, MAX_NUMBER_BYTES, MAX_SIDE, Values, labels::whole};
use crate::grading::{contract::InputKind, samples::MAX_TEXT};

/// Most elements of one sample, as a manifest takes them.
const MAX_ELEMENTS: usize = 1 << 24;

/// A shape as NumPy writes it.
pub(super) fn written(dims: &[usize]) -> String {
    let sizes: Vec<String> = dims.iter().map(ToString::to_string).collect();
    format!("({})", sizes.join(", "))
}

/// The samples, what they are, and the shape of one of them.
pub(super) fn settled(
    samples: Array,
    kind: Option<InputKind>,
    columns: Option<&[String]>,
    file: &str,
) -> Result<(Array, InputKind, Vec<usize>), IntakeFault> {
    let is_text = matches!(samples.values, Values::Texts(_));
    let guess = match samples.dims.len() {
        _ if is_text => InputKind::Text,
        3 | 4 if columns.is_none() => InputKind::Image,
        _ => InputKind::Vector,
    };
    let kind = kind.unwrap_or(guess);
    if !is_text && !(1..=MAX_ELEMENTS).contains(&samples.row()) {
        return Err(IntakeFault::ArrayShape { file: file.to_owned(), shape: written(&samples.dims) });
    }
    match (kind, is_text) {
        (InputKind::Text, true) => texts(samples, file).map(|samples| (samples, kind, Vec::new())),
        (InputKind::Text, false) => Err(IntakeFault::Kind { file: file.to_owned(), kind: "text" }),
        (_, true) => Err(IntakeFault::Kind { file: file.to_owned(), kind: "number" }),
        (InputKind::Image, false) => images(samples, file),
        (InputKind::Vector, false) => vectors(samples, columns, file).map(|(samples, shape)| (samples, kind, shape)),
        (InputKind::Tokens, false) => tokens(samples, file).map(|(samples, shape)| (samples, kind, shape)),
    }
}

fn texts(samples: Array, file: &str) -> Result<Array, IntakeFault> {
    let Values::Texts(texts) = &samples.values else { return Ok(samples) };
    if are_numbers(texts) {
        return Err(IntakeFault::TextsAreNumbers { file: file.to_owned() });
    }
    if let Some(place) = texts.iter().position(|text| text.len() > MAX_TEXT) {
        return Err(IntakeFault::LongText { file: file.to_owned(), row: place + 1, limit: MAX_TEXT >> 10 });
    }
    Ok(samples)
}

/// One row a sample; a row of one number has no dimension of its own, as in a table of one column.
fn rows(samples: Array) -> (Array, Vec<usize>) {
    let (count, row) = (samples.len(), samples.row());
    let dims = if row == 1 { vec![count] } else { vec![count, row] };
    (Array { dims, values: samples.values }, vec![row])
}

fn vectors(samples: Array, columns: Option<&[String]>, file: &str) -> Result<(Array, Vec<usize>), IntakeFault> {
    if let Values::Floats(values) = &samples.values
        && let Some(place) = values.iter().position(|value| !value.is_finite())
    {
        let (row, element) = (place / samples.row() + 1, place % samples.row());
        let (file, value) = (file.to_owned(), values.get(place).map(f64::to_string).unwrap_or_default());
        return Err(match columns.and_then(|columns| columns.get(element)) {
            Some(column) => IntakeFault::NotANumber { file, row, column: column.clone(), value },
            None => IntakeFault::ArrayNumber { file, sample: row, element: element + 1, value },
        });
    }
    Ok(rows(samples))
}

fn tokens(samples: Array, file: &str) -> Result<(Array, Vec<usize>), IntakeFault> {
    let row = samples.row();
    let fault =
        |place: usize, value: String| IntakeFault::Tokens { file: file.to_owned(), sample: place / row + 1, value };
    let values = match samples.values {
        Values::Bytes(values) => Values::Bytes(values),
        Values::Integers(values) => match values.iter().enumerate().find(|(_, value)| **value < 0) {
            Some((place, value)) => return Err(fault(place, value.to_string())),
            None => Values::Integers(values),
        },
        Values::Floats(values) => {
            let id = |(place, &value): (usize, &f64)| {
                whole(value).filter(|id| *id >= 0).ok_or_else(|| fault(place, value.to_string()))
            };
            Values::Integers(values.iter().enumerate().map(id).collect::<Result<_, _>>()?)
        }
        Values::Texts(values) => Values::Texts(values),
    };
    Ok(rows(Array { dims: samples.dims, values }))
}

fn images(samples: Array, file: &str) -> Result<(Array, InputKind, Vec<usize>), IntakeFault> {
    let unfit = || IntakeFault::ArrayShape { file: file.to_owned(), shape: written(&samples.dims) };
    let (shape, is_planar) = match *samples.dims.as_slice() {
        [_, pixels] => {
            let side = pixels.isqrt();
            (if side * side == pixels { [side, side, 1] } else { return Err(unfit()) }, false)
        }
        [_, height, width] => ([height, width, 1], false),
        [_, height, width, channels @ (1 | 3)] => ([height, width, channels], false),
        [_, channels @ (1 | 3), height, width] => ([height, width, channels], true),
        _ => return Err(unfit()),
    };
    let [height, width, channels] = shape;
    if height.max(width) > MAX_SIDE as usize {
        return Err(unfit());
    }
    let (count, row) = (samples.len(), samples.row());
    let mut pixels = bytes(samples.values, row, file)?;
    if is_planar && channels > 1 {
        pixels = interleaved(&pixels, height * width, channels);
    }
    let dims = vec![count, height, width, channels];
    Ok((Array { dims, values: Values::Bytes(pixels) }, InputKind::Image, shape.to_vec()))
}

/// Channels first, as PyTorch keeps them, to channels last.
fn interleaved(pixels: &[u8], plane: usize, channels: usize) -> Vec<u8> {
    let mut last = Vec::with_capacity(pixels.len());
    for image in pixels.chunks(plane * channels) {
        for pixel in 0..plane {
            last.extend((0..channels).filter_map(|channel| image.get(channel * plane + pixel)));
        }
    }
    last
}

fn bytes(values: Values, row: usize, file: &str) -> Result<Vec<u8>, IntakeFault> {
    let pixel = |place: usize, whole: Option<i64>, shown: String| {
        let byte = whole.and_then(|value| u8::try_from(value).ok());
        byte.ok_or_else(|| IntakeFault::Pixels { file: file.to_owned(), sample: place / row + 1, value: shown })
    };
    match values {
        Values::Bytes(values) => Ok(values),
        Values::Integers(values) => {
            values.iter().enumerate().map(|(place, value)| pixel(place, Some(*value), value.to_string())).collect()
        }
        Values::Floats(values) => {
            values.iter().enumerate().map(|(place, value)| pixel(place, whole(*value), value.to_string())).collect()
        }
        Values::Texts(_) => Err(IntakeFault::Kind { file: file.to_owned(), kind: "number" }),
    }
}

/// Whether so many numbers of eight bytes are taken.
pub(super) fn fits(numbers: usize) -> bool {
    numbers.checked_mul(8).is_some_and(|bytes| bytes <= MAX_NUMBER_BYTES)
}

/// Whether a column of these texts would be read back as numbers.
pub(super) fn are_numbers(texts: &[String]) -> bool {
    texts.iter().all(|text| text.trim().parse::<f64>().is_ok_and(f64::is_finite))
}
