//! The record of what instructors, administrators and operators changed.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use crate::ids::PersonId;

mod store;

/// One change: who did what to what, with the facts before and after.
#[derive(Debug)]
pub struct Entry<'a> {
    /// Who did it; `None` for the command line.
    pub actor: Option<PersonId>,
    /// What was done, such as `certificate.revoke`.
    pub action: &'a str,
    /// To what, such as a certificate's id.
    pub object: &'a str,
    /// Facts before and after, and the reason given.
    pub detail: Value,
}

/// Appends `entry`, in the transaction that makes the change.
pub async fn record(conn: &mut PgConnection, entry: Entry<'_>, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    store::append(conn, &entry, now).await
}
