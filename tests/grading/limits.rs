//! Time, memory and cancellation: each ends the child at once and has its own name.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use assay::grading::{
    GradingError,
    contract::Limits,
    grade,
    sandbox::Sandbox,
    verdict::{Reason, Verdict},
};

use super::{job, load, read, report, sandbox, try_grade};

/// Folding its constants takes ONNX Runtime many minutes.
const SLOW: &str = "tests/hostile/32_constfold_slow_matmul.onnx";

fn within(limits: Limits, model: &str) -> (Reason, Duration) {
    let (_, mut evaluation) = load("hello-onnx");
    evaluation.limits = limits;
    let started = Instant::now();
    let report = report(&evaluation, &read(model), None);
    (report.reason, started.elapsed())
}

#[test]
fn a_run_is_killed_when_its_time_is_over() {
    let (reason, took) = within(Limits { wall_seconds: 1, cpu_seconds: 30, ..Limits::default() }, SLOW);
    assert_eq!(reason, Reason::WallTime);
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn processor_time_is_limited_by_itself() {
    let (reason, _) = within(Limits { wall_seconds: 60, cpu_seconds: 1, ..Limits::default() }, SLOW);
    assert_eq!(reason, Reason::CpuTime);
}

#[test]
fn memory_is_limited() {
    let limits = Limits { memory_mb: 512, ..Limits::default() };
    assert_eq!(within(limits, "tests/hostile/20_constofshape_2g_const.onnx").0, Reason::Memory);
}

#[test]
fn a_grading_can_be_cancelled() {
    let (_, evaluation) = load("hello-onnx");
    let (cancel, model) = (AtomicBool::new(false), read(SLOW));
    let job = job(&evaluation, &model, &cancel, &|_| ());
    let started = Instant::now();
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(300));
            cancel.store(true, Ordering::Relaxed);
        });
        assert_eq!(grade(&sandbox(), &job).unwrap().report.verdict, Verdict::Cancelled);
    });
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn data_that_contradict_each_other_are_our_fault() {
    let (_, mut evaluation) = load("hello-onnx");
    let assay::grading::Truth::Classes(truth) = &mut evaluation.open.truth else { panic!("classes") };
    truth.pop();
    let graded = try_grade(&evaluation, &read("exercises/hello-onnx/starter/hello.onnx"), None);
    assert!(matches!(graded, Err(GradingError::Evaluation(_))));
}

#[test]
fn a_missing_or_foreign_onnx_runtime_is_our_fault_and_named() {
    let (_, evaluation) = load("hello-onnx");
    let (model, cancel) = (read("exercises/hello-onnx/starter/hello.onnx"), AtomicBool::new(false));
    let job = job(&evaluation, &model, &cancel, &|_| ());
    let with = |library: &std::path::Path| grade(&Sandbox::new(sandbox().grader, library.to_owned(), vec![]), &job);
    assert!(matches!(with("/nowhere/libonnxruntime.so".as_ref()), Err(GradingError::Start(_))));

    let folder = tempfile::tempdir().unwrap();
    let (source, library) = (folder.path().join("old.c"), folder.path().join("libonnxruntime.so"));
    std::fs::write(
        &source,
        "static const char *version(void) { return \"1.20.0\"; }\n\
         static const struct { void *api; const char *(*version)(void); } base = { 0, version };\n\
         const void *OrtGetApiBase(void) { return &base; }\n",
    )
    .unwrap();
    let compiled =
        std::process::Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).status();
    assert!(compiled.unwrap().success());
    let fault = with(&library).unwrap_err();
    assert!(matches!(&fault, GradingError::WrongOnnxRuntime { found, .. } if found == "1.20.0"), "{fault:?}");
    assert!(fault.to_string().starts_with("ONNX Runtime 1.31.1 is needed, but "), "{fault}");
}
