//! Grading a training script: it runs in its own sandbox, then its model is graded like any other.

use std::{
    cell::Cell,
    io::{self, Write as _},
    path::Path,
    sync::atomic::AtomicBool,
};

use super::{OUR_FAULT, Stop, USAGE, say};
use crate::{
    exercises::{Exercise, environments, manifest, training},
    grading::{
        self, GradingError,
        report::Report,
        sandbox::Sandbox,
        script::{
            self, Script, ScriptSandbox, Trained,
            environment::{self, Built},
            log::Log,
        },
    },
    messages::Lang,
    submissions::bundle,
};

/// Where a run finds what lies outside of the exercise.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// Folder with `exercises/`.
    pub content: &'a Path,
    /// What the installation owns.
    pub data: &'a Path,
}

/// Whether a file is a script or holds one: by its name, or, where scripts are taken, as an archive with `train.py` or
/// without a model.
pub fn is_script(exercise: &Exercise, file: &Path, bytes: &[u8]) -> bool {
    let is_archive = || {
        bundle::is_archive(bytes)
            && (bundle::holds_script(bytes) || matches!(bundle::open(bytes, bytes.len() as u64), Ok(None)))
    };
    bundle::is_script(&file.to_string_lossy()) || (exercise.manifest.script.is_some() && is_archive())
}

/// The sandbox for scripts, with what the one for models accepts.
pub fn sandbox(models: &Sandbox) -> Result<ScriptSandbox, GradingError> {
    ScriptSandbox::new(&models.grader, models.accepts_no_namespaces())
}

/// Shows what is printed on standard error, as it comes.
pub fn show() -> impl Fn(&Log) {
    let shown = Cell::new(0);
    move |log| {
        let new = log.since(shown.get());
        shown.set(shown.get() + new.len());
        let _ = io::stderr().write_all(new.as_bytes());
    }
}

/// Trains; `printed` is called whenever something was printed.
pub fn train(
    (exercise, rules): (&Exercise, &manifest::Script),
    bytes: &[u8],
    around: Around<'_>,
    (models, lang): (&Sandbox, Lang),
    printed: &dyn Fn(&Log),
) -> Result<Trained, Stop> {
    let ours = |error: GradingError| Stop(OUR_FAULT, say(lang, "grade-our-fault", &[("error", &error)]));
    let environment = ready(rules, around, lang)?;
    let folder =
        training::folder(&around.data.join(training::FOLDER), &exercise.manifest, |file| exercise.read_data(file));
    let folder = folder.map_err(|error| Stop(OUR_FAULT, say(lang, "grade-bad-content", &[("error", &error)])))?;
    let script = Script {
        bytes,
        max_bytes: rules.max_bytes,
        environment: &environment,
        data: &folder,
        seed: rules.seed,
        limits: rules.limits(),
        max_model_bytes: exercise.manifest.limits.max_model_bytes,
        cancel: &AtomicBool::new(false),
        printed,
    };
    script::train(&sandbox(models).map_err(ours)?, &script).map_err(ours)
}

/// The report of a training, given how its model is graded.
pub fn report(trained: Trained, grade: impl FnOnce(&[u8]) -> Result<Report, Stop>) -> Result<Report, Stop> {
    match trained.model {
        Ok(model) => {
            let report = grade(&model)?;
            Ok(Report { training: Some(trained.training), ..report })
        }
        Err(refusal) => Ok(grading::without_model(Some(trained.training), refusal)),
    }
}

/// The first environment of the exercise that is built here.
fn ready(rules: &manifest::Script, around: Around<'_>, lang: Lang) -> Result<Built, Stop> {
    let (exercises, root) = (around.content.join("exercises"), around.data.join(environments::FOLDER));
    for name in &rules.environments {
        let environment = environments::load(&exercises, name)
            .map_err(|error| Stop(OUR_FAULT, say(lang, "grade-bad-content", &[("error", &error)])))?;
        let found = environment::find(&root, name, &environment.packages)
            .map_err(|error| Stop(OUR_FAULT, say(lang, "grade-our-fault", &[("error", &error)])))?;
        if let Some(built) = found {
            return Ok(built);
        }
    }
    let name = rules.environments.first().map(String::as_str).unwrap_or_default();
    Err(Stop(OUR_FAULT, say(lang, "grade-no-environment", &[("name", &name)])))
}

/// The exercise takes no scripts, or nothing else.
pub fn wrong_kind(exercise: &Exercise, is_script: bool, file: &Path, lang: Lang) -> Option<Stop> {
    let key = match &exercise.manifest.script {
        None if is_script => "grade-takes-no-scripts",
        Some(rules) if !is_script && !rules.models => "grade-takes-scripts-only",
        None | Some(_) => return None,
    };
    Some(Stop(USAGE, say(lang, key, &[("file", &file.display())])))
}
