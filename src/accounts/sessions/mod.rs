//! Signed-in browsers: a random key in a cookie, its hash in the database.

use chrono::{DateTime, Duration, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};

use super::secret::{self, Secret, SecretHash};
use super::{AccountError, Person};
use crate::ids::PersonId;

mod store;

/// How long a session lasts, however much it is used.
pub const LIFETIME: Duration = Duration::days(30);

/// The browser that a request comes from.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    /// Its network address.
    pub address: String,
    /// As it names itself.
    pub agent: String,
    /// Hash of the session key that it presents, alive or not.
    pub session: Option<SecretHash>,
}

/// A live session, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Hash of its key.
    pub key_hash: Vec<u8>,
    /// When its owner signed in.
    pub created_at: DateTime<Utc>,
    /// Last request, to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// Browser, as it named itself.
    pub user_agent: String,
}

impl Session {
    /// The session's name in forms: the hash of its key in hexadecimal digits.
    pub fn name(&self) -> String {
        hex::encode(&self.key_hash)
    }

    /// Whether this is the session of `browser`.
    pub fn is_of(&self, browser: &Browser) -> bool {
        browser.session.is_some_and(|hash| hash.as_slice() == self.key_hash)
    }
}

/// Begins a session for `person` and gives the key for the cookie.
pub async fn start(
    conn: &mut PgConnection,
    person: PersonId,
    user_agent: &str,
    now: DateTime<Utc>,
) -> Result<Secret, AccountError> {
    let key = Secret::generate("")?;
    let agent: String = user_agent.chars().take(200).collect();
    store::insert(conn, &key.hash(), person, &agent, now, now + LIFETIME).await?;
    Ok(key)
}

/// Ends the session that `browser` had and begins one for `person` under a new key, so that a key which was planted
/// or seen before the sign-in is worth nothing after it.
pub(super) async fn renew(
    conn: &mut PgConnection,
    person: PersonId,
    browser: &Browser,
    now: DateTime<Utc>,
) -> Result<Secret, AccountError> {
    if let Some(old) = &browser.session {
        store::delete(&mut *conn, old).await?;
    }
    start(conn, person, &browser.agent, now).await
}

/// Who holds the session of `key`, if it is alive and its owner may use the service.
pub async fn find(pool: &PgPool, key: &str, now: DateTime<Utc>) -> Result<Option<Person>, sqlx::Error> {
    let hash = secret::hash(key);
    let Some((person, last_seen)) = store::person(pool, &hash, now).await? else { return Ok(None) };
    if now - last_seen > Duration::minutes(1) {
        store::touch(pool, &hash, now).await?;
    }
    Ok(Some(person))
}

/// Ends the session whose key has this hash.
pub async fn end(executor: impl PgExecutor<'_>, key_hash: &SecretHash) -> Result<(), sqlx::Error> {
    store::delete(executor, key_hash).await
}

/// Ends the session called `name` if it is one of this person's; `false` when there is none.
pub async fn end_own(executor: impl PgExecutor<'_>, person: PersonId, name: &str) -> Result<bool, sqlx::Error> {
    match hex::decode(name) {
        Ok(hash) => store::delete_own(executor, person, &hash).await,
        Err(_) => Ok(false),
    }
}

/// Ends every session of `person` except that of `keep`; returns how many.
pub async fn end_all(conn: &mut PgConnection, person: PersonId, keep: Option<&SecretHash>) -> Result<u64, sqlx::Error> {
    store::delete_all(conn, person, keep).await
}

/// Live sessions of `person`, the last used first.
pub async fn of_person(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<Vec<Session>, sqlx::Error> {
    store::of_person(executor, person, now).await
}

/// Removes sessions that have expired; returns how many.
pub async fn sweep(executor: impl PgExecutor<'_>, now: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    store::delete_expired(executor, now).await
}
