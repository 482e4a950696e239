//! The form that submits a model, read as a stream.

use std::collections::HashMap;

use actix_multipart::Multipart;
use actix_web::HttpRequest;
use futures_util::StreamExt as _;

use super::intake::{self, Options, Received, ReceivedModel};
use super::visit::{Require, SignedIn};
use super::{State, WebError};
use crate::exercises::catalogue::Offer;

/// Room for the other parts of a submitted form beside the file.
const FORM_OVERHEAD: u64 = 64 * 1024;
/// A model and its second file.
const MOST_FILES: usize = 2;

/// A multipart body that has not been read yet.
pub(super) struct UploadedForm {
    request: HttpRequest,
    payload: actix_web::dev::Payload,
}

impl actix_web::FromRequest for UploadedForm {
    type Error = WebError;
    type Future = std::future::Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, payload: &mut actix_web::dev::Payload) -> Self::Future {
        std::future::ready(Ok(Self { request: request.clone(), payload: payload.take() }))
    }
}

impl UploadedForm {
    /// The request that the form came with.
    pub(super) fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// Streams the whole body into blob storage, for requests that are no form.
    pub(super) async fn receive_raw(self, state: &State, limit: u64) -> Result<Received, WebError> {
        let (_, mut payload) = self.announced_within(limit, || intake::too_large(limit)).await?;
        intake::receive(state, &mut payload, limit).await
    }

    /// The request and its unread body, unless it announces more than `limit` bytes.
    async fn announced_within(
        self,
        limit: u64,
        refusal: impl FnOnce() -> WebError,
    ) -> Result<(HttpRequest, actix_web::dev::Payload), WebError> {
        let Self { request, mut payload } = self;
        let length = request.headers().get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
        if length.is_some_and(|length: u64| length > limit) {
            intake::drain(&mut payload).await;
            return Err(refusal());
        }
        Ok((request, payload))
    }

    /// The parts of a form whose files together have at most `limit` bytes, as far as it announces them.
    async fn parts(self, limit: u64, refusal: impl FnOnce() -> WebError) -> Result<Multipart, WebError> {
        let (request, payload) = self.announced_within(limit + FORM_OVERHEAD, refusal).await?;
        Ok(Multipart::new(request.headers(), payload))
    }

    /// Reads every field of a small form into memory; over `limit` bytes in all it is refused with `refusal`.
    pub(super) async fn small(self, limit: usize, refusal: &'static str) -> Result<HashMap<String, Vec<u8>>, WebError> {
        let too_large = || WebError::TooLarge(refusal, Vec::new());
        let mut form = self.parts(limit as u64, too_large).await?;
        let (mut fields, mut size) = (HashMap::new(), 0);
        while let Some(field) = form.next().await {
            let mut field = field.map_err(|_| WebError::Invalid("submit-cut-off", Vec::new()))?;
            let mut bytes = Vec::new();
            while let Some(chunk) = intake::next(&mut field).await? {
                size += chunk.len();
                if size > limit {
                    intake::drain(&mut field).await;
                    return Err(too_large());
                }
                bytes.extend_from_slice(&chunk);
            }
            fields.insert(field.name().unwrap_or_default().to_owned(), bytes);
        }
        Ok(fields)
    }

    /// Streams the file of the form into blob storage and reads the fields beside it.
    pub(super) async fn read(
        self,
        state: &State,
        who: &SignedIn,
        offer: &Offer,
    ) -> Result<(ReceivedModel, Options), WebError> {
        let _slot = state.uploads.begin(who.person.id)?;
        intake::admit(state, who.person.id).await?;
        self.receive(state, offer.manifest.limits.max_model_bytes).await
    }

