//! The history of a course or an exercise: its revisions, what each changed, and the way back to one.

use actix_web::web;
use askama::Template;
use serde::Deserialize;
use serde_json::json;
use similar::{ChangeTag, TextDiff};

use super::{place, work};
use crate::audit;
use crate::authoring::tree::{Change, Tree};
use crate::authoring::{self, Kind, Revision, Work};
use crate::blobs::Sha256;
use crate::courses::staff::StaffRole;
use crate::ids::RevisionId;
use crate::messages::{Tr, exists};
use crate::web::page::{self, Page};
use crate::web::routes::{Access, Route};
use crate::web::staff::on_course;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

/// Most revisions that the list shows.
const MOST: i64 = 500;
/// Largest text that is compared, in bytes.
const LONGEST: usize = 300_000;
/// Lines around a change.
const AROUND: usize = 3;

pub(super) fn routes() -> Vec<Route> {
    use Access::Instructor;
    vec![
        Route::get("/teach/courses/{slug}/history", Instructor, || web::get().to(of_course)),
        Route::get("/teach/courses/{slug}/history/{revision}", Instructor, || web::get().to(course_revision)),
        Route::post("/teach/courses/{slug}/history/{revision}/restore", Instructor, || web::post().to(restore_course)),
        Route::get("/teach/exercises/{slug}/history", Instructor, || web::get().to(of_exercise)),
        Route::get("/teach/exercises/{slug}/history/{revision}", Instructor, || web::get().to(exercise_revision)),
        Route::post("/teach/exercises/{slug}/history/{revision}/restore", Instructor, || {
            web::post().to(restore_exercise)
        }),
    ]
}

/// A revision in the list.
struct Row {
    id: String,
    number: i32,
    at: String,
    by: String,
    did: String,
    is_published: bool,
    is_newest: bool,
}

#[derive(Template)]
#[template(path = "authoring/course/history.html")]
struct HistoryPage {
    page: Page,
    slug: String,
    back: String,
    /// Address of this page; each revision is below it.
    here: String,
    rows: Vec<Row>,
}

async fn of_course(state: AppState, who: Require<Instructor>, slug: web::Path<String>) -> Answer {
    show(&state, &who, (Kind::Course, &slug)).await
}

async fn of_exercise(state: AppState, who: Require<Instructor>, slug: web::Path<String>) -> Answer {
    show(&state, &who, (Kind::Exercise, &slug)).await
}

fn here(work: &Work) -> String {
    format!("/teach/{}/{}/history", work.kind.folder(), work.slug)
}

async fn show(state: &State, who: &Require<Instructor>, named: (Kind, &str)) -> Answer {
    let work = work(state, who, named, StaffRole::Viewer).await?;
    let revisions = authoring::revisions(&state.pool, (work.kind, &work.slug), MOST).await?;
    page::show(&HistoryPage {
        page: Page::new(state, who, who.tr.s("course-history-title")),
        rows: revisions.into_iter().map(|revision| row(who.tr, &work, revision)).collect(),
        slug: work.slug.to_string(),
        back: place(&work),
        here: here(&work),
    })
}

fn row(t: Tr, work: &Work, revision: Revision) -> Row {
    Row {
        id: revision.id.to_string(),
        number: revision.number,
        at: t.time(&revision.at),
        by: if revision.by.is_empty() { t.s("course-history-nobody") } else { revision.by },
        did: did(t, &revision.change),
        is_published: work.published == Some(revision.id),
        is_newest: work.head == revision.id,
    }
}

/// What was done, in the reader's words; what nobody translated shows itself.
fn did(t: Tr, change: &str) -> String {
    let (verb, what) = change.split_once(' ').unwrap_or((change, ""));
    let key = format!("history-did-{verb}");
    if exists(t.lang, &key) { t.s1(&key, "what", what) } else { change.to_owned() }
}

/// What is compared with what.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// The file whose texts are compared.
    path: String,
    /// Another revision than the one before.
    with: String,
}

