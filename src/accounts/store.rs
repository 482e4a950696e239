//! SQL of people, sessions and tokens.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use super::{Person, Role, Theme};
use crate::ids::PersonId;
use crate::messages::Lang;

pub(super) async fn insert_session(
    conn: &mut PgConnection,
    key_hash: &[u8; 32],
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

pub(super) async fn session_person(
    executor: impl PgExecutor<'_>,
    key_hash: &[u8; 32],
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

pub(super) async fn touch_session(
    executor: impl PgExecutor<'_>,
    key_hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE sessions SET last_seen_at = $2 WHERE key_hash = $1", key_hash.as_slice(), now)
        .execute(executor)
        .await?;
    Ok(())
}

pub(super) async fn delete_session(executor: impl PgExecutor<'_>, key_hash: &[u8; 32]) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM sessions WHERE key_hash = $1", key_hash.as_slice()).execute(executor).await?;
    Ok(())
}
