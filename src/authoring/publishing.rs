//! Putting a revision of a work on offer, now or at a time that was set.

use std::path::Path;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::exercise::data;
use super::folder::{self, CourseContent};
use super::{AuthoringError, Kind, Work, store, trials};
use crate::accounts::{self, Role};
use crate::blobs::Blobs;
use crate::courses::staff;
use crate::exercises::intake::Severity;
use crate::exercises::manifest::{DataFile, Sealed};
use crate::exercises::{Exercise, catalogue, private};
use crate::ids::{PersonId, Slug};
use crate::messages::{Fault, fault, said};
use crate::queue;
use crate::{courses, exams, submissions};

/// In whose name something is published, and what they are.
type Publisher = (PersonId, Role);

/// Puts the newest revision of a work on offer, in the caller's transaction and the name of `by`; `None` where there is no
/// such work.
pub async fn publish(
    conn: &mut PgConnection,
    blobs: &Blobs,
    (kind, slug): (Kind, &Slug),
    (by, now): (Option<Publisher>, DateTime<Utc>),
) -> Result<Option<Work>, AuthoringError> {
    let Some(work) = store::lock(conn, kind, slug).await? else { return Ok(None) };
    match kind {
        Kind::Exercise => publish_exercise(conn, blobs, &work, now).await?,
        Kind::Course => publish_course(conn, blobs, &work, (by, now)).await?,
    }
    store::published(conn, (kind, slug), Ok(work.head), now).await?;
    Ok(Some(work))
}

async fn publish_exercise(
    conn: &mut PgConnection,
    blobs: &Blobs,
    work: &Work,
    now: DateTime<Utc>,
) -> Result<(), AuthoringError> {
    let exercise = folder::exercise(blobs, &work.slug, &work.tree).await?;
    let private = store::private_files(&mut *conn, &work.slug).await?;
    proven(conn, blobs, (work, &exercise), &private).await?;
    if !catalogue::publish(conn, blobs, &exercise, &work.course, now).await? {
        return Err(AuthoringError::SlugTaken(work.slug.clone()));
    }
    publish_private(conn, blobs, (&exercise, &private), now).await
}

/// Whether the reference solutions of a draft came out as expected here, on data without faults.
async fn proven(
    conn: &mut PgConnection,
    blobs: &Blobs,
    (work, exercise): (&Work, &Exercise),
    private: &[DataFile],
) -> Result<(), AuthoringError> {
    let found = data::findings(conn, blobs, (&work.slug, &work.tree, &exercise.manifest), private).await?;
    if found.iter().any(|finding| finding.severity == Severity::Fault) {
        return Err(AuthoringError::Data);
    }
    if !trials::standing(conn, work, exercise).await?.is_proven() {
        return Err(AuthoringError::Untried);
    }
    Ok(())
}

