//! What an exercise promises to feed and expects back, and the limits of a run.

use std::fmt;

use serde::{Deserialize, Serialize};

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
    Bool,
    String,
}

impl Dtype {
    /// Whether values of this type are numbers with a fraction.
    pub const fn is_float(self) -> bool {
        matches!(self, Self::Float32 | Self::Float64 | Self::Float16)
    }

    /// Whether values of this type are whole numbers.
    pub const fn is_integer(self) -> bool {
        !matches!(self, Self::Float32 | Self::Float64 | Self::Float16 | Self::Bool | Self::String)
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
            Self::Bool => "bool",
            Self::String => "string",
        }
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the samples of an input are; it decides how they are kept and which layouts a model may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// Pixels, height × width × channels in bytes; a model may take them flat, channels first or last.
    Image,
    /// Measured numbers, one row of little-endian f64 a sample.
    Vector,
    /// One text a sample; the kept form is that of [`super::samples::texts_to_bytes`].
    Text,
    /// Token ids, one row of little-endian i64 a sample.
    Tokens,
}

impl InputKind {
    /// Bytes that one element takes as kept; `None` for texts, whose lengths differ.
    pub const fn element_bytes(self) -> Option<usize> {
        match self {
            Self::Image => Some(1),
            Self::Vector | Self::Tokens => Some(8),
            Self::Text => None,
        }
    }
}

/// One input of the exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputSpec {
    /// The exercise's name for it; a model with one input may call it anything.
    pub name: String,
    /// What the samples are.
    pub kind: InputKind,
    /// The shape of one sample, without the batch: `[28, 28, 1]`; empty for a text.
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

/// What a model is to answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// One of these classes; label `k` is the name at position `k`.
    Classes(Vec<String>),
    /// One number.
    Value,
}

/// All that the child is told about the exercise: no labels, no marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// The named inputs.
    pub inputs: Vec<InputSpec>,
    /// The exercise's name for the output; a model may call it anything.
    pub output: String,
    /// What is expected back.
    pub target: Target,
}

impl Contract {
    /// Number of classes; 0 where a number is asked for.
    pub fn classes(&self) -> usize {
        match &self.target {
            Target::Classes(names) => names.len(),
            Target::Value => 0,
        }
    }

    /// The class with this name.
    pub fn class_named(&self, name: &str) -> Option<u32> {
        let Target::Classes(names) = &self.target else { return None };
        names.iter().position(|known| known == name.trim()).and_then(|class| u32::try_from(class).ok())
    }

    /// Numbers that a row of predictions has at the most: one score for each class, or one value.
    pub fn columns(&self) -> usize {
        self.classes().max(1)
    }

    /// Whether a scale means anything here.
    pub fn has_images(&self) -> bool {
        self.inputs.iter().any(|input| input.kind == InputKind::Image)
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
