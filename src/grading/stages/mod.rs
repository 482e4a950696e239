//! One conversation with a child: the practice sample first, then the open samples, then the sealed ones.
//!
//! The child is not trusted: every message is checked against what may come now.

mod heard;

use std::time::Instant;

use super::{
    Extent, GradingError, Job, Progress,
    adapt::Refusal,
    adaptation::Adaptation,
    practice::{self, Trial},
    protocol::{Event, Message, Order, Output},
    report::{PracticeScore, Predictions},
    sandbox::Reply,
    verdict::{Reason, Verdict},
};

use heard::{clean, printable};

pub(super) use heard::Heard;

/// Positions of the sets of samples that the child was given.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sets {
    /// The open samples; the practice sample and its changes lie before them.
    pub open: usize,
    /// The sealed samples.
    pub sealed: usize,
}

/// Where the conversation is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Stage {
    Loading,
    Practice,
    Trying(Trial),
    Open,
    Sealed,
    Over,
}

/// The parent's side of the conversation.
pub(super) struct Stages<'a> {
    job: &'a Job<'a>,
    sets: Sets,
    /// Waits until the sealed samples are there.
    sealed_ready: &'a dyn Fn() -> Result<(), GradingError>,
    /// Called when the model meets hidden data.
    begin_sealing: &'a dyn Fn(),
    started: Instant,
    stage: Stage,
    kind: Option<Output>,
    rows: usize,
    words: Vec<[u8; 4]>,
    to_try: Vec<Trial>,
    tried: Vec<(Trial, PracticeScore)>,
    labels: Vec<u32>,
    /// What was heard.
    pub heard: Heard,
}

impl<'a> Stages<'a> {
    pub fn new(
        job: &'a Job<'a>,
        sets: Sets,
        begin_sealing: &'a dyn Fn(),
        sealed_ready: &'a dyn Fn() -> Result<(), GradingError>,
    ) -> Self {
        Self {
            job,
            sets,
            sealed_ready,
            begin_sealing,
            started: Instant::now(),
            stage: Stage::Loading,
            kind: None,
            rows: 0,
            words: Vec::new(),
            to_try: Vec::new(),
            tried: Vec::new(),
            labels: Vec::new(),
            heard: Heard::default(),
        }
    }

    /// Takes a message in and says what follows.
    pub fn hear(&mut self, message: Message) -> Reply {
        if self.stage == Stage::Over {
            return Reply::Forbidden;
        }
        self.heard.last = self.started.elapsed();
        match message {
            Message::Batch(bytes) => self.batch(&bytes),
            Message::Event(Event::Loaded { adapted, scale, batch }) if self.stage == Stage::Loading => {
                self.heard.loaded = Some(self.heard.last);
                self.heard.adapted = adapted;
                self.heard.scale = scale;
                self.after_loading(batch)
            }
            Message::Event(Event::Chosen { output, name, adapted }) if self.kind.is_none() => {
                self.kind = Some(output);
                self.heard.output = Some(printable(&name));
                self.heard.adapted.extend(adapted);
                Reply::Listen
            }
            Message::Event(Event::Refused { reason, args }) => self.refused(reason, args),
            Message::Event(Event::Failed { loading, message }) => {
                // Once the model is loaded, a failure cannot be one of loading, and its text is masked.
                self.heard.failed = Some((loading && self.stage == Stage::Loading, message));
                self.over()
            }
            Message::Event(Event::Ran) => self.ran(),
            Message::Event(
                Event::Loaded { .. }
                | Event::Chosen { .. }
                | Event::Ready { .. }
                | Event::WrongOnnxRuntime { .. }
                | Event::Platform { .. }
                | Event::Checked(_)
                | Event::Done,
            ) => Reply::Forbidden,
        }
    }

    fn over(&mut self) -> Reply {
        self.stage = Stage::Over;
        Reply::Dismiss
    }

