//! What is easily overlooked about data: classes, copies, and columns that give the label away.

mod columns;
mod copies;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Collected, Task, TaskKind, Values, labels};

/// Hidden samples below which a score is a rough guess: at 90 % of 100 correct, the 95 % interval is 12 points wide.
const FEW: usize = 100;
/// How many times larger than the smallest class the largest may be.
const BALANCE: usize = 10;
/// Names that a sentence lists.
const LISTED: usize = 10;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// To be mended before publishing.
    Fault,
    /// To be looked at.
    Warning,
}

/// Something about the data that people forget to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    key: &'static str,
    args: Vec<(&'static str, String)>,
}

impl Finding {
    /// A data file that cannot be read, in the words of its reader.
    pub fn unreadable(file: String, message: String) -> Self {
        Self::fault("intake-finding-unreadable", vec![("file", file), ("message", message)])
    }

    fn fault(key: &'static str, args: Vec<(&'static str, String)>) -> Self {
        Self { severity: Severity::Fault, key, args }
    }

    fn warning(key: &'static str, args: Vec<(&'static str, String)>) -> Self {
        Self { severity: Severity::Warning, key, args }
    }

    /// The key of its sentence.
    pub fn key(&self) -> &'static str {
        self.key
    }

    /// The arguments of its sentence.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        self.args.clone()
    }
}

