//! What people set about themselves.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::{PgConnection, PgPool};

use super::{CertificateName, PersonName, Theme, store};
use crate::ids::PersonId;
use crate::messages::Lang;

/// A person's profile, as they set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Name in the interface.
    pub name: PersonName,
    /// Language they read.
    pub lang: Lang,
    /// Their time zone; `None` means that of the browser.
    pub zone: Option<Tz>,
    /// Colours they read in.
    pub theme: Theme,
}

/// Stores `profile`.
pub async fn update_profile(pool: &PgPool, person: PersonId, profile: &Profile) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    store::update_profile(&mut tx, person, profile).await?;
    tx.commit().await
}

/// Stores the language or colours chosen in the header or footer of a page.
pub async fn set_display(
    pool: &PgPool,
    person: PersonId,
    lang: Option<Lang>,
    theme: Option<Theme>,
) -> Result<(), sqlx::Error> {
    store::set_display(pool, person, lang, theme).await
}

/// Stores the name that `person` has confirmed as theirs for certificates. It is one of the requirements of a
/// certificate, so the caller asks in the same transaction whether one is earned now.
pub async fn confirm_certificate_name(
    conn: &mut PgConnection,
    person: PersonId,
    name: &CertificateName,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    store::confirm_certificate_name(conn, person, name.as_str(), now).await
}
