//! Our metrics against scikit-learn and against their own rules.

use std::collections::BTreeMap;

use proptest::{collection::vec, prelude::*, sample::Index};
use serde::Deserialize;

use super::*;

/// Made by scikit-learn: `tests/data/metrics/make_cases.py`.
const CASES: &str = include_str!("../../../tests/data/metrics/cases.json");

#[derive(Deserialize)]
struct Cases {
    classification: Vec<ClassificationCase>,
    regression: Vec<RegressionCase>,
}

#[derive(Deserialize)]
struct ClassificationCase {
    name: String,
    classes: usize,
    truth: Vec<u32>,
    predicted: Vec<u32>,
    probabilities: Option<Vec<f64>>,
    confusion: Vec<Vec<u32>>,
    per_class: Vec<[f64; 4]>,
    metrics: BTreeMap<String, f64>,
}

#[derive(Deserialize)]
struct RegressionCase {
    name: String,
    truth: Vec<f64>,
    predicted: Vec<f64>,
    metrics: BTreeMap<String, f64>,
}

/// The same metrics, and values that differ by `tolerance` at most, relative to values above 1.
fn assert_agree(what: &str, ours: &BTreeMap<String, f64>, theirs: &BTreeMap<String, f64>, tolerance: f64) {
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>(), "{what}");
    for (name, &expected) in theirs {
        let difference = (ours[name] - expected).abs();
        assert!(difference <= tolerance * expected.abs().max(1.0), "{what}: {name} {} for {expected}", ours[name]);
    }
}

#[test]
fn classifications_agree_with_scikit_learn() {
    let cases: Cases = serde_json::from_str(CASES).unwrap();
    assert!(cases.classification.len() >= 60);
    for case in cases.classification {
        let what = format!("{} of {} classes", case.name, case.classes);
        let probabilities = case.probabilities.as_deref();
        let scores = Classification::new(&case.truth, &case.predicted, case.classes, probabilities).unwrap();
        assert_eq!(scores.confusion, case.confusion, "{what}");
        assert_eq!(scores.per_class.len(), case.per_class.len(), "{what}");
        for (ours, theirs) in scores.per_class.iter().zip(case.per_class) {
            let ours = [ours.precision, ours.recall, ours.f1, f64::from(ours.support)];
            assert!(ours.iter().zip(theirs).all(|(a, b)| (a - b).abs() <= 1e-9), "{what}: {ours:?} for {theirs:?}");
        }
        assert_agree(&what, &scores.metrics, &case.metrics, 1e-9);
    }
}

#[test]
fn regressions_agree_with_scikit_learn() {
    let cases: Cases = serde_json::from_str(CASES).unwrap();
    assert!(cases.regression.len() >= 20);
    for case in cases.regression {
        let scores = Regression::new(&case.truth, &case.predicted).unwrap();
        assert_agree(&case.name, &scores.metrics, &case.metrics, 1e-9);
    }
}

#[test]
fn a_metric_is_named_alike_everywhere_and_knows_its_direction() {
    for &metric in Metric::ALL {
        assert_eq!(serde_json::to_string(&metric).unwrap(), format!("\"{}\"", metric.as_str()));
        assert_eq!(metric.reached(0.4, 0.5), metric.is_loss());
        assert_ne!(metric.reached(0.6, 0.5), metric.is_loss());
        assert!(metric.reached(0.5, 0.5) && !metric.reached(f64::NAN, 0.5));
        assert_eq!(metric.is_defined(6), metric.kind() != MetricKind::Regression);
    }
    assert!(Metric::Top2Accuracy.is_defined(3) && !Metric::Top2Accuracy.is_defined(2));
    assert!(!Metric::Accuracy.is_defined(0));
}

/// Classes, and per sample the true class and one score per class; every fourth time scores with many ties.
fn samples() -> impl Strategy<Value = (usize, Vec<(u32, Vec<f32>)>)> {
    (1_usize..8, 0_u8..4).prop_flat_map(|(classes, form)| {
        let score = match form {
            0 => (0_u8..3).prop_map(f32::from).boxed(),
            1 => (0.0_f32..1.0).boxed(),
            2 => (-40.0_f32..40.0).boxed(),
            _ => prop::num::f32::NORMAL.boxed(),
        };
        let sample = (0..u32::try_from(classes).unwrap(), vec(score, classes));
        (Just(classes), vec(sample, 1..40))
    })
}

/// The first of the largest scores.
fn predicted(row: &[f32]) -> u32 {
    let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    u32::try_from(row.iter().position(|&score| score >= largest).unwrap()).unwrap()
}

