//! Archives: downloads of works, and uploads with a dry run before anything is changed.

use actix_web::http::header::{ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpResponse, web};
use askama::Template;
use bytes::Bytes;
use futures_util::stream;
use serde::Deserialize;
use serde_json::json;
use std::io::Read as _;
use tokio::task::spawn_blocking;

use crate::audit;
use crate::authoring::archive::{self, ArchiveError, Found};
use crate::authoring::imports::{self, Import, Importer, Outcome, Planned};
use crate::authoring::tree::{Change, Tree};
use crate::authoring::{self, Kind, New, copies};
use crate::blobs::Blobs;
use crate::courses::staff::{self, StaffRole};
use crate::ids::{ImportId, Slug};
use crate::messages::{Fault, Piece, Tr};
use crate::web::page::{self, Page};
use crate::web::routes::{Access, Route};
use crate::web::staff::{on_course, on_exercise};
use crate::web::upload::UploadedForm;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

/// Largest archive, in bytes.
const LARGEST: u64 = 1_000_000_000;
/// Bytes of a download that are read at a time.
const PIECE: usize = 1 << 16;
/// Changed files that a report names for each work.
const NAMED: usize = 50;

pub(super) fn routes() -> Vec<Route> {
    use Access::Instructor;
    vec![
        Route::get("/teach/import", Instructor, || web::get().to(ask)),
        Route::post("/teach/import", Instructor, || web::post().to(upload)),
        Route::get("/teach/import/{id}", Instructor, || web::get().to(report)),
        Route::post("/teach/import/{id}", Instructor, || web::post().to(apply)),
        Route::get("/teach/courses/{slug}/export", Instructor, || web::get().to(export_course)),
        Route::get("/teach/exercises/{slug}/export", Instructor, || web::get().to(export_exercise)),
        Route::post("/teach/courses/{slug}/fork", Instructor, || web::post().to(fork_course)),
        Route::post("/teach/courses/{slug}/exercises/copy", Instructor, || web::post().to(fork_exercise)),
    ]
}

