//! SQL that reads across all rooms for operators; it writes nothing.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgExecutor;
use uuid::Uuid;

use crate::ids::{AuditId, PersonId, Slug};

/// What the audit log is searched for.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// Only lines before this one.
    pub before: Option<Uuid>,
    /// Part of the name or address of whoever did it; empty for everybody.
    pub who: String,
    /// The action; empty for all.
    pub action: String,
    /// Part of the object, or of the name or address of the person that it is; empty for all.
    pub object: String,
    /// From this moment.
    pub from: Option<DateTime<Utc>>,
    /// Until before this moment.
    pub until: Option<DateTime<Utc>>,
}

/// A line of the audit log.
#[derive(Debug)]
pub(super) struct Entry {
    /// Its id, in the order of time.
    pub id: AuditId,
    /// When.
    pub at: DateTime<Utc>,
    /// Who; `None` for the command line.
    pub actor: Option<PersonId>,
    /// Their name; empty once their account is deleted.
    pub name: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// What was done.
    pub action: String,
    /// To what.
    pub object: String,
    /// The name of the person that it is.
    pub object_name: Option<String>,
    /// Facts before and after.
    pub detail: Value,
}

/// Lines of the audit log, newest first.
pub(super) async fn entries(
    executor: impl PgExecutor<'_>,
    wanted: &Wanted,
    limit: i64,
) -> Result<Vec<Entry>, sqlx::Error> {
    sqlx::query_as!(
        Entry,
        r#"SELECT l.id AS "id: AuditId", l.at, l.actor_id AS "actor: PersonId", p.name AS "name?", p.email,
                  l.action, l.object, o.name AS "object_name?", l.detail
           FROM audit_log l LEFT JOIN people p ON p.id = l.actor_id LEFT JOIN people o ON o.id::text = l.object
           WHERE ($1::uuid IS NULL OR l.id < $1)
             AND ($2 = '' OR position(lower($2) IN lower(p.name)) > 0 OR position(lower($2) IN p.email) > 0)
             AND ($3 = '' OR l.action = $3)
             AND ($4 = '' OR position(lower($4) IN lower(l.object)) > 0
                  OR position(lower($4) IN lower(o.name)) > 0 OR position(lower($4) IN o.email) > 0)
             AND ($5::timestamptz IS NULL OR l.at >= $5) AND ($6::timestamptz IS NULL OR l.at < $6)
           ORDER BY l.id DESC LIMIT $7"#,
        wanted.before,
        wanted.who,
        wanted.action,
        wanted.object,
        wanted.from,
        wanted.until,
        limit,
    )
    .fetch_all(executor)
    .await
}

/// Every action that occurs in the audit log.
pub(super) async fn actions(executor: impl PgExecutor<'_>) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!("SELECT DISTINCT action FROM audit_log ORDER BY action").fetch_all(executor).await
}

/// Somebody whose files take room.
#[derive(Debug)]
pub(super) struct Holder {
    /// Who it is.
    pub id: PersonId,
    /// Their name; empty once the account is deleted.
    pub name: String,
    /// Files that they submitted, each counted once.
    pub files: i64,
    /// Their size in bytes.
    pub bytes: i64,
}

/// The twenty people whose submitted files are largest, as the limit of a person counts them.
pub(super) async fn holders(executor: impl PgExecutor<'_>) -> Result<Vec<Holder>, sqlx::Error> {
    sqlx::query_as!(
        Holder,
        r#"SELECT p.id AS "id: PersonId", p.name, count(*) AS "files!", sum(f.bytes)::bigint AS "bytes!"
           FROM (SELECT person_id, model_sha256, model_bytes AS bytes FROM submissions
                 UNION SELECT person_id, weights_sha256, weights_bytes FROM submissions
                       WHERE weights_sha256 IS NOT NULL) AS f
           JOIN people p ON p.id = f.person_id
           GROUP BY p.id ORDER BY sum(f.bytes) DESC, p.id LIMIT 20"#,
    )
    .fetch_all(executor)
    .await
}

/// A key that signs certificates, or did.
#[derive(Debug)]
pub(super) struct SigningKey {
    /// Its name in certificates.
    pub id: String,
    /// The public half in hexadecimal digits.
    pub public_key: String,
    /// Whether new certificates are signed with it.
    pub active: bool,
    /// Since when it is known.
    pub created_at: DateTime<Utc>,
    /// Certificates that it signed.
    pub certificates: i64,
}

/// Every signing key, the active one first.
pub(super) async fn signing_keys(executor: impl PgExecutor<'_>) -> Result<Vec<SigningKey>, sqlx::Error> {
    sqlx::query_as!(
        SigningKey,
        r#"SELECT k.id, encode(k.public_key, 'hex') AS "public_key!", k.active, k.created_at,
                  (SELECT count(*) FROM certificates c WHERE c.key_id = k.id) AS "certificates!"
           FROM signing_keys k ORDER BY k.active DESC, k.created_at DESC, k.id"#,
    )
    .fetch_all(executor)
    .await
}

/// The key that sealed samples are drawn from.
#[derive(Debug)]
pub(super) struct SealKey {
    /// A name that tells nothing about it.
    pub id: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// The key of sealed draws; none before the first start with a worker.
pub(super) async fn seal_keys(executor: impl PgExecutor<'_>) -> Result<Vec<SealKey>, sqlx::Error> {
    sqlx::query_as!(SealKey, "SELECT id, created_at FROM seal_keys ORDER BY created_at").fetch_all(executor).await
}

/// Seconds of some measurements.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spread {
    /// How many.
    pub n: i64,
    /// Half take no longer than this.
    pub median: Option<f64>,
    /// Nine of ten take no longer than this.
    pub most: Option<f64>,
    /// Their mean.
    pub mean: Option<f64>,
}

