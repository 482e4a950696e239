//! The form of a question: what its fields say, and what in them cannot be kept.

use std::cmp::Ordering as Order;

use super::fields::Fields;
use crate::authoring::course_edit::question::choices::{ChoiceKind, Choices, OptionFields};
use crate::authoring::course_edit::question::drawn::{self, Computed, Drawn, Parameter};
use crate::authoring::course_edit::question::gaps::{Gap, GapKind, Gaps};
use crate::authoring::course_edit::question::number::{self, NumberKey, Numeric, OtherUnit, WrongNumber};
use crate::authoring::course_edit::question::sides::{Matching, Ordering, PairFields};
use crate::authoring::course_edit::question::texts::{Texts, WrongText};
use crate::authoring::course_edit::question::{Body, Question, Row};
use crate::messages::{Bilingual, Tr};
use crate::web::page::FieldErrors;

/// What the form says of a question of this kind.
pub(super) fn read(fields: &Fields, seen: &Body) -> Question {
    Question {
        id: fields.one("id"),
        difficulty: fields.one("difficulty"),
        needs: fields.one("needs"),
        family: fields.one("family"),
        tags: fields.words("tags"),
        source: fields.one("source"),
        stem: fields.both("stem"),
        why: fields.both("why"),
        drawn: numbers(fields),
        body: match seen {
            Body::Choices(seen) => Body::Choices(choices(fields, seen.kind)),
            Body::Numeric(_) => Body::Numeric(numeric(fields)),
            Body::Texts(_) => Body::Texts(texts(fields)),
            Body::Ordering(_) => Body::Ordering(Ordering { entries: entries(fields) }),
            Body::Matching(_) => Body::Matching(matching(fields)),
            Body::Gaps(_) => Body::Gaps(gaps(fields)),
        },
    }
}

/// The rows called `row0_…`, `row1_…` in which something was typed.
fn rows<T: Default + PartialEq>(fields: &Fields, row: &str, read: impl Fn(&str) -> T) -> Vec<Row<T>> {
    let all = fields.places(row).into_iter().map(|at| Row { at, fields: read(&format!("{row}{at}")) });
    all.filter(|row| row.fields != T::default()).collect()
}

fn is_said(text: &Bilingual) -> bool {
    !(text.en.is_empty() && text.zh.is_empty())
}

fn numbers(fields: &Fields) -> Drawn {
    Drawn {
        parameters: rows(fields, "parameter", |name| Parameter {
            name: fields.one(&format!("{name}_name")),
            from: fields.one(&format!("{name}_from")),
            to: fields.one(&format!("{name}_to")),
            step: fields.one(&format!("{name}_step")),
            one_of: fields.one(&format!("{name}_list")),
        }),
        values: rows(fields, "value", |name| Computed {
            name: fields.one(&format!("{name}_name")),
            formula: fields.one(&format!("{name}_formula")),
        }),
        conditions: fields.lines("conditions"),
    }
}

fn choices(fields: &Fields, kind: ChoiceKind) -> Choices {
    let right = fields.all("right");
    let mut options: Vec<Row<OptionFields>> = rows(fields, "option", |name| OptionFields {
        text: fields.both(name),
        correct: name.strip_prefix("option").is_some_and(|place| right.iter().any(|right| right == place)),
        why: fields.both(&format!("{name}_why")),
    });
    options.retain(|option| is_said(&option.fields.text));
    Choices {
        kind: ChoiceKind::parse(&fields.one("kind")).unwrap_or(kind),
        is_true: fields.raw("answer") == "true",
        options,
    }
}

fn number_key(fields: &Fields, prefix: &str) -> NumberKey {
    NumberKey {
        answer: fields.one(&format!("{prefix}answer")),
        is_relative: fields.raw(&format!("{prefix}measure")) == "relative",
        tolerance: fields.one(&format!("{prefix}tolerance")),
    }
}

fn numeric(fields: &Fields) -> Numeric {
    Numeric {
        key: number_key(fields, ""),
        unit: fields.one("unit"),
        others: rows(fields, "unit", |name| OtherUnit {
            name: fields.one(&format!("{name}_name")),
            size: fields.one(&format!("{name}_size")),
        }),
        mistakes: rows(fields, "mistake", |name| WrongNumber {
            answer: fields.one(&format!("{name}_answer")),
            why: fields.both(&format!("{name}_why")),
        }),
    }
}

fn texts(fields: &Fields) -> Texts {
    Texts {
        accepted: fields.lines("accepted"),
        mistakes: rows(fields, "mistake", |name| WrongText {
            accepted: fields.lines(&format!("{name}_accepted")),
            why: fields.both(&format!("{name}_why")),
        }),
    }
}

