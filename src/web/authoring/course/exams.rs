//! The exams of a course and their banks: beginning and removing them.

use actix_web::web;
use serde::Deserialize;

use super::modules::RemovePage;
use super::{course, draft, new_files, place, removals, save_and_go, slug, title};
use crate::authoring::Work;
use crate::authoring::course_edit::skeleton;
use crate::courses::staff::StaffRole;
use crate::exams;
use crate::ids::Slug;
use crate::messages::Bilingual;
use crate::web::page::{self, Page, typed};
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, WebError};

/// The name and titles of a new exam.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewForm {
    slug: String,
    title_en: String,
    title_zh: String,
}

/// A short name that was typed.
fn typed_slug(text: &str) -> Result<Slug, WebError> {
    text.trim().parse().map_err(|_| WebError::Invalid("course-editor-bad-slug", Vec::new()))
}

fn taken(slug: &Slug) -> WebError {
    WebError::Conflict("authoring-slug-taken", vec![("slug", slug.to_string())])
}

pub(super) async fn add(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: web::Form<NewForm>,
) -> Answer {
    let work = course(&state, &who, &slug, StaffRole::Author).await?;
    let name = typed_slug(&form.slug)?;
    let title = Bilingual { en: typed(&form.title_en), zh: typed(&form.title_zh) };
    if title.en.is_empty() || title.zh.is_empty() {
        return Err(WebError::Invalid("course-editor-no-title", Vec::new()));
    }
    // An exam's name is an address of its own, whichever course it belongs to.
    let is_elsewhere = exams::find(&state.pool, &name).await?.is_some_and(|offer| offer.course != work.slug);
    if is_elsewhere || has(&work, &name) {
        return Err(taken(&name));
    }
    let edits = new_files(&state, skeleton::exam(name.as_str(), &title)).await?;
    let next = format!("{}/exams/{name}?notice=saved", place(&work));
    save_and_go(&state, &who, (&work, edits), &format!("exam-add {name}"), &next).await
}

fn has(work: &Work, exam: &Slug) -> bool {
    work.tree.get(&format!("exams/{exam}/exam.toml")).is_some()
}

/// The name of a new bank.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct BankForm {
    name: String,
}

pub(super) async fn add_bank(
    state: AppState,
    who: Require<Instructor>,
    path: web::Path<(String, String)>,
    form: web::Form<BankForm>,
) -> Answer {
    let work = course(&state, &who, &path.0, StaffRole::Author).await?;
    let exam = slug(&path.1)?;
    if !has(&work, &exam) {
        return Err(WebError::NotFound);
    }
    let name = typed_slug(&form.name)?;
    let file = format!("exams/{exam}/{name}.toml");
    if name.as_str() == "exam" || work.tree.get(&file).is_some() {
        return Err(taken(&name));
    }
    // Names of questions are told apart across the banks of an exam.
    let text = skeleton::item(skeleton::Kind::TrueFalse, &format!("{name}-1"));
    let edits = new_files(&state, vec![(file, text)]).await?;
    let next = format!("{}/exams/{exam}/banks/{name}?notice=saved", place(&work));
    save_and_go(&state, &who, (&work, edits), &format!("exam-edit {exam}"), &next).await
}

/// Asks before an exam is removed.
pub(super) async fn ask(state: AppState, who: Require<Instructor>, path: web::Path<(String, String)>) -> Answer {
    let work = course(&state, &who, &path.0, StaffRole::Author).await?;
    let exam = slug(&path.1)?;
    if !has(&work, &exam) {
        return Err(WebError::NotFound);
    }
    let draft = draft(&state, &work).await?;
    let here = format!("{}/exams/{exam}", place(&work));
    page::show(&RemovePage {
        page: Page::new(&state, &who, who.tr.s1("course-exam-remove", "exam", exam.as_str())),
        heading: title(who.tr, &draft.settings.title, &work.slug),
        question: who.tr.s("course-exam-remove-text"),
        action: format!("{here}/remove"),
        back: here,
        slug: work.slug,
    })
}

pub(super) async fn remove(state: AppState, who: Require<Instructor>, path: web::Path<(String, String)>) -> Answer {
    let work = course(&state, &who, &path.0, StaffRole::Author).await?;
    let exam = slug(&path.1)?;
    if !has(&work, &exam) {
        return Err(WebError::NotFound);
    }
    let edits = removals(&work, &format!("exams/{exam}"));
    let next = format!("{}?notice=course-removed#exams", place(&work));
    save_and_go(&state, &who, (&work, edits), &format!("exam-remove {exam}"), &next).await
}
