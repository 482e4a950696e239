//! One grading: static check, run, score, report.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};

use super::{
    Evaluation, Graded, GradingError, Job, Progress,
    adapt::Refusal,
    contract::{Adaptation, Scale},
    failure, grader_version,
    machine::processor_features,
    metrics::{Classification, wilson95},
    precheck,
    protocol::{ChildTask, Event, Message, ModelTask, Output},
    report::{CorrectSamples, Grader, Predictions, Report, Scored, Timings},
    sandbox::{Bounds, Ended, How, Sandbox},
    shared::SharedBytes,
    verdict::{Reason, Verdict},
};

/// Grades one model. Blocks the calling thread until the child is gone; call it from a thread that may wait.
pub fn grade(sandbox: &Sandbox, job: &Job<'_>) -> Result<Graded, GradingError> {
    let started = Instant::now();
    consistent(job.evaluation)?;
    let mut report = blank_report(job);
    let checked = precheck::check(job.model, job.evaluation.limits.max_model_bytes);
    report.timings_ms.precheck = milliseconds(started.elapsed());
    let outcome = match checked {
        Err(refusal) => Err(refusal),
        Ok(facts) => {
            let opset = facts.opset;
            report.model = Some(facts);
            run(sandbox, job, opset, &mut report)?
        }
    };
    let scoring = Instant::now();
    let graded = match outcome.and_then(|predictions| score(job.evaluation, predictions)) {
        Ok((reason, scored, correct, predictions)) => {
            report.evaluation = Some(scored);
            set_reason(&mut report, Refusal::new(reason, &[]));
            report.timings_ms.score = milliseconds(scoring.elapsed());
            Graded { report, predictions: Some(predictions), correct: Some(correct) }
        }
        Err(refusal) => {
            set_reason(&mut report, refusal);
            Graded { report, predictions: None, correct: None }
        }
    };
    Ok(with_total(graded, started))
}

