//! The authoring side: courses and exercises as drafts, their files, trials, publication, archives.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::page::{self, Page};
use super::routes::{Access, Route};
use super::staff::on_course;
use super::visit::{Instructor, Require};
use super::{Answer, AppState, State, WebError};
use crate::audit;
use crate::authoring::folder::LARGEST_TEXT;
use crate::authoring::tree::Tree;
use crate::authoring::{self, AuthoringError, Base, Edit, Kind, Work};
use crate::blobs::Sha256;
use crate::courses::staff::StaffRole;
use crate::ids::Slug;
use crate::messages::{Fault, Piece, Said, Tr};

mod course;
mod exercise;
mod history;
mod imports;
mod preview;
mod staff;

pub(super) use course::{CourseRow, taught};

pub(super) fn routes() -> Vec<Route> {
    use Access::Instructor;
    let own = vec![
        Route::post("/teach/courses/{slug}/file", Instructor, || web::post().to(save_course_file)),
        Route::post("/teach/exercises/{slug}/file", Instructor, || web::post().to(save_exercise_file)),
    ];
    let parts = [
        course::routes(),
        exercise::routes(),
        history::routes(),
        imports::routes(),
        preview::routes(),
        staff::routes(),
    ];
    parts.into_iter().flatten().chain(own).collect()
}

/// A work, for somebody who may do this much on its course; somebody else's is not found.
pub(super) async fn work(
    state: &State,
    who: &Require<Instructor>,
    (kind, slug): (Kind, &str),
    least: StaffRole,
) -> Result<Work, WebError> {
    let slug: Slug = slug.parse().map_err(|_| WebError::NotFound)?;
    let work = authoring::find(&state.pool, kind, &slug).await?.ok_or(WebError::NotFound)?;
    on_course(state, who, &work.course, least).await?;
    Ok(work)
}

/// Where a work is edited.
pub(super) fn place(work: &Work) -> String {
    match work.kind {
        Kind::Course => format!("/teach/courses/{}", work.slug),
        Kind::Exercise => format!("/teach/exercises/{}/edit", work.slug),
    }
}

/// Makes a revision of a work with these edits, audited. `Err` within is the page about a conflict, which has both texts.
pub(super) async fn save(
    state: &State,
    who: &Require<Instructor>,
    work: &Work,
    edits: Vec<Edit>,
    change: &str,
) -> Result<Result<Work, HttpResponse>, WebError> {
    let now = state.clock.now();
    let meant: Vec<(String, Option<Sha256>)> =
        edits.iter().map(|edit| (edit.path.clone(), edit.file.map(|file| file.sha256))).collect();
    let mut tx = state.pool.begin().await?;
    let by = (Some(who.person.id), now);
    let saved = match authoring::edit(&mut tx, (work.kind, &work.slug), edits, change, by).await {
        Ok(Some(saved)) => saved,
        Ok(None) => return Err(WebError::NotFound),
        Err(AuthoringError::Conflict { path, theirs }) => {
            let mine = meant.into_iter().find(|(edited, _)| *edited == path).and_then(|(_, file)| file);
            return conflict(state, who, work, (path, mine, theirs)).await.map(Err);
        }
        Err(error) => return Err(error.into()),
    };
    if saved.head != work.head {
        let changes = work.tree.changes(&saved.tree);
        let digests = |tree: &Tree| -> Map<String, Value> {
            let digest = |path: &str| json!(tree.get(path).map(|file| file.sha256.to_string()));
            changes.iter().map(|(path, _)| ((*path).to_owned(), digest(path))).collect()
        };
        let (before, after) = (digests(&work.tree), digests(&saved.tree));
        let object = format!("{}/{}", work.kind.folder(), work.slug);
        let detail = json!({ "change": change, "before": before, "after": after });
        let entry = audit::Entry { actor: Some(who.person.id), action: "work.edit", object: &object, detail };
        audit::record(&mut tx, entry, now).await?;
    }
    tx.commit().await?;
    Ok(Ok(saved))
}

/// A text typed into a form, as an edit of a file; `base` is the digest of the text that the form was filled with, empty
/// where there was none.
pub(super) async fn text_edit(state: &State, path: &str, text: &str, base: &str) -> Result<Edit, WebError> {
    if text.len() as u64 > LARGEST_TEXT {
        return Err(WebError::TooLarge(
            "authoring-text-too-long",
            vec![("limit", (LARGEST_TEXT / 1_000_000).to_string())],
        ));
    }
    // Browsers send line ends as CRLF (WHATWG HTML, constructing the entry list).
    let text = text.replace("\r\n", "\n").replace('\0', "");
    let base = match base {
        "" => Base::Absent,
        digest => Base::File(digest.parse().map_err(|_| WebError::Invalid("error-form", Vec::new()))?),
    };
    edit_of(state, path, text, base).await
}

