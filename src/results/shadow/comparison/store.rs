//! SQL of what a trial would change.

use sqlx::PgExecutor;
use sqlx::types::Json;

use super::{Brief, Compared, Kept};
use crate::grading::metrics::Metric;
use crate::grading::verdict::Verdict;
use crate::ids::{GradingId, PersonId, ShadowId, SubmissionId};
use crate::results::Origin;
use crate::results::shadow::Way;
use crate::submissions::Context;

/// What a trial says of each of its submissions, in the order of receipt.
pub async fn compare(executor: impl PgExecutor<'_>, id: ShadowId) -> Result<Vec<Compared>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT s.id AS "submission: SubmissionId", s.number, s.person_id AS "person: PersonId", p.name,
                  s.context AS "context: Json<Context>", c.way AS "way: Way", b.id AS "grading: GradingId",
                  b.origin AS "origin: Origin", b.verdict AS before_verdict, b.score AS before_score,
                  b.sealed_score AS before_sealed, b.report #>> '{evaluation,metric}' AS before_metric,
                  COALESCE((b.report #>> '{evaluation,distinction}')::boolean, FALSE) AS "before_distinction!",
                  r.verdict AS "after_verdict?", r.score AS "after_score?", r.sealed_score AS "after_sealed?",
                  r.report #>> '{evaluation,metric}' AS after_metric,
                  COALESCE((r.report #>> '{evaluation,distinction}')::boolean, FALSE) AS "after_distinction!",
                  EXISTS (SELECT FROM publications
                          WHERE grading_id = b.id AND superseded_at IS NULL) AS "stands!",
                  EXISTS (SELECT FROM regradings
                          WHERE shadow_id = c.shadow_id AND submission_id = s.id) AS "published!"
           FROM shadow_submissions c JOIN submissions s ON s.id = c.submission_id JOIN people p ON p.id = s.person_id
           JOIN gradings b ON b.id = c.grading_id
           LEFT JOIN shadow_results r ON r.shadow_id = c.shadow_id AND r.submission_id = c.submission_id
           WHERE c.shadow_id = $1 ORDER BY s.id"#,
        id.0,
    )
    .fetch_all(executor)
    .await?;
    let metric = |name: Option<String>| name.and_then(|name| Metric::from_name(&name));
    let verdict = |name: &str| Verdict::from_name(name).unwrap_or(Verdict::PlatformFault);
    let compared = rows.into_iter().map(|row| {
        let before = Brief {
            verdict: verdict(&row.before_verdict),
            metric: metric(row.before_metric),
            score: row.before_score,
            sealed: row.before_sealed,
            distinction: row.before_distinction,
        };
        let (score, sealed, distinction) = (row.after_score, row.after_sealed, row.after_distinction);
        let metric = metric(row.after_metric);
        let after = row.after_verdict.map(|name| Brief { verdict: verdict(&name), metric, score, sealed, distinction });
        let is_exam = matches!(row.context.0, Context::Exam { .. });
        let kept = match (row.stands, row.origin) {
            _ if row.published => None,
            (false, _) => Some(Kept::Changed),
            (true, Origin::Decision) => Some(Kept::Decided),
            (true, Origin::Run | Origin::Rescore | Origin::Rerun) => {
                (is_exam && metric.is_some() && before.metric != metric).then_some(Kept::Exam)
            }
        };
        Compared {
            submission: row.submission,
            number: row.number,
            person: row.person,
            name: row.name,
            context: row.context.0,
            way: row.way,
            grading: row.grading,
            before,
            after,
            kept,
            published: row.published,
        }
    });
    Ok(compared.collect())
}