/// The entries by the places that were typed; one that moved stands before, or after, the one whose place it took.
fn entries(fields: &Fields) -> Vec<Row<Bilingual>> {
    let placed = |row: Row<Bilingual>| {
        let own = f64::from(u16::try_from(row.at + 1).unwrap_or(u16::MAX));
        let place = fields.one(&format!("entry{}_place", row.at)).parse().unwrap_or(own);
        (place, place.total_cmp(&own), row)
    };
    let all = rows(fields, "entry", |name| fields.both(name));
    let mut placed: Vec<(f64, Order, Row<Bilingual>)> = all.into_iter().map(placed).collect();
    placed.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    placed.into_iter().map(|(.., row)| row).collect()
}

fn matching(fields: &Fields) -> Matching {
    let pair = |name: &str| PairFields {
        left: fields.both(&format!("{name}_left")),
        right: fields.both(&format!("{name}_right")),
    };
    Matching { pairs: rows(fields, "pair", pair), extra: rows(fields, "extra", |name| fields.both(name)) }
}

fn gaps(fields: &Fields) -> Gaps {
    let mut gaps = rows(fields, "gap", |name| gap(fields, name));
    gaps.retain(|gap| !gap.fields.is_empty());
    Gaps { gaps }
}

fn gap(fields: &Fields, name: &str) -> Gap {
    Gap {
        kind: GapKind::parse(fields.raw(&format!("{name}_kind"))).unwrap_or_default(),
        options: rows(fields, &format!("{name}_option"), |option| fields.both(option)),
        right: fields.one(&format!("{name}_right")).parse().ok(),
        accepted: fields.lines(&format!("{name}_accepted")),
        number: number_key(fields, &format!("{name}_")),
        why: fields.both(&format!("{name}_why")),
    }
}

/// What would be lost or could not be written as a number, each with its field.
pub(super) fn faults(t: Tr, question: &Question) -> FieldErrors {
    let mut errors = FieldErrors::default();
    drawn_faults(t, &question.drawn, &mut errors);
    match &question.body {
        Body::Numeric(numeric) => {
            number_fault(t, ("tolerance", &numeric.key.tolerance), &mut errors);
            let units = numeric.others.iter().map(|unit| (format!("unit{}_name", unit.at), unit.fields.name.as_str()));
            name_faults(t, units, &mut errors);
            for unit in &numeric.others {
                let field = format!("unit{}_size", unit.at);
                if unit.fields.size.is_empty() {
                    errors.add(field, t.s1("course-item-unit-without-size", "unit", unit.fields.name.as_str()));
                } else {
                    number_fault(t, (&field, &unit.fields.size), &mut errors);
                }
            }
        }
        Body::Gaps(gaps) => {
            for gap in gaps.gaps.iter().filter(|gap| gap.fields.kind == GapKind::Number) {
                number_fault(t, (&format!("gap{}_tolerance", gap.at), &gap.fields.number.tolerance), &mut errors);
            }
        }
        Body::Choices(_) | Body::Texts(_) | Body::Ordering(_) | Body::Matching(_) => {}
    }
    errors
}

fn drawn_faults(t: Tr, drawn: &Drawn, errors: &mut FieldErrors) {
    let parameters = drawn.parameters.iter().map(|row| (format!("parameter{}_name", row.at), row.fields.name.as_str()));
    name_faults(t, parameters, errors);
    let values = drawn.values.iter().map(|row| (format!("value{}_name", row.at), row.fields.name.as_str()));
    name_faults(t, values, errors);
    for Row { at, fields } in &drawn.parameters {
        for (name, text) in [("from", &fields.from), ("to", &fields.to), ("step", &fields.step)] {
            number_fault(t, (&format!("parameter{at}_{name}"), text), errors);
        }
        let list = format!("parameter{at}_list");
        for text in drawn::numbers(&fields.one_of) {
            number_fault(t, (&list, text), errors);
        }
        let has_range = [&fields.from, &fields.to, &fields.step].into_iter().any(|text| !text.is_empty());
        if has_range && !fields.one_of.is_empty() {
            errors.add(list, t.s("course-item-range-and-list"));
        }
    }
}

fn number_fault(t: Tr, (field, text): (&str, &str), errors: &mut FieldErrors) {
    if !text.is_empty() && !number::is_number(text) {
        errors.add(field.to_owned(), t.s1("course-item-no-number", "text", text));
    }
}

/// Each of these needs a name, and no two the same.
fn name_faults<'a>(t: Tr, all: impl Iterator<Item = (String, &'a str)>, errors: &mut FieldErrors) {
    let mut taken: Vec<&str> = Vec::new();
    for (field, name) in all {
        if name.is_empty() {
            errors.add(field, t.s("course-item-no-name"));
        } else if taken.contains(&name) {
            errors.add(field, t.s1("course-item-name-twice", "name", name));
        } else {
            taken.push(name);
        }
    }
}
