//! Importing archives: first a dry run that says what would become of each work, then the decision.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::archive::Found;
use super::tree::{Change, Tree};
use super::{AuthoringError, Kind, New, folder};
use crate::blobs::Blobs;
use crate::courses::staff::{self, StaffRole};
use crate::exercises::catalogue;
use crate::ids::{ImportId, PersonId, Slug};
use crate::messages::Fault;

mod store;

pub use store::find;

/// How long an uploaded archive waits for a decision.
pub const WAITS: TimeDelta = TimeDelta::days(1);

/// An uploaded archive that waits for a decision.
#[derive(Debug, Clone)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// The course that exercises are to belong to which come without one.
    pub course: Option<Slug>,
    /// What is in it.
    pub works: Vec<Entry>,
    /// Who uploaded it.
    pub by: Option<PersonId>,
    /// When it became revisions.
    pub applied_at: Option<DateTime<Utc>>,
}

/// One work of an archive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub slug: Slug,
    /// Its files.
    pub tree: Tree,
}

/// What would become of one work.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It would be begun, as a draft of this course.
    New {
        /// The course whose staff may change it.
        course: Slug,
    },
    /// It would get a revision with these changes.
    Changed {
        /// What differs, by path.
        changes: Vec<(String, Change)>,
    },
    /// It has these files already.
    Unchanged,
    /// It is content from files, or its course is somebody else's.
    NotYours,
    /// An exercise that belongs to no course of the archive, and none was named.
    NoCourse,
}

/// What would become of one work of an import.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The work.
    pub entry: Entry,
    /// What would become of it.
    pub outcome: Outcome,
}

impl Planned {
    /// Whether anything would be done.
    pub fn is_change(&self) -> bool {
        matches!(self.outcome, Outcome::New { .. } | Outcome::Changed { .. })
    }

    /// Whether it stands in the way of the whole import.
    pub fn is_refused(&self) -> bool {
        matches!(self.outcome, Outcome::NotYours | Outcome::NoCourse)
    }
}

/// Whoever imports: somebody with a role, or the command line, which may do everything.
#[derive(Debug, Clone, Copy)]
pub enum Importer<'a> {
    /// An instructor or administrator.
    Person(&'a crate::accounts::Person),
    /// The command line.
    Operator,
}

impl Importer<'_> {
    fn id(self) -> Option<PersonId> {
        match self {
            Self::Person(person) => Some(person.id),
            Self::Operator => None,
        }
    }

    /// Whether they may change what belongs to `course`.
    async fn may_author(self, conn: &mut PgConnection, course: &Slug) -> Result<bool, sqlx::Error> {
        match self {
            Self::Operator => Ok(true),
            Self::Person(person) => {
                Ok(staff::standing(conn, course, person).await?.is_some_and(|role| role >= StaffRole::Author))
            }
        }
    }
}

/// Keeps what was found in an archive until somebody decides.
pub async fn keep(
    conn: &mut PgConnection,
    found: Found,
    course: Option<Slug>,
    (by, now): (Option<PersonId>, DateTime<Utc>),
) -> Result<Import, sqlx::Error> {
    let works = found.into_iter().map(|((kind, slug), tree)| Entry { kind, slug, tree }).collect();
    let import = Import { id: ImportId::new(now), course, works, by, applied_at: None };
    store::forget_before(conn, now - WAITS).await?;
    store::insert(conn, &import, now).await?;
    Ok(import)
}

/// What would become of each work of an import, if it were applied now.
pub async fn plan(
    conn: &mut PgConnection,
    import: &Import,
    importer: Importer<'_>,
) -> Result<Vec<Planned>, AuthoringError> {
    let mut planned = Vec::new();
    for entry in &import.works {
        planned.push(Planned { entry: entry.clone(), outcome: outcome(conn, import, entry, importer).await? });
    }
    Ok(planned)
}

