//! What a submission's page says beyond its result: changes and their reasons, reviews; for instructors, its runs and what
//! they can do.

use crate::courses::staff::StaffRole;
use crate::exercises::catalogue;
use crate::grading::metrics::Metric;
use crate::grading::verdict::Verdict;
use crate::messages::Tr;
use crate::results::inspection::{self, Run};
use crate::results::regrading::{self, Change, Kind};
use crate::results::reviews::{self, Review};
use crate::results::{Origin, Published};
use crate::submissions::{Context, Submission};
use crate::web::staff::standing_on_exercise;
use crate::web::visit::SignedIn;
use crate::web::{State, WebError};

/// Changes, reviews, and the instructor's desk.
pub(in crate::web) struct Panel {
    /// In the order of the changes.
    pub changes: Vec<Changed>,
    /// In the order of the requests.
    pub reviews: Vec<Review>,
    /// Whether the reader may ask for a review now.
    pub can_ask: bool,
    /// For those who teach the exercise.
    pub desk: Option<Desk>,
}

/// One change in words.
pub(in crate::web) struct Changed {
    /// What happened, when and by whom.
    pub what: String,
    /// Result before and after.
    pub moved: String,
    /// The reason that was given.
    pub reason: String,
}

/// What an instructor sees and can do.
pub(in crate::web) struct Desk {
    /// Runs of the grader.
    pub runs: Vec<Run>,
    /// Whether results may be set.
    pub can_grade: bool,
    /// Whether a decision stands that can be taken back.
    pub is_decided: bool,
    /// Whether a request waits for an answer.
    pub is_asked: bool,
    /// Key of the score's label: shares are typed in percent.
    pub score_label: &'static str,
    /// Key of what is to be known of a submission to an exam.
    pub exam_note: Option<&'static str>,
}

impl Panel {
    /// Of a submission whose page somebody may see.
    pub async fn of(
        state: &State,
        who: &SignedIn,
        submission: &Submission,
        published: Option<&Published>,
    ) -> Result<Self, WebError> {
        let changes = regrading::of_submission(&state.pool, submission.id).await?;
        let reviews = reviews::of_submission(&state.pool, submission.id).await?;
        let is_asked = reviews.iter().any(|review| review.answered_at.is_none());
        let is_exam = matches!(submission.context, Context::Exam { .. });
        let is_own = submission.person == who.person.id;
        let desk = match standing_on_exercise(state, &who.person, &submission.exercise).await? {
            Some(role) => Some(Desk {
                runs: inspection::runs(&state.pool, submission.id).await?,
                can_grade: role >= StaffRole::Grader && !is_own && published.is_some(),
                is_decided: published.is_some_and(|published| published.origin == Origin::Decision),
                is_asked,
                score_label: score_label(state, submission, published).await?,
                exam_note: is_exam.then_some("inspector-decide-exam"),
            }),
            None => None,
        };
        Ok(Self {
            changes: changes.iter().map(|change| Changed::new(who.tr, change)).collect(),
            can_ask: is_own && !is_exam && !is_asked && published.is_some(),
            reviews,
            desk,
        })
    }
}

async fn score_label(
    state: &State,
    submission: &Submission,
    published: Option<&Published>,
) -> Result<&'static str, sqlx::Error> {
    let version = published.map_or(&submission.version, |published| &published.version);
    let manifest = catalogue::version(&state.pool, version).await?;
    let is_share = manifest.is_none_or(|manifest| manifest.metric.is_proportion());
    Ok(if is_share { "inspector-score-percent" } else { "inspector-score-value" })
}

impl Changed {
    fn new(t: Tr, change: &Change) -> Self {
        let key = match change.kind {
            Kind::Shadow => "result-regraded",
            Kind::Override => "result-decided",
            Kind::Withdrawal => "result-withdrawn",
        };
        let by = change.by.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| t.s("result-somebody"));
        let short = |verdict: &str, score: Option<f64>, metric: Option<&str>| {
            let verdict = Verdict::from_name(verdict).map(|verdict| t.with(&verdict.message_key(), &[]));
            let metric = metric.and_then(Metric::from_name);
            let is_share = metric.is_none_or(Metric::is_proportion);
            let name = metric.map(|metric| t.s(&format!("metric-{}", metric.as_str())));
            let score = score.map(|score| t.score(is_share, score));
            verdict
                .into_iter()
                .chain(score.is_some().then_some(name).flatten())
                .chain(score)
                .collect::<Vec<_>>()
                .join(" · ")
        };
        let before = short(&change.before_verdict, change.before_score, change.before_metric.as_deref());
        let after = short(&change.after_verdict, change.after_score, change.after_metric.as_deref());
        Self {
            what: t.with(key, &[("time", t.time(&change.at)), ("name", by)]),
            moved: t.s2("result-moved", "before", before, "after", after),
            reason: change.reason.clone(),
        }
    }
}
