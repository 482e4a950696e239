//! The IDX format of the MNIST files, plain or in gzip: a big-endian header, then unsigned bytes.

use std::io::{BufReader, Read};

use flate2::read::GzDecoder;

use super::{Array, IntakeFault, MAX_NUMBER_BYTES, UploadedFile, Values, format};

/// Reads one file; a gzip stream is never unpacked further than its header declares.
pub(super) fn read(file: &UploadedFile<'_>, is_gzip: bool) -> Result<Array, IntakeFault> {
    let opened = BufReader::new(format::open(file)?);
    if is_gzip { array(GzDecoder::new(opened), file.name) } else { array(opened, file.name) }
}

fn array(mut reader: impl Read, name: &str) -> Result<Array, IntakeFault> {
    let file = || name.to_owned();
    let unknown = |_| IntakeFault::UnknownFormat { file: name.to_owned() };
    let mut start = [0; 4];
    reader.read_exact(&mut start).map_err(unknown)?;
    let [0, 0, kind, rank @ 1..=4] = start else { return Err(IntakeFault::UnknownFormat { file: file() }) };
    if kind != 8 {
        return Err(IntakeFault::ArrayType { file: file(), found: format!("IDX 0x{kind:02X}") });
    }
    let mut dims = Vec::new();
    for _ in 0..rank {
        let mut word = [0; 4];
        reader.read_exact(&mut word).map_err(unknown)?;
        dims.push(usize::try_from(u32::from_be_bytes(word)).unwrap_or(usize::MAX));
    }
    let length = dims.iter().try_fold(1_usize, |all, &size| all.checked_mul(size));
    let Some(length) = length.filter(|length| *length <= MAX_NUMBER_BYTES) else {
        return Err(IntakeFault::TooManyNumbers { file: file(), limit: MAX_NUMBER_BYTES >> 20 });
    };
    let data = exactly(&mut reader, length as u64, name)?;
    Ok(Array { dims, values: Values::Bytes(data) })
}

/// The rest of a stream, which must have this length.
pub(super) fn exactly(reader: &mut impl Read, expected: u64, name: &str) -> Result<Vec<u8>, IntakeFault> {
    let file = name.to_owned();
    let mut data = Vec::new();
    let read = reader.take(expected + 1).read_to_end(&mut data);
    let found = data.len() as u64;
    match read {
        // A stream that ends early is an error of gzip and none of a file.
        Err(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => Err(IntakeFault::Damaged { file }),
        Ok(_) | Err(_) if found < expected => Err(IntakeFault::Truncated { file, expected, found }),
        Ok(_) | Err(_) if found > expected => Err(IntakeFault::GoesOn { file, expected }),
        Ok(_) => Ok(data),
        Err(_) => Err(IntakeFault::Damaged { file }),
    }
}
