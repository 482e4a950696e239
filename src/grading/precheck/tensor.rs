//! Stored tensors: their shape, and exactly the data that shape and type ask for.

use crate::grading::{
    adapt::Refusal,
    report::ModelFacts,
    verdict::Reason,
    wire::{Value, fields, varint},
};

use super::{Weights, broken, external::Location, read, refuse_named};

/// Most elements of one tensor.
const MAX_ELEMENTS: u64 = 64 << 20;
/// Most dimensions.
const MAX_RANK: u32 = 64;

/// What the walk needs to know of a tensor that was found right.
pub struct Tensor<'a> {
    /// Its name.
    pub name: &'a [u8],
    /// Whether it is the single boolean true.
    pub yes: bool,
}

/// A `TensorProto` as it is read: dims 1, `data_type` 2, segment 3, data 4 to 7 and 9 to 11, name 8,
/// `external_data` 13, `data_location` 14.
struct Parts<'a> {
    name: &'a [u8],
    data_type: u64,
    rank: u32,
    /// Product of the dimensions that are not zero, and whether one is.
    product: u64,
    empty: bool,
    raw: Option<u64>,
    /// The field with typed data, and its entries.
    typed: Option<(u64, u64)>,
    location: Option<Location<'a>>,
    faulty: bool,
    nonzero: bool,
}

/// How one element type is stored.
struct Storage {
    bits: u64,
    /// The field of typed data.
    field: u64,
}

/// The element types of ONNX 1.21; `None` for a number that is not one.
fn storage(data_type: u64) -> Option<Storage> {
    let (bits, field) = match data_type {
        1 => (32, 4),
        2 | 3 | 9 | 17..=20 | 24 => (8, 5),
        4 | 5 | 10 | 16 => (16, 5),
        6 => (32, 5),
        7 => (64, 7),
        8 => (0, 6),
        11 => (64, 10),
        12 => (32, 11),
        13 => (64, 11),
        14 => (64, 4),
        15 => (128, 10),
        21..=23 => (4, 5),
        25 | 26 => (2, 5),
        _ => return None,
    };
    Some(Storage { bits, field })
}

impl Storage {
    /// Bytes of so many elements; `None` for text, whose elements have no fixed size.
    fn bytes(&self, elements: u64) -> Option<u64> {
        (self.bits > 0).then(|| elements.saturating_mul(self.bits).div_ceil(8))
    }

    /// Entries of so many elements in the typed field: small integers share one, complex numbers need two.
    fn entries(&self, data_type: u64, elements: u64) -> u64 {
        match (self.bits, data_type) {
            (2 | 4, _) => elements.saturating_mul(self.bits).div_ceil(8),
            (_, 14 | 15) => elements.saturating_mul(2),
            _ => elements,
        }
    }
}

/// Checks one tensor and counts its elements among the parameters.
pub fn check_tensor<'a>(
    bytes: &'a [u8],
    weights: Option<&Weights<'_>>,
    facts: &mut ModelFacts,
) -> Result<Tensor<'a>, Refusal> {
    let parts = parts(bytes)?;
    if let (Some(_), None) = (&parts.location, weights) {
        return Err(Refusal::new(Reason::ExternalData, &[]));
    }
    if parts.rank > MAX_RANK || parts.product > MAX_ELEMENTS {
        return refuse_named(Reason::TensorTooLarge, parts.name);
    }
    let elements = if parts.empty { 0 } else { parts.product };
    let Some(storage) = storage(parts.data_type) else { return refuse_named(Reason::TensorData, parts.name) };
    let fits = match (&parts.location, weights) {
        (Some(location), Some(weights)) => {
            let stored_here = parts.raw.is_some() || parts.typed.is_some();
            let Some(size) = storage.bytes(elements) else { return refuse_named(Reason::TensorData, parts.name) };
            location.check(weights, parts.name, size)?;
            facts.external = true;
            !stored_here
        }
        (_, _) => match (parts.raw, parts.typed) {
            (Some(raw), None) => storage.bytes(elements) == Some(raw),
            (None, Some((field, entries))) => {
                field == storage.field && entries == storage.entries(parts.data_type, elements)
            }
            (None, None) => elements == 0,
            (Some(_), Some(_)) => false,
        },
    };
    if parts.faulty || !fits {
        return refuse_named(Reason::TensorData, parts.name);
    }
    facts.parameters = facts.parameters.saturating_add(elements);
    Ok(Tensor { name: parts.name, yes: parts.data_type == 9 && elements == 1 && parts.nonzero })
}

fn parts(bytes: &[u8]) -> Result<Parts<'_>, Refusal> {
    let mut parts = Parts {
        name: b"",
        data_type: 0,
        rank: 0,
        product: 1,
        empty: false,
        raw: None,
        typed: None,
        location: None,
        faulty: false,
        nonzero: false,
    };
    for field in fields(bytes) {
        match read(field)? {
            (1, Value::Varint(size)) => parts.dimension(size),
            (1, Value::Bytes(mut sizes)) => {
                while !sizes.is_empty() {
                    let (size, rest) = varint(sizes).map_err(broken)?;
                    parts.dimension(size);
                    sizes = rest;
                }
            }
            (2, Value::Varint(data_type)) => parts.data_type = data_type,
            (3, _) => parts.faulty = true,
            (8, Value::Bytes(name)) => parts.name = name,
            (9, Value::Bytes(data)) => {
                parts.faulty |= parts.raw.replace(data.len() as u64).is_some();
                parts.nonzero = data.first().is_some_and(|byte| *byte != 0);
            }
            (number @ (4..=7 | 10 | 11), value) => parts.typed_data(number, value),
            (13, Value::Bytes(entry)) => parts.location.get_or_insert_default().add(entry)?,
            (14, Value::Varint(location)) if location != 0 => drop(parts.location.get_or_insert_default()),
            _ => {}
        }
    }
    Ok(parts)
}

impl Parts<'_> {
    fn dimension(&mut self, size: u64) {
        self.rank = self.rank.saturating_add(1);
        self.empty |= size == 0;
        // A negative size is a very large number here, and stays one.
        self.product = self.product.saturating_mul(size.max(1));
    }

    /// Counts typed data: packed numbers, numbers one by one, strings.
    fn typed_data(&mut self, number: u64, value: Value<'_>) {
        let entries = match (number, value) {
            (4, Value::Bytes(data)) if data.len().is_multiple_of(4) => value.count_fixed(4),
            (10, Value::Bytes(data)) if data.len().is_multiple_of(8) => value.count_fixed(8),
            (5 | 7 | 11, Value::Bytes(data)) if data.last().is_none_or(|byte| *byte < 0x80) => {
                self.nonzero |= data.first().is_some_and(|byte| *byte != 0);
                value.count_varints()
            }
            (6, Value::Bytes(_)) | (4, Value::Fixed(4)) | (10, Value::Fixed(8)) => 1,
            (5 | 7 | 11, Value::Varint(value)) => {
                self.nonzero |= value != 0;
                1
            }
            _ => {
                self.faulty = true;
                0
            }
        };
        let (field, before) = self.typed.unwrap_or((number, 0));
        self.faulty |= field != number;
        self.typed = Some((field, before.saturating_add(entries)));
    }
}
