//! The files that keep a part in an exercise's folder: CSV for tables and texts, NPY for arrays.

use std::io;

use npyz::WriterBuilder as _;
use sha2::{Digest, Sha256};

use super::{Array, Collected, IntakeFault, Values, labels, shape};
use crate::{
    exercises::manifest::{DataFile, Role},
    grading::contract::InputKind,
};

/// Which part of an exercise's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartName {
    /// What learners train on.
    Public,
    /// What models are graded on.
    Hidden,
    /// What the sealed evaluation uses; its files have the roles of hidden ones, as those of any private set.
    Private,
}

impl PartName {
    /// The beginning of its files' names.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Hidden => "hidden",
            Self::Private => "private",
        }
    }

    /// The roles of its samples and of its labels.
    pub const fn roles(self) -> [Role; 2] {
        match self {
            Self::Public => [Role::PublicSamples, Role::PublicLabels],
            Self::Hidden | Self::Private => [Role::HiddenSamples, Role::HiddenLabels],
        }
    }
}

/// A file with its entry in the manifest. Two entries may share one file; then the bytes are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// The entry.
    pub entry: DataFile,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The files of one part, samples first: `data/public.csv` twice, or `data/public-samples.npy` and
/// `data/public-labels.npy` (`.csv` where the labels are names).
pub fn kept_files(part: PartName, collected: &Collected, input: &str) -> Result<Vec<KeptFile>, IntakeFault> {
    let name = part.as_str();
    if let Values::Texts(names) = &collected.labels.values
        && shape::are_numbers(names)
    {
        return Err(IntakeFault::MixedNames { part: name });
    }
    if let Values::Texts(texts) = &collected.samples.values
        && shape::are_numbers(texts)
    {
        return Err(IntakeFault::TextsAreNumbers { file: name.to_owned() });
    }
    let [samples, labels] = part.roles();
    let label_column = collected.label_column.clone().unwrap_or_else(|| "label".to_owned());
    let is_table = collected.kind != InputKind::Image && collected.columns.is_some();
    let written = if is_table || collected.kind == InputKind::Text {
        let columns = collected.columns.clone().unwrap_or_else(|| vec!["text".to_owned()]);
        table(collected, &columns, &label_column).map(|bytes| {
            let file = |role, columns| entry(format!("data/{name}.csv"), &bytes, role, Some(columns));
            let of_samples = DataFile { input: Some(input.to_owned()), ..file(samples, columns) };
            let of_labels = file(labels, vec![label_column]);
            vec![
                KeptFile { entry: of_samples, bytes: bytes.clone() },
                KeptFile { entry: of_labels, bytes: bytes.clone() },
            ]
        })
    } else {
        arrays(collected, name, [samples, labels], input)
    };
    written.map_err(|error| IntakeFault::Unreadable { file: name.to_owned(), detail: error.to_string() })
}

fn entry(file: String, bytes: &[u8], role: Role, columns: Option<Vec<String>>) -> DataFile {
    DataFile { file, sha256: hex::encode(Sha256::digest(bytes)), role, input: None, take: None, columns }
}

fn arrays(collected: &Collected, name: &str, [samples, labels]: [Role; 2], input: &str) -> io::Result<Vec<KeptFile>> {
    let bytes = npy(&collected.samples)?;
    let entry_of = entry(format!("data/{name}-samples.npy"), &bytes, samples, None);
    let of_samples = KeptFile { entry: DataFile { input: Some(input.to_owned()), ..entry_of }, bytes };
    let of_labels = if let Values::Texts(names) = &collected.labels.values {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["label"])?;
        for name in names {
            writer.write_record([name])?;
        }
        let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        let file = format!("data/{name}-labels.csv");
        KeptFile { entry: entry(file, &bytes, labels, Some(vec!["label".to_owned()])), bytes }
    } else {
        let bytes = npy(&collected.labels)?;
        KeptFile { entry: entry(format!("data/{name}-labels.npy"), &bytes, labels, None), bytes }
    };
    Ok(vec![of_samples, of_labels])
}

fn table(collected: &Collected, columns: &[String], label_column: &str) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns.iter().map(String::as_str).chain([label_column]))?;
    let row = collected.samples.row();
    let cells = labels::texts(&collected.samples.values);
    for (cells, label) in cells.chunks(row.max(1)).zip(labels::texts(&collected.labels.values)) {
        writer.write_record(cells.iter().map(String::as_str).chain([label.as_str()]))?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

fn npy(array: &Array) -> io::Result<Vec<u8>> {
    let shape: Vec<u64> = array.dims.iter().map(|&size| size as u64).collect();
    let mut bytes = Vec::new();
    macro_rules! written {
        ($values:expr) => {{
            let options = npyz::WriteOptions::new().default_dtype().shape(&shape).writer(&mut bytes);
            let mut writer = options.begin_nd()?;
            writer.extend($values)?;
            writer.finish()?;
        }};
    }
    match &array.values {
        Values::Bytes(values) => written!(values),
        Values::Integers(values) => written!(values),
        Values::Floats(values) => written!(values),
        Values::Texts(_) => return Err(io::ErrorKind::InvalidInput.into()),
    }
    Ok(bytes)
}
