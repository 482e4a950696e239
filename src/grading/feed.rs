//! Turns kept samples into the numbers that a model takes: images by one table look-up per byte, the rest by a cast.
#![expect(clippy::cast_possible_truncation, reason = "a value is rounded to the model's precision on purpose")]
#![expect(clippy::cast_precision_loss, reason = "token ids are far below 2^24 where a model takes them as floats")]

use half::f16;

use super::{adapt::Feed, contract::Dtype, samples::Raw, scale::Scale};

/// Values of one batch, in the model's element type.
#[derive(Debug, Clone, PartialEq)]
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
    Text(Vec<String>),
}

/// How the samples of one input become values.
pub struct Converter<'a> {
    feed: &'a Feed,
    elements: usize,
    table: Table,
}

impl<'a> Converter<'a> {
    /// For kept samples of `elements` elements each; the scale is used by images only.
    pub fn new(feed: &'a Feed, elements: usize, scale: Scale) -> Self {
        Self { feed, elements, table: Table::new(feed.dtype, scale) }
    }

    /// The values of a batch; `None` where the model's type cannot hold such samples, which the plan rules out.
    pub fn convert(&self, raw: Raw) -> Option<Values> {
        match raw {
            Raw::Bytes(bytes) => Some(self.table.apply(&self.feed.arrangement.apply(bytes, self.elements))),
            Raw::Numbers(numbers) => measured(self.feed.dtype, numbers),
            Raw::Tokens(tokens) => ids(self.feed.dtype, tokens),
            Raw::Texts(texts) => (self.feed.dtype == Dtype::String).then_some(Values::Text(texts)),
        }
    }
}

fn measured(dtype: Dtype, numbers: Vec<f64>) -> Option<Values> {
    match dtype {
        Dtype::Float64 => Some(Values::F64(numbers)),
        Dtype::Float32 => Some(Values::F32(numbers.into_iter().map(|value| value as f32).collect())),
        Dtype::Float16 => Some(Values::F16(numbers.into_iter().map(f16::from_f64).collect())),
        _ => None,
    }
}

fn ids(dtype: Dtype, tokens: Vec<i64>) -> Option<Values> {
    fn narrow<T: TryFrom<i64>>(tokens: Vec<i64>) -> Option<Vec<T>> {
        tokens.into_iter().map(|token| T::try_from(token).ok()).collect()
    }
    match dtype {
        Dtype::Int64 => Some(Values::I64(tokens)),
        Dtype::Int32 => narrow(tokens).map(Values::I32),
        Dtype::Int16 => narrow(tokens).map(Values::I16),
        Dtype::Int8 => narrow(tokens).map(Values::I8),
        Dtype::Uint8 => narrow(tokens).map(Values::U8),
        Dtype::Uint16 => narrow(tokens).map(Values::U16),
        Dtype::Uint32 => narrow(tokens).map(Values::U32),
        Dtype::Uint64 => narrow(tokens).map(Values::U64),
        Dtype::Float32 => Some(Values::F32(tokens.into_iter().map(|token| token as f32).collect())),
        Dtype::Float64 => Some(Values::F64(tokens.into_iter().map(|token| token as f64).collect())),
        Dtype::Float16 => Some(Values::F16(tokens.into_iter().map(|token| f16::from_f64(token as f64)).collect())),
        Dtype::Bool | Dtype::String => None,
    }
}

/// What each of the 256 bytes becomes.
struct Table(Entries);

enum Entries {
    F32(Box<[f32; 256]>),
    F64(Box<[f64; 256]>),
    F16(Box<[f16; 256]>),
    I8(Box<[i8; 256]>),
    Integer(Dtype),
}

