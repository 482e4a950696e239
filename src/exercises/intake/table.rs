//! A table of named columns, row by row: which columns are features and which the label, and their cells.

use std::collections::HashMap;

use super::{
    Array, Described, Found, IntakeFault, MAX_COLUMNS, MAX_SAMPLES, MAX_TEXT_BYTES, Values, labels::shortened, shape,
};
use crate::grading::contract::InputKind;

/// Names of the label column, the likeliest first; case does not matter.
const LABELS: [&str; 4] = ["label", "target", "y", "class"];
/// Most cells with numbers: files of exercises are read back whole, as texts first.
const MAX_CELLS: usize = 20_000_000;

/// The columns that are used, by their places.
#[derive(Debug, Clone)]
pub(super) struct Chosen {
    pub(super) label: usize,
    pub(super) features: Vec<usize>,
    names: Vec<String>,
    /// Whether the only feature may be texts, and whether it must be.
    text: Option<bool>,
}

/// Chooses the columns; a column without a name, such as pandas' index, is never guessed to be one.
pub(super) fn choose(header: &[String], described: &Described, file: &str) -> Result<Chosen, IntakeFault> {
    let fault = |column: &str| {
        let found = header.iter().take(30).cloned().collect::<Vec<_>>().join(", ");
        IntakeFault::NoColumn { file: file.to_owned(), column: column.to_owned(), found }
    };
    if header.len() > MAX_COLUMNS {
        return Err(IntakeFault::TooManyColumns { file: file.to_owned(), found: header.len(), limit: MAX_COLUMNS });
    }
    let mut places: HashMap<&str, (usize, bool)> = HashMap::new();
    for (place, name) in header.iter().enumerate() {
        places.entry(name).and_modify(|(_, twice)| *twice = true).or_insert((place, false));
    }
    let at = |name: &str| match places.get(name) {
        None => Err(fault(name)),
        Some((_, true)) => Err(IntakeFault::TwoColumns { file: file.to_owned(), column: name.to_owned() }),
        Some((place, false)) => Ok(*place),
    };
    let guess = || {
        let named = |wanted: &&str| header.iter().find(|name| name.eq_ignore_ascii_case(wanted));
        LABELS.iter().find_map(named).or_else(|| header.iter().rfind(|name| !name.is_empty()))
    };
    let Some(label_name) = described.label.as_ref().or_else(guess) else {
        return Err(IntakeFault::NoHeader { file: file.to_owned() });
    };
    let label = at(label_name)?;
    let names: Vec<String> = if described.columns.is_empty() {
        header.iter().filter(|name| !name.is_empty() && *name != label_name).cloned().collect()
    } else {
        described.columns.clone()
    };
    if names.is_empty() {
        return Err(IntakeFault::NoLabels { file: file.to_owned() });
    }
    if let Some(column) = names.iter().find(|name| *name == label_name) {
        return Err(IntakeFault::LabelAsFeature { file: file.to_owned(), column: column.clone() });
    }
    let features = names.iter().map(|name| at(name)).collect::<Result<Vec<_>, _>>()?;
    if let Some(place) = features.iter().enumerate().find_map(|(n, at)| features.iter().take(n).find(|x| *x == at)) {
        let column = header.get(*place).cloned().unwrap_or_default();
        return Err(IntakeFault::TwoColumns { file: file.to_owned(), column });
    }
    let text = match (described.kind, names.len()) {
        (Some(InputKind::Text), 1) => Some(true),
        (None, 1) => Some(false),
        (Some(InputKind::Text), _) => return Err(IntakeFault::Kind { file: file.to_owned(), kind: "text" }),
        (Some(InputKind::Image | InputKind::Vector | InputKind::Tokens) | None, _) => None,
    };
    Ok(Chosen { label, features, names, text })
}

/// Collects the cells of the chosen columns.
pub(super) struct Builder {
    file: String,
    label_name: String,
    chosen: Chosen,
    numbers: Numbers,
    texts: Vec<String>,
    labels: Vec<String>,
    bytes: usize,
}

/// Whole numbers for as long as every cell is one.
enum Numbers {
    Whole(Vec<i64>),
    Fractions(Vec<f64>),
}

impl Builder {
    /// For the columns of a table.
    pub(super) fn new(chosen: Chosen, header: &[String], file: &str) -> Self {
        let label_name = header.get(chosen.label).cloned().unwrap_or_default();
        let numbers = Numbers::Whole(Vec::new());
        Self { file: file.to_owned(), label_name, chosen, numbers, texts: Vec::new(), labels: Vec::new(), bytes: 0 }
    }

