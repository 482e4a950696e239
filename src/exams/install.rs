//! Bringing loaded exams into the database, where every web server reads them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Authored, Exam, bank_of, store};
use crate::blobs::Sha256;
use crate::courses::{self, Origin};
use crate::ids::Slug;
use crate::items;
use crate::messages::Bilingual;

/// Puts `exams` on offer and withdraws all others, in the caller's transaction, which also loads the courses.
pub async fn install(conn: &mut PgConnection, exams: &[Authored], now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    for authored in exams {
        if !install_one(conn, authored, Origin::Files, now).await? {
            let slug = &authored.exam.slug;
            tracing::warn!(%slug, "an exam of this name was authored in the browser; the one in files is left out");
        }
    }
    let kept: Vec<String> = exams.iter().map(|authored| authored.exam.slug.to_string()).collect();
    store::withdraw_others(conn, None, &kept, now).await
}

/// Makes `exams` those of one course that was authored in the browser; the slug of one whose name another course uses.
pub async fn publish(
    conn: &mut PgConnection,
    course: &Slug,
    exams: &[Authored],
    now: DateTime<Utc>,
) -> Result<Result<(), Slug>, sqlx::Error> {
    for authored in exams {
        let slug = &authored.exam.slug;
        let other = store::course_of(&mut *conn, slug).await?.filter(|found| found != course);
        if other.is_some() || !install_one(conn, authored, Origin::Browser, now).await? {
            return Ok(Err(slug.clone()));
        }
    }
    let kept: Vec<String> = exams.iter().map(|authored| authored.exam.slug.to_string()).collect();
    store::withdraw_others(conn, Some(course), &kept, now).await?;
    Ok(Ok(()))
}

/// Puts one exam on offer; false where one of another origin has its name.
async fn install_one(
    conn: &mut PgConnection,
    authored: &Authored,
    origin: Origin,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let encoded = |error| sqlx::Error::Encode(Box::new(error));
    let bytes = serde_json_canonicalizer::to_vec(&what_counts(&authored.exam)).map_err(encoded)?;
    if !store::put(conn, authored, &Sha256::of(&bytes), origin, now).await? {
        return Ok(false);
    }
    for (name, items) in &authored.banks {
        items::replace_bank(conn, &bank_of(&authored.exam.slug, name), items, now).await?;
        courses::draw_items(conn, items, now).await?;
    }
    Ok(true)
}

/// What a result depends on, and so the version: all but the summary, in which a typo may be mended.
fn what_counts(exam: &Exam) -> Exam {
    Exam { summary: Bilingual { en: String::new(), zh: String::new() }, ..exam.clone() }
}
