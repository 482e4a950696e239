//! SQL of certificates, their revocation and the keys that signed them.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use super::code::Code;
use super::public_key::PublicKey;
use super::verification::Revocation;
use super::{Filter, Held, Listed, Standing, Stored};
use crate::db::one_row;
use crate::ids::{CertificateId, PersonId};
use crate::messages::Bilingual;

/// Lets one process at a time decide which key is active; held until the transaction ends.
pub(super) async fn lock_keys(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('assay signing keys', 0))").execute(conn).await?;
    Ok(())
}

pub(super) async fn active_key_id(executor: impl PgExecutor<'_>) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("SELECT id FROM signing_keys WHERE active").fetch_optional(executor).await
}

/// Every key that ever signed, oldest first; rows whose name is not that of their key are no keys.
pub(super) async fn public_keys(executor: impl PgExecutor<'_>) -> Result<Vec<PublicKey>, sqlx::Error> {
    let rows =
        sqlx::query!("SELECT id, public_key FROM signing_keys ORDER BY created_at, id").fetch_all(executor).await?;
    let keys = rows
        .into_iter()
        .filter_map(|row| PublicKey::try_from(row.public_key.as_slice()).ok().filter(|key| key.to_string() == row.id));
    Ok(keys.collect())
}

pub(super) async fn insert_active_key(
    conn: &mut PgConnection,
    key: &PublicKey,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO signing_keys (id, public_key, active, created_at) VALUES ($1, $2, true, $3)",
        key.to_string(),
        key.as_bytes().as_slice(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn retire_active_key(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE signing_keys SET active = FALSE WHERE active").execute(conn).await?;
    Ok(())
}

/// Lets one transaction at a time decide whether `person` has earned the certificate of `course`, or of an exam under
/// the name that the register gives it.
pub(super) async fn lock_course(conn: &mut PgConnection, person: PersonId, course: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", format!("certificate {person} {course}"))
        .execute(conn)
        .await?;
    Ok(())
}

/// What the register of people says about a holder.
pub(super) struct HolderRow {
    pub email_confirmed_at: Option<DateTime<Utc>>,
    pub certificate_name: Option<String>,
    pub certificate_name_confirmed_at: Option<DateTime<Utc>>,
}

/// The holder, unless their account is deleted.
pub(super) async fn holder(executor: impl PgExecutor<'_>, person: PersonId) -> Result<Option<HolderRow>, sqlx::Error> {
    sqlx::query_as!(
        HolderRow,
        "SELECT email_confirmed_at, certificate_name, certificate_name_confirmed_at
         FROM people WHERE id = $1 AND deleted_at IS NULL",
        person.0,
    )
    .fetch_optional(executor)
    .await
}

/// A module whose quiz was passed.
pub(super) struct QuizRow {
    pub module: String,
    pub completed_at: DateTime<Utc>,
    pub points: f64,
    pub max_points: f64,
}

pub(super) async fn passed_quizzes(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    course: &str,
) -> Result<Vec<QuizRow>, sqlx::Error> {
    sqlx::query_as!(
        QuizRow,
        r#"SELECT c.module, c.completed_at, COALESCE(a.points, 0) AS "points!", COALESCE(a.max_points, 0) AS "max_points!"
           FROM module_completions c JOIN quiz_attempts a ON a.id = c.quiz_attempt_id
           WHERE c.person_id = $1 AND c.course_slug = $2"#,
        person.0,
        course,
    )
    .fetch_all(executor)
    .await
}

/// The best published grading of an exercise that was passed.
pub(super) struct ExerciseRow {
    pub exercise: String,
    pub version: String,
    pub score: f64,
    pub metric: Option<String>,
    pub pass_mark: Option<f64>,
    pub distinction: bool,
    pub grader: String,
    pub model_sha256: Vec<u8>,
    pub passed_at: DateTime<Utc>,
}

pub(super) async fn passed_exercises(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    exercises: &[String],
) -> Result<Vec<ExerciseRow>, sqlx::Error> {
    sqlx::query_as!(
        ExerciseRow,
        r#"SELECT DISTINCT ON (s.exercise_slug)
                  s.exercise_slug AS exercise, g.exercise_version AS version, g.score AS "score!",
                  g.report #>> '{evaluation,metric}' AS metric,
                  (g.report #>> '{evaluation,pass_mark}')::double precision AS pass_mark,
                  COALESCE((g.report #>> '{evaluation,distinction}')::boolean, false) AS "distinction!",
                  g.grader_version AS grader, g.created_at AS passed_at,
                  -- Of a script, the model that it trained here.
                  CASE s.kind WHEN 'script' THEN decode(g.report ->> 'model_sha256', 'hex')
                              ELSE s.model_sha256 END AS "model_sha256!"
           FROM submissions s
           JOIN publications p ON p.submission_id = s.id AND p.superseded_at IS NULL
           JOIN gradings g ON g.id = p.grading_id
           JOIN exercises e ON e.slug = s.exercise_slug
           JOIN exercise_versions offered ON offered.version = e.version
           WHERE s.person_id = $1 AND s.exercise_slug = ANY($2) AND g.verdict = 'passed' AND g.score IS NOT NULL
             -- A pass from before the exercise was sealed says nothing about what the certificate states now.
             AND (offered.manifest -> 'sealed' IS NULL OR g.sealed_score IS NOT NULL OR g.origin = 'decision')
           ORDER BY s.exercise_slug, g.score DESC, g.created_at, g.id"#,
        person.0,
        exercises,
    )
    .fetch_all(executor)
    .await
}

/// Titles of exercises as they are now.
pub(super) async fn exercise_titles(
    executor: impl PgExecutor<'_>,
    exercises: &[String],
) -> Result<Vec<(String, Bilingual)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT e.slug, COALESCE(e.texts -> 'title', v.manifest -> 'title') AS "title: Json<Bilingual>"
           FROM exercises e JOIN exercise_versions v ON v.version = e.version WHERE e.slug = ANY($1)"#,
        exercises,
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().filter_map(|row| row.title.map(|title| (row.slug, title.0))).collect())
}

/// The certificates that `person` has of a course or exam, newest first.
pub(super) async fn held(
    executor: impl PgExecutor<'_>,
    person: PersonId,
    course: &str,
    now: DateTime<Utc>,
) -> Result<Vec<Held>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT id AS "id: CertificateId", course_version, attempt, expires_at, r.revoked_at AS "revoked_at?"
           FROM certificates LEFT JOIN revocations r ON r.certificate_id = id
           WHERE person_id = $1 AND course_slug = $2 ORDER BY issued_at DESC, id"#,
        person.0,
        course,
    )
    .fetch_all(executor)
    .await?;
    let held = rows.into_iter().map(|row| Held {
        id: row.id,
        course_version: row.course_version,
        attempt: row.attempt,
        revoked_at: row.revoked_at,
        standing: Standing::at(now, row.expires_at, row.revoked_at.is_some()),
    });
    Ok(held.collect())
}

pub(super) async fn insert(conn: &mut PgConnection, new: &Stored) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO certificates (id, code, person_id, course_slug, course_version, attempt, holder_name, issued_at,
                                   expires_at, key_id, payload, signature)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        new.id.0,
        new.code,
        new.person.0,
        new.course_slug,
        new.course_version,
        new.attempt.as_deref(),
        new.holder_name,
        new.issued_at,
        new.expires_at,
        new.key_id,
        new.payload,
        new.signature,
    )
    .execute(conn)
    .await?;
    Ok(())
}

