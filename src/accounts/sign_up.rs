//! Signing up, and confirming the address. Nothing an outsider sees tells whether an address has an account.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::limits::{self, Admission, MAIL, MAIL_ADDRESS};
use super::links::{self, Purpose};
use super::secret::Secret;
use super::sessions::{self, Browser};
use super::sign_in::{Attempt, Checked, check_password};
use super::{Account, AccountError, Email, NewPassword, NewPerson, PersonName, Role, letters, store};
use crate::config::Config;
use crate::db;
use crate::ids::PersonId;
use crate::mail::{self, Mail};
use crate::messages::Lang;

/// What somebody typed to sign up.
#[derive(Clone)]
pub struct SignUp {
    /// Their address.
    pub email: Email,
    /// Their name in the interface.
    pub name: PersonName,
    /// Their password.
    pub password: NewPassword,
    /// Language they read.
    pub lang: Lang,
}

/// What became of a mail that a stranger asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Posted {
    /// It is in the outbox; `None` where there was nobody to write to, which the page must not tell.
    Sent(Option<Box<Mail>>),
    /// Too many in a short time: none before then.
    Limited(DateTime<Utc>),
}

/// How the confirmation of an address ended.
pub enum Confirm {
    /// Confirmed and signed in: the key for the cookie.
    Done(Secret),
    /// The password is not the one chosen at sign-up.
    Wrong,
    /// Too many failures: not even the right password is taken before then.
    Limited(DateTime<Utc>),
    /// The link no longer works.
    Dead,
}

/// Makes an account that waits for its address to be confirmed, or writes to whoever has one under this address.
pub async fn sign_up(
    pool: &PgPool,
    config: &Config,
    wish: SignUp,
    browser: &Browser,
    now: DateTime<Utc>,
) -> Result<Posted, AccountError> {
    if let Some(until) = limited(pool, wish.email.as_str(), browser, now).await? {
        return Ok(Posted::Limited(until));
    }
    // Hashed in every case, so that the time of the answer does not tell whether the address is known.
    let hash = wish.password.hash().await?;
    let mut tx = pool.begin().await?;
    let mail = match store::by_email(&mut *tx, wish.email.as_str()).await? {
        Some(known) if known.email_confirmed_at.is_some() => letters::already_known(config, &known),
        Some(waiting) => {
            store::replace_unconfirmed(&mut tx, waiting.id, wish.name.as_str(), &hash, wish.lang).await?;
            let account = Account { name: wish.name.as_str().to_owned(), lang: wish.lang, ..waiting };
            confirmation(&mut tx, config, &account, now).await?
        }
        None => match insert(&mut tx, &wish, &hash, now).await? {
            Some(account) => confirmation(&mut tx, config, &account, now).await?,
            // The same sign-up at the same moment was faster, and its mail is on its way.
            None => return Ok(Posted::Sent(None)),
        },
    };
    mail::post(&mut tx, &mail, now).await?;
    tx.commit().await?;
    Ok(Posted::Sent(Some(Box::new(mail))))
}

async fn insert(
    conn: &mut PgConnection,
    wish: &SignUp,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<Account>, AccountError> {
    let (email, name, lang) = (wish.email.clone(), wish.name.clone(), wish.lang);
    let person = NewPerson { email, name, role: Role::Learner, lang, password: None, confirmed: false };
    let id = PersonId::new(now);
    match store::insert(conn, id, &person, Some(hash), now).await {
        Ok(()) => Ok(store::by_id(conn, id).await?),
        Err(error) if db::violated_constraint(&error) == Some("people_email_key") => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether mail to `email`, or mail caused by `browser`, has to wait; counts one where it has not.
pub(super) async fn limited(
    pool: &PgPool,
    email: &str,
    browser: &Browser,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let mut tx = pool.begin().await?;
    let keys = [(&MAIL_ADDRESS, limits::address_key(&browser.address)), (&MAIL, limits::email_key(email))];
    for (limit, key) in keys {
        if let Admission::Refused { until } = limits::take(&mut tx, limit, &key, now).await? {
            return Ok(Some(until));
        }
    }
    tx.commit().await?;
    Ok(None)
}

/// Posts another confirmation link to somebody who knew the password.
pub(super) async fn post_confirmation(
    conn: &mut PgConnection,
    config: &Config,
    account: &Account,
    now: DateTime<Utc>,
) -> Result<Posted, AccountError> {
    if let Admission::Refused { until } = limits::take(conn, &MAIL, &limits::email_key(&account.email), now).await? {
        return Ok(Posted::Limited(until));
    }
    let mail = confirmation(conn, config, account, now).await?;
    mail::post(conn, &mail, now).await?;
    Ok(Posted::Sent(Some(Box::new(mail))))
}

async fn confirmation(
    conn: &mut PgConnection,
    config: &Config,
    account: &Account,
    now: DateTime<Utc>,
) -> Result<Mail, AccountError> {
    let path = links::make(conn, account.id, Purpose::ConfirmEmail, now).await?;
    Ok(letters::confirm(config, account, &path))
}

/// Confirms the address of the link with `token` and signs in. The password is asked so that nobody can lead the
/// owner of an address into confirming an account that somebody else holds the password of.
pub async fn confirm_email(
    pool: &PgPool,
    token: &str,
    password: &str,
    browser: &Browser,
    now: DateTime<Utc>,
) -> Result<Confirm, AccountError> {
    let owner = links::owner(pool, token, Purpose::ConfirmEmail, now).await?;
    let Some(account) = owner else { return Ok(Confirm::Dead) };
    let attempt = Attempt { email: &account.email, password, browser };
    match check_password(pool, Some(&account), attempt, now).await? {
        Checked::Right => {}
        Checked::Wrong => return Ok(Confirm::Wrong),
        Checked::Limited(until) => return Ok(Confirm::Limited(until)),
    }
    let mut tx = pool.begin().await?;
    if !links::spend(&mut tx, token, Purpose::ConfirmEmail, now).await? {
        return Ok(Confirm::Dead);
    }
    store::confirm_email(&mut tx, account.id, now).await?;
    let key = sessions::renew(&mut tx, account.id, browser, now).await?;
    tx.commit().await?;
    Ok(Confirm::Done(key))
}