    /// Streams the files of the form into blob storage, `limit` bytes each at most, and reads the fields beside them.
    pub(super) async fn receive(self, state: &State, limit: u64) -> Result<(ReceivedModel, Options), WebError> {
        let mut form = self.parts(limit, || intake::too_large(limit)).await?;
        let mut fields = Fields::new();
        let mut received: Vec<(String, Received)> = Vec::new();
        while let Some(field) = form.next().await {
            let mut field = field.map_err(|_| WebError::Invalid("submit-cut-off", Vec::new()))?;
            let name = field.name().unwrap_or_default().to_owned();
            if name == "file" || name == "weights" {
                let file_name = field.content_disposition().and_then(|found| found.get_filename()).unwrap_or_default();
                let file_name = intake::file_name(file_name);
                // A form sends a part even where no file was chosen.
                if name == "weights" && file_name.is_empty() {
                    continue;
                }
                if received.len() == MOST_FILES {
                    return Err(WebError::Invalid("submit-too-many-files", Vec::new()));
                }
                received.push((file_name, intake::receive(state, &mut field, limit).await?));
            } else {
                fields.insert(name, intake::text(&mut field).await?);
            }
        }
        Ok((ReceivedModel::from_files(state, received, limit).await?, options(fields)?))
    }

    /// Streams the files of a form into blob storage, `limit` bytes each at most, and reads the fields beside them.
    pub(super) async fn receive_blobs<R>(
        self,
        state: &State,
        who: &Require<R>,
        limit: u64,
    ) -> Result<(Fields, Vec<(String, Received)>), WebError> {
        let _slot = state.uploads.begin(who.person.id)?;
        let mut received = Vec::new();
        let fields = self
            .each_file(limit, async |_, name, field| {
                received.push((name, intake::receive(state, field, limit).await?));
                Ok(())
            })
            .await?;
        Ok((fields, received))
    }

    /// Streams the files of a form to scratch files, `limit` bytes each at most, and reads the fields beside them.
    pub(super) async fn receive_scratch<R>(
        self,
        state: &State,
        who: &Require<R>,
        limit: u64,
    ) -> Result<(Fields, Vec<ScratchFile>), WebError> {
        let _slot = state.uploads.begin(who.person.id)?;
        let mut received = Vec::new();
        let fields = self
            .each_file(limit, async |field_name, name, field| {
                let mut file = tempfile::NamedTempFile::new().map_err(WebError::internal)?;
                intake::fill_file(&mut file, field, limit).await?;
                received.push(ScratchFile { field: field_name, name, file });
                Ok(())
            })
            .await?;
        Ok((fields, received))
    }

    /// Hands each chosen file of a form to `take`, and returns the other fields.
    async fn each_file(
        self,
        limit: u64,
        mut take: impl AsyncFnMut(String, String, &mut actix_multipart::Field) -> Result<(), WebError>,
    ) -> Result<Fields, WebError> {
        let mut form = self.parts(limit, || intake::too_large(limit)).await?;
        let mut fields = Fields::new();
        while let Some(field) = form.next().await {
            let mut field = field.map_err(|_| WebError::Invalid("submit-cut-off", Vec::new()))?;
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.content_disposition().and_then(|found| found.get_filename()).map(intake::file_name);
            match file_name {
                None => {
                    fields.insert(name, intake::text(&mut field).await?);
                }
                // A form sends a part even where no file was chosen.
                Some(file_name) if file_name.is_empty() => {}
                Some(file_name) => take(name, file_name, &mut field).await?,
            }
        }
        Ok(fields)
    }
}

/// A file of a form, streamed to a scratch file that goes when this is dropped.
pub(super) struct ScratchFile {
    /// Name of the form's field.
    pub field: String,
    /// What its owner called it.
    pub name: String,
    /// Where it lies.
    pub file: tempfile::NamedTempFile,
}

/// Fields of a form that are no files.
pub(super) type Fields = HashMap<String, String>;

fn options(mut fields: Fields) -> Result<Options, WebError> {
    let mut take = |name: &str| fields.remove(name).unwrap_or_default();
    let (chosen, custom) = (take("scale"), take("mean_std"));
    let scale = if chosen == "custom" { custom } else { chosen };
    Options { scale, note: take("note"), key: None }.checked()
}