fn scores_of(classes: usize, samples: &[(u32, Vec<f32>)]) -> Classification {
    let truth: Vec<u32> = samples.iter().map(|(class, _)| *class).collect();
    let labels: Vec<u32> = samples.iter().map(|(_, row)| predicted(row)).collect();
    let scores: Vec<f32> = samples.iter().flat_map(|(_, row)| row.clone()).collect();
    Classification::new(&truth, &labels, classes, Some(&probabilities(&scores, classes).0)).unwrap()
}

/// Swaps samples here and there: another order of the same.
fn reordered<T: Clone>(samples: &[T], swaps: &[(Index, Index)]) -> Vec<T> {
    let mut samples = samples.to_vec();
    for (one, other) in swaps {
        let (one, other) = (one.index(samples.len()), other.index(samples.len()));
        samples.swap(one, other);
    }
    samples
}

fn swaps() -> impl Strategy<Value = Vec<(Index, Index)>> {
    vec(any::<(Index, Index)>(), 40)
}

proptest! {
    #[test]
    fn every_finite_score_gives_finite_metrics((classes, samples) in samples()) {
        let scores = scores_of(classes, &samples);
        for &metric in Metric::ALL {
            let value = scores.value(metric);
            prop_assert_eq!(value.is_some(), metric.is_defined(classes));
            prop_assert!(value.is_none_or(f64::is_finite));
            prop_assert!(!metric.is_proportion() || value.is_none_or(|value| (0.0..=1.0).contains(&value)));
        }
    }

    #[test]
    fn probabilities_keep_the_largest_score_and_sum_to_one((classes, samples) in samples()) {
        let scores: Vec<f32> = samples.iter().flat_map(|(_, row)| row.clone()).collect();
        let (values, _) = probabilities(&scores, classes);
        prop_assert_eq!(values.len(), scores.len());
        for (row, (_, scores)) in values.chunks(classes).zip(&samples) {
            prop_assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let best = row[predicted(scores) as usize];
            prop_assert!(row.iter().all(|&value| value <= best));
        }
    }

    #[test]
    fn accuracy_is_the_diagonal((classes, samples) in samples()) {
        let scores = scores_of(classes, &samples);
        let trace: u32 = (0..classes).map(|class| scores.confusion[class][class]).sum();
        let total: u32 = scores.confusion.iter().flatten().sum();
        prop_assert_eq!(trace, scores.correct);
        prop_assert_eq!((total, samples.len()), (scores.n, total as usize));
        prop_assert_eq!(scores.value(Metric::Accuracy), Some(f64::from(trace) / f64::from(total)));
    }

    #[test]
    fn the_order_of_samples_does_not_matter((classes, samples) in samples(), swaps in swaps()) {
        let (one, other) = (scores_of(classes, &samples), scores_of(classes, &reordered(&samples, &swaps)));
        prop_assert_eq!(one.confusion, other.confusion);
        assert_agree("reordered", &other.metrics, &one.metrics, 1e-12);
    }

    #[test]
    fn the_order_of_numbers_does_not_matter(
        samples in vec((-9999_i32..9999, -9999_i32..9999), 1..40),
        swaps in swaps(),
    ) {
        let scores = |samples: &[(i32, i32)]| {
            let (truth, guesses): (Vec<_>, Vec<_>) =
                samples.iter().map(|&(truth, guess)| (f64::from(truth) / 1e3, f64::from(guess) / 1e3)).unzip();
            Regression::new(&truth, &guesses).unwrap().metrics
        };
        assert_agree("reordered", &scores(&reordered(&samples, &swaps)), &scores(&samples), 1e-12);
    }

    #[test]
    fn every_finite_number_gives_finite_metrics(
        samples in vec((prop::num::f64::NORMAL, prop::num::f64::ANY), 1..10),
        shift in 0.0_f64..1.0,
    ) {
        let (truth, guesses): (Vec<_>, Vec<_>) = samples.into_iter().unzip();
        let small = |values: &[f64]| values.iter().map(|value| value % 1e140 * shift).collect::<Vec<_>>();
        let finite = |scores: &Regression| scores.metrics.values().all(|value| value.is_finite());
        prop_assert!(Regression::new(&truth, &guesses).is_none_or(|scores| finite(&scores)));
        let scores = Regression::new(&small(&truth), &small(&guesses));
        prop_assert_eq!(scores.is_some(), guesses.iter().all(|guess| guess.is_finite()));
        prop_assert!(scores.is_none_or(|scores| finite(&scores)));
    }
}
