//! Who may do what with a course, its exercises and its exams: asked by every page of the teaching side.

use super::visit::{Instructor, Require};
use super::{State, WebError};
use crate::accounts::{Person, Role};
use crate::authoring;
use crate::courses::staff::{self, StaffRole};
use crate::exams;
use crate::ids::Slug;

/// What this instructor may do on a course, if it is at least `least`. A course they have no part in is not found.
pub(super) async fn on_course(
    state: &State,
    who: &Require<Instructor>,
    course: &Slug,
    least: StaffRole,
) -> Result<StaffRole, WebError> {
    let role = staff::standing(&state.pool, course, &who.person).await?.ok_or(WebError::NotFound)?;
    if role < least { Err(WebError::Forbidden) } else { Ok(role) }
}

/// What somebody may do on an exercise: what they may on its course, also while it is a draft; every instructor has a
/// part in one from files.
pub(super) async fn standing_on_exercise(
    state: &State,
    person: &Person,
    exercise: &Slug,
) -> Result<Option<StaffRole>, WebError> {
    let course = authoring::course_of_exercise(&mut *state.pool.acquire().await?, exercise).await?;
    Ok(match course {
        Some(course) => staff::standing(&state.pool, &course, person).await?,
        None => Some(StaffRole::Owner).filter(|_| person.role >= Role::Instructor),
    })
}

/// What this instructor may do on an exercise, if it is at least `least`.
pub(super) async fn on_exercise(
    state: &State,
    who: &Require<Instructor>,
    exercise: &Slug,
    least: StaffRole,
) -> Result<StaffRole, WebError> {
    let role = standing_on_exercise(state, &who.person, exercise).await?.ok_or(WebError::NotFound)?;
    if role < least { Err(WebError::Forbidden) } else { Ok(role) }
}

/// An exam on offer, for somebody who may do this much on its course.
pub(super) async fn on_exam(
    state: &State,
    who: &Require<Instructor>,
    exam: &str,
    least: StaffRole,
) -> Result<exams::Offer, WebError> {
    let offer = super::exams::offer(state, exam).await?;
    on_course(state, who, &offer.course, least).await?;
    Ok(offer)
}
