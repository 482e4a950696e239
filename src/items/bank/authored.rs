//! A question as its file writes it: one flat table, whose kind says which fields it has.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::ids::Slug;
use crate::items::formula::{Formula, FormulaError};
use crate::items::numbers::{Numbers, Parameter};
use crate::items::question::{Blank, Gap, Number, Pair, Tolerance, Units, WrongNumber, WrongText};
use crate::items::{Choice, Difficulty, Item, Needs, Question};
use crate::messages::{Bilingual, Said, Word, said};

/// What is said where a parameter has another shape; serde takes literals only, and a test holds that they are the same.
pub(super) const PARAMETER: &str = "a parameter must be { from, to, step } or { one_of }";
/// The same for what stands after `answer =`.
pub(super) const ANSWER: &str = "`answer` must be true, false, a number or a formula in quotes";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AuthoredItem {
    pub id: String,
    kind: Kind,
    difficulty: Difficulty,
    needs: Option<Needs>,
    family: Option<Slug>,
    tags: Vec<String>,
    source: String,
    stem: Bilingual,
    why: Option<Bilingual>,
    #[serde(default)]
    parameters: BTreeMap<String, Parameter>,
    #[serde(default)]
    values: BTreeMap<String, String>,
    #[serde(default)]
    conditions: Vec<String>,
    options: Option<Vec<Choice>>,
    answer: Option<Given>,
    tolerance: Option<Tolerance>,
    unit: Option<String>,
    other_units: Option<BTreeMap<String, f64>>,
    accepted: Option<Vec<String>>,
    mistakes: Option<Vec<AuthoredMistake>>,
    entries: Option<Vec<Entry>>,
    pairs: Option<Vec<Pair>>,
    extra: Option<Vec<Bilingual>>,
    blanks: Option<Vec<AuthoredBlank>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Single,
    Multiple,
    TrueFalse,
    Numeric,
    Text,
    Ordering,
    Matching,
    Blanks,
}

/// What stands after `answer =`.
#[derive(Deserialize)]
#[serde(untagged, expecting = "`answer` must be true, false, a number or a formula in quotes")]
enum Given {
    Truth(bool),
    Place(usize),
    Number(f64),
    Formula(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthoredMistake {
    answer: Option<Given>,
    accepted: Option<Vec<String>>,
    why: Bilingual,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    text: Bilingual,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthoredBlank {
    options: Option<Vec<Bilingual>>,
    accepted: Option<Vec<String>>,
    answer: Option<Given>,
    tolerance: Option<Tolerance>,
    why: Option<Bilingual>,
}

impl AuthoredItem {
    /// The question called `name`; or which fields are missing, superfluous or no formulas.
    pub fn into_item(mut self, name: Slug) -> Result<Item, Vec<Said>> {
        let mut faults = self.superfluous();
        let question = self.question().map_err(|fault| faults.push(fault));
        let numbers = self.numbers().map_err(|error| faults.push(error.said()));
        match (question, numbers) {
            (Ok(question), Ok(numbers)) if faults.is_empty() => Ok(Item {
                name,
                difficulty: self.difficulty,
                needs: self.needs,
                family: self.family,
                tags: self.tags,
                source: self.source,
                stem: self.stem,
                why: self.why,
                numbers,
                question,
            }),
            (_, _) => Err(faults),
        }
    }

    fn numbers(&mut self) -> Result<Numbers, FormulaError> {
        let values = std::mem::take(&mut self.values).into_iter();
        let values: Result<_, FormulaError> = values.map(|(name, source)| Ok((name, source.parse()?))).collect();
        let conditions: Result<_, FormulaError> = self.conditions.iter().map(|source| source.parse()).collect();
        Ok(Numbers { parameters: std::mem::take(&mut self.parameters), values: values?, conditions: conditions? })
    }

    fn superfluous(&self) -> Vec<Said> {
        let present = [
            ("options", self.options.is_some()),
            ("answer", self.answer.is_some()),
            ("tolerance", self.tolerance.is_some()),
            ("unit", self.unit.is_some()),
            ("other_units", self.other_units.is_some()),
            ("accepted", self.accepted.is_some()),
            ("mistakes", self.mistakes.is_some()),
            ("entries", self.entries.is_some()),
            ("pairs", self.pairs.is_some()),
            ("extra", self.extra.is_some()),
            ("blanks", self.blanks.is_some()),
        ];
        let (own, kind) = (self.kind.fields(), self.kind.name());
        let foreign = present.into_iter().filter(|(name, is_present)| *is_present && !own.contains(name));
        foreign
            .map(|(name, _)| said!("fault-foreign-field", field = name, kind = kind, own = Word::names(own)))
            .collect()
    }

    fn question(&mut self) -> Result<Question, Said> {
        Ok(match self.kind {
            Kind::Single => Question::Single { options: needed("options", self.options.take())? },
            Kind::Multiple => Question::Multiple { options: needed("options", self.options.take())? },
            Kind::TrueFalse => match self.answer.take() {
                Some(Given::Truth(answer)) => Question::TrueFalse { answer },
                Some(Given::Place(_) | Given::Number(_) | Given::Formula(_)) | None => {
                    return Err(said!("fault-needs-truth"));
                }
            },
            Kind::Numeric => self.numeric()?,
            Kind::Text => Question::Text {
                accepted: needed("accepted", self.accepted.take())?,
                mistakes: all(self.mistakes.take(), AuthoredMistake::text)?,
            },
            Kind::Ordering => {
                let entries = needed("entries", self.entries.take())?;
                Question::Ordering { entries: entries.into_iter().map(|entry| entry.text).collect() }
            }
            Kind::Matching => Question::Matching {
                pairs: needed("pairs", self.pairs.take())?,
                extra: self.extra.take().unwrap_or_default(),
            },
            Kind::Blanks => {
                let blanks = needed("blanks", self.blanks.take())?;
                Question::Blanks { blanks: all(Some(blanks), AuthoredBlank::blank)? }
            }
        })
    }

    fn numeric(&mut self) -> Result<Question, Said> {
        Ok(Question::Numeric {
            key: number(self.answer.take(), self.tolerance)?,
            units: Units { unit: self.unit.take(), others: self.other_units.take().unwrap_or_default() },
            mistakes: all(self.mistakes.take(), AuthoredMistake::number)?,
        })
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Multiple => "multiple",
            Self::TrueFalse => "true_false",
            Self::Numeric => "numeric",
            Self::Text => "text",
            Self::Ordering => "ordering",
            Self::Matching => "matching",
            Self::Blanks => "blanks",
        }
    }

    /// The fields that questions of this kind have beside the common ones.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Single | Self::Multiple => &["options"],
            Self::TrueFalse => &["answer"],
            Self::Numeric => &["answer", "tolerance", "unit", "other_units", "mistakes"],
            Self::Text => &["accepted", "mistakes"],
            Self::Ordering => &["entries"],
            Self::Matching => &["pairs", "extra"],
            Self::Blanks => &["blanks"],
        }
    }
}