/// A file that differs.
struct FileRow {
    path: String,
    word: String,
    /// Its size in bytes; that of the older one where it is gone.
    bytes: u64,
    /// Whether this reader may see what is in it.
    is_open: bool,
}

/// A line of two compared texts.
struct Line {
    class: &'static str,
    sign: &'static str,
    text: String,
}

/// How a file differs.
enum Diff {
    /// Its contents are for authors.
    Closed,
    /// No text, or too long.
    NoText,
    /// Stretches of lines around each change.
    Lines(Vec<Vec<Line>>),
}

#[derive(Template)]
#[template(path = "authoring/course/revision.html")]
struct RevisionPage {
    page: Page,
    slug: String,
    back: String,
    here: String,
    row: Row,
    /// The others, to be compared with.
    others: Vec<Row>,
    with: String,
    files: Vec<FileRow>,
    /// Whether this reader may see what is in each of them.
    all_open: bool,
    path: String,
    diff: Option<Diff>,
    can_restore: bool,
}

type Named = web::Path<(String, String)>;

async fn course_revision(state: AppState, who: Require<Instructor>, path: Named, asked: web::Query<Asked>) -> Answer {
    show_revision(&state, &who, (Kind::Course, &path), &asked).await
}

async fn exercise_revision(state: AppState, who: Require<Instructor>, path: Named, asked: web::Query<Asked>) -> Answer {
    show_revision(&state, &who, (Kind::Exercise, &path), &asked).await
}

/// A revision of a work with its files, or not found.
async fn find(state: &State, work: &Work, id: &str) -> Result<(RevisionId, Tree), WebError> {
    let id: RevisionId = id.parse().map_err(|_| WebError::NotFound)?;
    let tree = authoring::revision(&state.pool, (work.kind, &work.slug), id).await?.ok_or(WebError::NotFound)?;
    Ok((id, tree))
}

async fn show_revision(
    state: &State,
    who: &Require<Instructor>,
    (kind, path): (Kind, &(String, String)),
    asked: &Asked,
) -> Answer {
    let t = who.tr;
    let work = work(state, who, (kind, &path.0), StaffRole::Viewer).await?;
    let role = on_course(state, who, &work.course, StaffRole::Viewer).await?;
    let (id, tree) = find(state, &work, &path.1).await?;
    let revisions = authoring::revisions(&state.pool, (work.kind, &work.slug), MOST).await?;
    let at = revisions.iter().position(|revision| revision.id == id).ok_or(WebError::NotFound)?;
    let before = revisions.get(at + 1).map(|revision| revision.id.to_string()).unwrap_or_default();
    let with = if asked.with.is_empty() { before } else { asked.with.clone() };
    let old = if with.is_empty() { Tree::default() } else { find(state, &work, &with).await?.1 };
    let files = old.changes(&tree).into_iter().map(|(path, change)| FileRow {
        path: path.to_owned(),
        word: word(t, change),
        bytes: tree.get(path).or(old.get(path)).map_or(0, |file| file.bytes),
        is_open: is_open(kind, role, path),
    });
    let files: Vec<FileRow> = files.collect();
    let diff = match asked.path.as_str() {
        "" => None,
        path if is_open(kind, role, path) => Some(diff(state, path, [&old, &tree]).await?),
        _ => Some(Diff::Closed),
    };
    let (mut others, mut own) = (Vec::new(), None);
    for revision in revisions {
        let row = row(t, &work, revision);
        if row.id == id.to_string() { own = Some(row) } else { others.push(row) }
    }
    let row = own.ok_or(WebError::NotFound)?;
    page::show(&RevisionPage {
        page: Page::new(state, who, t.s1("course-history-revision", "number", row.number)),
        slug: work.slug.to_string(),
        back: place(&work),
        here: here(&work),
        all_open: files.iter().all(|file| file.is_open),
        files,
        path: asked.path.clone(),
        can_restore: role >= StaffRole::Author && !row.is_newest,
        row,
        others,
        with,
        diff,
    })
}

