//! Honest models of every kind reach the score that they deserve.

use std::cell::RefCell;

use assay::grading::{
    GRADER_VERSION, Graded, Truth, grade, grader_version,
    report::{Predictions, Report},
    scale::Scale,
    verdict::{Reason, Verdict},
};
use sha2::{Digest, Sha256};

use super::{correct, digits, hello, job, load, read, report, sandbox, try_grade};

#[test]
fn every_submission_that_ships_with_an_exercise_comes_out_as_its_manifest_says() {
    for (exercise, evaluation) in [digits(), hello()] {
        let examples = exercise.manifest.right.iter().chain(&exercise.manifest.wrong);
        for example in examples {
            let model = std::fs::read(exercise.folder.join(&example.file)).unwrap();
            let report = report(evaluation, &model, example.scale);
            assert_eq!(report.verdict, example.verdict, "{}: {report:?}", example.file);
            if let Some(expected) = example.correct {
                assert!(correct(&report).abs_diff(expected) <= 2, "{}: {}", example.file, correct(&report));
            }
        }
    }
}

#[test]
fn the_provided_file_passes_its_exercise_and_no_other() {
    let model = read("exercises/hello-onnx/starter/hello.onnx");
    assert_eq!(report(&hello().1, &model, None).verdict, Verdict::Passed);
    assert_eq!(report(&digits().1, &model, None).verdict, Verdict::BelowMark);
}

#[test]
fn one_model_in_many_shapes_and_types_always_answers_the_same() {
    for (name, adapted) in [
        ("batch64", "batch_fixed"),
        ("no_channel", "layout_no_channel"),
        ("float64", "layout_flat input_float64 output_float64"),
        ("float16", "layout_channels_first input_float16 output_float16"),
        ("uint8", "input_integer"),
        ("int32", "input_integer"),
        ("int64", "input_integer"),
        ("int8", "layout_flat input_integer input_shifted"),
        ("labels", "layout_flat output_labels"),
    ] {
        let report = report(&hello().1, &read(&format!("tests/models/{name}.onnx")), None);
        let codes: Vec<_> = report.adapted.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.join(" "), adapted, "{name}");
        assert!(correct(&report).abs_diff(466) <= 1, "{name}: {}", correct(&report));
    }
}

#[test]
fn a_model_that_does_not_fit_is_told_why() {
    let reason = |name: &str, scale: Option<&str>| {
        let scale = scale.map(|text| text.parse().unwrap());
        let report = report(&hello().1, &read(&format!("tests/models/{name}.onnx")), scale);
        assert_eq!(report.verdict, report.reason.verdict());
        assert!(report.evaluation.is_none());
        report.reason
    };
    assert_eq!(reason("uint8", Some("unit")), Reason::ScaleForIntegers);
    assert_eq!(reason("labels_from_one", None), Reason::LabelRange);
}

#[test]
fn a_wrong_scale_is_named_and_never_corrected() {
    let model = read("exercises/mnist-digits/right/v_float_raw255.onnx");
    let wrong = report(&digits().1, &model, None);
    assert_eq!((wrong.verdict, wrong.reason), (Verdict::WrongInput, Reason::PracticeScaledTwice));
    assert_eq!((wrong.scale, wrong.met_hidden), (Some(Scale::Unit), false), "as asked, and the attempt is kept");
}

