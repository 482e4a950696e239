//! Scores stored predictions again, under another metric, marks or conditions: a pure function, nothing runs.

use super::{
    DataSet, Evaluation,
    adaptation::Adaptation,
    judge,
    pipeline::set_reason,
    report::{CorrectSamples, Predictions, Report},
};

/// The report that `before` would have been under `evaluation`, by the judgement of every grading; the predictions must be
/// of the same samples. `sealed` comes with the name of its samples.
///
/// `None` if the predictions are of other samples, or a sealed evaluation lacks them: then only a run can tell.
pub fn rescored(
    evaluation: &Evaluation,
    before: &Report,
    open: &Predictions,
    sealed: Option<(&Predictions, &str)>,
) -> Option<(Report, Option<CorrectSamples>)> {
    let fits = |data: &DataSet, predictions: &Predictions| data.truth.len() == predictions.samples();
    let sealed_fits = match (&evaluation.sealed, sealed) {
        (None, _) => true,
        (Some(spec), Some((predictions, _))) => fits(spec.data(&evaluation.open), predictions),
        (Some(_), None) => false,
    };
    (fits(&evaluation.open, open) && sealed_fits).then_some(())?;
    let mut report = unjudged(before);
    let facts = report.model.clone().unwrap_or_default();
    let (sealed, seal) = sealed.unzip();
    let judged = judge::judge(evaluation, (report.model_bytes, &facts), (open, sealed), seal.unwrap_or_default());
    let correct = match judged {
        Ok(judgement) => {
            report.evaluation = Some(judgement.open);
            report.sealed = judgement.sealed;
            report.conditions = judgement.conditions;
            report.adapted.extend(judgement.adapted);
            set_reason(&mut report, judgement.reason);
            judgement.correct
        }
        Err(refusal) => {
            set_reason(&mut report, refusal);
            None
        }
    };
    Some((report, correct))
}

/// What the run was like stays; what was judged goes.
fn unjudged(before: &Report) -> Report {
    let mut report = Report { evaluation: None, sealed: None, conditions: Vec::new(), ..before.clone() };
    // Told again where the new metric depends on it.
    report.adapted.retain(|one| !matches!(one, Adaptation::OutputLogits | Adaptation::OutputLogProbabilities));
    report
}