    fn refused(&mut self, reason: Reason, args: Vec<(String, String)>) -> Reply {
        if let Stage::Trying(_) = self.stage {
            // That scale or change leads nowhere; the next may.
            self.words.clear();
            self.rows = 0;
            return self.next_trial();
        }
        let args = args.into_iter().filter_map(|(name, value)| clean(name, &value, self.heard.met_hidden)).collect();
        self.heard.refused = Some(Refusal { reason, args });
        let is_allowed = matches!(reason.verdict(), Verdict::WrongInput | Verdict::WrongOutput | Verdict::NotFinite);
        if is_allowed { self.over() } else { Reply::Forbidden }
    }

    fn sealed_samples(&self) -> usize {
        let evaluation = self.job.evaluation;
        evaluation.sealed.as_ref().map_or(0, |found| found.data(&evaluation.open).truth.len())
    }

    /// Samples in the set that is being run.
    fn expected(&self) -> usize {
        let evaluation = self.job.evaluation;
        match self.stage {
            Stage::Loading | Stage::Over => 0,
            Stage::Practice | Stage::Trying(_) => {
                evaluation.practice.as_ref().map_or(0, |found| found.data.truth.len())
            }
            Stage::Open => evaluation.open.truth.len(),
            Stage::Sealed => self.sealed_samples(),
        }
    }

    fn batch(&mut self, bytes: &[u8]) -> Reply {
        let columns = match self.kind {
            Some(Output::Scores) => self.job.evaluation.contract.columns(),
            Some(Output::Labels | Output::Values) => 1,
            None => return Reply::Forbidden,
        };
        let (words, rest) = bytes.as_chunks::<4>();
        let rows = words.len() / columns;
        if words.is_empty() || !rest.is_empty() || words.len() % columns != 0 || self.rows + rows > self.expected() {
            return Reply::Forbidden;
        }
        self.rows += rows;
        self.words.extend_from_slice(words);
        self.report_progress();
        Reply::Listen
    }

    fn report_progress(&self) {
        let (open, sealed) = (self.job.evaluation.open.truth.len(), self.sealed_samples());
        let done = match self.stage {
            Stage::Loading | Stage::Practice | Stage::Trying(_) | Stage::Over => return,
            Stage::Open => self.rows,
            Stage::Sealed => open + self.rows,
        };
        let count = |rows| u32::try_from(rows).unwrap_or(u32::MAX);
        (self.job.progress)(Progress { done: count(done), total: count(open + sealed) });
    }

    fn after_loading(&mut self, batch: Option<usize>) -> Reply {
        let evaluation = self.job.evaluation;
        let Some(practice) = &evaluation.practice else { return self.go() };
        self.stage = Stage::Practice;
        let samples = practice.data.truth.len();
        let seconds = practice::cpu_seconds(samples, batch, evaluation.limits.cpu_seconds);
        Reply::Practice(Order { set: 0, scale: None }, seconds)
    }

    /// From here on the model meets hidden data.
    fn go(&mut self) -> Reply {
        if self.job.extent == Extent::Practice {
            return self.over();
        }
        self.stage = Stage::Open;
        self.heard.met_hidden = true;
        self.heard.hidden = Some(self.started.elapsed());
        (self.begin_sealing)();
        Reply::Hidden(Order { set: self.sets.open, scale: None })
    }

    fn ran(&mut self) -> Reply {
        if self.rows == 0 || self.rows != self.expected() {
            return Reply::Forbidden;
        }
        let Some(predictions) = self.take_predictions() else { return Reply::Forbidden };
        match self.stage {
            Stage::Loading | Stage::Over => Reply::Forbidden,
            Stage::Practice => self.after_practice(&predictions),
            Stage::Trying(trial) => self.after_trial(trial, &predictions),
            Stage::Open => self.after_open(predictions),
            Stage::Sealed => {
                self.heard.sealed = Some(predictions);
                self.over()
            }
        }
    }