impl Spread {
    fn new(n: i64, percentiles: Option<Vec<f64>>, mean: Option<f64>) -> Self {
        let mut found = percentiles.unwrap_or_default().into_iter();
        Self { n, median: found.next(), most: found.next(), mean }
    }
}

/// What submissions to an exercise take.
#[derive(Debug)]
pub(super) struct Measured {
    /// The exercise.
    pub exercise: Slug,
    /// Scripts with the gradings of their models; else gradings of models.
    pub is_script: bool,
    /// In the last 7 days.
    pub week: Spread,
    /// In the last 30 days.
    pub month: Spread,
}

/// Seconds for which gradings took a slot since either moment: from claim to result. A result that was known from an
/// earlier grading of the same bytes counts as what that took.
pub(super) async fn measured(
    executor: impl PgExecutor<'_>,
    (week, month): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Measured>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT exercise_slug AS "exercise: Slug", kind = 'script' AS "is_script!",
                  count(*) FILTER (WHERE at >= $1) AS "week_n!",
                  percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE at >= $1) AS week,
                  avg(seconds) FILTER (WHERE at >= $1) AS week_mean,
                  count(*) AS "month_n!",
                  percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY seconds) AS month,
                  avg(seconds) AS month_mean
           FROM (SELECT s.exercise_slug, s.kind, g.created_at AS at,
                        greatest(extract(EPOCH FROM r.finished_at - r.started_at)::float8,
                                 (coalesce((g.report #>> '{timings,total}')::float8, 0)
                                  + coalesce((g.report #>> '{training,wall_ms}')::float8, 0)) / 1000) AS seconds
                 FROM gradings g JOIN grading_runs r ON r.id = g.run_id JOIN submissions s ON s.id = g.submission_id
                 WHERE g.created_at >= $2) AS taken
           GROUP BY exercise_slug, kind ORDER BY exercise_slug, kind"#,
        week,
        month,
    )
    .fetch_all(executor)
    .await?;
    let measured = rows.into_iter().map(|row| Measured {
        exercise: row.exercise,
        is_script: row.is_script,
        week: Spread::new(row.week_n, row.week, row.week_mean),
        month: Spread::new(row.month_n, row.month, row.month_mean),
    });
    Ok(measured.collect())
}

/// How long submissions wait until a worker takes them.
#[derive(Debug)]
pub(super) struct Wait {
    /// Scripts; else models.
    pub is_script: bool,
    /// In the last 7 days.
    pub week: Spread,
    /// In the last 30 days.
    pub month: Spread,
}

/// Seconds from receipt to the first run since either moment.
pub(super) async fn waits(
    executor: impl PgExecutor<'_>,
    (week, month): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Wait>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT kind = 'script' AS "is_script!", count(*) FILTER (WHERE at >= $1) AS "week_n!",
                  percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE at >= $1) AS week,
                  count(*) AS "month_n!", percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY seconds) AS month
           FROM (SELECT s.kind, s.created_at AS at,
                        extract(EPOCH FROM r.started_at - s.created_at)::float8 AS seconds
                 FROM submissions s JOIN grading_runs r ON r.submission_id = s.id AND r.number = 1
                 WHERE s.created_at >= $2) AS waited
           GROUP BY kind ORDER BY kind"#,
        week,
        month,
    )
    .fetch_all(executor)
    .await?;
    let waits = rows.into_iter().map(|row| Wait {
        is_script: row.is_script,
        week: Spread::new(row.week_n, row.week, None),
        month: Spread::new(row.month_n, row.month, None),
    });
    Ok(waits.collect())
}

/// One number for each card of the overview.
#[derive(Debug)]
pub(super) struct Numbers {
    /// Accounts.
    pub people: i64,
    /// Of them, suspended.
    pub suspended: i64,
    /// Certificates ever issued.
    pub certificates: i64,
    /// Lines of the audit log since the moment that was asked for.
    pub changes: i64,
    /// Bytes of submitted files, each counted once.
    pub bytes: i64,
}

/// The numbers of the overview, changes since `since`.
pub(super) async fn numbers(executor: impl PgExecutor<'_>, since: DateTime<Utc>) -> Result<Numbers, sqlx::Error> {
    sqlx::query_as!(
        Numbers,
        r#"SELECT (SELECT count(*) FROM people WHERE deleted_at IS NULL) AS "people!",
                  (SELECT count(*) FROM people WHERE deleted_at IS NULL AND suspended_at IS NOT NULL) AS "suspended!",
                  (SELECT count(*) FROM certificates) AS "certificates!",
                  (SELECT count(*) FROM audit_log WHERE at >= $1) AS "changes!",
                  (SELECT coalesce(sum(bytes), 0)::bigint
                   FROM (SELECT model_sha256, model_bytes AS bytes FROM submissions
                         UNION SELECT weights_sha256, weights_bytes FROM submissions
                               WHERE weights_sha256 IS NOT NULL) AS files) AS "bytes!""#,
        since,
    )
    .fetch_one(executor)
    .await
}
