//! Grading a training script: it runs in its own sandbox, then its model is graded like any other.

use std::{
    cell::Cell,
    ffi::OsStr,
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

/// Folder of Python environments below the data folder.
pub const ENVIRONMENTS: &str = "environments";
/// Folder of public training files below the data folder.
const TRAINING: &str = "training";

/// Where a run finds what lies outside of the exercise.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// Folder with `exercises/`.
    pub content: &'a Path,
    /// What the installation owns.
    pub data: &'a Path,
}

/// Whether a file is a script or holds one: by its name, or, where scripts are taken, as an archive without a model.
pub fn is_script(exercise: &Exercise, file: &Path, bytes: &[u8]) -> bool {
    let ending = file.extension().map(OsStr::to_ascii_lowercase);
    let by_name = ending.is_some_and(|ending| ending == "py" || ending == "ipynb");
    let is_archive = || bundle::is_archive(bytes) && matches!(bundle::open(bytes, bytes.len() as u64), Ok(None));
    by_name || (exercise.manifest.script.is_some() && is_archive())
}

/// The sandbox for scripts, with what the one for models accepts.
pub fn sandbox(models: &Sandbox) -> Result<ScriptSandbox, GradingError> {
    ScriptSandbox::new(&models.grader, models.accepts_no_namespaces())
}

/// Trains; what is printed appears on standard error meanwhile.
pub fn train(
    (exercise, rules): (&Exercise, &manifest::Script),
    bytes: &[u8],
    around: Around<'_>,
    (models, lang): (&Sandbox, Lang),
) -> Result<Trained, Stop> {
    let ours = |error: GradingError| Stop(OUR_FAULT, say(lang, "grade-our-fault", &[("error", &error)]));
    let environment = ready(rules, around, lang)?;
    let folder = training::folder(&around.data.join(TRAINING), &exercise.manifest, |file| exercise.read_data(file));
    let folder = folder.map_err(|error| Stop(OUR_FAULT, say(lang, "grade-bad-content", &[("error", &error)])))?;
    let shown = Cell::new(0);
    let printed = |log: &Log| {
        let new = log.since(shown.get());
        shown.set(shown.get() + new.len());
        let _ = io::stderr().write_all(new.as_bytes());
    };
    let script = Script {
        bytes,
        max_bytes: rules.max_bytes,
        environment: &environment,
        data: &folder,
        seed: rules.seed,
        limits: rules.limits(),
        max_model_bytes: exercise.manifest.limits.max_model_bytes,
        cancel: &AtomicBool::new(false),
        printed: &printed,
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
        Err(refusal) => Ok(grading::without_model(trained.training, refusal)),
    }
}

/// The first environment of the exercise that is built here.
fn ready(rules: &manifest::Script, around: Around<'_>, lang: Lang) -> Result<Built, Stop> {
    let (exercises, root) = (around.content.join("exercises"), around.data.join(ENVIRONMENTS));
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
