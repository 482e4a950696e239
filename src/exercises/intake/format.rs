//! What an uploaded file is, by its first bytes; the ending only where they leave a doubt.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

use super::{IntakeFault, UploadedFile, archive};

/// Bytes that are looked at.
const START: u64 = 4096;

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// A ZIP archive of images.
    Archive,
    /// A ZIP archive of NumPy arrays.
    Npz,
    /// One NumPy array.
    Npy,
    /// The format of the MNIST files.
    Idx,
    /// The same in gzip.
    IdxGz,
    /// A table with a header line.
    Csv,
    /// Columns in row groups.
    Parquet,
}

/// Opens an uploaded file.
pub(super) fn open(file: &UploadedFile<'_>) -> Result<File, IntakeFault> {
    File::open(file.path).map_err(|error| unreadable(file.name, &error))
}

/// A fault of our disk, or of a damaged stream.
pub(super) fn unreadable(file: &str, error: &std::io::Error) -> IntakeFault {
    IntakeFault::Unreadable { file: file.to_owned(), detail: error.to_string() }
}

/// Recognises a file.
pub(super) fn of(file: &UploadedFile<'_>) -> Result<Format, IntakeFault> {
    let mut opened = open(file)?;
    let mut start = Vec::new();
    (&mut opened).take(START).read_to_end(&mut start).map_err(|error| unreadable(file.name, &error))?;
    let unknown = || IntakeFault::UnknownFormat { file: file.name.to_owned() };
    if start.is_empty() {
        return Err(IntakeFault::NoSamples { file: file.name.to_owned() });
    }
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        let holds_arrays = archive::open(file)?.paths().any(|path| has_ending(path, "npy"));
        return Ok(if holds_arrays { Format::Npz } else { Format::Archive });
    }
    if start.starts_with(b"\x93NUMPY") {
        return Ok(Format::Npy);
    }
    if start.starts_with(b"\x1f\x8b") {
        return Ok(Format::IdxGz);
    }
    if start.starts_with(b"PAR1") {
        return if ends_as_parquet(&mut opened) { Ok(Format::Parquet) } else { Err(damaged(file.name)) };
    }
    match start.as_slice() {
        [0, 0, 8..=14, 1..=9, ..] => Ok(Format::Idx),
        // Tables in UTF-16 are named as what they are when they are read.
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] if is_table(file.name) => Ok(Format::Csv),
        text if !text.contains(&0) && (is_table(file.name) || is_text(text)) => Ok(Format::Csv),
        _ => Err(unknown()),
    }
}

fn damaged(file: &str) -> IntakeFault {
    IntakeFault::Damaged { file: file.to_owned() }
}

/// Whether a name ends so, in whatever case.
pub(super) fn has_ending(name: &str, ending: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found.eq_ignore_ascii_case(ending))
}

fn is_table(name: &str) -> bool {
    ["csv", "tsv", "txt"].into_iter().any(|ending| has_ending(name, ending))
}

/// Whether these bytes are lines of UTF-8 with something between their columns; the last letter may be cut in two.
fn is_text(start: &[u8]) -> bool {
    let whole = match std::str::from_utf8(start) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && start.len() as u64 == START,
    };
    let first = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    whole && first.iter().any(|byte| matches!(byte, b',' | b';' | b'\t'))
}

fn ends_as_parquet(file: &mut File) -> bool {
    let mut end = [0; 4];
    file.seek(SeekFrom::End(-4)).is_ok() && file.read_exact(&mut end).is_ok() && &end == b"PAR1"
}