#[derive(Template)]
#[template(path = "authoring/import.html")]
struct ImportPage {
    page: Page,
    course: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Into {
    course: String,
}

async fn ask(state: AppState, who: Require<Instructor>, into: web::Query<Into>) -> Answer {
    page::show(&ImportPage { page: Page::new(&state, &who, who.tr.s("import-title")), course: into.course.clone() })
}

/// Looks through an archive and keeps it until somebody decides.
async fn upload(state: AppState, who: Require<Instructor>, form: UploadedForm) -> Answer {
    let (fields, files) = form.receive_scratch(&state, &who, LARGEST).await?;
    let course: Option<Slug> = match fields.get("course").map(|course| course.trim()) {
        None | Some("") => None,
        Some(course) => Some(course.parse().map_err(|_| WebError::Invalid("authoring-bad-slug", Vec::new()))?),
    };
    if let Some(course) = &course {
        on_course(&state, &who, course, StaffRole::Author).await?;
    }
    let file = files.into_iter().next().ok_or(WebError::Invalid("import-no-file", Vec::new()))?;
    let alone = file.name.rsplit_once('.').and_then(|(stem, _)| stem.parse().ok());
    let found = look_through(&state.blobs, file.file, alone).await?;
    let mut conn = state.pool.acquire().await?;
    let import = imports::keep(&mut conn, found, course, (Some(who.person.id), state.clock.now())).await?;
    Ok(page::see_other(&format!("/teach/import/{}", import.id)))
}

/// Reads an archive on a thread of its own, each file into blob storage.
async fn look_through(blobs: &Blobs, file: tempfile::NamedTempFile, alone: Option<Slug>) -> Result<Found, WebError> {
    let (blobs, runtime) = (blobs.clone(), tokio::runtime::Handle::current());
    let read = spawn_blocking(move || {
        let file = file.reopen().map_err(|_| ArchiveError::Damaged)?;
        archive::read(file, alone.as_ref(), |file| archive::unpack(&blobs, &runtime, file))
    });
    read.await.map_err(WebError::internal)?.map_err(|error| match error.key() {
        Some((key, arg)) => WebError::Invalid(key, vec![("what", arg)]),
        None => WebError::internal(error),
    })
}

#[derive(Template)]
#[template(path = "authoring/import_report.html")]
struct ReportPage {
    page: Page,
    import: Import,
    lines: Vec<Line>,
    may_apply: bool,
}

/// What would become of one work, in words.
struct Line {
    name: String,
    outcome: String,
    is_refused: bool,
    changes: Vec<(String, String)>,
    more: usize,
    faults: Vec<Vec<Piece>>,
}

fn line(t: Tr, planned: &Planned, faults: &[Fault]) -> Line {
    let files = planned.entry.tree.len();
    let (outcome, changes) = match &planned.outcome {
        Outcome::New { course } => (t.s2("import-new", "files", files, "course", course.as_str()), Vec::new()),
        Outcome::Changed { changes } => (t.s1("import-changed", "n", changes.len()), changes.clone()),
        Outcome::Unchanged => (t.s("import-unchanged"), Vec::new()),
        Outcome::NotYours => (t.s("import-not-yours"), Vec::new()),
        Outcome::NoCourse => (t.s("import-no-course"), Vec::new()),
    };
    let word = |change: Change| match change {
        Change::Added => t.s("import-file-added"),
        Change::Changed => t.s("import-file-changed"),
        Change::Removed => t.s("import-file-removed"),
    };
    Line {
        name: format!("{}/{}", planned.entry.kind.folder(), planned.entry.slug),
        outcome,
        is_refused: planned.is_refused(),
        more: changes.len().saturating_sub(NAMED),
        changes: changes.into_iter().take(NAMED).map(|(path, change)| (path, word(change))).collect(),
        faults: super::listed(t, faults),
    }
}

/// The import of a path, if this person uploaded it.
async fn own(state: &State, who: &Require<Instructor>, id: &str) -> Result<Import, WebError> {
    let id: ImportId = id.parse().map_err(|_| WebError::NotFound)?;
    let import = imports::find(&state.pool, id).await?;
    import.filter(|import| import.by == Some(who.person.id)).ok_or(WebError::NotFound)
}

async fn report(state: AppState, who: Require<Instructor>, id: web::Path<String>) -> Answer {
    let import = own(&state, &who, &id).await?;
    let mut conn = state.pool.acquire().await?;
    let planned = imports::plan(&mut conn, &import, Importer::Person(&who.person)).await?;
    let faults = imports::faults(&mut conn, &state.blobs, &import).await?;
    let may_apply = import.applied_at.is_none()
        && planned.iter().any(Planned::is_change)
        && !planned.iter().any(Planned::is_refused);
    page::show(&ReportPage {
        page: Page::new(&state, &who, who.tr.s("import-report-title")),
        lines: planned.iter().zip(&faults).map(|(planned, faults)| line(who.tr, planned, faults)).collect(),
        may_apply,
        import,
    })
}

/// Makes drafts and revisions of what the report says; all of it or nothing.
async fn apply(state: AppState, who: Require<Instructor>, id: web::Path<String>) -> Answer {
    let import = own(&state, &who, &id).await?;
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let planned = imports::plan(&mut tx, &import, Importer::Person(&who.person)).await?;
    let may_be = !planned.iter().any(Planned::is_refused);
    if !(may_be && imports::apply(&mut tx, &import, &planned, Importer::Person(&who.person), now).await?) {
        return Err(WebError::Conflict("import-not-possible", Vec::new()));
    }
    for planned in planned.iter().filter(|planned| planned.is_change()) {
        let object = format!("{}/{}", planned.entry.kind.folder(), planned.entry.slug);
        let detail = json!({ "import": import.id, "files": planned.entry.tree.len() });
        let entry = audit::Entry { actor: Some(who.person.id), action: "work.import", object: &object, detail };
        audit::record(&mut tx, entry, now).await?;
    }
    tx.commit().await?;
    let course = import.works.iter().find(|entry| entry.kind == Kind::Course);
    Ok(page::see_other(&match (course, import.works.first()) {
        (Some(course), _) => format!("/teach/courses/{}?notice=imported", course.slug),
        (None, Some(exercise)) => format!("/teach/exercises/{}/edit?notice=imported", exercise.slug),
        (None, None) => "/teach?notice=imported".to_owned(),
    }))
}

/// The files of a work, or of content from files, for somebody who may change it: hidden data are among them.
async fn files(state: &State, kind: Kind, slug: &Slug) -> Result<Option<Tree>, WebError> {
    if let Some(work) = authoring::find(&state.pool, kind, slug).await? {
        return Ok(Some(work.tree));
    }
    Ok(copies::from_folder(&state.blobs, &state.config.content_folder(), (kind, slug)).await?)
}

async fn export_course(state: AppState, who: Require<Instructor>, slug: web::Path<String>) -> Answer {
    let slug: Slug = slug.parse().map_err(|_| WebError::NotFound)?;
    on_course(&state, &who, &slug, StaffRole::Author).await?;
    let course = files(&state, Kind::Course, &slug).await?.ok_or(WebError::NotFound)?;
    let exercises = authoring::of_course(&state.pool, &slug).await?;
    let mut works = vec![(Kind::Course, &slug, &course)];
    works.extend(exercises.iter().map(|work| (Kind::Exercise, &work.slug, &work.tree)));
    download(&state, &who, &slug, &works).await
}

async fn export_exercise(state: AppState, who: Require<Instructor>, slug: web::Path<String>) -> Answer {
    let slug: Slug = slug.parse().map_err(|_| WebError::NotFound)?;
    on_exercise(&state, &who, &slug, StaffRole::Author).await?;
    let tree = files(&state, Kind::Exercise, &slug).await?.ok_or(WebError::NotFound)?;
    download(&state, &who, &slug, &[(Kind::Exercise, &slug, &tree)]).await
}

async fn download(state: &State, who: &Require<Instructor>, slug: &Slug, works: &[(Kind, &Slug, &Tree)]) -> Answer {
    let mut file = archive::write(&state.blobs, works).await?;
    let mut conn = state.pool.acquire().await?;
    let object = works.first().map(|(kind, slug, _)| format!("{}/{slug}", kind.folder())).unwrap_or_default();
    let detail = json!({ "works": works.len() });
    let entry = audit::Entry { actor: Some(who.person.id), action: "work.export", object: &object, detail };
    audit::record(&mut conn, entry, state.clock.now()).await?;
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(format!("{slug}.zip"))],
    };
    let pieces = std::iter::from_fn(move || {
        let mut piece = vec![0; PIECE];
        match file.read(&mut piece) {
            Ok(0) => None,
            Ok(read) => {
                piece.truncate(read);
                Some(Ok(Bytes::from(piece)))
            }
            Err(error) => Some(Err(error)),
        }
    });
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header(disposition)
        .insert_header(("Cache-Control", "no-store"))
        .streaming(stream::iter(pieces)))
}

