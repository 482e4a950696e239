//! What a class, or everybody in a course, is told: on the course's page and the first page, until put away.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use super::{CohortError, Doing};
use crate::audit::{self, Entry};
use crate::ids::{AnnouncementId, CohortId, PersonId, Slug};
use crate::messages::{Bilingual, Lang};

mod store;

pub use store::{Reader, dismiss, find, for_person, of_course, readers};

/// Longest text in characters.
pub const LONGEST: usize = 4_000;

/// An announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Its id.
    pub id: AnnouncementId,
    /// The course.
    pub course: Slug,
    /// The class; `None` for everybody who takes the course.
    pub cohort: Option<CohortId>,
    /// Its text; one side may be empty, never both.
    pub text: Bilingual,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Until when it is shown.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl Announcement {
    /// The text in a language, else in the other, with the language that it is in.
    pub fn text(&self, lang: Lang) -> (Lang, &str) {
        let other = if lang == Lang::En { Lang::ZhCn } else { Lang::En };
        let wanted = self.text.get(lang);
        if wanted.is_empty() { (other, self.text.get(other)) } else { (lang, wanted) }
    }

    /// Whether it is still shown.
    pub fn is_shown(&self, now: DateTime<Utc>) -> bool {
        self.withdrawn_at.is_none() && self.expires_at.is_none_or(|expires| now < expires)
    }
}

/// Tells a class, or everybody in the course, something.
pub async fn make(
    conn: &mut PgConnection,
    course: &Slug,
    cohort: Option<CohortId>,
    (text, expires_at): (&Bilingual, Option<DateTime<Utc>>),
    (by, now): Doing,
) -> Result<AnnouncementId, CohortError> {
    let id = AnnouncementId::new(now);
    store::insert(conn, id, (course, cohort), (text, expires_at), (by, now)).await?;
    let facts = json!({ "course": course, "cohort": cohort, "before": null, "after": text, "expires": expires_at });
    record(conn, id, "announcement.make", facts, by, now).await?;
    Ok(id)
}

/// Changes an announcement; who had put it away sees it again.
pub async fn change(
    conn: &mut PgConnection,
    announcement: &Announcement,
    (text, expires_at): (&Bilingual, Option<DateTime<Utc>>),
    (by, now): Doing,
) -> Result<(), CohortError> {
    store::update(conn, announcement.id, (text, expires_at), now).await?;
    let facts = json!({ "before": announcement.text, "after": text, "expires": expires_at });
    record(conn, announcement.id, "announcement.change", facts, by, now).await
}

/// Takes an announcement back.
pub async fn withdraw(
    conn: &mut PgConnection,
    announcement: &Announcement,
    (by, now): Doing,
) -> Result<(), CohortError> {
    store::withdraw(conn, announcement.id, now).await?;
    let facts = json!({ "before": announcement.text, "after": null });
    record(conn, announcement.id, "announcement.withdraw", facts, by, now).await
}

async fn record(
    conn: &mut PgConnection,
    id: AnnouncementId,
    action: &str,
    detail: serde_json::Value,
    by: PersonId,
    now: DateTime<Utc>,
) -> Result<(), CohortError> {
    audit::record(conn, Entry { actor: Some(by), action, object: &id.to_string(), detail }, now).await?;
    Ok(())
}
