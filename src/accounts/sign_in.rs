//! Signing in: by password, slowly and within limits, or by a one-time link.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::limits::{self, Admission, SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS};
use super::links::{self, Purpose};
use super::secret::Secret;
use super::sessions::{self, Browser};
use super::sign_up::{Posted, post_confirmation};
use super::{Account, AccountError, NewPassword, passwords, store};
use crate::config::Config;

/// What somebody typed to sign in.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// The address, as typed.
    pub email: &'a str,
    /// The password, as typed.
    pub password: &'a str,
    /// Where they sit.
    pub browser: &'a Browser,
}

/// How an attempt to sign in ended.
pub enum SignIn {
    /// Signed in: the key for the cookie.
    Done(Secret),
    /// The password is right, but the address was never confirmed: a new link was posted.
    Unconfirmed(Posted),
    /// The password is right, but an administrator suspended the account.
    Suspended,
    /// No account has this address and password.
    Wrong,
    /// Too many failures: not even the right password is taken before then.
    Limited(DateTime<Utc>),
}

/// How the check of a password ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// It is the account's.
    Right,
    /// It is not, or there is no such account.
    Wrong,
    /// Too many failures: it was not looked at.
    Limited(DateTime<Utc>),
}

/// Signs in by address and password.
pub async fn sign_in(
    pool: &PgPool,
    config: &Config,
    attempt: Attempt<'_>,
    now: DateTime<Utc>,
) -> Result<SignIn, AccountError> {
    let account = store::by_email(pool, &attempt.email.trim().to_lowercase()).await?;
    let checked = check_password(pool, account.as_ref(), attempt, now).await?;
    let account = match (checked, account) {
        (Checked::Right, Some(account)) => account,
        (Checked::Right | Checked::Wrong, _) => return Ok(SignIn::Wrong),
        (Checked::Limited(until), _) => return Ok(SignIn::Limited(until)),
    };
    if account.suspended_at.is_some() {
        return Ok(SignIn::Suspended);
    }
    let mut tx = pool.begin().await?;
    if account.email_confirmed_at.is_none() {
        let posted = post_confirmation(&mut tx, config, &account, now).await?;
        tx.commit().await?;
        return Ok(SignIn::Unconfirmed(posted));
    }
    let key = sessions::renew(&mut tx, account.id, attempt.browser, now).await?;
    tx.commit().await?;
    Ok(SignIn::Done(key))
}

/// Checks a password within the limits, with the same work whether or not there is an account, and renews its hash
/// where that was made with other parameters.
pub async fn check_password(
    pool: &PgPool,
    account: Option<&Account>,
    attempt: Attempt<'_>,
    now: DateTime<Utc>,
) -> Result<Checked, AccountError> {
    let keys = (limits::address_key(&attempt.browser.address), limits::email_key(attempt.email));
    // Of an account, counted before it is looked at, so that many at the same moment cannot outrun the limit.
    let mut tx = pool.begin().await?;
    if let Admission::Refused { until } = limits::take(&mut tx, &SIGN_IN_ACCOUNT, &keys.1, now).await? {
        tx.rollback().await?;
        return Ok(Checked::Limited(until));
    }
    tx.commit().await?;
    // Of an address, looked at when it is this one's turn: a class behind one address that signs in for an exam waits
    // together and has failed at nothing, and of many wrong ones at once only as many get through as there are cores.
    let turn = passwords::turn().await?;
    let mut conn = pool.acquire().await?;
    if let Some(until) = limits::refused_until(&mut *conn, &SIGN_IN_ADDRESS, &keys.0, now).await? {
        limits::give_back(&mut conn, &SIGN_IN_ACCOUNT, &keys.1, now).await?;
        return Ok(Checked::Limited(until));
    }
    drop(conn);
    let hash = account.and_then(|account| account.password_hash.as_deref());
    if !passwords::verify(turn, attempt.password, hash).await? {
        let mut tx = pool.begin().await?;
        limits::take(&mut tx, &SIGN_IN_ADDRESS, &keys.0, now).await?;
        tx.commit().await?;
        return Ok(Checked::Wrong);
    }
    let renewed = match hash {
        Some(hash) if !passwords::is_current(hash) => Some(NewPassword::known(attempt.password).hash().await?),
        Some(_) | None => None,
    };
    let mut tx = pool.begin().await?;
    limits::give_back(&mut tx, &SIGN_IN_ACCOUNT, &keys.1, now).await?;
    if let (Some(account), Some(hash)) = (account, renewed) {
        store::set_password(&mut tx, account.id, &hash).await?;
    }
    tx.commit().await?;
    Ok(Checked::Right)
}

/// Signs in by a one-time link, which also shows that the address is theirs; `None` when it no longer works.
pub async fn follow_sign_in_link(
    pool: &PgPool,
    token: &str,
    browser: &Browser,
    now: DateTime<Utc>,
) -> Result<Option<Secret>, AccountError> {
    let mut tx = pool.begin().await?;
    let Some(account) = links::owner(&mut *tx, token, Purpose::SignIn, now).await? else { return Ok(None) };
    if !links::spend(&mut tx, token, Purpose::SignIn, now).await? {
        return Ok(None);
    }
    store::confirm_email(&mut tx, account.id, now).await?;
    let key = sessions::renew(&mut tx, account.id, browser, now).await?;
    tx.commit().await?;
    Ok(Some(key))
}
