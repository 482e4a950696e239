//! Numbers of parameterised questions: ranges they are drawn from, and values computed from them.

use std::collections::{BTreeMap, BTreeSet};

use rand::{Rng, RngExt as _};
use serde::{Deserialize, Serialize};

use super::filling::shown;
use super::formula::{Condition, Formula, FormulaError, Values};
use crate::messages::{Said, Word, said};

/// Draws tried for numbers that meet the conditions.
const TRIES: usize = 1_000;

/// The numbers of a question: what is drawn, what follows from it, and what a draw must meet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    /// Numbers drawn for each paper, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Parameter>,
    /// Formulas over parameters and other values, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Formula>,
    /// What each draw must meet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

/// What a parameter is drawn from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields, expecting = "a parameter must be { from, to, step } or { one_of }")]
pub enum Parameter {
    /// One of the listed numbers.
    OneOf {
        /// The numbers.
        one_of: Vec<f64>,
    },
    /// `from`, `from + step`, … up to and including `to`.
    Range {
        /// The smallest.
        from: f64,
        /// None is above it.
        to: f64,
        /// The distance between two; 1 unless it is given.
        #[serde(default = "one")]
        step: f64,
    },
}

fn one() -> f64 {
    1.0
}

/// Why no numbers can be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said())]
pub enum NumbersError {
    /// A value refers to itself, or to what does not exist.
    Circular(Vec<String>),
    /// A formula fails for drawn numbers; says for which.
    Formula(Said),
    /// The conditions are too hard.
    Unmet,
}

impl NumbersError {
    /// What is wrong, in words for an author.
    pub fn said(&self) -> Said {
        match self {
            Self::Circular(names) => said!("fault-numbers-circular", names = Word::names(names)),
            Self::Formula(said) => said.clone(),
            Self::Unmet => said!("fault-numbers-unmet", tries = TRIES),
        }
    }
}

impl Numbers {
    /// Whether the question has no numbers of its own.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Whether each paper has its own numbers.
    pub fn are_drawn(&self) -> bool {
        !self.parameters.is_empty()
    }

    /// Names of all parameters and values.
    pub fn names(&self) -> BTreeSet<&str> {
        self.parameters.keys().chain(self.values.keys()).map(String::as_str).collect()
    }

    /// Numbers that meet the conditions: each parameter drawn evenly, each value computed. The formulas in `needed`, too,
    /// have a finite result for them; draws for which any has none are not taken.
    pub fn draw(&self, needed: &[&Formula], rng: &mut impl Rng) -> Result<Values, NumbersError> {
        let mut fault = NumbersError::Unmet;
        for _ in 0..TRIES {
            match self.draw_once(needed, rng) {
                Ok(Some(values)) => return Ok(values),
                Ok(None) => {}
                Err(error) => fault = error,
            }
        }
        Err(fault)
    }

    /// The same for an author: a draw without a finite result is an error.
    pub fn draw_strictly(&self, needed: &[&Formula], rng: &mut impl Rng) -> Result<Values, NumbersError> {
        for _ in 0..TRIES {
            if let Some(values) = self.draw_once(needed, rng)? {
                return Ok(values);
            }
        }
        Err(NumbersError::Unmet)
    }

    /// One draw, if it meets the conditions.
    fn draw_once(&self, needed: &[&Formula], rng: &mut impl Rng) -> Result<Option<Values>, NumbersError> {
        let parameters = self.parameters.iter();
        let mut values: Values = parameters.map(|(name, parameter)| (name.clone(), parameter.draw(rng))).collect();
        self.compute(&mut values)?;
        for condition in &self.conditions {
            if !condition.holds(&values).map_err(|error| failed(&error, &values))? {
                return Ok(None);
            }
        }
        for formula in needed {
            formula.value(&values).map_err(|error| failed(&error, &values))?;
        }
        Ok(Some(values))
    }

    /// Adds the values to the parameters, each as soon as those that it needs are there.
    fn compute(&self, values: &mut Values) -> Result<(), NumbersError> {
        let mut left: Vec<(&String, &Formula)> = self.values.iter().collect();
        while !left.is_empty() {
            let is_ready = |formula: &Formula| formula.names().into_iter().all(|name| values.contains_key(name));
            let (ready, waiting): (Vec<_>, Vec<_>) = left.into_iter().partition(|(_, formula)| is_ready(formula));
            if ready.is_empty() {
                return Err(NumbersError::Circular(waiting.into_iter().map(|(name, _)| name.clone()).collect()));
            }
            for (name, formula) in ready {
                let value = formula.value(values).map_err(|error| failed(&error, values))?;
                values.insert(name.clone(), value);
            }
            left = waiting;
        }
        Ok(())
    }
}

