//! SQL of submissions and idempotency keys.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use super::{Context, Kind, New, SecondFile, Source, Submission};
use crate::blobs::Sha256;
use crate::ids::{PersonId, Slug, SubmissionId};

pub(super) async fn lock(conn: &mut PgConnection, person: PersonId, exercise: &Slug) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", format!("submit {person} {exercise}"))
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn storage_used(conn: &mut PgConnection, person: PersonId) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT COALESCE(sum(model_bytes), 0)::bigint AS "used!"
           FROM (SELECT model_sha256, model_bytes FROM submissions WHERE person_id = $1
                 UNION SELECT weights_sha256, weights_bytes FROM submissions
                       WHERE person_id = $1 AND weights_sha256 IS NOT NULL) AS files"#,
        person.0,
    )
    .fetch_one(conn)
    .await
}

pub(super) async fn insert(
    conn: &mut PgConnection,
    id: SubmissionId,
    new: &New,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let weights = new.weights.as_ref();
    sqlx::query!(
        "INSERT INTO submissions (id, person_id, exercise_slug, exercise_version, number, model_sha256, model_bytes,
                                  file_name, scale, note, source, context, created_at,
                                  weights_sha256, weights_bytes, weights_name, kind)
         VALUES ($1, $2, $3, $4,
                 -- The caller holds the turn for this person and exercise, so the count cannot change under us.
                 (SELECT count(*) + 1 FROM submissions WHERE person_id = $2 AND exercise_slug = $3),
                 $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        id.0,
        new.person.0,
        new.exercise.as_str(),
        new.version,
        new.model.as_bytes().as_slice(),
        new.model_bytes,
        new.file_name,
        new.scale,
        new.note,
        new.source as Source,
        Json(new.context) as _,
        now,
        weights.map(|file| file.sha256.as_bytes().as_slice()),
        weights.map(|file| file.bytes),
        weights.map(|file| file.name.as_str()),
        new.kind as Kind,
    )
    .execute(conn)
    .await?;
    Ok(())
}

struct Row {
    id: SubmissionId,
    person_id: PersonId,
    exercise_slug: Slug,
    exercise_version: String,
    kind: Kind,
    number: i32,
    model_sha256: Vec<u8>,
    model_bytes: i64,
    file_name: String,
    scale: String,
    note: String,
    source: Source,
    created_at: DateTime<Utc>,
    weights_sha256: Option<Vec<u8>>,
    weights_bytes: Option<i64>,
    weights_name: Option<String>,
    context: Json<Context>,
}

impl TryFrom<Row> for Submission {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let digest = |bytes: &[u8]| Sha256::try_from(bytes).map_err(|error| sqlx::Error::Decode(Box::new(error)));
        let model = digest(&row.model_sha256)?;
        let weights = match (row.weights_sha256, row.weights_bytes, row.weights_name) {
            (Some(sha256), Some(bytes), Some(name)) => Some(SecondFile { sha256: digest(&sha256)?, bytes, name }),
            (_, _, _) => None,
        };
        Ok(Self {
            id: row.id,
            person: row.person_id,
            exercise: row.exercise_slug,
            version: row.exercise_version,
            kind: row.kind,
            number: row.number,
            model,
            model_bytes: row.model_bytes,
            weights,
            file_name: row.file_name,
            scale: row.scale,
            note: row.note,
            source: row.source,
            context: row.context.0,
            created_at: row.created_at,
        })
    }
}

/// The submission `id`, whoever made it.
pub async fn find(executor: impl PgExecutor<'_>, id: SubmissionId) -> Result<Option<Submission>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: SubmissionId", person_id AS "person_id: PersonId", exercise_slug AS "exercise_slug: Slug",
                  exercise_version, number, model_sha256, model_bytes, file_name, scale, note,
                  source AS "source: Source", kind AS "kind: Kind", created_at, weights_sha256, weights_bytes, weights_name,
                  context AS "context: Json<Context>"
           FROM submissions WHERE id = $1"#,
        id.0,
    )
    .fetch_optional(executor)
    .await?;
    row.map(Submission::try_from).transpose()
}

/// The submission `id`, if `person` made it.
pub async fn owned(
    executor: impl PgExecutor<'_>,
    id: SubmissionId,
    person: PersonId,
) -> Result<Option<Submission>, sqlx::Error> {
    Ok(find(executor, id).await?.filter(|submission| submission.person == person))
}

/// Submissions of `person`, newest first; to one exercise or to all.
pub async fn of_person(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    exercise: Option<&Slug>,
    limit: i64,
) -> Result<Vec<Submission>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: SubmissionId", person_id AS "person_id: PersonId", exercise_slug AS "exercise_slug: Slug",
                  exercise_version, number, model_sha256, model_bytes, file_name, scale, note,
                  source AS "source: Source", kind AS "kind: Kind", created_at, weights_sha256, weights_bytes, weights_name,
                  context AS "context: Json<Context>"
           FROM submissions WHERE person_id = $1 AND ($2::text IS NULL OR exercise_slug = $2)
           ORDER BY created_at DESC, number DESC LIMIT $3"#,
        person.0,
        exercise.map(Slug::as_str),
        limit,
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(Submission::try_from).collect()
}

/// Submissions to an exercise, newest first, of people whose name or address holds `who`.
pub async fn of_exercise(
    executor: impl PgExecutor<'_>,
    exercise: &Slug,
    who: &str,
    limit: i64,
) -> Result<Vec<Submission>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT s.id AS "id: SubmissionId", person_id AS "person_id: PersonId", exercise_slug AS "exercise_slug: Slug",
                  exercise_version, number, model_sha256, model_bytes, file_name, scale, note,
                  source AS "source: Source", kind AS "kind: Kind", s.created_at, weights_sha256, weights_bytes,
                  weights_name, context AS "context: Json<Context>"
           FROM submissions s JOIN people p ON p.id = s.person_id
           WHERE exercise_slug = $1
             AND (position(lower($2) IN lower(p.name)) > 0 OR position(lower($2) IN coalesce(p.email, '')) > 0)
           ORDER BY s.created_at DESC, number DESC LIMIT $3"#,
        exercise.as_str(),
        who,
        limit,
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(Submission::try_from).collect()
}

pub(super) async fn forget_keys(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM idempotency_keys WHERE created_at < $1", before).execute(conn).await?;
    Ok(())
}

pub(super) async fn remembered(
    conn: &mut PgConnection,
    person: PersonId,
    key: &str,
) -> Result<Option<(Vec<u8>, SubmissionId)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT request_sha256, submission_id AS "submission_id: SubmissionId"
           FROM idempotency_keys WHERE person_id = $1 AND key = $2"#,
        person.0,
        key,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.request_sha256, row.submission_id)))
}

pub(super) async fn remember(
    conn: &mut PgConnection,
    person: PersonId,
    key: &str,
    request: &Sha256,
    (submission, now): (SubmissionId, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO idempotency_keys (person_id, key, request_sha256, submission_id, created_at)
         VALUES ($1, $2, $3, $4, $5)",
        person.0,
        key,
        request.as_bytes().as_slice(),
        submission.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether a version of an exercise is or was on offer: every version of one from files, the present one, and those that
/// submissions met.
pub async fn met(executor: impl PgExecutor<'_>, exercise: &Slug, version: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM exercises WHERE slug = $1 AND (from_files OR version = $2))
               OR EXISTS (SELECT FROM submissions WHERE exercise_slug = $1 AND exercise_version = $2) AS "met!""#,
        exercise.as_str(),
        version,
    )
    .fetch_one(executor)
    .await
}
