//! SQL of people.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::{PgConnection, PgExecutor};

use super::{Account, Email, NewPerson, Role, Theme};
use crate::db;
use crate::ids::PersonId;
use crate::messages::Lang;

pub(super) async fn by_email(executor: impl PgExecutor<'_>, email: &str) -> Result<Option<Account>, sqlx::Error> {
    sqlx::query_as!(
        Account,
        r#"SELECT id AS "id: PersonId", email AS "email!", name, password_hash, role AS "role: Role",
                  lang AS "lang: Lang", email_confirmed_at, suspended_at, created_at
           FROM people WHERE email = $1 AND deleted_at IS NULL"#,
        email,
    )
    .fetch_optional(executor)
    .await
}

pub(super) async fn by_id(executor: impl PgExecutor<'_>, id: PersonId) -> Result<Option<Account>, sqlx::Error> {
    sqlx::query_as!(
        Account,
        r#"SELECT id AS "id: PersonId", email AS "email!", name, password_hash, role AS "role: Role",
                  lang AS "lang: Lang", email_confirmed_at, suspended_at, created_at
           FROM people WHERE id = $1 AND deleted_at IS NULL"#,
        id.0,
    )
    .fetch_optional(executor)
    .await
}

pub(super) async fn names(
    executor: impl PgExecutor<'_>,
    people: &[PersonId],
) -> Result<HashMap<PersonId, String>, sqlx::Error> {
    let ids: Vec<uuid::Uuid> = people.iter().map(|person| person.0).collect();
    let rows = sqlx::query!(r#"SELECT id AS "id: PersonId", name FROM people WHERE id = ANY ($1)"#, &ids)
        .fetch_all(executor)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

pub(super) async fn insert(
    conn: &mut PgConnection,
    id: PersonId,
    person: &NewPerson,
    password_hash: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO people (id, email, email_confirmed_at, name, password_hash, role, lang, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.0,
        person.email.as_str(),
        person.confirmed.then_some(now),
        person.name.as_str(),
        password_hash,
        person.role as Role,
        person.lang as Lang,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The newest sign-up under an address that nobody has confirmed replaces the one before.
pub(super) async fn replace_unconfirmed(
    conn: &mut PgConnection,
    id: PersonId,
    name: &str,
    password_hash: &str,
    lang: Lang,
) -> Result<(), sqlx::Error> {
    let result = sqlx::query!(
        "UPDATE people SET name = $2, password_hash = $3, lang = $4 WHERE id = $1 AND email_confirmed_at IS NULL",
        id.0,
        name,
        password_hash,
        lang as Lang,
    )
    .execute(conn)
    .await?;
    db::one_row(&result)
}

pub(super) async fn confirm_email(
    conn: &mut PgConnection,
    id: PersonId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let result = sqlx::query!(
        "UPDATE people SET email_confirmed_at = COALESCE(email_confirmed_at, $2) WHERE id = $1",
        id.0,
        now
    )
    .execute(conn)
    .await?;
    db::one_row(&result)
}

pub(super) async fn set_password(conn: &mut PgConnection, id: PersonId, hash: &str) -> Result<(), sqlx::Error> {
    let result = sqlx::query!("UPDATE people SET password_hash = $2 WHERE id = $1", id.0, hash).execute(conn).await?;
    db::one_row(&result)
}

pub(super) async fn set_email_and_name(
    conn: &mut PgConnection,
    id: PersonId,
    email: &Email,
    name: &str,
) -> Result<(), sqlx::Error> {
    let result = sqlx::query!("UPDATE people SET email = $2, name = $3 WHERE id = $1", id.0, email.as_str(), name)
        .execute(conn)
        .await?;
    db::one_row(&result)
}

pub(super) async fn update_profile(
    conn: &mut PgConnection,
    id: PersonId,
    profile: &super::Profile,
) -> Result<(), sqlx::Error> {
    let result = sqlx::query!(
        "UPDATE people SET name = $2, lang = $3, time_zone = $4, theme = $5 WHERE id = $1",
        id.0,
        profile.name.as_str(),
        profile.lang as Lang,
        profile.zone.map(Tz::name),
        profile.theme as Theme,
    )
    .execute(conn)
    .await?;
    db::one_row(&result)
}

pub(super) async fn set_display(
    executor: impl PgExecutor<'_>,
    id: PersonId,
    lang: Option<Lang>,
    theme: Option<Theme>,
) -> Result<(), sqlx::Error> {
    let result = sqlx::query!(
        "UPDATE people SET lang = COALESCE($2, lang), theme = COALESCE($3, theme) WHERE id = $1",
        id.0,
        lang as Option<Lang>,
        theme as Option<Theme>,
    )
    .execute(executor)
    .await?;
    db::one_row(&result)
}

pub(super) async fn confirm_certificate_name(
    conn: &mut PgConnection,
    id: PersonId,
    name: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let result = sqlx::query!(
        "UPDATE people SET certificate_name = $2, certificate_name_confirmed_at = $3 WHERE id = $1",
        id.0,
        name,
        now,
    )
    .execute(conn)
    .await?;
    db::one_row(&result)
}

pub(super) async fn set_role(conn: &mut PgConnection, id: PersonId, role: Role) -> Result<(), sqlx::Error> {
    let result = sqlx::query!("UPDATE people SET role = $2 WHERE id = $1", id.0, role as Role).execute(conn).await?;
    db::one_row(&result)
}

pub(super) async fn set_suspended(
    conn: &mut PgConnection,
    id: PersonId,
    since: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    let result = sqlx::query!("UPDATE people SET suspended_at = $2 WHERE id = $1", id.0, since).execute(conn).await?;
    db::one_row(&result)
}

/// Empties every personal column; the row stays, so that what must stay keeps pointing at somebody.
pub(super) async fn anonymise(conn: &mut PgConnection, id: PersonId, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let result = sqlx::query!(
        "UPDATE people SET email = NULL, email_confirmed_at = NULL, name = '', password_hash = NULL, role = 'learner',
             lang = DEFAULT, time_zone = NULL, theme = DEFAULT, certificate_name = NULL,
             certificate_name_confirmed_at = NULL, suspended_at = NULL, deleted_at = $2
         WHERE id = $1 AND deleted_at IS NULL",
        id.0,
        now,
    )
    .execute(conn)
    .await?;
    db::one_row(&result)
}

/// Makes changes to who is an administrator wait for each other until the transaction ends.
pub(super) async fn lock_admins(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('admins', 0))").execute(conn).await?;
    Ok(())
}

/// Whether somebody besides `id` can administer the installation.
pub(super) async fn is_other_admin(conn: &mut PgConnection, id: PersonId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM people WHERE role = 'admin' AND id <> $1
                          AND suspended_at IS NULL AND deleted_at IS NULL) AS "is!""#,
        id.0,
    )
    .fetch_one(conn)
    .await
}

/// Administrators with a usable account, those with a password first, then the oldest.
pub(super) async fn first_admin(conn: &mut PgConnection) -> Result<Option<Account>, sqlx::Error> {
    sqlx::query_as!(
        Account,
        r#"SELECT id AS "id: PersonId", email AS "email!", name, password_hash, role AS "role: Role",
                  lang AS "lang: Lang", email_confirmed_at, suspended_at, created_at
           FROM people WHERE role = 'admin' AND suspended_at IS NULL AND deleted_at IS NULL
           ORDER BY password_hash IS NULL, created_at, id LIMIT 1"#,
    )
    .fetch_optional(conn)
    .await
}

/// One page of the accounts whose name or address contains `text`, the newest first, and how many there are in all.
pub(super) async fn search(
    executor: impl PgExecutor<'_>,
    search: &super::Search,
) -> Result<(Vec<super::Found>, i64), sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT id AS "id: PersonId", email AS "email!", name, role AS "role: Role", email_confirmed_at, suspended_at,
                  created_at, (SELECT max(last_seen_at) FROM sessions WHERE person_id = people.id) AS last_seen_at,
                  count(*) OVER () AS "total!"
           FROM people
           WHERE deleted_at IS NULL AND (position(lower($1) IN lower(name)) > 0 OR position(lower($1) IN email) > 0)
           ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3"#,
        search.text,
        super::PAGE,
        (search.page - 1) * super::PAGE,
    )
    .fetch_all(executor)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let found = rows.into_iter().map(|row| super::Found {
        id: row.id,
        email: row.email,
        name: row.name,
        role: row.role,
        email_confirmed_at: row.email_confirmed_at,
        suspended_at: row.suspended_at,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
    });
    Ok((found.collect(), total))
}