macro_rules! select_stored {
    ($executor:expr, $condition:literal, $argument:expr) => {
        sqlx::query!(
            r#"SELECT id AS "id: CertificateId", code, person_id AS "person: PersonId", course_slug, course_version,
                      attempt, holder_name, issued_at, expires_at, key_id, payload, signature,
                      r.revoked_at AS "revoked_at?", r.reason AS "reason?"
               FROM certificates LEFT JOIN revocations r ON r.certificate_id = id WHERE "#
                + $condition,
            $argument,
        )
        .map(|row| Stored {
            id: row.id,
            code: row.code,
            person: row.person,
            course_slug: row.course_slug,
            course_version: row.course_version,
            attempt: row.attempt,
            holder_name: row.holder_name,
            issued_at: row.issued_at,
            expires_at: row.expires_at,
            key_id: row.key_id,
            payload: row.payload,
            signature: row.signature,
            revocation: row.revoked_at.zip(row.reason).map(|(at, reason)| Revocation { at, reason }),
        })
        .fetch_optional($executor)
        .await
    };
}

pub(super) async fn by_code(executor: impl PgExecutor<'_>, code: &Code) -> Result<Option<Stored>, sqlx::Error> {
    select_stored!(executor, "code = $1", code.to_string())
}

pub(super) async fn by_id(executor: impl PgExecutor<'_>, id: CertificateId) -> Result<Option<Stored>, sqlx::Error> {
    select_stored!(executor, "id = $1", id.0)
}

