//! The data of an exercise: from what was uploaded to the files that it keeps, and what is easily overlooked about them.

use std::path::Path;

use bytes::Bytes;
use sqlx::PgConnection;

use super::{INPUT, Interface};
use crate::authoring::tree::{FileRef, Tree};
use crate::authoring::{AuthoringError, KeptFinding, folder, store};
use crate::blobs::{Blobs, Sha256, StorageError};
use crate::exercises::ContentError;
use crate::exercises::catalogue::{self, CatalogueError};
use crate::exercises::files;
use crate::exercises::intake::{
    self, Collected, Described, Finding, IntakeFault, KeptFile, PartName, Parts, Shares, UploadedFile,
};
use crate::exercises::manifest::{DataFile, Manifest, Role};
use crate::ids::Slug;

/// What was uploaded: one set to be divided, or each part by itself. Files are given by their names and places.
#[derive(Debug)]
pub enum Uploads<'a> {
    /// All samples, with the shares of the parts and the seed of the draw.
    Whole(Vec<(&'a str, &'a Path)>, Shares, u64),
    /// Public, hidden and private files; a part without files is none.
    Parts([Vec<(&'a str, &'a Path)>; 3]),
}

/// The data of an exercise, ready to be kept.
#[derive(Debug)]
pub struct Prepared {
    /// What models get and give.
    pub interface: Interface,
    /// Files of the public and hidden parts.
    pub open: Vec<KeptFile>,
    /// Files of the private part.
    pub private: Vec<KeptFile>,
}

/// Reads what was uploaded and writes it in the formats that exercises keep. Takes a while: not for a request's thread.
pub fn prepare(uploads: &Uploads<'_>, described: &Described) -> Result<Prepared, IntakeFault> {
    let read = |files: &[(&str, &Path)]| {
        let files: Vec<UploadedFile<'_>> = files.iter().map(|&(name, path)| UploadedFile { name, path }).collect();
        intake::read(&files, described)
    };
    let parts = match uploads {
        Uploads::Whole(files, shares, seed) => intake::split(&read(files)?, *shares, *seed)?,
        Uploads::Parts([public, hidden, private]) => {
            let some = |files: &Vec<_>| if files.is_empty() { Ok(None) } else { read(files).map(Some) };
            Parts { public: some(public)?, hidden: read(hidden)?, private: some(private)? }
        }
    };
    let parts = with_same_classes(parts)?;
    let hidden = &parts.hidden;
    let classes = hidden.classes.clone().unwrap_or_default();
    let interface = Interface { kind: hidden.kind, shape: hidden.shape.clone(), classes };
    let mut open = intake::kept_files(PartName::Hidden, hidden, INPUT)?;
    if let Some(public) = &parts.public {
        open.splice(0..0, intake::kept_files(PartName::Public, public, INPUT)?);
    }
    let private = match &parts.private {
        Some(private) => intake::kept_files(PartName::Private, private, INPUT)?,
        None => Vec::new(),
    };
    Ok(Prepared { interface, open, private })
}

/// Labels are positions among the classes of all parts, so each part must count with the same list.
fn with_same_classes(parts: Parts) -> Result<Parts, IntakeFault> {
    let lists = [parts.public.as_ref(), Some(&parts.hidden), parts.private.as_ref()];
    let mut names: Vec<String> =
        lists.into_iter().flatten().filter_map(|part| part.classes.as_ref()).flatten().cloned().collect();
    names.sort_by_key(|name| (name.parse::<i64>().unwrap_or(i64::MAX), name.clone()));
    names.dedup();
    if names.is_empty() {
        return Ok(parts);
    }
    let renamed = |part: Option<Collected>| part.map(|part| part.renamed(&names)).transpose();
    Ok(Parts {
        public: renamed(parts.public)?,
        hidden: parts.hidden.renamed(&names)?,
        private: renamed(parts.private)?,
    })
}

/// Stores files; returns each with its place in blob storage.
pub async fn keep(blobs: &Blobs, kept: Vec<KeptFile>) -> Result<Vec<(DataFile, FileRef)>, StorageError> {
    let mut stored: Vec<(DataFile, FileRef)> = Vec::new();
    for KeptFile { entry, bytes } in kept {
        let known = stored.iter().find(|(other, _)| other.sha256 == entry.sha256).map(|(_, file)| *file);
        let file = match known {
            Some(file) => file,
            None => FileRef { bytes: bytes.len() as u64, sha256: blobs.put(Bytes::from(bytes)).await? },
        };
        stored.push((entry, file));
    }
    Ok(stored)
}

