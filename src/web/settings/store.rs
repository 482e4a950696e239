//! SQL that reads everything the database holds about one person, across all rooms; it writes nothing.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::{PgConnection, PgExecutor, PgPool};

use crate::accounts::{Person, limits};
use crate::blobs::Sha256;
use crate::ids::PersonId;

/// What stays when an account is deleted, in numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Holdings {
    /// Submissions, which stay without a name.
    pub submissions: i64,
    /// Certificates, which stay as issued.
    pub certificates: i64,
}

pub(super) async fn holdings(executor: impl PgExecutor<'_>, person: PersonId) -> Result<Holdings, sqlx::Error> {
    sqlx::query_as!(
        Holdings,
        r#"SELECT (SELECT count(*) FROM submissions WHERE person_id = $1) AS "submissions!",
                  (SELECT count(*) FROM certificates WHERE person_id = $1) AS "certificates!""#,
        person.0,
    )
    .fetch_one(executor)
    .await
}

/// Files that only this person submitted and that belong to no exercise: they go with the account.
pub(super) async fn own_files(conn: &mut PgConnection, person: PersonId) -> Result<Vec<Sha256>, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        r#"WITH files AS (
               SELECT person_id, model_sha256 FROM submissions
               UNION
               -- Models that were trained here by scripts.
               SELECT s.person_id, decode(g.report ->> 'model_sha256', 'hex')
               FROM gradings g JOIN submissions s ON s.id = g.submission_id WHERE s.kind = 'script')
           SELECT DISTINCT model_sha256 AS "model_sha256!" FROM files mine
         WHERE person_id = $1
           AND NOT EXISTS (SELECT FROM files other
                           WHERE other.model_sha256 = mine.model_sha256 AND other.person_id <> $1)
           AND NOT EXISTS (SELECT FROM exercise_versions
                           WHERE position(encode(mine.model_sha256, 'hex') IN manifest::text) > 0)
           AND NOT EXISTS (SELECT FROM exercises
                           WHERE position(encode(mine.model_sha256, 'hex') IN texts::text) > 0)"#,
        person.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.iter().filter_map(|bytes| Sha256::try_from(bytes.as_slice()).ok()).collect())
}

/// Everything about `person` as one document; secrets are left out, being kept as hashes only.
pub(super) async fn export(pool: &PgPool, person: &Person, now: DateTime<Utc>) -> Result<Value, sqlx::Error> {
    let id = person.id;
    Ok(json!({
        "made_at": now,
        "account": account(pool, id).await?,
        "sessions": sessions(pool, id).await?,
        "one_time_links": links(pool, id).await?,
        "api_tokens": tokens(pool, id).await?,
        "failed_sign_ins": events(pool, &limits::email_key(&person.email)).await?,
        "mail": mail(pool, id, &person.email).await?,
        "submissions": submissions(pool, id).await?,
        "repeatable_requests": requests(pool, id).await?,
        "enrolments": enrolments(pool, id).await?,
        "quiz_attempts": quiz_attempts(pool, id).await?,
        "completed_modules": completions(pool, id).await?,
        "certificates": certificates(pool, id).await?,
        "accommodations": accommodations(pool, id).await?,
        "classes": classes(pool, id).await?,
        "extensions": extensions(pool, id).await?,
        "grade_adjustments": grade_adjustments(pool, id).await?,
        "opened_modules": opened_modules(pool, id).await?,
        "audit_log": audit_log(pool, id).await?,
    }))
}

/// `SELECT` of rows as JSON objects, gathered into one array.
macro_rules! rows {
    ($name:ident, $sql:literal) => {
        async fn $name(pool: &PgPool, person: PersonId) -> Result<Value, sqlx::Error> {
            let rows = sqlx::query_scalar!($sql, person.0).fetch_all(pool).await?;
            Ok(rows.into_iter().collect())
        }
    };
}

