//! What instructors author in the browser: works, which are folders of files, kept as revisions and published from them.
//!
//! A work has the layout that the same course or exercise has in the content folder, so forms, archives and the content
//! folder are three ways to the same files, read by the same code. Every change makes a revision; publishing reads one
//! and puts it on offer; nothing that was published or answered before is touched.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use crate::blobs::{Blobs, Sha256, StorageError};
use crate::courses::staff::StaffError;
use crate::exercises::ContentError;
use crate::exercises::catalogue::{self, CatalogueError};
use crate::exercises::intake::{Finding, Severity};
use crate::ids::{PersonId, RevisionId, Slug};
use crate::messages::{Fault, Said, said};
use crate::queue::QueueError;

pub mod archive;
pub mod copies;
pub mod course_edit;
pub mod exercise;
pub mod folder;
pub mod imports;
pub mod publishing;
mod store;
pub mod tree;
pub mod trials;

pub use store::{find, of_course, of_staff, private_files, revision, revisions, set_private_files};
use tree::{FileRef, Tree};

/// What a work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "TEXT", rename_all = "lowercase")]
pub enum Kind {
    /// A course with its lessons, quizzes and exams.
    Course,
    /// An exercise.
    Exercise,
}

impl Kind {
    /// Its name in columns.
    pub fn name(self) -> &'static str {
        match self {
            Self::Course => "course",
            Self::Exercise => "exercise",
        }
    }

    /// The folder of the content folder that holds works of this kind.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Course => "courses",
            Self::Exercise => "exercises",
        }
    }

    /// The file that makes a folder a work of this kind.
    pub fn main_file(self) -> &'static str {
        match self {
            Self::Course => "course.toml",
            Self::Exercise => "exercise.toml",
        }
    }
}

/// A work at its newest revision.
#[derive(Debug, Clone)]
pub struct Work {
    /// What it is.
    pub kind: Kind,
    /// Its name in addresses and folders.
    pub slug: Slug,
    /// The course whose staff may change it.
    pub course: Slug,
    /// The newest revision.
    pub head: RevisionId,
    /// The revision that learners meet.
    pub published: Option<RevisionId>,
    /// When that one was published.
    pub published_at: Option<DateTime<Utc>>,
    /// When the newest revision is to be published.
    pub publish_at: Option<DateTime<Utc>>,
    /// Why the last scheduled publication failed.
    pub publish_error: Option<Vec<Said>>,
    /// Its files.
    pub tree: Tree,
}

/// One state that a work was saved in, without its files.
#[derive(Debug, Clone)]
pub struct Revision {
    /// Its id.
    pub id: RevisionId,
    /// First, second, … of its work.
    pub number: i32,
    /// What was done.
    pub change: String,
    /// Who made it; empty for the command line or a deleted account.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Something that is easily overlooked about the data of an exercise, as it is kept with the draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptFinding {
    /// How bad it is.
    pub severity: Severity,
    /// Key of its sentence.
    pub key: String,
    /// Arguments of its sentence.
    pub args: BTreeMap<String, String>,
}

impl From<&Finding> for KeptFinding {
    fn from(finding: &Finding) -> Self {
        let args = finding.args().into_iter().map(|(name, value)| (name.to_owned(), value));
        Self { severity: finding.severity, key: finding.key().to_owned(), args: args.collect() }
    }
}

/// Something done to files of a work: what it is now (`None`: removed), and what its author believes it was.
#[derive(Debug, Clone)]
pub struct Edit {
    /// Path within the work's folder.
    pub path: String,
    /// The file as it is to be.
    pub file: Option<FileRef>,
    /// What the author began with; `None` where that does not matter.
    pub base: Option<Base>,
}

/// What somebody began to edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// There was no such file.
    Absent,
    /// The file had these bytes.
    File(Sha256),
}

