//! Files of an exercise besides its data: the statement, reference solutions, starter files.

use actix_web::web;
use serde::Deserialize;

use super::draft;
use crate::authoring::tree::FileRef;
use crate::authoring::{Edit, Kind};
use crate::courses::staff::StaffRole;
use crate::grading::verdict::Verdict;
use crate::web::authoring::{base_of, place, save, text_edit, work};
use crate::web::page;
use crate::web::upload::UploadedForm;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, WebError};

/// Largest reference solution or starter file, in bytes.
const LARGEST: u64 = 200_000_000;

/// Both statements, each with the digest of what the form was filled with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Statements {
    en: String,
    zh: String,
    base_en: String,
    base_zh: String,
}

pub(super) async fn statement(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: web::Form<Statements>,
) -> Answer {
    let work = work(&state, &who, (Kind::Exercise, &slug), StaffRole::Author).await?;
    let edits = vec![
        text_edit(&state, "en.md", &form.en, &form.base_en).await?,
        text_edit(&state, "zh.md", &form.zh, &form.base_zh).await?,
    ];
    Ok(match save(&state, &who, &work, edits, "statement").await? {
        Ok(saved) => page::see_other(&format!("{}?notice=saved#statement", place(&saved))),
        Err(conflict) => conflict,
    })
}

/// Adds a reference solution, one that must fail, or a file to start from.
pub(super) async fn add(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: UploadedForm,
) -> Answer {
    let work = work(&state, &who, (Kind::Exercise, &slug), StaffRole::Author).await?;
    let mut draft = draft(&state, &work).await?;
    let (fields, received) = form.receive_blobs(&state, &who, LARGEST).await?;
    let Some((name, file)) = received.into_iter().next() else {
        return Err(WebError::Invalid("submit-no-file", Vec::new()));
    };
    let folder = match fields.get("as").map(String::as_str) {
        Some("starter") => "starter",
        Some("wrong") => "wrong",
        _ => "right",
    };
    let path = format!("{folder}/{name}");
    match folder {
        "starter" => draft.put_starter(&name),
        "wrong" => {
            let verdict = fields.get("verdict").and_then(|verdict| Verdict::from_name(verdict));
            draft.put_example(&path, verdict.filter(|found| *found != Verdict::Passed).unwrap_or(Verdict::BelowMark));
        }
        _ => draft.put_example(&path, Verdict::Passed),
    }
    let file = FileRef { sha256: file.sha256, bytes: file.bytes };
    let edits = vec![
        Edit { path: path.clone(), file: Some(file), base: None },
        text_edit(&state, "exercise.toml", &draft.to_string(), &base_of(&work, "exercise.toml")).await?,
    ];
    Ok(match save(&state, &who, &work, edits, &format!("add {path}")).await? {
        Ok(saved) => page::see_other(&format!("{}?notice=saved#examples", place(&saved))),
        Err(conflict) => conflict,
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Removed {
    path: String,
}

/// Takes a reference solution or a starter file away; the history keeps it.
pub(super) async fn remove(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: web::Form<Removed>,
) -> Answer {
    let work = work(&state, &who, (Kind::Exercise, &slug), StaffRole::Author).await?;
    let is_removable = ["right/", "wrong/", "starter/"].iter().any(|folder| form.path.starts_with(folder));
    if !is_removable || work.tree.get(&form.path).is_none() {
        return Err(WebError::NotFound);
    }
    let mut draft = draft(&state, &work).await?;
    draft.drop_file(&form.path);
    let edits = vec![
        Edit { path: form.path.clone(), file: None, base: None },
        text_edit(&state, "exercise.toml", &draft.to_string(), &base_of(&work, "exercise.toml")).await?,
    ];
    Ok(match save(&state, &who, &work, edits, &format!("remove {}", form.path)).await? {
        Ok(saved) => page::see_other(&format!("{}?notice=saved#examples", place(&saved))),
        Err(conflict) => conflict,
    })
}