/// Looks at all parts of an exercise's data, whether they were split or uploaded apart; faults come first.
pub fn findings(
    public: Option<&Collected>,
    hidden: &Collected,
    private: Option<&Collected>,
    task: &Task,
) -> Vec<Finding> {
    let parts: Vec<(&'static str, &Collected)> = [("public", public), ("hidden", Some(hidden)), ("private", private)]
        .into_iter()
        .filter_map(|(name, part)| Some((name, part?)))
        .collect();
    let mut found = Vec::new();
    for &(name, part) in &parts {
        found.extend(shape(name, part, hidden));
        found.extend(columns::finite(name, part));
        match task {
            Task::Classification { classes } => found.extend(classes_of(name, part, classes)),
            Task::Regression => found.extend(values_of(name, part)),
        }
    }
    if hidden.len() < FEW {
        found.push(Finding::warning("intake-finding-few", vec![("count", hidden.len().to_string())]));
    }
    let unlike = found.iter().any(|finding| finding.key == "intake-finding-shape");
    if !unlike {
        found.extend(copies::within(hidden));
        for (position, &(name, part)) in parts.iter().enumerate().skip(1) {
            for &(other_name, other) in parts.iter().take(position) {
                found.extend(copies::between((name, part), (other_name, other)));
            }
        }
        let all: Vec<&Collected> = parts.iter().map(|(_, part)| *part).collect();
        found.extend(columns::constant(&all));
        found.extend(columns::row_numbers(&all));
        found.extend(columns::nameless(hidden));
        found.extend(columns::leaks(hidden, TaskKind::from(task)));
    }
    found.sort_by_key(|finding| finding.severity);
    found
}

/// The share of the most frequent label: the accuracy of always answering it. 0 where there is no sample.
#[expect(clippy::cast_precision_loss, reason = "numbers of samples are far below 2^52")]
pub fn majority_share(collected: &Collected) -> f64 {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for label in labels::texts(&collected.labels.values) {
        *counts.entry(label).or_default() += 1;
    }
    let most = counts.values().max().copied().unwrap_or(0);
    most as f64 / collected.len().max(1) as f64
}

/// How many samples each of these classes has; labels that are none of them are not counted.
pub fn class_counts(collected: &Collected, classes: &[String]) -> Vec<usize> {
    let mut counts = vec![0; classes.len()];
    for class in places(&collected.labels.values, classes).into_iter().flatten() {
        if let Some(count) = counts.get_mut(class) {
            *count += 1;
        }
    }
    counts
}

/// The class of each label as [`crate::exercises::data::truth`] reads it: whole numbers are positions if all of them can
/// be, else names.
fn places(values: &Values, classes: &[String]) -> Vec<Option<usize>> {
    let by_position = positions(values, classes.len());
    if by_position.iter().all(Option::is_some) && !by_position.is_empty() {
        return by_position;
    }
    let by_name = names(values, classes);
    if by_position.is_empty() || by_name.iter().all(Option::is_some) { by_name } else { by_position }
}

/// Positions, of labels that are whole numbers.
fn positions(values: &Values, classes: usize) -> Vec<Option<usize>> {
    let Values::Integers(labels) = values else { return Vec::new() };
    labels.iter().map(|label| usize::try_from(*label).ok().filter(|class| *class < classes)).collect()
}

fn names(values: &Values, classes: &[String]) -> Vec<Option<usize>> {
    let known: HashMap<&str, usize> = classes.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    labels::texts(values).iter().map(|label| known.get(label.as_str()).copied()).collect()
}

/// A part that was uploaded apart may have other columns or another shape.
fn shape(name: &'static str, part: &Collected, hidden: &Collected) -> Option<Finding> {
    let alike = part.kind == hidden.kind && part.shape == hidden.shape && part.columns == hidden.columns;
    (!alike).then(|| Finding::fault("intake-finding-shape", vec![("part", name.to_owned())]))
}

fn classes_of(name: &'static str, part: &Collected, classes: &[String]) -> Vec<Finding> {
    let part_arg = || ("part", name.to_owned());
    let values = &part.labels.values;
    let places = places(values, classes);
    if let Some(row) = places.iter().position(Option::is_none) {
        let label = labels::texts(values).get(row).map(|label| labels::shortened(label)).unwrap_or_default();
        let args = vec![part_arg(), ("row", (row + 1).to_string()), ("label", label)];
        return vec![Finding::fault("intake-finding-label", args)];
    }
    let mut found = Vec::new();
    let named = names(values, classes);
    if named.iter().all(Option::is_some) && named != places {
        found.push(Finding::fault("intake-finding-ambiguous", vec![part_arg()]));
    }
    let counts = class_counts(part, classes);
    let missing: Vec<&String> =
        classes.iter().zip(&counts).filter(|(_, count)| **count == 0).map(|(class, _)| class).collect();
    if !missing.is_empty() {
        let listed = listed(missing.iter().map(|class| class.as_str()));
        let args = vec![part_arg(), ("count", missing.len().to_string()), ("classes", listed)];
        found.push(match name {
            "hidden" => Finding::fault("intake-finding-missing-hidden", args),
            _ => Finding::warning("intake-finding-missing", args),
        });
    }
    found.extend(balance(name, part, classes, &counts));
    found
}

fn balance(name: &'static str, part: &Collected, classes: &[String], counts: &[usize]) -> Option<Finding> {
    let there = || classes.iter().zip(counts).filter(|(_, count)| **count > 0);
    let (largest, most) = there().max_by_key(|(_, count)| **count)?;
    let (smallest, least) = there().min_by_key(|(_, count)| **count)?;
    (*most > least * BALANCE).then(|| {
        let share = format!("{:.1}", majority_share(part) * 100.0);
        let args = vec![
            ("part", name.to_owned()),
            ("largest", labels::shortened(largest)),
            ("most", most.to_string()),
            ("smallest", labels::shortened(smallest)),
            ("least", least.to_string()),
            ("share", share),
        ];
        Finding::warning("intake-finding-balance", args)
    })
}

fn values_of(name: &'static str, part: &Collected) -> Option<Finding> {
    let mut different = labels::texts(&part.labels.values);
    different.sort_unstable();
    different.dedup();
    let args = || vec![("part", name.to_owned()), ("count", different.len().to_string())];
    (different.len() < 3).then(|| Finding::warning("intake-finding-few-values", args()))
}

/// The first names, and dots where there are more.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names = names.map(labels::shortened);
    let mut text = names.by_ref().take(LISTED).collect::<Vec<_>>().join(", ");
    if names.next().is_some() {
        text.push_str(", …");
    }
    text
}
