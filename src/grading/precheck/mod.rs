//! Reads the wire format of a model before ONNX Runtime sees it, and refuses what no honest model needs.
//!
//! Safe code, bounded recursion, no allocation from declared sizes. Field numbers are those of onnx.proto (ONNX 1.21).
//! What depends on values, such as the size of a computed tensor or the number of turns of a loop, is left to the
//! limits of the process.

mod external;
mod functions;
mod operators;
mod tensor;
mod training;
mod walk;

use crate::grading::{
    adapt::Refusal,
    formats::other_format,
    report::ModelFacts,
    verdict::Reason,
    wire::{Field, Value, WireError, fields},
};

/// Most nodes that may be run: subgraphs included, local functions counted where they are called.
const MAX_NODES: u64 = 20_000;
/// Deepest nesting of graphs, and of types.
const MAX_DEPTH: u32 = 8;
/// Longest piece of untrusted text in a message, in characters.
const MAX_TEXT: usize = 120;

/// The newest IR version that ONNX Runtime 1.31.1 loads; measured, as the limits of the operator sets below.
const MAX_IR: u64 = 13;
/// The newest released default operator set.
pub const MAX_OPSET: u64 = 26;
/// The newest `ai.onnx.ml`.
const MAX_OPSET_ML: u64 = 5;
/// The newest `com.microsoft`.
const MAX_OPSET_MICROSOFT: u64 = 1;

/// The second file of a submission, which holds weights of the first.
#[derive(Debug, Clone, Copy)]
pub struct Weights<'a> {
    /// Its name, without a folder.
    pub name: &'a str,
    /// Its size.
    pub bytes: u64,
}

/// Checks the bytes of a model, and what it says about its second file.
///
/// `max_bytes` holds for both files together. A second file that the model does not mention is let be.
pub fn check(file: &[u8], weights: Option<&Weights<'_>>, max_bytes: u64) -> Result<ModelFacts, Refusal> {
    if file.is_empty() {
        return refuse(Reason::EmptyFile);
    }
    let bytes = (file.len() as u64).saturating_add(weights.map_or(0, |weights| weights.bytes));
    if bytes > max_bytes {
        let args: [(&str, &dyn ToString); 2] = [("size", &megabytes(bytes)), ("limit", &megabytes(max_bytes))];
        return Err(Refusal::new(Reason::TooLarge, &args));
    }
    // Every exporter writes the version first. Whatever begins otherwise is looked at as a file of another kind, and
    // so is whatever turns out not to be a model; a model is never mistaken for something else.
    if let (Some(reason), true) = (other_format(file), !file.starts_with(&[0x08]) || is_ort(file)) {
        return refuse(reason);
    }
    let mut facts = ModelFacts::default();
    match walk::model(file, weights, &mut facts) {
        Ok(()) => Ok(facts),
        Err(Refusal { reason: Reason::NotOnnx, .. }) => refuse(other_format(file).unwrap_or(Reason::NotOnnx)),
        // Without the version, this was never a model that was cut off.
        Err(Refusal { reason: Reason::Truncated, .. }) if facts.ir_version == 0 => {
            refuse(other_format(file).unwrap_or(Reason::NotOnnx))
        }
        Err(refusal) => Err(refusal),
    }
}

/// ONNX Runtime chooses its loader by these bytes, whatever the rest of the file is.
fn is_ort(file: &[u8]) -> bool {
    file.get(4..8) == Some(b"ORTM")
}

/// Megabytes with one decimal, for messages.
pub fn megabytes(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

fn refuse<T>(reason: Reason) -> Result<T, Refusal> {
    Err(Refusal::new(reason, &[]))
}

fn refuse_named<T>(reason: Reason, name: &[u8]) -> Result<T, Refusal> {
    Err(Refusal::new(reason, &[("name", &text(name))]))
}

/// Untrusted bytes as a short text that a terminal and a page can show: no control or direction characters.
fn text(bytes: &[u8]) -> String {
    let start = bytes.get(..4 * MAX_TEXT).unwrap_or(bytes);
    String::from_utf8_lossy(start).chars().map(printable).take(MAX_TEXT).collect()
}

fn printable(c: char) -> char {
    let invisible =
        matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    if c.is_control() || invisible { char::REPLACEMENT_CHARACTER } else { c }
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

/// `StringStringEntryProto`: key 1, value 2.
fn entry(bytes: &[u8]) -> Result<(&[u8], &[u8]), Refusal> {
    let (mut key, mut value) = (&b""[..], &b""[..]);
    for field in fields(bytes) {
        match read(field)? {
            (1, Value::Bytes(text)) => key = text,
            (2, Value::Bytes(text)) => value = text,
            _ => {}
        }
    }
    Ok((key, value))
}

/// The next field, or the refusal of a broken message.
fn read(field: Result<Field<'_>, WireError>) -> Result<(u64, Value<'_>), Refusal> {
    field.map(|field| (field.number, field.value)).map_err(broken)
}

#[cfg(test)]
pub mod tests;
