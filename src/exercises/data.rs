//! From a manifest and the bytes of its hidden files to what a model is graded on.

use std::sync::Arc;

use super::{
    ContentError,
    idx::{self, Idx},
    manifest::{DataFile, Manifest, Role, Tensor},
};
use crate::grading::{Evaluation, shared::SharedBytes};

/// Builds the evaluation; `read` returns the bytes of a data file, from the folder or from blob storage.
///
/// The hash of every file is checked here, whatever `read` did.
pub fn evaluation(
    manifest: &Manifest,
    mut read: impl FnMut(&DataFile) -> Result<Vec<u8>, ContentError>,
) -> Result<Evaluation, ContentError> {
    let truth = labels(manifest, Role::HiddenLabels, &mut read)?;
    let mut shared = Vec::new();
    for input in &manifest.inputs {
        let (file, array) = samples(manifest, Role::HiddenSamples, input, &mut read)?;
        if array.dims.first() != Some(&truth.len()) {
            return Err(wrong(file, format!("{:?} samples for {} labels", array.dims.first(), truth.len())));
        }
        let sealed =
            SharedBytes::new(&array.data).map_err(|error| wrong(file, format!("cannot be shared: {error}")))?;
        shared.push(Arc::new(sealed));
    }
    Ok(Evaluation {
        contract: manifest.contract(),
        samples: shared,
        truth,
        metric: manifest.metric,
        marks: manifest.marks,
        limits: manifest.limits,
    })
}

/// The labels of one role, as class indices.
pub fn labels(
    manifest: &Manifest,
    role: Role,
    read: &mut impl FnMut(&DataFile) -> Result<Vec<u8>, ContentError>,
) -> Result<Vec<u32>, ContentError> {
    let file = find(manifest, role, None)?;
    let array = unpack(file, read)?;
    if array.dims.len() != 1 || array.data.is_empty() {
        return Err(wrong(file, "labels are one list of bytes".into()));
    }
    let classes = manifest.classes().len();
    match array.data.iter().find(|&&label| usize::from(label) >= classes) {
        Some(label) => Err(wrong(file, format!("label {label}, but there are {classes} classes"))),
        None => Ok(array.data.into_iter().map(u32::from).collect()),
    }
}

/// The samples of one role for one input: the file they come from, and the bytes.
pub fn samples<'a>(
    manifest: &'a Manifest,
    role: Role,
    input: &Tensor,
    read: &mut impl FnMut(&DataFile) -> Result<Vec<u8>, ContentError>,
) -> Result<(&'a DataFile, Idx), ContentError> {
    let file = find(manifest, role, Some(&input.name))?;
    let array = unpack(file, read)?;
    let elements: usize = input.sample_shape().iter().product();
    let found: usize = array.dims.iter().skip(1).product();
    if found == elements {
        Ok((file, array))
    } else {
        Err(wrong(file, format!("samples of {found} bytes, but input {} has {elements} elements", input.name)))
    }
}

fn find<'a>(manifest: &'a Manifest, role: Role, input: Option<&str>) -> Result<&'a DataFile, ContentError> {
    let missing = || ContentError::Data { file: "exercise.toml".into(), message: format!("no data file for {role:?}") };
    manifest.data_file(role, input).ok_or_else(missing)
}

fn unpack(
    file: &DataFile,
    read: &mut impl FnMut(&DataFile) -> Result<Vec<u8>, ContentError>,
) -> Result<Idx, ContentError> {
    let bytes = read(file)?;
    file.check(&bytes)?;
    idx::read_gz(&bytes, file.take).map_err(|message| wrong(file, message))
}

fn wrong(file: &DataFile, message: String) -> ContentError {
    ContentError::Data { file: file.file.clone(), message }
}
