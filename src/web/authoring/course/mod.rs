//! Courses in the browser: their outline, lessons, questions and exams, as drafts and as they are published.

use std::fmt;

use actix_web::web;

use super::{edit_of, save, work};
use crate::authoring::course_edit::{self, Broken, course};
use crate::authoring::{self, Base, Edit, Kind, Work};
use crate::blobs::Sha256;
use crate::courses::staff::StaffRole;
use crate::ids::Slug;
use crate::messages::Tr;
use crate::web::page;
use crate::web::routes::{Access, Route};
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, State, WebError};

mod bank;
mod exam;
mod exam_form;
mod exams;
mod fields;
mod file;
mod item;
mod item_form;
mod lesson;
mod list;
mod modules;
mod outline;
mod publish;
mod settings;

use list::standing;
pub(in crate::web) use list::{CourseRow, taught};
pub(super) use outline::exam_slugs;

pub(super) fn routes() -> Vec<Route> {
    use Access::Instructor;
    let mut routes = vec![
        Route::get("/teach/courses", Instructor, || web::get().to(list::show)),
        Route::post("/teach/courses", Instructor, || web::post().to(list::create)),
        Route::get("/teach/courses/{slug}", Instructor, || web::get().to(outline::show)),
        Route::get("/teach/courses/{slug}/file", Instructor, || web::get().to(file::show)),
        Route::get("/teach/courses/{slug}/settings", Instructor, || web::get().to(settings::show)),
        Route::post("/teach/courses/{slug}/settings", Instructor, || web::post().to(settings::change)),
        Route::post("/teach/courses/{slug}/publish", Instructor, || web::post().to(publish::publish)),
        Route::post("/teach/courses/{slug}/move", Instructor, || web::post().to(modules::shift)),
        Route::post("/teach/courses/{slug}/modules", Instructor, || web::post().to(modules::add)),
        Route::get("/teach/courses/{slug}/modules/{module}", Instructor, || web::get().to(lesson::show)),
        Route::post("/teach/courses/{slug}/modules/{module}", Instructor, || web::post().to(lesson::change)),
        Route::post("/teach/courses/{slug}/modules/{module}/data", Instructor, || web::post().to(modules::change)),
        Route::get("/teach/courses/{slug}/modules/{module}/remove", Instructor, || web::get().to(modules::ask)),
        Route::post("/teach/courses/{slug}/modules/{module}/remove", Instructor, || web::post().to(modules::remove)),
    ];
    routes.extend(bank_routes());
    routes.extend(exam_routes());
    routes
}

fn bank_routes() -> Vec<Route> {
    use Access::Instructor;
    vec![
        Route::get("/teach/courses/{slug}/modules/{module}/items", Instructor, || web::get().to(bank::of_module)),
        Route::post("/teach/courses/{slug}/modules/{module}/items", Instructor, || {
            web::post().to(bank::change_of_module)
        }),
        Route::get("/teach/courses/{slug}/modules/{module}/items/{item}", Instructor, || {
            web::get().to(item::of_module)
        }),
        Route::post("/teach/courses/{slug}/modules/{module}/items/{item}", Instructor, || {
            web::post().to(item::change_of_module)
        }),
        Route::get("/teach/courses/{slug}/exams/{exam}/banks/{bank}", Instructor, || web::get().to(bank::of_exam)),
        Route::post("/teach/courses/{slug}/exams/{exam}/banks/{bank}", Instructor, || {
            web::post().to(bank::change_of_exam)
        }),
        Route::get("/teach/courses/{slug}/exams/{exam}/banks/{bank}/{item}", Instructor, || {
            web::get().to(item::of_exam)
        }),
        Route::post("/teach/courses/{slug}/exams/{exam}/banks/{bank}/{item}", Instructor, || {
            web::post().to(item::change_of_exam)
        }),
    ]
}

fn exam_routes() -> Vec<Route> {
    use Access::Instructor;
    vec![
        Route::post("/teach/courses/{slug}/exams", Instructor, || web::post().to(exams::add)),
        Route::get("/teach/courses/{slug}/exams/{exam}", Instructor, || web::get().to(exam::show)),
        Route::post("/teach/courses/{slug}/exams/{exam}", Instructor, || web::post().to(exam::change)),
        Route::post("/teach/courses/{slug}/exams/{exam}/banks", Instructor, || web::post().to(exams::add_bank)),
        Route::get("/teach/courses/{slug}/exams/{exam}/paper", Instructor, || web::get().to(exam::paper)),
        Route::get("/teach/courses/{slug}/exams/{exam}/remove", Instructor, || web::get().to(exams::ask)),
        Route::post("/teach/courses/{slug}/exams/{exam}/remove", Instructor, || web::post().to(exams::remove)),
    ]
}

/// A course that is authored in the browser.
pub(super) async fn course(
    state: &State,
    who: &Require<Instructor>,
    slug: &str,
    least: StaffRole,
) -> Result<Work, WebError> {
    work(state, who, (Kind::Course, slug), least).await
}

