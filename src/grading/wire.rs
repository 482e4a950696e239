//! The wire format of protocol buffers: fields one after the other, borrowed from the bytes, nothing allocated.

use std::iter;

#[cfg(test)]
pub mod build;

/// The value of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// A variable-length integer.
    Varint(u64),
    /// Bytes with a length: a string, a message, packed numbers.
    Bytes(&'a [u8]),
    /// Four or eight bytes.
    Fixed(usize),
}

impl<'a> Value<'a> {
    /// Variable-length integers, one by one or packed; `None` in place of what is none, and then no more.
    pub fn varints(self) -> impl Iterator<Item = Option<u64>> + use<'a> {
        let (one, mut packed) = match self {
            Self::Varint(value) => (Some(Some(value)), &b""[..]),
            Self::Bytes(packed) => (None, packed),
            Self::Fixed(_) => (Some(None), &b""[..]),
        };
        let several = iter::from_fn(move || {
            if packed.is_empty() {
                return None;
            }
            let value = varint(packed).ok();
            packed = value.map_or(&[], |(_, rest)| rest);
            Some(value.map(|(value, _)| value))
        });
        one.into_iter().chain(several)
    }

    /// How many numbers of `size` bytes these are, one by one or packed.
    pub fn count_fixed(self, size: usize) -> u64 {
        match self {
            Self::Fixed(found) => u64::from(found == size),
            Self::Bytes(packed) => (packed.len() / size.max(1)) as u64,
            Self::Varint(_) => 0,
        }
    }

    /// How many variable-length integers these are, one by one or packed.
    pub fn count_varints(self) -> u64 {
        match self {
            Self::Varint(_) => 1,
            Self::Bytes(packed) => packed.iter().map(|byte| u64::from(*byte < 0x80)).sum(),
            Self::Fixed(_) => 0,
        }
    }
}

/// One field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its number.
    pub number: u64,
    /// Its value.
    pub value: Value<'a>,
}

/// The bytes do not follow the wire format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireError {
    /// They end inside a field.
    Truncated,
    /// They contain what no encoder writes.
    Malformed,
}

/// The fields of one message.
pub struct Fields<'a>(&'a [u8]);

/// Reads the fields of a message.
pub fn fields(message: &[u8]) -> Fields<'_> {
    Fields(message)
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'a> Fields<'a> {
    /// What has not been read yet.
    pub fn left(&self) -> &'a [u8] {
        self.0
    }

    fn field(&mut self) -> Result<Field<'a>, WireError> {
        let key = self.varint()?;
        let number = key >> 3;
        if number == 0 || number >= 1 << 29 {
            return Err(WireError::Malformed);
        }
        let value = match key & 7 {
            0 => Value::Varint(self.varint()?),
            1 => Value::Fixed(self.bytes(8)?.len()),
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| WireError::Truncated)?;
                Value::Bytes(self.bytes(length)?)
            }
            5 => Value::Fixed(self.bytes(4)?.len()),
            _ => return Err(WireError::Malformed),
        };
        Ok(Field { number, value })
    }

    fn bytes(&mut self, length: usize) -> Result<&'a [u8], WireError> {
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(WireError::Truncated)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn varint(&mut self) -> Result<u64, WireError> {
        let (value, rest) = varint(self.0)?;
        self.0 = rest;
        Ok(value)
    }
}

/// Reads one variable-length integer off the front.
pub fn varint(bytes: &[u8]) -> Result<(u64, &[u8]), WireError> {
    let mut value = 0_u64;
    for (position, &byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f).checked_shl(7 * u32::try_from(position).unwrap_or(u32::MAX)).unwrap_or(0);
        if byte < 0x80 {
            return Ok((value, bytes.get(position + 1..).unwrap_or(&[])));
        }
    }
    Err(if bytes.len() < 10 { WireError::Truncated } else { WireError::Malformed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_in_order() {
        let message = [0x08, 0x96, 0x01, 0x12, 0x02, b'h', b'i', 0x1d, 0, 0, 0, 0];
        let read: Vec<_> = fields(&message).map(Result::unwrap).collect();
        assert_eq!(read.len(), 3);
        assert_eq!(read[0], Field { number: 1, value: Value::Varint(150) });
        assert_eq!(read[1], Field { number: 2, value: Value::Bytes(b"hi") });
        assert_eq!(read[2], Field { number: 3, value: Value::Fixed(4) });
    }

    #[test]
    fn broken_bytes_end_the_message() {
        let first = |bytes: &[u8]| fields(bytes).next().unwrap().unwrap_err();
        assert_eq!(first(&[0x12, 5, b'h']), WireError::Truncated);
        assert_eq!(first(&[0x08]), WireError::Truncated);
        assert_eq!(first(&[0x00, 0x00]), WireError::Malformed);
        assert_eq!(first(&[0x0b]), WireError::Malformed);
        assert_eq!(first(&[0xff; 12]), WireError::Malformed);
        assert_eq!(fields(&[0x12, 5, b'h']).count(), 1);
        assert_eq!(varint(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]), Ok((u64::MAX, &[][..])));
    }
}
