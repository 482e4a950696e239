//! Signed-in browsers: a random key in a cookie, its hash in the database.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use rand::TryRng as _;
use rand::rngs::SysRng;
use sha2::{Digest as _, Sha256};
use sqlx::{PgConnection, PgPool};

use super::{Person, store};
use crate::ids::PersonId;

/// How long a session lasts, however much it is used.
pub const LIFETIME: Duration = Duration::days(30);

/// A secret that its holder presents and of which only the SHA-256 is stored: 256 random bits.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// A new secret from the operating system's randomness.
    pub fn generate() -> Result<Self, rand::rngs::SysError> {
        let mut bytes = [0_u8; 32];
        SysRng.try_fill_bytes(&mut bytes)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The secret as a cookie or link carries it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// What is stored of a presented secret.
pub fn hash(presented: &str) -> [u8; 32] {
    Sha256::digest(presented.as_bytes()).into()
}

/// Begins a session for `person` and gives the key for the cookie.
pub async fn start(
    conn: &mut PgConnection,
    person: PersonId,
    user_agent: &str,
    now: DateTime<Utc>,
) -> Result<Secret, super::AccountError> {
    let key = Secret::generate()?;
    let agent: String = user_agent.chars().take(200).collect();
    store::insert_session(conn, &hash(key.reveal()), person, &agent, now, now + LIFETIME).await?;
    Ok(key)
}

/// Who holds the session of `key`, if it is alive and its owner may use the service.
pub async fn find(pool: &PgPool, key: &str, now: DateTime<Utc>) -> Result<Option<Person>, sqlx::Error> {
    let hash = hash(key);
    let Some((person, last_seen)) = store::session_person(pool, &hash, now).await? else { return Ok(None) };
    if now - last_seen > Duration::minutes(1) {
        store::touch_session(pool, &hash, now).await?;
    }
    Ok(Some(person))
}

/// Ends the session of `key`.
pub async fn end(pool: &PgPool, key: &str) -> Result<(), sqlx::Error> {
    store::delete_session(pool, &hash(key)).await
}
