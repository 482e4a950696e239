//! The usual mistakes are named on the practice sample, before an attempt counts; honest models are left alone.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use assay::{
    exercises::{data, manifest::Manifest},
    grading::{Evaluation, Extent, Job, grade, report::Report, verdict::Reason},
    results::attempts,
};
use sha2::{Digest, Sha256};

use super::{digits, job, read, sandbox, zoo::rows};

/// Static check and practice sample only, as `assay grade --preflight` does it.
fn practised(evaluation: &Evaluation, model: &[u8], scale: &str) -> Report {
    let cancel = AtomicBool::new(false);
    let scale = (!scale.is_empty()).then(|| scale.parse().unwrap());
    let job = Job { extent: Extent::Practice, scale, ..job(evaluation, model, &cancel, &|_| ()) };
    grade(&sandbox(), &job).unwrap().report
}

/// The colour task of `tests/models/mistakes/colour`, as an exercise.
fn colours() -> Evaluation {
    let folder = "tests/models/mistakes/colour";
    let file = |name: &str, role: &str, input: &str| {
        let sha256 = hex::encode(Sha256::digest(read(&format!("{folder}/{name}"))));
        format!("[[data]]\nfile = \"{name}\"\nsha256 = \"{sha256}\"\nrole = \"{role}\"\n{input}\n")
    };
    let text = [
        "format = 1\nearns = false\nshow_images = false\nattempts_per_day = 1\nmetric = \"accuracy\"\n".to_owned(),
        "[title]\nen = \"c\"\nzh = \"c\"\n[summary]\nen = \"c\"\nzh = \"c\"\n[marks]\npass = 0.9\n".to_owned(),
        "[task]\nkind = \"classification\"\nclasses = [\"0\", \"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\"]\n"
            .to_owned(),
        "[limits]\nwall_seconds = 20\ncpu_seconds = 20\nmemory_mb = 1024\n".to_owned(),
        "[[inputs]]\nname = \"x\"\nkind = \"image\"\nshape = [\"N\", 16, 16, 3]\ndtype = \"float32\"\n".to_owned(),
        "[[outputs]]\nname = \"y\"\nshape = [\"N\", 8]\ndtype = \"float32\"\n".to_owned(),
        file("practice_images.npy", "public_samples", "input = \"x\""),
        file("practice_labels.npy", "public_labels", ""),
        file("hidden_images.npy", "hidden_samples", "input = \"x\""),
        file("hidden_labels.npy", "hidden_labels", ""),
    ];
    let manifest = Manifest::parse(Path::new("exercise.toml"), &text.concat()).unwrap();
    data::evaluation(&manifest, |file| Ok(read(&format!("{folder}/{}", file.file))), None).unwrap()
}

/// The reason that a planted mistake must be given.
fn named(planted: &str) -> Reason {
    match planted {
        "raw" => Reason::PracticeScaledTwice,
        "signed" | "standard" => Reason::PracticeScale,
        "transpose" => Reason::PracticeTransposed,
        "invert" => Reason::PracticeInverted,
        "previous" => Reason::PracticeLabels,
        "reverse" | "planes" => Reason::PracticeChannels,
        "" => Reason::Practised,
        other => panic!("an unknown mistake {other}"),
    }
}

#[test]
fn every_planted_mistake_is_named_and_nothing_else() {
    let colours = colours();
    let (mut planted, mut faults) = (0, Vec::new());
    for row in rows("tests/models/mistakes/index.tsv") {
        let evaluation = if row[1] == "10" { &digits().1 } else { &colours };
        let report = practised(evaluation, &read(&format!("tests/models/mistakes/{}", row[0])), &row[2]);
        planted += usize::from(!row[4].is_empty());
        if report.reason != named(&row[4]) || report.met_hidden || attempts_used(&report) {
            faults.push(format!("{}: {} instead of {} {:?}", row[0], report.reason, named(&row[4]), report.args));
        }
    }
    assert!(planted >= 30, "{planted}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What was only practised counts as passed here, and is never recorded; everything else must not use an attempt.
fn attempts_used(report: &Report) -> bool {
    report.reason != Reason::Practised && attempts::uses_one(report)
}

#[test]
fn no_honest_model_is_suspected() {
    let honest = rows("tests/models/zoo/index.tsv").into_iter().filter(|row| row[2].is_empty());
    for row in honest {
        let report = practised(&digits().1, &read(&format!("tests/models/zoo/{}", row[0])), &row[1]);
        assert_eq!(report.reason, Reason::Practised, "{}: {:?}", row[0], report.args);
    }
    let (exercise, evaluation) = digits();
    for example in exercise.manifest.right.iter().chain(&exercise.manifest.wrong) {
        let scale = example.scale.map(|scale| scale.to_string()).unwrap_or_default();
        let report = practised(evaluation, &std::fs::read(exercise.folder.join(&example.file)).unwrap(), &scale);
        assert!(!report.reason.as_str().starts_with("practice_"), "{}: {}", example.file, report.reason);
    }
}

#[test]
fn the_sentence_names_both_scales_and_nothing_is_changed() {
    let model = read("tests/models/mistakes/cnn_signed.onnx");
    let report = practised(&digits().1, &model, "");
    let arg = |name: &str| report.args.get(name).map(String::as_str);
    assert_eq!((arg("scale"), arg("expected")), (Some("unit"), Some("signed")));
    assert!(arg("found").is_some_and(|found| found.ends_with('%')) && arg("better").is_some());
    assert_eq!(report.scale.unwrap().to_string(), "unit");
    assert_eq!(report.practice.unwrap().n, 200);
}

#[test]
fn a_model_that_answers_nan_is_refused_before_it_meets_hidden_data() {
    let report = practised(&digits().1, &read("tests/hostile/62_nan_output.onnx"), "");
    assert_eq!((report.reason, report.met_hidden), (Reason::NotFinite, false));
    assert!(!attempts::uses_one(&report));
}

#[test]
fn a_practice_run_without_end_is_stopped_and_uses_no_attempt() {
    let report = practised(&digits().1, &read("tests/hostile/30_loop_infinite_run.onnx"), "");
    assert_eq!((report.reason, report.met_hidden), (Reason::PracticeTime, false), "{:?}", report.diagnostic);
    assert!(!attempts::uses_one(&report));
}