fn failed(error: &FormulaError, values: &Values) -> NumbersError {
    NumbersError::Formula(told_for(error.said(), values))
}

/// A fault with the numbers for which it shows: `… where k = 3, n = 28`; the fault alone without numbers.
pub fn told_for(fault: Said, values: &Values) -> Said {
    let listed: Vec<String> = values.iter().map(|(name, value)| format!("{name} = {}", shown(*value))).collect();
    if listed.is_empty() { fault } else { said!("fault-where", fault = fault, numbers = listed.join(", ")) }
}

impl Parameter {
    #[expect(clippy::cast_precision_loss, reason = "steps are few; `fault` limits them to a million")]
    fn draw(&self, rng: &mut impl Rng) -> f64 {
        match self {
            // An empty list is refused when the bank is loaded.
            Self::OneOf { one_of } => one_of.get(rng.random_range(0..one_of.len().max(1))).copied().unwrap_or(0.0),
            Self::Range { from, step, .. } => rounded(from + step * rng.random_range(0..=self.steps()) as f64),
        }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` keeps the number within u64")]
    fn steps(&self) -> u64 {
        match self {
            Self::OneOf { .. } => 0,
            // The largest number that is drawn is not missed for a rounding error.
            Self::Range { from, to, step } => ((to - from) / step + 1e-9).floor() as u64,
        }
    }

    /// What is wrong with it.
    pub fn fault(&self) -> Option<Said> {
        match self {
            Self::OneOf { one_of } if one_of.is_empty() => Some(said!("fault-parameter-none")),
            Self::OneOf { one_of } if one_of.iter().any(|number| !number.is_finite()) => {
                Some(said!("fault-parameter-finite"))
            }
            Self::Range { from, to, step } if !(from.is_finite() && to.is_finite() && step.is_finite()) => {
                Some(said!("fault-parameter-range"))
            }
            Self::Range { from, to, step } if from >= to || *step <= 0.0 => Some(said!("fault-parameter-order")),
            Self::Range { .. } if self.steps() > 1_000_000 => Some(said!("fault-parameter-steps")),
            Self::OneOf { .. } | Self::Range { .. } => None,
        }
    }
}

/// The number without the rounding errors of adding up steps: to 12 decimals.
fn rounded(number: f64) -> f64 {
    format!("{number:.12}").parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    fn numbers(text: &str) -> Numbers {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn draws_meet_the_conditions_and_follow_the_seed() {
        let numbers = numbers(
            "parameters.n = { from = 8, to = 32, step = 8 }\nparameters.k = { one_of = [3, 5, 20] }\n\
             parameters.p = { from = 0.1, to = 0.3, step = 0.1 }\n\
             values.out = \"twice / 2 - k\"\nvalues.twice = \"2 * n\"\nconditions = [\"n > k\"]",
        );
        let draw = |seed| numbers.draw(&[], &mut StdRng::seed_from_u64(seed)).unwrap();
        let mut seen = BTreeSet::new();
        for seed in 0..200 {
            let values = draw(seed);
            assert_eq!(values, draw(seed));
            assert!(values["n"] > values["k"]);
            assert!((values["out"] - (values["n"] - values["k"])).abs() < 1e-12);
            seen.insert(format!("{} {}", values["n"], values["p"]));
        }
        assert_eq!(seen.len(), 12, "all of the ranges, with both ends and without rounding errors: {seen:?}");
    }

    #[test]
    fn what_cannot_be_drawn_is_an_error() {
        let error = |text| numbers(text).draw(&[], &mut StdRng::seed_from_u64(1)).unwrap_err().to_string();
        assert!(error("parameters.n = { one_of = [1, 2] }\nconditions = [\"n > 2\"]").contains("none of 1000 draws"));
        assert!(error("values.a = \"b\"\nvalues.b = \"a\"").starts_with("values `a`, `b` cannot be computed"));
        assert_eq!(
            error("parameters.n = { one_of = [0] }\nvalues.a = \"1 / n\""),
            "`1 / n` gives no finite number where n = 0"
        );
        let some = numbers("parameters.n = { one_of = [0, 1] }\nvalues.a = \"1 / n\"");
        let key: Formula = "ln(a)".parse().unwrap();
        for seed in 0..20 {
            assert!((some.draw(&[&key], &mut StdRng::seed_from_u64(seed)).unwrap()["a"] - 1.0).abs() < 1e-12);
        }
        let mut rng = StdRng::seed_from_u64(1);
        assert!((0..20).any(|_| some.draw_strictly(&[], &mut rng).is_err()), "an author hears of it");
    }
}
