//! How samples lie in shared memory, and how a batch of them is read out.

use std::{io, os::fd::BorrowedFd};

use super::{
    contract::{InputKind, InputSpec},
    shared::read_exact_at,
};

/// Longest text of one sample in bytes; a longer one is a fault of the exercise.
pub const MAX_TEXT: usize = 1 << 20;

/// The kept form of texts: `n + 1` little-endian u64 offsets into the UTF-8 bytes that follow them.
pub fn texts_to_bytes<T: AsRef<str>>(texts: &[T]) -> Vec<u8> {
    let mut offsets = Vec::with_capacity((texts.len() + 1) * 8);
    let mut end = 0_u64;
    offsets.extend_from_slice(&end.to_le_bytes());
    for text in texts {
        end += text.as_ref().len() as u64;
        offsets.extend_from_slice(&end.to_le_bytes());
    }
    for text in texts {
        offsets.extend_from_slice(text.as_ref().as_bytes());
    }
    offsets
}

/// Reads back what [`texts_to_bytes`] wrote; `None` if the bytes are something else.
pub fn texts_from_bytes(bytes: &[u8], n: usize) -> Option<Vec<String>> {
    let (offsets, text) = bytes.split_at_checked(n.checked_add(1)?.checked_mul(8)?)?;
    let offsets: Vec<usize> = offsets
        .as_chunks::<8>()
        .0
        .iter()
        .map(|word| usize::try_from(u64::from_le_bytes(*word)).ok())
        .collect::<Option<_>>()?;
    let one = |(from, to): (&usize, &usize)| Some(String::from_utf8_lossy(text.get(*from..*to)?).into_owned());
    offsets.iter().zip(offsets.iter().skip(1)).map(one).collect()
}

/// The samples of one batch, before any conversion.
#[derive(Debug, Clone, PartialEq)]
pub enum Raw {
    /// Bytes of images.
    Bytes(Vec<u8>),
    /// Measured numbers.
    Numbers(Vec<f64>),
    /// Token ids.
    Tokens(Vec<i64>),
    /// Texts.
    Texts(Vec<String>),
}

/// Reads `keep` samples from `start` on, of `n` in the file, and repeats the last one until there are `rows`.
pub fn read(
    spec: &InputSpec,
    file: BorrowedFd<'_>,
    n: usize,
    (start, keep, rows): (usize, usize, usize),
) -> io::Result<Raw> {
    let Some(size) = spec.kind.element_bytes() else { return read_texts(file, n, (start, keep, rows)) };
    let row = spec.elements() * size;
    let mut bytes = vec![0; keep * row];
    read_exact_at(file, &mut bytes, start * row)?;
    for _ in keep..rows {
        bytes.extend_from_within((keep - 1) * row..keep * row);
    }
    let words = || bytes.as_chunks::<8>().0.iter();
    Ok(match spec.kind {
        InputKind::Image | InputKind::Text => Raw::Bytes(bytes),
        InputKind::Vector => Raw::Numbers(words().map(|word| f64::from_le_bytes(*word)).collect()),
        InputKind::Tokens => Raw::Tokens(words().map(|word| i64::from_le_bytes(*word)).collect()),
    })
}

fn read_texts(file: BorrowedFd<'_>, n: usize, (start, keep, rows): (usize, usize, usize)) -> io::Result<Raw> {
    let invalid = || io::Error::from(io::ErrorKind::InvalidData);
    let mut offsets = vec![0; (keep + 1) * 8];
    read_exact_at(file, &mut offsets, start * 8)?;
    let words = offsets.as_chunks::<8>().0.iter();
    let offsets: Vec<usize> = words
        .map(|word| usize::try_from(u64::from_le_bytes(*word)))
        .collect::<Result<_, _>>()
        .map_err(|_| invalid())?;
    let texts_start = (n + 1) * 8;
    let mut texts = Vec::with_capacity(rows);
    for (from, to) in offsets.iter().zip(offsets.iter().skip(1)) {
        let length = to.checked_sub(*from).filter(|length| *length <= MAX_TEXT).ok_or_else(invalid)?;
        let mut bytes = vec![0; length];
        read_exact_at(file, &mut bytes, texts_start + from)?;
        texts.push(String::from_utf8(bytes).map_err(|_| invalid())?);
    }
    let last = texts.last().cloned().unwrap_or_default();
    texts.resize(rows, last);
    Ok(Raw::Texts(texts))
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use super::*;
    use crate::grading::{contract::Dtype, shared::SharedBytes};

    fn spec(kind: InputKind, shape: &[usize]) -> InputSpec {
        InputSpec { name: "x".into(), kind, shape: shape.to_vec(), dtype: Dtype::Float32 }
    }

    #[test]
    fn a_batch_is_read_from_its_place_and_padded_with_the_last_sample() {
        let file = SharedBytes::new(&[1, 2, 3, 4, 5, 6]).unwrap();
        let raw = read(&spec(InputKind::Image, &[1, 2, 1]), file.as_fd(), 3, (1, 2, 3)).unwrap();
        assert_eq!(raw, Raw::Bytes(vec![3, 4, 5, 6, 5, 6]));
        let numbers: Vec<u8> = [0.5_f64, -1.0, 2.0].iter().flat_map(|value| value.to_le_bytes()).collect();
        let file = SharedBytes::new(&numbers).unwrap();
        let raw = read(&spec(InputKind::Vector, &[1]), file.as_fd(), 3, (2, 1, 1)).unwrap();
        assert_eq!(raw, Raw::Numbers(vec![2.0]));
    }

    #[test]
    fn texts_of_any_length_and_script_survive() {
        let texts = ["", "Where is my certificate?", "证书在哪里？"];
        let bytes = texts_to_bytes(&texts);
        assert_eq!(texts_from_bytes(&bytes, 3).unwrap(), texts);
        assert_eq!(texts_from_bytes(&bytes[..20], 3), None);
        let file = SharedBytes::new(&bytes).unwrap();
        let raw = read(&spec(InputKind::Text, &[]), file.as_fd(), 3, (1, 2, 3)).unwrap();
        assert_eq!(raw, Raw::Texts([texts[1], texts[2], texts[2]].map(str::to_owned).to_vec()));
    }
}