rows!(
    account,
    r#"SELECT to_jsonb(people) - 'password_hash' || jsonb_build_object('has_password', password_hash IS NOT NULL)
       AS "row!" FROM people WHERE id = $1"#
);
rows!(
    sessions,
    r#"SELECT to_jsonb(sessions) - 'key_hash' - 'person_id' AS "row!" FROM sessions
       WHERE person_id = $1 ORDER BY created_at"#
);
rows!(
    links,
    r#"SELECT to_jsonb(mail_tokens) - 'token_hash' - 'person_id' AS "row!" FROM mail_tokens
       WHERE person_id = $1 ORDER BY created_at"#
);
rows!(
    tokens,
    r#"SELECT to_jsonb(api_tokens) - 'token_hash' - 'person_id' AS "row!" FROM api_tokens
       WHERE person_id = $1 ORDER BY created_at"#
);
rows!(
    submissions,
    r#"SELECT to_jsonb(submissions) - 'person_id' || jsonb_build_object(
           'model_sha256', encode(model_sha256, 'hex'),
           'runs', (SELECT COALESCE(jsonb_agg(jsonb_build_object(
                        'number', run.number, 'state', run.state, 'started_at', run.started_at,
                        'finished_at', run.finished_at) ORDER BY run.number), '[]')
                    FROM grading_runs run WHERE run.submission_id = submissions.id),
           'outputs', (SELECT COALESCE(jsonb_agg(jsonb_build_object(
                           'written_at', output.written_at, 'text', COALESCE(output.log, output.tail),
                           'points', output.points) ORDER BY output.written_at), '[]')
                       FROM training_logs output WHERE output.submission_id = submissions.id),
           'gradings', (SELECT COALESCE(jsonb_agg(
                            to_jsonb(grading) - 'correct_bits' - 'submission_id' - 'run_id' || jsonb_build_object(
                                'predictions_sha256', encode(grading.predictions_sha256, 'hex'),
                                'published', EXISTS (SELECT FROM publications
                                                     WHERE grading_id = grading.id AND superseded_at IS NULL))
                            ORDER BY grading.created_at), '[]')
                        FROM gradings grading WHERE grading.submission_id = submissions.id),
           'changes', (SELECT COALESCE(jsonb_agg(
                           to_jsonb(change) - 'submission_id' - 'shadow_id' - 'decided_by' ORDER BY change.id), '[]')
                       FROM regradings change WHERE change.submission_id = submissions.id),
           'reviews', (SELECT COALESCE(jsonb_agg(
                           to_jsonb(review) - 'submission_id' - 'answered_by' ORDER BY review.id), '[]')
                       FROM submission_reviews review WHERE review.submission_id = submissions.id)) AS "row!"
       FROM submissions WHERE person_id = $1 ORDER BY created_at"#
);
rows!(
    requests,
    r#"SELECT to_jsonb(idempotency_keys) - 'person_id'
           || jsonb_build_object('request_sha256', encode(request_sha256, 'hex')) AS "row!"
       FROM idempotency_keys WHERE person_id = $1 ORDER BY created_at"#
);
rows!(
    enrolments,
    r#"SELECT to_jsonb(enrolments) - 'person_id' AS "row!" FROM enrolments WHERE person_id = $1 ORDER BY enrolled_at"#
);
rows!(
    quiz_attempts,
    r#"SELECT to_jsonb(quiz_attempts) - 'person_id' AS "row!" FROM quiz_attempts
       WHERE person_id = $1 ORDER BY started_at"#
);
rows!(
    completions,
    r#"SELECT to_jsonb(module_completions) - 'person_id' AS "row!" FROM module_completions
       WHERE person_id = $1 ORDER BY completed_at"#
);
rows!(
    certificates,
    r#"SELECT to_jsonb(certificates) - 'person_id' || jsonb_build_object(
           'payload', convert_from(payload, 'UTF8'), 'signature', encode(signature, 'hex'),
           'revocation', (SELECT jsonb_build_object('revoked_at', revoked_at, 'reason', reason)
                          FROM revocations WHERE certificate_id = certificates.id)) AS "row!"
       FROM certificates WHERE person_id = $1 ORDER BY issued_at"#
);
rows!(
    accommodations,
    r#"SELECT to_jsonb(accommodations) - 'person_id' - 'granted_by' AS "row!" FROM accommodations
       WHERE person_id = $1 ORDER BY granted_at"#
);
rows!(
    audit_log,
    r#"SELECT to_jsonb(audit_log) AS "row!" FROM audit_log
       WHERE actor_id = $1 OR object = $1::text ORDER BY at"#
);

/// Bodies are left out: they are emptied once sent and hold one-time links until then.
async fn mail(pool: &PgPool, person: PersonId, recipient: &str) -> Result<Value, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        r#"SELECT to_jsonb(outgoing_mail) - 'person_id' - 'body' AS "row!" FROM outgoing_mail
           WHERE person_id = $1 OR recipient = $2 ORDER BY created_at"#,
        person.0,
        recipient,
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().collect())
}

async fn events(pool: &PgPool, key: &str) -> Result<Value, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        r#"SELECT jsonb_build_object('limit', bucket, 'at', at) AS "row!" FROM rate_events WHERE key = $1 ORDER BY at"#,
        key,
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().collect())
}
rows!(
    classes,
    r#"SELECT to_jsonb(m) - 'person_id' || jsonb_build_object('name', c.name) AS "row!"
       FROM cohort_members m JOIN cohorts c ON c.id = m.cohort_id WHERE person_id = $1 ORDER BY joined_at"#
);
rows!(
    extensions,
    r#"SELECT to_jsonb(due_extensions) - 'person_id' - 'granted_by' AS "row!" FROM due_extensions
       WHERE person_id = $1 ORDER BY granted_at"#
);
rows!(
    grade_adjustments,
    r#"SELECT to_jsonb(grade_adjustments) - 'person_id' - 'made_by' AS "row!" FROM grade_adjustments
       WHERE person_id = $1 ORDER BY made_at"#
);
rows!(
    opened_modules,
    r#"SELECT to_jsonb(module_openings) - 'person_id' AS "row!" FROM module_openings
       WHERE person_id = $1 ORDER BY opened_at"#
);
