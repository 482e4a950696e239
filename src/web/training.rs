//! What pages say about training scripts: what an exercise asks of them, and how one ran.

use super::curve::Curve;
use super::{State, WebError};
use crate::exercises::catalogue::Offer;
use crate::exercises::environments;
use crate::exercises::manifest::Script;
use crate::grading::report::Report;
use crate::ids::SubmissionId;
use crate::messages::Tr;
use crate::results::retraining::{self, Again};
use crate::results::{operations, training};

/// Lines of the log that a result shows; the rest is a click away.
const LINES: usize = 60;

/// How a script ran, on its result page.
pub(super) struct TrainingPart {
    pub facts: Vec<(String, String)>,
    pub tail: String,
    pub curve: Option<Curve>,
    pub again: Option<AgainPart>,
}

/// Further runs with other seeds.
pub(super) struct AgainPart {
    /// How far the scores spread, once all have ended.
    pub spread: Option<String>,
    /// Seed, open and sealed score or how it ended.
    pub rows: Vec<(String, String, String)>,
}

impl TrainingPart {
    /// `None` for a submission that is no script.
    pub async fn of(
        state: &State,
        tr: Tr,
        submission: SubmissionId,
        report: &Report,
    ) -> Result<Option<Self>, WebError> {
        let Some(ran) = &report.training else { return Ok(None) };
        let shown = training::of_submission(&state.pool, submission).await?;
        let seconds = |milliseconds: f64| tr.s1("seconds-exactly", "n", format!("{:.1}", milliseconds / 1000.0));
        let short = |hash: &str| hash.chars().take(12).collect::<String>();
        let facts = vec![
            (tr.s("training-environment"), format!("{} ({})", ran.environment, short(&ran.environment_hash))),
            (tr.s("training-seed"), ran.seed.to_string()),
            (tr.s("training-time"), seconds(ran.wall_ms)),
            (tr.s("training-cpu"), seconds(ran.cpu_ms)),
            (tr.s("training-memory"), tr.size(ran.peak_memory_bytes)),
            (tr.s("training-isolation"), tr.s(if ran.tier == "P" { "training-tier-p" } else { "training-tier-p2" })),
            (tr.s("training-script-hash"), short(&ran.script_sha256)),
        ];
        let curve = shown.as_ref().and_then(|shown| Curve::new(tr, &shown.points));
        let text = shown.map(|shown| shown.log.unwrap_or(shown.tail)).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(LINES)..).unwrap_or_default().join("\n");
        let again = AgainPart::of(state, tr, submission, report).await?;
        Ok(Some(Self { facts, tail, curve, again }))
    }
}

impl AgainPart {
    async fn of(state: &State, tr: Tr, submission: SubmissionId, report: &Report) -> Result<Option<Self>, WebError> {
        let runs = retraining::of_submission(&state.pool, submission).await?;
        let Some(scored) = report.evaluation.as_ref().filter(|_| !runs.is_empty()) else { return Ok(None) };
        let show = |score: f64| tr.score(scored.metric.is_proportion(), score);
        let row = |run: &Again| {
            let ended = match &run.verdict {
                Some(verdict) => tr.s(&format!("verdict-{verdict}")),
                None => tr.s("training-again-waits"),
            };
            (run.seed.to_string(), run.score.map_or(ended, show), run.sealed_score.map_or_else(|| "–".to_owned(), show))
        };
        let all: Vec<f64> = runs.iter().filter_map(|run| run.score).chain([scored.score]).collect();
        let is_over = runs.iter().all(|run| run.verdict.is_some());
        let low = all.iter().copied().fold(f64::INFINITY, f64::min);
        let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let args = [("n", tr.int(all.len() as u64)), ("low", show(low)), ("high", show(high))];
        let key = if high > low { "training-again-spread" } else { "training-again-equal" };
        Ok(Some(Self { spread: is_over.then(|| tr.with(key, &args)), rows: runs.iter().map(row).collect() }))
    }
}

/// What an exercise asks of scripts, on its page.
pub(super) struct ScriptPart {
    pub models: bool,
    pub facts: Vec<(String, String)>,
    /// Name, one sentence, and whether a worker has it.
    pub environments: Vec<(String, String, bool)>,
}

impl ScriptPart {
    /// `None` for an exercise that takes models only.
    pub async fn of(state: &State, tr: Tr, offer: &Offer) -> Result<Option<Self>, WebError> {
        let Some(rules) = &offer.manifest.script else { return Ok(None) };
        let ready = operations::ready_environments(&state.pool, state.clock.now()).await?;
        let declared = environments::declared(&state.pool).await?;
        let row = |name: &String| {
            let summary = declared.iter().find(|(known, _)| known == name).map(|(_, found)| tr.pick(&found.summary));
            (name.clone(), summary.map(ToString::to_string).unwrap_or_default(), ready.contains(name))
        };
        let environments = rules.environments.iter().map(row).collect();
        Ok(Some(Self { models: rules.models, facts: facts(tr, rules), environments }))
    }
}

fn facts(tr: Tr, rules: &Script) -> Vec<(String, String)> {
    let megabytes = |number: u32| format!("{number} MB");
    vec![
        (tr.s("script-limit-size"), tr.s1("bytes", "n", tr.int(rules.max_bytes))),
        (tr.s("script-limit-cpu"), tr.s1("seconds", "n", rules.cpu_seconds)),
        (tr.s("script-limit-wall"), tr.s1("seconds", "n", rules.wall_seconds)),
        (tr.s("script-limit-memory"), megabytes(rules.memory_mb)),
        (tr.s("script-limit-disk"), megabytes(rules.disk_mb)),
        (tr.s("script-limit-processes"), tr.int(rules.processes)),
        (tr.s("training-seed"), rules.seed.to_string()),
    ]
}
