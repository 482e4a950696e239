//! Recognises files that people submit instead of an ONNX model, by their content, and names them.
//!
//! Only a bounded part of the file is looked at, nothing is unpacked. Magic numbers are those of the formats' own
//! documents; names inside ZIP archives are those that Keras 3, PyTorch 2 and NumPy 2 write.

mod archive;

use crate::grading::{
    verdict::Reason,
    wire::{Field, Value, fields},
};

/// Bytes looked at for magic numbers and text.
const PREFIX: usize = 4096;
/// Fields looked at in files of other protocol buffers.
const MAX_FIELDS: usize = 64;

/// Bytes at an offset, and what they mean. The first that fits wins.
const MAGIC: &[(usize, &[u8], Reason)] = &[
    (0, b"\x89HDF\r\n\x1a\n", Reason::FileIsHdf5),
    // ONNX Runtime's flatbuffer loader looks at the fifth byte.
    (0, b"ORTM", Reason::FileIsOrt),
    (4, b"ORTM", Reason::FileIsOrt),
    (4, b"TFL3", Reason::FileIsTflite),
    // PyTorch before 1.6: a pickle of this number comes first.
    (0, b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", Reason::FileIsTorch),
    (0, b"\x80\x02", Reason::FileIsPickle),
    (0, b"\x80\x03", Reason::FileIsPickle),
    (0, b"\x80\x04", Reason::FileIsPickle),
    (0, b"\x80\x05", Reason::FileIsPickle),
    (0, b"\x93NUMPY", Reason::FileIsNumpy),
    (0, b"GGUF", Reason::FileIsGguf),
    (0, b"tree\nversion=", Reason::FileIsBoosting),
    (0, b"version https://git-lfs", Reason::FileIsLfsPointer),
    // zlib at its four usual levels.
    (0, b"\x78\x01", Reason::FileIsJoblib),
    (0, b"\x78\x5e", Reason::FileIsJoblib),
    (0, b"\x78\x9c", Reason::FileIsJoblib),
    (0, b"\x78\xda", Reason::FileIsJoblib),
    (0, b"\x1f\x8b", Reason::FileIsArchive),
    (0, b"BZh", Reason::FileIsArchive),
    (0, b"\xfd7zXZ\0", Reason::FileIsArchive),
    (0, b"\x28\xb5\x2f\xfd", Reason::FileIsArchive),
    (0, b"7z\xbc\xaf\x27\x1c", Reason::FileIsArchive),
    (0, b"Rar!\x1a\x07", Reason::FileIsArchive),
    (257, b"ustar", Reason::FileIsArchive),
    (0, b"\x89PNG\r\n\x1a\n", Reason::FileIsImage),
    (0, b"\xff\xd8\xff", Reason::FileIsImage),
    (0, b"GIF8", Reason::FileIsImage),
    (8, b"WEBP", Reason::FileIsImage),
    (0, b"%PDF-", Reason::FileIsDocument),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Reason::FileIsDocument),
    (0, b"\x7fELF", Reason::FileIsProgram),
    (0, b"MZ", Reason::FileIsProgram),
    (0, b"\xcf\xfa\xed\xfe", Reason::FileIsProgram),
    (0, b"\xca\xfe\xba\xbe", Reason::FileIsProgram),
];

/// What a file that is not ONNX is, if it is one of the formats that people submit by mistake.
pub fn other_format(file: &[u8]) -> Option<Reason> {
    by_magic(file)
        .or_else(|| archive::zip_format(file))
        .or_else(|| safetensors(file))
        .or_else(|| by_text(file))
        .or_else(|| by_protobuf(file))
}

fn by_magic(file: &[u8]) -> Option<Reason> {
    let fits =
        |(offset, magic, _): &&(usize, &[u8], Reason)| file.get(*offset..).is_some_and(|rest| rest.starts_with(magic));
    MAGIC.iter().find(fits).map(|(_, _, reason)| *reason)
}

/// Safetensors: the length of a JSON object in eight bytes, then the object.
fn safetensors(file: &[u8]) -> Option<Reason> {
    let (length, rest) = file.split_first_chunk::<8>()?;
    let plausible = (2..100_000_000).contains(&u64::from_le_bytes(*length));
    (plausible && rest.starts_with(b"{\"")).then_some(Reason::FileIsSafetensors)
}

