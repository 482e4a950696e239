//! ZIP archives from strangers: the directory is judged before it is read, each entry before it is unpacked.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
};

use zip::{CompressionMethod, ZipArchive, result::ZipError};

use super::{IntakeFault, MAX_ENTRIES, UploadedFile, format};

/// Deflate makes at most about 1032 bytes of one: an entry that is both large and near that holds nothing.
const MAX_RATIO: u64 = 200;
/// Unpacked bytes from which the ratio counts.
const RATIO_FROM: u64 = 16 << 20;

/// An archive whose entries have names that may be used.
pub(super) struct Archive {
    file: String,
    zip: ZipArchive<BufReader<File>>,
    /// Path of each file, with its position.
    entries: BTreeMap<String, usize>,
    /// Whether a high ratio is a fault; arrays of zeros are honest.
    judges_ratio: bool,
    /// Bytes that may still be unpacked.
    left: u64,
}

/// Opens an archive and judges its directory.
pub(super) fn open(file: &UploadedFile<'_>) -> Result<Archive, IntakeFault> {
    let name = file.name.to_owned();
    let mut opened = format::open(file)?;
    let too_many = IntakeFault::ArchiveEntries { file: name.clone(), limit: MAX_ENTRIES };
    if declares_too_much(&mut opened).map_err(|error| format::unreadable(&name, &error))? {
        return Err(too_many);
    }
    let zip = ZipArchive::new(BufReader::new(opened)).map_err(|_| IntakeFault::Damaged { file: name.clone() })?;
    if zip.len() > MAX_ENTRIES {
        return Err(too_many);
    }
    let left = super::MAX_NUMBER_BYTES as u64;
    let mut archive = Archive { file: name, zip, entries: BTreeMap::new(), judges_ratio: false, left };
    for index in 0..archive.zip.len() {
        if let Some(path) = archive.judged(index)? {
            archive.entries.insert(path, index);
        }
    }
    Ok(archive)
}

/// Whether an end-of-directory record (APPNOTE 4.3.16: count at 10, size at 12, offset at 16) near the end declares more
/// entries than are taken, or leaves its numbers to a record for very large archives (4.3.14). Such a record is only
/// needed above 65,534 entries or 4 GiB, which is above our bounds: one whose numbers are all small is taken without it.
fn declares_too_much(file: &mut File) -> std::io::Result<bool> {
    const LONGEST_END: u64 = 22 + 65_535;
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(LONGEST_END)))?;
    let mut end = Vec::new();
    file.take(LONGEST_END).read_to_end(&mut end)?;
    file.seek(SeekFrom::Start(0))?;
    let is_many = |record: &[u8; 20]| {
        let [.., c0, c1, s0, s1, s2, s3, o0, o1, o2, o3] = *record;
        let size_and_offset = [[s0, s1, s2, s3], [o0, o1, o2, o3]];
        usize::from(u16::from_le_bytes([c0, c1])) > MAX_ENTRIES || size_and_offset.contains(&[0xff; 4])
    };
    Ok(end.array_windows::<20>().any(|record| record.starts_with(b"PK\x05\x06") && is_many(record)))
}

impl Archive {
    /// The paths of its files, sorted.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// The name of the archive.
    pub(super) fn name(&self) -> &str {
        &self.file
    }

    /// From now on an entry that is nearly all compression is a fault.
    pub(super) fn judge_ratio(&mut self) {
        self.judges_ratio = true;
    }

    /// The path of an entry if it is a file that counts; folders and what file managers leave behind do not.
    fn judged(&mut self, index: usize) -> Result<Option<String>, IntakeFault> {
        let file = self.file.clone();
        let damaged = |_| IntakeFault::Damaged { file: file.clone() };
        let entry = self.zip.by_index_raw(index).map_err(damaged)?;
        let shown = String::from_utf8_lossy(entry.name_raw()).chars().take(200).collect::<String>();
        let Ok(path) = std::str::from_utf8(entry.name_raw()).map(str::to_owned) else {
            return Err(IntakeFault::EntryName { file, entry: shown });
        };
        let is_safe = !path.starts_with('/')
            && !path.contains(['\\', '\0', ':'])
            && path.split('/').all(|part| part != ".." && part != ".")
            && path.len() <= 1000;
        if !is_safe {
            return Err(IntakeFault::EntryName { file, entry: shown });
        }
        if entry.is_symlink() {
            return Err(IntakeFault::EntryLink { file, entry: shown });
        }
        let is_litter = path.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
            || path.ends_with("Thumbs.db")
            || path.ends_with("desktop.ini");
        if entry.is_dir() || is_litter {
            return Ok(None);
        }
        if entry.encrypted() {
            return Err(IntakeFault::EntryEncrypted { file, entry: shown });
        }
        if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            return Err(IntakeFault::EntryDamaged { file, entry: shown });
        }
        Ok(Some(path))
    }

    /// Unpacks one entry as far as `read` asks for it, within what may be unpacked in all.
    pub(super) fn with<T>(
        &mut self,
        path: &str,
        read: impl FnOnce(&mut dyn Read) -> Result<T, IntakeFault>,
    ) -> Result<T, IntakeFault> {
        let (file, entry) = (self.file.clone(), path.to_owned());
        let damaged = IntakeFault::EntryDamaged { file: file.clone(), entry: entry.clone() };
        let Some(&index) = self.entries.get(path) else { return Err(damaged) };
        let found = self.zip.by_index(index).map_err(|error| match error {
            ZipError::InvalidPassword => IntakeFault::EntryEncrypted { file: file.clone(), entry: entry.clone() },
            _ => damaged,
        })?;
        let packed = found.compressed_size().max(1);
        let most = if self.judges_ratio { RATIO_FROM.max(packed.saturating_mul(MAX_RATIO)) } else { u64::MAX };
        let allowed = most.min(self.left);
        let mut limited = found.take(allowed.saturating_add(1));
        let result = read(&mut limited);
        let used = allowed.saturating_add(1) - limited.limit();
        if used > allowed {
            return Err(IntakeFault::EntryBomb { file, entry });
        }
        self.left -= used;
        result
    }
}
