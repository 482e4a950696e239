//! Works as ZIP archives: written for downloads, and read from uploads that may be hostile.
//!
//! An archive has the layout of the content folder: `courses/<slug>/…` and `exercises/<slug>/…`. An archive of one folder
//! that is a course or an exercise, or of its files alone, is understood as well.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, Write};

use futures_util::TryStreamExt as _;
use tokio::runtime::Handle;
use zip::ZipArchive;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::folder::lost;
use super::tree::{self, FileRef, MOST_FILES, Tree};
use super::{AuthoringError, Kind};
use crate::blobs::Blobs;
use crate::ids::Slug;

/// Most bytes that an archive may unpack to.
pub const MOST_BYTES: u64 = 2 << 30;
/// Largest file within an archive.
const LARGEST_FILE: u64 = 1 << 30;
/// Most bytes of the list of files at an archive's end; each takes some fifty bytes and its name.
const LONGEST_LIST: u64 = 4 << 20;

/// Bytes that are unpacked at a time.
const PIECE: usize = 1 << 16;

/// What an archive holds, by kind and name.
pub type Found = BTreeMap<(Kind, Slug), Tree>;

/// Why an archive cannot be read; each has a sentence for whoever sent it.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Not a ZIP archive, damaged, encrypted, or packed in a way that is not supported.
    #[error("the archive cannot be read")]
    Damaged,
    /// More files than a work may have.
    #[error("the archive has too many files")]
    TooMany,
    /// It unpacks to more than is allowed.
    #[error("the archive unpacks to too much")]
    TooLarge,
    /// A name that leads out of the folder, or cannot be a name everywhere.
    #[error("{0:?} is no name within a folder")]
    Name(String),
    /// A link or a device.
    #[error("{0:?} is no plain file")]
    NotPlain(String),
    /// Neither a course nor an exercise is in it.
    #[error("no course.toml and no exercise.toml is in the archive")]
    Nothing,
    /// Blob storage.
    #[error(transparent)]
    Storage(#[from] crate::blobs::StorageError),
}

impl ArchiveError {
    /// Key of the sentence about it, with its argument; `None` for our own fault.
    pub fn key(&self) -> Option<(&'static str, String)> {
        match self {
            Self::Damaged => Some(("archive-damaged", String::new())),
            Self::TooMany => Some(("archive-too-many", MOST_FILES.to_string())),
            Self::TooLarge => Some(("archive-too-large", (MOST_BYTES >> 20).to_string())),
            Self::Name(name) => Some(("archive-name", name.chars().take(100).collect())),
            Self::NotPlain(name) => Some(("archive-not-plain", name.chars().take(100).collect())),
            Self::Nothing => Some(("archive-nothing", String::new())),
            Self::Storage(_) => None,
        }
    }
}

/// Reads an archive; `store` keeps the bytes of one file as they are unpacked, and names them.
///
/// Nothing is written by name anywhere, and no more than the bounds above is unpacked, whatever the archive declares.
/// `alone` is the name of a work whose files lie in the archive without a folder.
pub fn read(
    mut archive: impl Read + Seek,
    alone: Option<&Slug>,
    mut store: impl FnMut(&mut dyn Read) -> Result<FileRef, ArchiveError>,
) -> Result<Found, ArchiveError> {
    refuse_long_lists(&mut archive)?;
    let mut archive = ZipArchive::new(archive).map_err(|_| ArchiveError::Damaged)?;
    if archive.len() > MOST_FILES {
        return Err(ArchiveError::TooMany);
    }
    let names = names(&mut archive)?;
    let places = places(&names, alone)?;
    let (mut found, mut left) = (Found::new(), MOST_BYTES);
    for (index, (kind, slug, path)) in places {
        let entry = archive.by_index(index).map_err(|_| ArchiveError::Damaged)?;
        let file = store(&mut Bounded { inner: entry, left: left.min(LARGEST_FILE) })?;
        left = left.saturating_sub(file.bytes);
        let tree = found.entry((kind, slug)).or_default();
        tree.put(&path, file).map_err(|_| ArchiveError::Name(path))?;
    }
    Ok(found)
}

/// Reads no more than so many bytes: what goes on after them is an error, which a shortened file would not be.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.left = self.left.checked_sub(read as u64).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(read)
    }
}

impl From<io::Error> for ArchiveError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::FileTooLarge { Self::TooLarge } else { Self::Damaged }
    }
}

/// Unpacks one file into blob storage piece by piece, on a thread that may block; what cannot be read leaves nothing.
pub fn unpack(blobs: &Blobs, runtime: &Handle, file: &mut dyn Read) -> Result<FileRef, ArchiveError> {
    let mut upload = runtime.block_on(blobs.receive())?;
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => runtime.block_on(upload.write(piece.get(..read).unwrap_or_default()))?,
            Err(error) => {
                runtime.block_on(upload.abandon());
                return Err(error.into());
            }
        }
    }
    let (sha256, bytes) = runtime.block_on(upload.finish())?;
    Ok(FileRef { sha256, bytes })
}

