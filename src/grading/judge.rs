//! Compares predictions with the truth, in this process only: scores, marks, conditions.

use std::collections::BTreeMap;

use super::{
    Condition, DataSet, Evaluation, Truth,
    adapt::Refusal,
    adaptation::Adaptation,
    job::bounds,
    metrics::{Classification, Metric, MetricKind, Regression, ScoreKind, probabilities, wilson95},
    report::{ConditionOutcome, CorrectSamples, ModelFacts, Predictions, Scored, SealedScore},
    verdict::Reason,
};

/// The scores of one set of samples.
struct Scores {
    n: u32,
    correct: Option<u32>,
    classification: Option<Classification>,
    metrics: BTreeMap<String, f64>,
    kind: Option<ScoreKind>,
}

/// The judgement of a model that was run to its end.
pub(super) struct Judgement {
    /// Why it passed or did not.
    pub reason: Refusal,
    /// The open scores.
    pub open: Scored,
    /// The sealed scores.
    pub sealed: Option<SealedScore>,
    /// The conditions.
    pub conditions: Vec<ConditionOutcome>,
    /// Which open samples were predicted correctly.
    pub correct: Option<CorrectSamples>,
    /// What was done to read probabilities.
    pub adapted: Option<Adaptation>,
}

/// Judges a model by its predictions and the facts about its file; `seal` names the sealed samples.
///
/// # Errors
/// The predictions are no answer: not finite, out of range, or labels where probabilities are needed.
pub(super) fn judge(
    evaluation: &Evaluation,
    (file_bytes, facts): (u64, &ModelFacts),
    (open, sealed): (&Predictions, Option<&Predictions>),
    seal: &str,
) -> Result<Judgement, Refusal> {
    let scores = score(evaluation, &evaluation.open, open)?;
    let value = value_of(&scores.metrics, evaluation.metric)?;
    let sealed = match (&evaluation.sealed, sealed) {
        (Some(spec), Some(predictions)) => {
            let scores = score(evaluation, spec.data(&evaluation.open), predictions)?;
            let value = value_of(&scores.metrics, evaluation.metric)?;
            Some(SealedScore {
                kind: spec.kind(),
                score: value,
                mark: spec.mark,
                passed: evaluation.metric.reached(value, spec.mark),
                n: scores.n,
                interval: scores.correct.map(|correct| wilson95(correct, scores.n)),
                metrics: scores.metrics,
                seal: seal.to_owned(),
            })
        }
        (_, _) => None,
    };
    let conditions = evaluation.conditions.iter().map(|one| outcome(one, &scores.metrics, (file_bytes, facts)));
    let conditions: Vec<ConditionOutcome> = conditions.collect();
    let (metric, marks) = (evaluation.metric, evaluation.marks);
    let passed = metric.reached(value, marks.pass);
    let everything = passed && sealed.as_ref().is_none_or(|sealed| sealed.passed) && conditions.iter().all(|c| c.holds);
    let distinction = everything && marks.distinction.is_some_and(|mark| metric.reached(value, mark));
    let reason = reason(metric, (passed, distinction), sealed.as_ref(), &conditions);
    let correct = flags(&evaluation.open.truth, open);
    let adapted = adaptation(evaluation, scores.kind);
    let open = scored(scores, (value, passed, distinction), evaluation);
    Ok(Judgement { reason, open, sealed, conditions, correct, adapted })
}

fn scored(scores: Scores, (value, passed, distinction): (f64, bool, bool), evaluation: &Evaluation) -> Scored {
    let (per_class, confusion) = scores.classification.map_or_else(Default::default, |c| (c.per_class, c.confusion));
    Scored {
        metric: evaluation.metric,
        score: value,
        pass_mark: evaluation.marks.pass,
        distinction_mark: evaluation.marks.distinction,
        passed,
        distinction,
        interval: scores.correct.map(|correct| wilson95(correct, scores.n)),
        n: scores.n,
        correct: scores.correct,
        metrics: scores.metrics,
        per_class,
        confusion,
    }
}

