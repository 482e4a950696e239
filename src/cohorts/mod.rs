//! Classes of a course: who takes it with whom, what is due when, and what they are told.
//!
//! A learner is in one class of a course at most. People come in by a list, which also keeps a place for addresses that
//! nobody has an account with yet, or by a code that they were given.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use rand::TryRng as _;
use rand::rngs::SysRng;
use serde_json::json;
use sqlx::PgConnection;

use crate::audit::{self, Entry};
use crate::courses;
use crate::db;
use crate::ids::{CohortId, PersonId, Slug};

pub mod announcements;
pub mod due;
pub mod roster;
mod store;

pub use store::{Member, Membership, by_code, find, invited, members, membership, of_course};

/// A class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cohort {
    /// Its id.
    pub id: CohortId,
    /// The course.
    pub course: Slug,
    /// What its staff may change.
    pub plan: Plan,
    /// Whoever has it may join; `None` while joining by code is closed.
    pub code: Option<String>,
    /// People in it.
    pub members: i64,
    /// Addresses that have a place in it and no account yet.
    pub invited: i64,
}

/// What the staff of a class may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Its name, once in a course.
    pub name: String,
    /// The zone that its due dates are given in.
    pub zone: Tz,
    /// First day.
    pub starts_on: Option<NaiveDate>,
    /// Last day; nobody joins by code afterwards.
    pub ends_on: Option<NaiveDate>,
}

impl Plan {
    fn facts(&self) -> serde_json::Value {
        json!({ "name": self.name, "zone": self.zone.name(), "starts": self.starts_on, "ends": self.ends_on })
    }
}

impl Cohort {
    /// Whether its last day is over.
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.plan.ends_on.is_some_and(|last| now.with_timezone(&self.plan.zone).date_naive() > last)
    }
}

/// Something in a course that is done by a date and counts for a grade.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ItemKey {
    /// The quiz of a module.
    Quiz(Slug),
    /// An exercise.
    Exercise(Slug),
    /// An exam.
    Exam(Slug),
}

impl ItemKey {
    /// Its name within its kind.
    pub fn slug(&self) -> &Slug {
        match self {
            Self::Quiz(slug) | Self::Exercise(slug) | Self::Exam(slug) => slug,
        }
    }
}

impl fmt::Display for ItemKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quiz(slug) => write!(f, "quiz:{slug}"),
            Self::Exercise(slug) => write!(f, "exercise:{slug}"),
            Self::Exam(slug) => write!(f, "exam:{slug}"),
        }
    }
}

/// A text that should have named an item.
#[derive(Debug, thiserror::Error)]
#[error("not an item: write it like quiz:module")]
pub struct InvalidItem;

impl FromStr for ItemKey {
    type Err = InvalidItem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, slug) = text.split_once(':').ok_or(InvalidItem)?;
        let slug: Slug = slug.parse().map_err(|_| InvalidItem)?;
        match kind {
            "quiz" => Ok(Self::Quiz(slug)),
            "exercise" => Ok(Self::Exercise(slug)),
            "exam" => Ok(Self::Exam(slug)),
            _ => Err(InvalidItem),
        }
    }
}

/// Why a change to a class was not made.
#[derive(Debug, thiserror::Error)]
pub enum CohortError {
    /// Another class of the course has this name.
    #[error("another class of the course has this name")]
    NameTaken,
    /// The person is not in the class.
    #[error("nobody like that is in the class")]
    NotMember,
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system: {0}")]
    Randomness(#[from] rand::rngs::SysError),
    /// PostgreSQL refused.
    #[error(transparent)]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for CohortError {
    fn from(error: sqlx::Error) -> Self {
        match db::violated_constraint(&error) {
            Some("cohorts_name_key") => Self::NameTaken,
            _ => Self::Database(error),
        }
    }
}

/// Who does something, and when.
pub type Doing = (PersonId, DateTime<Utc>);

/// Makes a class, joining by code still closed.
pub async fn create(
    conn: &mut PgConnection,
    course: &Slug,
    plan: &Plan,
    (by, now): Doing,
) -> Result<CohortId, CohortError> {
    let id = CohortId::new(now);
    store::insert(conn, id, course, plan, (by, now)).await?;
    record(conn, id, "cohort.create", json!({ "course": course, "after": plan.facts() }), (by, now)).await?;
    Ok(id)
}

/// Changes name, zone and days of a class.
pub async fn change(conn: &mut PgConnection, cohort: &Cohort, plan: &Plan, doing: Doing) -> Result<(), CohortError> {
    store::update(conn, cohort.id, plan).await?;
    let facts = json!({ "before": cohort.plan.facts(), "after": plan.facts() });
    record(conn, cohort.id, "cohort.change", facts, doing).await
}

/// Symbols of join codes: Crockford's base 32, so that nothing is mistaken for something else.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Opens joining with a new code, the old one no longer working; or closes it.
pub async fn set_code(
    conn: &mut PgConnection,
    cohort: &Cohort,
    is_open: bool,
    doing: Doing,
) -> Result<(), CohortError> {
    let code = if is_open { Some(random_code()?) } else { None };
    store::set_code(conn, cohort.id, code.as_deref()).await?;
    // The code is a way in: the log says that it changed, not what it is.
    let facts =
        json!({ "before": cohort.code.is_some(), "after": is_open, "renewed": is_open && cohort.code.is_some() });
    record(conn, cohort.id, "cohort.code", facts, doing).await
}

/// Ten symbols, 50 random bits.
fn random_code() -> Result<String, rand::rngs::SysError> {
    let mut bytes = [0_u8; 10];
    SysRng.try_fill_bytes(&mut bytes)?;
    let symbol = |byte: &u8| SYMBOLS.get(usize::from(byte & 31)).copied().map_or('0', char::from);
    Ok(bytes.iter().map(symbol).collect())
}

/// A code as it is kept, from what somebody typed: without spaces and hyphens, capitals, look-alikes told apart.
pub fn tidy_code(typed: &str) -> String {
    let kept = typed.chars().filter(char::is_ascii_alphanumeric).take(32);
    kept.map(|c| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    })
    .collect()
}

