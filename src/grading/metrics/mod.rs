//! Scores as pure functions of predictions and truth; they agree with scikit-learn (`tests/data/metrics`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

mod classification;
mod probabilities;
mod regression;

pub use classification::{ClassScore, Classification, wilson95};
pub use probabilities::{ScoreKind, probabilities};
pub use regression::Regression;

/// What a metric is a function of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MetricKind {
    /// Of predicted and true classes.
    Classification,
    /// Of the true classes and the probability of each class; a model that answers with labels has no such metric.
    Probabilities,
    /// Of predicted and true numbers.
    Regression,
}

/// Whether more of a metric is better.
enum Sense {
    Gain,
    Loss,
}

/// Where the values of a metric lie.
enum Range {
    Proportion,
    Number,
}

/// Declares [`Metric`]: each metric with its documentation, name, sense, range and function, in one table per kind.
///
/// A function answers with a number, or with an `Option` if its metric is not always defined.
macro_rules! metrics {
    ($($kind:ident($input:ty) in $values:ident {
        $($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $sense:ident, $range:ident => $function:expr;)+
    })+) => {
        /// A number that an exercise can set a mark on.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Metric {
            $($($(#[doc = $doc])+ #[serde(rename = $name)] $variant,)+)+
        }

        impl Metric {
            /// All metrics: of classes, of probabilities, of numbers.
            pub const ALL: &[Self] = &[$($(Self::$variant),+),+];

            /// The name in manifests, reports and message keys (`metric-accuracy`).
            pub const fn as_str(self) -> &'static str {
                match self { $($(Self::$variant => $name,)+)+ }
            }

            /// What it is a function of.
            pub const fn kind(self) -> MetricKind {
                match self { $($(Self::$variant)|+ => MetricKind::$kind,)+ }
            }

            const fn sense(self) -> Sense {
                match self { $($(Self::$variant => Sense::$sense,)+)+ }
            }

            const fn range(self) -> Range {
                match self { $($(Self::$variant => Range::$range,)+)+ }
            }
        }

        $(
            /// The values of all metrics of this kind that are defined for the input, by name.
            fn $values(input: &$input) -> BTreeMap<String, f64> {
                by_name([$((Metric::$variant, Option::from($function(input)))),+])
            }
        )+
    };
}

metrics! {
    Classification(Classification) in of_classes {
        /// Fraction of samples predicted correctly.
        Accuracy = "accuracy", Gain, Proportion => classification::accuracy;
        /// Mean recall of the classes that have samples.
        BalancedAccuracy = "balanced_accuracy", Gain, Proportion => classification::balanced_accuracy;
        /// Mean F1 of all classes of the exercise; 0 for a class that is neither there nor predicted.
        MacroF1 = "macro_f1", Gain, Proportion => classification::macro_f1;
        /// Smallest recall of the classes that have samples.
        WorstClassRecall = "worst_class_recall", Gain, Proportion => classification::worst_class_recall;
    }
    Probabilities(probabilities::Rows<'_>) in of_probabilities {
        /// Mean of the negative natural logarithm of the true class's probability.
        LogLoss = "log_loss", Loss, Number => probabilities::log_loss;
        /// Fraction of samples whose class is among the 2 most probable; absent with 2 classes or fewer.
        Top2Accuracy = "top_2_accuracy", Gain, Proportion => probabilities::top_k::<2>;
        /// Fraction of samples whose class is among the 3 most probable; absent with 3 classes or fewer.
        Top3Accuracy = "top_3_accuracy", Gain, Proportion => probabilities::top_k::<3>;
        /// Fraction of samples whose class is among the 5 most probable; absent with 5 classes or fewer.
        Top5Accuracy = "top_5_accuracy", Gain, Proportion => probabilities::top_k::<5>;
        /// Expected difference between the predicted class's probability and the accuracy, in 15 bins of equal width.
        CalibrationError = "calibration_error", Loss, Proportion => probabilities::calibration_error;
    }
    Regression(regression::Pairs<'_>) in of_numbers {
        /// Mean of the squared errors.
        Mse = "mse", Loss, Number => regression::mse;
        /// Square root of the mean squared error, in the unit of the truth.
        Rmse = "rmse", Loss, Number => regression::rmse;
        /// Mean of the absolute errors, in the unit of the truth.
        Mae = "mae", Loss, Number => regression::mae;
        /// Coefficient of determination: 1 is perfect, 0 as good as the mean; absent with a single sample.
        R2 = "r2", Gain, Number => regression::r2;
    }
}

impl Metric {
    /// The metric with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|metric| metric.as_str() == name)
    }

    /// Whether smaller is better.
    pub const fn is_loss(self) -> bool {
        matches!(self.sense(), Sense::Loss)
    }

    /// Whether its values lie in 0..=1 and are shown as percentages.
    pub const fn is_proportion(self) -> bool {
        matches!(self.range(), Range::Proportion)
    }

    /// Whether `value` is as good as `mark` or better; never for NaN.
    pub const fn reached(self, value: f64, mark: f64) -> bool {
        if self.is_loss() { value <= mark } else { value >= mark }
    }

    /// Whether a classification of so many classes has this metric, if the model answers with scores.
    pub fn is_defined(self, classes: usize) -> bool {
        let first = vec![0.0; classes];
        Classification::new(&[0], &[0], classes, Some(&first)).is_some_and(|scores| scores.value(self).is_some())
    }
}

fn by_name<const N: usize>(values: [(Metric, Option<f64>); N]) -> BTreeMap<String, f64> {
    values.into_iter().filter_map(|(metric, value)| Some((metric.as_str().to_owned(), value?))).collect()
}

/// The arithmetic mean; `None` of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^52")]
fn mean(values: impl ExactSizeIterator<Item = f64>) -> Option<f64> {
    let count = values.len();
    (count > 0).then(|| values.sum::<f64>() / count as f64)
}

#[cfg(test)]
mod tests;
