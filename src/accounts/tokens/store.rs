//! SQL of API tokens.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use super::{NewToken, Token};
use crate::accounts::secret::SecretHash;
use crate::accounts::{Person, Role, Theme};
use crate::ids::{ApiTokenId, PersonId};
use crate::messages::Lang;

pub(super) async fn insert(
    conn: &mut PgConnection,
    token_hash: &SecretHash,
    (person, id): (PersonId, ApiTokenId),
    wanted: &NewToken,
    (created_at, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    let scopes: Vec<String> = wanted.scopes.iter().map(|scope| scope.name().to_owned()).collect();
    sqlx::query!(
        "INSERT INTO api_tokens (id, person_id, name, token_hash, scopes, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        id.0,
        person.0,
        wanted.name.as_str(),
        token_hash.as_slice(),
        &scopes,
        created_at,
        expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Counts under a lock on the person, so that two requests cannot both make the last one.
pub(super) async fn count_live(
    conn: &mut PgConnection,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<i64, sqlx::Error> {
    sqlx::query!("SELECT id FROM people WHERE id = $1 FOR UPDATE", person.0).fetch_optional(&mut *conn).await?;
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM api_tokens
           WHERE person_id = $1 AND revoked_at IS NULL AND expires_at > $2"#,
        person.0,
        now,
    )
    .fetch_one(conn)
    .await
}

pub(super) async fn find(
    executor: impl PgExecutor<'_>,
    token_hash: &SecretHash,
    now: DateTime<Utc>,
) -> Result<Option<(Person, Token)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT people.id AS "id: PersonId", email AS "email!", email_confirmed_at, people.name, role AS "role: Role",
                  lang AS "lang: Lang", time_zone, theme AS "theme: Theme", certificate_name, people.created_at,
                  api_tokens.id AS "token_id: ApiTokenId", api_tokens.name AS token_name, scopes,
                  api_tokens.created_at AS token_created_at, expires_at, last_used_at, revoked_at
           FROM api_tokens JOIN people ON people.id = api_tokens.person_id
           WHERE token_hash = $1 AND expires_at > $2 AND revoked_at IS NULL
             AND suspended_at IS NULL AND deleted_at IS NULL"#,
        token_hash.as_slice(),
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
        let token = Token {
            id: row.token_id,
            name: row.token_name,
            scopes: row.scopes,
            created_at: row.token_created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
        };
        (person, token)
    }))
}

pub(super) async fn touch(
    executor: impl PgExecutor<'_>,
    token: ApiTokenId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE api_tokens SET last_used_at = $2 WHERE id = $1", token.0, now).execute(executor).await?;
    Ok(())
}

pub(super) async fn of_person(executor: impl PgExecutor<'_>, person: PersonId) -> Result<Vec<Token>, sqlx::Error> {
    sqlx::query_as!(
        Token,
        r#"SELECT id AS "id: ApiTokenId", name, scopes, created_at, expires_at, last_used_at, revoked_at
           FROM api_tokens WHERE person_id = $1 ORDER BY created_at DESC, id DESC"#,
        person.0,
    )
    .fetch_all(executor)
    .await
}

pub(super) async fn revoke(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    token: ApiTokenId,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let result = sqlx::query!(
        "UPDATE api_tokens SET revoked_at = $3 WHERE id = $1 AND person_id = $2 AND revoked_at IS NULL",
        token.0,
        person.0,
        now,
    )
    .execute(executor)
    .await?;
    Ok(result.rows_affected() == 1)
}

pub(super) async fn delete_all(conn: &mut PgConnection, person: PersonId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM api_tokens WHERE person_id = $1", person.0).execute(conn).await?;
    Ok(())
}
