//! What the API answers: types of their own, so that a column never renames a member of the public JSON.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::exercises::catalogue::Offer;
use crate::exercises::manifest;
use crate::grading::adaptation::Adaptation;
use crate::grading::report::{self, ConditionOutcome, SealedScore};
use crate::grading::verdict::Verdict;
use crate::messages::Tr;
use crate::results::Published;
use crate::results::status::Status;
use crate::submissions;
use crate::web::{State, result};

/// An exercise on offer.
#[derive(Serialize, ToSchema)]
pub(super) struct Exercise {
    slug: String,
    version: String,
    title: Text,
    metric: &'static str,
    pass_mark: f64,
    distinction_mark: Option<f64>,
    /// The mark of the sealed evaluation, where there is one.
    sealed_mark: Option<f64>,
    earns: bool,
    attempts_per_day: u32,
    max_model_bytes: u64,
    url: String,
}

/// A text in both languages.
#[derive(Serialize, ToSchema)]
struct Text {
    en: String,
    zh: String,
}

impl Exercise {
    pub(super) fn new(state: &State, offer: &Offer) -> Self {
        Self {
            slug: offer.slug.to_string(),
            version: offer.version.clone(),
            title: Text { en: offer.texts.title.en.clone(), zh: offer.texts.title.zh.clone() },
            metric: offer.manifest.metric.as_str(),
            pass_mark: offer.manifest.marks.pass,
            sealed_mark: offer.manifest.sealed.as_ref().map(manifest::Sealed::mark),
            distinction_mark: offer.manifest.marks.distinction,
            earns: offer.manifest.earns,
            attempts_per_day: offer.manifest.attempts_per_day,
            max_model_bytes: offer.manifest.limits.max_model_bytes,
            url: state.config.link(&format!("/exercises/{}", offer.slug)),
        }
    }
}

/// A submission and where it stands.
#[derive(Serialize, ToSchema)]
pub(super) struct Submission {
    id: Uuid,
    exercise: String,
    exercise_version: String,
    number: i32,
    /// `queued`, `running`, `graded`, or `platform_fault` (ours; uses no attempt).
    status: &'static str,
    /// Submissions ahead in the queue.
    ahead: Option<i64>,
    /// Samples run so far, and altogether.
    progress: Option<[i32; 2]>,
    created_at: DateTime<Utc>,
    file_name: String,
    model_sha256: String,
    model_bytes: i64,
    /// Name and hash of the second file, where the model keeps its weights apart.
    weights: Option<[String; 2]>,
    scale: Option<String>,
    note: String,
    /// The page for people.
    url: String,
    result: Option<Graded>,
}

/// The result of a grading.
#[derive(Serialize, ToSchema)]
struct Graded {
    verdict: &'static str,
    reason: &'static str,
    /// The reason in the language of the request.
    sentence: String,
    metric: Option<&'static str>,
    score: Option<f64>,
    passed: bool,
    interval: Option<[f64; 2]>,
    n: Option<u32>,
    correct: Option<u32>,
    metrics: BTreeMap<String, f64>,
    confusion: Option<Vec<Vec<u32>>>,
    sealed: Option<Sealed>,
    /// What must hold beside the marks.
    conditions: Vec<Condition>,
    /// Correct and all samples of the public practice sample.
    practice: Option<[u32; 2]>,
    adapted: Vec<&'static str>,
    /// The model's name for the output that was read.
    output: Option<String>,
    /// Whether it used one of the attempts.
    counts: bool,
    grader: String,
    #[serde(rename = "graded_at")]
    at: DateTime<Utc>,
}

/// The scores of the sealed evaluation.
#[derive(Serialize, ToSchema)]
struct Sealed {
    /// `variants` (drawn transforms of the hidden samples) or `private` (samples that nobody outside has seen).
    kind: SealedKind,
    score: f64,
    mark: f64,
    passed: bool,
    n: u32,
    metrics: BTreeMap<String, f64>,
}

/// Where sealed samples come from.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SealedKind {
    Variants,
    Private,
}

/// A bound on a metric, or on a fact about the file.
#[derive(Serialize, ToSchema)]
struct Condition {
    metric: String,
    value: Option<f64>,
    at_least: Option<f64>,
    at_most: Option<f64>,
    holds: bool,
}

impl From<&SealedScore> for Sealed {
    fn from(found: &SealedScore) -> Self {
        let kind = match found.kind {
            report::SealedKind::Variants => SealedKind::Variants,
            report::SealedKind::Private => SealedKind::Private,
        };
        let SealedScore { score, mark, passed, n, .. } = *found;
        Self { kind, score, mark, passed, n, metrics: found.metrics.clone() }
    }
}

impl From<&ConditionOutcome> for Condition {
    fn from(found: &ConditionOutcome) -> Self {
        let ConditionOutcome { metric, value, at_least, at_most, holds } = found.clone();
        Self { metric, value, at_least, at_most, holds }
    }
}

impl Submission {
    pub(super) fn new(state: &State, submission: &submissions::Submission, status: &Status, tr: Tr) -> Self {
        let (ahead, progress, graded) = match status {
            Status::Queued { ahead } => (Some(*ahead), None, None),
            Status::Running { done, total, .. } => (None, Some([*done, *total]), None),
            Status::Graded(published) => (None, None, Some(Graded::new(published, tr))),
            Status::Buried => (None, None, None),
        };
        Self {
            id: submission.id.0,
            exercise: submission.exercise.to_string(),
            exercise_version: submission.version.clone(),
            number: submission.number,
            status: status.name(),
            ahead,
            progress,
            created_at: submission.created_at,
            file_name: submission.file_name.clone(),
            model_sha256: submission.model.to_string(),
            model_bytes: submission.model_bytes,
            weights: submission.weights.as_ref().map(|file| [file.name.clone(), file.sha256.to_string()]),
            scale: Some(submission.scale.clone()).filter(|scale| !scale.is_empty()),
            note: submission.note.clone(),
            url: state.config.link(&format!("/submissions/{}", submission.id)),
            result: graded,
        }
    }
}

impl Graded {
    fn new(published: &Published, tr: Tr) -> Self {
        let report = &published.report;
        let scored = report.evaluation.as_ref();
        Self {
            verdict: report.verdict.as_str(),
            reason: report.reason.as_str(),
            sentence: result::reason(tr, report),
            metric: scored.map(|scored| scored.metric.as_str()),
            score: scored.map(|scored| scored.score),
            passed: report.verdict == Verdict::Passed,
            interval: scored.and_then(|scored| scored.interval),
            n: scored.map(|scored| scored.n),
            correct: scored.and_then(|scored| scored.correct),
            metrics: scored.map(|scored| scored.metrics.clone()).unwrap_or_default(),
            confusion: scored.map(|scored| scored.confusion.clone()),
            sealed: report.sealed.as_ref().map(Sealed::from),
            conditions: report.conditions.iter().map(Condition::from).collect(),
            practice: report.practice.map(|practice| [practice.correct, practice.n]),
            output: report.output.clone(),
            adapted: report.adapted.iter().copied().map(Adaptation::as_str).collect(),
            counts: published.counts,
            grader: report.grader.version.clone(),
            at: published.created_at,
        }
    }
}

/// An error, as RFC 9457 has it.
#[derive(Serialize, ToSchema)]
pub(super) struct Problem {
    r#type: String,
    status: u16,
    /// Stable name of the problem.
    code: String,
    title: String,
    /// What happened, why, and what to do next, in the language of the request.
    detail: String,
    request_id: Uuid,
}
