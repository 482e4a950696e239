//! One grading: static check, run, judgement, report.

use std::{
    collections::BTreeMap,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};

use super::{
    Evaluation, Extent, Graded, GradingError, Job, Truth, Weights,
    adapt::Refusal,
    adaptation::Adaptation,
    cost, failure,
    files::{self, Files},
    grader_version,
    judge::{self, Judgement},
    locale,
    machine::processor_features,
    practice, precheck, priority,
    report::{Grader, Predictions, Report, SealedKind, Timings, Training},
    sandbox::{Bounds, Ended, How, Sandbox},
    scale::Scale,
    shared::SharedBytes,
    stages::{Heard, Stages},
    verdict::{Reason, Verdict},
};

/// Grades one model. Blocks the calling thread until the child is gone; call it from a thread that may wait.
pub fn grade(sandbox: &Sandbox, job: &Job<'_>) -> Result<Graded, GradingError> {
    let started = Instant::now();
    consistent(job.evaluation)?;
    let mut report = blank_report(job.model, job.weights);
    let checked = check(job, &mut report);
    report.timings_ms.precheck = milliseconds(started.elapsed());
    let outcome = match checked {
        Err(refusal) => Err(refusal),
        Ok(scale) => run(sandbox, job, scale, &mut report)?,
    };
    let scoring = Instant::now();
    let graded = outcome.and_then(|ran| judged(job, report.clone(), ran)).unwrap_or_else(|refusal| {
        set_reason(&mut report, refusal);
        Graded { report, predictions: None, sealed_predictions: None, correct: None }
    });
    Ok(with_times(graded, scoring, started))
}

