//! SQL of the instructor's view of submissions.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use super::{Ended, Filter, Only, Part};
use crate::ids::{PersonId, Slug, SubmissionId};
use crate::results::Origin;

/// A submission in the instructor's list.
#[derive(Debug)]
pub struct Found {
    /// The submission.
    pub id: SubmissionId,
    /// Whose it is.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Its number.
    pub number: i32,
    /// What its owner called the file.
    pub file_name: String,
    /// When it was received.
    pub created_at: DateTime<Utc>,
    /// Whether it belongs to an exam.
    pub is_exam: bool,
    /// How it ended; `None` while it is being graded.
    pub verdict: Option<String>,
    /// Its score.
    pub score: Option<f64>,
    /// The metric of the score.
    pub metric: Option<String>,
    /// How its result came about.
    pub origin: Option<Origin>,
    /// Whether a request for a review waits.
    pub asks: bool,
}

/// Submissions to an exercise that fit, newest first.
pub async fn find(
    executor: impl PgExecutor<'_>,
    exercise: &Slug,
    filter: &Filter,
    part: Part,
) -> Result<Vec<Found>, sqlx::Error> {
    let (verdict, waiting) = match filter.verdict {
        Some(Ended::As(verdict)) => (Some(verdict.as_str()), false),
        Some(Ended::Waiting) => (None, true),
        None => (None, false),
    };
    let only = filter.only.map(|only| match only {
        Only::Best => "best",
        Only::Last => "last",
    });
    sqlx::query_as!(
        Found,
        r#"WITH fits AS (
               SELECT s.id, s.person_id, p.name, s.number, s.file_name, s.created_at,
                      s.context ->> 'kind' = 'exam' AS is_exam, g.verdict, g.score, g.report, g.origin,
                      row_number() OVER (PARTITION BY s.person_id ORDER BY s.id DESC) AS age,
                      row_number() OVER (
                          PARTITION BY s.person_id
                          ORDER BY (g.verdict = 'passed') DESC NULLS LAST,
                                   CASE WHEN $9 THEN -g.score ELSE g.score END DESC NULLS LAST, s.id) AS rank
               FROM submissions s JOIN people p ON p.id = s.person_id
               LEFT JOIN publications standing ON standing.submission_id = s.id AND standing.superseded_at IS NULL
               LEFT JOIN gradings g ON g.id = standing.grading_id
               WHERE s.exercise_slug = $1
                 AND (position(lower($2) IN lower(p.name)) > 0 OR position(lower($2) IN coalesce(p.email, '')) > 0)
                 AND ($3::text IS NULL OR g.verdict = $3) AND (NOT $4 OR g.id IS NULL)
                 AND ($5::timestamptz IS NULL OR s.created_at >= $5)
                 AND ($6::timestamptz IS NULL OR s.created_at < $6)
                 AND ($7::boolean IS NULL OR (s.context ->> 'kind' = 'exam') = $7)
                 AND ($8::text IS NULL OR COALESCE(g.exercise_version, s.exercise_version) = $8))
           SELECT id AS "id: SubmissionId", person_id AS "person: PersonId", name, number, file_name, created_at,
                  is_exam AS "is_exam!", verdict AS "verdict?", score, report #>> '{evaluation,metric}' AS metric,
                  origin AS "origin?: Origin",
                  EXISTS (SELECT FROM submission_reviews r
                          WHERE r.submission_id = fits.id AND r.answered_at IS NULL) AS "asks!"
           FROM fits
           WHERE ($10::text IS NULL OR ($10 = 'best' AND rank = 1) OR ($10 = 'last' AND age = 1))
             AND ($11::uuid IS NULL OR id < $11)
           ORDER BY id DESC LIMIT $12"#,
        exercise.as_str(),
        filter.who,
        verdict,
        waiting,
        filter.from,
        filter.to,
        filter.exam,
        filter.version,
        filter.is_loss,
        only,
        part.before.map(|id| id.0),
        part.most,
    )
    .fetch_all(executor)
    .await
}

/// One run of the grader for a submission.
#[derive(Debug)]
pub struct Run {
    /// First, second, … run.
    pub number: i32,
    /// Host and process that claimed it.
    pub worker: String,
    /// running, done, failed or lost.
    pub state: String,
    /// When it was claimed.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// What failed, where it was our fault.
    pub error: Option<String>,
}

/// The runs of a submission, in order.
pub async fn runs(executor: impl PgExecutor<'_>, submission: SubmissionId) -> Result<Vec<Run>, sqlx::Error> {
    sqlx::query_as!(
        Run,
        "SELECT number, worker, state, started_at, finished_at, error FROM grading_runs
         WHERE submission_id = $1 ORDER BY number",
        submission.0,
    )
    .fetch_all(executor)
    .await
}
