//! Gradings with the real grader: honest models, hostile files, limits, and the walls around the child.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails fails its test")]

mod child;
mod cli;
mod hostile;
mod limits;
mod models;
mod practice;
mod scripts;
mod sealed;
mod zoo;

use std::{
    path::{Path, PathBuf},
    sync::{OnceLock, atomic::AtomicBool},
};

use assay::{
    exercises::{self, Exercise, data, seal_key::SealKey},
    grading::{
        Evaluation, Extent, Graded, GradingError, Job, Progress, Weights, grade, report::Report, sandbox::Sandbox,
        scale::Scale, seal::Seal,
    },
};

/// A file of the repository.
fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> Vec<u8> {
    std::fs::read(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn sandbox() -> Sandbox {
    Sandbox::locate().expect("the grader and ONNX Runtime are built and fetched by `make test`")
}

/// An exercise with its data, unpacked anew.
fn load(slug: &str) -> (Exercise, Evaluation) {
    let exercise = exercises::load(&repository("exercises").join(slug)).unwrap();
    let evaluation = data::evaluation(&exercise.manifest, |file| exercise.read_data(file), None).unwrap();
    (exercise, evaluation)
}

fn digits() -> &'static (Exercise, Evaluation) {
    static DIGITS: OnceLock<(Exercise, Evaluation)> = OnceLock::new();
    DIGITS.get_or_init(|| load("mnist-digits"))
}

fn hello() -> &'static (Exercise, Evaluation) {
    static HELLO: OnceLock<(Exercise, Evaluation)> = OnceLock::new();
    HELLO.get_or_init(|| load("hello-onnx"))
}

/// What `assay grade` draws variants from, unless told otherwise.
fn seal() -> Seal {
    SealKey::public("practice").seal("version", "test")
}

/// A whole grading of a model in one file.
fn job<'a>(
    evaluation: &'a Evaluation,
    model: &'a [u8],
    cancel: &'a AtomicBool,
    progress: &'a dyn Fn(Progress),
) -> Job<'a> {
    let (weights, scale, seal, extent) = (None, None, seal(), Extent::Whole);
    Job { model, weights, scale, evaluation, seal, extent, cancel, progress }
}

fn try_grade(evaluation: &Evaluation, model: &[u8], scale: Option<Scale>) -> Result<Graded, GradingError> {
    let cancel = AtomicBool::new(false);
    grade(&sandbox(), &Job { scale, ..job(evaluation, model, &cancel, &|_| ()) })
}

/// With a second file.
fn report_of_two(evaluation: &Evaluation, model: &[u8], weights: Weights<'_>, scale: Option<Scale>) -> Report {
    let cancel = AtomicBool::new(false);
    let job = Job { weights: Some(weights), scale, ..job(evaluation, model, &cancel, &|_| ()) };
    grade(&sandbox(), &job).unwrap().report
}

fn report(evaluation: &Evaluation, model: &[u8], scale: Option<Scale>) -> Report {
    try_grade(evaluation, model, scale).unwrap().report
}

fn correct(report: &Report) -> u32 {
    report.evaluation.as_ref().and_then(|scored| scored.correct).unwrap_or_else(|| panic!("not scored: {report:?}"))
}
