//! Uploaded files of every format, honest and hostile, and what becomes of them.

mod arrays;
mod committed;
mod findings;
mod images;
mod parts;
mod tables;

use std::{
    fs,
    io::{Cursor, Write as _},
    path::PathBuf,
};

use flate2::{Compression, write::GzEncoder};
use tempfile::TempDir;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;
use crate::messages::{Lang, exists, text};

/// A folder of uploaded files.
struct Folder {
    folder: TempDir,
    files: Vec<(String, PathBuf)>,
}

impl Folder {
    fn of(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let written = |(position, (name, bytes)): (usize, &(&str, &[u8]))| {
            // As on the server, the name on disk tells nothing.
            let path = folder.path().join(position.to_string());
            fs::write(&path, bytes).unwrap();
            ((*name).to_owned(), path)
        };
        let files = files.iter().enumerate().map(written).collect();
        Self { folder, files }
    }

    fn read(&self, described: &Described) -> Result<Collected, IntakeFault> {
        assert!(self.folder.path().is_dir());
        let files: Vec<UploadedFile<'_>> =
            self.files.iter().map(|(name, path)| UploadedFile { name, path: path.as_path() }).collect();
        let result = read(&files, described);
        if let Err(fault) = &result {
            speaks(fault);
        }
        result
    }
}

fn guess(task: TaskKind) -> Described {
    Described { task, kind: None, label: None, columns: Vec::new(), samples: None }
}

fn classes() -> Described {
    guess(TaskKind::Classification)
}

fn reads(files: &[(&str, &[u8])]) -> Collected {
    Folder::of(files).read(&classes()).unwrap()
}

fn fault(files: &[(&str, &[u8])]) -> IntakeFault {
    Folder::of(files).read(&classes()).unwrap_err()
}

/// A fault has a sentence in both languages that takes its arguments.
fn speaks(fault: &IntakeFault) {
    for lang in Lang::ALL {
        let sentence = text(lang, fault.key(), &fault.args());
        assert!(sentence != fault.key() && !sentence.contains("{ $"), "{fault:?}: {sentence}");
        for (name, value) in fault.args().iter().filter(|(name, _)| ["file", "entry", "row", "column"].contains(name)) {
            assert!(sentence.contains(value.as_str()), "{fault:?} does not name its {name}: {sentence}");
        }
    }
}

#[test]
fn every_fault_has_its_sentence_in_both_languages() {
    for key in IntakeFault::KEYS {
        assert!(Lang::ALL.into_iter().all(|lang| exists(lang, key)), "{key}");
    }
}

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

fn idx(dims: &[u32], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, u8::try_from(dims.len()).unwrap()];
    bytes.extend(dims.iter().flat_map(|size| size.to_be_bytes()));
    bytes.extend_from_slice(data);
    bytes
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
