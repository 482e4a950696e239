//! What the pages of a Parquet column say that they unpack to, before any of them is unpacked.
//!
//! The crate sets aside what a page's header declares. Headers are in Thrift's compact protocol; of `PageHeader`
//! (parquet-format, `parquet.thrift`) only field 2, `uncompressed_page_size`, and field 3, `compressed_page_size`, are read.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
};

/// Most bytes of one page; writers make pages of about 1 MiB.
const MAX_PAGE: u64 = 128 << 20;
/// Most bytes of one header; it may hold the least and the greatest value of the page.
const MAX_HEADER: u64 = 64 << 10;
/// Deepest nesting; that of the format is 3.
const MAX_DEPTH: usize = 8;
/// The type that ends a struct.
const STOP: u8 = 0;

/// The sum of what the pages between `start` and `end` unpack to; `None` if they are no pages, or one is too large.
pub(super) fn unpacked(file: &mut File, start: u64, end: u64) -> Option<u64> {
    let (mut at, mut sum) = (start, 0_u64);
    while at < end {
        file.seek(SeekFrom::Start(at)).ok()?;
        let mut window = Vec::new();
        file.take(MAX_HEADER.min(end - at)).read_to_end(&mut window).ok()?;
        let mut reader = Compact { rest: &window };
        let [unpacked, packed] = reader.page_header()?;
        if unpacked > MAX_PAGE {
            return None;
        }
        sum = sum.checked_add(unpacked)?;
        at = at.checked_add((window.len() - reader.rest.len()) as u64)?.checked_add(packed)?;
    }
    (at == end).then_some(sum)
}

/// Values of Thrift's compact protocol.
struct Compact<'a> {
    rest: &'a [u8],
}

impl Compact<'_> {
    /// The largest values that are given for fields 2 and 3, and the end of the struct.
    fn page_header(&mut self) -> Option<[u64; 2]> {
        let mut sizes: [Option<u64>; 2] = [None; 2];
        let mut id = 0;
        loop {
            let kind = self.field(&mut id)?;
            if kind == STOP {
                break;
            }
            let place = match (id, kind) {
                (2, 5) => sizes.first_mut(),
                (3, 5) => sizes.last_mut(),
                _ => None,
            };
            match place {
                Some(size) => {
                    let value = self.number()?;
                    // Zigzag; a size is not negative.
                    let value = (value.is_multiple_of(2)).then_some(value >> 1)?;
                    *size = Some(size.unwrap_or(0).max(value));
                }
                None => self.skip(kind, 0)?,
            }
        }
        let [unpacked, packed] = sizes;
        Some([unpacked?, packed?])
    }

    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// The type of the next field, [`STOP`] where the struct ends, and in `id` its number.
    fn field(&mut self, id: &mut u64) -> Option<u8> {
        let head = self.byte()?;
        if head & 0x0f == STOP {
            return Some(STOP);
        }
        *id = match head >> 4 {
            0 => self.number()? >> 1,
            step => *id + u64::from(step),
        };
        Some(head & 0x0f)
    }

    fn skip_bytes(&mut self, count: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(count).ok()?..)?;
        Some(())
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match kind {
            1 | 2 => Some(()),
            3 => self.skip_bytes(1),
            4..=6 => self.number().map(|_| ()),
            7 => self.skip_bytes(8),
            8 => self.number().and_then(|length| self.skip_bytes(length)),
            9 | 10 => {
                let head = self.byte()?;
                let count = if head >> 4 == 15 { self.number()? } else { u64::from(head >> 4) };
                // Truth values take a byte inside a list.
                let kind = if matches!(head & 0x0f, 1 | 2) { 3 } else { head & 0x0f };
                // An element takes a byte at least, so that this ends with the window.
                (0..count).try_for_each(|_| self.skip(kind, depth + 1))
            }
            12 => {
                let mut id = 0;
                loop {
                    match self.field(&mut id)? {
                        STOP => return Some(()),
                        kind => self.skip(kind, depth + 1)?,
                    }
                }
            }
            _ => None,
        }
    }
}