/// What [`findings`] depend on, so that they are made once for each state of the data.
fn identity(manifest: &Manifest, private: &[DataFile]) -> Sha256 {
    let parts = (&manifest.data, private, &manifest.task);
    // Strings and lists only: this cannot fail, and findings of an empty text would only be made again.
    Sha256::of(&serde_json::to_vec(&parts).unwrap_or_default())
}

/// What is easily overlooked about the data of a draft, whichever way they came: looked for once for each state of the
/// data, then kept with the work. Where the manifest names a file that the work does not have, which is told among its
/// faults, nothing is read.
pub async fn findings(
    conn: &mut PgConnection,
    blobs: &Blobs,
    (slug, tree, manifest): (&Slug, &Tree, &Manifest),
    private: &[DataFile],
) -> Result<Vec<KeptFinding>, AuthoringError> {
    if !manifest.data.iter().all(|file| folder::has(tree, file)) {
        return Ok(Vec::new());
    }
    let identity = identity(manifest, private);
    if let Some(kept) = store::findings(&mut *conn, slug, &identity).await? {
        return Ok(kept);
    }
    let found = match look(blobs, manifest, private).await {
        // Whatever came in an archive may be no data at all: the author's to mend.
        Err(CatalogueError::Content(ContentError::Data { file, message })) => vec![Finding::unreadable(file, message)],
        found => found?,
    };
    let found: Vec<_> = found.iter().map(KeptFinding::from).collect();
    store::keep_findings(conn, slug, &identity, &found).await?;
    Ok(found)
}

/// Takes a while for large files.
async fn look(blobs: &Blobs, manifest: &Manifest, private: &[DataFile]) -> Result<Vec<Finding>, CatalogueError> {
    let Some(hidden) = collected(blobs, manifest, [Role::HiddenSamples, Role::HiddenLabels]).await? else {
        return Ok(Vec::new());
    };
    let public = collected(blobs, manifest, [Role::PublicSamples, Role::PublicLabels]).await?;
    let private = match private {
        [] => None,
        files => {
            let with_files = Manifest { data: files.to_vec(), ..manifest.clone() };
            collected(blobs, &with_files, [Role::HiddenSamples, Role::HiddenLabels]).await?
        }
    };
    let task = manifest.task.clone();
    let found = move || intake::findings(public.as_ref(), &hidden, private.as_ref(), &task);
    Ok(tokio::task::spawn_blocking(found).await?)
}

/// One part of an exercise with one input, read back from its files; `None` where the part has no such files.
async fn collected(
    blobs: &Blobs,
    manifest: &Manifest,
    [samples, labels]: [Role; 2],
) -> Result<Option<Collected>, CatalogueError> {
    let [input] = manifest.inputs.as_slice() else { return Ok(None) };
    let (Some(sample_file), Some(label_file)) =
        (manifest.data_file(samples, Some(&input.name)), manifest.data_file(labels, None))
    else {
        return Ok(None);
    };
    let array = async |file: &DataFile| -> Result<files::Array, CatalogueError> {
        let (bytes, named) = (catalogue::data_file(blobs, file).await?, file.clone());
        let read = tokio::task::spawn_blocking(move || files::read(&named, &bytes, None)).await?;
        let wrong = |message| ContentError::Data { file: file.file.clone(), message };
        Ok(read.map_err(wrong)?)
    };
    let classes = manifest.classes();
    Ok(Some(Collected {
        samples: array(sample_file).await?,
        labels: array(label_file).await?,
        classes: (!classes.is_empty()).then(|| classes.to_vec()),
        columns: sample_file.columns.clone(),
        label_column: label_file.columns.as_ref().and_then(|columns| columns.first().cloned()),
        kind: input.kind.unwrap_or(crate::grading::contract::InputKind::Image),
        shape: input.sample_shape(),
    }))
}

/// The files of a tree without its data.
pub fn data_paths(tree: &Tree) -> Vec<String> {
    tree.below(super::DATA).map(|(path, _)| path.to_owned()).collect()
}
