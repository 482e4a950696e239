//! Scores of a model as probabilities, and what follows from them and the true classes.
#![expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^52")]

use serde::{Deserialize, Serialize};

use super::mean;

/// How far a row of probabilities, perhaps in half precision, may be from a sum of 1.
const SUM_TOLERANCE: f64 = 1e-3;

/// What the scores of a model are, as read from the numbers alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreKind {
    /// Rows without negative numbers that sum to 1; one-hot answers too.
    Probabilities,
    /// Natural logarithms of probabilities.
    LogProbabilities,
    /// Anything else.
    Logits,
}

impl ScoreKind {
    /// The name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Probabilities => "probabilities",
            Self::LogProbabilities => "log_probabilities",
            Self::Logits => "logits",
        }
    }

    /// Decides over all rows together: one row that is no distribution makes logits of all.
    fn of(scores: &[f32], classes: usize) -> Self {
        let every_row = |test: fn(&[f32]) -> bool| scores.chunks_exact(classes.max(1)).all(test);
        if every_row(is_distribution) {
            Self::Probabilities
        } else if every_row(is_log_distribution) {
            Self::LogProbabilities
        } else {
            Self::Logits
        }
    }
}

fn is_distribution(row: &[f32]) -> bool {
    row.iter().all(|&score| score >= 0.0) && sums_to_one(row.iter().copied().map(f64::from))
}

fn is_log_distribution(row: &[f32]) -> bool {
    row.iter().all(|&score| score <= 1e-6) && sums_to_one(row.iter().map(|&score| f64::from(score).exp()))
}

fn sums_to_one(values: impl Iterator<Item = f64>) -> bool {
    (values.sum::<f64>() - 1.0).abs() <= SUM_TOLERANCE
}

/// The probabilities that finite scores stand for, and what the scores were taken for.
///
/// Both are row-major, `n × classes`. Each row of the answer sums to 1: probabilities are divided by their sum, and
/// logarithms and logits go through a softmax, which for logarithms is the same as their exponential.
pub fn probabilities(scores: &[f32], classes: usize) -> (Vec<f64>, ScoreKind) {
    let kind = ScoreKind::of(scores, classes);
    let mut values: Vec<f64> = scores.iter().copied().map(f64::from).collect();
    for row in values.chunks_exact_mut(classes.max(1)) {
        match kind {
            ScoreKind::Probabilities => {}
            ScoreKind::LogProbabilities | ScoreKind::Logits => exponentials(row),
        }
        let sum: f64 = row.iter().sum();
        for value in row {
            *value /= sum;
        }
    }
    (values, kind)
}

/// Exponentials relative to the largest value, so that none overflows.
fn exponentials(row: &mut [f64]) {
    let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for value in row {
        *value = (*value - largest).exp();
    }
}

/// True classes, predicted classes and probabilities of the same samples.
pub(super) struct Rows<'a> {
    truth: &'a [u32],
    predicted: &'a [u32],
    classes: usize,
    probabilities: &'a [f64],
}

impl<'a> Rows<'a> {
    /// `None` unless there is a row of `classes` numbers in 0..=1 per sample.
    pub(super) fn new(
        truth: &'a [u32],
        predicted: &'a [u32],
        classes: usize,
        probabilities: &'a [f64],
    ) -> Option<Self> {
        let whole = truth.len().checked_mul(classes)? == probabilities.len();
        let proper = probabilities.iter().all(|value| (0.0..=1.0).contains(value));
        (whole && proper).then_some(Self { truth, predicted, classes, probabilities })
    }

    fn iter(&self) -> impl ExactSizeIterator<Item = &'a [f64]> {
        self.probabilities.chunks_exact(self.classes.max(1))
    }

    /// Each row with its true class.
    fn with_truth(&self) -> impl ExactSizeIterator<Item = (&'a [f64], usize)> {
        self.iter().zip(self.truth.iter().map(|&class| class as usize))
    }
}

/// As `sklearn.metrics.log_loss(labels=range(classes))` on float64: clipped to `eps..=1 - eps`, not normalised again.
pub(super) fn log_loss(rows: &Rows<'_>) -> Option<f64> {
    let loss = |(row, class): (&[f64], usize)| {
        let probability = row.get(class).copied().unwrap_or(0.0);
        -probability.clamp(f64::EPSILON, 1.0 - f64::EPSILON).ln()
    };
    mean(rows.with_truth().map(loss))
}