fn by_text(file: &[u8]) -> Option<Reason> {
    let start = file.get(..PREFIX).unwrap_or(file);
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    if start.starts_with(b"{") {
        return json(file, start);
    }
    let lower = start.get(..16).unwrap_or(start).to_ascii_lowercase();
    if [&b"<!doctype"[..], b"<html", b"<?xml", b"<head", b"<svg"].iter().any(|tag| lower.starts_with(tag)) {
        return Some(Reason::FileIsHtml);
    }
    start.split(|byte| *byte == b'\n').any(is_python).then_some(Reason::FileIsPython)
}

/// Notebooks, and the JSON and binary JSON of XGBoost.
fn json(file: &[u8], start: &[u8]) -> Option<Reason> {
    let end = file.get(file.len().saturating_sub(PREFIX)..).unwrap_or(file);
    let holds = |text: &[u8], word: &[u8]| text.windows(word.len()).any(|window| window == word);
    if holds(start, b"\"nbformat\"") || holds(end, b"\"nbformat\"") {
        Some(Reason::FileIsNotebook)
    } else if holds(start.get(..64).unwrap_or(start), b"learner") {
        Some(Reason::FileIsBoosting)
    } else {
        None
    }
}

/// Whether a line of text can only be Python.
fn is_python(line: &[u8]) -> bool {
    let Ok(line) = std::str::from_utf8(line) else { return false };
    let line = line.trim_end();
    let mut words = line.split(' ');
    match (words.next(), words.next()) {
        (Some("import"), Some(module)) => {
            is_module(module.trim_end_matches(','))
                && (module.ends_with(',') || matches!(words.next(), None | Some("as")))
        }
        (Some("from"), Some(module)) => is_module(module) && words.next() == Some("import"),
        (Some("def" | "class"), Some(_)) => line.ends_with(':'),
        (Some(first), _) => first.starts_with("#!") && line.contains("python"),
        (None, _) => false,
    }
}

fn is_module(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
}

/// Other protocol buffers of machine learning: TensorFlow's graphs, Core ML's models.
fn by_protobuf(file: &[u8]) -> Option<Reason> {
    let read = || fields(file).take(MAX_FIELDS).map_while(Result::ok);
    let only = |numbers: &[u64]| read().all(|field| numbers.contains(&field.number));
    match read().next()? {
        // SavedModel: schema version 1, meta graphs 2.
        Field { number: 1, value: Value::Varint(1) } if only(&[1, 2]) && read().any(is_meta_graph) => {
            Some(Reason::FileIsTensorflow)
        }
        // Model: specification version 1, description 2, the model itself in 200 or above.
        Field { number: 1, value: Value::Varint(_) }
            if read().any(|field| (200..=3000).contains(&field.number)) && read().all(|field| field.number != 7) =>
        {
            Some(Reason::FileIsCoreml)
        }
        // GraphDef: nodes 1, library 2, version 3, versions 4.
        Field { number: 1, value: Value::Bytes(node) } if only(&[1, 2, 3, 4]) && is_graph_node(node) => {
            Some(Reason::FileIsTensorflow)
        }
        _ => None,
    }
}

/// `MetaGraphDef`: its information 1 or its graph 2 comes first, a message either way.
fn is_meta_graph(field: Field<'_>) -> bool {
    let Field { number: 2, value: Value::Bytes(content) } = field else { return false };
    let mut inner = fields(content).map_while(Result::ok);
    content.len() > 32 && matches!(inner.next(), Some(Field { number: 1 | 2, value: Value::Bytes(_) }))
}

/// `NodeDef`: a name 1 and an operation 2, both text.
fn is_graph_node(node: &[u8]) -> bool {
    let mut inner = fields(node).map_while(Result::ok).map(|field| (field.number, field.value));
    let text = |value: Option<(u64, Value<'_>)>, wanted| matches!(value, Some((number, Value::Bytes(text))) if number == wanted && text.iter().all(u8::is_ascii_graphic));
    text(inner.next(), 1) && text(inner.next(), 2)
}

#[cfg(test)]
mod tests;