/// What is wrong with the files of each work, in their order: it can be imported as a draft, but not be published so.
pub async fn faults(
    conn: &mut PgConnection,
    blobs: &Blobs,
    import: &Import,
) -> Result<Vec<Vec<Fault>>, AuthoringError> {
    let mut known = catalogue::slugs(&mut *conn).await?;
    known.extend(import.works.iter().filter(|entry| entry.kind == Kind::Exercise).map(|entry| entry.slug.clone()));
    let mut all = Vec::new();
    for Entry { kind, slug, tree } in &import.works {
        let read = match kind {
            Kind::Exercise => folder::exercise(blobs, slug, tree).await.map(drop),
            Kind::Course => folder::course(blobs, (slug, tree), &known).await.map(drop),
        };
        all.push(match read {
            Ok(()) => Vec::new(),
            Err(AuthoringError::Faults(faults)) => faults,
            Err(error) => return Err(error),
        });
    }
    Ok(all)
}

async fn outcome(
    conn: &mut PgConnection,
    import: &Import,
    entry: &Entry,
    importer: Importer<'_>,
) -> Result<Outcome, AuthoringError> {
    if let Some(work) = super::find(&mut *conn, entry.kind, &entry.slug).await? {
        if !importer.may_author(conn, &work.course).await? {
            return Ok(Outcome::NotYours);
        }
        let changes = work.tree.changes(&entry.tree);
        let changes: Vec<_> = changes.into_iter().map(|(path, change)| (path.to_owned(), change)).collect();
        return Ok(if changes.is_empty() { Outcome::Unchanged } else { Outcome::Changed { changes } });
    }
    if super::store::is_taken(&mut *conn, entry.kind, &entry.slug).await? {
        return Ok(Outcome::NotYours);
    }
    let Some(course) = home(import, entry) else { return Ok(Outcome::NoCourse) };
    // A course that comes with the archive and is nobody's yet will be the importer's.
    let is_new = import.works.iter().any(|other| other.kind == Kind::Course && other.slug == course)
        && super::find(&mut *conn, Kind::Course, &course).await?.is_none();
    let may = is_new || importer.may_author(conn, &course).await?;
    Ok(if may { Outcome::New { course } } else { Outcome::NotYours })
}

/// The course that a new work would belong to: a course is its own; an exercise is of the one course in the archive, else
/// of the one that was named.
fn home(import: &Import, entry: &Entry) -> Option<Slug> {
    if entry.kind == Kind::Course {
        return Some(entry.slug.clone());
    }
    let mut courses = import.works.iter().filter(|other| other.kind == Kind::Course);
    match (courses.next(), courses.next()) {
        (Some(only), None) => Some(only.slug.clone()),
        _ => import.course.clone(),
    }
}

/// Makes drafts and revisions of what the plan says, in the caller's transaction; false where that was done before, by a
/// second click perhaps. Nothing is published.
pub async fn apply(
    conn: &mut PgConnection,
    import: &Import,
    planned: &[Planned],
    importer: Importer<'_>,
    now: DateTime<Utc>,
) -> Result<bool, AuthoringError> {
    if !store::applied(conn, import.id, now).await? {
        return Ok(false);
    }
    let by = importer.id();
    for Planned { entry, outcome } in planned {
        match outcome {
            Outcome::New { course } => {
                let new = New {
                    kind: entry.kind,
                    slug: entry.slug.clone(),
                    course: course.clone(),
                    tree: entry.tree.clone(),
                };
                super::create(conn, &new, "import", (by, now)).await?;
                if let (Kind::Course, Some(person)) = (entry.kind, by) {
                    staff::appoint(conn, &entry.slug, person, Some(StaffRole::Owner), (by, now)).await?;
                }
            }
            Outcome::Changed { .. } => {
                super::replace(conn, (entry.kind, &entry.slug), &entry.tree, "import", (by, now)).await?;
            }
            Outcome::Unchanged | Outcome::NotYours | Outcome::NoCourse => {}
        }
    }
    Ok(true)
}
