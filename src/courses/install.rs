//! Bringing loaded courses into the database, where every web server reads them.

use std::io;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use tokio::task::spawn_blocking;

use super::markdown::Rendered;
use super::{Authored, Origin, bank_of, markdown, store};
use crate::blobs::Sha256;
use crate::ids::Slug;
use crate::items::{self, ItemVersion};
use crate::messages::Lang;

/// A course that was brought into the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// The course.
    pub slug: Slug,
    /// Its version.
    pub version: Sha256,
    /// Whether this version was not known before.
    pub is_new: bool,
}

/// Puts `courses` on offer and withdraws all others, in the caller's transaction and under a lock that other loading
/// processes wait for. Earlier versions of courses and questions stay as they were.
pub async fn install(
    conn: &mut PgConnection,
    courses: &[Authored],
    now: DateTime<Utc>,
) -> Result<Vec<Installed>, sqlx::Error> {
    store::lock_loading(conn).await?;
    let mut installed = Vec::new();
    for authored in courses {
        let slug = &authored.course.slug;
        match install_one(conn, authored, Origin::Files, now).await? {
            Some(done) => installed.push(done),
            None => {
                tracing::warn!(%slug, "a course of this name was authored in the browser; the one in files is left out");
            }
        }
    }
    let kept: Vec<String> = courses.iter().map(|authored| authored.course.slug.to_string()).collect();
    store::withdraw_others(conn, &kept, now).await?;
    Ok(installed)
}

/// Puts one course on offer that was authored in the browser; `None` where one from files has its name.
pub async fn publish(
    conn: &mut PgConnection,
    authored: &Authored,
    now: DateTime<Utc>,
) -> Result<Option<Installed>, sqlx::Error> {
    store::lock_loading(conn).await?;
    install_one(conn, authored, Origin::Browser, now).await
}

async fn install_one(
    conn: &mut PgConnection,
    authored: &Authored,
    origin: Origin,
    now: DateTime<Utc>,
) -> Result<Option<Installed>, sqlx::Error> {
    let definition = authored.course.definition();
    let (version, definition) = canonical(&definition).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let slug = &authored.course.slug;
    let is_new = store::put_version(conn, slug, &version, &definition, now).await?;
    if !store::offer(conn, authored, &version, origin, now).await? {
        return Ok(None);
    }
    store::replace_lessons(conn, slug, &authored.lessons, now).await?;
    for bank in &authored.banks {
        items::replace_bank(conn, &bank_of(slug, &bank.module), &bank.items, now).await?;
    }
    draw(conn, authored, now).await?;
    Ok(Some(Installed { slug: slug.clone(), version, is_new }))
}

/// The digest of a definition in canonical form (RFC 8785), and the definition as JSON.
fn canonical(definition: &super::Definition<'_>) -> Result<(Sha256, serde_json::Value), serde_json::Error> {
    let bytes = serde_json_canonicalizer::to_vec(definition)?;
    Ok((Sha256::of(&bytes), serde_json::from_slice(&bytes)?))
}

/// Keeps the drawings of every text of the course.
async fn draw(conn: &mut PgConnection, authored: &Authored, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    for lesson in &authored.lessons {
        let rendered = rendered(&lesson.source, lesson.lang).await?;
        store::put_diagrams(conn, &rendered.diagrams, now).await?;
    }
    for bank in &authored.banks {
        draw_items(conn, &bank.items, now).await?;
    }
    Ok(())
}

/// Keeps the drawings of every text of these questions, in the caller's transaction.
pub async fn draw_items(conn: &mut PgConnection, items: &[ItemVersion], now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let texts = items.iter().flat_map(|found| found.item.texts());
    let sources = texts.flat_map(|(_, text)| Lang::ALL.map(|lang| (text.get(lang), lang)));
    for (source, lang) in sources.filter(|(source, _)| source.contains(markdown::DIAGRAM)) {
        let rendered = rendered(source, lang).await?;
        store::put_diagrams(conn, &rendered.diagrams, now).await?;
    }
    Ok(())
}

/// The text as rendered, not on the thread that answers requests.
async fn rendered(source: &str, lang: Lang) -> Result<Arc<Rendered>, sqlx::Error> {
    if let Some(known) = markdown::known(source, lang) {
        return Ok(known);
    }
    let source = source.to_owned();
    let rendering = spawn_blocking(move || markdown::render(&source, lang));
    rendering.await.map_err(|error| sqlx::Error::Io(io::Error::other(error)))
}