fn with_times(mut graded: Graded, scoring: Instant, started: Instant) -> Graded {
    graded.report.timings_ms.score = milliseconds(scoring.elapsed());
    graded.report.timings_ms.total = milliseconds(started.elapsed());
    graded
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// The static check of the file; answers with the scale that was declared, by the learner or in the file.
fn check(job: &Job<'_>, report: &mut Report) -> Result<Option<Scale>, Refusal> {
    let weights =
        job.weights.map(|weights| precheck::Weights { name: weights.name, bytes: weights.bytes.len() as u64 });
    let contract = &job.evaluation.contract;
    let mut facts = precheck::check(job.model, weights.as_ref(), job.evaluation.limits.max_model_bytes)?;
    facts.multiply_adds = cost::multiply_adds(job.model, contract);
    let in_file = facts.scale.clone().filter(|_| contract.has_images());
    report.model = Some(facts);
    let Some(text) = in_file.filter(|_| job.scale.is_none()) else { return Ok(job.scale) };
    let scale = text.parse().map_err(|_| Refusal::new(Reason::ScaleMetadata, &[("found", &text)]))?;
    report.adapted.push(Adaptation::ScaleFromMetadata);
    Ok(Some(scale))
}

/// The report where there is no model to grade: of a script that left none, or of what never began.
pub fn without_model(training: Option<Training>, refusal: impl Into<Refusal>) -> Report {
    let mut report = blank_report(b"", None);
    report.training = training;
    set_reason(&mut report, refusal.into());
    report
}

fn blank_report(model: &[u8], weights: Option<Weights<'_>>) -> Report {
    let weights_bytes = weights.map_or(0, |weights| weights.bytes.len());
    Report {
        verdict: Verdict::PlatformFault,
        reason: Reason::PlatformFault,
        args: BTreeMap::new(),
        diagnostic: None,
        evaluation: None,
        sealed: None,
        conditions: Vec::new(),
        practice: None,
        training: None,
        met_hidden: false,
        adapted: Vec::new(),
        output: None,
        scale: None,
        model: None,
        model_sha256: hex::encode(Sha256::digest(model)),
        model_bytes: (model.len() + weights_bytes) as u64,
        weights_sha256: weights.map(|weights| hex::encode(Sha256::digest(weights.bytes))),
        timings_ms: Timings::default(),
        peak_memory_bytes: 0,
        grader: Grader { version: grader_version(), processor: processor_features(), isolation: Vec::new() },
    }
}

pub(super) fn set_reason(report: &mut Report, refusal: Refusal) {
    report.reason = refusal.reason;
    report.verdict = refusal.reason.verdict();
    report.args = refusal.args.into_iter().collect();
}

/// Lengths of samples and labels must agree before anyone is judged by them.
fn consistent(evaluation: &Evaluation) -> Result<(), GradingError> {
    let practice = evaluation.practice.as_ref().map(|practice| &practice.data);
    let private = evaluation.sealed.as_ref().map(|sealed| sealed.data(&evaluation.open));
    for data in [Some(&evaluation.open), practice, private].into_iter().flatten() {
        let n = data.truth.len();
        let fits = |(spec, samples): (&super::contract::InputSpec, &std::sync::Arc<SharedBytes>)| {
            // Texts differ in length; their offsets are checked when they are read.
            let expected = spec.kind.element_bytes().map(|size| spec.elements().checked_mul(n * size));
            expected.is_none_or(|expected| expected == Some(samples.len()))
        };
        let contract = &evaluation.contract;
        let is_class = matches!(data.truth, Truth::Classes(_));
        let whole = n > 0
            && is_class == (contract.classes() > 0)
            && contract.inputs.len() == data.samples.len()
            && contract.inputs.iter().zip(&data.samples).all(fits);
        if !whole {
            return Err(GradingError::Evaluation(format!("{n} labels, other numbers of samples")));
        }
    }
    Ok(())
}

/// A model that was run to its end.
struct Ran {
    open: Option<Predictions>,
    sealed: Option<Predictions>,
}

fn judged(job: &Job<'_>, mut report: Report, ran: Ran) -> Result<Graded, Refusal> {
    let Some(open) = ran.open else {
        // Only the practice sample was asked for, and there was nothing to say against it.
        set_reason(&mut report, Refusal::new(Reason::Practised, &[]));
        return Ok(Graded { report, predictions: None, sealed_predictions: None, correct: None });
    };
    let facts = report.model.clone().unwrap_or_default();
    let file = (report.model_bytes, &facts);
    let seal = job.evaluation.sealed.as_ref().map(|sealed| sealed.identity(&job.seal)).unwrap_or_default();
    let judgement: Judgement = judge::judge(job.evaluation, file, (&open, ran.sealed.as_ref()), &seal)?;
    report.evaluation = Some(judgement.open);
    report.sealed = judgement.sealed;
    report.conditions = judgement.conditions;
    report.adapted.extend(judgement.adapted);
    set_reason(&mut report, judgement.reason);
    Ok(Graded { report, predictions: Some(open), sealed_predictions: ran.sealed, correct: judgement.correct })
}

/// Runs the model in the sandbox; fills in what the report says about the run.
fn run(
    sandbox: &Sandbox,
    job: &Job<'_>,
    scale: Option<Scale>,
    report: &mut Report,
) -> Result<Result<Ran, Refusal>, GradingError> {
    let evaluation = job.evaluation;
    let relocated = locale::with_known_locale(job.model);
    report.adapted.extend(relocated.as_ref().map(|_| Adaptation::InputTextLocale));
    let is_external = report.model.as_ref().is_some_and(|facts| facts.external);
    let model = relocated.as_deref().unwrap_or(job.model);
    let files = Files::share(model, job.weights.filter(|_| is_external), evaluation);
    let (files, pending) =
        files.map_err(|source| GradingError::Io { what: "sharing files with the grader", source })?;
    let bounds = Bounds {
        limits: evaluation.limits,
        max_output: files.max_output(evaluation),
        practice_cpu_seconds: evaluation.practice.is_some().then_some(practice::CPU_SECONDS),
        cancel: job.cancel,
    };
    let (ended, heard, over) = thread::scope(|scope| {
        let (begin, may_begin) = mpsc::channel();
        let (tell, told) = mpsc::channel();
        let seal = job.seal;
        // Variants are drawn while the model runs on the open samples, and pages go first.
        scope.spawn(move || {
            priority::step_back();
            if may_begin.recv().is_ok() {
                let _ = tell.send(files::fill(evaluation, &seal, pending));
            }
        });
        let begin_sealing = || {
            let _ = begin.send(());
        };
        let lost = || GradingError::Start("the sealed samples were not drawn".into());
        let sealed_ready = || told.recv().unwrap_or_else(|_| Err(lost()));
        let mut stages = Stages::new(job, files.sets(), &begin_sealing, &sealed_ready);
        let task = |fds: &[i32]| files.task(fds, job, scale);
        let ended = sandbox.run(&task, &files.in_order(evaluation), &bounds, &mut |message| stages.hear(message))?;
        let over = stages.is_over();
        Ok((ended, stages.heard, over))
    })?;
    outcome(job, report, (ended, heard, over))
}

/// Writes what the run was like into the report, and says what came of it.
fn outcome(
    job: &Job<'_>,
    report: &mut Report,
    (ended, heard, over): (Ended, Heard, bool),
) -> Result<Result<Ran, Refusal>, GradingError> {
    let since =
        |from: Option<Duration>, to: Duration| milliseconds(from.map_or(Duration::ZERO, |at| to.saturating_sub(at)));
    report.adapted.extend(&heard.adapted);
    report.scale = heard.scale;
    report.output.clone_from(&heard.output);
    report.practice = heard.practice;
    report.met_hidden = heard.met_hidden;
    report.peak_memory_bytes = ended.peak;
    report.grader.isolation.clone_from(&ended.isolation);
    let times = &mut report.timings_ms;
    times.start = milliseconds(ended.start);
    times.cpu = milliseconds(ended.cpu);
    times.load = milliseconds(heard.loaded.map_or(Duration::ZERO, |at| at.saturating_sub(ended.start)));
    times.practice = heard.hidden.map_or(0.0, |at| since(heard.loaded, at));
    times.run = since(heard.hidden, heard.last);
    report.diagnostic = heard.failed.as_ref().and_then(|(loading, message)| {
        let told = if heard.met_hidden { failure::without_values(message) } else { message };
        failure::diagnostic(told, *loading)
    });
    if let Some(fault) = heard.fault {
        return Err(fault);
    }
    let limits = &job.evaluation.limits;
    let facts = report.model.clone().unwrap_or_default();
    match (ended.how, heard.refused, heard.failed) {
        (How::Stopped(_), ..) => Ok(Err(failure::from_end(&ended, limits)?)),
        (_, Some(refusal), _) => Ok(Err(refusal)),
        (_, _, Some((loading, message))) => Ok(Err(failure::from_message(loading, &message, limits, &facts))),
        (How::Exit(0), None, None) if over && (heard.open.is_some() || job.extent == Extent::Practice) => {
            let is_drawn = job.evaluation.sealed.as_ref().is_some_and(|sealed| sealed.kind() == SealedKind::Variants);
            let order = is_drawn.then(|| job.seal.order(job.evaluation.open.truth.len()));
            let sealed = heard.sealed.map(|found| order.iter().fold(found, |found, order| found.placed(order)));
            Ok(Ok(Ran { open: heard.open, sealed }))
        }
        (How::Exit(_) | How::Signal(_), None, None) => Ok(Err(failure::from_end(&ended, limits)?)),
    }
}
