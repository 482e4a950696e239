//! What administrators and operators do with accounts; each change leaves a line in the audit log.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{PgConnection, PgExecutor, PgPool};

use super::links::{self, Purpose};
use super::{Account, AccountError, Email, NewPassword, PersonName, Role, letters, sessions, store};
use crate::audit::{self, Entry};
use crate::config::Config;
use crate::db;
use crate::ids::PersonId;
use crate::mail::{self, Mail};
use crate::messages::Lang;

/// Accounts on one page of a search.
pub const PAGE: i64 = 50;

/// Address of the first administrator until they name their own.
pub(super) const PLACEHOLDER: &str = "admin@localhost";

/// An account to be made by somebody else than its owner.
#[derive(Clone)]
pub struct NewPerson {
    /// Their address.
    pub email: Email,
    /// Their name in the interface.
    pub name: PersonName,
    /// What they may do.
    pub role: Role,
    /// Language they read.
    pub lang: Lang,
    /// Their password, where one is given.
    pub password: Option<NewPassword>,
    /// Whether the address counts as shown to be theirs.
    pub confirmed: bool,
}

/// What to look for among the accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Part of a name or address; empty finds everybody.
    pub text: String,
    /// Page of the result, from 1.
    pub page: i64,
}

/// One account of a search's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Whose it is.
    pub id: PersonId,
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// When the address was shown to be theirs.
    pub email_confirmed_at: Option<DateTime<Utc>>,
    /// When the account was suspended.
    pub suspended_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Last request of a session that is still kept.
    pub last_seen_at: Option<DateTime<Utc>>,
}

/// How a change to an account by an administrator ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Administered {
    /// Done, or it was so already.
    Done,
    /// There is no such account.
    NotFound,
    /// Refused: nobody would be left who can administer the installation.
    LastAdmin,
}

/// Finds accounts, the newest first, one page of [`PAGE`]; also how many there are in all.
pub async fn search(executor: impl PgExecutor<'_>, wanted: &Search) -> Result<(Vec<Found>, i64), sqlx::Error> {
    store::search(executor, wanted).await
}

/// The account of `id`, unless it was deleted.
pub async fn person(executor: impl PgExecutor<'_>, id: PersonId) -> Result<Option<Account>, sqlx::Error> {
    store::by_id(executor, id).await
}

/// Names of people; one whose account was deleted has an empty one.
pub async fn names(
    executor: impl PgExecutor<'_>,
    people: &[PersonId],
) -> Result<HashMap<PersonId, String>, sqlx::Error> {
    store::names(executor, people).await
}

/// The account with this address.
pub async fn by_email(executor: impl PgExecutor<'_>, email: &Email) -> Result<Option<Account>, sqlx::Error> {
    store::by_email(executor, email.as_str()).await
}

