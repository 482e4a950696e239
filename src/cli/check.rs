//! `assay check`: validates exercises and runs their right and wrong submissions.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::atomic::AtomicBool,
};

use super::grade::{
    Common, OUR_FAULT, Stop, exercises_folder, find_exercise, say,
    script::{self, Around},
};
use crate::{
    courses, exams,
    exercises::{self, Exercise, data, manifest::Example, seal_key::SealKey},
    grading::{self, Evaluation, Extent, Job, Weights, sandbox::Sandbox},
    messages::{Fault, Lang, Said, Tr},
};

/// How far the number of correct samples may be from the expected one: kernels differ between processors.
const TOLERANCE: u32 = 2;

/// Validate courses, exams and exercises, and run the submissions that ship with the exercises.
///
/// Exit codes: 0 all as expected, 1 something is not, 2 usage, 6 a fault on our side.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folders of exercises; default: all below the content folder.
    pub exercises: Vec<PathBuf>,
    /// Content folder and language.
    #[command(flatten)]
    pub common: Common,
}

/// Checks every exercise; one line for each submission to standard output, faults to standard error.
pub fn run(args: &Args, content: &Path, data: &Path) -> ExitCode {
    let lang = args.common.lang();
    let around = Around { content: args.common.content.as_deref().unwrap_or(content), data };
    match check_all(args, around, lang) {
        Ok(tally) => {
            let counts: [(&'static str, &dyn ToString); 3] =
                [("count", &tally.submissions), ("exercises", &tally.exercises), ("faults", &tally.faults)];
            let key = if tally.faults == 0 { "check-summary-ok" } else { "check-summary-bad" };
            println!("{}", say(lang, key, &counts));
            ExitCode::from(u8::from(tally.faults > 0))
        }
        Err(Stop(code, sentence)) => {
            eprintln!("{sentence}");
            ExitCode::from(code)
        }
    }
}

#[derive(Default)]
struct Tally {
    exercises: u32,
    submissions: u32,
    faults: u32,
}

fn check_all(args: &Args, around: Around<'_>, lang: Lang) -> Result<Tally, Stop> {
    let content = around.content;
    let chosen = if args.exercises.is_empty() {
        exercises::load_all(&exercises_folder(content, lang)?).map_err(|error| bad_content(lang, &error))?
    } else {
        let named = args.exercises.iter().map(|path| find_exercise(&path.to_string_lossy(), content, lang));
        named.collect::<Result<_, _>>()?
    };
    let sandbox = Sandbox::locate().map_err(|error| our_fault(lang, &error))?;
    let mut tally = Tally::default();
    for exercise in &chosen {
        tally.exercises += 1;
        check_exercise(exercise, around, &sandbox, lang, &mut tally)?;
    }
    if args.exercises.is_empty() {
        check_courses(content, lang, &mut tally);
        check_exams(content, lang, &mut tally);
    }
    Ok(tally)
}

/// Courses beside the exercises: every text is rendered, every reference looked up.
fn check_courses(content: &Path, lang: Lang, tally: &mut Tally) {
    let (loaded, faults) = match courses::load(content) {
        Ok(loaded) => (loaded.len(), courses::check(&loaded)),
        Err(error) => (0, error.0),
    };
    println!("{}", say(lang, "check-courses", &[("count", &loaded), ("faults", &faults.len())]));
    for fault in faults {
        tally.faults += 1;
        println!("! {}", fault.words(Tr::new(lang)));
    }
}

/// Exams below the courses: a thousand papers are drawn, the summary and every text of a question are rendered.
fn check_exams(content: &Path, lang: Lang, tally: &mut Tally) {
    let exams = match exams::load(content) {
        Ok(exams) => exams,
        Err(error) => {
            tally.faults += u32::try_from(error.0.len()).unwrap_or(u32::MAX);
            for fault in error.0 {
                println!("! {}", fault.words(Tr::new(lang)));
            }
            return;
        }
    };
    for authored in &exams {
        let drawing = exams::check::check(authored);
        let folder =
            content.join("courses").join(authored.course.as_str()).join("exams").join(authored.exam.slug.as_str());
        let texts = exams::check::check_texts(authored, &folder);
        let faults: Vec<Said> = drawing.faults.iter().cloned().chain(texts.iter().map(Fault::told)).collect();
        let facts: [(&'static str, &dyn ToString); 6] = [
            ("name", &authored.exam.slug),
            ("papers", &drawing.papers),
            ("items", &drawing.items),
            ("demanding", &drawing.demanding),
            ("parameterised", &drawing.parameterised),
            ("faults", &faults.len()),
        ];
        println!("{}", say(lang, "check-exam", &facts));
        for name in &drawing.never_drawn {
            println!("  {}", say(lang, "check-never-drawn", &[("item", name)]));
        }
        tally.faults += u32::try_from(faults.len()).unwrap_or(u32::MAX);
        for fault in faults {
            println!("! {}", fault.words(Tr::new(lang)));
        }
    }
}

fn check_exercise(
    exercise: &Exercise,
    around: Around<'_>,
    sandbox: &Sandbox,
    lang: Lang,
    tally: &mut Tally,
) -> Result<(), Stop> {
    println!("{}", say(lang, "check-exercise", &[("name", &exercise.slug), ("version", &exercise.version)]));
    for file in exercise.manifest.public_data() {
        exercise.read_data(file).map_err(|error| bad_content(lang, &error))?;
    }
    let evaluation = data::evaluation(&exercise.manifest, |file| exercise.read_data(file), None);
    let evaluation = evaluation.map_err(|error| bad_content(lang, &error))?;
    for example in exercise.manifest.right.iter().chain(&exercise.manifest.wrong) {
        tally.submissions += 1;
        match check_example(exercise, example, &evaluation, (around, sandbox), lang)? {
            Ok(line) => println!("  {line}"),
            Err(line) => {
                tally.faults += 1;
                println!("! {line}");
            }
        }
    }
    Ok(())
}

/// Grades one submission: the inner result says whether it came out as expected.
fn check_example(
    exercise: &Exercise,
    example: &Example,
    evaluation: &Evaluation,
    (around, sandbox): (Around<'_>, &Sandbox),
    lang: Lang,
) -> Result<Result<String, String>, Stop> {
    let bytes = read(exercise, &example.file, lang)?;
    let weights = match &example.weights {
        Some(path) => Some((path.rsplit('/').next().unwrap_or(path), read(exercise, path, lang)?)),
        None => None,
    };
    let job = Job {
        model: &bytes,
        weights: weights.as_ref().map(|(name, bytes)| Weights { name, bytes }),
        scale: example.scale,
        evaluation,
        seal: SealKey::public("practice").seal(&exercise.version, "local"),
        extent: Extent::Whole,
        cancel: &AtomicBool::new(false),
        progress: &|_| (),
    };
    let grade = |job: &Job<'_>| Ok(grading::grade(sandbox, job).map_err(|error| our_fault(lang, &error))?.report);
    let is_script = script::is_script(exercise, Path::new(&example.file), &bytes);
    let report = match exercise.manifest.script.as_ref().filter(|_| is_script) {
        None => grade(&job)?,
        Some(rules) => {
            let trained = script::train((exercise, rules), &bytes, around, (sandbox, lang), &|_| ())?;
            script::report(trained, |model| grade(&Job { model, ..job }))?
        }
    };
    let file = format!("{}/{}", exercise.slug, example.file);
    if report.verdict != example.verdict {
        let found = format!("{} ({})", report.verdict, report.reason);
        let args: [(&'static str, &dyn ToString); 3] =
            [("file", &file), ("expected", &example.verdict), ("found", &found)];
        return Ok(Err(say(lang, "check-unexpected", &args)));
    }
    let correct = report.evaluation.and_then(|scored| scored.correct).unwrap_or(0);
    Ok(match example.correct {
        Some(expected) if correct.abs_diff(expected) > TOLERANCE => {
            let args: [(&'static str, &dyn ToString); 3] =
                [("file", &file), ("expected", &expected), ("found", &correct)];
            Err(say(lang, "check-count", &args))
        }
        Some(_) => {
            let args: [(&'static str, &dyn ToString); 3] =
                [("file", &file), ("verdict", &example.verdict), ("correct", &correct)];
            Ok(say(lang, "check-correct", &args))
        }
        None => Ok(say(lang, "check-ok", &[("file", &file), ("verdict", &example.verdict)])),
    })
}

fn read(exercise: &Exercise, file: &str, lang: Lang) -> Result<Vec<u8>, Stop> {
    let path = exercise.folder.join(file);
    fs::read(&path).map_err(|source| bad_content(lang, &exercises::ContentError::File { path, source }))
}

fn bad_content(lang: Lang, error: &exercises::ContentError) -> Stop {
    Stop(1, say(lang, "grade-bad-content", &[("error", &error.fault().words(Tr::new(lang)))]))
}

fn our_fault(lang: Lang, error: &grading::GradingError) -> Stop {
    Stop(OUR_FAULT, say(lang, "grade-our-fault", &[("error", error)]))
}
