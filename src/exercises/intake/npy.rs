//! NumPy's `.npy` format: a header that is a Python dictionary, then the values. Pickles are never opened.
//!
//! The header is read by hand and not as Python: a deeply nested one would exhaust the stack of a recursive parser.

use std::io::Read;

use super::{Array, IntakeFault, MAX_NUMBER_BYTES, Values, idx::exactly};

/// NumPy itself reads no longer header from strangers (`max_header_size`).
const MAX_HEADER: usize = 10_000;

/// Reads one array; `name` is that of the file, or of the entry in an archive.
pub(super) fn read(mut reader: impl Read, name: &str) -> Result<Array, IntakeFault> {
    let damaged = || IntakeFault::Damaged { file: name.to_owned() };
    let header = header(&mut reader).ok_or_else(damaged)?;
    let kind = field(&header, "descr").ok_or_else(damaged)?;
    let file = || name.to_owned();
    let Some(kind) = quoted(kind) else { return Err(IntakeFault::ArrayType { file: file(), found: "record".into() }) };
    let bare = kind.trim_start_matches(['<', '|', '=', '>']);
    if bare.starts_with('O') {
        return Err(IntakeFault::Pickle { file: file() });
    }
    let Some((size, kept)) = sizes(bare) else {
        return Err(IntakeFault::ArrayType { file: file(), found: kind.chars().take(20).collect() });
    };
    let dims = dims(field(&header, "shape").ok_or_else(damaged)?).ok_or_else(damaged)?;
    let is_fortran = field(&header, "fortran_order").ok_or_else(damaged)?.starts_with("True");
    let elements = dims.iter().try_fold(1_usize, |all, &size| all.checked_mul(size));
    let bytes = elements.and_then(|all| all.checked_mul(kept)).filter(|bytes| *bytes <= MAX_NUMBER_BYTES);
    let (Some(elements), Some(_)) = (elements, bytes) else {
        return Err(IntakeFault::TooManyNumbers { file: file(), limit: MAX_NUMBER_BYTES >> 20 });
    };
    if dims.is_empty() || dims.len() > 8 {
        return Err(IntakeFault::ArrayShape { file: file(), shape: super::shape::written(&dims) });
    }
    let mut data = exactly(&mut reader, (elements * size) as u64, name)?;
    if kind.starts_with('>') {
        data.chunks_exact_mut(size).for_each(<[u8]>::reverse);
    }
    let mut values = values(bare, data);
    if is_fortran {
        values = values.from_fortran_order(&dims);
    }
    Ok(Array { dims, values })
}

fn header(reader: &mut impl Read) -> Option<String> {
    let mut start = [0; 8];
    reader.read_exact(&mut start).ok()?;
    let length = match start {
        [0x93, b'N', b'U', b'M', b'P', b'Y', 1, _] => {
            let mut size = [0; 2];
            reader.read_exact(&mut size).ok()?;
            usize::from(u16::from_le_bytes(size))
        }
        [0x93, b'N', b'U', b'M', b'P', b'Y', 2 | 3, _] => {
            let mut size = [0; 4];
            reader.read_exact(&mut size).ok()?;
            usize::try_from(u32::from_le_bytes(size)).ok()?
        }
        _ => return None,
    };
    if length > MAX_HEADER {
        return None;
    }
    let mut header = vec![0; length];
    reader.read_exact(&mut header).ok()?;
    String::from_utf8(header).ok()
}

/// What stands after a key of the dictionary.
fn field<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = header.split_once(&format!("'{key}'")).or_else(|| header.split_once(&format!("\"{key}\"")))?;
    rest.trim_start().strip_prefix(':').map(str::trim_start)
}

fn quoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    text.get(1..)?.split_once(quote).map(|(inside, _)| inside)
}

/// `(2, 3)`, `(2,)` or `()`.
fn dims(text: &str) -> Option<Vec<usize>> {
    let (inside, _) = text.strip_prefix('(')?.split_once(')')?;
    inside.split(',').map(str::trim).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect()
}

/// Bytes of one element in the file, and as it is kept.
fn sizes(kind: &str) -> Option<(usize, usize)> {
    Some(match kind {
        "u1" | "b1" => (1, 1),
        "i1" => (1, 8),
        "i2" | "u2" => (2, 8),
        "i4" | "u4" | "f4" => (4, 8),
        "i8" | "f8" => (8, 8),
        _ => return None,
    })
}

fn values(kind: &str, data: Vec<u8>) -> Values {
    macro_rules! widened {
        ($from:ty, $to:ident, $wide:ty) => {
            Values::$to(
                data.as_chunks::<{ size_of::<$from>() }>()
                    .0
                    .iter()
                    .map(|word| <$wide>::from(<$from>::from_le_bytes(*word)))
                    .collect(),
            )
        };
    }
    match kind {
        "i1" => widened!(i8, Integers, i64),
        "i2" => widened!(i16, Integers, i64),
        "u2" => widened!(u16, Integers, i64),
        "i4" => widened!(i32, Integers, i64),
        "u4" => widened!(u32, Integers, i64),
        "i8" => widened!(i64, Integers, i64),
        "f4" => widened!(f32, Floats, f64),
        "f8" => widened!(f64, Floats, f64),
        _ => Values::Bytes(data),
    }
}
