//! How the bytes of an image become the numbers that a model was trained on; declared by the learner, never guessed.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How the bytes 0..=255 of an image become the numbers that a model was trained on. Declared, never guessed.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Scale {
    /// x / 255.
    #[default]
    Unit,
    /// x.
    Raw,
    /// x / 127.5 − 1.
    Signed,
    /// (x / 255 − mean) / std.
    Standard {
        /// Mean of x / 255 over the training data.
        mean: f64,
        /// Standard deviation of x / 255 over the training data.
        std: f64,
    },
}

/// The text is not a scale.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a scale is unit, raw, signed, or a mean and a standard deviation such as 0.1307,0.3081")]
pub struct BadScale;

impl FromStr for Scale {
    type Err = BadScale;

    fn from_str(text: &str) -> Result<Self, BadScale> {
        match text.trim() {
            "unit" => Ok(Self::Unit),
            "raw" => Ok(Self::Raw),
            "signed" => Ok(Self::Signed),
            pair => {
                let (mean, std) = pair.split_once(',').ok_or(BadScale)?;
                let mean: f64 = mean.trim().parse().map_err(|_| BadScale)?;
                let std: f64 = std.trim().parse().map_err(|_| BadScale)?;
                let sane = mean.is_finite() && mean.abs() <= 1000.0 && (1e-6..=1000.0).contains(&std);
                if sane { Ok(Self::Standard { mean, std }) } else { Err(BadScale) }
            }
        }
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unit => f.write_str("unit"),
            Self::Raw => f.write_str("raw"),
            Self::Signed => f.write_str("signed"),
            Self::Standard { mean, std } => write!(f, "{mean},{std}"),
        }
    }
}

impl From<Scale> for String {
    fn from(scale: Scale) -> Self {
        scale.to_string()
    }
}

impl TryFrom<String> for Scale {
    type Error = BadScale;

    fn try_from(text: String) -> Result<Self, BadScale> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_read_as_they_are_written() {
        for text in ["unit", "raw", "signed", "0.1307,0.3081", "-0.5,2"] {
            assert_eq!(text.parse::<Scale>().unwrap().to_string(), text);
        }
        for text in ["", "Unit", "0.5", "0.5,", "0.5,0", "nan,1", "0.5,inf", "0.5,-1"] {
            assert_eq!(text.parse::<Scale>(), Err(BadScale), "{text}");
        }
    }
}
