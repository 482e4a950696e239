//! The practice sample: a few public samples that a model is tried on before it meets hidden data and an attempt counts.
//!
//! Only where the score there is near chance, the usual mistakes are undone one by one; if one of them makes the model
//! far better, the learner is told which. Nothing is changed on their behalf: a better score under another scale is no
//! proof that this is the scale of the training, except where the declared one leads nowhere.
#![expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^52")]

use std::{io, sync::Arc, time::Duration};

use super::{
    DataSet, Truth,
    adapt::Refusal,
    contract::{Contract, InputKind, InputSpec},
    report::PracticeScore,
    scale::Scale,
    shared::SharedBytes,
    verdict::Reason,
};

/// Samples of the practice run, unless an exercise asks for another number.
pub const SAMPLES: usize = 200;
/// Processor time of the practice run in seconds, where no more samples are run than there are.
pub const CPU_SECONDS: u32 = 10;
/// After this time nothing further is tried.
pub const TRYING: Duration = Duration::from_secs(5);

/// Skill is the way from guessing to perfection: (accuracy − chance) / (1 − chance). Below this one, a score is near
/// chance.
///
/// Both bounds come from trials of 198 models and some 1,500 untrained ones (`tests/models/mistakes/README.md`): planted
/// mistakes end at a skill of 0.09 or less, undoing them leads to 0.94 or more, and no honest model comes near both.
const NEAR_CHANCE: f64 = 0.15;
/// Undoing a mistake must lead at least here.
const FAR_BETTER: f64 = 0.6;

/// The practice sample of an exercise.
#[derive(Debug)]
pub struct Practice {
    /// The samples and their truth, both public.
    pub data: DataSet,
    /// Other scales that are worth trying; empty where there are no images.
    pub scales: Vec<Scale>,
    /// The samples with a usual mistake undone, one list of inputs each.
    pub changes: Vec<(Change, Vec<Arc<SharedBytes>>)>,
}

/// A mistake in how images were laid out for training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Rows and columns exchanged.
    Transposed,
    /// 255 − x.
    Inverted,
    /// The order of the channels reversed.
    ChannelsReversed,
    /// The channels one after the other where the model takes pixels flat.
    ChannelsFirst,
}

/// What is tried on the practice sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Trial {
    /// Another scale.
    Scale(Scale),
    /// The change at this position.
    Change(usize),
}

impl Practice {
    /// Prepares the trials. `usual` are scales that models for these images are often trained on.
    pub fn new(contract: &Contract, data: DataSet, usual: Vec<Scale>) -> io::Result<Self> {
        let (mut scales, mut changes) = (Vec::new(), Vec::new());
        if contract.has_images() {
            scales = vec![Scale::Unit, Scale::Raw, Scale::Signed];
            scales.extend(usual);
            for change in [Change::Transposed, Change::ChannelsReversed, Change::ChannelsFirst, Change::Inverted] {
                if let Some(samples) = changed(contract, &data, change)? {
                    changes.push((change, samples));
                }
            }
        }
        Ok(Self { data, scales, changes })
    }

    /// Everything that is tried when a model declared `scale` does badly.
    pub fn trials(&self, scale: Option<Scale>, takes_integers: bool) -> Vec<Trial> {
        let scales = self.scales.iter().filter(|other| !takes_integers && Some(**other) != scale);
        let changes = (0..self.changes.len()).map(Trial::Change);
        scales.copied().map(Trial::Scale).chain(changes).collect()
    }
}

/// All inputs with one mistake undone; `None` where it changes nothing.
fn changed(contract: &Contract, data: &DataSet, change: Change) -> io::Result<Option<Vec<Arc<SharedBytes>>>> {
    let mut any = false;
    let mut all = Vec::new();
    for (spec, samples) in contract.inputs.iter().zip(&data.samples) {
        let bytes = samples.read(0, samples.len())?;
        match moved(spec, &bytes, change).filter(|moved| *moved != bytes) {
            Some(moved) => {
                any = true;
                all.push(Arc::new(SharedBytes::new(&moved)?));
            }
            None => all.push(Arc::clone(samples)),
        }
    }
    Ok(any.then_some(all))
}

fn moved(spec: &InputSpec, bytes: &[u8], change: Change) -> Option<Vec<u8>> {
    let (InputKind::Image, &[height, width, channels]) = (spec.kind, spec.shape.as_slice()) else { return None };
    if change == Change::Inverted {
        return Some(bytes.iter().map(|byte| 255 - byte).collect());
    }
    let from = |row: usize, column: usize, channel: usize| -> Option<usize> {
        let place = (row * width + column) * channels + channel;
        match change {
            Change::Transposed if height == width => Some((column * width + row) * channels + channel),
            Change::ChannelsReversed if channels > 1 => Some(place - channel + (channels - 1 - channel)),
            // The byte at this place of a planar image.
            Change::ChannelsFirst if channels > 1 => {
                let area = height * width;
                Some(place % area * channels + place / area)
            }
            Change::Transposed | Change::Inverted | Change::ChannelsReversed | Change::ChannelsFirst => None,
        }
    };
    let mut out = Vec::with_capacity(bytes.len());
    for sample in bytes.chunks_exact(spec.elements()) {
        for row in 0..height {
            for column in 0..width {
                for channel in 0..channels {
                    out.push(*sample.get(from(row, column, channel)?)?);
                }
            }
        }
    }
    Some(out)
}