/// Refuses an archive whose end declares a long list of files, before that list takes memory (APPNOTE 4.3.16: size of the
/// list at 12; one that leaves it to a record for very large archives is longer than we read).
fn refuse_long_lists(archive: &mut (impl Read + Seek)) -> Result<(), ArchiveError> {
    let damaged = |_| ArchiveError::Damaged;
    let size = archive.seek(io::SeekFrom::End(0)).map_err(damaged)?;
    archive.seek(io::SeekFrom::Start(size.saturating_sub(22 + 65_535))).map_err(damaged)?;
    let mut end = Vec::new();
    archive.read_to_end(&mut end).map_err(damaged)?;
    archive.rewind().map_err(damaged)?;
    let is_long = end.array_windows::<20>().filter(|record| record.starts_with(b"PK\x05\x06")).any(|record| {
        let [.., s0, s1, s2, s3, _, _, _, _] = *record;
        u64::from(u32::from_le_bytes([s0, s1, s2, s3])) > LONGEST_LIST
    });
    if is_long { Err(ArchiveError::TooMany) } else { Ok(()) }
}

/// The plain files of an archive, by their place in it.
fn names(archive: &mut ZipArchive<impl Read + Seek>) -> Result<Vec<(usize, String)>, ArchiveError> {
    let mut names = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|_| ArchiveError::Damaged)?;
        let name = entry.name().map_err(|_| ArchiveError::Damaged)?.into_owned();
        let last = name.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        // What file managers leave behind is nobody's content.
        let is_noise = name.starts_with("__MACOSX/") || last == ".DS_Store" || last == "Thumbs.db";
        if entry.is_symlink() {
            return Err(ArchiveError::NotPlain(name));
        }
        if entry.is_dir() || is_noise {
            continue;
        }
        if name.starts_with('/') || name.contains('\\') || name.split('/').any(|part| part == "..") {
            return Err(ArchiveError::Name(name));
        }
        names.push((index, name));
    }
    Ok(names)
}

/// Where a file of an archive belongs: its number there, the work, and the path within.
type Place = (usize, (Kind, Slug, String));

/// Where each file belongs.
fn places(names: &[(usize, String)], alone: Option<&Slug>) -> Result<Vec<Place>, ArchiveError> {
    let roots = roots(names, alone)?;
    let mut places = Vec::new();
    for (index, name) in names {
        // A README beside the folders belongs to nobody.
        let Some((root, kind, slug)) = roots.iter().find(|(root, ..)| name.starts_with(root.as_str())) else {
            continue;
        };
        let path = name.get(root.len()..).unwrap_or_default();
        if !tree::is_within(path) {
            return Err(ArchiveError::Name(name.clone()));
        }
        places.push((*index, (*kind, slug.clone(), path.to_owned())));
    }
    if places.is_empty() { Err(ArchiveError::Nothing) } else { Ok(places) }
}

/// The folders that are works: each with its prefix, kind and name.
fn roots(names: &[(usize, String)], alone: Option<&Slug>) -> Result<Vec<(String, Kind, Slug)>, ArchiveError> {
    let mut roots = Vec::new();
    for kind in [Kind::Course, Kind::Exercise] {
        for (_, name) in names {
            let Some(root) = name.strip_suffix(kind.main_file()) else { continue };
            let folder = root.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            let slug = if root.is_empty() { alone.cloned() } else { folder.parse().ok() };
            if !root.is_empty() && !root.ends_with('/') {
                continue;
            }
            let slug = slug.ok_or_else(|| ArchiveError::Name(name.clone()))?;
            roots.push((root.to_owned(), kind, slug));
        }
    }
    Ok(roots)
}

/// Writes works as an archive in the layout of the content folder.
pub async fn write(blobs: &Blobs, works: &[(Kind, &Slug, &Tree)]) -> Result<std::fs::File, AuthoringError> {
    let mut writer = ZipWriter::new(tempfile::tempfile()?);
    for (kind, slug, tree) in works {
        for (path, file) in tree.iter() {
            let mut pieces = blobs.stream(&file.sha256).await?.ok_or_else(|| lost(path))?;
            let name = format!("{}/{slug}/{path}", kind.folder());
            let options = SimpleFileOptions::default().large_file(file.bytes > u64::from(u32::MAX));
            writer.start_file(name, options).map_err(io::Error::other)?;
            while let Some(piece) = pieces.try_next().await? {
                writer.write_all(&piece)?;
            }
        }
    }
    let mut file = writer.finish().map_err(io::Error::other)?;
    file.rewind()?;
    Ok(file)
}

#[cfg(test)]
mod tests;
