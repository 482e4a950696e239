//! Reads the wire format of a model before ONNX Runtime sees it, and refuses what no honest model needs.
//!
//! Safe code, one pass, bounded recursion, no allocation from declared sizes. Field numbers are those of onnx.proto
//! (ONNX 1.21). What depends on values, such as the size of a computed tensor, is left to the limits of the process.

use super::{
    adapt::Refusal,
    operators::check_operator,
    report::ModelFacts,
    verdict::Reason,
    wire::{Field, Value, WireError, fields, varint},
};

const MAX_NODES: u64 = 20_000;
const MAX_DEPTH: u32 = 8;
const MAX_ELEMENTS: u64 = 64 << 20;

/// Checks the bytes of a file.
pub fn check(file: &[u8], max_bytes: u64) -> Result<ModelFacts, Refusal> {
    if file.is_empty() {
        return refuse(Reason::EmptyFile);
    }
    if file.len() as u64 > max_bytes {
        let args: [(&str, &dyn ToString); 2] =
            [("size", &megabytes(file.len() as u64)), ("limit", &megabytes(max_bytes))];
        return Err(Refusal::new(Reason::TooLarge, &args));
    }
    if let Some(reason) = other_format(file) {
        return refuse(reason);
    }
    let mut walk = Walk { facts: ModelFacts::default() };
    match walk.model(file) {
        Ok(()) => Ok(walk.facts),
        // Every exporter writes the version first: without it, this was never a model.
        Err(Refusal { reason: Reason::Truncated, .. }) if walk.facts.ir_version == 0 => refuse(Reason::NotOnnx),
        Err(refusal) => Err(refusal),
    }
}

/// Megabytes with one decimal, for messages.
fn megabytes(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

/// Recognises files that people submit by mistake, by their first bytes.
fn other_format(file: &[u8]) -> Option<Reason> {
    let start = file.get(..512).unwrap_or(file);
    let text = start.trim_ascii_start().to_ascii_lowercase();
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        Some(Reason::FileIsZip)
    } else if start.starts_with(b"\x89HDF\r\n\x1a\n") {
        Some(Reason::FileIsHdf5)
    } else if matches!(start, [0x80, 2..=5, ..]) {
        Some(Reason::FileIsPickle)
    } else if text.starts_with(b"<!doctype") || text.starts_with(b"<html") || text.starts_with(b"<?xml") {
        Some(Reason::FileIsHtml)
    } else if start.get(4..8) == Some(b"ORTM") || start.starts_with(b"ORTM") {
        Some(Reason::FileIsOrt)
    } else {
        None
    }
}

fn refuse<T>(reason: Reason) -> Result<T, Refusal> {
    Err(Refusal::new(reason, &[]))
}

fn refuse_tensor<T>(reason: Reason, name: &[u8]) -> Result<T, Refusal> {
    Err(Refusal::new(reason, &[("name", &text(name))]))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.get(..120).unwrap_or(bytes)).into_owned()
}

fn broken(error: WireError) -> Refusal {
    Refusal::new(
        match error {
            WireError::Truncated => Reason::Truncated,
            WireError::Malformed => Reason::NotOnnx,
        },
        &[],
    )
}

/// The next field, or the refusal of a broken message.
fn read(field: Result<Field<'_>, WireError>) -> Result<(u64, Value<'_>), Refusal> {
    field.map(|field| (field.number, field.value)).map_err(broken)
}

/// One pass over a model.
struct Walk {
    facts: ModelFacts,
}

impl Walk {
    /// `ModelProto`: `ir_version` 1, `producer_name` 2, graph 7, `opset_import` 8, `training_info` 20, functions 25.
    fn model(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let mut graphs = 0;
        for field in fields(bytes) {
            match read(field)? {
                (1, Value::Varint(version)) => self.facts.ir_version = version,
                (2, Value::Bytes(name)) => self.facts.producer = text(name),
                (7, Value::Bytes(graph)) => {
                    graphs += 1;
                    self.graph(graph, 0)?;
                }
                (8, Value::Bytes(import)) => self.opset(import)?,
                (20, _) => return refuse(Reason::TrainingInfo),
                (25, _) => return refuse(Reason::LocalFunctions),
                _ => {}
            }
        }
        if graphs == 1 && self.facts.ir_version > 0 { Ok(()) } else { refuse(Reason::NotOnnx) }
    }

    /// `OperatorSetIdProto`: domain 1, version 2.
    fn opset(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let (mut default, mut number) = (true, 0);
        for field in fields(bytes) {
            match read(field)? {
                (1, Value::Bytes(domain)) => default = domain.is_empty() || domain == b"ai.onnx",
                (2, Value::Varint(version)) => number = version,
                _ => {}
            }
        }
        if default {
            self.facts.opset = number;
        }
        Ok(())
    }

