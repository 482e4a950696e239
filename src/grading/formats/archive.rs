//! What a ZIP archive holds, judged by the names of its entries; nothing is unpacked.

use crate::grading::verdict::Reason;

/// Entries looked at.
const MAX_ENTRIES: usize = 2000;
/// The end of the directory with the longest comment.
const MAX_END: usize = 22 + 0xffff;

/// What the archive is, if the file is one.
pub fn zip_format(file: &[u8]) -> Option<Reason> {
    if !file.starts_with(b"PK\x03\x04") && !file.starts_with(b"PK\x05\x06") {
        return None;
    }
    let mut names = directory(file);
    if names.is_empty() {
        names = local_headers(file);
    }
    let any = |wanted: fn(&[u8]) -> bool| names.iter().any(|name| wanted(name));
    Some(if any(|name| name.ends_with(b"model.weights.h5")) {
        Reason::FileIsKeras
    } else if any(|name| name.ends_with(b"constants.pkl")) {
        Reason::FileIsTorchScript
    } else if any(|name| name.ends_with(b"data.pkl") || name.ends_with(b"/archive_format")) {
        Reason::FileIsTorch
    } else if any(|name| name.ends_with(b".npy")) {
        Reason::FileIsNumpy
    } else if any(|name| name.ends_with(b"saved_model.pb")) {
        Reason::FileIsTensorflow
    } else if any(|name| name.ends_with(b".mlmodel")) {
        Reason::FileIsCoreml
    } else if any(|name| name == b"[Content_Types].xml" || name == b"mimetype") {
        Reason::FileIsDocument
    } else {
        Reason::FileIsZip
    })
}

fn number(bytes: &[u8], at: usize, size: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(size)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

/// The names in the central directory (APPNOTE 6.3.10, 4.3.12 and 4.3.16).
fn directory(file: &[u8]) -> Vec<&[u8]> {
    let tail = file.get(file.len().saturating_sub(MAX_END)..).unwrap_or(file);
    let end = tail.windows(4).rposition(|window| window == b"PK\x05\x06").and_then(|at| tail.get(at..));
    let mut at = end.and_then(|end| number(end, 16, 4)).unwrap_or(usize::MAX);
    let mut names = Vec::new();
    while names.len() < MAX_ENTRIES {
        let Some(entry) = file.get(at..).filter(|entry| entry.starts_with(b"PK\x01\x02")) else { break };
        let lengths = [number(entry, 28, 2), number(entry, 30, 2), number(entry, 32, 2)];
        let [Some(name), Some(extra), Some(comment)] = lengths else { break };
        names.extend(entry.get(46..46 + name));
        at += 46 + name + extra + comment;
    }
    names
}

/// The names in the local headers (4.3.7), for an archive that was cut off; ends at an entry of unknown size.
fn local_headers(file: &[u8]) -> Vec<&[u8]> {
    let mut names = Vec::new();
    let mut rest = file;
    while names.len() < MAX_ENTRIES && rest.starts_with(b"PK\x03\x04") {
        let lengths = [number(rest, 18, 4), number(rest, 26, 2), number(rest, 28, 2)];
        let [Some(data), Some(name), Some(extra)] = lengths else { break };
        names.extend(rest.get(30..30 + name));
        rest = rest.get(30 + name + extra + data..).unwrap_or(&[]);
    }
    names
}