/// The name of a copy, and for an exercise that of the original.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Copy {
    slug: String,
    from: String,
}

fn new_name(name: &str) -> Result<Slug, WebError> {
    name.trim().parse().map_err(|_| WebError::Invalid("authoring-bad-slug", Vec::new()))
}

/// Begins a course of one's own from one that is there.
async fn fork_course(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    copy: web::Form<Copy>,
) -> Answer {
    let slug: Slug = slug.parse().map_err(|_| WebError::NotFound)?;
    on_course(&state, &who, &slug, StaffRole::Author).await?;
    let new = new_name(&copy.slug)?;
    let tree = files(&state, Kind::Course, &slug).await?.ok_or(WebError::NotFound)?;
    let tree = copies::renamed_course(&state.blobs, &tree, &new).await?;
    let now = state.clock.now();
    let by = (Some(who.person.id), now);
    let mut tx = state.pool.begin().await?;
    let work = New { kind: Kind::Course, slug: new.clone(), course: new.clone(), tree };
    authoring::create(&mut tx, &work, &format!("copy {slug}"), by).await?;
    staff::appoint(&mut tx, &new, who.person.id, Some(StaffRole::Owner), by)
        .await
        .map_err(authoring::AuthoringError::from)?;
    record_copy(&mut tx, &who, (&work, &slug), now).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/courses/{new}")))
}

/// Begins an exercise of a course from one that is there.
async fn fork_exercise(
    state: AppState,
    who: Require<Instructor>,
    course: web::Path<String>,
    copy: web::Form<Copy>,
) -> Answer {
    let course: Slug = course.parse().map_err(|_| WebError::NotFound)?;
    on_course(&state, &who, &course, StaffRole::Author).await?;
    let slug: Slug = copy.from.trim().parse().map_err(|_| WebError::NotFound)?;
    on_exercise(&state, &who, &slug, StaffRole::Author).await?;
    let new = new_name(&copy.slug)?;
    let tree = files(&state, Kind::Exercise, &slug).await?.ok_or(WebError::NotFound)?;
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let work = New { kind: Kind::Exercise, slug: new, course, tree };
    authoring::create(&mut tx, &work, &format!("copy {slug}"), (Some(who.person.id), now)).await?;
    record_copy(&mut tx, &who, (&work, &slug), now).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/exercises/{}/edit", work.slug)))
}

async fn record_copy(
    conn: &mut sqlx::PgConnection,
    who: &Require<Instructor>,
    (work, from): (&New, &Slug),
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), sqlx::Error> {
    let object = format!("{}/{}", work.kind.folder(), work.slug);
    let detail = json!({ "from": from, "course": work.course });
    audit::record(conn, audit::Entry { actor: Some(who.person.id), action: "work.copy", object: &object, detail }, now)
        .await
}
