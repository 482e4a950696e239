//! What `assay grade` says: sentences for people, JSON for programs, an exit code for scripts.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{OUR_FAULT, say};
use crate::{
    grading::{
        report::{Report, Scored},
        verdict::Verdict,
    },
    messages::{self, Lang},
};

/// The result in sentences, to standard error.
pub(super) fn explain(report: &Report, lang: Lang) {
    let tr = messages::Tr::new(lang);
    eprintln!("{}", messages::text(lang, &report.verdict.message_key(), &[]));
    if let Some(scored) = &report.evaluation {
        eprintln!("{}", tr.with("grade-score", &score_args(tr, scored)));
        if let Some([low, high]) = scored.interval {
            eprintln!("{}", say(lang, "grade-interval", &[("low", &tr.percent(low)), ("high", &tr.percent(high))]));
        }
    }
    if let Some(sealed) = &report.sealed {
        let is_share = report.evaluation.as_ref().is_some_and(|scored| scored.metric.is_proportion());
        let args = [("score", tr.score(is_share, sealed.score)), ("mark", tr.score(is_share, sealed.mark))];
        eprintln!("{}", tr.with("grade-sealed", &args));
    }
    if let Some(practice) = &report.practice {
        eprintln!("{}", say(lang, "grade-practice", &[("correct", &practice.correct), ("n", &practice.n)]));
    }
    let mut args = report.message_args();
    for (_, value) in args.iter_mut().filter(|(name, _)| *name == "metric") {
        *value = tr.with(&format!("metric-{value}"), &[]);
    }
    eprintln!("{}", messages::text(lang, &report.reason.message_key(), &args));
    if let Some(text) = &report.diagnostic {
        eprintln!("{}", say(lang, "grade-diagnostic", &[("text", text)]));
    }
    for adaptation in &report.adapted {
        eprintln!("{}", say(lang, &format!("adapted-{}", adaptation.as_str()), &[]));
    }
    if let Some(output) = &report.output {
        eprintln!("{}", say(lang, "grade-output", &[("name", output)]));
    }
}

fn score_args(tr: messages::Tr, scored: &Scored) -> [(&'static str, String); 5] {
    [
        ("metric", tr.with(&format!("metric-{}", scored.metric.as_str()), &[])),
        ("correct", scored.correct.map_or_else(|| "–".to_owned(), |correct| tr.int(correct))),
        ("n", tr.int(scored.n)),
        ("score", tr.score(scored.metric.is_proportion(), scored.score)),
        ("mark", tr.score(scored.metric.is_proportion(), scored.pass_mark)),
    ]
}

/// The JSON of the contract.
pub(super) fn result(report: &Report, metric: &str) -> Value {
    let scored = report.evaluation.as_ref();
    let sealed = report.sealed.as_ref();
    json!({
        "verdict": report.verdict,
        "reason": report.reason,
        "metric": metric,
        "score": scored.map(|scored| scored.score),
        "passed": report.verdict == Verdict::Passed,
        "interval": scored.and_then(|scored| scored.interval),
        "n": scored.map(|scored| scored.n),
        "correct": scored.and_then(|scored| scored.correct),
        "accuracy": scored.and_then(|scored| scored.metrics.get("accuracy")),
        "metrics": scored.map(|scored| &scored.metrics),
        "confusion": scored.map(|scored| &scored.confusion),
        "sealed": sealed.map(|sealed| json!({
            "score": sealed.score,
            "passed": sealed.passed,
            "metrics": sealed.metrics,
            "kind": sealed.kind,
            "mark": sealed.mark,
        })),
        "conditions": report.conditions,
        "practice": report.practice,
        "adapted": report.adapted,
        "output": report.output,
        "scale": report.scale,
        "timings_ms": report.timings_ms,
        "grader": report.grader.version,
        "isolation": report.grader.isolation,
        "model_sha256": report.model_sha256,
        "training": report.training,
    })
}

/// The code that the program ends with.
pub(super) fn exit_code(verdict: Verdict) -> ExitCode {
    ExitCode::from(match verdict {
        Verdict::Passed => 0,
        Verdict::BelowMark => 1,
        Verdict::PlatformFault => OUR_FAULT,
        Verdict::InvalidModel
        | Verdict::UnsupportedOperator
        | Verdict::WrongInput
        | Verdict::WrongOutput
        | Verdict::ExternalData
        | Verdict::TimeLimit
        | Verdict::MemoryLimit
        | Verdict::OutputLimit
        | Verdict::DiskLimit
        | Verdict::NotFinite
        | Verdict::Crashed
        | Verdict::NoModel
        | Verdict::ScriptError
        | Verdict::Cancelled => 4,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grading::{adaptation::Adaptation, verdict::Reason};

    #[test]
    fn every_verdict_reason_and_adaptation_has_its_sentence_in_both_languages() {
        let args: Vec<_> = Reason::ARGUMENTS.into_iter().map(|name| (name, "7".to_owned())).collect();
        let verdicts = Verdict::ALL.into_iter().map(Verdict::message_key);
        let reasons = Reason::ALL.iter().map(|reason| reason.message_key());
        let adapted = Adaptation::ALL.iter().map(|code| format!("adapted-{}", code.as_str()));
        for key in verdicts.chain(reasons).chain(adapted) {
            for lang in Lang::ALL {
                assert!(messages::exists(lang, &key), "{key} is missing in {}", lang.code());
                let sentence = messages::text(lang, &key, &args);
                assert!(!sentence.contains(['{', '}']), "{key} asks for an unknown argument: {sentence}");
            }
        }
    }
}