/// As `sklearn.metrics.top_k_accuracy_score(k=K, labels=range(classes))`: of equal probabilities the last class wins.
///
/// So among ties it may be below the accuracy, where the first class wins; a logit some 745 below its row's largest has
/// probability 0, as all below it. `None` if every sample would count, because there are only `K` classes or fewer.
pub(super) fn top_k<const K: usize>(rows: &Rows<'_>) -> Option<f64> {
    let hit = |(row, class): (&[f64], usize)| {
        let (before, after) = row.split_at_checked(class).unwrap_or((row, &[]));
        let (&own, after) = after.split_first().unwrap_or((&0.0, &[]));
        let better = before.iter().filter(|&&other| other > own).count();
        let as_good = after.iter().filter(|&&other| other >= own).count();
        f64::from(u8::from(better + as_good < K))
    };
    if K < rows.classes { mean(rows.with_truth().map(hit)) } else { None }
}

/// Expected calibration error (Guo et al., 2017): the mean over all samples of the distance between accuracy and mean
/// probability of the predicted class, in 15 bins of equal width that are open below and closed above.
pub(super) fn calibration_error(rows: &Rows<'_>) -> f64 {
    const BINS: u32 = 15;
    let mut gaps = [0.0_f64; BINS as usize];
    for ((row, class), &guess) in rows.with_truth().zip(rows.predicted) {
        let confidence = row.get(guess as usize).copied().unwrap_or(0.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number from 1 to 15")]
        let bin = (confidence * f64::from(BINS)).ceil().clamp(1.0, f64::from(BINS)) as usize - 1;
        if let Some(gap) = gaps.get_mut(bin) {
            *gap += f64::from(u8::from(class == guess as usize)) - confidence;
        }
    }
    gaps.iter().map(|gap| gap.abs()).sum::<f64>() / rows.truth.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Natural logarithms, in single precision as a model gives them.
    fn logs(probabilities: &[f32]) -> Vec<f32> {
        probabilities.iter().map(|value| value.ln()).collect()
    }

    fn assert_close(left: &[f64], right: &[f64]) {
        assert_eq!(left.len(), right.len());
        assert!(left.iter().zip(right).all(|(a, b)| (a - b).abs() < 1e-6), "{left:?} {right:?}");
    }

    #[test]
    fn scores_are_told_apart_by_their_numbers() {
        let kind = |scores: &[f32]| probabilities(scores, 2).1;
        assert_eq!(kind(&[0.25, 0.75, 1.0, 0.0]), ScoreKind::Probabilities);
        assert_eq!(kind(&[0.0, 1.0, 1.0, 0.0]), ScoreKind::Probabilities, "one-hot");
        assert_eq!(kind(&[0.2502, 0.7503]), ScoreKind::Probabilities, "half precision");
        assert_eq!(kind(&logs(&[0.25, 0.75, 0.999, 0.001])), ScoreKind::LogProbabilities);
        assert_eq!(kind(&[-60.0, 1e-7]), ScoreKind::LogProbabilities, "a logarithm rounded up");
        assert_eq!(kind(&[0.25, 0.75, 0.5, 0.75]), ScoreKind::Logits, "one row decides for all");
        assert_eq!(kind(&[1.5, -0.5]), ScoreKind::Logits, "a sum of 1 is not enough");
        assert_eq!(kind(&[-1.0, -2.0]), ScoreKind::Logits);
        assert_eq!(kind(&[0.0, 0.0]), ScoreKind::Logits);
        for kind in [ScoreKind::Probabilities, ScoreKind::LogProbabilities, ScoreKind::Logits] {
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.as_str()));
        }
    }

    #[test]
    fn every_kind_becomes_the_same_probabilities() {
        let given = [0.25_f32, 0.75, 0.9, 0.1];
        let expected: Vec<f64> = given.iter().copied().map(f64::from).collect();
        let logits: Vec<f32> = logs(&given).iter().map(|value| value + 3.0).collect();
        for scores in [given.to_vec(), logs(&given), logits] {
            assert_close(&probabilities(&scores, 2).0, &expected);
        }
    }

    #[test]
    fn large_logits_do_not_overflow() {
        let (values, kind) = probabilities(&[f32::MAX, f32::MIN, 0.0, 1e30, 1e30, -1e30], 3);
        assert_eq!(kind, ScoreKind::Logits);
        assert_close(&values, &[1.0, 0.0, 0.0, 0.5, 0.5, 0.0]);
        assert!(probabilities(&[], 3).0.is_empty());
        assert!(probabilities(&[], 0).0.is_empty());
    }
}
