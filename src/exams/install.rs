//! Bringing loaded exams into the database, where every web server reads them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Authored, Exam, bank_of, store};
use crate::blobs::Sha256;
use crate::courses;
use crate::items;
use crate::messages::Bilingual;

/// Puts `exams` on offer and withdraws all others, in the caller's transaction, which also loads the courses.
pub async fn install(conn: &mut PgConnection, exams: &[Authored], now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    for authored in exams {
        let encoded = |error| sqlx::Error::Encode(Box::new(error));
        let bytes = serde_json_canonicalizer::to_vec(&what_counts(&authored.exam)).map_err(encoded)?;
        store::put(conn, authored, &Sha256::of(&bytes), now).await?;
        for (name, items) in &authored.banks {
            items::replace_bank(conn, &bank_of(&authored.exam.slug, name), items, now).await?;
            courses::draw_items(conn, items, now).await?;
        }
    }
    let kept: Vec<String> = exams.iter().map(|authored| authored.exam.slug.to_string()).collect();
    store::withdraw_others(conn, &kept, now).await
}

/// What a result depends on, and so the version: all but the summary, in which a typo may be mended.
fn what_counts(exam: &Exam) -> Exam {
    Exam { summary: Bilingual { en: String::new(), zh: String::new() }, ..exam.clone() }
}