#[test]
fn the_report_says_how_it_came_about() {
    let model = read("exercises/hello-onnx/starter/hello.onnx");
    let steps = RefCell::new(Vec::new());
    let cancel = std::sync::atomic::AtomicBool::new(false);
    let progress = |step: assay::grading::Progress| steps.borrow_mut().push((step.done, step.total));
    let graded = grade(&sandbox(), &job(&hello().1, &model, &cancel, &progress)).unwrap();
    assert_eq!(*steps.borrow(), [(100, 500), (200, 500), (300, 500), (400, 500), (500, 500)]);

    let report = graded.report;
    let scored = report.evaluation.as_ref().unwrap();
    assert_eq!((scored.n, scored.confusion.iter().flatten().sum::<u32>()), (500, 500));
    assert_eq!(Some(graded.correct.unwrap().count()), scored.correct);
    let labels = graded.predictions.unwrap().labels();
    let Truth::Classes(truth) = &hello().1.open.truth else { panic!("classes") };
    let agreeing = labels.iter().zip(truth).filter(|(label, truth)| label == truth).count();
    assert_eq!(agreeing, correct(&report) as usize);
    let [low, high] = scored.interval.unwrap();
    assert!(low < scored.score && scored.score < high);
    let facts = report.model.as_ref().unwrap();
    assert_eq!((facts.opset, facts.nodes, facts.parameters), (17, 3, 7850));
    assert_eq!(facts.producer, "assay hello-onnx");
    assert_eq!(report.model_sha256, hex::encode(Sha256::digest(&model)));
    assert_eq!(report.grader.version, grader_version());
    assert!(["rlimits", "landlock", "seccomp"].iter().all(|wall| report.grader.isolation.iter().any(|w| w == wall)));
    assert!(report.timings_ms.run > 0.0 && report.timings_ms.total >= report.timings_ms.run);
    assert!((1 << 20..1 << 30).contains(&report.peak_memory_bytes));

    // Floats may move by their last bit on the way; everything that is decided or counted may not.
    let copy: Report = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
    let (kept, scored) = (copy.evaluation.unwrap(), scored.clone());
    assert_eq!((copy.verdict, copy.reason, &copy.grader), (report.verdict, report.reason, &report.grader));
    assert_eq!((kept.confusion, kept.correct, kept.passed), (scored.confusion, scored.correct, scored.passed));
}

#[test]
fn the_same_file_gets_the_same_predictions_to_the_last_bit() {
    let model = read("exercises/mnist-digits/right/keras_cnn_tf_nhwc_tf2onnx.onnx");
    let predictions = || try_grade(&digits().1, &model, None).unwrap().predictions.unwrap().to_bytes();
    assert!(predictions() == predictions());
}

/// Everything that a result is made of; times and memory differ from run to run.
fn comparable(graded: Graded) -> (serde_json::Value, Option<Predictions>, Option<Predictions>) {
    let mut report = serde_json::to_value(&graded.report).unwrap();
    for part in ["timings_ms", "peak_memory_bytes"] {
        report.as_object_mut().unwrap().remove(part);
    }
    (report, graded.predictions, graded.sealed_predictions)
}

#[test]
fn twenty_runs_on_one_slot_and_on_two_are_one_result() {
    let (_, mut evaluation) = load("hello-onnx");
    let sealed = digits().1.sealed.clone().unwrap();
    evaluation.sealed = Some(sealed);
    let model = read("exercises/mnist-digits/right/keras_cnn_tf_nhwc_tf2onnx.onnx");
    let sandbox = sandbox();
    let run = || {
        let cancel = std::sync::atomic::AtomicBool::new(false);
        comparable(grade(&sandbox, &job(&evaluation, &model, &cancel, &|_| ())).unwrap())
    };
    let first = run();
    assert!(first.0["grader"]["processor"].as_array().is_some_and(|features| features.len() > 1), "{}", first.0);
    for _ in 1..20 {
        assert!(run() == first);
    }
    std::thread::scope(|scope| {
        let slots: Vec<_> = (0..2).map(|_| scope.spawn(|| (0..10).all(|_| run() == first))).collect();
        assert!(slots.into_iter().all(|slot| slot.join().unwrap()));
    });
}

/// If this fails, the same model now gets other predictions: bump `GRADER_VERSION`, so that no cached result is reused,
/// and pin the new ones.
#[test]
fn predictions_are_pinned_to_the_grader_version() {
    let model = read("exercises/hello-onnx/starter/hello.onnx");
    let predictions = try_grade(&hello().1, &model, None).unwrap().predictions.unwrap();
    let labels: Vec<u8> = predictions.labels().iter().flat_map(|label| label.to_le_bytes()).collect();
    let pinned = (2, "f445de2b80f32c969a425bac58ba8cb0018988f0d1431dd0e6d1a55f79e983fe");
    assert_eq!((GRADER_VERSION, hex::encode(Sha256::digest(labels)).as_str()), pinned);
    let Predictions::Scores { values, classes: 10 } = predictions else { panic!("not scores") };
    let first =
        [0.000_567, 0.000_003, 0.001_828, 0.206_285, 0.000_001, 0.789_613, 0.000_066, 0.000_528, 0.000_818, 0.000_292];
    for (value, expected) in values.iter().zip(first) {
        assert!((value - expected).abs() < 1e-5, "{:?}", &values[..10]);
    }
}