fn with_total(mut graded: Graded, started: Instant) -> Graded {
    graded.report.timings_ms.total = milliseconds(started.elapsed());
    graded
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

fn blank_report(job: &Job<'_>) -> Report {
    Report {
        verdict: Verdict::PlatformFault,
        reason: Reason::PlatformFault,
        args: BTreeMap::new(),
        diagnostic: None,
        evaluation: None,
        adapted: Vec::new(),
        scale: None,
        model: None,
        model_sha256: hex::encode(Sha256::digest(job.model)),
        model_bytes: job.model.len() as u64,
        timings_ms: Timings::default(),
        peak_memory_bytes: 0,
        grader: Grader { version: grader_version(), processor: processor_features(), isolation: Vec::new() },
    }
}

fn set_reason(report: &mut Report, refusal: Refusal) {
    report.reason = refusal.reason;
    report.verdict = refusal.reason.verdict();
    report.args = refusal.args.into_iter().collect();
}

/// Lengths of samples and labels must agree before anyone is judged by them.
fn consistent(evaluation: &Evaluation) -> Result<(), GradingError> {
    let (n, contract) = (evaluation.truth.len(), &evaluation.contract);
    let fits = |(spec, samples): (&super::contract::InputSpec, &std::sync::Arc<SharedBytes>)| {
        spec.elements().checked_mul(n) == Some(samples.len())
    };
    let whole = n > 0
        && contract.classes > 0
        && contract.inputs.len() == evaluation.samples.len()
        && contract.inputs.iter().zip(&evaluation.samples).all(fits);
    if whole { Ok(()) } else { Err(GradingError::Evaluation(format!("{n} labels, other numbers of samples"))) }
}

/// Runs the model in the sandbox; fills in what the report says about the run.
fn run(
    sandbox: &Sandbox,
    job: &Job<'_>,
    opset: u64,
    report: &mut Report,
) -> Result<Result<Predictions, Refusal>, GradingError> {
    let evaluation = job.evaluation;
    let share = |source| GradingError::Io { what: "sharing the model with the grader", source };
    let model = SharedBytes::new(job.model).map_err(share)?;
    let mut files = vec![&model];
    files.extend(evaluation.samples.iter().map(AsRef::as_ref));
    let task = |fds: &[i32]| {
        let (model_fd, sample_fds) = fds.split_first().map_or((-1, &[][..]), |(first, rest)| (*first, rest));
        ChildTask::Model(ModelTask {
            model_fd,
            model_bytes: job.model.len(),
            sample_fds: sample_fds.to_vec(),
            contract: evaluation.contract.clone(),
            samples: evaluation.truth.len(),
            scale: job.scale,
        })
    };
    let bounds = Bounds { limits: evaluation.limits, max_output: max_output(evaluation), cancel: job.cancel };
    let mut run = Run::new(job);
    let ended = sandbox.run(&task, &files, &bounds, &mut |message| run.hear(message))?;
    report.adapted.clone_from(&run.adapted);
    report.scale = run.scale;
    report.peak_memory_bytes = ended.peak;
    report.grader.isolation.clone_from(&ended.isolation);
    report.timings_ms.start = milliseconds(ended.start);
    report.timings_ms.cpu = milliseconds(ended.cpu);
    report.timings_ms.load = milliseconds(run.loaded.map_or(Duration::ZERO, |at| at.saturating_sub(ended.start)));
    report.timings_ms.run = milliseconds(run.loaded.map_or(Duration::ZERO, |at| run.last.saturating_sub(at)));
    report.diagnostic = run.failed.as_ref().and_then(|(loading, message)| failure::diagnostic(message, *loading));
    run.outcome(&ended, opset)
}

/// Every prediction as f32 per class or u32, the frames, and some room for events.
fn max_output(evaluation: &Evaluation) -> usize {
    let n = evaluation.truth.len();
    n.saturating_mul(4 * evaluation.contract.classes.max(1) + 5).saturating_add(1 << 16)
}

/// What the child has said so far. It is not trusted: every message is checked.
struct Run<'a> {
    job: &'a Job<'a>,
    started: Instant,
    loaded: Option<Duration>,
    last: Duration,
    output: Option<Output>,
    adapted: Vec<Adaptation>,
    scale: Option<Scale>,
    rows: usize,
    words: Vec<[u8; 4]>,
    refused: Option<Refusal>,
    failed: Option<(bool, String)>,
    done: bool,
}

impl<'a> Run<'a> {
    fn new(job: &'a Job<'a>) -> Self {
        Self {
            job,
            started: Instant::now(),
            loaded: None,
            last: Duration::ZERO,
            output: None,
            adapted: Vec::new(),
            scale: None,
            rows: 0,
            words: Vec::new(),
            refused: None,
            failed: None,
            done: false,
        }
    }

    /// Takes a message in and says whether the child was allowed to send it now.
    fn hear(&mut self, message: Message) -> bool {
        if self.done || self.refused.is_some() || self.failed.is_some() {
            return false;
        }
        self.last = self.started.elapsed();
        match message {
            Message::Batch(bytes) => return self.batch(&bytes),
            Message::Event(Event::Loaded { output, adapted, scale }) if self.output.is_none() => {
                self.loaded = Some(self.last);
                self.output = Some(output);
                self.adapted = adapted;
                self.scale = Some(scale);
            }
            Message::Event(Event::Refused { reason, args }) => {
                self.refused = Some(Refusal { reason, args: args.into_iter().filter_map(clean).collect() });
                return matches!(reason.verdict(), Verdict::WrongInput | Verdict::WrongOutput);
            }
            Message::Event(Event::Failed { loading, message }) => {
                // Once batches have come, a failure cannot be one of loading, and its text is masked.
                self.failed = Some((loading && self.output.is_none(), message));
            }
            Message::Event(Event::Done) => {
                self.done = true;
                return self.rows == self.job.evaluation.truth.len();
            }
            Message::Event(
                Event::Loaded { .. }
                | Event::Ready { .. }
                | Event::WrongOnnxRuntime { .. }
                | Event::Platform { .. }
                | Event::Checked(_),
            ) => return false,
        }
        true
    }

