//! The IDX format of the MNIST files: a big-endian header, then bytes; gzip around it.

use std::io::Read;

use flate2::read::GzDecoder;

/// Most bytes that a data file may unpack to.
const MAX_BYTES: u64 = 2 << 30;

/// An array of bytes with its dimensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idx {
    /// The dimensions; the first counts the samples.
    pub dims: Vec<usize>,
    /// The values, row-major.
    pub data: Vec<u8>,
}

/// Unpacks a gzipped IDX file of unsigned bytes, all of it or at most the first `most` samples.
///
/// # Errors
/// A sentence for the author of the content.
pub fn read_gz(bytes: &[u8], most: Option<usize>) -> Result<Idx, String> {
    let mut reader = GzDecoder::new(bytes).take(MAX_BYTES);
    let mut fill = |length: usize| {
        let mut part = vec![0; length];
        reader.read_exact(&mut part).map_err(|error| format!("not a whole IDX file in gzip: {error}")).map(|()| part)
    };
    let [0, 0, kind, rank] = fill(4)?[..] else { return Err("not an IDX file".into()) };
    if kind != 8 || !(1..=4).contains(&rank) {
        return Err(format!("an IDX file of unsigned bytes has type 8 and 1 to 4 dimensions, not {kind} and {rank}"));
    }
    let mut dims = Vec::new();
    for word in fill(usize::from(rank) * 4)?.as_chunks::<4>().0 {
        dims.push(usize::try_from(u32::from_be_bytes(*word)).unwrap_or(usize::MAX));
    }
    let is_part = most.is_some_and(|most| dims.first().is_some_and(|&count| most < count));
    if let (Some(most), Some(count)) = (most.filter(|_| is_part), dims.first_mut()) {
        *count = most;
    }
    let length = dims.iter().try_fold(1_usize, |all, &size| all.checked_mul(size));
    let length = length.filter(|&length| length as u64 <= MAX_BYTES).ok_or("the IDX header declares too many bytes")?;
    let data = fill(length)?;
    if !is_part && !matches!(reader.read(&mut [0]), Ok(0)) {
        return Err("the IDX file goes on after its last sample".into());
    }
    Ok(Idx { dims, data })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    const TWO_BY_TWO: [u8; 16] = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4];

    #[test]
    fn a_file_is_read_whole_or_in_part() {
        assert_eq!(read_gz(&gz(&TWO_BY_TWO), None), Ok(Idx { dims: vec![2, 2], data: vec![1, 2, 3, 4] }));
        assert_eq!(read_gz(&gz(&TWO_BY_TWO), Some(1)), Ok(Idx { dims: vec![1, 2], data: vec![1, 2] }));
    }

    #[test]
    fn a_broken_file_says_what_is_broken() {
        let broken = |bytes: &[u8], take| read_gz(&gz(bytes), take).unwrap_err();
        assert!(broken(&TWO_BY_TWO[..15], None).contains("not a whole"));
        assert!(broken(&[0, 0, 13, 1, 0, 0, 0, 0], None).contains("type 8"));
        assert!(broken(b"PK\x03\x04....", None).contains("not an IDX"));
        assert!(broken(&[&TWO_BY_TWO[..], &[5]].concat(), None).contains("goes on"));
        assert!(
            broken(&[0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255], None)
                .contains("too many")
        );
        assert!(read_gz(b"plain", None).is_err());
    }
}
