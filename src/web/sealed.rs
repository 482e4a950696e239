//! What a result page says beyond the open score: the sealed evaluation, further conditions, all metrics.

use crate::grading::bounds;
use crate::grading::metrics::Metric;
use crate::grading::report::{ConditionOutcome, Report, SealedKind};
use crate::messages::Tr;

/// The sealed score in words.
pub(super) struct SealedPart {
    /// The score against its mark.
    pub sentence: String,
    /// What the difference between both scores means.
    pub difference: String,
    /// What this kind of evaluation shows, and what it does not.
    pub proves: String,
}

impl SealedPart {
    /// `None` where the exercise has no sealed evaluation or nothing was scored.
    pub(super) fn new(tr: Tr, report: &Report) -> Option<Self> {
        let (open, sealed) = (report.evaluation.as_ref()?, report.sealed.as_ref()?);
        let is_share = open.metric.is_proportion();
        let args = [
            ("score", tr.score(is_share, sealed.score)),
            ("mark", tr.score(is_share, sealed.mark)),
            ("n", tr.int(sealed.n)),
            ("open", tr.score(is_share, open.score)),
        ];
        let (kind, proves) = match sealed.kind {
            SealedKind::Variants => ("variants", "result-sealed-variants-prove"),
            SealedKind::Private => ("private", "result-sealed-private-prove"),
        };
        let outcome = if sealed.passed { "passed" } else { "below" };
        let is_much_worse = open.metric.is_proportion() && open.score - sealed.score > 0.1;
        let difference = if is_much_worse { "result-sealed-much-worse" } else { "result-sealed-similar" };
        Some(Self {
            sentence: tr.with(&format!("result-sealed-{kind}-{outcome}"), &args),
            difference: tr.with(difference, &args),
            proves: tr.s(proves),
        })
    }
}

/// A condition as a row of a table.
pub(super) struct ConditionRow {
    /// What is bounded.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The bound.
    pub bound: String,
    /// Whether it holds.
    pub holds: bool,
}

/// Every condition of the exercise.
pub(super) fn conditions(tr: Tr, report: &Report) -> Vec<ConditionRow> {
    report.conditions.iter().map(|condition| row(tr, condition)).collect()
}

fn row(tr: Tr, condition: &ConditionOutcome) -> ConditionRow {
    let show = |value: f64| number(tr, &condition.metric, value);
    ConditionRow {
        name: tr.s(&format!("metric-{}", condition.metric)),
        value: condition.value.map_or_else(|| tr.s("result-condition-unknown"), show),
        bound: bounds(condition.at_least, condition.at_most, show),
        holds: condition.holds,
    }
}

/// Every metric of the open samples by name, in the order in which metrics are declared.
pub(super) fn metrics(tr: Tr, report: &Report) -> Vec<(String, String)> {
    let Some(scored) = &report.evaluation else { return Vec::new() };
    let shown = |metric: &Metric| {
        let value = *scored.metrics.get(metric.as_str())?;
        Some((tr.s(&format!("metric-{}", metric.as_str())), tr.score(metric.is_proportion(), value)))
    };
    Metric::ALL.iter().filter_map(shown).collect()
}

/// A value of a metric, or a fact about a file, as people read it.
pub(super) fn number(tr: Tr, metric: &str, value: f64) -> String {
    match Metric::from_name(metric) {
        Some(known) => tr.score(known.is_proportion(), value),
        None => tr.int(value.round().to_string().parse::<u64>().unwrap_or_default()),
    }
}