    /// `GraphProto`: node 1, initializer 5, input 11, output 12, `value_info` 13, `sparse_initializer` 15.
    fn graph(&mut self, bytes: &[u8], depth: u32) -> Result<(), Refusal> {
        if depth > MAX_DEPTH {
            return refuse(Reason::TooDeep);
        }
        for field in fields(bytes) {
            match read(field)? {
                (1, Value::Bytes(node)) => self.node(node, depth)?,
                (5, Value::Bytes(tensor)) => self.tensor(tensor)?,
                (11..=13, Value::Bytes(value)) => value_info(value)?,
                (15, _) => return refuse(Reason::SparseTensor),
                _ => {}
            }
        }
        Ok(())
    }

    /// `NodeProto`: `op_type` 4, attribute 5, domain 7.
    fn node(&mut self, bytes: &[u8], depth: u32) -> Result<(), Refusal> {
        self.facts.nodes += 1;
        if self.facts.nodes > MAX_NODES {
            return Err(Refusal::new(Reason::TooManyNodes, &[("limit", &MAX_NODES)]));
        }
        let (mut operator, mut domain) = (&b""[..], &b""[..]);
        for field in fields(bytes) {
            match read(field)? {
                (4, Value::Bytes(name)) => operator = name,
                (5, Value::Bytes(attribute)) => self.attribute(attribute, depth)?,
                (7, Value::Bytes(name)) => domain = name,
                _ => {}
            }
        }
        check_operator(&text(domain), &text(operator))
    }

    /// `AttributeProto`: t 5, g 6, tensors 10, graphs 11, tp 14, `type_protos` 15, `sparse_tensor` 22, `sparse_tensors` 23.
    fn attribute(&mut self, bytes: &[u8], depth: u32) -> Result<(), Refusal> {
        for field in fields(bytes) {
            match read(field)? {
                (5 | 10, Value::Bytes(tensor)) => self.tensor(tensor)?,
                (6 | 11, Value::Bytes(graph)) => self.graph(graph, depth + 1)?,
                (14 | 15, Value::Bytes(value_type)) => type_depth(value_type, 0)?,
                (22 | 23, _) => return refuse(Reason::SparseTensor),
                _ => {}
            }
        }
        Ok(())
    }

    /// `TensorProto`: dims 1, data 4 to 7 and 9 to 11, name 8, `external_data` 13, `data_location` 14.
    fn tensor(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let (mut elements, mut payload, mut name) = (1_u64, 0_u64, &b""[..]);
        let mut external = false;
        for field in fields(bytes) {
            match read(field)? {
                (1, Value::Varint(size)) => elements = elements.saturating_mul(size),
                (1, Value::Bytes(sizes)) => elements = elements.saturating_mul(packed_product(sizes)?),
                (8, Value::Bytes(bytes)) => name = bytes,
                (13, _) => external = true,
                (14, Value::Varint(location)) => external |= location != 0,
                (4..=7 | 9..=11, Value::Bytes(data)) => payload += data.len() as u64 + 2,
                (4..=7 | 9..=11, Value::Varint(_)) => payload += 1,
                (4..=7 | 9..=11, Value::Fixed(size)) => payload += size as u64,
                _ => {}
            }
        }
        if external {
            return refuse(Reason::ExternalData);
        }
        if elements > MAX_ELEMENTS {
            return refuse_tensor(Reason::TensorTooLarge, name);
        }
        // Two four-bit numbers fit one byte; nothing stored is smaller.
        if elements > payload.saturating_mul(2) + 2 {
            return refuse_tensor(Reason::TensorData, name);
        }
        self.facts.parameters = self.facts.parameters.saturating_add(elements);
        Ok(())
    }
}

fn packed_product(mut sizes: &[u8]) -> Result<u64, Refusal> {
    let mut product = 1_u64;
    while !sizes.is_empty() {
        let (size, rest) = varint(sizes).map_err(broken)?;
        product = product.saturating_mul(size);
        sizes = rest;
    }
    Ok(product)
}

/// `ValueInfoProto`: type 2.
fn value_info(bytes: &[u8]) -> Result<(), Refusal> {
    for field in fields(bytes) {
        if let (2, Value::Bytes(value_type)) = read(field)? {
            type_depth(value_type, 0)?;
        }
    }
    Ok(())
}

/// `TypeProto`: sequence 4 and optional 9 with their element in 1, map 5 with its value in 2.
fn type_depth(bytes: &[u8], depth: u32) -> Result<(), Refusal> {
    if depth > MAX_DEPTH {
        return refuse(Reason::TooDeep);
    }
    for field in fields(bytes) {
        let (outer, Value::Bytes(container)) = read(field)? else { continue };
        let inner = match outer {
            4 | 9 => 1,
            5 => 2,
            _ => continue,
        };
        for field in fields(container) {
            let (number, value) = read(field)?;
            if let (true, Value::Bytes(element)) = (number == inner, value) {
                type_depth(element, depth + 1)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "precheck_tests.rs"]
mod tests;