/// Makes an account; `actor` is `None` for the command line.
pub async fn create_person(
    pool: &PgPool,
    person: &NewPerson,
    actor: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<PersonId, AccountError> {
    let hash = match &person.password {
        Some(password) => Some(password.hash().await?),
        None => None,
    };
    let mut tx = pool.begin().await?;
    let id = insert(&mut tx, person, hash.as_deref(), actor, now).await?;
    tx.commit().await?;
    Ok(id)
}

/// Makes an account without a password and posts its owner a link to sign in with; returns the mail.
pub async fn invite(
    pool: &PgPool,
    config: &Config,
    person: &NewPerson,
    actor: PersonId,
    now: DateTime<Utc>,
) -> Result<Mail, AccountError> {
    let mut tx = pool.begin().await?;
    let letter = invite_in(&mut tx, config, person, actor, now).await?;
    tx.commit().await?;
    Ok(letter)
}

/// The same within a transaction of the caller's.
pub async fn invite_in(
    conn: &mut PgConnection,
    config: &Config,
    person: &NewPerson,
    actor: PersonId,
    now: DateTime<Utc>,
) -> Result<Mail, AccountError> {
    let id = insert(conn, person, None, Some(actor), now).await?;
    let account = store::by_id(&mut *conn, id).await?.ok_or(AccountError::NoSuchPerson)?;
    let path = links::make(conn, id, Purpose::SignIn, now).await?;
    let letter = letters::invitation(config, &account, &path);
    mail::post(conn, &letter, now).await?;
    Ok(letter)
}

async fn insert(
    conn: &mut PgConnection,
    person: &NewPerson,
    hash: Option<&str>,
    actor: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<PersonId, AccountError> {
    let id = PersonId::new(now);
    match store::insert(conn, id, person, hash, now).await {
        Ok(()) => {}
        Err(error) if db::violated_constraint(&error) == Some("people_email_key") => {
            return Err(AccountError::EmailTaken);
        }
        Err(error) => return Err(error.into()),
    }
    // No name and no address: the log outlives the account.
    let after = json!({ "role": person.role.name(), "confirmed": person.confirmed });
    record(conn, actor, "person.create", id, json!({ "before": null, "after": after }), now).await?;
    Ok(id)
}

/// A one-time link, absolute, by which `person` signs in; it also shows that the address is theirs.
pub async fn sign_in_link(
    pool: &PgPool,
    config: &Config,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<String, AccountError> {
    let mut tx = pool.begin().await?;
    let path = links::make(&mut tx, person, Purpose::SignIn, now).await?;
    tx.commit().await?;
    Ok(config.link(&path))
}

/// A link by which the first administrator signs in and sets a password, for the start of the server to show once.
/// The account is made where there is none; `None` once an administrator has a password. Each call makes earlier
/// links stop working.
pub async fn first_admin_link(
    pool: &PgPool,
    config: &Config,
    now: DateTime<Utc>,
) -> Result<Option<String>, AccountError> {
    let mut tx = pool.begin().await?;
    store::lock_admins(&mut tx).await?;
    let id = match store::first_admin(&mut tx).await? {
        Some(admin) if admin.password_hash.is_some() => return Ok(None),
        Some(admin) => admin.id,
        None => insert(&mut tx, &first_admin(config)?, None, None, now).await?,
    };
    let path = links::make(&mut tx, id, Purpose::SignIn, now).await?;
    tx.commit().await?;
    Ok(Some(config.link(&path)))
}

fn first_admin(config: &Config) -> Result<NewPerson, AccountError> {
    let name = PersonName::parse(&format!("{} admin", config.name)).or_else(|_| PersonName::parse("admin"));
    Ok(NewPerson {
        email: PLACEHOLDER.parse().map_err(|_| AccountError::NoSuchPerson)?,
        name: name.map_err(|_| AccountError::NoSuchPerson)?,
        role: Role::Admin,
        lang: Lang::default(),
        password: None,
        confirmed: true,
    })
}

/// Gives `person` a role.
pub async fn set_role(
    pool: &PgPool,
    person: PersonId,
    role: Role,
    actor: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<Administered, AccountError> {
    let mut tx = pool.begin().await?;
    store::lock_admins(&mut tx).await?;
    let Some(account) = store::by_id(&mut *tx, person).await? else { return Ok(Administered::NotFound) };
    if account.role == role {
        return Ok(Administered::Done);
    }
    if role < Role::Admin && is_last_admin(&mut tx, &account).await? {
        return Ok(Administered::LastAdmin);
    }
    store::set_role(&mut tx, person, role).await?;
    let detail = json!({ "before": { "role": account.role.name() }, "after": { "role": role.name() } });
    record(&mut tx, actor, "person.set_role", person, detail, now).await?;
    tx.commit().await?;
    Ok(Administered::Done)
}

/// Suspends an account, which ends its sessions and refuses its tokens, or lifts the suspension.
pub async fn set_suspended(
    pool: &PgPool,
    person: PersonId,
    suspended: bool,
    actor: PersonId,
    now: DateTime<Utc>,
) -> Result<Administered, AccountError> {
    let mut tx = pool.begin().await?;
    store::lock_admins(&mut tx).await?;
    let Some(account) = store::by_id(&mut *tx, person).await? else { return Ok(Administered::NotFound) };
    if account.suspended_at.is_some() == suspended {
        return Ok(Administered::Done);
    }
    if suspended {
        if is_last_admin(&mut tx, &account).await? {
            return Ok(Administered::LastAdmin);
        }
        sessions::end_all(&mut tx, person, None).await?;
        links::cancel_all(&mut tx, person).await?;
    }
    store::set_suspended(&mut tx, person, suspended.then_some(now)).await?;
    let action = if suspended { "person.suspend" } else { "person.unsuspend" };
    let detail = json!({ "before": { "suspended": !suspended }, "after": { "suspended": suspended } });
    record(&mut tx, Some(actor), action, person, detail, now).await?;
    tx.commit().await?;
    Ok(Administered::Done)
}

/// Whether nobody else could administer the installation without `account`; ask under [`store::lock_admins`].
pub(super) async fn is_last_admin(conn: &mut PgConnection, account: &Account) -> Result<bool, sqlx::Error> {
    let is_usable = account.role == Role::Admin && account.suspended_at.is_none();
    Ok(is_usable && !store::is_other_admin(conn, account.id).await?)
}

async fn record(
    conn: &mut PgConnection,
    actor: Option<PersonId>,
    action: &str,
    person: PersonId,
    detail: serde_json::Value,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    audit::record(conn, Entry { actor, action, object: &person.to_string(), detail }, now).await
}
