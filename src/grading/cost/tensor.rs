//! What is known of one tensor before the run, and how it is read from the file.

use crate::grading::wire::{Value, fields};

use super::{are_single, bytes_of, node::packed_ints};

/// Longest list of integers whose values are followed.
pub const MAX_VALUES: usize = 64;
/// Most dimensions that are followed.
pub const MAX_RANK: usize = 16;

/// What is known of a tensor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tensor {
    /// Its shape, if all of it is known.
    pub shape: Option<Vec<u64>>,
    /// Its first size, if no more of its shape is known: texts split into words.
    pub rows: Option<u64>,
    /// Its values, for a short list of integers (or one integer) such as a shape.
    pub ints: Option<Vec<i64>>,
    /// Whether it depends on nothing but the file.
    pub stored: bool,
}

/// Integers of a field of a message, if they are few.
pub fn ints(message: &[u8], number: u64) -> Option<Vec<i64>> {
    packed_ints(message, number, MAX_VALUES)
}

/// `TensorProto`: dims 1, `data_type` 2, `int32_data` 5, `int64_data` 7, name 8, `raw_data` 9. `None` if it is unclear.
pub fn stored(bytes: &[u8]) -> Option<Tensor> {
    if !are_single(bytes, &[2, 8, 9]) {
        return None;
    }
    let mut data_type = 0;
    for field in fields(bytes).map_while(Result::ok) {
        if let (2, Value::Varint(number)) = (field.number, field.value) {
            data_type = number;
        }
    }
    let dims = packed_ints(bytes, 1, MAX_RANK);
    let shape: Option<Vec<u64>> = dims.and_then(|dims| dims.into_iter().map(|size| u64::try_from(size).ok()).collect());
    let elements = shape.as_deref().and_then(product).and_then(|elements| usize::try_from(elements).ok());
    let short = shape.as_deref().is_some_and(|shape| shape.len() <= 1) && elements.is_some_and(|n| n <= MAX_VALUES);
    let values = || match data_type {
        6 => whole(bytes, 5, elements?, |four: [u8; 4]| i64::from(i32::from_le_bytes(four))),
        7 => whole(bytes, 7, elements?, i64::from_le_bytes),
        _ => None,
    };
    Some(Tensor { ints: if short { values() } else { None }, shape, rows: None, stored: true })
}

/// Raw little-endian integers, or those of the typed field, if there are as many as there should be.
fn whole<const N: usize>(bytes: &[u8], field: u64, elements: usize, read: fn([u8; N]) -> i64) -> Option<Vec<i64>> {
    let values = match bytes_of(bytes, 9).last() {
        Some(raw) => raw.as_chunks::<N>().0.iter().map(|word| read(*word)).collect(),
        None => ints(bytes, field)?,
    };
    (values.len() == elements).then_some(values)
}

/// The product of sizes, if it is a number of 64 bits.
pub fn product(sizes: &[u64]) -> Option<u64> {
    sizes.iter().try_fold(1_u64, |product, size| product.checked_mul(*size))
}

/// `ValueInfoProto`: name 1, type 2; `TypeProto`: `tensor_type` 1; in it shape 2; in it dim 1 with value 1 or name 2.
///
/// A size that is not a number is −1; there are none for what is not a tensor or has no shape. `None` if it is unclear,
/// or has too many sizes.
pub fn value_info(bytes: &[u8]) -> Option<(&[u8], Vec<i64>)> {
    let content = |message, number| bytes_of(message, number).last().unwrap_or(b"");
    let value_type = content(bytes, 2);
    let tensor_type = content(value_type, 1);
    let is_clear = are_single(bytes, &[1, 2]) && are_single(value_type, &[1]) && are_single(tensor_type, &[2]);
    let sizes: Vec<i64> = bytes_of(content(tensor_type, 2), 1).take(MAX_RANK + 1).map(size).collect();
    (is_clear && sizes.len() <= MAX_RANK).then_some((content(bytes, 1), sizes))
}

fn size(dim: &[u8]) -> i64 {
    let mut size = -1;
    for field in fields(dim).map_while(Result::ok) {
        match (field.number, field.value) {
            (1, Value::Varint(number)) => size = number.cast_signed(),
            (2, Value::Bytes(_)) => size = -1,
            _ => {}
        }
    }
    size
}