    fn batch(&mut self, bytes: &[u8]) -> bool {
        let columns = match self.output {
            Some(Output::Scores) => self.job.evaluation.contract.classes,
            Some(Output::Labels) => 1,
            None => return false,
        };
        let (words, rest) = bytes.as_chunks::<4>();
        let (rows, total) = (words.len() / columns, self.job.evaluation.truth.len());
        if words.is_empty() || !rest.is_empty() || words.len() % columns != 0 || self.rows + rows > total {
            return false;
        }
        self.rows += rows;
        self.words.extend_from_slice(words);
        let count = |rows| u32::try_from(rows).unwrap_or(u32::MAX);
        (self.job.progress)(Progress { done: count(self.rows), total: count(total) });
        true
    }

    fn outcome(self, ended: &Ended, opset: u64) -> Result<Result<Predictions, Refusal>, GradingError> {
        let limits = &self.job.evaluation.limits;
        match (ended.how, self.refused, self.failed, self.output) {
            (How::Stopped(_), ..) => Ok(Err(failure::from_end(ended, limits)?)),
            (_, Some(refusal), ..) => Ok(Err(refusal)),
            (_, _, Some((loading, message)), _) => Ok(Err(failure::from_message(loading, &message, limits, opset))),
            (How::Exit(0), None, None, Some(output)) if self.done => Ok(Ok(match output {
                Output::Scores => Predictions::Scores {
                    classes: self.job.evaluation.contract.classes,
                    values: self.words.into_iter().map(f32::from_le_bytes).collect(),
                },
                Output::Labels => Predictions::Labels(self.words.into_iter().map(u32::from_le_bytes).collect()),
            })),
            (How::Exit(_) | How::Signal(_), None, None, _) => Ok(Err(failure::from_end(ended, limits)?)),
        }
    }
}

/// Arguments of a sentence as the child may give them: known names, short values, no control characters.
fn clean((name, value): (String, String)) -> Option<(String, String)> {
    let printable = |c: char| if c.is_control() { ' ' } else { c };
    Reason::ARGUMENTS.contains(&name.as_str()).then(|| (name, value.chars().map(printable).take(200).collect()))
}

type Verdicts = (Reason, Scored, CorrectSamples, Predictions);

/// Compares the predictions with the labels, in this process only.
fn score(evaluation: &Evaluation, predictions: Predictions) -> Result<Verdicts, Refusal> {
    if let Predictions::Scores { values, .. } = &predictions
        && values.iter().any(|value| !value.is_finite())
    {
        return Err(Refusal::new(Reason::NotFinite, &[]));
    }
    let (labels, classes) = (predictions.labels(), evaluation.contract.classes);
    let out_of_range = || Refusal::new(Reason::LabelRange, &[("classes", &classes)]);
    let outcome = Classification::new(&evaluation.truth, &labels, classes).ok_or_else(out_of_range)?;
    let flags: Vec<bool> = evaluation.truth.iter().zip(&labels).map(|(truth, label)| truth == label).collect();
    let (value, marks) = (outcome.value(evaluation.metric), evaluation.marks);
    let passed = value >= marks.pass;
    let distinction = passed && marks.distinction.is_some_and(|mark| value >= mark);
    let reason = match (passed, distinction) {
        (false, _) => Reason::BelowMark,
        (true, false) => Reason::Passed,
        (true, true) => Reason::Distinction,
    };
    let scored = Scored {
        metric: evaluation.metric,
        score: value,
        pass_mark: marks.pass,
        distinction_mark: marks.distinction,
        passed,
        distinction,
        interval: wilson95(outcome.correct, outcome.n),
        n: outcome.n,
        correct: outcome.correct,
        metrics: outcome.metrics,
        per_class: outcome.per_class,
        confusion: outcome.confusion,
    };
    Ok((reason, scored, CorrectSamples::from_flags(&flags), predictions))
}
