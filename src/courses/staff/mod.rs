//! Who teaches a course: instructors with a role on it.
//!
//! A course on which nobody was appointed is open to every instructor; with the first appointment it is its staff's
//! alone. Administrators may do everything on every course.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgExecutor};

use crate::accounts::{Person, Role};
use crate::ids::{PersonId, Slug};

mod store;

pub use store::{courses_of, of_course};

/// What an instructor may do on a course; each role includes the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "TEXT", rename_all = "lowercase")]
pub enum StaffRole {
    /// Reads content, class and results.
    Viewer,
    /// Also grades, examines, and answers the class.
    Grader,
    /// Also changes and publishes content.
    Author,
    /// Also appoints staff and withdraws certificates.
    Owner,
}

impl StaffRole {
    /// Every role, the least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Grader, Self::Author, Self::Owner];

    /// Its name in forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Grader => "grader",
            Self::Author => "author",
            Self::Owner => "owner",
        }
    }

    /// The role called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Key of its name for readers.
    pub fn key(self) -> &'static str {
        match self {
            Self::Viewer => "staff-viewer",
            Self::Grader => "staff-grader",
            Self::Author => "staff-author",
            Self::Owner => "staff-owner",
        }
    }
}

/// One member of a course's staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The instructor.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they may do.
    pub role: StaffRole,
}

/// Why somebody was not appointed or dismissed.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// A course keeps at least one owner.
    #[error("a course needs an owner")]
    LastOwner,
    /// PostgreSQL refused.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// What `person` may do on `course`; `None` if nothing.
pub async fn standing(
    executor: impl PgExecutor<'_>,
    course: &Slug,
    person: &Person,
) -> Result<Option<StaffRole>, sqlx::Error> {
    standing_of(executor, course, (person.id, person.role)).await
}

/// The same for somebody who is not signed in.
pub async fn standing_of(
    executor: impl PgExecutor<'_>,
    course: &Slug,
    (person, role): (PersonId, Role),
) -> Result<Option<StaffRole>, sqlx::Error> {
    match role {
        Role::Learner => Ok(None),
        Role::Admin => Ok(Some(StaffRole::Owner)),
        Role::Instructor => {
            let (role, has_staff) = store::role(executor, course, person).await?;
            Ok(if has_staff { role } else { Some(StaffRole::Owner) })
        }
    }
}

/// Gives `person` a role on the course, or another one; `None` dismisses them. Returns the role they had.
pub async fn appoint(
    conn: &mut PgConnection,
    course: &Slug,
    person: PersonId,
    role: Option<StaffRole>,
    (by, now): (Option<PersonId>, DateTime<Utc>),
) -> Result<Option<StaffRole>, StaffError> {
    let owners = store::lock_owners(conn, course).await?;
    let (before, has_staff) = store::role(&mut *conn, course, person).await?;
    let is_last = owners == [person] || !has_staff;
    if is_last && role != Some(StaffRole::Owner) {
        return Err(StaffError::LastOwner);
    }
    store::put(conn, course, person, role, (by, now)).await?;
    Ok(before)
}
