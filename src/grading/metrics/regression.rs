//! What follows from predicted and true numbers.

use std::collections::BTreeMap;

use super::{Metric, mean, of_numbers};

/// Up to here, sums of squared errors cannot overflow.
const LARGEST: f64 = 1e140;

/// All scores of one regression.
#[derive(Debug, Clone, PartialEq)]
pub struct Regression {
    /// Number of samples.
    pub n: u32,
    /// Every [`Metric`] that is defined here, by name.
    pub metrics: BTreeMap<String, f64>,
}

impl Regression {
    /// Compares predictions with the truth, sample by sample.
    ///
    /// `None` if the lengths differ, there are no samples, or a number is not finite or beyond ±1e140.
    pub fn new(truth: &[f64], predicted: &[f64]) -> Option<Self> {
        if truth.len() != predicted.len() || truth.is_empty() {
            return None;
        }
        if !truth.iter().chain(predicted).all(|value| value.abs() <= LARGEST) {
            return None;
        }
        let n = u32::try_from(truth.len()).ok()?;
        Some(Self { n, metrics: of_numbers(&Pairs { truth, predicted }) })
    }

    /// The value of one metric; `None` if it is not defined here.
    pub fn value(&self, metric: Metric) -> Option<f64> {
        self.metrics.get(metric.as_str()).copied()
    }
}

/// True and predicted numbers of the same samples.
pub(super) struct Pairs<'a> {
    truth: &'a [f64],
    predicted: &'a [f64],
}

impl Pairs<'_> {
    fn errors(&self) -> impl ExactSizeIterator<Item = f64> {
        self.truth.iter().zip(self.predicted).map(|(truth, predicted)| truth - predicted)
    }
}

/// As `sklearn.metrics.mean_squared_error`.
pub(super) fn mse(pairs: &Pairs<'_>) -> Option<f64> {
    mean(pairs.errors().map(|error| error * error))
}

/// As `sklearn.metrics.root_mean_squared_error`.
pub(super) fn rmse(pairs: &Pairs<'_>) -> Option<f64> {
    mse(pairs).map(f64::sqrt)
}

/// As `sklearn.metrics.mean_absolute_error`.
pub(super) fn mae(pairs: &Pairs<'_>) -> Option<f64> {
    mean(pairs.errors().map(f64::abs))
}

/// As `sklearn.metrics.r2_score`: for a constant truth 1 if every prediction is perfect, else 0.
///
/// A constant is recognised by its values, not only by a variance that rounding may leave just above 0.
pub(super) fn r2(pairs: &Pairs<'_>) -> Option<f64> {
    if pairs.truth.len() < 2 {
        return None;
    }
    let centre = mean(pairs.truth.iter().copied())?;
    let variance = mean(pairs.truth.iter().map(|truth| (truth - centre) * (truth - centre)))?;
    let constant = variance <= 0.0 || pairs.truth.windows(2).all(|two| two.first() == two.last());
    let error = mse(pairs)?;
    Some(match (error <= 0.0, constant) {
        (true, _) => 1.0,
        (false, true) => 0.0,
        // The quotient may exceed all numbers where the variance is tiny.
        (false, false) => (1.0 - error / variance).max(f64::MIN),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_case_by_hand() {
        let scores = Regression::new(&[1.0, 2.0, 3.0, 6.0], &[1.0, 2.0, 5.0, 5.0]).unwrap();
        assert_eq!(scores.n, 4);
        let expected =
            [(Metric::Mse, 1.25), (Metric::Rmse, 1.25_f64.sqrt()), (Metric::Mae, 0.75), (Metric::R2, 9.0 / 14.0)];
        for (metric, value) in expected {
            assert!((scores.value(metric).unwrap() - value).abs() < 1e-12, "{metric:?}");
        }
        assert_eq!(scores.value(Metric::Accuracy), None);
    }

    #[test]
    fn a_constant_truth_is_a_constant_whatever_rounding_does() {
        // The mean of seven times 0.1 is not 0.1.
        for (guess, value) in [(0.1, 1.0), (0.2, 0.0)] {
            assert_eq!(Regression::new(&[0.1; 7], &[guess; 7]).unwrap().value(Metric::R2), Some(value));
        }
        assert_eq!(Regression::new(&[0.1], &[0.2]).unwrap().value(Metric::R2), None);
    }

    #[test]
    fn impossible_cases_have_no_score() {
        assert_eq!(Regression::new(&[], &[]), None);
        assert_eq!(Regression::new(&[0.0], &[0.0, 1.0]), None);
        for wrong in [f64::NAN, f64::INFINITY, 1e141] {
            assert_eq!(Regression::new(&[0.0, 1.0], &[wrong, 1.0]), None);
            assert_eq!(Regression::new(&[wrong, 1.0], &[0.0, 1.0]), None);
        }
    }
}
