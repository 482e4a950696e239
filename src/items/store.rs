//! SQL of questions and banks.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use super::{Item, ItemVersion};
use crate::blobs::Sha256;

/// Makes `items` the content of `bank`: new versions are added, and what is gone from the file is drawn no more.
pub async fn replace_bank(
    conn: &mut PgConnection,
    bank: &str,
    items: &[ItemVersion],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM bank_items WHERE bank = $1", bank).execute(&mut *conn).await?;
    for (position, found) in items.iter().enumerate() {
        let version = found.version.to_string();
        sqlx::query!(
            "INSERT INTO items (version, name, definition, loaded_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            version,
            found.item.name.as_str(),
            Json(&found.item) as _,
            now,
        )
        .execute(&mut *conn)
        .await?;
        sqlx::query!(
            "INSERT INTO bank_items (bank, item_version, position) VALUES ($1, $2, $3)",
            bank,
            version,
            i32::try_from(position).unwrap_or(i32::MAX),
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// The questions that may be drawn from `bank` now, in the order of its file.
pub async fn bank_items(executor: impl PgExecutor<'_>, bank: &str) -> Result<Vec<ItemVersion>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT version, definition AS "definition: Json<Item>"
           FROM bank_items JOIN items ON items.version = bank_items.item_version
           WHERE bank = $1 ORDER BY position"#,
        bank,
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter()
        .map(|row| Ok(ItemVersion { version: Sha256::from_column(&row.version)?, item: row.definition.0 }))
        .collect()
}

/// Questions by version, whether or not they are still in a bank.
pub async fn by_version(
    executor: impl PgExecutor<'_>,
    versions: &[Sha256],
) -> Result<HashMap<Sha256, Item>, sqlx::Error> {
    let wanted: Vec<String> = versions.iter().map(Sha256::to_string).collect();
    let rows = sqlx::query!(
        r#"SELECT version, definition AS "definition: Json<Item>" FROM items WHERE version = ANY($1)"#,
        &wanted,
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(|row| Ok((Sha256::from_column(&row.version)?, row.definition.0))).collect()
}
