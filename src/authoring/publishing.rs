//! Putting a revision of a work on offer, now or at a time that was set.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::exercise::data;
use super::folder::{self, CourseContent};
use super::{AuthoringError, Kind, Work, store, trials};
use crate::blobs::Blobs;
use crate::exercises::intake::Severity;
use crate::exercises::manifest::{DataFile, Sealed};
use crate::exercises::{Exercise, catalogue, private};
use crate::ids::Slug;
use crate::queue;
use crate::{courses, exams};

/// Puts the newest revision of a work on offer, in the caller's transaction; `None` where there is no such work.
pub async fn publish(
    conn: &mut PgConnection,
    blobs: &Blobs,
    (kind, slug): (Kind, &Slug),
    now: DateTime<Utc>,
) -> Result<Option<Work>, AuthoringError> {
    let Some(work) = store::lock(conn, kind, slug).await? else { return Ok(None) };
    match kind {
        Kind::Exercise => publish_exercise(conn, blobs, &work, now).await?,
        Kind::Course => publish_course(conn, blobs, &work, now).await?,
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
    let found = data::findings(conn, blobs, (&work.slug, &exercise.manifest), &private).await?;
    if found.iter().any(|finding| finding.severity == Severity::Fault) {
        return Err(AuthoringError::Data);
    }
    if !trials::standing(&mut *conn, work, &exercise).await?.is_proven() {
        return Err(AuthoringError::Untried);
    }
    if !catalogue::publish(conn, blobs, &exercise, &work.course, now).await? {
        return Err(AuthoringError::SlugTaken(work.slug.clone()));
    }
    publish_private(conn, blobs, (&exercise, &private), now).await
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

async fn publish_course(
    conn: &mut PgConnection,
    blobs: &Blobs,
    work: &Work,
    now: DateTime<Utc>,
) -> Result<(), AuthoringError> {
    let known = catalogue::slugs(&mut *conn).await?;
    let CourseContent { course, exams } = folder::course(blobs, (&work.slug, &work.tree), &known).await?;
    let taken = |slug: &Slug| AuthoringError::SlugTaken(slug.clone());
    courses::publish(conn, &course, now).await?.ok_or_else(|| taken(&work.slug))?;
    exams::publish(conn, &work.slug, &exams, now).await?.map_err(|slug| taken(&slug))
}

/// Has the newest revision at that time published then; `None` takes the time back.
pub async fn schedule(
    conn: &mut PgConnection,
    (kind, slug): (Kind, &Slug),
    at: Option<DateTime<Utc>>,
) -> Result<(), AuthoringError> {
    store::schedule(conn, (kind, slug), at).await?;
    if let Some(at) = at {
        queue::enqueue_publication(conn, (kind.name(), slug), at).await?;
    }
    Ok(())
}

/// Publishes a work whose time has come; what stands in the way is noted for its authors.
pub async fn publish_if_due(
    conn: &mut PgConnection,
    blobs: &Blobs,
    (kind, slug): (Kind, &Slug),
    now: DateTime<Utc>,
) -> Result<(), AuthoringError> {
    let Some(work) = store::find(&mut *conn, kind, slug).await? else { return Ok(()) };
    if work.publish_at.is_none_or(|at| at > now) {
        return Ok(());
    }
    match publish(conn, blobs, (kind, slug), now).await {
        Ok(_) => Ok(()),
        Err(error) => match error.told() {
            Some(told) => Ok(store::published(conn, (kind, slug), Err(&told), now).await?),
            None => Err(error),
        },
    }
}
