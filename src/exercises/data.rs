//! From a manifest and the bytes of its files to what a model is graded on.

use std::sync::Arc;

use super::{
    ContentError,
    files::{self, Array, Values},
    manifest::{DataFile, Manifest, Role, Sealed, Tensor},
};
use crate::grading::{
    DataSet, Evaluation, Truth,
    contract::{Contract, InputKind, Target},
    practice::{self, Practice},
    samples::texts_to_bytes,
    seal,
    shared::SharedBytes,
};

/// Samples that were added on the server, and the name of their set.
#[derive(Debug, Clone)]
pub struct Private {
    /// A hash of the contents.
    pub set: String,
    /// The samples.
    pub data: DataSet,
}

/// Builds the evaluation; `read` returns the bytes of a data file, from the folder or from blob storage.
///
/// The hash of every file is checked here, whatever `read` did. `private` samples are used where the manifest has a
/// place for them.
pub fn evaluation(
    manifest: &Manifest,
    mut read: impl FnMut(&DataFile) -> Result<Vec<u8>, ContentError>,
    private: Option<Private>,
) -> Result<Evaluation, ContentError> {
    let contract = manifest.contract();
    let open = data_set(manifest, [Role::HiddenSamples, Role::HiddenLabels], None, &mut read)?;
    let sealed = match (&manifest.sealed, private) {
        (Some(Sealed::Variants { mark, family }), _) => {
            Some(seal::Sealed { mark: *mark, source: seal::Source::Variants(*family) })
        }
        (Some(Sealed::Private { mark }), Some(Private { set, data })) => {
            Some(seal::Sealed { mark: *mark, source: seal::Source::Private { set, data } })
        }
        (Some(Sealed::Private { .. }) | None, _) => None,
    };
    Ok(Evaluation {
        practice: practice(manifest, &contract, &mut read)?,
        open,
        sealed,
        contract,
        metric: manifest.metric,
        marks: manifest.marks,
        conditions: manifest.conditions.clone(),
        limits: manifest.limits,
    })
}

/// The samples of a private set, whose files are described as those of a manifest are.
pub fn private_set(
    manifest: &Manifest,
    files: &[DataFile],
    mut read: impl FnMut(&DataFile) -> Result<Vec<u8>, ContentError>,
) -> Result<DataSet, ContentError> {
    let with_files = Manifest { data: files.to_vec(), ..manifest.clone() };
    data_set(&with_files, [Role::HiddenSamples, Role::HiddenLabels], None, &mut read)
}

/// The first public samples, where there are any with labels.
fn practice(
    manifest: &Manifest,
    contract: &Contract,
    read: &mut impl FnMut(&DataFile) -> Result<Vec<u8>, ContentError>,
) -> Result<Option<Practice>, ContentError> {
    let has = |role, input| manifest.data_file(role, input).is_some();
    let is_whole = has(Role::PublicLabels, None)
        && manifest.inputs.iter().all(|input| has(Role::PublicSamples, Some(input.name.as_str())));
    if !is_whole {
        return Ok(None);
    }
    let wanted = manifest.practice.as_ref().map_or(practice::SAMPLES, |practice| practice.samples);
    let data = data_set(manifest, [Role::PublicSamples, Role::PublicLabels], Some(wanted), read)?;
    let scales = manifest.practice.as_ref().map(|practice| practice.scales.clone()).unwrap_or_default();
    let fault = |error: std::io::Error| ContentError::Data {
        file: "exercise.toml".into(),
        message: format!("the practice sample cannot be made: {error}"),
    };
    Practice::new(contract, data, scales).map(Some).map_err(fault)
}

/// Samples and truth of one pair of roles, all of them or the first `most`.
fn data_set(
    manifest: &Manifest,
    [samples, labels]: [Role; 2],
    most: Option<usize>,
    read: &mut impl FnMut(&DataFile) -> Result<Vec<u8>, ContentError>,
) -> Result<DataSet, ContentError> {
    let contract = manifest.contract();
    let (label_file, label_array) = array(manifest, labels, None, most, read)?;
    let truth = truth(&contract, label_array).map_err(|message| wrong(label_file, message))?;
    let mut shared = Vec::new();
    for input in &manifest.inputs {
        let (file, array) = array(manifest, samples, Some(&input.name), most, read)?;
        if array.len() != truth.len() {
            return Err(wrong(file, format!("{} samples for {} labels", array.len(), truth.len())));
        }
        let bytes = kept(input, array).map_err(|message| wrong(file, message))?;
        let sealed = SharedBytes::new(&bytes).map_err(|error| wrong(file, format!("cannot be shared: {error}")))?;
        shared.push(Arc::new(sealed));
    }
    Ok(DataSet { samples: shared, truth })
}