/// Why a work was not changed, read or published.
#[derive(Debug, thiserror::Error)]
pub enum AuthoringError {
    /// There is a work, or content from files, of this name.
    #[error("the name {0} is taken")]
    SlugTaken(Slug),
    /// Somebody else changed this file meanwhile.
    #[error("{path} was changed by somebody else")]
    Conflict {
        /// The file.
        path: String,
        /// What it is now; `None` if it is gone.
        theirs: Option<Sha256>,
    },
    /// A path that cannot be within a work.
    #[error("{0:?} is no path within a work")]
    Path(String),
    /// The work cannot be put on offer as it is; everything that is wrong, one line each.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Faults(Vec<Fault>),
    /// The reference solutions were not tried, or did not come out as expected.
    #[error("the reference solutions have not come out as expected")]
    Untried,
    /// The data have faults.
    #[error("the data have faults")]
    Data,
    /// Exercises.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The catalogue of exercises.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// Blob storage.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The scratch folder.
    #[error("a scratch folder could not be used: {0}")]
    Scratch(#[from] std::io::Error),
    /// Staff of the course.
    #[error(transparent)]
    Staff(#[from] StaffError),
    /// The queue.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// PostgreSQL.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl AuthoringError {
    /// What the authors of a work have to mend; `None` where it is not theirs to mend.
    pub fn told(&self) -> Option<Vec<Said>> {
        match self {
            Self::Faults(faults) => Some(faults.iter().map(Fault::told).collect()),
            Self::SlugTaken(slug) => Some(vec![said!("authoring-slug-taken", slug = slug)]),
            Self::Untried => Some(vec![said!("authoring-untried")]),
            Self::Data => Some(vec![said!("authoring-data-faults")]),
            Self::Conflict { .. }
            | Self::Path(_)
            | Self::Content(_)
            | Self::Catalogue(_)
            | Self::Storage(_)
            | Self::Scratch(_)
            | Self::Staff(_)
            | Self::Queue(_)
            | Self::Database(_) => None,
        }
    }
}

/// A work that is being begun.
#[derive(Debug, Clone)]
pub struct New {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub slug: Slug,
    /// The course whose staff may change it.
    pub course: Slug,
    /// Its first files.
    pub tree: Tree,
}

/// The course that an exercise belongs to, also while it is a draft; `None` for one from files.
pub async fn course_of_exercise(conn: &mut PgConnection, exercise: &Slug) -> Result<Option<Slug>, sqlx::Error> {
    match store::course_of_exercise(&mut *conn, exercise).await? {
        Some(course) => Ok(Some(course)),
        None => catalogue::course_of(conn, exercise).await,
    }
}

/// Begins a work; its name must be free among works and among what is on offer from files.
pub async fn create(
    conn: &mut PgConnection,
    new: &New,
    change: &str,
    (by, now): (Option<PersonId>, DateTime<Utc>),
) -> Result<RevisionId, AuthoringError> {
    if store::is_taken(&mut *conn, new.kind, &new.slug).await? {
        return Err(AuthoringError::SlugTaken(new.slug.clone()));
    }
    let revision = RevisionId::new(now);
    // Somebody else, or a second click, may have taken the name since.
    store::insert(conn, new, revision, (by, now)).await.map_err(|error| {
        let is_taken = error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation);
        if is_taken { AuthoringError::SlugTaken(new.slug.clone()) } else { error.into() }
    })?;
    store::add_revision(conn, (new.kind, &new.slug), (revision, 1), (&new.tree, change), (by, now)).await?;
    Ok(revision)
}

/// Makes a revision with these edits, unless somebody else changed one of the files since its author began.
///
/// A change that changes nothing makes no revision. Returns the work as it is then.
pub async fn edit(
    conn: &mut PgConnection,
    (kind, slug): (Kind, &Slug),
    edits: Vec<Edit>,
    change: &str,
    (by, now): (Option<PersonId>, DateTime<Utc>),
) -> Result<Option<Work>, AuthoringError> {
    let Some(mut work) = store::lock(conn, kind, slug).await? else { return Ok(None) };
    let mut tree = work.tree.clone();
    for Edit { path, file, base } in edits {
        let theirs = tree.get(&path).map(|file| file.sha256);
        let meant = file.as_ref().map(|file| file.sha256);
        let is_met = match base {
            None => true,
            Some(Base::Absent) => theirs.is_none(),
            Some(Base::File(sha256)) => theirs == Some(sha256),
        };
        if !is_met && theirs != meant {
            return Err(AuthoringError::Conflict { path, theirs });
        }
        match file {
            Some(file) => tree.put(&path, file).map_err(|_| AuthoringError::Path(path))?,
            None => tree.remove(&path),
        }
    }
    if tree != work.tree {
        work.head = append(conn, &work, (&tree, change), (by, now)).await?;
        work.tree = tree;
    }
    Ok(Some(work))
}

/// Makes `tree` the newest revision of a work that the caller locked by [`edit`] or reads for the first time.
async fn append(
    conn: &mut PgConnection,
    work: &Work,
    (tree, change): (&Tree, &str),
    (by, now): (Option<PersonId>, DateTime<Utc>),
) -> Result<RevisionId, sqlx::Error> {
    let revision = RevisionId::new(now);
    let number = store::next_number(conn, work.kind, &work.slug).await?;
    store::add_revision(conn, (work.kind, &work.slug), (revision, number), (tree, change), (by, now)).await?;
    store::set_head(conn, work.kind, &work.slug, revision).await?;
    Ok(revision)
}

/// Replaces all files of a work by `tree`, as a revision; nothing where they are equal.
pub async fn replace(
    conn: &mut PgConnection,
    (kind, slug): (Kind, &Slug),
    tree: &Tree,
    change: &str,
    (by, now): (Option<PersonId>, DateTime<Utc>),
) -> Result<bool, AuthoringError> {
    let Some(work) = store::lock(conn, kind, slug).await? else { return Ok(false) };
    if work.tree != *tree {
        append(conn, &work, (tree, change), (by, now)).await?;
    }
    Ok(true)
}

/// Keeps a text as a file, for an [`Edit`].
pub async fn keep(blobs: &Blobs, bytes: impl Into<bytes::Bytes>) -> Result<FileRef, StorageError> {
    let bytes = bytes.into();
    let size = bytes.len() as u64;
    Ok(FileRef { sha256: blobs.put(bytes).await?, bytes: size })
}

/// The text of a file of a work; `None` where there is no such file, or it is no text.
pub async fn text(blobs: &Blobs, tree: &Tree, path: &str) -> Result<Option<String>, StorageError> {
    let Some(file) = tree.get(path) else { return Ok(None) };
    let bytes = blobs.get(&file.sha256).await?;
    Ok(bytes.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok()))
}
