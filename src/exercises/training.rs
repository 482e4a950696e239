//! The folder of public files that scripts are trained on: written once for each set of files, then only read.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{
    ContentError,
    manifest::{DataFile, Manifest},
};

/// Folder of public training files below the data folder.
pub const FOLDER: &str = "training";

/// The folder below `root` with the public files of an exercise, under their own names; `read` returns their bytes.
///
/// The hash of every file is checked. Hidden files are never in it: they are not asked for.
pub fn folder(
    root: &Path,
    manifest: &Manifest,
    mut read: impl FnMut(&DataFile) -> Result<Vec<u8>, ContentError>,
) -> Result<PathBuf, ContentError> {
    let fault = |path: &Path| {
        let path = path.to_owned();
        move |source| ContentError::File { path, source }
    };
    if let Some(found) = existing(root, manifest) {
        return Ok(found);
    }
    let folder = place(root, manifest);
    fs::create_dir_all(root).map_err(fault(root))?;
    let open = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(fault(path));
    open(root, 0o755)?;
    let scratch = root.join(format!("new-{}-{:?}", std::process::id(), std::thread::current().id()));
    let _ = fs::remove_dir_all(&scratch);
    fs::create_dir(&scratch).map_err(fault(&scratch))?;
    open(&scratch, 0o755)?;
    for file in manifest.public_data() {
        let path = scratch.join(name(file));
        // A table of samples and labels is one file in two roles.
        if path.exists() {
            continue;
        }
        let bytes = read(file)?;
        file.check(&bytes)?;
        fs::write(&path, bytes).map_err(fault(&path))?;
        open(&path, 0o444)?;
    }
    match fs::rename(&scratch, &folder) {
        Ok(()) => {}
        // Somebody else was faster; the folder is the same.
        Err(error) if folder.is_dir() && error.kind() != io::ErrorKind::PermissionDenied => {
            let _ = fs::remove_dir_all(&scratch);
        }
        Err(source) => return Err(ContentError::File { path: folder, source }),
    }
    Ok(folder)
}

/// The folder, if it was written before.
pub fn existing(root: &Path, manifest: &Manifest) -> Option<PathBuf> {
    Some(place(root, manifest)).filter(|folder| folder.is_dir())
}

/// Equal files under equal names have one folder.
fn place(root: &Path, manifest: &Manifest) -> PathBuf {
    let mut hash = Sha256::new();
    for file in manifest.public_data() {
        hash.update(name(file));
        hash.update([0]);
        hash.update(&file.sha256);
    }
    let digest = hex::encode(hash.finalize());
    root.join(digest.get(..32).unwrap_or_default())
}

/// The last part of its path, by which scripts know it.
fn name(file: &DataFile) -> &str {
    file.file.rsplit('/').next().unwrap_or(&file.file)
}
