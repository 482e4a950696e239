//! Formulas of parameterised questions: numbers, names, `+ - * / ^`, brackets and a few functions.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::messages::{Said, said};

mod parse;

/// Most characters of a formula.
pub const LONGEST: usize = 300;

/// Numbers by name: what a formula can refer to.
pub type Values = BTreeMap<String, f64>;

/// A formula, such as `(n - k) / s + 1`; as JSON it is its own text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Formula {
    source: String,
    root: Node,
}

/// A comparison of two formulas, such as `n > 2 * k`; as JSON it is its own text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Condition {
    source: String,
    left: Node,
    comparison: Comparison,
    right: Node,
}

/// What is wrong with a formula.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said())]
pub enum FormulaError {
    /// It is not written as formulas are.
    Syntax {
        /// The formula.
        source_text: String,
        /// Where, counted in characters from 1.
        at: usize,
        /// What should stand there.
        expected: Said,
    },
    /// It refers to a number that does not exist.
    Unknown(String),
    /// Its result is no finite number, as after a division by zero.
    NotFinite(String),
}

impl FormulaError {
    /// What is wrong, in words for an author.
    pub fn said(&self) -> Said {
        match self {
            Self::Syntax { source_text, at, expected } => {
                said!("fault-formula", formula = source_text, at = *at, expected = expected)
            }
            Self::Unknown(name) => said!("fault-formula-unknown", name = name),
            Self::NotFinite(source) => said!("fault-formula-infinite", formula = source),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Number(f64),
    Name(String),
    Negated(Box<Node>),
    Binary(Box<Node>, Operator, Box<Node>),
    Call(Function, Vec<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Plus,
    Minus,
    Times,
    Over,
    Power,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Less,
    AtMost,
    Greater,
    AtLeast,
    Equal,
    Different,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Floor,
    Ceil,
    Round,
    Sqrt,
    Exp,
    Ln,
    Log2,
    Log10,
    Abs,
    Min,
    Max,
}

impl Formula {
    /// Its result for `values`, always finite.
    pub fn value(&self, values: &Values) -> Result<f64, FormulaError> {
        finite(&self.source, self.root.value(values)?)
    }

    /// The names it refers to.
    pub fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.root.collect_names(&mut names);
        names
    }

    /// The formula as its author wrote it.
    pub fn source(&self) -> &str {
        &self.source
    }
}

impl Condition {
    /// Whether it holds for `values`.
    pub fn holds(&self, values: &Values) -> Result<bool, FormulaError> {
        let left = finite(&self.source, self.left.value(values)?)?;
        let right = finite(&self.source, self.right.value(values)?)?;
        Ok(match self.comparison {
            Comparison::Less => left < right,
            Comparison::AtMost => left <= right,
            Comparison::Greater => left > right,
            Comparison::AtLeast => left >= right,
            Comparison::Equal => left.total_cmp(&right).is_eq(),
            Comparison::Different => left.total_cmp(&right).is_ne(),
        })
    }
}

/// `number` if it is finite, with zero without a sign.
fn finite(source: &str, number: f64) -> Result<f64, FormulaError> {
    if number.is_finite() { Ok(number + 0.0) } else { Err(FormulaError::NotFinite(source.to_owned())) }
}

impl Node {
    fn value(&self, values: &Values) -> Result<f64, FormulaError> {
        Ok(match self {
            Self::Number(number) => *number,
            Self::Name(name) => *values.get(name).ok_or_else(|| FormulaError::Unknown(name.clone()))?,
            Self::Negated(inner) => -inner.value(values)?,
            Self::Binary(left, operator, right) => operator.apply(left.value(values)?, right.value(values)?),
            Self::Call(function, arguments) => {
                let arguments: Result<Vec<f64>, FormulaError> =
                    arguments.iter().map(|argument| argument.value(values)).collect();
                function.apply(&arguments?)
            }
        })
    }

    fn collect_names<'a>(&'a self, names: &mut Vec<&'a str>) {
        match self {
            Self::Number(_) => {}
            Self::Name(name) => names.push(name),
            Self::Negated(inner) => inner.collect_names(names),
            Self::Binary(left, _, right) => {
                left.collect_names(names);
                right.collect_names(names);
            }
            Self::Call(_, arguments) => arguments.iter().for_each(|argument| argument.collect_names(names)),
        }
    }
}

impl Operator {
    fn apply(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Plus => left + right,
            Self::Minus => left - right,
            Self::Times => left * right,
            Self::Over => left / right,
            Self::Power => left.powf(right),
        }
    }
}

