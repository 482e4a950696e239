//! Columns that say nothing, that only count the rows, or that say everything.

use std::collections::{HashMap, HashSet};

use super::{Collected, Finding, TaskKind, listed};
use crate::{
    exercises::{
        files::{Array, Values},
        intake::labels,
    },
    grading::contract::InputKind,
};

/// Samples below which a column agrees with the label, or counts the rows, by chance.
const ENOUGH: usize = 20;
/// A correlation from here on is 1, but for rounding.
const ONE: f64 = 1.0 - 1e-9;

/// Numbers that are none; [`crate::exercises::intake::read`] takes none of them.
pub(super) fn finite(name: &'static str, part: &Collected) -> Option<Finding> {
    let wrong = |array: &Array| match &array.values {
        Values::Floats(values) => values.iter().position(|v| !v.is_finite()).map(|at| at / array.row().max(1)),
        Values::Bytes(_) | Values::Integers(_) | Values::Texts(_) => None,
    };
    let row = wrong(&part.samples).or_else(|| wrong(&part.labels))?;
    let args = vec![("part", name.to_owned()), ("row", (row + 1).to_string())];
    Some(Finding::fault("intake-finding-not-finite", args))
}

/// The numbers of one column.
#[expect(clippy::cast_precision_loss, reason = "for comparisons of measured numbers")]
fn column(array: &Array, at: usize) -> Vec<f64> {
    let row = array.row().max(1);
    match &array.values {
        Values::Bytes(values) => values.iter().skip(at).step_by(row).map(|v| f64::from(*v)).collect(),
        Values::Integers(values) => values.iter().skip(at).step_by(row).map(|v| *v as f64).collect(),
        Values::Floats(values) => values.iter().skip(at).step_by(row).copied().collect(),
        Values::Texts(_) => Vec::new(),
    }
}

/// Columns of a table with one value in all parts, and images that are all the same.
pub(super) fn constant(parts: &[&Collected]) -> Option<Finding> {
    let first = parts.first()?;
    if first.kind == InputKind::Image {
        let row = first.samples.row().max(1);
        let bytes = |part: &&Collected| match &part.samples.values {
            Values::Bytes(values) => values.clone(),
            Values::Integers(_) | Values::Floats(_) | Values::Texts(_) => Vec::new(),
        };
        let all: Vec<Vec<u8>> = parts.iter().map(bytes).collect();
        let image = all.first()?.get(..row)?;
        let are_equal = all.iter().flat_map(|part| part.chunks(row)).all(|other| other == image);
        return are_equal.then(|| Finding::warning("intake-finding-all-equal", Vec::new()));
    }
    let names = first.columns.as_ref().filter(|_| first.kind != InputKind::Text)?;
    let is_constant = |at: &usize| {
        let mut values = parts.iter().flat_map(|part| column(&part.samples, *at));
        values.next().is_some_and(|first| values.all(|value| value.to_bits() == first.to_bits()))
    };
    let constant: Vec<&str> =
        (0..names.len()).filter(is_constant).filter_map(|at| names.get(at)).map(String::as_str).collect();
    let args = || vec![("count", constant.len().to_string()), ("columns", listed(constant.iter().copied()))];
    (!constant.is_empty()).then(|| Finding::warning("intake-finding-constant", args()))
}

/// A column of a table that numbers the rows over all parts: an id, by which nothing is learnt but the order.
pub(super) fn row_numbers(parts: &[&Collected]) -> Option<Finding> {
    let first = parts.first()?;
    let names = first.columns.as_ref().filter(|_| first.kind == InputKind::Vector)?;
    let samples: usize = parts.iter().map(|part| part.len()).sum();
    let counts = |at: &usize| {
        let values: Vec<f64> = parts.iter().flat_map(|part| column(&part.samples, *at)).collect();
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let span = labels::whole(most - least).and_then(|span| usize::try_from(span).ok());
        span.is_some_and(|span| span + 1 == samples)
            && values.iter().all(|value| value.fract() == 0.0)
            && values.iter().map(|value| value.to_bits()).collect::<HashSet<_>>().len() == samples
    };
    let found = (0..names.len()).find(counts).filter(|_| samples >= ENOUGH)?;
    let args = vec![("column", names.get(found).cloned().unwrap_or_default())];
    Some(Finding::warning("intake-finding-row-numbers", args))
}

/// A table whose first row has numbers where names should be: it was a sample. Whole numbers from 0 are what programs call
/// columns without names.
pub(super) fn nameless(hidden: &Collected) -> Option<Finding> {
    let names = hidden.columns.as_ref().filter(|names| !names.is_empty())?;
    let is_number = |name: &String| name.trim().parse::<f64>().is_ok();
    let is_count = |name: &String| name.trim().parse::<u32>().is_ok();
    let found = names.iter().all(is_number) && !names.iter().all(is_count);
    let args = || vec![("columns", listed(names.iter().map(String::as_str)))];
    found.then(|| Finding::warning("intake-finding-nameless", args()))
}

/// Columns that give the label away.
pub(super) fn leaks(hidden: &Collected, task: TaskKind) -> Option<Finding> {
    if hidden.kind != InputKind::Vector || hidden.len() < ENOUGH {
        return None;
    }
    let classes = match task {
        TaskKind::Classification => labels::texts(&hidden.labels.values),
        TaskKind::Regression => Vec::new(),
    };
    let values = column(&hidden.labels, 0);
    let is_leak = |at: &usize| {
        let column = column(&hidden.samples, *at);
        match task {
            TaskKind::Classification => is_one_to_one(&column, &classes),
            TaskKind::Regression => correlation(&column, &values).is_some_and(|found| found.abs() >= ONE),
        }
    };
    let found: Vec<usize> = (0..hidden.samples.row()).filter(is_leak).collect();
    let name = |at: &usize| match hidden.columns.as_ref().and_then(|columns| columns.get(*at)) {
        Some(name) => name.clone(),
        None => (at + 1).to_string(),
    };
    let names: Vec<String> = found.iter().map(name).collect();
    let args = || vec![("count", names.len().to_string()), ("columns", listed(names.iter().map(String::as_str)))];
    (!names.is_empty()).then(|| Finding::fault("intake-finding-leak", args()))
}

/// Whether each value belongs to one class and each class to one value.
fn is_one_to_one(column: &[f64], classes: &[String]) -> bool {
    let (mut class_of, mut value_of) = (HashMap::new(), HashMap::new());
    let agrees = |(value, class): (&f64, &String)| {
        *class_of.entry(value.to_bits()).or_insert_with(|| class.clone()) == *class
            && *value_of.entry(class.clone()).or_insert(value.to_bits()) == value.to_bits()
    };
    column.len() == classes.len() && column.iter().zip(classes).all(agrees)
}

/// Pearson's correlation; `None` where one side is constant.
#[expect(clippy::cast_precision_loss, reason = "numbers of samples are far below 2^52")]
fn correlation(xs: &[f64], ys: &[f64]) -> Option<f64> {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let (mean_x, mean_y) = (mean(xs), mean(ys));
    let (mut both, mut only_x, mut only_y) = (0.0, 0.0, 0.0);
    for (x, y) in xs.iter().zip(ys) {
        let (x, y) = (x - mean_x, y - mean_y);
        both += x * y;
        only_x += x * x;
        only_y += y * y;
    }
    let scale = only_x.sqrt() * only_y.sqrt();
    (scale > 0.0 && scale.is_finite()).then(|| both / scale)
}
