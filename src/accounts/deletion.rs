//! Deleting one's account: the person goes, a nameless row stays for what must keep pointing at somebody.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use super::{Account, AccountError, administration, limits, links, sessions, store, tokens};
use crate::audit::{self, Entry};
use crate::mail;

/// How the deletion of an account ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// The account is gone.
    Done,
    /// Refused: nobody would be left who can administer the installation.
    LastAdmin,
}

/// Empties the account and deletes its sessions, links, tokens and mail. Submissions, gradings and certificates stay
/// as they are; the caller deletes the model files.
pub async fn delete(conn: &mut PgConnection, account: &Account, now: DateTime<Utc>) -> Result<Deletion, AccountError> {
    store::lock_admins(conn).await?;
    if administration::is_last_admin(conn, account).await? {
        return Ok(Deletion::LastAdmin);
    }
    sessions::end_all(conn, account.id, None).await?;
    links::cancel_all(conn, account.id).await?;
    tokens::delete_all(conn, account.id).await?;
    for limit in [limits::SIGN_IN_ACCOUNT, limits::MAIL] {
        limits::forget(conn, &limit, &limits::email_key(&account.email)).await?;
    }
    mail::forget(conn, account.id, &account.email).await?;
    store::anonymise(conn, account.id, now).await?;
    let object = account.id.to_string();
    let detail = json!({ "before": { "role": account.role.name() }, "after": null });
    let entry = Entry { actor: Some(account.id), action: "person.delete", object: &object, detail };
    audit::record(conn, entry, now).await?;
    Ok(Deletion::Done)
}
