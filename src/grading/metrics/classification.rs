//! What follows from predicted and true classes: the confusion matrix, scores per class, their means.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Metric, mean, of_classes, of_probabilities, probabilities::Rows};

/// Precision, recall and F1 of one class; 0 where a denominator is 0, as scikit-learn's `zero_division=0`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ClassScore {
    /// Of the samples predicted as this class, the fraction that is.
    pub precision: f64,
    /// Of the samples of this class, the fraction predicted as such.
    pub recall: f64,
    /// Harmonic mean of both.
    pub f1: f64,
    /// Number of samples of this class.
    pub support: u32,
}

/// All scores of one classification.
#[derive(Debug, Clone, PartialEq)]
pub struct Classification {
    /// Number of samples.
    pub n: u32,
    /// Number of samples predicted correctly.
    pub correct: u32,
    /// `confusion[true][predicted]`, `classes × classes`.
    pub confusion: Vec<Vec<u32>>,
    /// One entry per class.
    pub per_class: Vec<ClassScore>,
    /// Every [`Metric`] that is defined here, by name.
    pub metrics: BTreeMap<String, f64>,
}

impl Classification {
    /// Compares predictions with the truth, sample by sample; classes are `0..classes`.
    ///
    /// `probabilities` has a row of `classes` values per sample, as [`super::probabilities()`] makes them; without it
    /// the metrics of kind [`super::MetricKind::Probabilities`] are absent. `None` if the lengths differ, there are no
    /// samples, a class is out of range, or a probability is not in 0..=1.
    pub fn new(truth: &[u32], predicted: &[u32], classes: usize, probabilities: Option<&[f64]>) -> Option<Self> {
        if truth.len() != predicted.len() || truth.is_empty() {
            return None;
        }
        let mut confusion = vec![vec![0_u32; classes]; classes];
        for (&actual, &guess) in truth.iter().zip(predicted) {
            let cell = confusion.get_mut(usize::try_from(actual).ok()?)?.get_mut(usize::try_from(guess).ok()?)?;
            *cell += 1;
        }
        let correct = truth.iter().zip(predicted).filter(|(actual, guess)| actual == guess).count();
        let (n, correct) = (u32::try_from(truth.len()).ok()?, u32::try_from(correct).ok()?);
        let per_class = per_class(&confusion);
        let mut scores = Self { n, correct, confusion, per_class, metrics: BTreeMap::new() };
        scores.metrics = of_classes(&scores);
        if let Some(probabilities) = probabilities {
            let rows = Rows::new(truth, predicted, classes, probabilities)?;
            scores.metrics.extend(of_probabilities(&rows));
        }
        Some(scores)
    }

    /// The value of one metric; `None` if it is not defined here.
    pub fn value(&self, metric: Metric) -> Option<f64> {
        self.metrics.get(metric.as_str()).copied()
    }

    /// Recall of each class that has samples.
    fn recalls(&self) -> Vec<f64> {
        self.per_class.iter().filter(|class| class.support > 0).map(|class| class.recall).collect()
    }
}

pub(super) fn accuracy(scores: &Classification) -> f64 {
    ratio(scores.correct, scores.n)
}

/// As `sklearn.metrics.balanced_accuracy_score`.
pub(super) fn balanced_accuracy(scores: &Classification) -> Option<f64> {
    mean(scores.recalls().into_iter())
}

/// As `sklearn.metrics.f1_score(labels=range(classes), average="macro", zero_division=0)`.
pub(super) fn macro_f1(scores: &Classification) -> Option<f64> {
    mean(scores.per_class.iter().map(|class| class.f1))
}

pub(super) fn worst_class_recall(scores: &Classification) -> Option<f64> {
    scores.recalls().into_iter().reduce(f64::min)
}

fn per_class(confusion: &[Vec<u32>]) -> Vec<ClassScore> {
    let predicted = |class: usize| confusion.iter().filter_map(|row| row.get(class)).sum::<u32>();
    let one = |(class, row): (usize, &Vec<u32>)| {
        let hits = row.get(class).copied().unwrap_or(0);
        let (support, guesses) = (row.iter().sum(), predicted(class));
        ClassScore {
            precision: ratio(hits, guesses),
            recall: ratio(hits, support),
            f1: ratio(2 * hits, support + guesses),
            support,
        }
    };
    confusion.iter().enumerate().map(one).collect()
}

fn ratio(part: u32, whole: u32) -> f64 {
    if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) }
}

/// The 95 % score interval of a proportion (E. B. Wilson, 1927).
pub fn wilson95(correct: u32, n: u32) -> [f64; 2] {
    /// 97.5 % quantile of the normal distribution.
    const Z: f64 = 1.959_963_984_540_054;
    if n == 0 {
        return [0.0, 1.0];
    }
    let (n, p) = (f64::from(n), ratio(correct, n));
    let shrink = 1.0 / (1.0 + Z * Z / n);
    let centre = (p + Z * Z / (2.0 * n)) * shrink;
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt() * shrink;
    [(centre - half).max(0.0), (centre + half).min(1.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    #[test]
    fn a_small_case_by_hand() {
        // As sklearn.metrics.classification_report(labels=[0, 1, 2], zero_division=0) gives it.
        let scores = Classification::new(&[0, 0, 0, 1, 1], &[0, 0, 1, 1, 2], 3, None).unwrap();
        assert_eq!((scores.n, scores.correct), (5, 3));
        assert_eq!(scores.confusion, [[2, 1, 0], [0, 1, 1], [0, 0, 0]]);
        let expected = [(1.0, 2.0 / 3.0, 0.8, 3), (0.5, 0.5, 0.5, 2), (0.0, 0.0, 0.0, 0)];
        for (class, (precision, recall, f1, support)) in scores.per_class.iter().zip(expected) {
            assert!(close(class.precision, precision) && close(class.recall, recall) && close(class.f1, f1));
            assert_eq!(class.support, support);
        }
        let value = |metric| scores.value(metric).unwrap();
        assert!(close(value(Metric::Accuracy), 0.6));
        assert!(close(value(Metric::BalancedAccuracy), 7.0 / 12.0));
        assert!(close(value(Metric::MacroF1), 1.3 / 3.0));
        assert!(close(value(Metric::WorstClassRecall), 0.5));
        assert_eq!(scores.value(Metric::LogLoss), None);
    }

    #[test]
    fn impossible_cases_have_no_score() {
        assert_eq!(Classification::new(&[], &[], 2, None), None);
        assert_eq!(Classification::new(&[0], &[0, 1], 2, None), None);
        assert_eq!(Classification::new(&[0], &[2], 2, None), None);
        for wrong in [&[][..], &[1.0], &[0.5, 0.5, 0.0], &[1.5, -0.5], &[f64::NAN, 0.5]] {
            assert_eq!(Classification::new(&[0], &[0], 2, Some(wrong)), None);
        }
    }

    #[test]
    fn the_wilson_interval_matches_published_values() {
        // statsmodels.stats.proportion.proportion_confint(9859, 10000, method="wilson")
        let [low, high] = wilson95(9859, 10_000);
        assert!((low - 0.983_395_5).abs() < 1e-6 && (high - 0.988_031_4).abs() < 1e-6, "{low} {high}");
        let [low, high] = wilson95(0, 0);
        assert!(close(low, 0.0) && close(high, 1.0));
        let [low, high] = wilson95(10, 10);
        assert!((low - 0.722_467).abs() < 1e-6 && close(high, 1.0));
    }
}