/// What a filter leaves of the register, newest first or counted; both ask the same, so that they cannot disagree.
macro_rules! matching {
    ($select:literal, $end:literal, $filter:expr, $now:expr $(, $more:expr)*) => {
        sqlx::query!(
            $select
                + r#" FROM certificates c
                      JOIN people p ON p.id = c.person_id
                      LEFT JOIN revocations r ON r.certificate_id = c.id
                      WHERE ($1::uuid IS NULL OR c.person_id = $1)
                        AND ($2 = '' OR c.holder_name ILIKE '%' || $2 || '%' OR p.email ILIKE '%' || $2 || '%'
                             OR c.course_slug ILIKE '%' || $2 || '%' OR c.code = $3)
                        AND ($4::text IS NULL OR $4 = CASE WHEN r.certificate_id IS NOT NULL THEN 'revoked'
                                                           WHEN c.expires_at <= $5 THEN 'expired' ELSE 'valid' END)
                        AND ($6::text[] IS NULL OR c.course_slug = ANY($6)) "#
                + $end,
            $filter.person.map(|person| person.0),
            pattern(&$filter.text),
            $filter.text.parse::<Code>().map(|code| code.to_string()).unwrap_or_default(),
            $filter.standing.map(Standing::name),
            $now,
            $filter.subjects.as_deref()
            $(, $more)*
        )
    };
}

/// A text as part of a pattern: the signs of patterns are searched for as they are.
fn pattern(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// Certificates for a list, newest first: of one person, of some courses and exams, or what a search finds.
pub(super) async fn list(
    executor: impl PgExecutor<'_>,
    filter: &Filter,
    now: DateTime<Utc>,
) -> Result<Vec<Listed>, sqlx::Error> {
    let rows = matching!(
        r#"SELECT c.id AS "id: CertificateId", c.code, c.person_id AS "person: PersonId", c.course_slug, c.holder_name,
                  p.email, c.issued_at, c.expires_at, r.revoked_at AS "revoked_at?", r.reason AS "reason?", c.payload"#,
        "ORDER BY c.issued_at DESC, c.id LIMIT $7 OFFSET $8",
        filter,
        now,
        i64::from(filter.limit),
        i64::from(filter.skip)
    )
    .fetch_all(executor)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Listed {
            id: row.id,
            code: row.code,
            person: row.person,
            course_slug: row.course_slug,
            title: Listed::title_in(&row.payload),
            holder_name: row.holder_name,
            email: row.email,
            issued_at: row.issued_at,
            expires_at: row.expires_at,
            standing: Standing::at(now, row.expires_at, row.revoked_at.is_some()),
            revocation: row.revoked_at.zip(row.reason).map(|(at, reason)| Revocation { at, reason }),
        })
        .collect())
}

/// How many certificates [`list`] would have without its limit.
pub(super) async fn count(
    executor: impl PgExecutor<'_>,
    filter: &Filter,
    now: DateTime<Utc>,
) -> Result<i64, sqlx::Error> {
    Ok(matching!(r#"SELECT count(*) AS "count!""#, "", filter, now).fetch_one(executor).await?.count)
}

/// Every revoked certificate with the time, in the order of ids.
pub(super) async fn revoked(executor: impl PgExecutor<'_>) -> Result<Vec<(CertificateId, DateTime<Utc>)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT certificate_id AS "id: CertificateId", revoked_at FROM revocations ORDER BY certificate_id"#
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.revoked_at)).collect())
}

/// Inserts nothing where the certificate is already revoked; tells whether it did.
pub(super) async fn revoke(
    conn: &mut PgConnection,
    id: CertificateId,
    by: Option<PersonId>,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let result = sqlx::query!(
        "INSERT INTO revocations (certificate_id, revoked_at, revoked_by, reason) VALUES ($1, $2, $3, $4)
         ON CONFLICT (certificate_id) DO NOTHING",
        id.0,
        now,
        by.map(|person| person.0),
        reason,
    )
    .execute(conn)
    .await?;
    if result.rows_affected() == 0 {
        return Ok(false);
    }
    one_row(&result)?;
    Ok(true)
}
