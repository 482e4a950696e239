//! SQL of one-time links.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use super::Purpose;
use crate::accounts::secret::SecretHash;
use crate::accounts::{Account, Role};
use crate::ids::PersonId;
use crate::messages::Lang;

pub(super) async fn insert(
    conn: &mut PgConnection,
    token_hash: &SecretHash,
    person: PersonId,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO mail_tokens (token_hash, person_id, purpose, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        token_hash.as_slice(),
        person.0,
        purpose as Purpose,
        now,
        now + purpose.lifetime(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn owner(
    executor: impl PgExecutor<'_>,
    token_hash: &SecretHash,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<Option<Account>, sqlx::Error> {
    sqlx::query_as!(
        Account,
        r#"SELECT id AS "id: PersonId", email AS "email!", name, password_hash, role AS "role: Role",
                  lang AS "lang: Lang", email_confirmed_at, suspended_at, people.created_at
           FROM mail_tokens JOIN people ON people.id = mail_tokens.person_id
           WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3 AND used_at IS NULL
             AND suspended_at IS NULL AND deleted_at IS NULL"#,
        token_hash.as_slice(),
        purpose as Purpose,
        now,
    )
    .fetch_optional(executor)
    .await
}

pub(super) async fn spend(
    conn: &mut PgConnection,
    token_hash: &SecretHash,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let result = sqlx::query!(
        "UPDATE mail_tokens SET used_at = $3
         WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3 AND used_at IS NULL",
        token_hash.as_slice(),
        purpose as Purpose,
        now,
    )
    .execute(conn)
    .await?;
    Ok(result.rows_affected() == 1)
}

pub(super) async fn delete(conn: &mut PgConnection, person: PersonId, purpose: Purpose) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM mail_tokens WHERE person_id = $1 AND purpose = $2", person.0, purpose as Purpose)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn delete_all(conn: &mut PgConnection, person: PersonId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM mail_tokens WHERE person_id = $1", person.0).execute(conn).await?;
    Ok(())
}

pub(super) async fn delete_expired(executor: impl PgExecutor<'_>, before: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    let result = sqlx::query!("DELETE FROM mail_tokens WHERE expires_at < $1", before).execute(executor).await?;
    Ok(result.rows_affected())
}