    /// Adds a row: its label, and the cells of the features in order.
    pub(super) fn push<'a>(&mut self, label: &str, cells: impl Iterator<Item = &'a str>) -> Result<(), IntakeFault> {
        let row = self.labels.len() + 1;
        if row > MAX_SAMPLES {
            return Err(IntakeFault::TooManySamples { file: self.file.clone(), found: row, limit: MAX_SAMPLES });
        }
        if label.trim().is_empty() {
            return Err(IntakeFault::LabelEmpty { file: self.file.clone(), row });
        }
        self.kept(label)?;
        self.labels.push(label.to_owned());
        for (place, cell) in cells.enumerate() {
            if self.chosen.text.is_some() {
                self.kept(cell)?;
                self.texts.push(cell.to_owned());
            } else {
                self.number(cell, row, place)?;
            }
        }
        Ok(())
    }

    fn kept(&mut self, text: &str) -> Result<(), IntakeFault> {
        self.bytes += text.len();
        if self.bytes > MAX_TEXT_BYTES {
            let limit = MAX_TEXT_BYTES / 1_000_000;
            return Err(IntakeFault::TooMuchText { file: self.file.clone(), limit });
        }
        Ok(())
    }

    fn number(&mut self, cell: &str, row: usize, place: usize) -> Result<(), IntakeFault> {
        let cell = cell.trim();
        match &mut self.numbers {
            Numbers::Whole(values) => {
                let Some(value) = integer(cell) else {
                    let values = values.iter().map(|&value| widened(value)).collect();
                    self.numbers = Numbers::Fractions(values);
                    return self.number(cell, row, place);
                };
                values.push(value);
            }
            Numbers::Fractions(values) => match fraction(cell) {
                Some(value) => values.push(value),
                None => return Err(self.no_number(cell, row, place)),
            },
        }
        if row * self.chosen.features.len() > MAX_CELLS || !shape::fits(row * self.chosen.features.len()) {
            return Err(IntakeFault::TooManyNumbers { file: self.file.clone(), limit: (MAX_CELLS * 8) >> 20 });
        }
        Ok(())
    }

    fn no_number(&self, cell: &str, row: usize, place: usize) -> IntakeFault {
        let (file, column) = (self.file.clone(), self.chosen.names.get(place).cloned().unwrap_or_default());
        if cell.is_empty() {
            return IntakeFault::EmptyCell { file, row, column };
        }
        IntakeFault::NotANumber { file, row, column, value: shortened(cell) }
    }

    /// All rows are there.
    pub(super) fn finish(mut self) -> Result<Found, IntakeFault> {
        let (rows, columns) = (self.labels.len(), self.chosen.features.len());
        if rows == 0 {
            return Err(IntakeFault::NoSamples { file: self.file });
        }
        if self.chosen.text == Some(false) && shape::are_numbers(&self.texts) {
            for (place, text) in std::mem::take(&mut self.texts).iter().enumerate() {
                self.number(text, place + 1, 0)?;
            }
            self.chosen.text = None;
        }
        let values = match (self.chosen.text, self.numbers) {
            (Some(_), _) => Values::Texts(self.texts),
            (None, Numbers::Whole(values)) => Values::Integers(values),
            (None, Numbers::Fractions(values)) => Values::Floats(values),
        };
        let dims = if columns == 1 { vec![rows] } else { vec![rows, columns] };
        Ok(Found {
            samples: Array { dims, values },
            labels: Array { dims: vec![rows], values: Values::Texts(self.labels) },
            columns: Some(self.chosen.names),
            label_column: Some(self.label_name),
        })
    }
}

/// A whole number; truth values count as 1 and 0, as NumPy takes them.
fn integer(cell: &str) -> Option<i64> {
    match cell {
        "True" | "true" | "TRUE" => Some(1),
        "False" | "false" | "FALSE" => Some(0),
        number => number.parse().ok(),
    }
}

fn fraction(cell: &str) -> Option<f64> {
    match integer(cell) {
        Some(value) => Some(widened(value)),
        None => cell.parse::<f64>().ok().filter(|value| value.is_finite()),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a measured number, as f64 is how it is kept")]
fn widened(value: i64) -> f64 {
    value as f64
}
