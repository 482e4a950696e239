//! Sorts out received files: a model, a model and its second file, or an archive with either.

use actix_web::web::{self, Bytes};

use super::{Received, State, WebError, tidy, too_large};
use crate::blobs::Sha256;
use crate::exercises::manifest::Script;
use crate::ids::Slug;
use crate::submissions::bundle::{self, BundleError};
use crate::submissions::{Kind, SecondFile};

/// A model that was received: one file or two.
#[derive(Debug, Clone)]
pub struct ReceivedModel {
    /// The model.
    pub model: Received,
    /// What its owner calls it.
    pub name: String,
    /// Its second file and its name.
    pub weights: Option<(String, Received)>,
    /// A model, or a script that trains one.
    pub kind: Kind,
    /// The archive that it came in, where it may be a script: without a model, or with `train.py`.
    archive: Option<Archive>,
}

/// An archive that may be a script.
#[derive(Debug, Clone)]
struct Archive {
    file: Received,
    name: String,
    /// Why no model could be taken out of it.
    fault: Option<BundleError>,
}

impl ReceivedModel {
    /// Sorts out which of the received files is the model; an archive with a model in it is unpacked.
    pub async fn from_files(state: &State, files: Vec<(String, Received)>, limit: u64) -> Result<Self, WebError> {
        let is_model = |name: &str| name.to_ascii_lowercase().ends_with(".onnx");
        let mut files = files;
        files.sort_by_key(|(name, _)| !is_model(name));
        let mut files = files.into_iter();
        let (name, model) = files.next().ok_or(WebError::Invalid("submit-no-file", Vec::new()))?;
        let weights = files.next();
        let is_one_model = weights.as_ref().is_none_or(|(second, _)| is_model(&name) && !is_model(second));
        if files.next().is_some() || !is_one_model {
            return Err(WebError::Invalid("submit-too-many-files", Vec::new()));
        }
        if weights.as_ref().is_some_and(|(_, second)| second.bytes + model.bytes > limit) {
            return Err(too_large(limit));
        }
        let kind = if bundle::is_script(&name) { Kind::Script } else { Kind::Model };
        let whole = Self { model, name, weights, kind, archive: None };
        if whole.weights.is_some() { Ok(whole) } else { whole.unpacked(state, limit).await }
    }

    /// The files of an archive with a model in it; anything else stays as it is, and the grader names it.
    async fn unpacked(self, state: &State, limit: u64) -> Result<Self, WebError> {
        let Some(start) = state.blobs.start(&self.model.sha256).await? else { return Ok(self) };
        if !bundle::is_archive(&start) {
            return Ok(self);
        }
        let bytes = state.blobs.get(&self.model.sha256).await?.ok_or(WebError::NotFound)?;
        let opened = web::block(move || (bundle::holds_script(&bytes), bundle::open(&bytes, limit)));
        let (holds_script, opened) = opened.await.map_err(WebError::internal)?;
        let archive = |fault| Some(Archive { file: self.model.clone(), name: self.name.clone(), fault });
        let found = match opened {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(Self { archive: archive(None), ..self }),
            Err(error) if holds_script => return Ok(Self { archive: archive(Some(error)), ..self }),
            Err(error) => return Err(bad_archive(&error, limit)),
        };
        let archive = archive(None).filter(|_| holds_script);
        let model = keep(state, found.model.1).await?;
        let weights = match found.weights {
            Some((name, bytes)) => Some((tidy(&name, 120), keep(state, bytes).await?)),
            None => None,
        };
        Ok(Self { model, name: tidy(&found.model.0, 120), weights, kind: Kind::Model, archive })
    }
}

impl ReceivedModel {
    /// What the exercise takes it for: an archive without a model, or with `train.py`, is a script where scripts are taken.
    pub(super) fn taken_as(mut self, rules: Option<&Script>, limit: u64) -> Result<Self, WebError> {
        let Some(rules) = rules else {
            if let Some(error) = self.archive.as_ref().and_then(|archive| archive.fault.as_ref()) {
                return Err(bad_archive(error, limit));
            }
            let taken = self.kind == Kind::Model;
            return if taken { Ok(self) } else { Err(WebError::Invalid("submit-no-scripts", Vec::new())) };
        };
        if let Some(Archive { file, name, .. }) = self.archive.take() {
            self = Self { model: file, name, weights: None, kind: Kind::Script, archive: None };
        }
        match self.kind {
            Kind::Model if !rules.models => Err(WebError::Invalid("submit-scripts-only", Vec::new())),
            Kind::Script if self.model.bytes > rules.max_bytes => {
                let args = vec![("limit", rules.max_bytes.to_string()), ("size", self.model.bytes.to_string())];
                Err(WebError::TooLarge("submit-script-too-large", args))
            }
            Kind::Model | Kind::Script => Ok(self),
        }
    }
}

async fn keep(state: &State, bytes: Vec<u8>) -> Result<Received, WebError> {
    let size = bytes.len() as u64;
    let sha256 = state.blobs.put(Bytes::from(bytes)).await?;
    Ok(Received { sha256, bytes: size })
}

fn bad_archive(error: &BundleError, limit: u64) -> WebError {
    match error {
        BundleError::TooLarge => too_large(limit),
        BundleError::SeveralModels => WebError::Invalid("submit-archive-several-models", Vec::new()),
        BundleError::TooManyFiles(_) => WebError::Invalid("submit-archive-too-many-files", Vec::new()),
        BundleError::Damaged => WebError::Invalid("submit-archive-damaged", Vec::new()),
    }
}

impl ReceivedModel {
    /// Digest of what an `Idempotency-Key` stands for.
    pub(super) fn request(&self, exercise: &Slug, scale: &str) -> Sha256 {
        let weights = self.weights.as_ref().map(|(name, file)| format!(" {name} {}", file.sha256)).unwrap_or_default();
        Sha256::of(format!("{exercise} {} {scale}{weights}", self.model.sha256).as_bytes())
    }
}

/// The second file, as a submission keeps it.
pub(super) fn second_file((name, file): (String, Received)) -> Result<SecondFile, WebError> {
    let bytes = i64::try_from(file.bytes).map_err(WebError::internal)?;
    Ok(SecondFile { sha256: file.sha256, bytes, name })
}