/// Whether results under a version may stand: it was on offer, or it is what the draft is now and would be published.
pub async fn is_trusted(
    conn: &mut PgConnection,
    blobs: &Blobs,
    (exercise, version): (&Slug, &str),
) -> Result<bool, AuthoringError> {
    if submissions::met(&mut *conn, exercise, version).await? {
        return Ok(true);
    }
    let Some(work) = store::find(&mut *conn, Kind::Exercise, exercise).await? else { return Ok(false) };
    let draft = match folder::exercise(blobs, &work.slug, &work.tree).await {
        Ok(draft) if draft.version == version => draft,
        Ok(_) | Err(AuthoringError::Faults(_)) => return Ok(false),
        Err(error) => return Err(error),
    };
    let private = store::private_files(&mut *conn, &work.slug).await?;
    match proven(conn, blobs, (&work, &draft), &private).await {
        Ok(()) => Ok(true),
        Err(AuthoringError::Data | AuthoringError::Untried) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Private samples that were uploaded with the draft become those of the exercise.
async fn publish_private(
    conn: &mut PgConnection,
    blobs: &Blobs,
    (exercise, files): (&Exercise, &[DataFile]),
    now: DateTime<Utc>,
) -> Result<(), AuthoringError> {
    let Some(Sealed::Private { .. }) = exercise.manifest.sealed else { return Ok(()) };
    if files.is_empty() {
        return Ok(());
    }
    let set = private::active(blobs, &exercise.manifest, (exercise.slug.clone(), files.to_vec())).await?;
    private::put(conn, &exercise.slug, files, set.data.truth.len(), now).await?;
    Ok(())
}

/// A course as `by` may publish it, or everything that stands in the way.
pub async fn course(
    conn: &mut PgConnection,
    blobs: &Blobs,
    work: &Work,
    by: Option<Publisher>,
) -> Result<CourseContent, AuthoringError> {
    let known = catalogue::slugs(&mut *conn).await?;
    let content = folder::course(blobs, (&work.slug, &work.tree), &known).await?;
    let rule = content.course.course.certificate.as_ref();
    let foreign = foreign(conn, &work.slug, rule.map_or(&[], |rule| &rule.exercises), by).await?;
    let told = |exercise| {
        let said = said!("fault-certificate-foreign", exercise = exercise);
        Fault::new(Path::new(Kind::Course.main_file()), said).at(fault::field("certificate"))
    };
    if foreign.is_empty() { Ok(content) } else { Err(AuthoringError::Faults(foreign.into_iter().map(told).collect())) }
}

/// Those of `exercises` that belong to another course in which `by` has no part: naming them would show their results.
async fn foreign<'a>(
    conn: &mut PgConnection,
    course: &Slug,
    exercises: &'a [Slug],
    by: Option<Publisher>,
) -> Result<Vec<&'a Slug>, sqlx::Error> {
    let mut foreign = Vec::new();
    for exercise in exercises {
        let home = super::course_of_exercise(conn, exercise).await?;
        let Some(home) = home.filter(|home| home != course) else { continue };
        let standing = match by {
            Some(by) => staff::standing_of(&mut *conn, &home, by).await?,
            None => None,
        };
        if standing.is_none() {
            foreign.push(exercise);
        }
    }
    Ok(foreign)
}

async fn publish_course(
    conn: &mut PgConnection,
    blobs: &Blobs,
    work: &Work,
    (by, now): (Option<Publisher>, DateTime<Utc>),
) -> Result<(), AuthoringError> {
    let CourseContent { course, exams } = course(conn, blobs, work, by).await?;
    let taken = |slug: &Slug| AuthoringError::SlugTaken(slug.clone());
    courses::publish(conn, &course, now).await?.ok_or_else(|| taken(&work.slug))?;
    exams::publish(conn, &work.slug, &exams, now).await?.map_err(|slug| taken(&slug))
}

/// Has the newest revision at that time published then, in the name of `by`; `None` takes the time back.
pub async fn schedule(
    conn: &mut PgConnection,
    (kind, slug): (Kind, &Slug),
    (by, at): (PersonId, Option<DateTime<Utc>>),
) -> Result<(), AuthoringError> {
    store::schedule(conn, (kind, slug), at).await?;
    if let Some(at) = at {
        queue::enqueue_publication(conn, (kind.name(), slug), (by, at)).await?;
    }
    Ok(())
}

/// Publishes a work whose time has come, in the name of whoever set it; what stands in the way is noted for its authors.
pub async fn publish_if_due(
    conn: &mut PgConnection,
    blobs: &Blobs,
    (kind, slug): (Kind, &Slug),
    (by, now): (Option<PersonId>, DateTime<Utc>),
) -> Result<(), AuthoringError> {
    let Some(work) = store::find(&mut *conn, kind, slug).await? else { return Ok(()) };
    if work.publish_at.is_none_or(|at| at > now) {
        return Ok(());
    }
    let by = match by {
        Some(by) => accounts::person(&mut *conn, by).await?.filter(|account| account.suspended_at.is_none()),
        None => None,
    };
    let by = by.map(|account| (account.id, account.role));
    match publish(conn, blobs, (kind, slug), (by, now)).await {
        Ok(_) => Ok(()),
        Err(error) => match error.told() {
            Some(told) => Ok(store::published(conn, (kind, slug), Err(&told), now).await?),
            None => Err(error),
        },
    }
}