impl Table {
    /// The table for an element type; integers ignore the scale, and int8 is shifted by 128.
    fn new(dtype: Dtype, scale: Scale) -> Self {
        Self(match dtype {
            Dtype::Float32 => Entries::F32(Box::new(entries(|byte| scaled(scale, byte) as f32))),
            Dtype::Float64 => Entries::F64(Box::new(entries(|byte| scaled(scale, byte)))),
            Dtype::Float16 => Entries::F16(Box::new(entries(|byte| f16::from_f64(scaled(scale, byte))))),
            Dtype::Int8 => Entries::I8(Box::new(entries(|byte| (byte ^ 0x80).cast_signed()))),
            other => Entries::Integer(other),
        })
    }

    /// The values of these bytes.
    fn apply(&self, bytes: &[u8]) -> Values {
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
            Entries::Integer(_) => Values::U8(bytes.to_vec()),
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
    use crate::grading::adapt::Arrangement;

    fn feed(dtype: Dtype, arrangement: Arrangement) -> Feed {
        Feed { source: 0, name: "x".into(), dtype, shape: vec![], arrangement, batch: None, is_bare: false }
    }

    fn image(dtype: Dtype, scale: Scale, bytes: &[u8]) -> Values {
        let feed = feed(dtype, Arrangement::AsKept);
        Converter::new(&feed, 1, scale).convert(Raw::Bytes(bytes.to_vec())).unwrap()
    }

    #[test]
    fn bytes_become_what_each_training_script_would_make_of_them() {
        let floats = |scale| image(Dtype::Float32, scale, &[0, 51, 255]);
        assert_eq!(floats(Scale::Unit), Values::F32(vec![0.0, 0.2, 1.0]));
        assert_eq!(floats(Scale::Raw), Values::F32(vec![0.0, 51.0, 255.0]));
        assert_eq!(floats(Scale::Signed), Values::F32(vec![-1.0, -0.6, 1.0]));
        assert_eq!(floats(Scale::Standard { mean: 0.2, std: 0.5 }), Values::F32(vec![-0.4, 0.0, 1.6]));
        assert_eq!(image(Dtype::Int8, Scale::Raw, &[0, 128, 255]), Values::I8(vec![-128, 0, 127]));
        assert_eq!(image(Dtype::Int64, Scale::Raw, &[7, 255]), Values::I64(vec![7, 255]));
        assert_eq!(image(Dtype::Uint8, Scale::Raw, &[7, 255]), Values::U8(vec![7, 255]));
        assert_eq!(image(Dtype::Float16, Scale::Unit, &[255]), Values::F16(vec![f16::ONE]));
    }

    #[test]
    fn channels_are_repeated_or_moved_as_the_model_asks() {
        let moved = |arrangement, elements, bytes: &[u8]| {
            let feed = feed(Dtype::Uint8, arrangement);
            match Converter::new(&feed, elements, Scale::Raw).convert(Raw::Bytes(bytes.to_vec())) {
                Some(Values::U8(values)) => values,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(moved(Arrangement::RepeatEach, 2, &[1, 2]), [1, 1, 1, 2, 2, 2]);
        assert_eq!(moved(Arrangement::RepeatWhole, 2, &[1, 2, 3, 4]), [1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4]);
        assert_eq!(moved(Arrangement::ChannelsFirst(3), 6, &[1, 2, 3, 4, 5, 6]), [1, 4, 2, 5, 3, 6]);
    }

    #[test]
    fn numbers_ids_and_texts_are_cast_or_refused() {
        let convert = |dtype, raw| Converter::new(&feed(dtype, Arrangement::AsKept), 1, Scale::Raw).convert(raw);
        assert_eq!(convert(Dtype::Float32, Raw::Numbers(vec![0.1])), Some(Values::F32(vec![0.1])));
        assert_eq!(convert(Dtype::Int64, Raw::Numbers(vec![0.1])), None);
        assert_eq!(convert(Dtype::Int32, Raw::Tokens(vec![7])), Some(Values::I32(vec![7])));
        assert_eq!(convert(Dtype::Int8, Raw::Tokens(vec![700])), None);
        assert_eq!(convert(Dtype::String, Raw::Texts(vec!["a".into()])), Some(Values::Text(vec!["a".into()])));
    }
}
