//! Archives as instructors make them, and as somebody makes them who means harm.

use std::io::Cursor;

use super::*;
use crate::blobs::Sha256;

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn hashed(file: &mut dyn Read) -> Result<FileRef, ArchiveError> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(FileRef { sha256: Sha256::of(&bytes), bytes: bytes.len() as u64 })
}

fn look(bytes: &[u8]) -> Result<Found, ArchiveError> {
    read(Cursor::new(bytes), None, hashed)
}

fn fault(bytes: &[u8]) -> (&'static str, String) {
    look(bytes).unwrap_err().key().expect("not our fault")
}

#[test]
fn every_usual_layout_is_understood() {
    let whole = archive(&[
        ("courses/words/course.toml", b"a"),
        ("courses/words/01/en.md", b"b"),
        ("exercises/topics/exercise.toml", b"c"),
        ("README.md", b"beside the folders"),
        ("__MACOSX/courses/words/._course.toml", b"noise"),
    ]);
    let found = look(&whole).unwrap();
    let names: Vec<String> = found.keys().map(|(kind, slug)| format!("{}/{slug}", kind.folder())).collect();
    assert_eq!(names, ["courses/words", "exercises/topics"]);
    assert_eq!(found.values().map(Tree::len).sum::<usize>(), 3);
    let one = look(&archive(&[("topics/exercise.toml", b"c"), ("topics/data/a.csv", b"1")])).unwrap();
    assert_eq!(one.values().next().unwrap().len(), 2, "one folder");
    let alone: Slug = "topics".parse().unwrap();
    let bare = archive(&[("exercise.toml", b"c"), ("right/a.onnx", b"1")]);
    assert_eq!(
        read(Cursor::new(&bare), Some(&alone), hashed).unwrap().len(),
        1,
        "its files alone, named by the archive"
    );
    assert_eq!(fault(&archive(&[("notes.txt", b"x")])).0, "archive-nothing");
}

#[test]
fn names_that_lead_out_are_refused_and_named() {
    for name in ["../exercise.toml", "/exercises/a/exercise.toml", "exercises\\a\\exercise.toml", "exercises/a/../../x"]
    {
        let bytes = archive(&[("exercises/a/exercise.toml", b"c"), (name, b"x")]);
        assert_eq!(fault(&bytes), ("archive-name", name.to_owned()));
    }
    let hidden = archive(&[("exercises/a/exercise.toml", b"c"), ("exercises/a/.git/config", b"x")]);
    assert_eq!(fault(&hidden).0, "archive-name");
    let nested =
        archive(&[("exercises/a/exercise.toml", b"c"), ("exercises/a/data", b"1"), ("exercises/a/data/b", b"2")]);
    assert_eq!(fault(&nested).0, "archive-name", "a file is no folder");
}

#[test]
fn links_are_refused() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("exercises/a/exercise.toml", SimpleFileOptions::default()).unwrap();
    writer.add_symlink("exercises/a/en.md", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    assert_eq!(fault(&bytes), ("archive-not-plain", "exercises/a/en.md".to_owned()));
}

#[test]
fn very_many_files_are_refused_before_they_are_looked_at() {
    let names: Vec<String> = (0..100_000).map(|number| format!("exercises/a/data/{number}.csv")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let many = archive(&files);
    let mut stored = 0;
    let seen = read(Cursor::new(&many), None, |file| {
        stored += 1;
        hashed(file)
    });
    assert_eq!(seen.unwrap_err().key().unwrap().0, "archive-too-many");
    assert_eq!(stored, 0);
    let few = archive(&files[..5_001]);
    assert_eq!(fault(&few).0, "archive-too-many");
}

#[test]
fn a_bomb_is_unpacked_to_its_bound_and_no_further() {
    let mut bounded = Bounded { inner: io::repeat(0), left: 1 << 20 };
    let mut unpacked = 0;
    let mut piece = [0; 4096];
    let error = loop {
        match bounded.read(&mut piece) {
            Ok(read) => unpacked += read,
            Err(error) => break error,
        }
    };
    assert_eq!(unpacked, 1 << 20);
    assert_eq!(ArchiveError::from(error).key().unwrap().0, "archive-too-large");
    assert_eq!(fault(b"PK\x03\x04 nonsense").0, "archive-damaged");
}
