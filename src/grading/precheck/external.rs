//! Where a tensor says that its data are, if they are outside the model: only the one second file will do.

use crate::grading::{adapt::Refusal, verdict::Reason};

use super::{Weights, entry, refuse_named, text};

/// The entries of `external_data`, as ONNX documents them (docs/ExternalData.md).
#[derive(Debug, Default)]
pub struct Location<'a> {
    file: Option<&'a [u8]>,
    offset: Option<u64>,
    length: Option<u64>,
    /// An entry that is unknown, repeated or no number.
    faulty: bool,
}

impl<'a> Location<'a> {
    /// Adds one entry.
    pub fn add(&mut self, bytes: &'a [u8]) -> Result<(), Refusal> {
        let (key, value) = entry(bytes)?;
        match key {
            b"location" => self.faulty |= self.file.replace(value).is_some(),
            b"offset" => self.faulty |= decimal(value).is_none_or(|number| self.offset.replace(number).is_some()),
            b"length" => self.faulty |= decimal(value).is_none_or(|number| self.length.replace(number).is_some()),
            b"checksum" => {}
            _ => self.faulty = true,
        }
        Ok(())
    }

    /// Checks that the tensor `name`, of `size` bytes, lies wholly in the second file.
    pub fn check(&self, weights: &Weights<'_>, name: &[u8], size: u64) -> Result<(), Refusal> {
        let Some(file) = self.file else { return refuse_named(Reason::TensorData, name) };
        if !is_plain(file) {
            return refuse_named(Reason::ExternalPath, file);
        }
        if file != weights.name.as_bytes() {
            let args: [(&str, &dyn ToString); 2] =
                [("found", &text(weights.name.as_bytes())), ("expected", &text(file))];
            return Err(Refusal::new(Reason::WeightsName, &args));
        }
        if self.faulty || self.length.unwrap_or(size) != size {
            return refuse_named(Reason::TensorData, name);
        }
        let end = self.offset.unwrap_or(0).saturating_add(size);
        if end > weights.bytes {
            let args: [(&str, &dyn ToString); 3] =
                [("name", &text(name)), ("found", &weights.bytes), ("expected", &end)];
            return Err(Refusal::new(Reason::WeightsTooShort, &args));
        }
        Ok(())
    }
}

/// A file's own name, without any folder, and not ONNX Runtime's mark for an address in memory.
fn is_plain(file: &[u8]) -> bool {
    let forbidden = |byte: &u8| matches!(byte, b'/' | b'\\' | 0);
    let marked = file.windows(14).any(|window| window == b"_ORT_MEM_ADDR_");
    !file.is_empty() && file != b"." && file != b".." && !marked && !file.iter().any(forbidden)
}

fn decimal(text: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(text).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    digits.parse().ok()
}
