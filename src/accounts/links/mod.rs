//! One-time links: confirm an address, reset a password, sign in for the first time.

use chrono::{DateTime, Duration, Utc};
use sqlx::{PgConnection, PgExecutor};

use super::secret::{self, Secret};
use super::{Account, AccountError};
use crate::ids::PersonId;

mod store;

/// What a link does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub enum Purpose {
    /// Shows that an address is its owner's.
    ConfirmEmail,
    /// Sets a new password without the old one.
    ResetPassword,
    /// Signs in somebody who has no password yet.
    SignIn,
}

impl Purpose {
    /// How long such a link works.
    pub fn lifetime(self) -> Duration {
        match self {
            Self::ConfirmEmail => Duration::hours(24),
            Self::ResetPassword => Duration::hours(1),
            Self::SignIn => Duration::days(7),
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::ConfirmEmail => "/sign-up/confirm",
            Self::ResetPassword => "/password/reset",
            Self::SignIn => "/sign-in/link",
        }
    }
}

/// Makes a link for `person` and returns its path; earlier ones of the same purpose stop working.
pub(super) async fn make(
    conn: &mut PgConnection,
    person: PersonId,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<String, AccountError> {
    let token = Secret::generate("")?;
    store::delete(conn, person, purpose).await?;
    store::insert(conn, &token.hash(), person, purpose, now).await?;
    Ok(format!("{}/{}", purpose.path(), token.reveal()))
}

/// Whom the link with `token` serves, if it still works; uses nothing up.
pub async fn owner(
    executor: impl PgExecutor<'_>,
    token: &str,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<Option<Account>, sqlx::Error> {
    store::owner(executor, &secret::hash(token), purpose, now).await
}

/// Uses the link up; `false` when it no longer works, or somebody was faster.
pub(super) async fn spend(
    conn: &mut PgConnection,
    token: &str,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    store::spend(conn, &secret::hash(token), purpose, now).await
}

/// Makes every link of `person` stop working.
pub(super) async fn cancel_all(conn: &mut PgConnection, person: PersonId) -> Result<(), sqlx::Error> {
    store::delete_all(conn, person).await
}

/// Removes links that expired a week ago or more; returns how many.
pub async fn sweep(executor: impl PgExecutor<'_>, now: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    store::delete_expired(executor, now - Duration::days(7)).await
}