/// Processor time of the practice run in seconds for a model that may insist on a batch.
///
/// A large batch is filled up, so that as much is computed as for many more samples; `whole` is the limit of all runs.
pub fn cpu_seconds(samples: usize, batch: Option<usize>, whole: u32) -> u32 {
    let samples = samples.max(1);
    let rows = batch.map_or(Some(samples), |batch| samples.checked_next_multiple_of(batch.max(1)));
    let times = rows.and_then(|rows| u32::try_from(rows.div_ceil(samples)).ok()).unwrap_or(u32::MAX);
    CPU_SECONDS.saturating_mul(times).min(whole)
}

/// How many labels are right.
pub fn score(truth: &Truth, labels: &[u32]) -> Option<PracticeScore> {
    let Truth::Classes(classes) = truth else { return None };
    let correct = classes.iter().zip(labels).filter(|(actual, label)| actual == label).count();
    Some(PracticeScore { correct: u32::try_from(correct).ok()?, n: u32::try_from(classes.len()).ok()? })
}

fn fraction(score: PracticeScore) -> f64 {
    f64::from(score.correct) / f64::from(score.n.max(1))
}

fn skill(score: PracticeScore, classes: usize) -> f64 {
    let chance = 1.0 / classes.max(1) as f64;
    (fraction(score) - chance) / (1.0 - chance)
}

/// Whether a score is hardly better than guessing among so many classes.
pub fn is_near_chance(score: PracticeScore, classes: usize) -> bool {
    skill(score, classes) <= NEAR_CHANCE
}

fn is_far_better(score: PracticeScore, classes: usize) -> bool {
    skill(score, classes) >= FAR_BETTER
}

/// The offset that would make the labels far better, if there is one: the model counts its classes from elsewhere.
pub fn label_offset(truth: &Truth, labels: &[u32], classes: usize) -> Option<(u32, PracticeScore)> {
    let modulus = u32::try_from(classes).ok()?;
    let with = |offset: u32| {
        let moved: Vec<u32> = labels.iter().map(|label| label.wrapping_add(offset) % modulus).collect();
        Some((offset, score(truth, &moved)?))
    };
    let best = (1..modulus).filter_map(with).max_by_key(|(offset, score)| (score.correct, modulus - offset));
    best.filter(|(_, score)| is_far_better(*score, classes))
}

/// What to tell the learner: the trial that is far better than what was declared, the best one if there are several.
pub fn diagnose(
    practice: &Practice,
    classes: usize,
    declared: (Option<Scale>, PracticeScore),
    trials: &[(Trial, PracticeScore)],
) -> Option<Refusal> {
    let (scale, base) = declared;
    let far: Vec<_> = trials.iter().filter(|(_, score)| is_far_better(*score, classes)).collect();
    // Of equals the first one counts: scales come before changes, and common scales before rare ones.
    let (trial, better) = far.into_iter().rev().max_by_key(|(_, score)| score.correct)?;
    let found = percent(base);
    let better = percent(*better);
    let scale = scale.unwrap_or_default();
    let args: Vec<(&str, &dyn ToString)> = vec![("found", &found), ("better", &better), ("scale", &scale)];
    Some(match trial {
        Trial::Scale(other) => {
            // A model that scales by itself looks the same from outside as one that was trained on raw pixels.
            let reason = if *other == Scale::Raw { Reason::PracticeScaledTwice } else { Reason::PracticeScale };
            Refusal::new(reason, &[args, vec![("expected", other as &dyn ToString)]].concat())
        }
        Trial::Change(position) => {
            let (change, _) = practice.changes.get(*position)?;
            Refusal::new(
                match change {
                    Change::Transposed => Reason::PracticeTransposed,
                    Change::Inverted => Reason::PracticeInverted,
                    Change::ChannelsReversed | Change::ChannelsFirst => Reason::PracticeChannels,
                },
                &args,
            )
        }
    })
}

