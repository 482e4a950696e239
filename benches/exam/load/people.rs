//! Candidates who are signed in already: people and sessions, made in the database.

use assay::accounts::secret::{self, Secret};
use assay::clock::{Clock as _, SystemClock};
use assay::ids::PersonId;
use chrono::Days;
use sqlx::PgPool;

/// Makes so many people, each with a session; returns who they are, with the cookie of that session.
pub async fn signed_in(pool: &PgPool, count: usize) -> anyhow::Result<Vec<(PersonId, String)>> {
    let people = insert(pool, "candidate", count, None).await?;
    let keys = people.iter().map(|_| Ok(Secret::generate("")?)).collect::<anyhow::Result<Vec<Secret>>>()?;
    let hashes: Vec<Vec<u8>> = keys.iter().map(|key| secret::hash(key.reveal()).to_vec()).collect();
    let (ids, now) = (people.iter().map(|person| person.0).collect::<Vec<_>>(), SystemClock.now());
    sqlx::query(
        "INSERT INTO sessions (key_hash, person_id, created_at, last_seen_at, expires_at, user_agent)
         SELECT key, person, $3, $3, $4, 'bench' FROM unnest($1::bytea[], $2::uuid[]) AS made (key, person)",
    )
    .bind(hashes)
    .bind(ids)
    .bind(now)
    .bind(now + Days::new(30))
    .execute(pool)
    .await?;
    Ok(people.into_iter().zip(keys).map(|(person, key)| (person, format!("assay={}", key.reveal()))).collect())
}

/// The address of one of the people called `name`.
pub fn address(name: &str, number: usize) -> String {
    format!("{name}{number}@example.org")
}

/// Makes so many people called `name`, with this hash of a password, if any.
pub async fn insert(pool: &PgPool, name: &str, count: usize, hash: Option<&str>) -> anyhow::Result<Vec<PersonId>> {
    let before: i64 =
        sqlx::query_scalar("SELECT count(*) FROM people WHERE email LIKE $1 || '%'").bind(name).fetch_one(pool).await?;
    let (before, now) = (usize::try_from(before)?, SystemClock.now());
    let people: Vec<PersonId> = (0..count).map(|_| PersonId::new(now)).collect();
    sqlx::query(
        "INSERT INTO people (id, email, email_confirmed_at, name, password_hash, created_at)
         SELECT id, email, $4, 'Candidate', $3, $4 FROM unnest($1::uuid[], $2::text[]) AS made (id, email)",
    )
    .bind(people.iter().map(|person| person.0).collect::<Vec<_>>())
    .bind((before..before + count).map(|number| address(name, number)).collect::<Vec<_>>())
    .bind(hash)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(people)
}
