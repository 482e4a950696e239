//! `assay grade` and `assay check` as people and scripts call them: exit codes, JSON, both languages, any directory.

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

use super::{repository, sandbox};

fn assay(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_assay"))
        .args(arguments)
        .current_dir(folder)
        .env("LANG", "C.UTF-8")
        .env_remove("LC_ALL")
        .env("ASSAY_GRADER", sandbox().grader)
        .env("ASSAY_ONNXRUNTIME", sandbox().onnxruntime)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const HELLO: &str = "exercises/hello-onnx/starter/hello.onnx";

#[test]
fn the_json_is_the_one_of_the_contract() {
    let output = assay(&repository("."), &["grade", "hello-onnx", HELLO, "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut keys: Vec<_> = result.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    let expected = [
        "accuracy",
        "adapted",
        "conditions",
        "confusion",
        "correct",
        "grader",
        "interval",
        "isolation",
        "metric",
        "metrics",
        "model_sha256",
        "n",
        "output",
        "passed",
        "practice",
        "reason",
        "scale",
        "score",
        "sealed",
        "timings_ms",
        "training",
        "verdict",
    ];
    assert_eq!(keys, expected);
    assert_eq!((&result["verdict"], &result["passed"]), (&"passed".into(), &true.into()));
    assert_eq!((result["n"].as_u64(), result["correct"].as_u64()), (Some(500), Some(466)));
    assert_eq!(result["score"], result["metrics"]["accuracy"]);
}

#[test]
fn exit_codes_tell_the_outcomes_apart_from_any_directory() {
    let (elsewhere, root) = (tempfile::tempdir().unwrap(), repository("."));
    let content = root.to_str().unwrap();
    let hello = repository(HELLO);
    let constant = repository("exercises/hello-onnx/wrong/63_constant_predictor.onnx");
    let broken = repository("tests/hostile/50_truncated_half.onnx");
    let code = |exercise: &str, model: &Path, more: &[&str]| {
        let model = model.to_str().unwrap();
        let arguments = [&["grade", exercise, model, "--content", content], more].concat();
        assay(elsewhere.path(), &arguments).status.code()
    };
    assert_eq!(code("hello-onnx", &hello, &[]), Some(0));
    assert_eq!(code("hello-onnx", &constant, &[]), Some(1));
    assert_eq!(code("hello-onnx", &broken, &[]), Some(4));
    assert_eq!(code("no-such-exercise", &hello, &[]), Some(2));
    assert_eq!(code("hello-onnx", Path::new("/nowhere.onnx"), &[]), Some(2));
    assert_eq!(code("hello-onnx", &hello, &["--scale", "banana"]), Some(2));
    let folder = repository("exercises/hello-onnx");
    assert_eq!(code(folder.to_str().unwrap(), &hello, &["--scale", "unit"]), Some(0), "an exercise by its folder");
}

#[test]
fn prose_goes_to_standard_error_in_the_language_asked_for() {
    let broken = "tests/hostile/50_zip_magic.onnx";
    let english = assay(&repository("."), &["grade", "hello-onnx", broken]);
    assert_eq!(text(&english.stdout), "invalid_model\n");
    assert!(text(&english.stderr).contains("This is a ZIP archive"), "{}", text(&english.stderr));
    let chinese = assay(&repository("."), &["grade", "hello-onnx", broken, "--lang", "zh"]);
    assert_eq!(chinese.stdout, english.stdout);
    assert!(text(&chinese.stderr).contains("这是一个 ZIP 压缩包"), "{}", text(&chinese.stderr));
}

#[test]
fn check_runs_the_submissions_of_the_exercises_it_is_given() {
    let output = assay(&repository("."), &["check", "exercises/hello-onnx"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let lines = text(&output.stdout);
    assert!(lines.contains("starter/hello.onnx: passed, as expected"), "{lines}");
    assert!(lines.ends_with("2 submissions in 1 exercises: all as expected.\n"), "{lines}");
}

#[test]
fn a_model_in_two_files_is_graded_with_its_second_file_beside_it_or_in_an_archive() {
    let folder = tempfile::tempdir().unwrap();
    let source = repository("tests/models/zoo/torch_dynamo");
    for name in ["model.onnx", "model.onnx.data"] {
        std::fs::copy(source.join(name), folder.path().join(name)).unwrap();
    }
    let content = repository(".");
    let graded = |file: &str| {
        let rest = ["--scale", "0.1307,0.3081", "--content", content.to_str().unwrap(), "--json"];
        let output = assay(folder.path(), &[&["grade", "hello-onnx", file][..], &rest].concat());
        let result: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
        (result["verdict"].as_str().unwrap().to_owned(), result["correct"].as_u64())
    };
    let (verdict, correct) = graded("model.onnx");
    assert!(verdict == "passed" && correct.is_some_and(|correct| correct > 400), "{verdict} {correct:?}");
    let zip = Command::new("python3")
        .args(["-m", "zipfile", "-c", "both.zip", "model.onnx", "model.onnx.data"])
        .current_dir(folder.path())
        .status();
    assert!(zip.unwrap().success());
    assert_eq!(graded("both.zip"), (verdict, correct));
    std::fs::remove_file(folder.path().join("model.onnx.data")).unwrap();
    assert_eq!(graded("model.onnx").0, "external_data");
}

#[test]
fn the_practice_run_alone_meets_no_hidden_data() {
    let model = "exercises/mnist-digits/right/v_float_raw255.onnx";
    let run = |scale: &str| {
        let output =
            assay(&repository("."), &["grade", "mnist-digits", model, "--preflight", "--scale", scale, "--json"]);
        let result: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(result["score"].is_null() && result["sealed"].is_null());
        (output.status.code(), result["reason"].as_str().unwrap().to_owned())
    };
    assert_eq!(run("raw"), (Some(0), "practised".to_owned()));
    assert_eq!(run("unit"), (Some(4), "practice_scaled_twice".to_owned()));
}
