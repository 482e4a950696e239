//! Turns the bytes of samples into the numbers a model was trained on, one table look-up per byte.
#![expect(clippy::cast_possible_truncation, reason = "a scaled byte is rounded to the model's precision on purpose")]

use half::f16;

use super::contract::{Dtype, Scale};

/// Values of one batch, in the model's element type.
pub enum Values {
    F32(Vec<f32>),
    F64(Vec<f64>),
    F16(Vec<f16>),
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
    U64(Vec<u64>),
    I8(Vec<i8>),
    I16(Vec<i16>),
    I32(Vec<i32>),
    I64(Vec<i64>),
}

/// What each of the 256 bytes becomes.
pub struct Table(Entries);

enum Entries {
    F32(Box<[f32; 256]>),
    F64(Box<[f64; 256]>),
    F16(Box<[f16; 256]>),
    I8(Box<[i8; 256]>),
    Integer(Dtype),
}

impl Table {
    /// The table for an element type; integers ignore the scale, and int8 is shifted by 128.
    pub fn new(dtype: Dtype, scale: Scale) -> Self {
        Self(match dtype {
            Dtype::Float32 => Entries::F32(Box::new(entries(|byte| scaled(scale, byte) as f32))),
            Dtype::Float64 => Entries::F64(Box::new(entries(|byte| scaled(scale, byte)))),
            Dtype::Float16 => Entries::F16(Box::new(entries(|byte| f16::from_f64(scaled(scale, byte))))),
            Dtype::Int8 => Entries::I8(Box::new(entries(|byte| (byte ^ 0x80).cast_signed()))),
            Dtype::Uint8
            | Dtype::Uint16
            | Dtype::Uint32
            | Dtype::Uint64
            | Dtype::Int16
            | Dtype::Int32
            | Dtype::Int64 => Entries::Integer(dtype),
        })
    }

    /// The values of these bytes.
    pub fn apply(&self, bytes: &[u8]) -> Values {
        match &self.0 {
            Entries::F32(table) => Values::F32(look_up(table, bytes)),
            Entries::F64(table) => Values::F64(look_up(table, bytes)),
            Entries::F16(table) => Values::F16(look_up(table, bytes)),
            Entries::I8(table) => Values::I8(look_up(table, bytes)),
            Entries::Integer(Dtype::Uint16) => Values::U16(widen(bytes)),
            Entries::Integer(Dtype::Uint32) => Values::U32(widen(bytes)),
            Entries::Integer(Dtype::Uint64) => Values::U64(widen(bytes)),
            Entries::Integer(Dtype::Int16) => Values::I16(widen(bytes)),
            Entries::Integer(Dtype::Int32) => Values::I32(widen(bytes)),
            Entries::Integer(Dtype::Int64) => Values::I64(widen(bytes)),
            Entries::Integer(Dtype::Uint8 | Dtype::Int8 | Dtype::Float32 | Dtype::Float64 | Dtype::Float16) => {
                Values::U8(bytes.to_vec())
            }
        }
    }
}

fn scaled(scale: Scale, byte: u8) -> f64 {
    let x = f64::from(byte);
    match scale {
        Scale::Unit => x / 255.0,
        Scale::Raw => x,
        Scale::Signed => x / 127.5 - 1.0,
        Scale::Standard { mean, std } => (x / 255.0 - mean) / std,
    }
}

fn entries<T>(entry: impl Fn(u8) -> T) -> [T; 256] {
    std::array::from_fn(|index| entry(index as u8))
}

fn look_up<T: Copy + Default>(table: &[T; 256], bytes: &[u8]) -> Vec<T> {
    bytes.iter().map(|&byte| table.get(usize::from(byte)).copied().unwrap_or_default()).collect()
}

fn widen<T: From<u8>>(bytes: &[u8]) -> Vec<T> {
    bytes.iter().map(|&byte| T::from(byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_what_each_training_script_would_make_of_them() {
        let floats = |scale| match Table::new(Dtype::Float32, scale).apply(&[0, 51, 255]) {
            Values::F32(values) => values,
            _ => unreachable!(),
        };
        assert_eq!(floats(Scale::Unit), [0.0, 0.2, 1.0]);
        assert_eq!(floats(Scale::Raw), [0.0, 51.0, 255.0]);
        assert_eq!(floats(Scale::Signed), [-1.0, -0.6, 1.0]);
        assert_eq!(floats(Scale::Standard { mean: 0.2, std: 0.5 }), [-0.4, 0.0, 1.6]);
        assert!(
            matches!(Table::new(Dtype::Int8, Scale::Raw).apply(&[0, 128, 255]), Values::I8(v) if v == [-128, 0, 127])
        );
        assert!(matches!(Table::new(Dtype::Int64, Scale::Raw).apply(&[7, 255]), Values::I64(v) if v == [7, 255]));
        assert!(matches!(Table::new(Dtype::Uint8, Scale::Raw).apply(&[7, 255]), Values::U8(v) if v == [7, 255]));
        assert!(matches!(Table::new(Dtype::Float16, Scale::Unit).apply(&[255]), Values::F16(v) if v == [f16::ONE]));
    }
}
