//! The sealed evaluation: repeatable, different for everybody, and honest about which lookups it catches.

use std::sync::atomic::AtomicBool;

use assay::{
    exercises::seal_key::SealKey,
    grading::{
        DataSet, Evaluation, Graded, Job, Truth, grade,
        report::SealedKind,
        seal::{Seal, Sealed, Source},
        verdict::{Reason, Verdict},
    },
};

use super::{correct, digits, job, load, read, sandbox};

const CNN: &str = "exercises/mnist-digits/right/keras_cnn_tf_nhwc_tf2onnx.onnx";

fn seal_of(subject: &str) -> Seal {
    SealKey::public("test").seal("version", subject)
}

fn graded(evaluation: &Evaluation, model: &str, seal: Seal) -> Graded {
    let (cancel, model) = (AtomicBool::new(false), read(model));
    grade(&sandbox(), &Job { seal, ..job(evaluation, &model, &cancel, &|_| ()) }).unwrap()
}

#[test]
fn a_draw_repeats_exactly_for_the_same_learner_and_differs_for_another() {
    let run = |subject| graded(&digits().1, CNN, seal_of(subject));
    let (ada, again, bea) = (run("ada"), run("ada"), run("bea"));
    let sealed = |graded: &Graded| graded.report.sealed.clone().unwrap();
    assert_eq!(sealed(&ada), sealed(&again));
    assert_eq!(ada.sealed_predictions, again.sealed_predictions);
    assert_ne!(sealed(&ada).seal, sealed(&bea).seal);
    assert_ne!(ada.sealed_predictions, bea.sealed_predictions);
    assert_eq!(ada.predictions, bea.predictions, "the open samples are the same for all");
    for graded in [&ada, &bea] {
        let sealed = sealed(graded);
        assert!((0.925..0.945).contains(&sealed.score) && sealed.passed && sealed.n == 10_000, "{sealed:?}");
        assert_eq!((sealed.kind, graded.report.verdict), (SealedKind::Variants, Verdict::Passed));
    }
}

/// A copy of the public test set answers everything. Variants catch it where it only compares pixels; one that first
/// normalises position and size goes through, which is why variants do not certify.
#[test]
fn a_naive_lookup_is_caught_and_a_normalising_one_is_not() {
    let naive = graded(&digits().1, "tests/models/lookup/naive.onnx", seal_of("ada")).report;
    assert!(correct(&naive) >= 9_990, "{}", correct(&naive));
    let sealed = naive.sealed.as_ref().unwrap();
    assert!((0.78..0.90).contains(&sealed.score) && !sealed.passed, "{sealed:?}");
    assert_eq!((naive.verdict, naive.reason), (Verdict::BelowMark, Reason::BelowSealedMark));

    let normalising = graded(&digits().1, "tests/models/lookup/normalising.onnx", seal_of("ada")).report;
    assert!(correct(&normalising) >= 9_990, "{}", correct(&normalising));
    assert!(normalising.sealed.as_ref().unwrap().score > 0.99);
    assert_eq!(normalising.verdict, Verdict::Passed);
}

/// It ignores its input and answers with the published labels, in their order: 10,000 of 10,000 open.
#[test]
fn a_list_of_the_published_labels_is_caught_because_variants_come_in_another_order() {
    let report = graded(&digits().1, "tests/models/lookup/by_position.onnx", seal_of("ada")).report;
    assert_eq!(correct(&report), 10_000);
    let sealed = report.sealed.as_ref().unwrap();
    assert!(sealed.score < 0.15, "{sealed:?}");
    assert_eq!(report.reason, Reason::BelowSealedMark);
}

#[test]
fn private_samples_are_run_as_they_are_and_tell_the_lookup_from_the_model() {
    // Training images stand for samples that the lookup has never seen.
    let (_, hello) = load("hello-onnx");
    let (_, mut evaluation) = load("mnist-digits");
    let source = Source::Private { set: "0123456789abcdef0123".into(), data: hello.open.clone() };
    evaluation.sealed = Some(Sealed { mark: 0.975, source });
    let model = graded(&evaluation, CNN, seal_of("ada")).report.sealed.unwrap();
    assert_eq!((model.kind, model.n, model.seal.as_str()), (SealedKind::Private, 500, "private-0123456789abcdef"));
    assert!(model.passed, "{model:?}");
    let lookup = graded(&evaluation, "tests/models/lookup/normalising.onnx", seal_of("ada")).report;
    assert!(!lookup.sealed.as_ref().unwrap().passed, "{:?}", lookup.sealed);
    assert_eq!(lookup.verdict, Verdict::BelowMark);
}

#[test]
fn further_conditions_decide_as_well_and_are_named() {
    let (_, mut evaluation) = load("hello-onnx");
    let condition =
        |metric: &str, at_least, at_most| assay::grading::Condition { metric: metric.into(), at_least, at_most };
    evaluation.conditions = vec![
        condition("multiply_adds", None, Some(7_840.0)),
        condition("worst_class_recall", Some(0.5), None),
        condition("parameters", None, Some(7_000.0)),
    ];
    let report = graded(&evaluation, "exercises/hello-onnx/starter/hello.onnx", seal_of("ada")).report;
    assert_eq!(report.conditions.iter().map(|one| one.holds).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!((report.verdict, report.reason), (Verdict::BelowMark, Reason::ConditionNotMet));
    assert_eq!(report.args["metric"], "parameters");
    assert!(report.evaluation.unwrap().passed, "the open mark itself was reached");
}

#[test]
fn a_regression_is_scored_by_its_errors() {
    // 200 samples of one number; hello.onnx has no such contract, so a model of one multiplication is made by hand.
    let (_, mut evaluation) = load("breast-cancer");
    let n = evaluation.open.truth.len();
    let radius = evaluation.open.samples[0].read(0, evaluation.open.samples[0].len()).unwrap();
    let first = |index: usize| f64::from_le_bytes(radius[index * 240..index * 240 + 8].try_into().unwrap());
    evaluation.contract.target = assay::grading::contract::Target::Value;
    evaluation.open = DataSet {
        samples: evaluation.open.samples.clone(),
        truth: Truth::Values((0..n).map(|i| first(i) + 0.5).collect()),
    };
    evaluation.practice = None;
    evaluation.conditions.clear();
    evaluation.metric = assay::grading::metrics::Metric::Mae;
    evaluation.marks = assay::grading::Marks { pass: 0.6, distinction: None };
    let report = graded(&evaluation, "tests/models/first_feature.onnx", seal_of("ada")).report;
    let scored = report.evaluation.unwrap_or_else(|| panic!("{} {:?}", report.reason, report.args));
    assert!((scored.score - 0.5).abs() < 1e-4 && (scored.metrics["rmse"] - 0.5).abs() < 1e-4, "{:?}", scored.metrics);
    assert_eq!((report.verdict, scored.correct, scored.interval), (Verdict::Passed, None, None));
    assert!(!scored.metrics.contains_key("accuracy"));
}

#[test]
fn a_text_operator_without_a_locale_runs_behind_the_walls() {
    let (_, evaluation) = load("course-questions");
    let report = graded(&evaluation, "tests/models/lower_case.onnx", seal_of("ada")).report;
    assert_eq!((report.verdict, report.reason), (Verdict::BelowMark, Reason::BelowMark), "{:?}", report.diagnostic);
    assert!(report.adapted.iter().any(|code| code.as_str() == "input_text_locale"), "{:?}", report.adapted);
}
