//! Personal tokens for the API: shown once, stored as a hash, with scopes and an end.

use chrono::{DateTime, Duration, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};

use super::secret::{self, Secret};
use super::{AccountError, Person, letters, store as people};
use crate::config::Config;
use crate::ids::{ApiTokenId, PersonId};
use crate::mail;

mod store;

/// What every token begins with, so that scanners for leaked secrets know it.
pub const PREFIX: &str = "assay_";

/// Live tokens that one person may have.
pub const MOST: i64 = 20;

/// What a token may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Look at exercises and one's own submissions.
    Read,
    /// Submit models.
    Submit,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 2] = [Self::Read, Self::Submit];

    /// Its name in forms and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Submit => "submit",
        }
    }

    /// Key of its name for readers.
    pub fn key(self) -> &'static str {
        match self {
            Self::Read => "scope-read",
            Self::Submit => "scope-submit",
        }
    }
}

/// How long a token works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// 30 days.
    Month,
    /// 90 days.
    Quarter,
    /// 365 days.
    Year,
}

impl Life {
    /// Every life, the shortest first.
    pub const ALL: [Self; 3] = [Self::Month, Self::Quarter, Self::Year];

    /// Its length in days.
    pub fn days(self) -> i64 {
        match self {
            Self::Month => 30,
            Self::Quarter => 90,
            Self::Year => 365,
        }
    }

    /// The life of so many days.
    pub fn parse(days: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|life| life.days().to_string() == days)
    }
}

/// A token to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// What its owner calls it, 1 to 80 characters.
    pub name: super::PersonName,
    /// What it may be used for; not empty.
    pub scopes: Vec<Scope>,
    /// How long it works.
    pub life: Life,
}

/// A token, as its owner sees it after it was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: ApiTokenId,
    /// What its owner calls it.
    pub name: String,
    /// Names of its scopes.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it stops working.
    pub expires_at: DateTime<Utc>,
    /// Last request made with it, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When its owner revoked it.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Token {
    /// Whether it works at `now`.
    pub fn is_live(&self, now: &DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at > *now
    }

    /// Whether it may be used for `scope`.
    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.iter().any(|name| name == scope.name())
    }
}

/// How the making of a token ended.
pub enum Creation {
    /// Made: the secret, to be shown once.
    Done(Secret),
    /// The person has [`MOST`] live tokens.
    TooMany,
}

/// Makes a token for `person` and writes them a mail about it, so that nobody makes one unnoticed.
pub async fn create(
    pool: &PgPool,
    config: &Config,
    person: PersonId,
    wanted: &NewToken,
    now: DateTime<Utc>,
) -> Result<Creation, AccountError> {
    let secret = Secret::generate(PREFIX)?;
    let expires_at = now + Duration::days(wanted.life.days());
    let mut tx = pool.begin().await?;
    let account = people::by_id(&mut *tx, person).await?.ok_or(AccountError::NoSuchPerson)?;
    if store::count_live(&mut tx, person, now).await? >= MOST {
        return Ok(Creation::TooMany);
    }
    store::insert(&mut tx, &secret.hash(), (person, ApiTokenId::new(now)), wanted, (now, expires_at)).await?;
    let letter = letters::token_created(config, &account, wanted.name.as_str(), &expires_at);
    mail::post(&mut tx, &letter, now).await?;
    tx.commit().await?;
    Ok(Creation::Done(secret))
}

/// Whose token this is and what it may be used for, if it works and its owner may use the service.
pub async fn find(pool: &PgPool, token: &str, now: DateTime<Utc>) -> Result<Option<(Person, Token)>, sqlx::Error> {
    if !token.starts_with(PREFIX) {
        return Ok(None);
    }
    let found = store::find(pool, &secret::hash(token), now).await?;
    if let Some((_, token)) = &found
        && token.last_used_at.is_none_or(|at| now - at > Duration::minutes(1))
    {
        store::touch(pool, token.id, now).await?;
    }
    Ok(found)
}

/// Tokens of `person`, the newest first, revoked and expired ones too.
pub async fn of_person(executor: impl PgExecutor<'_>, person: PersonId) -> Result<Vec<Token>, sqlx::Error> {
    store::of_person(executor, person).await
}

/// Revokes a token of `person`; `false` when they have no such live token.
pub async fn revoke(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    token: ApiTokenId,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    store::revoke(executor, person, token, now).await
}

/// Deletes every token of `person`.
pub(super) async fn delete_all(conn: &mut PgConnection, person: PersonId) -> Result<(), sqlx::Error> {
    store::delete_all(conn, person).await
}
