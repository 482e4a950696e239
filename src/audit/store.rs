//! SQL of the audit log.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Entry;
use crate::ids::AuditId;

pub(super) async fn append(conn: &mut PgConnection, entry: &Entry<'_>, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO audit_log (id, at, actor_id, action, object, detail) VALUES ($1, $2, $3, $4, $5, $6)",
        AuditId::new(now).0,
        now,
        entry.actor.map(|person| person.0),
        entry.action,
        entry.object,
        entry.detail,
    )
    .execute(conn)
    .await?;
    Ok(())
}