fn array<'a>(
    manifest: &'a Manifest,
    role: Role,
    input: Option<&str>,
    most: Option<usize>,
    read: &mut impl FnMut(&DataFile) -> Result<Vec<u8>, ContentError>,
) -> Result<(&'a DataFile, Array), ContentError> {
    let missing = || ContentError::Data { file: "exercise.toml".into(), message: format!("no data file for {role:?}") };
    let file = manifest.data_file(role, input).ok_or_else(missing)?;
    let bytes = read(file)?;
    file.check(&bytes)?;
    let array = files::read(file, &bytes, most).map_err(|message| wrong(file, message))?;
    Ok((file, array))
}

/// The truth of each sample, from class positions, class names or numbers.
pub fn truth(contract: &Contract, array: Array) -> Result<Truth, String> {
    if array.row() != 1 {
        return Err("labels are one value for each sample".into());
    }
    match (&contract.target, array.values) {
        (Target::Classes(names), Values::Bytes(labels)) => positions(labels.into_iter().map(i64::from), names.len()),
        // A column of whole numbers may still be the names of the classes, such as years.
        (Target::Classes(names), Values::Integers(labels)) => {
            let texts: Vec<String> = labels.iter().map(ToString::to_string).collect();
            positions(labels.into_iter(), names.len()).or_else(|fault| named(&texts, contract).map_err(|_| fault))
        }
        (Target::Classes(_), Values::Texts(labels)) => named(&labels, contract),
        (Target::Classes(_), Values::Floats(_)) => Err("labels of a classification are names or whole numbers".into()),
        (Target::Value, Values::Bytes(values)) => Ok(Truth::Values(values.into_iter().map(f64::from).collect())),
        (Target::Value, Values::Floats(values)) => Ok(Truth::Values(values)),
        (Target::Value, Values::Integers(values)) => Ok(Truth::Values(values.into_iter().map(widened).collect())),
        (Target::Value, Values::Texts(_)) => Err("the values of a regression are numbers".into()),
    }
}

#[expect(clippy::cast_precision_loss, reason = "the truth of a regression is a measured number")]
fn widened(value: i64) -> f64 {
    value as f64
}

fn positions(labels: impl Iterator<Item = i64>, classes: usize) -> Result<Truth, String> {
    let class = |label: i64| {
        let known = u32::try_from(label).ok().filter(|&class| (class as usize) < classes);
        known.ok_or_else(|| format!("label {label}, but there are {classes} classes"))
    };
    labels.map(class).collect::<Result<_, _>>().map(Truth::Classes)
}

fn named(labels: &[String], contract: &Contract) -> Result<Truth, String> {
    let class =
        |label: &String| contract.class_named(label).ok_or_else(|| format!("label {label:?} is none of the classes"));
    labels.iter().map(class).collect::<Result<_, _>>().map(Truth::Classes)
}

/// The samples of one input as [`InputKind`] says they are kept.
pub fn kept(input: &Tensor, array: Array) -> Result<Vec<u8>, String> {
    let elements: usize = input.sample_shape().iter().product();
    let is_text = input.kind == Some(InputKind::Text);
    if !is_text && array.row() != elements {
        let (found, name) = (array.row(), &input.name);
        return Err(format!("samples of {found} numbers, but input {name} has {elements} elements"));
    }
    match (input.kind.unwrap_or(InputKind::Image), array.values) {
        (InputKind::Image, Values::Bytes(bytes)) => Ok(bytes),
        (InputKind::Image, _) => Err("the pixels of images are unsigned bytes".into()),
        (InputKind::Vector, Values::Bytes(values)) => {
            Ok(words(values.into_iter().map(f64::from).map(f64::to_le_bytes)))
        }
        (InputKind::Vector, Values::Floats(values)) => Ok(words(values.into_iter().map(f64::to_le_bytes))),
        (InputKind::Vector, Values::Integers(values)) => {
            Ok(words(values.into_iter().map(widened).map(f64::to_le_bytes)))
        }
        (InputKind::Vector, Values::Texts(_)) => Err("a vector holds numbers".into()),
        (InputKind::Tokens, Values::Bytes(values)) => {
            Ok(words(values.into_iter().map(i64::from).map(i64::to_le_bytes)))
        }
        (InputKind::Tokens, Values::Integers(values)) => Ok(words(values.into_iter().map(i64::to_le_bytes))),
        (InputKind::Tokens, _) => Err("token ids are whole numbers".into()),
        (InputKind::Text, Values::Texts(texts)) => Ok(texts_to_bytes(&texts)),
        (InputKind::Text, Values::Integers(values)) => {
            Ok(texts_to_bytes(&values.iter().map(ToString::to_string).collect::<Vec<_>>()))
        }
        (InputKind::Text, _) => Err("texts come from a column of a .csv file".into()),
    }
}

fn words(words: impl Iterator<Item = [u8; 8]>) -> Vec<u8> {
    words.flatten().collect()
}

fn wrong(file: &DataFile, message: String) -> ContentError {
    ContentError::Data { file: file.file.clone(), message }
}