    fn take_predictions(&mut self) -> Option<Predictions> {
        let words = std::mem::take(&mut self.words);
        self.rows = 0;
        Some(match self.kind? {
            Output::Scores => Predictions::Scores {
                classes: self.job.evaluation.contract.columns(),
                values: words.into_iter().map(f32::from_le_bytes).collect(),
            },
            Output::Labels => Predictions::Labels(words.into_iter().map(u32::from_le_bytes).collect()),
            Output::Values => Predictions::Values(words.into_iter().map(f32::from_le_bytes).collect()),
        })
    }

    fn after_practice(&mut self, predictions: &Predictions) -> Reply {
        if !predictions.are_finite() {
            self.heard.refused = Some(Refusal::new(Reason::NotFinite, &[]));
            return self.over();
        }
        let Some(practice) = &self.job.evaluation.practice else { return Reply::Forbidden };
        let Some(base) = practice::score(&practice.data.truth, &predictions.labels()) else { return self.go() };
        self.heard.practice = Some(base);
        self.labels = predictions.labels();
        if !practice::is_near_chance(base, self.job.evaluation.contract.classes()) {
            return self.go_with_labels_in_range();
        }
        let takes_integers = self.heard.adapted.contains(&Adaptation::InputInteger);
        self.to_try = practice.trials(self.heard.scale, takes_integers);
        self.to_try.reverse();
        self.next_trial()
    }

    fn after_trial(&mut self, trial: Trial, predictions: &Predictions) -> Reply {
        if let Some(practice) = &self.job.evaluation.practice
            && predictions.are_finite()
            && let Some(score) = practice::score(&practice.data.truth, &predictions.labels())
        {
            self.tried.push((trial, score));
        }
        self.next_trial()
    }

    fn next_trial(&mut self) -> Reply {
        // A model that is so slow keeps its time for the samples that count.
        if self.started.elapsed() > practice::TRYING {
            self.to_try.clear();
        }
        let Some(trial) = self.to_try.pop() else { return self.diagnose() };
        self.stage = Stage::Trying(trial);
        Reply::Order(match trial {
            Trial::Scale(scale) => Order { set: 0, scale: Some(scale) },
            Trial::Change(position) => Order { set: 1 + position, scale: None },
        })
    }

    fn diagnose(&mut self) -> Reply {
        let (Some(practice), Some(base)) = (&self.job.evaluation.practice, self.heard.practice) else {
            return Reply::Forbidden;
        };
        let classes = self.job.evaluation.contract.classes();
        let offset = practice::label_offset(&practice.data.truth, &self.labels, classes);
        let offset = offset.map(|(offset, better)| practice::offset_refusal(offset, classes, base, better));
        let diagnosis = offset.or_else(|| practice::diagnose(practice, classes, (self.heard.scale, base), &self.tried));
        match diagnosis {
            Some(refusal) => {
                self.heard.refused = Some(refusal);
                self.over()
            }
            None => self.go_with_labels_in_range(),
        }
    }

    /// A label that is no class is refused before hidden data are met.
    fn go_with_labels_in_range(&mut self) -> Reply {
        let classes = self.job.evaluation.contract.classes();
        if self.labels.iter().all(|&label| (label as usize) < classes) {
            return self.go();
        }
        // As the child sends what is no class at all: a negative number, or one that is far too large.
        let is_sign = |label: &u32| *label == 1 || *label == u32::MAX;
        let reason =
            if classes == 2 && self.labels.iter().all(is_sign) { Reason::LabelSigns } else { Reason::LabelRange };
        self.heard.refused = Some(Refusal::new(reason, &[("classes", &classes)]));
        self.over()
    }

    fn after_open(&mut self, predictions: Predictions) -> Reply {
        let is_finite = predictions.are_finite();
        self.heard.open = Some(predictions);
        if self.job.evaluation.sealed.is_none() || !is_finite {
            return self.over();
        }
        if let Err(fault) = (self.sealed_ready)() {
            self.heard.fault = Some(fault);
            return self.over();
        }
        self.stage = Stage::Sealed;
        Reply::Order(Order { set: self.sets.sealed, scale: None })
    }

    /// Whether the conversation came to its end.
    pub fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }
}

#[cfg(test)]
mod tests;