impl Function {
    const NAMED: [(&'static str, Self); 11] = [
        ("floor", Self::Floor),
        ("ceil", Self::Ceil),
        ("round", Self::Round),
        ("sqrt", Self::Sqrt),
        ("exp", Self::Exp),
        ("ln", Self::Ln),
        ("log2", Self::Log2),
        ("log10", Self::Log10),
        ("abs", Self::Abs),
        ("min", Self::Min),
        ("max", Self::Max),
    ];

    fn named(name: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|(own, _)| *own == name).map(|(_, function)| function)
    }

    /// How many arguments it takes, at least and at most.
    fn arguments(self) -> (usize, usize) {
        match self {
            Self::Floor | Self::Ceil | Self::Sqrt | Self::Exp | Self::Ln | Self::Log2 | Self::Log10 | Self::Abs => {
                (1, 1)
            }
            Self::Round => (1, 2),
            Self::Min | Self::Max => (2, 2),
        }
    }

    fn apply(self, arguments: &[f64]) -> f64 {
        // The parser counted the arguments; a missing one would make the result no number, which is refused.
        let first = arguments.first().copied().unwrap_or(f64::NAN);
        let second = arguments.get(1).copied();
        match self {
            Self::Floor => first.floor(),
            Self::Ceil => first.ceil(),
            Self::Round => round(first, second.unwrap_or(0.0)),
            Self::Sqrt => first.sqrt(),
            Self::Exp => first.exp(),
            Self::Ln => first.ln(),
            Self::Log2 => first.log2(),
            Self::Log10 => first.log10(),
            Self::Abs => first.abs(),
            Self::Min => second.map_or(f64::NAN, |second| first.min(second)),
            Self::Max => second.map_or(f64::NAN, |second| first.max(second)),
        }
    }
}

/// Rounds halves away from zero, as taught in school.
fn round(number: f64, digits: f64) -> f64 {
    let scale = 10_f64.powf(digits);
    (number.abs() * scale + 0.5).floor() / scale * number.signum()
}

/// Whether `name` can name a parameter or value: a letter or `_`, then letters, digits or `_`, and no function.
pub fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && Function::named(name).is_none()
}

impl FromStr for Formula {
    type Err = FormulaError;

    fn from_str(source: &str) -> Result<Self, FormulaError> {
        Ok(Self { source: source.to_owned(), root: parse::formula(source)? })
    }
}

impl FromStr for Condition {
    type Err = FormulaError;

    fn from_str(source: &str) -> Result<Self, FormulaError> {
        let (left, comparison, right) = parse::condition(source)?;
        Ok(Self { source: source.to_owned(), left, comparison, right })
    }
}

impl TryFrom<String> for Formula {
    type Error = FormulaError;

    fn try_from(source: String) -> Result<Self, FormulaError> {
        source.parse()
    }
}

impl TryFrom<String> for Condition {
    type Error = FormulaError;

    fn try_from(source: String) -> Result<Self, FormulaError> {
        source.parse()
    }
}

impl From<Formula> for String {
    fn from(formula: Formula) -> Self {
        formula.source
    }
}

impl From<Condition> for String {
    fn from(condition: Condition) -> Self {
        condition.source
    }
}

#[cfg(test)]
mod tests;