/// How joining by a code ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Joined {
    /// They are in the class, since now or before.
    In,
    /// They are in another class of the course, called so, and stay there: due dates are not chosen by changing class.
    InAnother(String),
}

/// Joins a class by its code.
pub async fn join(
    conn: &mut PgConnection,
    cohort: &Cohort,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<Joined, CohortError> {
    courses::enrol(conn, person, &cohort.course, now).await?;
    store::add(conn, cohort, &[(person, String::new())], now).await?;
    store::drop_invitation_of(conn, cohort.id, person).await?;
    let found = membership(&mut *conn, person, &cohort.course).await?;
    Ok(match found {
        Some(found) if found.cohort != cohort.id => Joined::InAnother(found.name),
        Some(_) | None => Joined::In,
    })
}

/// Gives somebody the places that were kept for their address; returns how many there were. Cheap where there are none.
pub async fn claim(conn: &mut PgConnection, person: PersonId, now: DateTime<Utc>) -> Result<usize, CohortError> {
    let waiting = store::invitations_of(conn, person).await?;
    for (cohort, external_id) in &waiting {
        if let Some(cohort) = find(&mut *conn, *cohort).await? {
            courses::enrol(conn, person, &cohort.course, now).await?;
            store::add(conn, &cohort, &[(person, external_id.clone())], now).await?;
            store::drop_invitation_of(conn, cohort.id, person).await?;
        }
    }
    Ok(waiting.len())
}

/// Takes somebody out of their class; they keep the course and what they have done in it.
pub async fn remove(
    conn: &mut PgConnection,
    cohort: &Cohort,
    person: PersonId,
    doing: Doing,
) -> Result<(), CohortError> {
    if !store::remove(conn, cohort.id, person).await? {
        return Err(CohortError::NotMember);
    }
    record(conn, cohort.id, "cohort.remove", json!({ "before": person, "after": null }), doing).await
}

/// Gives up the place that was kept for an address.
pub async fn uninvite(conn: &mut PgConnection, cohort: &Cohort, email: &str, doing: Doing) -> Result<(), CohortError> {
    if !store::uninvite(conn, cohort.id, email).await? {
        return Err(CohortError::NotMember);
    }
    // The log is for good and holds no addresses.
    record(conn, cohort.id, "cohort.uninvite", json!({ "before": 1, "after": 0 }), doing).await
}

/// Moves somebody to another class of the same course.
pub async fn move_to(
    conn: &mut PgConnection,
    (from, to): (&Cohort, &Cohort),
    person: PersonId,
    doing: Doing,
) -> Result<(), CohortError> {
    if from.course != to.course || !store::move_to(conn, (from.id, to.id), person).await? {
        return Err(CohortError::NotMember);
    }
    record(conn, to.id, "cohort.move", json!({ "person": person, "before": from.id, "after": to.id }), doing).await
}

/// Removes what a class knows of somebody whose account is deleted.
pub async fn forget(conn: &mut PgConnection, person: PersonId) -> Result<(), sqlx::Error> {
    store::forget(conn, person).await
}

async fn record(
    conn: &mut PgConnection,
    cohort: CohortId,
    action: &str,
    detail: serde_json::Value,
    (by, now): Doing,
) -> Result<(), CohortError> {
    let object = cohort.to_string();
    audit::record(conn, Entry { actor: Some(by), action, object: &object, detail }, now).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        assert_eq!(tidy_code(" abcd-o1il 9\0"), "ABCD01119");
        let code = random_code().unwrap();
        assert_eq!((code.len(), tidy_code(&code)), (10, code.clone()));
        assert_ne!(code, random_code().unwrap());
    }

    #[test]
    fn items_are_named_by_kind_and_slug() {
        for name in ["quiz:basics", "exercise:mnist-digits", "exam:digits"] {
            assert_eq!(name.parse::<ItemKey>().unwrap().to_string(), name);
        }
        for wrong in ["", "basics", "lesson:basics", "quiz:", "quiz:A B"] {
            assert!(wrong.parse::<ItemKey>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_class_is_over_after_its_last_day_in_its_own_zone() {
        let plan = Plan {
            name: "Autumn".to_owned(),
            zone: Tz::Asia__Shanghai,
            starts_on: None,
            ends_on: NaiveDate::from_ymd_opt(2026, 12, 31),
        };
        let now = "2026-12-31T15:59:59Z".parse().unwrap();
        let course = "a-course".parse().unwrap();
        let cohort = Cohort { id: CohortId::new(now), course, plan, code: None, members: 0, invited: 0 };
        assert!(!cohort.is_over(now));
        assert!(cohort.is_over("2026-12-31T16:00:00Z".parse().unwrap()));
    }
}
