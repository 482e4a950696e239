//! What the labels are: names or whole numbers of classes, or the values of a regression.

use std::collections::BTreeSet;

use super::{Array, Collected, IntakeFault, MAX_CLASSES, TaskKind, Values};

/// The labels in the one form that a task has, and the names of the classes.
pub(super) fn settled(labels: Array, task: TaskKind, file: &str) -> Result<(Array, Option<Vec<String>>), IntakeFault> {
    let (each, samples) = (labels.row(), labels.len());
    if each != 1 {
        return Err(IntakeFault::LabelShape { file: file.to_owned(), each });
    }
    let whole = |values| Array { dims: vec![samples], values };
    match task {
        TaskKind::Regression => Ok((whole(numbers(labels.values, file)?), None)),
        TaskKind::Classification => {
            let values = classes(labels.values, file)?;
            let names = names(&values, file)?;
            Ok((whole(values), Some(names)))
        }
    }
}

fn numbers(values: Values, file: &str) -> Result<Values, IntakeFault> {
    let no_number = |(place, value): (usize, String)| {
        let row = place + 1;
        if value.is_empty() {
            return IntakeFault::LabelEmpty { file: file.to_owned(), row };
        }
        IntakeFault::LabelNoNumber { file: file.to_owned(), row, value }
    };
    match values {
        Values::Bytes(values) => Ok(Values::Integers(values.into_iter().map(i64::from).collect())),
        Values::Integers(values) => Ok(Values::Integers(values)),
        Values::Floats(values) => match values.iter().position(|value| !value.is_finite()) {
            Some(place) => Err(no_number((place, values.get(place).map(f64::to_string).unwrap_or_default()))),
            None => Ok(Values::Floats(values)),
        },
        Values::Texts(texts) => {
            if let Ok(whole) = texts.iter().map(|text| text.trim().parse()).collect() {
                return Ok(Values::Integers(whole));
            }
            let number = |(place, text): (usize, &String)| {
                let value = text.trim().parse::<f64>().ok().filter(|value| value.is_finite());
                value.ok_or_else(|| no_number((place, shortened(text))))
            };
            texts.iter().enumerate().map(number).collect::<Result<_, _>>().map(Values::Floats)
        }
    }
}

/// A text of somebody else's for a sentence of ours.
pub(super) fn shortened(text: &str) -> String {
    text.trim().chars().take(40).collect()
}

/// Names, or whole numbers: a class is never a number with a fraction.
fn classes(values: Values, file: &str) -> Result<Values, IntakeFault> {
    match values {
        Values::Bytes(values) => Ok(Values::Integers(values.into_iter().map(i64::from).collect())),
        Values::Integers(values) => Ok(Values::Integers(values)),
        Values::Floats(values) => values
            .iter()
            .enumerate()
            .map(|(place, &value)| {
                let fraction =
                    || IntakeFault::LabelFraction { file: file.to_owned(), row: place + 1, value: value.to_string() };
                whole(value).ok_or_else(fraction)
            })
            .collect::<Result<_, _>>()
            .map(Values::Integers),
        Values::Texts(texts) => {
            let texts: Vec<String> = texts.iter().map(|text| text.trim().to_owned()).collect();
            if let Some(place) = texts.iter().position(String::is_empty) {
                return Err(IntakeFault::LabelEmpty { file: file.to_owned(), row: place + 1 });
            }
            if let Ok(whole) = texts.iter().map(|text| text.parse()).collect() {
                return Ok(Values::Integers(whole));
            }
            match texts.iter().map(|text| text.parse::<f64>().ok()).collect() {
                Some(floats) => classes(Values::Floats(floats), file),
                None => Ok(Values::Texts(texts)),
            }
        }
    }
}

/// The whole number that a number is.
#[expect(clippy::cast_possible_truncation, reason = "a number without a fraction, far below 2^63")]
pub(super) fn whole(value: f64) -> Option<i64> {
    (value.is_finite() && value.fract() == 0.0 && value.abs() < 9e15).then_some(value as i64)
}

/// The names of the classes, in the order of [`Collected::classes`].
fn names(values: &Values, file: &str) -> Result<Vec<String>, IntakeFault> {
    let names: Vec<String> = match values {
        Values::Texts(texts) => distinct(texts).into_iter().cloned().collect(),
        Values::Integers(labels) => {
            let found = distinct(labels);
            match (found.first(), found.last().and_then(|&&last| usize::try_from(last).ok())) {
                // Positions: a number that never occurs is a class too, unless most never occur.
                (Some(0), Some(last)) if last > 0 && found.len() * 2 > last && last < MAX_CLASSES => {
                    (0..=last).map(|class| class.to_string()).collect()
                }
                _ => found.into_iter().map(ToString::to_string).collect(),
            }
        }
        Values::Bytes(_) | Values::Floats(_) => Vec::new(),
    };
    match names.as_slice() {
        [only] => Err(IntakeFault::OneClass { file: file.to_owned(), class: shortened(only) }),
        several if several.len() > MAX_CLASSES => {
            let (file, found) = (file.to_owned(), several.len());
            Err(IntakeFault::TooManyClasses { file, found, limit: MAX_CLASSES })
        }
        _ => Ok(names),
    }
}

fn distinct<T: Ord>(values: &[T]) -> BTreeSet<&T> {
    values.iter().collect()
}

/// The texts of labels, as a table holds them.
pub(super) fn texts(values: &Values) -> Vec<String> {
    match values {
        Values::Bytes(values) => values.iter().map(ToString::to_string).collect(),
        Values::Integers(values) => values.iter().map(ToString::to_string).collect(),
        // With a point, so that they are read as numbers with a fraction again.
        Values::Floats(values) => values.iter().map(|value| format!("{value:?}")).collect(),
        Values::Texts(values) => values.clone(),
    }
}

/// [`Collected::renamed`].
pub(super) fn renamed(collected: Collected, names: &[String]) -> Result<Collected, IntakeFault> {
    let known = collected.classes.clone().unwrap_or_default();
    if known.len() != names.len() {
        return Err(IntakeFault::ClassNames { found: names.len(), wanted: known.len() });
    }
    let place = |text: &String| known.iter().position(|name| name == text).and_then(|at| i64::try_from(at).ok());
    let positions: Option<Vec<i64>> = texts(&collected.labels.values).iter().map(place).collect();
    let Some(positions) = positions else {
        return Err(IntakeFault::ClassNames { found: names.len(), wanted: known.len() });
    };
    let labels = Array { dims: collected.labels.dims, values: Values::Integers(positions) };
    Ok(Collected { labels, classes: Some(names.to_vec()), ..collected })
}
