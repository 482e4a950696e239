//! Scores as a pure function of predicted and true classes.
#![expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^52")]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A number that an exercise can set a mark on; larger is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Fraction of samples predicted correctly.
    Accuracy,
    /// Mean recall of the classes.
    BalancedAccuracy,
    /// Mean F1 of the classes.
    MacroF1,
}

impl Metric {
    /// The name in manifests, reports and message keys (`metric-accuracy`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accuracy => "accuracy",
            Self::BalancedAccuracy => "balanced_accuracy",
            Self::MacroF1 => "macro_f1",
        }
    }
}

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
    /// Every [`Metric`] by name.
    pub metrics: BTreeMap<String, f64>,
}

impl Classification {
    /// Compares predictions with the truth, sample by sample; classes are `0..classes`.
    ///
    /// `None` if the lengths differ, there are no samples, or a class is out of range.
    pub fn new(truth: &[u32], predicted: &[u32], classes: usize) -> Option<Self> {
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
        let present: Vec<_> = per_class.iter().filter(|class| class.support > 0).collect();
        let metrics = [
            (Metric::Accuracy, ratio(correct, n)),
            (Metric::BalancedAccuracy, mean(present.iter().map(|class| class.recall))),
            (Metric::MacroF1, mean(per_class.iter().map(|class| class.f1))),
        ];
        let metrics = metrics.into_iter().map(|(metric, value)| (metric.as_str().to_owned(), value)).collect();
        Some(Self { n, correct, confusion, per_class, metrics })
    }

    /// The value of one metric.
    pub fn value(&self, metric: Metric) -> f64 {
        self.metrics.get(metric.as_str()).copied().unwrap_or(0.0)
    }
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

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len();
    if count == 0 { 0.0 } else { values.sum::<f64>() / count as f64 }
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
        let scores = Classification::new(&[0, 0, 0, 1, 1], &[0, 0, 1, 1, 2], 3).unwrap();
        assert_eq!((scores.n, scores.correct), (5, 3));
        assert_eq!(scores.confusion, [[2, 1, 0], [0, 1, 1], [0, 0, 0]]);
        let expected = [(1.0, 2.0 / 3.0, 0.8, 3), (0.5, 0.5, 0.5, 2), (0.0, 0.0, 0.0, 0)];
        for (class, (precision, recall, f1, support)) in scores.per_class.iter().zip(expected) {
            assert!(close(class.precision, precision) && close(class.recall, recall) && close(class.f1, f1));
            assert_eq!(class.support, support);
        }
        assert!(close(scores.value(Metric::Accuracy), 0.6));
        assert!(close(scores.value(Metric::BalancedAccuracy), 7.0 / 12.0));
        assert!(close(scores.value(Metric::MacroF1), 1.3 / 3.0));
    }

    #[test]
    fn impossible_cases_have_no_score() {
        assert_eq!(Classification::new(&[], &[], 2), None);
        assert_eq!(Classification::new(&[0], &[0, 1], 2), None);
        assert_eq!(Classification::new(&[0], &[2], 2), None);
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
