//! The modules of a course: adding, moving, removing, and what is said of each.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::fields::Fields;
use super::{
    broken_file, course, direct_edit, form_edit, module, new_files, place, removals, save_and_go, text, title,
};
use crate::authoring::course_edit::{Way, course as course_file, skeleton};
use crate::courses::staff::StaffRole;
use crate::ids::Slug;
use crate::messages::Bilingual;
use crate::web::page::{self, Page, typed};
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, WebError};

const FILE: &str = "course.toml";

/// The titles of a new module.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewForm {
    title_en: String,
    title_zh: String,
}

impl NewForm {
    /// Both titles; an empty one is a fault.
    pub(super) fn title(&self) -> Result<Bilingual, WebError> {
        let title = Bilingual { en: typed(&self.title_en), zh: typed(&self.title_zh) };
        if title.en.is_empty() || title.zh.is_empty() {
            return Err(WebError::Invalid("course-editor-no-title", Vec::new()));
        }
        Ok(title)
    }
}

pub(super) async fn add(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: web::Form<NewForm>,
) -> Answer {
    let work = course(&state, &who, &slug, StaffRole::Author).await?;
    let title = form.title()?;
    let source = text(&state, &work, FILE).await?;
    let (_, new) = course_file::with_new_module(&source, &title).map_err(|broken| broken_file(FILE, &broken))?;
    let files = skeleton::module(&new.folder, &title);
    // A folder that was left behind keeps its files.
    let files = files.into_iter().filter(|(path, _)| work.tree.get(path).is_none()).collect();
    let mut edits = new_files(&state, files).await?;
    let apply = |text: &str| course_file::with_new_module(text, &title).map(|(text, _)| text);
    edits.push(direct_edit(&state, &work, FILE, apply).await?);
    let next = format!("{}/modules/{}?notice=saved", place(&work), new.slug);
    save_and_go(&state, &who, (&work, edits), &format!("module-add {}", new.slug), &next).await
}

/// Which module moves which way.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MoveForm {
    /// `up <slug>` or `down <slug>`.
    shift: String,
}

pub(super) async fn shift(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: web::Form<MoveForm>,
) -> Answer {
    let work = course(&state, &who, &slug, StaffRole::Author).await?;
    let (way, module) = form.shift.split_once(' ').ok_or(WebError::Invalid("error-form", Vec::new()))?;
    let direction = Way::parse(way).ok_or(WebError::Invalid("error-form", Vec::new()))?;
    let edit = direct_edit(&state, &work, FILE, |text| course_file::with_moved_module(text, module, direction)).await?;
    // The button that was pressed stays under the finger.
    let next = format!("{}#{way}-{module}", place(&work));
    save_and_go(&state, &who, (&work, vec![edit]), &format!("module-move {module}"), &next).await
}

/// Saves what is said of one module.
pub(super) async fn change(
    state: AppState,
    who: Require<Instructor>,
    path: web::Path<(String, String)>,
    form: web::Form<Vec<(String, String)>>,
) -> Answer {
    let work = course(&state, &who, &path.0, StaffRole::Author).await?;
    let (_, old) = module(&state, &work, &path.1).await?;
    let fields = Fields::from(form);
    let new = course_file::Module {
        title: fields.both("title"),
        summary: fields.both("summary"),
        minutes: fields.whole("minutes")?,
        draw: fields.whole("draw")?,
        pass: fields.share("pass")?,
        ..old
    };
    let part = |text: &str| course_file::read(text).ok().and_then(|draft| draft.module(&path.1).cloned());
    let part = |text: &str| part(text).map(|module| format!("{module:?}"));
    let apply = |text: &str| course_file::with_module(text, &new).map_err(|broken| broken_file(FILE, &broken));
    let edit = form_edit(&state, &work, (FILE, fields.raw("base")), part, apply).await?;
    let next = format!("{}/modules/{}?notice=saved", place(&work), new.slug);
    save_and_go(&state, &who, (&work, vec![edit]), &format!("module-edit {}", new.slug), &next).await
}

#[derive(Template)]
#[template(path = "authoring/course/remove.html")]
pub(super) struct RemovePage {
    pub(super) page: Page,
    pub(super) slug: Slug,
    pub(super) heading: String,
    /// What will be gone, in words.
    pub(super) question: String,
    /// Where the answer is sent.
    pub(super) action: String,
    pub(super) back: String,
}

/// Asks before a module is removed.
pub(super) async fn ask(state: AppState, who: Require<Instructor>, path: web::Path<(String, String)>) -> Answer {
    let work = course(&state, &who, &path.0, StaffRole::Author).await?;
    let (draft, module) = module(&state, &work, &path.1).await?;
    let t = who.tr;
    let name = title(t, &module.title, &module.slug);
    let here = format!("{}/modules/{}", place(&work), module.slug);
    page::show(&RemovePage {
        page: Page::new(&state, &who, t.s1("course-editor-remove-module", "module", name.as_str())),
        heading: title(t, &draft.settings.title, &work.slug),
        question: t.s("course-editor-remove-module-text"),
        action: format!("{here}/remove"),
        back: here,
        slug: work.slug,
    })
}

pub(super) async fn remove(state: AppState, who: Require<Instructor>, path: web::Path<(String, String)>) -> Answer {
    let work = course(&state, &who, &path.0, StaffRole::Author).await?;
    let (draft, module) = module(&state, &work, &path.1).await?;
    if draft.modules.len() < 2 {
        return Err(WebError::Conflict("course-editor-last-module", Vec::new()));
    }
    let mut edits =
        vec![direct_edit(&state, &work, FILE, |text| course_file::without_module(text, &module.slug)).await?];
    // Two modules may share a folder in a course that was imported.
    if draft.modules.iter().filter(|other| other.folder == module.folder).count() == 1 {
        edits.extend(removals(&work, &module.folder));
    }
    let next = format!("{}?notice=course-removed", place(&work));
    save_and_go(&state, &who, (&work, edits), &format!("module-remove {}", module.slug), &next).await
}
