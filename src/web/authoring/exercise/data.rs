//! The upload of an exercise's data: one set to be divided, or each part by itself.

use std::path::Path;
use std::str::FromStr as _;

use actix_web::web;
use tokio::task::spawn_blocking;

use super::draft;
use crate::authoring::exercise::data::{self, Uploads};
use crate::authoring::{Edit, Kind, set_private_files};
use crate::courses::staff::StaffRole;
use crate::exercises::intake::{Described, IntakeFault, Shares, TaskKind};
use crate::exercises::manifest::DataFile;
use crate::grading::contract::InputKind;
use crate::web::authoring::{base_of, place, save, text_edit, work};
use crate::web::page;
use crate::web::upload::{Fields, ScratchFile, UploadedForm};
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, WebError};

/// Largest data file, in bytes.
const LARGEST: u64 = 512_000_000;

impl From<IntakeFault> for WebError {
    fn from(fault: IntakeFault) -> Self {
        Self::Invalid(fault.key(), fault.args())
    }
}

/// Reads what was uploaded, keeps it as the exercise's data and derives what models get and give.
pub(super) async fn upload(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: UploadedForm,
) -> Answer {
    let work = work(&state, &who, (Kind::Exercise, &slug), StaffRole::Author).await?;
    let mut draft = draft(&state, &work).await?;
    let (fields, files) = form.receive_scratch(&state, &who, LARGEST).await?;
    let described = described(&fields, draft.task())?;
    let shares = shares(&fields)?;
    let prepared = spawn_blocking(move || data::prepare(&uploads(&files, shares), &described));
    let prepared = prepared.await.map_err(WebError::internal)??;
    let open = data::keep(&state.blobs, prepared.open).await?;
    let private: Vec<DataFile> =
        data::keep(&state.blobs, prepared.private).await?.into_iter().map(|(entry, _)| entry).collect();
    let entries: Vec<DataFile> = open.iter().map(|(entry, _)| entry.clone()).collect();
    draft.set_data(&prepared.interface, &entries);
    if !private.is_empty() {
        draft.seal_privately();
    }
    let gone = data::data_paths(&work.tree).into_iter().map(|path| Edit { path, file: None, base: None });
    let kept = open.into_iter().map(|(entry, file)| Edit { path: entry.file, file: Some(file), base: None });
    let mut edits: Vec<Edit> = gone.chain(kept).collect();
    edits.push(text_edit(&state, "exercise.toml", &draft.to_string(), &base_of(&work, "exercise.toml")).await?);
    let saved = match save(&state, &who, &work, edits, "data").await? {
        Ok(saved) => saved,
        Err(conflict) => return Ok(conflict),
    };
    let mut conn = state.pool.acquire().await?;
    set_private_files(&mut conn, &saved.slug, &private).await?;
    Ok(page::see_other(&format!("{}?notice=saved#data", place(&saved))))
}

fn described(fields: &Fields, task: TaskKind) -> Result<Described, WebError> {
    let field = |name: &str| fields.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let kind = match field("kind").as_deref() {
        Some("image") => Some(InputKind::Image),
        Some("vector") => Some(InputKind::Vector),
        Some("text") => Some(InputKind::Text),
        Some("tokens") => Some(InputKind::Tokens),
        None => None,
        Some(_) => return Err(WebError::Invalid("error-form", Vec::new())),
    };
    let columns = field("columns").unwrap_or_default();
    let columns = columns.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    Ok(Described { task, kind, label: field("label"), columns, samples: field("samples") })
}

/// The shares of the parts, in per cent, and the seed; `None` where each part comes by itself.
fn shares(fields: &Fields) -> Result<Option<(Shares, u64)>, WebError> {
    if fields.get("mode").is_some_and(|mode| mode == "parts") {
        return Ok(None);
    }
    let wrong = || WebError::Invalid("exercise-edit-bad-shares", Vec::new());
    let share = |name: &str| {
        let text = fields.get(name).map_or("0", |text| text.trim());
        f64::from_str(if text.is_empty() { "0" } else { text }).map(|percent| percent / 100.0).map_err(|_| wrong())
    };
    let shares =
        Shares { public: share("public_share")?, hidden: share("hidden_share")?, private: share("private_share")? };
    let seed = fields.get("seed").map_or("1", |text| text.trim());
    Ok(Some((shares, seed.parse().map_err(|_| wrong())?)))
}

fn uploads(files: &[ScratchFile], shares: Option<(Shares, u64)>) -> Uploads<'_> {
    let of = |field: &str| -> Vec<(&str, &Path)> {
        let chosen = files.iter().filter(|file| file.field == field);
        chosen.map(|file| (file.name.as_str(), file.file.path())).collect()
    };
    match shares {
        Some((shares, seed)) => Uploads::Whole(of("whole"), shares, seed),
        None => Uploads::Parts([of("public"), of("hidden"), of("private")]),
    }
}
