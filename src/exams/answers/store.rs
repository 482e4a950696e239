//! SQL of answers and their log.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::{Change, Kept, KeptAnswers};
use crate::ids::ExamAttemptId;
use crate::items::Answer;

/// Logs each change and keeps the highest revision of each question; returns the revisions kept of these questions. The
/// caller holds the attempt's lock, so that what the statement finds beside its own rows is what is kept.
pub async fn save(
    conn: &mut PgConnection,
    id: ExamAttemptId,
    device: Uuid,
    changes: &[Change],
    now: DateTime<Utc>,
) -> Result<Vec<(usize, i64)>, sqlx::Error> {
    let places: Vec<i32> = changes.iter().map(|change| i32::try_from(change.place).unwrap_or(i32::MAX)).collect();
    let revisions: Vec<i64> = changes.iter().map(|change| change.revision).collect();
    let answers: Vec<Option<serde_json::Value>> = changes
        .iter()
        .map(|change| change.answer.as_ref().map(serde_json::to_value).transpose())
        .collect::<Result<_, _>>()
        .map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let flags: Vec<bool> = changes.iter().map(|change| change.flagged).collect();
    let kept = sqlx::query!(
        r#"WITH given AS (
             SELECT * FROM unnest($2::int[], $3::bigint[], $4::jsonb[], $5::bool[]) AS g (place, revision, answer, flagged)
         ), logged AS (
             INSERT INTO exam_answer_log (attempt_id, place, revision, answer, flagged, device, received_at)
             SELECT $1, place, revision, answer, flagged, $6, $7 FROM given
         ), saved AS (
             INSERT INTO exam_answers (attempt_id, place, revision, answer, flagged, saved_at)
             SELECT DISTINCT ON (place) $1, place, revision, answer, flagged, $7 FROM given ORDER BY place, revision DESC
             ON CONFLICT (attempt_id, place) DO UPDATE
             SET revision = EXCLUDED.revision, answer = EXCLUDED.answer, flagged = EXCLUDED.flagged,
                 saved_at = EXCLUDED.saved_at
             WHERE exam_answers.revision < EXCLUDED.revision
             RETURNING place, revision
         )
         SELECT place AS "place!", revision AS "revision!" FROM saved
         UNION ALL
         SELECT place, revision FROM exam_answers
         WHERE attempt_id = $1 AND place = ANY ($2) AND place NOT IN (SELECT place FROM saved)"#,
        id.0,
        &places,
        &revisions,
        &answers as &[Option<serde_json::Value>],
        &flags,
        device,
        now,
    )
    .fetch_all(conn)
    .await?;
    Ok(kept.into_iter().map(|row| (place(row.place), row.revision)).collect())
}

/// The answers that count.
pub async fn answers(executor: impl PgExecutor<'_>, id: ExamAttemptId) -> Result<KeptAnswers, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT place, revision, answer AS "answer: Json<Answer>", flagged, saved_at
           FROM exam_answers WHERE attempt_id = $1"#,
        id.0,
    )
    .fetch_all(executor)
    .await?;
    let kept = |row: (i64, Option<Json<Answer>>, bool, DateTime<Utc>)| Kept {
        revision: row.0,
        answer: row.1.map(|answer| answer.0),
        flagged: row.2,
        saved_at: row.3,
    };
    Ok(rows
        .into_iter()
        .map(|row| (place(row.place), kept((row.revision, row.answer, row.flagged, row.saved_at))))
        .collect())
}

/// Every change that was received, in order: place, change, when.
pub async fn log(
    executor: impl PgExecutor<'_>,
    id: ExamAttemptId,
) -> Result<Vec<(Change, DateTime<Utc>)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT place, revision, answer AS "answer: Json<Answer>", flagged, received_at
           FROM exam_answer_log WHERE attempt_id = $1 ORDER BY id"#,
        id.0,
    )
    .fetch_all(executor)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let answer = row.answer.map(|answer| answer.0);
            (Change { place: place(row.place), revision: row.revision, answer, flagged: row.flagged }, row.received_at)
        })
        .collect())
}

fn place(number: i32) -> usize {
    usize::try_from(number).unwrap_or_default()
}