/// The text of a file of a course, or not found.
pub(super) async fn text(state: &State, work: &Work, path: &str) -> Result<String, WebError> {
    authoring::text(&state.blobs, &work.tree, path).await?.ok_or(WebError::NotFound)
}

/// What the course's file says.
pub(super) async fn draft(state: &State, work: &Work) -> Result<course::Draft, WebError> {
    course::read(&text(state, work, "course.toml").await?).map_err(|broken| broken_file("course.toml", &broken))
}

/// The draft of a course with one of its modules.
pub(super) async fn module(
    state: &State,
    work: &Work,
    slug: &str,
) -> Result<(course::Draft, course::Module), WebError> {
    let draft = draft(state, work).await?;
    let module = draft.module(slug).ok_or(WebError::NotFound)?.clone();
    Ok((draft, module))
}

/// A file that no form can read, with the place to mend it.
pub(super) fn broken_file(path: &str, broken: &Broken) -> WebError {
    let (line, message) = (broken.line.to_string(), broken.message.clone());
    WebError::Invalid("course-editor-broken", vec![("path", path.to_owned()), ("line", line), ("message", message)])
}

/// The text of a file that a form's change is made to, and its state; the form was filled from the state `base`.
///
/// `part` is what the form shows of a text: where nobody changed that meanwhile, the change is made to the newest text;
/// where somebody did, it is made to the text that its author saw, and saving tells the conflict.
async fn form_base(
    state: &State,
    work: &Work,
    (path, base): (&str, &str),
    part: impl Fn(&str) -> Option<String>,
) -> Result<(String, Sha256), WebError> {
    let base: Sha256 = base.parse().map_err(|_| WebError::Invalid("error-form", Vec::new()))?;
    let newest = text(state, work, path).await?;
    let head = work.tree.get(path).map(|file| file.sha256).ok_or(WebError::NotFound)?;
    if base == head {
        return Ok((newest, head));
    }
    // Only what this file once was: a digest is no key to other files.
    if !course_edit::had(&state.pool, (work.kind, &work.slug), (path, &base)).await? {
        return Err(WebError::Invalid("error-form", Vec::new()));
    }
    let seen = state.blobs.get(&base).await?.ok_or(WebError::NotFound)?;
    let seen = String::from_utf8_lossy(&seen).into_owned();
    Ok(if part(&seen) == part(&newest) { (newest, head) } else { (seen, base) })
}

/// An edit of a file by a form, as [`form_base`] says.
async fn form_edit(
    state: &State,
    work: &Work,
    (path, base): (&str, &str),
    part: impl Fn(&str) -> Option<String>,
    apply: impl Fn(&str) -> Result<String, WebError>,
) -> Result<Edit, WebError> {
    let (text, base) = form_base(state, work, (path, base), part).await?;
    edit_of(state, path, apply(&text)?, Base::File(base)).await
}

/// An edit of a file at its newest state.
async fn direct_edit(
    state: &State,
    work: &Work,
    path: &str,
    apply: impl FnOnce(&str) -> Result<String, Broken>,
) -> Result<Edit, WebError> {
    let base = work.tree.get(path).map(|file| Base::File(file.sha256));
    let new = apply(&text(state, work, path).await?).map_err(|broken| broken_file(path, &broken))?;
    let file = authoring::keep(&state.blobs, new.into_bytes()).await?;
    Ok(Edit { path: path.to_owned(), file: Some(file), base })
}

/// New files, for an edit.
async fn new_files(state: &State, files: Vec<(String, String)>) -> Result<Vec<Edit>, WebError> {
    let mut edits = Vec::new();
    for (path, text) in files {
        let file = authoring::keep(&state.blobs, text.into_bytes()).await?;
        edits.push(Edit { path, file: Some(file), base: Some(Base::Absent) });
    }
    Ok(edits)
}

/// Removes every file below a folder.
fn removals(work: &Work, folder: &str) -> Vec<Edit> {
    let below = work.tree.below(folder);
    below.map(|(path, _)| Edit { path: path.to_owned(), file: None, base: None }).collect()
}

/// Saves, and goes to a page then; or the page about a conflict.
async fn save_and_go(
    state: &State,
    who: &Require<Instructor>,
    (work, edits): (&Work, Vec<Edit>),
    change: &str,
    next: &str,
) -> Answer {
    Ok(match save(state, who, work, edits, change).await? {
        Ok(_) => page::see_other(next),
        Err(conflict) => conflict,
    })
}

/// Address of a course's page.
fn place(work: &Work) -> String {
    format!("/teach/courses/{}", work.slug)
}

/// A slug in an address, or not found.
fn slug(text: &str) -> Result<Slug, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}

/// A title of a draft in the reader's language, or in the other, or the name where there is none.
pub(super) fn title(t: Tr, text: &crate::messages::Bilingual, name: impl fmt::Display) -> String {
    let (own, other) = (t.pick(text), [&text.en, &text.zh]);
    let found = std::iter::once(own).chain(other.into_iter().map(String::as_str)).find(|text| !text.trim().is_empty());
    found.map_or_else(|| name.to_string(), ToOwned::to_owned)
}
