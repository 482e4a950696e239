//! Trials: the right and wrong submissions of an exercise, run on this server before it is published.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgExecutor};

use super::{AuthoringError, Work};
use crate::blobs::Sha256;
use crate::exercises::Exercise;
use crate::exercises::manifest::Example;
use crate::grading::report::Report;
use crate::grading::verdict::Verdict;
use crate::ids::{PersonId, RevisionId, Slug, TrialId};
use crate::queue;

mod store;

pub use store::{find, finish, latest};

/// One trial.
#[derive(Debug, Clone)]
pub struct Trial {
    /// Its id.
    pub id: TrialId,
    /// The exercise.
    pub slug: Slug,
    /// What was tried.
    pub revision: RevisionId,
    /// What decides a score in that revision.
    pub version: String,
    /// How many submissions are to be run.
    pub examples: i32,
    /// Whether scripts may be among them, which run where scripts run.
    pub takes_scripts: bool,
    /// Those that are done.
    pub results: Vec<Tried>,
    /// What failed, where it was our fault.
    pub error: Option<String>,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// When the last one was done.
    pub finished_at: Option<DateTime<Utc>>,
}

/// What came of one right or wrong submission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// Path within the exercise.
    pub file: String,
    /// Digest of the file.
    pub sha256: Sha256,
    /// The verdict that the manifest expects.
    pub expected: Verdict,
    /// The verdict that it got.
    pub verdict: Verdict,
    /// The finer reason code.
    pub reason: String,
    /// The numbers and names in the reason's sentence.
    #[serde(default)]
    pub args: BTreeMap<String, String>,
    /// The exercise's metric on the hidden samples, where there was a score.
    pub score: Option<f64>,
    /// The same on the sealed samples.
    pub sealed: Option<f64>,
    /// Samples labelled correctly, in a classification.
    pub correct: Option<u32>,
}

impl Tried {
    /// What a report says of an example.
    pub fn new(example: &Example, sha256: Sha256, report: &Report) -> Self {
        let evaluation = report.evaluation.as_ref();
        Self {
            file: example.file.clone(),
            sha256,
            expected: example.verdict,
            verdict: report.verdict,
            reason: report.reason.to_string(),
            args: report.args.clone(),
            score: evaluation.map(|scored| scored.score),
            sealed: report.sealed.as_ref().map(|scored| scored.score),
            correct: evaluation.and_then(|scored| scored.correct),
        }
    }

    /// Whether it came out as expected.
    pub fn is_as_expected(&self) -> bool {
        self.expected == self.verdict
    }
}

/// What is known of each example of a draft, under its present version.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Each example with what came of it; `None` where it was not run yet.
    pub examples: Vec<(Example, Option<Tried>)>,
}

impl Standing {
    /// Whether at least one reference solution passes, and every example came out as expected.
    pub fn is_proven(&self) -> bool {
        let is_right = |(example, _): &(Example, Option<Tried>)| example.verdict == Verdict::Passed;
        let is_good = |(_, tried): &(Example, Option<Tried>)| tried.as_ref().is_some_and(Tried::is_as_expected);
        self.examples.iter().any(is_right) && self.examples.iter().all(is_good)
    }
}

/// What earlier trials say of the examples of a draft: only runs of the same bytes under the same version count.
pub async fn standing(
    executor: impl PgExecutor<'_>,
    work: &Work,
    exercise: &Exercise,
) -> Result<Standing, sqlx::Error> {
    let known = store::of_version(executor, &work.slug, &exercise.version).await?;
    let manifest = &exercise.manifest;
    let examples = manifest.right.iter().chain(&manifest.wrong).map(|example| {
        let sha256 = work.tree.get(&example.file).map(|file| file.sha256);
        let same = |tried: &&Tried| {
            Some(tried.sha256) == sha256 && tried.expected == example.verdict && tried.file == example.file
        };
        (example.clone(), known.iter().find(same).cloned())
    });
    Ok(Standing { examples: examples.collect() })
}

/// Has a worker run the examples of a draft; asking again while one trial of the same revision waits changes nothing.
pub async fn ask(
    conn: &mut PgConnection,
    work: &Work,
    exercise: &Exercise,
    (by, now): (Option<PersonId>, DateTime<Utc>),
) -> Result<TrialId, AuthoringError> {
    if let Some(last) = latest(&mut *conn, &work.slug).await?
        && last.revision == work.head
        && last.finished_at.is_none()
    {
        return Ok(last.id);
    }
    let id = TrialId::new(now);
    let examples = exercise.manifest.right.len() + exercise.manifest.wrong.len();
    let takes_scripts = exercise.manifest.script.is_some();
    store::insert(conn, (id, work, &exercise.version), (examples, takes_scripts), (by, now)).await?;
    queue::enqueue_trial(conn, id, 0, takes_scripts).await?;
    Ok(id)
}

/// Writes down what came of one example, and has a worker go on with the next.
pub async fn note(
    conn: &mut PgConnection,
    trial: &Trial,
    tried: &Tried,
    now: DateTime<Utc>,
) -> Result<(), AuthoringError> {
    store::add_result(&mut *conn, trial.id, tried).await?;
    let done = trial.results.len() + 1;
    if done < usize::try_from(trial.examples).unwrap_or_default() {
        queue::enqueue_trial(conn, trial.id, done, trial.takes_scripts).await?;
    } else {
        finish(conn, trial.id, None, now).await?;
    }
    Ok(())
}
