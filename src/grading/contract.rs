//! What an exercise promises to feed and expects back, and the limits of a run.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Samples are fed in batches of this size, always starting at a multiple of it.
pub const BATCH: usize = 100;

/// The element type of a tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the variants are the names of the types")]
pub enum Dtype {
    Float32,
    Float64,
    Float16,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Int8,
    Int16,
    Int32,
    Int64,
}

impl Dtype {
    /// Whether values of this type are whole numbers.
    pub const fn is_integer(self) -> bool {
        !matches!(self, Self::Float32 | Self::Float64 | Self::Float16)
    }

    /// The name as in manifests and NumPy.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Float32 => "float32",
            Self::Float64 => "float64",
            Self::Float16 => "float16",
            Self::Uint8 => "uint8",
            Self::Uint16 => "uint16",
            Self::Uint32 => "uint32",
            Self::Uint64 => "uint64",
            Self::Int8 => "int8",
            Self::Int16 => "int16",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
        }
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the samples of an input are; it decides which layouts a model may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// Pixels, height × width × channels in bytes; a model may take them flat, channels first or last.
    Image,
}

/// One input of the exercise. The samples are stored as bytes, in the order of `shape`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputSpec {
    /// The exercise's name for it; a model with one input may call it anything.
    pub name: String,
    /// What the samples are.
    pub kind: InputKind,
    /// The shape of one sample, without the batch: `[28, 28, 1]`.
    pub shape: Vec<usize>,
    /// The element type that the exercise asks for.
    pub dtype: Dtype,
}

impl InputSpec {
    /// Number of elements of one sample.
    pub fn elements(&self) -> usize {
        self.shape.iter().product()
    }
}

/// All that the child is told about the exercise: no labels, no marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// The named inputs.
    pub inputs: Vec<InputSpec>,
    /// The exercise's name for the output; a model may call it anything.
    pub output: String,
    /// Number of classes: scores have the shape `[N, classes]`.
    pub classes: usize,
}

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

/// What one run may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Largest model file, in bytes.
    #[serde(default = "Limits::default_model_bytes")]
    pub max_model_bytes: u64,
    /// Time from the moment the child is ready to read the model, in seconds.
    pub wall_seconds: u32,
    /// Processor time of the child, in seconds.
    pub cpu_seconds: u32,
    /// Address space of the child, in mebibytes.
    pub memory_mb: u32,
}

impl Limits {
    const fn default_model_bytes() -> u64 {
        100_000_000
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_model_bytes: Self::default_model_bytes(), wall_seconds: 60, cpu_seconds: 60, memory_mb: 1536 }
    }
}

/// One thing that was done so that a model fits the exercise; shown with the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the codes; the sentences are in the messages")]
pub enum Adaptation {
    LayoutFlat,
    LayoutNoChannel,
    LayoutChannelsFirst,
    LayoutChannelsLast,
    BatchFixed,
    InputFloat64,
    InputFloat16,
    InputInteger,
    InputShifted,
    ScaleRaw,
    ScaleSigned,
    ScaleStandard,
    OutputLabels,
    OutputChosen,
    OutputFloat64,
    OutputFloat16,
}

impl Adaptation {
    /// All adaptations.
    pub const ALL: [Self; 16] = [
        Self::LayoutFlat,
        Self::LayoutNoChannel,
        Self::LayoutChannelsFirst,
        Self::LayoutChannelsLast,
        Self::BatchFixed,
        Self::InputFloat64,
        Self::InputFloat16,
        Self::InputInteger,
        Self::InputShifted,
        Self::ScaleRaw,
        Self::ScaleSigned,
        Self::ScaleStandard,
        Self::OutputLabels,
        Self::OutputChosen,
        Self::OutputFloat64,
        Self::OutputFloat16,
    ];

    /// The code in reports and message keys (`adapted-layout_flat`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LayoutFlat => "layout_flat",
            Self::LayoutNoChannel => "layout_no_channel",
            Self::LayoutChannelsFirst => "layout_channels_first",
            Self::LayoutChannelsLast => "layout_channels_last",
            Self::BatchFixed => "batch_fixed",
            Self::InputFloat64 => "input_float64",
            Self::InputFloat16 => "input_float16",
            Self::InputInteger => "input_integer",
            Self::InputShifted => "input_shifted",
            Self::ScaleRaw => "scale_raw",
            Self::ScaleSigned => "scale_signed",
            Self::ScaleStandard => "scale_standard",
            Self::OutputLabels => "output_labels",
            Self::OutputChosen => "output_chosen",
            Self::OutputFloat64 => "output_float64",
            Self::OutputFloat16 => "output_float16",
        }
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

    #[test]
    fn adaptations_have_one_name() {
        for code in Adaptation::ALL {
            assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{}\"", code.as_str()));
        }
    }
}