/// An edit that gives a file a text, made from the state `base`.
async fn edit_of(state: &State, path: &str, text: String, base: Base) -> Result<Edit, WebError> {
    let file = authoring::keep(&state.blobs, text.into_bytes()).await?;
    Ok(Edit { path: path.to_owned(), file: Some(file), base: Some(base) })
}

/// The digest that a form for the file at `path` carries, so that [`text_edit`] tells a conflict.
pub(super) fn base_of(work: &Work, path: &str) -> String {
    work.tree.get(path).map(|file| file.sha256.to_string()).unwrap_or_default()
}

#[derive(Template)]
#[template(path = "authoring/conflict.html")]
struct ConflictPage {
    page: Page,
    /// Where the merged text is sent.
    action: String,
    back: String,
    path: String,
    mine: String,
    theirs: String,
    base: String,
}

async fn conflict(
    state: &State,
    who: &Require<Instructor>,
    work: &Work,
    (path, mine, theirs): (String, Option<Sha256>, Option<Sha256>),
) -> Answer {
    let text = async |file: Option<Sha256>| -> Result<String, WebError> {
        let Some(file) = file else { return Ok(String::new()) };
        let bytes = state.blobs.get(&file).await?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let page = ConflictPage {
        page: Page::new(state, who, who.tr.s("authoring-conflict")),
        action: format!("/teach/{}/{}/file", work.kind.folder(), work.slug),
        back: place(work),
        mine: text(mine).await?,
        theirs: text(theirs).await?,
        base: theirs.map(|theirs| theirs.to_string()).unwrap_or_default(),
        path,
    };
    page::show_with(actix_web::http::StatusCode::CONFLICT, &page)
}

/// One text file of a work, as typed into a form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FileForm {
    path: String,
    text: String,
    base: String,
    /// Where to go then.
    next: String,
}

async fn save_course_file(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: web::Form<FileForm>,
) -> Answer {
    save_file(&state, &who, (Kind::Course, &slug), &form).await
}

async fn save_exercise_file(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: web::Form<FileForm>,
) -> Answer {
    save_file(&state, &who, (Kind::Exercise, &slug), &form).await
}

async fn save_file(state: &State, who: &Require<Instructor>, named: (Kind, &str), form: &FileForm) -> Answer {
    let work = work(state, who, named, StaffRole::Author).await?;
    let edit = text_edit(state, &form.path, &form.text, &form.base).await?;
    let change = format!("edit {}", form.path);
    Ok(match save(state, who, &work, vec![edit], &change).await? {
        Ok(_) if form.next.is_empty() => page::see_other(&format!("{}?notice=saved", place(&work))),
        Ok(_) => page::see_other(page::local_path(&form.next)),
        Err(conflict) => conflict,
    })
}

/// Faults with their files.
pub(super) fn told(faults: &[Fault]) -> Vec<Said> {
    faults.iter().map(Fault::told).collect()
}

/// Faults as a page lists them; words that stay English are marked there.
pub(super) fn listed(t: Tr, faults: &[Fault]) -> Vec<Vec<Piece>> {
    faults.iter().map(|fault| fault.told().pieces(t)).collect()
}

impl From<AuthoringError> for WebError {
    fn from(error: AuthoringError) -> Self {
        match error {
            AuthoringError::SlugTaken(slug) => Self::Conflict("authoring-slug-taken", vec![("slug", slug.to_string())]),
            AuthoringError::Conflict { path, .. } => Self::Conflict("authoring-conflict-at", vec![("path", path)]),
            AuthoringError::Path(path) => Self::Invalid("authoring-bad-path", vec![("path", path)]),
            AuthoringError::Faults(faults) => Self::Faults("authoring-faults", told(&faults)),
            AuthoringError::Data => Self::Conflict("authoring-data-faults", Vec::new()),
            AuthoringError::Untried => Self::Conflict("authoring-untried", Vec::new()),
            AuthoringError::Staff(crate::courses::staff::StaffError::LastOwner) => {
                Self::Conflict("staff-last-owner", Vec::new())
            }
            AuthoringError::Content(_)
            | AuthoringError::Catalogue(_)
            | AuthoringError::Storage(_)
            | AuthoringError::Scratch(_)
            | AuthoringError::Staff(_)
            | AuthoringError::Queue(_)
            | AuthoringError::Database(_) => Self::internal(error),
        }
    }
}
