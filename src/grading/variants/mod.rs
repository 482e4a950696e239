//! Sealed variants: transforms of the hidden samples that keep their labels, drawn from a secret seed.
//!
//! Sample `i` of a variant depends on the seed, `i` and the family alone, never on its neighbours, so any range of
//! samples can be made anywhere, in any order, with the same bytes. Those bytes are a promise: a result must repeat
//! years later on another machine. So the arithmetic is integers and IEEE 754's exactly rounded operations, without the
//! sines of a platform's library, and `tests/data/variants` pins the outcome.
//!
//! Variants measure robustness, and they stop copies of the published samples that expect them unchanged. They do not
//! prove generalisation: a lookup that first undoes the transform still finds its samples.

pub mod draw;
pub mod image;
pub mod text;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The secret that all draws of one variant come from.
pub type Seed = [u8; 32];

/// What may be done to a sample without changing its label; part of an exercise's manifest.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "family", rename_all = "snake_case")]
pub enum Family {
    /// `family = "image"`: scale, rotation, shift and mirroring, resampled bilinearly.
    Image(image::Ranges),
    /// `family = "text"`: letter case, spacing and the final full stop.
    Text(text::Changes),
}

impl Family {
    /// Refuses ranges that cannot be drawn from.
    pub fn check(&self) -> Result<(), VariantError> {
        match self {
            Self::Image(ranges) => ranges.check(),
            Self::Text(_) => Ok(()),
        }
    }
}

/// Why samples cannot be transformed.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum VariantError {
    /// A range is negative, too wide or no number.
    #[error("`{name}` must lie between 0 and {most}")]
    Range {
        /// Which one.
        name: &'static str,
        /// The widest that is accepted.
        most: f64,
    },
    /// The shape has a side of 0, or a side that is too long.
    #[error("images of {height} × {width} pixels with {channels} channels cannot be transformed", height = .0.height,
        width = .0.width, channels = .0.channels)]
    Shape(image::Shape),
    /// The samples are not whole images, or the output has another length than they.
    #[error("{samples} bytes of samples and {out} bytes of room are not the same number of whole images")]
    Length {
        /// Bytes in.
        samples: usize,
        /// Bytes out.
        out: usize,
    },
}

#[cfg(test)]
#[path = "reference_tests.rs"]
mod tests;