fn needed<T>(field: &str, given: Option<T>) -> Result<T, Said> {
    given.ok_or_else(|| said!("fault-needs-field", field = field))
}

/// Each of `given` turned into what it means; the first fault names its place, from 1.
fn all<T, U>(given: Option<Vec<T>>, meaning: impl Fn(T) -> Result<U, Said>) -> Result<Vec<U>, Said> {
    let numbered = (1_usize..).zip(given.into_iter().flatten());
    let of_number = |number: usize, fault: Said| said!("fault-numbered", number = number, fault = fault);
    numbered.map(|(number, one)| meaning(one).map_err(|fault| of_number(number, fault))).collect()
}

fn number(answer: Option<Given>, tolerance: Option<Tolerance>) -> Result<Number, Said> {
    Ok(Number {
        answer: needed("answer", answer)?.formula()?,
        tolerance: tolerance.ok_or_else(|| said!("fault-needs-tolerance"))?,
    })
}

impl Given {
    fn formula(self) -> Result<Formula, Said> {
        let source = match self {
            Self::Truth(_) => return Err(said!("fault-answer-number")),
            Self::Place(number) => number.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Formula(source) => source,
        };
        source.parse().map_err(|error: FormulaError| said!("fault-answer", fault = error.said()))
    }
}

impl AuthoredMistake {
    fn number(self) -> Result<WrongNumber, Said> {
        if self.accepted.is_some() {
            return Err(said!("fault-mistake-answer"));
        }
        Ok(WrongNumber { answer: needed("answer", self.answer)?.formula()?, why: self.why })
    }

    fn text(self) -> Result<WrongText, Said> {
        if self.answer.is_some() {
            return Err(said!("fault-mistake-accepted"));
        }
        Ok(WrongText { accepted: needed("accepted", self.accepted)?, why: self.why })
    }
}

impl AuthoredBlank {
    fn blank(self) -> Result<Blank, Said> {
        let gap = match (self.options, self.accepted, self.answer, self.tolerance) {
            (Some(options), None, Some(Given::Place(answer)), None) => Gap::Options { options, answer },
            (None, Some(accepted), None, None) => Gap::Text { accepted },
            (None, None, answer @ Some(_), tolerance @ Some(_)) => Gap::Number(number(answer, tolerance)?),
            (_, _, _, _) => return Err(said!("fault-blank-shape")),
        };
        Ok(Blank { gap, why: self.why })
    }
}
