//! SQL of the outbox.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use super::Mail;
use crate::db;
use crate::ids::{MailId, PersonId};

pub(super) async fn insert(
    conn: &mut PgConnection,
    id: MailId,
    mail: &Mail,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO outgoing_mail (id, person_id, recipient, subject, body, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        id.0,
        mail.person.map(|person| person.0),
        mail.recipient,
        mail.subject,
        mail.body,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn pending(conn: &mut PgConnection, id: MailId) -> Result<Option<Mail>, sqlx::Error> {
    sqlx::query_as!(
        Mail,
        r#"SELECT person_id AS "person: PersonId", recipient, subject, body
           FROM outgoing_mail WHERE id = $1 AND sent_at IS NULL"#,
        id.0,
    )
    .fetch_optional(conn)
    .await
}

pub(super) async fn mark_sent(conn: &mut PgConnection, id: MailId, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    // The body may hold a one-time link, so it goes as soon as it has left.
    let result =
        sqlx::query!("UPDATE outgoing_mail SET sent_at = $2, body = '' WHERE id = $1", id.0, now).execute(conn).await?;
    db::one_row(&result)
}

pub(super) async fn delete(conn: &mut PgConnection, person: PersonId, recipient: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM outgoing_mail WHERE person_id = $1 OR recipient = $2", person.0, recipient)
        .execute(conn)
        .await?;
    Ok(())
}

/// Mail for `recipient` that has not left yet, newest first.
pub async fn unsent(executor: impl PgExecutor<'_>, recipient: &str) -> Result<Vec<Mail>, sqlx::Error> {
    sqlx::query_as!(
        Mail,
        r#"SELECT person_id AS "person: PersonId", recipient, subject, body
           FROM outgoing_mail WHERE recipient = $1 AND sent_at IS NULL ORDER BY id DESC LIMIT 20"#,
        recipient,
    )
    .fetch_all(executor)
    .await
}
