//! What a certification exam attests: what was examined, with which results, and under which circumstances.

use chrono::{DateTime, SubsecRound as _, Utc};
use serde::{Deserialize, Serialize};

use crate::blobs::Sha256;
use crate::grading::metrics::Metric;
use crate::ids::Slug;
use crate::items::marking::reaches;
use crate::messages::Bilingual;

/// A passed exam as a certificate states it. Part of a frozen format, like everything in `credential`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Examination {
    /// The exam.
    pub exam: Slug,
    /// Title of the certificate.
    pub title: Bilingual,
    /// What was examined, and what was not.
    pub statement: Bilingual,
    /// The version of the exam: the hash of its definition.
    pub exam_version: String,
    /// Public reference of the attempt that was passed.
    pub attempt: String,
    /// When the attempt began, to the second.
    pub started_at: DateTime<Utc>,
    /// When its last part ended, to the second. The validity counts from here.
    pub finished_at: DateTime<Utc>,
    /// The parts, in the order of the exam.
    pub parts: Vec<Part>,
    /// Whether somebody watched.
    pub supervised: bool,
}

/// A part of an exam, with its result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Part {
    /// Questions.
    Theory {
        /// Title of the part.
        title: Bilingual,
        /// Points reached.
        points: f64,
        /// Points possible.
        max_points: f64,
        /// The share of the points that passes, 0 to 1.
        pass_mark: f64,
        /// The same by section, in the order of the exam.
        sections: Vec<Section>,
    },
    /// A model that was graded.
    Practice {
        /// Title of the part.
        title: Bilingual,
        /// The exercise.
        exercise: Slug,
        /// The version that was graded.
        exercise_version: String,
        /// What the scores measure.
        metric: String,
        /// The score on the open samples.
        score: f64,
        /// The open score that passes.
        pass_mark: f64,
        /// The score on the sealed samples, where the exercise has some.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sealed_score: Option<f64>,
        /// The sealed score that passes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sealed_mark: Option<f64>,
        /// The grader, with its ONNX Runtime.
        grader: String,
        /// SHA-256 of the model that was graded.
        model_sha256: Sha256,
        /// SHA-256 of the script that trained it, where one was submitted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        script_sha256: Option<Sha256>,
        /// The Python environment in which that script ran.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        environment: Option<String>,
        /// Whether the model was trained on the issuer's machines. Of another one nobody knows how it came to be.
        trained_here: bool,
    },
}

/// A section of a theory part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its title.
    pub title: Bilingual,
    /// Points reached.
    pub points: f64,
    /// Points possible.
    pub max_points: f64,
}

impl Examination {
    /// Whether it has parts and each of them reached its marks; nothing else may be certified.
    pub fn is_passed(&self) -> bool {
        !self.parts.is_empty() && self.parts.iter().all(Part::is_passed)
    }

    /// The same with its times to the second, as they are signed.
    pub(super) fn to_the_second(&self) -> Self {
        let (started_at, finished_at) = (self.started_at.trunc_subsecs(0), self.finished_at.trunc_subsecs(0));
        Self { started_at, finished_at, ..self.clone() }
    }
}

impl Part {
    /// Whether every mark of the part was reached; a metric that this version does not know is better when larger.
    fn is_passed(&self) -> bool {
        match self {
            Self::Theory { points, max_points, pass_mark, .. } => reaches(*points, *max_points, *pass_mark),
            Self::Practice { metric, score, pass_mark, sealed_score, sealed_mark, .. } => {
                let reached = |score: f64, mark: f64| match Metric::from_name(metric) {
                    Some(known) => known.reached(score, mark),
                    None => score >= mark,
                };
                let is_sealed_passed = match (sealed_score, sealed_mark) {
                    (Some(score), Some(mark)) => reached(*score, *mark),
                    (None, Some(_)) => false,
                    (Some(_) | None, None) => true,
                };
                reached(*score, *pass_mark) && is_sealed_passed
            }
        }
    }
}
