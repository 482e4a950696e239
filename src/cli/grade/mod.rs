//! `assay grade`: grades one file on this machine with the code and the sandbox of the service, without a database.

use std::{
    cell::Cell,
    env,
    fs::File,
    io::{self, IsTerminal, Read},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::atomic::AtomicBool,
};

use serde_json::json;

use crate::{
    exercises::{self, Exercise, data, seal_key::SealKey},
    grading::{
        self, Extent, Job, Progress, Weights,
        report::Report,
        sandbox::Sandbox,
        scale::Scale,
        verdict::{Reason, Verdict},
    },
    messages::{self, Lang, Tr},
    submissions::bundle::{self, Bundle, BundleError},
};

mod outcome;
pub(super) mod script;

use outcome::{exit_code, explain, result};
use script::Around;

/// Grade a model, or train and grade it with a script, on this machine.
///
/// Exit codes: 0 passed, 1 below the mark, 4 file rejected or run failed, 2 usage, 6 a fault on our side.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of the exercise, or its folder.
    pub exercise: String,
    /// The model: an .onnx file, or a .zip with it and its second file; or a script: train.py, a .zip with it, a notebook.
    pub model: PathBuf,
    /// The second file of a model that keeps its weights apart; default: FILE.data beside it, where there is one.
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
    /// How pixels are scaled: unit (x/255), raw (0..255), signed (−1..1), or MEAN,STD.
    #[arg(long, allow_hyphen_values = true)]
    pub scale: Option<Scale>,
    /// Stop after the static check and the public practice sample.
    #[arg(long)]
    pub preflight: bool,
    /// What the sealed variants are drawn from; the server's own draws are secret and different.
    #[arg(long, value_name = "TEXT", default_value = "practice")]
    pub seal: String,
    /// Print the result as JSON.
    #[arg(long)]
    pub json: bool,
    /// Content folder and language.
    #[command(flatten)]
    pub common: Common,
}

/// What `grade` and `check` have in common.
#[derive(Debug, clap::Args)]
pub struct Common {
    /// Folder that holds `exercises/`; default: the current one, then the installed one.
    #[arg(long, value_name = "DIR")]
    pub content: Option<PathBuf>,
    /// Language of the sentences: en or zh; default: that of the environment.
    #[arg(long, value_parser = |tag: &str| Lang::parse(tag).ok_or("it is en or zh"))]
    pub lang: Option<Lang>,
}

impl Common {
    /// The language asked for, else that of the environment, else English.
    pub fn lang(&self) -> Lang {
        let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
        let from_environment = || ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
        self.lang.or_else(|| Lang::parse(&from_environment()?)).unwrap_or_default()
    }
}

/// Exit code of a wrong use of the command line.
pub(super) const USAGE: u8 = 2;
/// Exit code of a fault of ours.
pub(super) const OUR_FAULT: u8 = 6;

/// Why nothing was graded, as a sentence, and with which code the program ends.
pub(super) struct Stop(pub u8, pub String);

/// Grades the file and prints the result: prose to standard error, the result to standard output.
pub fn run(args: &Args, content: &Path, data: &Path) -> ExitCode {
    let lang = args.common.lang();
    let around = Around { content: args.common.content.as_deref().unwrap_or(content), data };
    match graded(args, around, lang) {
        Ok((report, metric)) => {
            explain(&report, lang);
            if args.json {
                println!("{}", result(&report, metric));
            } else {
                let score =
                    report.evaluation.as_ref().map(|scored| format!(" {:.4}", scored.score)).unwrap_or_default();
                println!("{}{score}", report.verdict);
            }
            exit_code(report.verdict)
        }
        Err(Stop(code, sentence)) => {
            eprintln!("{sentence}");
            if args.json && code == OUR_FAULT {
                println!("{}", json!({"verdict": Verdict::PlatformFault, "reason": Reason::PlatformFault}));
            }
            ExitCode::from(code)
        }
    }
}

fn graded(args: &Args, around: Around<'_>, lang: Lang) -> Result<(Report, &'static str), Stop> {
    let exercise = find_exercise(&args.exercise, around.content, lang)?;
    let metric = exercise.manifest.metric.as_str();
    let bytes = read_file(&args.model, exercise.manifest.limits.max_model_bytes, lang)?;
    let is_script = script::is_script(&exercise, &args.model, &bytes);
    if let Some(stop) = script::wrong_kind(&exercise, is_script, &args.model, lang) {
        return Err(stop);
    }
    let bad_content = |error: exercises::ContentError| {
        Stop(OUR_FAULT, say(lang, "grade-bad-content", &[("error", &error.fault().words(Tr::new(lang)))]))
    };
    let evaluation = data::evaluation(&exercise.manifest, |file| exercise.read_data(file), None);
    let evaluation = evaluation.map_err(bad_content)?;
    let ours = |error: grading::GradingError| Stop(OUR_FAULT, say(lang, "grade-our-fault", &[("error", &error)]));
    let sandbox = Sandbox::locate().map_err(ours)?;
    let job = Job {
        model: &[],
        weights: None,
        scale: args.scale,
        evaluation: &evaluation,
        seal: SealKey::public(&args.seal).seal(&exercise.version, "local"),
        extent: if args.preflight { Extent::Practice } else { Extent::Whole },
        cancel: &AtomicBool::new(false),
        progress: &show_progress(lang),
    };
    let grade = |job: &Job<'_>| Ok::<_, Stop>(grading::grade(&sandbox, job).map_err(ours)?.report);
    if let Some(rules) = exercise.manifest.script.as_ref().filter(|_| is_script) {
        let trained = script::train((&exercise, rules), &bytes, around, (&sandbox, lang), &script::show())?;
        return Ok((script::report(trained, |model| grade(&Job { model, ..job }))?, metric));
    }
    let bundle = bundle(args, bytes, exercise.manifest.limits.max_model_bytes, lang)?;
    let weights = bundle.weights.as_ref().map(|(name, bytes)| Weights { name, bytes });
    Ok((grade(&Job { model: &bundle.model.1, weights, ..job })?, metric))
}

