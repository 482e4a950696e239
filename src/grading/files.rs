//! The files of a run: in which order the child gets them, and the variants that are drawn while it runs.

use std::io;

use super::{
    Evaluation, GradingError, Job, Weights,
    protocol::{ChildTask, FileBytes, ModelTask, SampleSet},
    scale::Scale,
    seal::{self, Seal, Source},
    shared::{Pending, SharedBytes},
    stages::Sets,
};

/// What a child is given, in this order: the model, its second file, then the samples of every set.
pub(super) struct Files {
    model: SharedBytes,
    weights: Option<SharedBytes>,
    /// Variants of the open samples, filled during the run; empty where none are drawn.
    drawn: Vec<SharedBytes>,
    /// Samples of each set: the practice sample and its changes, the open one, the sealed one.
    sets: Vec<usize>,
    open: usize,
}

impl Files {
    /// Puts everything into shared memory, and sets memory aside for variants, one piece for each input.
    pub fn share(
        model: &[u8],
        weights: Option<Weights<'_>>,
        evaluation: &Evaluation,
    ) -> io::Result<(Self, Vec<Pending>)> {
        let practice = evaluation.practice.as_ref();
        let mut sets: Vec<usize> =
            practice.map_or_else(Vec::new, |found| vec![found.data.truth.len(); 1 + found.changes.len()]);
        let open = sets.len();
        sets.push(evaluation.open.truth.len());
        sets.extend(evaluation.sealed.as_ref().map(|sealed| sealed.data(&evaluation.open).truth.len()));
        let (mut pending, mut drawn) = (Vec::new(), Vec::new());
        let varies = evaluation.sealed.as_ref().is_some_and(|sealed| matches!(sealed.source, Source::Variants(_)));
        for _ in evaluation.contract.inputs.iter().filter(|_| varies) {
            let (memory, reader) = SharedBytes::later()?;
            pending.push(memory);
            drawn.push(reader);
        }
        let weights = weights.map(|weights| SharedBytes::new(weights.bytes)).transpose()?;
        Ok((Self { model: SharedBytes::new(model)?, weights, drawn, sets, open }, pending))
    }

    /// Where the open and the sealed samples are among the sets.
    pub fn sets(&self) -> Sets {
        Sets { open: self.open, sealed: self.open + 1 }
    }

    /// Every file, as the child gets them.
    pub fn in_order<'a>(&'a self, evaluation: &'a Evaluation) -> Vec<&'a SharedBytes> {
        let mut all = vec![&self.model];
        all.extend(self.weights.as_ref());
        if let Some(practice) = &evaluation.practice {
            let changes = practice.changes.iter().map(|(_, samples)| samples);
            let practice = std::iter::once(&practice.data.samples).chain(changes);
            all.extend(practice.flatten().map(AsRef::as_ref));
        }
        all.extend(evaluation.open.samples.iter().map(AsRef::as_ref));
        all.extend(self.drawn.iter());
        if let Some(Source::Private { data, .. }) = evaluation.sealed.as_ref().map(|sealed| &sealed.source) {
            all.extend(data.samples.iter().map(AsRef::as_ref));
        }
        all
    }

    /// The task, for files behind these descriptors.
    pub fn task(&self, fds: &[i32], job: &Job<'_>, scale: Option<Scale>) -> ChildTask {
        let mut fds = fds.iter().copied();
        let mut next = || fds.next().unwrap_or(-1);
        let model = FileBytes { fd: next(), bytes: self.model.len() };
        let weights = job.weights.zip(self.weights.as_ref());
        let weights = weights.map(|(named, file)| (named.name.to_owned(), FileBytes { fd: next(), bytes: file.len() }));
        let inputs = job.evaluation.contract.inputs.len();
        let set = |&samples: &usize| SampleSet { fds: (0..inputs).map(|_| next()).collect(), samples };
        let sets = self.sets.iter().map(set).collect();
        ChildTask::Model(ModelTask { model, weights, contract: job.evaluation.contract.clone(), sets, scale })
    }

    /// Most bytes of messages: every prediction as a word of four bytes, the frames, and some room for events; the
    /// practice sample may be run once a scale.
    pub fn max_output(&self, evaluation: &Evaluation) -> usize {
        let row = 4 * evaluation.contract.columns() + 5;
        let practice = evaluation.practice.as_ref();
        let scales = practice.map_or(0, |practice| practice.scales.len() * practice.data.truth.len());
        (self.sets.iter().sum::<usize>() + scales).saturating_mul(row).saturating_add(1 << 16)
    }
}

/// Draws the variants of the open samples into the memory that was set aside.
pub(super) fn fill(evaluation: &Evaluation, seal: &Seal, pending: Vec<Pending>) -> Result<(), GradingError> {
    let Some(Source::Variants(family)) = evaluation.sealed.as_ref().map(|sealed| &sealed.source) else { return Ok(()) };
    let order = seal.order(evaluation.open.truth.len());
    for ((spec, samples), memory) in evaluation.contract.inputs.iter().zip(&evaluation.open.samples).zip(pending) {
        let bytes = seal::draw(family, seal, spec, (samples, &order))?;
        memory.fill(&bytes).map_err(|source| GradingError::Io { what: "sharing the sealed samples", source })?;
    }
    Ok(())
}
