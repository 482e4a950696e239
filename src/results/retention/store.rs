//! SQL of what refers to stored files, and of cleanings.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, PgConnection, PgExecutor};

use super::{Amount, Kind, Reference, Swept};
use crate::blobs::{Sha256, Stored};

/// Tables that keep the hashes of files that are gone: of submissions, and of what became of them.
pub(super) const KEEPS_HASHES: [&str; 5] =
    ["submissions", "gradings", "retrainings", "training_logs", "idempotency_keys"];

/// Keeps other cleanings away until the transaction ends; false where one is at it.
pub(super) async fn lock(conn: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT pg_try_advisory_xact_lock(hashtextextended('assay storage', 0)) AS "mine!""#)
        .fetch_one(conn)
        .await
}

/// Everything that refers to a stored file. The files of a submission made before `before` may go where no result of
/// theirs was ever published, none is waited for, and they were no part of an exam.
pub(super) async fn references(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<Vec<Reference>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"WITH old AS (
               SELECT s.id FROM submissions s
               WHERE s.created_at < $1 AND s.context ->> 'kind' = 'practice'
                 AND NOT EXISTS (SELECT FROM publications p WHERE p.submission_id = s.id)
                 AND NOT EXISTS (SELECT FROM grading_runs r WHERE r.submission_id = s.id AND r.state = 'running')
                 AND NOT EXISTS (SELECT FROM retrainings r WHERE r.submission_id = s.id AND r.verdict IS NULL)
                 AND NOT EXISTS (SELECT FROM buried_jobs b WHERE b.submission_id = s.id AND b.buried_at >= $1)
                 AND NOT EXISTS (SELECT FROM graphile_worker._private_jobs j WHERE j.key = 'grade:' || s.id))
           SELECT digest AS "digest!", kind AS "kind!", bool_and(may_go) AS "may_go!"
           FROM (
               SELECT model_sha256 AS digest, kind, id IN (SELECT id FROM old) AS may_go FROM submissions
               UNION ALL
               SELECT weights_sha256, 'weights', id IN (SELECT id FROM old) FROM submissions
               WHERE weights_sha256 IS NOT NULL
               UNION ALL
               SELECT decode(g.report ->> 'model_sha256', 'hex'), 'trained',
                      g.created_at < $1 AND s.context ->> 'kind' = 'practice'
                      AND NOT EXISTS (SELECT FROM publications p WHERE p.grading_id = g.id)
               FROM gradings g JOIN submissions s ON s.id = g.submission_id
               WHERE s.kind = 'script' AND g.report ->> 'model_sha256' ~ '^[0-9a-f]{64}$'
               UNION ALL
               SELECT predictions_sha256, 'predictions', FALSE FROM gradings WHERE predictions_sha256 IS NOT NULL
               UNION ALL
               SELECT sealed_predictions_sha256, 'predictions', FALSE FROM gradings
               WHERE sealed_predictions_sha256 IS NOT NULL
               UNION ALL
               SELECT decode(found[1], 'hex'), 'data', FALSE
               FROM exercise_versions, regexp_matches(manifest::text, '[0-9a-f]{64}', 'g') AS found
               UNION ALL
               SELECT decode(found[1], 'hex'), 'data', FALSE
               FROM private_sets, regexp_matches(files::text, '[0-9a-f]{64}', 'g') AS found
               UNION ALL
               SELECT decode(found[1], 'hex'), 'starter', FALSE
               FROM exercises, regexp_matches(texts::text, '[0-9a-f]{64}', 'g') AS found
           ) AS referring
           GROUP BY digest, kind"#,
        before,
    )
    .fetch_all(conn)
    .await?;
    let reference = |digest: &[u8], kind: &str, may_go| {
        Some(Reference { sha256: Sha256::try_from(digest).ok()?, kind: Kind::parse(kind)?, may_go })
    };
    Ok(rows.iter().filter_map(|row| reference(&row.digest, &row.kind, row.may_go)).collect())
}

/// Which of these files any table but `without` names, in whatever column: as 64 hexadecimal digits, which is how
/// binary columns are written too.
pub(super) async fn mentioned(
    conn: &mut PgConnection,
    files: &[Stored],
    without: &[&str],
) -> Result<HashSet<Sha256>, sqlx::Error> {
    let mut found = HashSet::new();
    if files.is_empty() {
        return Ok(found);
    }
    let digests: Vec<String> = files.iter().map(|file| file.sha256.to_string()).collect();
    let without: Vec<String> = without.iter().map(|name| (*name).to_owned()).collect();
    let tables = sqlx::query_scalar!(
        r#"SELECT format('%I.%I', table_schema, table_name) AS "table!" FROM information_schema.tables
           WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name <> ALL ($1)"#,
        &without,
    )
    .fetch_all(&mut *conn)
    .await?;
    for table in tables {
        let query = format!(
            "SELECT DISTINCT found[1] FROM {table} AS line, regexp_matches(line::text, '[0-9a-f]{{64}}', 'g') AS found
             WHERE found[1] = ANY ($1)"
        );
        // The table's name is quoted by PostgreSQL itself.
        let named: Vec<String> = sqlx::query_scalar(AssertSqlSafe(query)).bind(&digests).fetch_all(&mut *conn).await?;
        found.extend(named.iter().filter_map(|digest| digest.parse::<Sha256>().ok()));
    }
    Ok(found)
}

/// Writes down a cleaning.
pub(super) async fn write(conn: &mut PgConnection, swept: &Swept) -> Result<(), sqlx::Error> {
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    sqlx::query!(
        "INSERT INTO storage_sweeps (finished_at, models, model_bytes, orphans, orphan_bytes) VALUES ($1, $2, $3, $4, $5)",
        swept.finished_at,
        whole(swept.models.files),
        whole(swept.models.bytes),
        whole(swept.orphans.files),
        whole(swept.orphans.bytes),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The last cleaning.
pub async fn last(executor: impl PgExecutor<'_>) -> Result<Option<Swept>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT finished_at, models, model_bytes, orphans, orphan_bytes FROM storage_sweeps ORDER BY id DESC LIMIT 1"
    )
    .fetch_optional(executor)
    .await?;
    let amount = |files: i64, bytes: i64| Amount { files: files.unsigned_abs(), bytes: bytes.unsigned_abs() };
    Ok(row.map(|row| Swept {
        finished_at: row.finished_at,
        models: amount(row.models, row.model_bytes),
        orphans: amount(row.orphans, row.orphan_bytes),
    }))
}
