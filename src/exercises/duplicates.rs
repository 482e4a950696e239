//! Finds samples of one file in another: exact ones, and ones that were barely changed.

use std::collections::HashMap;

use super::files::{Array, Values};

/// Two samples are nearly the same when they differ by less than this share of the larger one's length.
///
/// Measured: the nearest pair of a test and a training image of MNIST is 0.13 apart, and only 3 of 10,000 are below 0.15;
/// re-encoding, noise of a few grey levels and a crop
/// by one line of background stay below.
const NEAR: f64 = 0.10;
/// Sums over so many groups of elements are compared first.
const GROUPS: usize = 16;

/// Positions in `added` that are also in `known`, each with the position there.
pub fn find(added: &Array, known: &Array) -> Vec<(usize, usize)> {
    match (&added.values, &known.values) {
        (Values::Texts(added), Values::Texts(known)) => texts(added, known),
        (Values::Texts(_), _) | (_, Values::Texts(_)) => Vec::new(),
        (_, _) if added.row() != known.row() => Vec::new(),
        (_, _) => numbers(added, known),
    }
}

/// Texts are the same when their letters and digits are, whatever their case.
fn texts(added: &[String], known: &[String]) -> Vec<(usize, usize)> {
    let bare =
        |text: &String| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let places: HashMap<String, usize> =
        known.iter().enumerate().rev().map(|(place, text)| (bare(text), place)).collect();
    let found = |(position, text): (usize, &String)| places.get(&bare(text)).map(|&place| (position, place));
    added.iter().enumerate().filter_map(found).collect()
}

/// A sample with what rules most others out at once.
struct Sketch {
    values: Vec<f64>,
    length: f64,
    /// Sums of groups, over the root of their size: their distance is never above that of the samples (Cauchy–Schwarz).
    sums: [f64; GROUPS],
}

#[expect(clippy::cast_precision_loss, reason = "sizes of samples are far below 2^52")]
fn sketch(array: &Array, index: usize) -> Sketch {
    let values = row(array, index);
    let size = values.len().div_ceil(GROUPS).max(1);
    let mut sums = [0.0; GROUPS];
    for (sum, group) in sums.iter_mut().zip(values.chunks(size)) {
        *sum = group.iter().sum::<f64>() / (group.len() as f64).sqrt();
    }
    let length = values.iter().map(|value| value * value).sum::<f64>().sqrt();
    Sketch { values, length, sums }
}

fn numbers(added: &Array, known: &Array) -> Vec<(usize, usize)> {
    let added: Vec<Sketch> = (0..added.len()).map(|index| sketch(added, index)).collect();
    let mut found: Vec<Option<usize>> = vec![None; added.len()];
    for place in 0..known.len() {
        let other = sketch(known, place);
        for (one, found) in added.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
            if is_near(one, &other) {
                *found = Some(place);
            }
        }
    }
    found.into_iter().enumerate().filter_map(|(position, place)| Some((position, place?))).collect()
}

fn is_near(one: &Sketch, other: &Sketch) -> bool {
    let bound = (NEAR * one.length.max(other.length)).powi(2);
    let distance = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
    distance(&one.sums, &other.sums) <= bound && distance(&one.values, &other.values) <= bound
}

/// The elements of sample `index`, for comparisons; texts have none.
fn row(array: &Array, index: usize) -> Vec<f64> {
    let size = array.row();
    let range = index * size..(index + 1) * size;
    match &array.values {
        Values::Bytes(values) => values.get(range).unwrap_or(&[]).iter().map(|&value| f64::from(value)).collect(),
        Values::Floats(values) => values.get(range).unwrap_or(&[]).to_vec(),
        #[expect(clippy::cast_precision_loss, reason = "token ids and counts are far below 2^52")]
        Values::Integers(values) => values.get(range).unwrap_or(&[]).iter().map(|&value| value as f64).collect(),
        Values::Texts(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(samples: &[[u8; 4]]) -> Array {
        Array { dims: vec![samples.len(), 4], values: Values::Bytes(samples.concat()) }
    }

    #[test]
    fn exact_and_barely_changed_samples_are_found_and_others_are_not() {
        let known = bytes(&[[0, 200, 0, 0], [0, 0, 250, 40]]);
        let added = bytes(&[[0, 0, 250, 40], [3, 195, 2, 0], [0, 0, 0, 250], [0, 160, 40, 0]]);
        assert_eq!(find(&added, &known), [(0, 1), (1, 0)]);
        assert_eq!(find(&bytes(&[[0, 0, 0, 0]]), &known), [], "an empty sample is near nothing");
    }

    #[test]
    fn texts_are_compared_by_their_letters() {
        let texts = |texts: &[&str]| Array {
            dims: vec![texts.len()],
            values: Values::Texts(texts.iter().map(|text| (*text).to_owned()).collect()),
        };
        let known = texts(&["Where is my certificate?", "证书在哪里？"]);
        assert_eq!(find(&texts(&["a new one", "where  is MY certificate", "证书在哪里"]), &known), [(1, 0), (2, 1)]);
    }
}
