//! Data files of exercises: IDX, NPY and CSV, read into one form.

pub mod idx;

mod npy;
mod table;

use super::manifest::DataFile;

/// What a data file holds: values row-major, with their dimensions; the first counts the samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    /// The dimensions.
    pub dims: Vec<usize>,
    /// The values.
    pub values: Values,
}

/// The values of a data file.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Unsigned bytes.
    Bytes(Vec<u8>),
    /// Whole numbers.
    Integers(Vec<i64>),
    /// Numbers with a fraction.
    Floats(Vec<f64>),
    /// Texts.
    Texts(Vec<String>),
}

impl Array {
    /// Number of samples.
    pub fn len(&self) -> usize {
        self.dims.first().copied().unwrap_or(0)
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Elements of one sample.
    pub fn row(&self) -> usize {
        self.dims.iter().skip(1).product()
    }
}

impl Values {
    /// Values that were written with the first dimension running fastest, with the last running fastest.
    #[must_use]
    pub fn from_fortran_order(self, dims: &[usize]) -> Self {
        match self {
            Self::Bytes(values) => Self::Bytes(in_c_order(&values, dims)),
            Self::Integers(values) => Self::Integers(in_c_order(&values, dims)),
            Self::Floats(values) => Self::Floats(in_c_order(&values, dims)),
            Self::Texts(values) => Self::Texts(in_c_order(&values, dims)),
        }
    }
}

fn in_c_order<T: Clone>(values: &[T], dims: &[usize]) -> Vec<T> {
    let strides: Vec<usize> = dims
        .iter()
        .scan(1, |next, size| {
            let own = *next;
            *next *= size;
            Some(own)
        })
        .collect();
    let mut index = vec![0; dims.len()];
    let mut at = 0;
    let mut ordered = Vec::with_capacity(values.len());
    while let Some(value) = values.get(at).filter(|_| ordered.len() < values.len()) {
        ordered.push(value.clone());
        // Counts up like the wheels of an odometer, the last dimension first.
        for ((digit, &size), &stride) in index.iter_mut().zip(dims).zip(&strides).rev() {
            *digit += 1;
            at += stride;
            if *digit < size {
                break;
            }
            *digit = 0;
            at -= stride * size;
        }
    }
    ordered
}

/// Reads a data file by its ending: `.gz` is IDX in gzip, `.npy` NumPy's format, `.csv` a table with a header line. At
/// most the first `most` samples are read.
///
/// # Errors
/// A sentence for the author of the content.
pub fn read(file: &DataFile, bytes: &[u8], most: Option<usize>) -> Result<Array, String> {
    let limit = file.take.into_iter().chain(most).min();
    let array = if file.is_csv() {
        table::read(bytes, file.columns.as_deref().unwrap_or_default(), limit)?
    } else if file.has_ending("npy") {
        npy::read(bytes, limit)?
    } else {
        let found = idx::read_gz(bytes, limit)?;
        Array { dims: found.dims, values: Values::Bytes(found.data) }
    };
    if let Some(take) = file.take.filter(|&take| most.is_none() && take > array.len()) {
        return Err(format!("take = {take}, but the file has {} samples", array.len()));
    }
    if array.is_empty() {
        return Err("the file has no samples".into());
    }
    Ok(array)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercises::manifest::Role;

    #[test]
    fn fortran_order_becomes_c_order() {
        // numpy.arange(24).reshape(2, 3, 4).ravel(order="F")
        let fortran = [0, 12, 4, 16, 8, 20, 1, 13, 5, 17, 9, 21, 2, 14, 6, 18, 10, 22, 3, 15, 7, 19, 11, 23];
        let ordered = Values::Integers(fortran.to_vec()).from_fortran_order(&[2, 3, 4]);
        assert_eq!(ordered, Values::Integers((0..24).collect()));
        assert_eq!(Values::Bytes(vec![1, 2, 3]).from_fortran_order(&[3]), Values::Bytes(vec![1, 2, 3]));
        assert_eq!(Values::Bytes(Vec::new()).from_fortran_order(&[0, 2]), Values::Bytes(Vec::new()));
    }

    #[test]
    fn a_part_of_a_file_is_taken_and_too_large_a_part_is_a_fault() {
        let columns = Some(vec!["y".to_owned()]);
        let file = |take| DataFile {
            file: "d.csv".into(),
            sha256: String::new(),
            role: Role::HiddenLabels,
            input: None,
            take,
            columns: columns.clone(),
        };
        let read = |take, most| read(&file(take), b"y\n1\n2\n3\n", most).map(|array| array.len());
        assert_eq!(read(None, None), Ok(3));
        assert_eq!(read(Some(2), None), Ok(2));
        assert_eq!(read(None, Some(200)), Ok(3));
        assert!(read(Some(4), None).unwrap_err().contains("has 3 samples"));
    }
}
