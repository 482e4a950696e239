//! A ZIP archive with a model in it, and perhaps its second file; anything else in an archive is left for the grader to
//! name.

use std::io::{Cursor, Read};
use std::path::Path;

use zip::ZipArchive;

/// Most entries that are looked through.
const MAX_ENTRIES: usize = 1000;

/// The files of a submitted model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The model: its name and bytes.
    pub model: (String, Vec<u8>),
    /// The file with its weights, if there is one.
    pub weights: Option<(String, Vec<u8>)>,
}

/// Why an archive with a model in it cannot be submitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// More than one model.
    #[error("the archive holds several .onnx files")]
    SeveralModels,
    /// Files beside the model of which none is named as its weights.
    #[error("the archive holds {0} files beside the model")]
    TooManyFiles(usize),
    /// What it unpacks to is larger than allowed.
    #[error("the archive unpacks to more than is allowed")]
    TooLarge,
    /// Encrypted, damaged, or compressed in an unknown way.
    #[error("the archive cannot be read")]
    Damaged,
}

/// Whether these bytes are a ZIP archive.
pub fn is_archive(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04")
}

/// Whether a file is a script by its name: Python source or a notebook.
pub fn is_script(name: &str) -> bool {
    let ending = Path::new(name).extension();
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case("py") || ending.eq_ignore_ascii_case("ipynb"))
}

/// Whether an archive has a `train.py` in it, whatever else there is: then it is a script where scripts are taken.
pub fn holds_script(bytes: &[u8]) -> bool {
    if declares_many_entries(bytes) {
        return false;
    }
    let Ok(archive) = ZipArchive::new(Cursor::new(bytes)) else { return false };
    archive.file_names().flatten().any(|path| path.rsplit(['/', '\\']).next() == Some("train.py"))
}

/// Opens an archive; `None` where no `.onnx` file is in it, which is then some other kind of file.
///
/// At most `limit` bytes are unpacked, whatever the archive declares, and nothing is written anywhere.
pub fn open(bytes: &[u8], limit: u64) -> Result<Option<Bundle>, BundleError> {
    // Before the list of entries is read: it alone could take several times the memory of the archive.
    if declares_many_entries(bytes) {
        return Ok(None);
    }
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return Ok(None) };
    let (mut models, mut others) = (Vec::new(), Vec::new());
    for index in 0..archive.len() {
        let Ok(entry) = archive.by_index_raw(index) else { return Err(BundleError::Damaged) };
        let Ok(path) = entry.name() else { return Err(BundleError::Damaged) };
        let name = path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        let is_noise = entry.is_dir() || name.starts_with('.') || path.starts_with("__MACOSX/");
        if is_noise || name.is_empty() {
            continue;
        }
        let is_model = name.to_ascii_lowercase().ends_with(".onnx");
        if is_model { models.push((index, name)) } else { others.push((index, name)) }
    }
    let (index, name) = match models.as_slice() {
        [] => return Ok(None),
        [only] => only.clone(),
        _ => return Err(BundleError::SeveralModels),
    };
    let data_name = format!("{name}.data");
    let second = match others.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        // A note or a script may lie beside the two files.
        several => match several.iter().find(|(_, other)| *other == data_name) {
            Some(found) => Some(found.clone()),
            None => return Err(BundleError::TooManyFiles(several.len())),
        },
    };
    let mut left = limit;
    let model = (name, unpack(&mut archive, index, &mut left)?);
    let weights = match second {
        Some((index, name)) => Some((name, unpack(&mut archive, index, &mut left)?)),
        None => None,
    };
    Ok(Some(Bundle { model, weights }))
}

/// Whether any end-of-directory record (APPNOTE 4.3.16: count at 10, size at 12, offset at 16) near the end declares more
/// entries than we look through. One with all bits of a number set leaves it to a record for very large archives (4.3.14),
/// whatever its other numbers say: that counts as many.
fn declares_many_entries(bytes: &[u8]) -> bool {
    const LONGEST_END: usize = 22 + 65_535;
    let end = bytes.get(bytes.len().saturating_sub(LONGEST_END)..).unwrap_or(bytes);
    let is_many = |record: &[u8; 20]| {
        let [.., c0, c1, s0, s1, s2, s3, o0, o1, o2, o3] = *record;
        let size_and_offset = [[s0, s1, s2, s3], [o0, o1, o2, o3]];
        usize::from(u16::from_le_bytes([c0, c1])) > MAX_ENTRIES || size_and_offset.contains(&[0xff; 4])
    };
    end.array_windows::<20>().any(|record| record.starts_with(b"PK\x05\x06") && is_many(record))
}

fn unpack(archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize, left: &mut u64) -> Result<Vec<u8>, BundleError> {
    let entry = archive.by_index(index).map_err(|_| BundleError::Damaged)?;
    let mut bytes = Vec::new();
    entry.take(*left + 1).read_to_end(&mut bytes).map_err(|_| BundleError::Damaged)?;
    *left = left.checked_sub(bytes.len() as u64).ok_or(BundleError::TooLarge)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn a_model_and_its_weights_are_found_wherever_they_lie() {
        let bytes =
            archive(&[("export/model.onnx", b"graph"), ("export/model.onnx.data", b"weights"), ("__MACOSX/x", b"")]);
        let bundle = open(&bytes, 100).unwrap().unwrap();
        assert_eq!(bundle.model, ("model.onnx".to_owned(), b"graph".to_vec()));
        assert_eq!(bundle.weights, Some(("model.onnx.data".to_owned(), b"weights".to_vec())));
        let bytes = archive(&[("m.onnx", b"graph"), ("notes.txt", b"x"), ("m.onnx.data", b"w")]);
        assert_eq!(open(&bytes, 100).unwrap().unwrap().weights, Some(("m.onnx.data".to_owned(), b"w".to_vec())));
    }

    #[test]
    fn other_archives_are_left_alone_and_bad_ones_refused() {
        assert_eq!(open(&archive(&[("config.json", b"{}")]), 100), Ok(None));
        assert_eq!(open(b"PK\x03\x04 nonsense", 100), Ok(None));
        assert_eq!(open(&archive(&[("a.onnx", b"1"), ("b.onnx", b"2")]), 100), Err(BundleError::SeveralModels));
        let three = archive(&[("a.onnx", b"1"), ("b.bin", b"2"), ("c.bin", b"3")]);
        assert_eq!(open(&three, 100), Err(BundleError::TooManyFiles(2)));
    }

    #[test]
    fn an_archive_of_very_many_entries_is_left_alone_unread() {
        let names: Vec<String> = (0..1001).map(|number| format!("{number}.txt")).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
        let bytes = archive(&[&[("model.onnx", &b"graph"[..])][..], &files].concat());
        assert!(declares_many_entries(&bytes));
        assert_eq!(open(&bytes, 100), Ok(None));
        let mut large = archive(&[("a.onnx", b"1")]);
        assert!(!declares_many_entries(&large));
        // One entry, it says, and leaves the rest to a record for very large archives.
        let offset = large.len() - 6;
        large[offset..offset + 4].fill(0xff);
        assert!(declares_many_entries(&large));
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bytes = archive(&[("a.onnx", &vec![0; 10 << 20])]);
        assert!(bytes.len() < 100_000);
        assert_eq!(open(&bytes, 1000), Err(BundleError::TooLarge));
    }
}
