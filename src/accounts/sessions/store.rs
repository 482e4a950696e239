//! SQL of sessions.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use super::Session;
use crate::accounts::secret::SecretHash;
use crate::accounts::{Person, Role, Theme};
use crate::ids::PersonId;
use crate::messages::Lang;

pub(super) async fn insert(
    conn: &mut PgConnection,
    key_hash: &SecretHash,
    person: PersonId,
    user_agent: &str,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO sessions (key_hash, person_id, created_at, last_seen_at, expires_at, user_agent)
         VALUES ($1, $2, $3, $3, $4, $5)",
        key_hash.as_slice(),
        person.0,
        now,
        expires_at,
        user_agent,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn person(
    executor: impl PgExecutor<'_>,
    key_hash: &SecretHash,
    now: DateTime<Utc>,
) -> Result<Option<(Person, DateTime<Utc>)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT id AS "id: PersonId", email AS "email!", email_confirmed_at, name, role AS "role: Role",
                  lang AS "lang: Lang", time_zone, theme AS "theme: Theme", certificate_name, people.created_at,
                  last_seen_at
           FROM sessions JOIN people ON people.id = sessions.person_id
           WHERE key_hash = $1 AND expires_at > $2 AND suspended_at IS NULL AND deleted_at IS NULL"#,
        key_hash.as_slice(),
        now,
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(|row| {
        let person = Person {
            id: row.id,
            email: row.email,
            email_confirmed_at: row.email_confirmed_at,
            name: row.name,
            role: row.role,
            lang: row.lang,
            time_zone: row.time_zone,
            theme: row.theme,
            certificate_name: row.certificate_name,
            created_at: row.created_at,
        };
        (person, row.last_seen_at)
    }))
}

pub(super) async fn touch(
    executor: impl PgExecutor<'_>,
    key_hash: &SecretHash,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE sessions SET last_seen_at = $2 WHERE key_hash = $1", key_hash.as_slice(), now)
        .execute(executor)
        .await?;
    Ok(())
}

pub(super) async fn delete(executor: impl PgExecutor<'_>, key_hash: &SecretHash) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM sessions WHERE key_hash = $1", key_hash.as_slice()).execute(executor).await?;
    Ok(())
}

pub(super) async fn delete_own(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    key_hash: &[u8],
) -> Result<bool, sqlx::Error> {
    let result = sqlx::query!("DELETE FROM sessions WHERE key_hash = $1 AND person_id = $2", key_hash, person.0)
        .execute(executor)
        .await?;
    Ok(result.rows_affected() == 1)
}

pub(super) async fn delete_all(
    conn: &mut PgConnection,
    person: PersonId,
    keep: Option<&SecretHash>,
) -> Result<u64, sqlx::Error> {
    let result = sqlx::query!(
        "DELETE FROM sessions WHERE person_id = $1 AND key_hash IS DISTINCT FROM $2",
        person.0,
        keep.map(<[u8; 32]>::as_slice),
    )
    .execute(conn)
    .await?;
    Ok(result.rows_affected())
}

pub(super) async fn of_person(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<Vec<Session>, sqlx::Error> {
    sqlx::query_as!(
        Session,
        "SELECT key_hash, created_at, last_seen_at, expires_at, user_agent
         FROM sessions WHERE person_id = $1 AND expires_at > $2 ORDER BY last_seen_at DESC, created_at DESC",
        person.0,
        now,
    )
    .fetch_all(executor)
    .await
}

pub(super) async fn delete_expired(executor: impl PgExecutor<'_>, now: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    let result = sqlx::query!("DELETE FROM sessions WHERE expires_at <= $1", now).execute(executor).await?;
    Ok(result.rows_affected())
}