/// The refusal for labels with an offset.
pub fn offset_refusal(offset: u32, classes: usize, base: PracticeScore, better: PracticeScore) -> Refusal {
    // What the learner did: the model's label is the true one plus this.
    let shown = i64::try_from(classes).unwrap_or(i64::MAX) - i64::from(offset);
    let half = i64::try_from(classes).unwrap_or(i64::MAX) / 2;
    let shown = if shown > half { -i64::from(offset) } else { shown };
    Refusal::new(
        Reason::PracticeLabels,
        &[("offset", &format!("{shown:+}")), ("found", &percent(base)), ("better", &percent(better))],
    )
}

fn percent(score: PracticeScore) -> String {
    format!("{:.0} %", fraction(score) * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grading::contract::{Dtype, Target};

    fn image(shape: [usize; 3]) -> InputSpec {
        InputSpec { name: "x".into(), kind: InputKind::Image, shape: shape.to_vec(), dtype: Dtype::Float32 }
    }

    fn of(correct: u32) -> PracticeScore {
        PracticeScore { correct, n: 200 }
    }

    #[test]
    fn images_are_moved_as_the_mistake_would_have_it() {
        let bytes = [1, 2, 3, 4];
        assert_eq!(moved(&image([2, 2, 1]), &bytes, Change::Transposed).unwrap(), [1, 3, 2, 4]);
        assert_eq!(moved(&image([2, 2, 1]), &bytes, Change::Inverted).unwrap(), [254, 253, 252, 251]);
        assert_eq!(moved(&image([1, 4, 1]), &bytes, Change::Transposed), None);
        assert_eq!(moved(&image([2, 2, 1]), &bytes, Change::ChannelsReversed), None);
        let colour = [1, 2, 3, 4, 5, 6];
        assert_eq!(moved(&image([1, 2, 3]), &colour, Change::ChannelsReversed).unwrap(), [3, 2, 1, 6, 5, 4]);
        assert_eq!(moved(&image([1, 2, 3]), &colour, Change::ChannelsFirst).unwrap(), [1, 4, 2, 5, 3, 6]);
    }

    #[test]
    fn only_what_is_near_chance_is_looked_into_and_only_a_large_gain_counts() {
        assert!(is_near_chance(of(20), 10) && is_near_chance(of(0), 10) && !is_near_chance(of(60), 10));
        let practice = Practice {
            data: DataSet { samples: vec![], truth: Truth::Classes(vec![]) },
            scales: vec![],
            changes: vec![],
        };
        let tell = |trials: &[(Trial, PracticeScore)]| {
            diagnose(&practice, 10, (Some(Scale::Unit), of(24)), trials).map(|refusal| refusal.reason)
        };
        assert_eq!(tell(&[(Trial::Scale(Scale::Raw), of(60))]), None);
        let signed = Trial::Scale(Scale::Signed);
        assert_eq!(tell(&[(signed, of(180)), (Trial::Scale(Scale::Raw), of(180))]), Some(Reason::PracticeScale));
        assert_eq!(tell(&[(signed, of(150)), (Trial::Scale(Scale::Raw), of(190))]), Some(Reason::PracticeScaledTwice));
    }

    #[test]
    fn labels_that_start_elsewhere_are_named_with_their_offset() {
        let truth: Vec<u32> = (0..200).map(|i| i % 10).collect();
        let labels: Vec<u32> = truth.iter().map(|label| (label + 1) % 10).collect();
        let (offset, better) = label_offset(&Truth::Classes(truth.clone()), &labels, 10).unwrap();
        assert_eq!((offset, better.correct), (9, 200));
        let refusal = offset_refusal(offset, 10, of(0), better);
        assert_eq!(refusal.args[0], ("offset".to_owned(), "+1".to_owned()));
        let random: Vec<u32> = (0..200).map(|i| i * 7 % 3).collect();
        assert_eq!(label_offset(&Truth::Classes(truth), &random, 10), None);
    }

    #[test]
    fn a_large_batch_is_given_more_time() {
        assert_eq!(cpu_seconds(200, None, 60), 10);
        assert_eq!(cpu_seconds(200, Some(50), 60), 10);
        assert_eq!(cpu_seconds(200, Some(512), 60), 30);
        assert_eq!(cpu_seconds(200, Some(usize::MAX), 60), 60);
    }

    #[test]
    fn whole_numbers_have_no_other_scale() {
        let contract = Contract {
            inputs: vec![image([2, 2, 1])],
            output: "y".into(),
            target: Target::Classes(vec!["a".into(), "b".into()]),
        };
        let samples = vec![Arc::new(SharedBytes::new(&[1, 2, 3, 4]).unwrap())];
        let data = DataSet { samples, truth: Truth::Classes(vec![0]) };
        let practice = Practice::new(&contract, data, vec![Scale::Standard { mean: 0.1, std: 0.3 }]).unwrap();
        assert_eq!(practice.trials(Some(Scale::Raw), true), [Trial::Change(0), Trial::Change(1)]);
        assert_eq!(practice.trials(Some(Scale::Unit), false).len(), 5);
    }
}