/// The exercise with this name below the content folder, or in this folder.
pub(super) fn find_exercise(name: &str, content: &Path, lang: Lang) -> Result<Exercise, Stop> {
    let bad_content = |error: exercises::ContentError| {
        Stop(OUR_FAULT, say(lang, "grade-bad-content", &[("error", &error.fault().words(Tr::new(lang)))]))
    };
    let folder = Path::new(name);
    if folder.join("exercise.toml").is_file() {
        return exercises::load(folder).map_err(bad_content);
    }
    let all = exercises_folder(content, lang)?;
    let one_name = folder.file_name().is_some_and(|last| last == folder.as_os_str());
    if one_name && all.join(name).join("exercise.toml").is_file() {
        return exercises::load(&all.join(name)).map_err(bad_content);
    }
    let known = known_exercises(&all).join(", ");
    let args: [(&'static str, &dyn ToString); 3] = [("name", &name), ("folder", &all.display()), ("known", &known)];
    Err(Stop(USAGE, say(lang, "grade-no-exercise", &args)))
}

/// `exercises/` below the content folder.
pub(super) fn exercises_folder(content: &Path, lang: Lang) -> Result<PathBuf, Stop> {
    let all = content.join("exercises");
    let missing = || Stop(USAGE, say(lang, "grade-no-content", &[("folder", &content.display())]));
    if all.is_dir() { Ok(all) } else { Err(missing()) }
}

fn known_exercises(all: &Path) -> Vec<String> {
    let folders = all.read_dir().into_iter().flatten().flatten().map(|entry| entry.path());
    let exercises = folders.filter(|path| path.join("exercise.toml").is_file());
    let mut names: Vec<String> = exercises.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect();
    names.sort();
    names
}

/// The files of the model: the two of an archive, or the named one with its second file beside it.
fn bundle(args: &Args, bytes: Vec<u8>, limit: u64, lang: Lang) -> Result<Bundle, Stop> {
    let path = &args.model;
    if bundle::is_archive(&bytes) && args.weights.is_none() {
        let opened = bundle::open(&bytes, limit);
        let bad = |error: BundleError| {
            let args: [(&str, &dyn ToString); 2] = [("file", &path.display()), ("error", &error)];
            Stop(USAGE, say(lang, "grade-bad-archive", &args))
        };
        if let Some(bundle) = opened.map_err(bad)? {
            return Ok(bundle);
        }
    }
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = path.with_file_name(format!("{}.data", name(path)));
    let second = args.weights.clone().or_else(|| Some(beside).filter(|beside| beside.is_file()));
    let weights = match second {
        Some(path) => Some((name(&path), read_file(&path, limit, lang)?)),
        None => None,
    };
    Ok(Bundle { model: (name(path), bytes), weights })
}

/// Reads at most one byte more than allowed: a file above the limit is refused by the grading, not read.
fn read_file(path: &Path, limit: u64, lang: Lang) -> Result<Vec<u8>, Stop> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes));
    match read {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Stop(USAGE, say(lang, "grade-no-model", &[("file", &path.display()), ("error", &error)]))),
    }
}

/// A message with arguments that can be shown.
pub(super) fn say(lang: Lang, key: &str, args: &[(&'static str, &dyn ToString)]) -> String {
    let args: Vec<_> = args.iter().map(|(name, value)| (*name, value.to_string())).collect();
    messages::text(lang, key, &args)
}

fn show_progress(lang: Lang) -> impl Fn(Progress) {
    let (terminal, last) = (io::stderr().is_terminal(), Cell::new(u32::MAX));
    move |progress| {
        let percent = u64::from(progress.done) * 100 / u64::from(progress.total.max(1));
        let percent = u32::try_from(percent).unwrap_or(100);
        if terminal && last.replace(percent) != percent {
            let line = say(lang, "grade-progress", &[("done", &progress.done), ("total", &progress.total)]);
            eprint!("\r{line}{}", if percent == 100 { "\n" } else { "" });
        }
    }
}