/// Whether what is in a file may be read: hidden samples and reference solutions of an exercise are for those who may also
/// export it.
fn is_open(kind: Kind, role: StaffRole, path: &str) -> bool {
    let is_told = ["exercise.toml", "en.md", "zh.md"].contains(&path) || path.starts_with("starter/");
    match kind {
        Kind::Course => true,
        Kind::Exercise => role >= StaffRole::Author || is_told,
    }
}

fn word(t: Tr, change: Change) -> String {
    match change {
        Change::Added => t.s("course-history-added"),
        Change::Changed => t.s("course-history-changed"),
        Change::Removed => t.s("course-history-removed"),
    }
}

async fn diff(state: &State, path: &str, trees: [&Tree; 2]) -> Result<Diff, WebError> {
    let mut texts = Vec::new();
    for tree in trees {
        let size = tree.get(path).map_or(0, |file| file.bytes);
        let text = match tree.get(path) {
            Some(_) if usize::try_from(size).is_ok_and(|size| size <= LONGEST) => {
                authoring::text(&state.blobs, tree, path).await?
            }
            Some(_) => None,
            None => Some(String::new()),
        };
        let Some(text) = text else { return Ok(Diff::NoText) };
        texts.push(text);
    }
    web::block(move || Diff::Lines(lines(&texts))).await.map_err(WebError::internal)
}

fn lines(texts: &[String]) -> Vec<Vec<Line>> {
    let [old, new] = texts else { return Vec::new() };
    let diff = TextDiff::from_lines(old.as_str(), new.as_str());
    let line = |change: similar::Change<&str>| {
        let (class, sign) = match change.tag() {
            ChangeTag::Delete => ("gone", "−"),
            ChangeTag::Insert => ("new", "+"),
            ChangeTag::Equal => ("same", " "),
        };
        Line { class, sign, text: change.value().trim_end_matches('\n').to_owned() }
    };
    let groups = diff.grouped_ops(AROUND);
    groups.iter().map(|group| group.iter().flat_map(|op| diff.iter_changes(op)).map(line).collect()).collect()
}

async fn restore_course(state: AppState, who: Require<Instructor>, path: Named) -> Answer {
    restore(&state, &who, (Kind::Course, &path)).await
}

async fn restore_exercise(state: AppState, who: Require<Instructor>, path: Named) -> Answer {
    restore(&state, &who, (Kind::Exercise, &path)).await
}

/// Makes every file what it was in that revision; that is a revision, too.
async fn restore(state: &State, who: &Require<Instructor>, (kind, path): (Kind, &(String, String))) -> Answer {
    let work = work(state, who, (kind, &path.0), StaffRole::Author).await?;
    let (id, tree) = find(state, &work, &path.1).await?;
    let named = (work.kind, &work.slug);
    let revisions = authoring::revisions(&state.pool, named, i64::from(i32::MAX)).await?;
    let number = revisions.iter().find(|revision| revision.id == id).map_or(0, |revision| revision.number);
    let (by, now) = (Some(who.person.id), state.clock.now());
    let mut tx = state.pool.begin().await?;
    authoring::replace(&mut tx, named, &tree, &format!("restore {number}"), (by, now)).await?;
    let changed: Vec<&str> = work.tree.changes(&tree).into_iter().map(|(path, _)| path).collect();
    let digests = |tree: &Tree| -> Vec<(String, Sha256)> {
        let found = changed.iter().filter_map(|path| Some(((*path).to_owned(), tree.get(path)?.sha256)));
        found.collect()
    };
    let object = format!("{}/{}", work.kind.folder(), work.slug);
    let detail = json!({
        "before": { "revision": work.head, "files": digests(&work.tree) },
        "after": { "restored": id, "files": digests(&tree) },
    });
    audit::record(&mut tx, audit::Entry { actor: by, action: "work.restore", object: &object, detail }, now).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("{}?notice=revision-restored", here(&work))))
}
