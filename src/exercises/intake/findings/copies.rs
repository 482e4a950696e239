//! Samples that are there twice: within the hidden part, and in two parts.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use super::{Collected, Finding};
use crate::{
    exercises::{
        duplicates,
        files::{Array, Values},
    },
    grading::contract::InputKind,
};

/// Pairs up to which samples that were barely changed are looked for: some seconds.
const MAX_PAIRS: usize = 200_000_000;
/// Elements of one part up to which they are: the search keeps eight bytes for each.
const MAX_ELEMENTS: usize = 1 << 26;
/// Elements from which two vectors that are near each other are the same thing: shorter ones are near by nature.
const LONG: usize = 64;

/// A hash of each sample, by which equal ones are found.
fn prints(array: &Array) -> Vec<[u8; 16]> {
    let row = array.row().max(1);
    let print = |bytes: &[u8]| {
        let digest = Sha256::digest(bytes);
        digest.first_chunk::<16>().copied().unwrap_or_default()
    };
    match &array.values {
        Values::Bytes(values) => values.chunks(row).map(print).collect(),
        Values::Integers(values) => {
            values.chunks(row).map(|row| print(&row.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<_>>())).collect()
        }
        // Adding zero makes one zero of the two.
        Values::Floats(values) => values
            .chunks(row)
            .map(|row| print(&row.iter().flat_map(|v| (v + 0.0).to_le_bytes()).collect::<Vec<_>>()))
            .collect(),
        Values::Texts(values) => values.iter().map(|text| print(text.trim().as_bytes())).collect(),
    }
}

/// Samples of the hidden part that are there more than once count more than once.
pub(super) fn within(hidden: &Collected) -> Option<Finding> {
    let mut seen = HashMap::new();
    let mut again = Vec::new();
    for (place, print) in prints(&hidden.samples).into_iter().enumerate() {
        if let Some(first) = seen.insert(print, place) {
            again.push((place, first));
        }
    }
    let &(place, first) = again.first()?;
    let args = vec![
        ("count", again.len().to_string()),
        ("samples", hidden.len().to_string()),
        ("first", (first + 1).to_string()),
        ("second", (place + 1).to_string()),
    ];
    Some(Finding::warning("intake-finding-repeated", args))
}

/// Samples of one part that are in another, exactly or nearly.
pub(super) fn between(
    (name, part): (&'static str, &Collected),
    (other_name, other): (&'static str, &Collected),
) -> Vec<Finding> {
    let mut known = HashMap::new();
    for (place, print) in prints(&other.samples).into_iter().enumerate() {
        known.entry(print).or_insert(place);
    }
    let exact: Vec<(usize, usize)> = prints(&part.samples)
        .iter()
        .enumerate()
        .filter_map(|(place, print)| Some((place, *known.get(print)?)))
        .collect();
    let args = |found: &[(usize, usize)]| {
        let &(first, place) = found.first()?;
        Some(vec![
            ("part", name.to_owned()),
            ("other", other_name.to_owned()),
            ("count", found.len().to_string()),
            ("samples", part.len().to_string()),
            ("first", (first + 1).to_string()),
            ("place", (place + 1).to_string()),
        ])
    };
    let mut findings = Vec::new();
    let severity = if exact.len() * 100 > part.len() { Finding::fault } else { Finding::warning };
    findings.extend(args(&exact).map(|args| severity("intake-finding-copies", args)));
    match near(part, other) {
        None => {
            let args = vec![("part", name.to_owned()), ("other", other_name.to_owned())];
            findings.push(Finding::warning("intake-finding-near-skipped", args));
        }
        Some(found) => {
            let exact: HashSet<usize> = exact.iter().map(|(place, _)| *place).collect();
            let rest: Vec<(usize, usize)> = found.into_iter().filter(|(place, _)| !exact.contains(place)).collect();
            findings.extend(args(&rest).map(|args| Finding::warning("intake-finding-near", args)));
        }
    }
    findings
}

/// Samples that were barely changed; `None` where looking for them would take too long.
fn near(part: &Collected, other: &Collected) -> Option<Vec<(usize, usize)>> {
    match part.kind {
        InputKind::Tokens => return Some(Vec::new()),
        InputKind::Vector if part.samples.row() < LONG => return Some(Vec::new()),
        InputKind::Text | InputKind::Image | InputKind::Vector => {}
    }
    let is_text = part.kind == InputKind::Text;
    let pairs = part.len().saturating_mul(other.len());
    let elements = part.len().saturating_mul(part.samples.row());
    let is_quick = is_text || (pairs <= MAX_PAIRS && elements <= MAX_ELEMENTS);
    is_quick.then(|| duplicates::find(&part.samples, &other.samples))
}
