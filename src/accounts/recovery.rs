//! Passwords forgotten, changed, and set for the first time.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::limits::{self, SIGN_IN_ACCOUNT};
use super::links::{self, Purpose};
use super::passwords::PasswordFault;
use super::secret::Secret;
use super::sessions::{self, Browser};
use super::sign_in::{Attempt, Checked, check_password};
use super::sign_up::{Posted, limited};
use super::{Account, AccountError, Email, InvalidName, NewPassword, PersonName, letters, store};
use crate::config::Config;
use crate::db;
use crate::ids::PersonId;
use crate::mail;

/// How the setting of a new password by link ended.
pub enum Reset {
    /// Set, and signed in: the key for the cookie. Every other session has ended.
    Done(Secret),
    /// The link no longer works.
    Dead,
    /// The new password may not be one.
    Fault(PasswordFault),
}

/// How the change of a password ended.
pub enum Change {
    /// Changed: the new key for this browser's cookie. Every other session has ended.
    Done(Secret),
    /// The old password is wrong.
    Wrong,
    /// Too many wrong ones: not even the right one is taken before then.
    Limited(DateTime<Utc>),
    /// The new password may not be one.
    Fault(PasswordFault),
}

/// What somebody gives who signed in by a link and has no password yet.
#[derive(Clone)]
pub struct Welcome<'a> {
    /// Their address; heeded for the first administrator only, whose account was made without one.
    pub email: &'a Email,
    /// Their name, as typed.
    pub name: &'a str,
    /// The password, as typed.
    pub password: &'a str,
}

/// How the first setting of a password ended.
pub enum Setting {
    /// Set: the new key for this browser's cookie.
    Done(Secret),
    /// The account has a password already, so the old one must be asked.
    HasPassword,
    /// The name cannot be one.
    Name(InvalidName),
    /// The password may not be one.
    Password(PasswordFault),
    /// Somebody else has this address.
    EmailTaken,
}

/// Posts a link that sets a new password, if `email` has a usable account; who asks learns nothing of that.
pub async fn request_reset(
    pool: &PgPool,
    config: &Config,
    email: &Email,
    browser: &Browser,
    now: DateTime<Utc>,
) -> Result<Posted, AccountError> {
    if let Some(until) = limited(pool, email.as_str(), browser, now).await? {
        return Ok(Posted::Limited(until));
    }
    let mut tx = pool.begin().await?;
    let account = store::by_email(&mut *tx, email.as_str()).await?.filter(|account| account.suspended_at.is_none());
    let Some(account) = account else { return Ok(Posted::Sent(None)) };
    let path = links::make(&mut tx, account.id, Purpose::ResetPassword, now).await?;
    let letter = letters::reset(config, &account, &path);
    mail::post(&mut tx, &letter, now).await?;
    tx.commit().await?;
    Ok(Posted::Sent(Some(Box::new(letter))))
}

/// Sets the password of whoever got the link with `token`, confirms the address, ends every session and signs in.
pub async fn reset_password(
    pool: &PgPool,
    config: &Config,
    (token, password): (&str, &str),
    browser: &Browser,
    now: DateTime<Utc>,
) -> Result<Reset, AccountError> {
    let owner = links::owner(pool, token, Purpose::ResetPassword, now).await?;
    let Some(account) = owner else { return Ok(Reset::Dead) };
    let hash = match parse(&account, password) {
        Ok(password) => password.hash().await?,
        Err(fault) => return Ok(Reset::Fault(fault)),
    };
    let mut tx = pool.begin().await?;
    if !links::spend(&mut tx, token, Purpose::ResetPassword, now).await? {
        return Ok(Reset::Dead);
    }
    store::confirm_email(&mut tx, account.id, now).await?;
    // Whoever reads the mail of this address is not the one who was guessing.
    limits::forget(&mut tx, &SIGN_IN_ACCOUNT, &limits::email_key(&account.email)).await?;
    let key = replace(&mut tx, account.id, &hash, browser, now).await?;
    mail::post(&mut tx, &letters::password_changed(config, &account), now).await?;
    tx.commit().await?;
    Ok(Reset::Done(key))
}

/// Changes the password of a signed-in person, who gives the old one.
pub async fn change_password(
    pool: &PgPool,
    config: &Config,
    (account, old, new): (&Account, &str, &str),
    browser: &Browser,
    now: DateTime<Utc>,
) -> Result<Change, AccountError> {
    let new = match parse(account, new) {
        Ok(new) => new,
        Err(fault) => return Ok(Change::Fault(fault)),
    };
    match check_password(pool, Some(account), Attempt { email: &account.email, password: old, browser }, now).await? {
        Checked::Right => {}
        Checked::Wrong => return Ok(Change::Wrong),
        Checked::Limited(until) => return Ok(Change::Limited(until)),
    }
    let hash = new.hash().await?;
    let mut tx = pool.begin().await?;
    let key = replace(&mut tx, account.id, &hash, browser, now).await?;
    mail::post(&mut tx, &letters::password_changed(config, account), now).await?;
    tx.commit().await?;
    Ok(Change::Done(key))
}

/// Sets the first password, and the name, of somebody who signed in by a link.
pub async fn set_up(
    pool: &PgPool,
    account: &Account,
    welcome: &Welcome<'_>,
    browser: &Browser,
    now: DateTime<Utc>,
) -> Result<Setting, AccountError> {
    if account.password_hash.is_some() {
        return Ok(Setting::HasPassword);
    }
    let name = match PersonName::parse(welcome.name) {
        Ok(name) => name,
        Err(fault) => return Ok(Setting::Name(fault)),
    };
    let own = account.email.parse().ok().filter(|_| !account.is_placeholder());
    let email = own.as_ref().unwrap_or(welcome.email);
    let password = match NewPassword::parse(welcome.password, email, name.as_str()) {
        Ok(password) => password.hash().await?,
        Err(fault) => return Ok(Setting::Password(fault)),
    };
    let mut tx = pool.begin().await?;
    match store::set_email_and_name(&mut tx, account.id, email, name.as_str()).await {
        Ok(()) => {}
        Err(error) if db::violated_constraint(&error) == Some("people_email_key") => return Ok(Setting::EmailTaken),
        Err(error) => return Err(error.into()),
    }
    let key = replace(&mut tx, account.id, &password, browser, now).await?;
    tx.commit().await?;
    Ok(Setting::Done(key))
}

/// Sets the hash, ends every session, makes every link stop working, and signs `browser` in anew.
async fn replace(
    conn: &mut PgConnection,
    person: PersonId,
    hash: &str,
    browser: &Browser,
    now: DateTime<Utc>,
) -> Result<Secret, AccountError> {
    store::set_password(conn, person, hash).await?;
    links::cancel_all(conn, person).await?;
    sessions::end_all(conn, person, None).await?;
    sessions::renew(conn, person, browser, now).await
}

fn parse(account: &Account, password: &str) -> Result<NewPassword, PasswordFault> {
    // An address that was stored before a rule of ours changed still compares as text.
    match account.email.parse::<Email>() {
        Ok(email) => NewPassword::parse(password, &email, &account.name),
        Err(_) => Err(PasswordFault::Personal),
    }
}
