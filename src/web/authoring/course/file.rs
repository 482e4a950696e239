//! One text file of a course as it is, for what no form shows.

use std::path::Path;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::{course, place, text};
use crate::courses::staff::StaffRole;
use crate::ids::Slug;
use crate::web::authoring::base_of;
use crate::web::page::{self, Page};
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState};

/// Which file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    path: String,
}

#[derive(Template)]
#[template(path = "authoring/course/file.html")]
struct FilePage {
    page: Page,
    slug: Slug,
    path: String,
    text: String,
    base: String,
    next: String,
    can_write: bool,
    /// Every other text file.
    files: Vec<String>,
}

pub(super) async fn show(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    asked: web::Query<Asked>,
) -> Answer {
    let work = course(&state, &who, &slug, StaffRole::Viewer).await?;
    let role = crate::web::staff::on_course(&state, &who, &work.course, StaffRole::Viewer).await?;
    let path = if asked.path.is_empty() { "course.toml" } else { &asked.path };
    let is_text = |path: &str| Path::new(path).extension().is_some_and(|end| end == "toml" || end == "md");
    page::show(&FilePage {
        page: Page::new(&state, &who, path),
        text: text(&state, &work, path).await?,
        base: base_of(&work, path),
        next: format!("{}?notice=saved", place(&work)),
        can_write: role >= StaffRole::Author,
        files: work.tree.iter().map(|(path, _)| path.to_owned()).filter(|path| is_text(path)).collect(),
        path: path.to_owned(),
        slug: work.slug,
    })
}