fn score(evaluation: &Evaluation, data: &DataSet, predictions: &Predictions) -> Result<Scores, Refusal> {
    if !predictions.are_finite() {
        return Err(Refusal::new(Reason::NotFinite, &[]));
    }
    let classes = evaluation.contract.classes();
    let out_of_range = || Refusal::new(Reason::LabelRange, &[("classes", &classes)]);
    match (&data.truth, predictions) {
        (Truth::Classes(truth), Predictions::Scores { .. } | Predictions::Labels(_)) => {
            let probabilities = match predictions {
                Predictions::Scores { values, classes } => Some(probabilities(values, *classes)),
                Predictions::Labels(_) | Predictions::Values(_) => None,
            };
            let rows = probabilities.as_ref().map(|(rows, _)| rows.as_slice());
            let outcome = Classification::new(truth, &predictions.labels(), classes, rows).ok_or_else(out_of_range)?;
            Ok(Scores {
                n: outcome.n,
                correct: Some(outcome.correct),
                metrics: outcome.metrics.clone(),
                kind: probabilities.map(|(_, kind)| kind),
                classification: Some(outcome),
            })
        }
        (Truth::Values(truth), Predictions::Values(values)) => {
            let values: Vec<f64> = values.iter().map(|&value| f64::from(value)).collect();
            let outcome = Regression::new(truth, &values).ok_or_else(out_of_range)?;
            Ok(Scores { n: outcome.n, correct: None, classification: None, metrics: outcome.metrics, kind: None })
        }
        (Truth::Classes(_), Predictions::Values(_)) | (Truth::Values(_), _) => Err(out_of_range()),
    }
}

fn value_of(metrics: &BTreeMap<String, f64>, metric: Metric) -> Result<f64, Refusal> {
    let missing = || Refusal::new(Reason::LabelsOnly, &[("metric", &metric.as_str())]);
    metrics.get(metric.as_str()).copied().ok_or_else(missing)
}

/// How scores became probabilities is told where a metric of the exercise depends on it.
fn adaptation(evaluation: &Evaluation, kind: Option<ScoreKind>) -> Option<Adaptation> {
    let conditions = evaluation.conditions.iter().filter_map(|condition| Metric::from_name(&condition.metric));
    let mut metrics = std::iter::once(evaluation.metric).chain(conditions);
    let matters = metrics.any(|metric| metric.kind() == MetricKind::Probabilities);
    match kind.filter(|_| matters)? {
        ScoreKind::Probabilities => None,
        ScoreKind::LogProbabilities => Some(Adaptation::OutputLogProbabilities),
        ScoreKind::Logits => Some(Adaptation::OutputLogits),
    }
}

#[expect(clippy::cast_precision_loss, reason = "sizes and counts are far below 2^52")]
fn outcome(
    condition: &Condition,
    metrics: &BTreeMap<String, f64>,
    (bytes, facts): (u64, &ModelFacts),
) -> ConditionOutcome {
    let value = match condition.metric.as_str() {
        "model_bytes" => Some(bytes as f64),
        "parameters" => Some(facts.parameters as f64),
        "multiply_adds" => facts.multiply_adds.map(|count| count as f64),
        name => metrics.get(name).copied(),
    };
    let holds = value.is_some_and(|value| {
        condition.at_least.is_none_or(|least| value >= least) && condition.at_most.is_none_or(|most| value <= most)
    });
    ConditionOutcome {
        metric: condition.metric.clone(),
        value,
        at_least: condition.at_least,
        at_most: condition.at_most,
        holds,
    }
}

/// The first thing that was missed decides the reason.
fn reason(
    metric: Metric,
    (passed, distinction): (bool, bool),
    sealed: Option<&SealedScore>,
    conditions: &[ConditionOutcome],
) -> Refusal {
    if !passed {
        return Refusal::new(Reason::BelowMark, &[]);
    }
    if let Some(missed) = sealed.filter(|sealed| !sealed.passed) {
        let (found, expected) = (show(metric, missed.score), show(metric, missed.mark));
        return Refusal::new(Reason::BelowSealedMark, &[("found", &found), ("expected", &expected)]);
    }
    if let Some(missed) = conditions.iter().find(|condition| !condition.holds) {
        let metric = Metric::from_name(&missed.metric);
        let number = |value: f64| metric.map_or_else(|| value.to_string(), |metric| show(metric, value));
        let found = missed.value.map_or_else(|| "?".to_owned(), number);
        let expected = bounds(missed.at_least, missed.at_most, number);
        let args: [(&str, &dyn ToString); 3] = [("metric", &missed.metric), ("found", &found), ("expected", &expected)];
        return Refusal::new(Reason::ConditionNotMet, &args);
    }
    Refusal::new(if distinction { Reason::Distinction } else { Reason::Passed }, &[])
}

/// A value as sentences show it: proportions in percent.
fn show(metric: Metric, value: f64) -> String {
    if metric.is_proportion() { format!("{:.2} %", value * 100.0) } else { format!("{value:.4}") }
}

fn flags(truth: &Truth, predictions: &Predictions) -> Option<CorrectSamples> {
    let Truth::Classes(truth) = truth else { return None };
    let flags: Vec<bool> = truth.iter().zip(predictions.labels()).map(|(truth, label)| *truth == label).collect();
    Some(CorrectSamples::from_flags(&flags))
}
