//! NumPy's `.npy` format: one array of numbers.

use npyz::{DType, NpyFile, Order, TypeStr};

use super::{Array, Values};

/// Most elements that an array may have.
const MAX_ELEMENTS: u64 = 1 << 31;

/// Reads an array, all of it or at most the first `most` samples.
pub(super) fn read(bytes: &[u8], most: Option<usize>) -> Result<Array, String> {
    let file = NpyFile::new(bytes).map_err(|error| format!("not a NumPy file: {error}"))?;
    let is_fortran = file.header().order() == Order::Fortran;
    let DType::Plain(kind) = file.dtype() else { return Err("an array with fields cannot be read".into()) };
    let mut dims: Vec<usize> = Vec::new();
    for &size in file.shape() {
        dims.push(usize::try_from(size).map_err(|_| "the array is too large")?);
    }
    let declared = file.shape().iter().try_fold(1_u64, |all, &size| all.checked_mul(size));
    // The bytes are there before memory is set aside for them.
    let fits = declared.is_some_and(|n| n <= MAX_ELEMENTS && n <= bytes.len() as u64);
    if dims.is_empty() || !fits {
        return Err("the array has no samples, or its header declares more than the file holds".into());
    }
    let mut values = values(file, &kind)?;
    if is_fortran {
        values = values.from_fortran_order(&dims);
    }
    if let (Some(most), Some(count)) = (most.filter(|most| dims.first() > Some(most)), dims.first_mut()) {
        *count = most;
        let rest: usize = dims.iter().product();
        values.truncate(rest);
    }
    Ok(Array { dims, values })
}

fn values(file: NpyFile<&[u8]>, kind: &TypeStr) -> Result<Values, String> {
    let failed = |error: std::io::Error| format!("the array cannot be read: {error}");
    macro_rules! widened {
        ($from:ty, $to:ident, $wide:ty) => {
            Values::$to(file.into_vec::<$from>().map_err(failed)?.into_iter().map(<$wide>::from).collect())
        };
    }
    let text = kind.to_string();
    let bare = text.trim_matches('\'').trim_start_matches(['<', '|', '=', '>']);
    Ok(match bare {
        "u1" => Values::Bytes(file.into_vec::<u8>().map_err(failed)?),
        "i1" => widened!(i8, Integers, i64),
        "i2" => widened!(i16, Integers, i64),
        "u2" => widened!(u16, Integers, i64),
        "i4" => widened!(i32, Integers, i64),
        "u4" => widened!(u32, Integers, i64),
        "i8" => Values::Integers(file.into_vec::<i64>().map_err(failed)?),
        "f4" => widened!(f32, Floats, f64),
        "f8" => Values::Floats(file.into_vec::<f64>().map_err(failed)?),
        _ => return Err(format!("arrays of type {text} cannot be read; use uint8, int64, float32 or float64")),
    })
}

impl Values {
    fn truncate(&mut self, length: usize) {
        match self {
            Self::Bytes(values) => values.truncate(length),
            Self::Integers(values) => values.truncate(length),
            Self::Floats(values) => values.truncate(length),
            Self::Texts(values) => values.truncate(length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `numpy.save` writes it.
    fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
        let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        let padded = format!("{header:<117}\n");
        bytes.extend_from_slice(&u16::try_from(padded.len()).unwrap().to_le_bytes());
        bytes.extend_from_slice(padded.as_bytes());
        bytes.extend_from_slice(data);
        bytes
    }

    #[test]
    fn arrays_are_read_whole_or_in_part() {
        let data: Vec<u8> = [0.5_f32, 1.0, -2.0, 4.0].iter().flat_map(|value| value.to_le_bytes()).collect();
        let file = npy("<f4", "(2, 2)", &data);
        assert_eq!(
            read(&file, None).unwrap(),
            Array { dims: vec![2, 2], values: Values::Floats(vec![0.5, 1.0, -2.0, 4.0]) }
        );
        assert_eq!(read(&file, Some(1)).unwrap(), Array { dims: vec![1, 2], values: Values::Floats(vec![0.5, 1.0]) });
        assert_eq!(read(&npy("|u1", "(3,)", &[1, 2, 3]), None).unwrap().values, Values::Bytes(vec![1, 2, 3]));
        let mut fortran = npy("|u1", "(2, 2)", &[1, 3, 2, 4]);
        let place = fortran.windows(5).position(|word| word == b"False").unwrap();
        fortran[place..place + 5].copy_from_slice(b"True ");
        assert_eq!(read(&fortran, Some(1)).unwrap().values, Values::Bytes(vec![1, 2]));
        assert_eq!(read(&npy("<i8", "(1,)", &7_i64.to_le_bytes()), None).unwrap().values, Values::Integers(vec![7]));
    }

    #[test]
    fn what_is_no_array_of_numbers_is_refused() {
        assert!(read(b"PK\x03\x04", None).unwrap_err().contains("not a NumPy file"));
        assert!(read(&npy("<f4", "(1000000000000,)", &[0; 4]), None).unwrap_err().contains("declares more"));
        assert!(read(&npy("|O", "(1,)", &[0x80, 4]), None).is_err(), "a pickle is never opened");
        assert!(read(&npy("<f8", "(2,)", &[0; 8]), None).is_err());
    }
}
