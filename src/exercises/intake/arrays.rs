//! Samples and labels in two arrays: two IDX or NPY files, or one NPZ file.

use std::io::BufReader;

use super::{
    Array, Described, Found, IntakeFault, UploadedFile, archive,
    format::{self, Format, has_ending},
    idx, npy,
};

/// Names of the array with the samples and of that with the labels, the likeliest first; case does not matter.
const SAMPLES: [&str; 6] = ["x", "samples", "images", "data", "x_train", "features"];
const LABELS: [&str; 6] = ["y", "label", "labels", "target", "y_train", "targets"];

/// Two files, in any order.
pub(super) fn pair(one: &UploadedFile<'_>, other: &UploadedFile<'_>) -> Result<Found, IntakeFault> {
    let no_pair = || IntakeFault::NoPair { first: one.name.to_owned(), second: other.name.to_owned() };
    let read = |file: &UploadedFile<'_>| match format::of(file)? {
        Format::Idx => idx::read(file, false),
        Format::IdxGz => idx::read(file, true),
        Format::Npy => npy::read(BufReader::new(format::open(file)?), file.name),
        Format::Archive | Format::Npz | Format::Csv | Format::Parquet => Err(no_pair()),
    };
    let (first, second) = (read(one)?, read(other)?);
    let (samples, labels) = match (first.row() == 1, second.row() == 1) {
        (false, true) => (first, second),
        (true, false) => (second, first),
        (true, true) if is_of_labels(other.name) && !is_of_labels(one.name) => (first, second),
        (true, true) if is_of_labels(one.name) && !is_of_labels(other.name) => (second, first),
        (true, true) | (false, false) => return Err(no_pair()),
    };
    Ok(Found { samples, labels, columns: None, label_column: None })
}

/// Whether a file is named like one with labels: `train-labels-idx1-ubyte`, `y_train.npy`.
fn is_of_labels(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains("label") || name.contains("target") || name.starts_with('y')
}

/// One NPZ file.
pub(super) fn npz(file: &UploadedFile<'_>, described: &Described) -> Result<Found, IntakeFault> {
    let mut archive = archive::open(file)?;
    let names: Vec<String> = archive.paths().filter(|path| has_ending(path, "npy")).map(str::to_owned).collect();
    let bare = |path: &str| path.get(..path.len().saturating_sub(4)).unwrap_or_default().to_owned();
    let found: Vec<String> = names.iter().map(|path| bare(path)).collect();
    let mut array = |wanted: Option<&str>, guesses: &[&str], what: &str| -> Result<Array, IntakeFault> {
        let place = match wanted {
            Some(wanted) => found.iter().position(|name| name == wanted),
            None => guesses.iter().find_map(|guess| found.iter().position(|name| name.eq_ignore_ascii_case(guess))),
        };
        let Some(path) = place.and_then(|place| names.get(place)) else {
            let wanted = wanted.unwrap_or(what).to_owned();
            let among = found.iter().take(20).cloned().collect::<Vec<_>>().join(", ");
            return Err(IntakeFault::NoArray { file: file.name.to_owned(), wanted, found: among });
        };
        let label = format!("{}: {path}", file.name);
        archive.with(path, |entry| npy::read(entry, &label))
    };
    let samples = array(described.samples.as_deref(), &SAMPLES, "x")?;
    let labels = array(described.label.as_deref(), &LABELS, "y")?;
    Ok(Found { samples, labels, columns: None, label_column: None })
}
