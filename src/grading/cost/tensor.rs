//! What is known of one tensor before the run, and how it is read from the file.

use crate::grading::wire::{Value, fields};

use super::{bytes_of, node::packed_ints};

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

/// One dimension as a file states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dim<'a> {
    /// A number; nothing stated, or a negative number, is 0.
    Size(u64),
    /// A name.
    Name(&'a [u8]),
}

/// Integers of a field of a message, if they are few.
pub fn ints(message: &[u8], number: u64) -> Option<Vec<i64>> {
    packed_ints(message, number, MAX_VALUES)
}

/// `TensorProto`: dims 1, `data_type` 2, `int32_data` 5, `int64_data` 7, `raw_data` 9.
pub fn stored(bytes: &[u8]) -> Tensor {
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
    Tensor { ints: if short { values() } else { None }, shape, rows: None, stored: true }
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
/// No dimensions for what is not a tensor, has no shape or too many dimensions.
pub fn value_info(bytes: &[u8]) -> (&[u8], Option<Vec<Dim<'_>>>) {
    let name = bytes_of(bytes, 1).last().unwrap_or(b"");
    let shape = bytes_of(bytes, 2)
        .last()
        .and_then(|value_type| bytes_of(value_type, 1).last().and_then(|tensor| bytes_of(tensor, 2).last()));
    let dims = shape.map(|shape| bytes_of(shape, 1).take(MAX_RANK + 1).map(dim).collect::<Vec<_>>());
    (name, dims.filter(|dims| dims.len() <= MAX_RANK))
}

fn dim(bytes: &[u8]) -> Dim<'_> {
    let mut dim = Dim::Size(0);
    for field in fields(bytes).map_while(Result::ok) {
        match (field.number, field.value) {
            (1, Value::Varint(size)) => dim = Dim::Size(u64::try_from(size.cast_signed()).unwrap_or(0)),
            (2, Value::Bytes(name)) => dim = Dim::Name(name),
            _ => {}
        }
    }
    dim
}
