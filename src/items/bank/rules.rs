//! Rules that a question must keep, as far as they can be seen without drawing its numbers.

use std::collections::BTreeSet;

use crate::ids::Slug;
use crate::items::question::{Blank, Gap, Tolerance, Units, WrongText};
use crate::items::typed::{is_same_text, normalised};
use crate::items::{Choice, Item, Question, filling, formula};
use crate::messages::{Bilingual, Lang};

/// More options than this are a list, not a question.
const MOST_OPTIONS: usize = 10;

/// Everything that is wrong with `item`, in words for its author.
pub(super) fn faults(item: &Item) -> Vec<String> {
    let mut faults = Vec::new();
    if item.tags.is_empty() || item.tags.iter().any(|tag| tag.parse::<Slug>().is_err()) {
        faults.push("`tags` must name at least one skill, each in lower-case letters, digits and hyphens".to_owned());
    }
    if item.source.trim().is_empty() {
        faults.push("`source` is empty; say where the facts come from".to_owned());
    }
    if item.why.is_none() && item.question.options().is_empty() {
        faults.push("needs `why.en` and `why.zh`: the reason of the right answer".to_owned());
    }
    for (what, text) in item.texts() {
        faults.extend(empty_texts(&what, text));
    }
    faults.extend(number_faults(item));
    faults.extend(question_faults(item));
    faults
}

fn empty_texts(what: &str, text: &Bilingual) -> Vec<String> {
    Lang::ALL
        .into_iter()
        .filter(|lang| text.get(*lang).trim().is_empty())
        .map(|lang| format!("{what} is empty in `{}`", lang.code()))
        .collect()
}

/// Names of numbers, and texts and formulas that refer to none.
fn number_faults(item: &Item) -> Vec<String> {
    let own = &item.numbers;
    let mut faults = Vec::new();
    for name in own.names().into_iter().filter(|name| !formula::is_name(name)) {
        faults.push(format!("`{name}` cannot name a number: take letters, digits and `_`, and no function's name"));
    }
    for name in own.values.keys().filter(|name| own.parameters.contains_key(*name)) {
        faults.push(format!("`{name}` is both a parameter and a value; rename one"));
    }
    for (name, parameter) in &own.parameters {
        faults.extend(parameter.fault().map(|fault| format!("parameter `{name}`: {fault}")));
    }
    let known = own.names();
    for (what, text) in item.texts() {
        for lang in Lang::ALL {
            let shown = filling::placeholders(text.get(lang)).into_iter();
            let unknown = shown.filter(|shown| !known.contains(filling::name_of(shown)));
            faults.extend(unknown.map(|shown| {
                format!("{what} shows `{{{{{shown}}}}}` in `{}`, which is no parameter or value", lang.code())
            }));
        }
    }
    let sorted = |lang: Lang| -> Vec<String> {
        let mut shown: Vec<String> =
            filling::placeholders(item.stem.get(lang)).into_iter().map(ToOwned::to_owned).collect();
        shown.sort();
        shown
    };
    let [english, chinese] = Lang::ALL.map(sorted);
    if english != chinese {
        faults.push(format!("stem shows {english:?} in `en` and {chinese:?} in `zh`; both must show the same numbers"));
    }
    faults
}

fn question_faults(item: &Item) -> Vec<String> {
    match &item.question {
        Question::Single { options } => {
            let right = options.iter().filter(|option| option.correct).count();
            let wrong = format!("is of kind `single` and has {right} right options; it needs exactly 1");
            within("options", options.len(), 2, MOST_OPTIONS).into_iter().chain((right != 1).then_some(wrong)).collect()
        }
        Question::Multiple { options } => multiple_faults(options),
        Question::TrueFalse { .. } => Vec::new(),
        Question::Numeric { key, units, .. } => {
            tolerance_fault(key.tolerance).into_iter().chain(unit_faults(units)).collect()
        }
        Question::Text { accepted, mistakes } => text_faults(accepted, mistakes),
        Question::Ordering { entries } => within("entries", entries.len(), 3, 6).into_iter().collect(),
        Question::Matching { pairs, extra } => {
            let counts = [within("pairs", pairs.len(), 2, 6), within("extra rights", extra.len(), 0, 3)];
            counts.into_iter().flatten().collect()
        }
        Question::Blanks { blanks } => blanks_faults(&item.stem, blanks),
    }
}

fn within(what: &str, has: usize, least: usize, most: usize) -> Option<String> {
    (!(least..=most).contains(&has)).then(|| format!("has {has} {what}; it needs {least} to {most}"))
}

fn multiple_faults(options: &[Choice]) -> Vec<String> {
    let right = options.iter().filter(|option| option.correct).count();
    let mut faults: Vec<String> = within("options", options.len(), 2, MOST_OPTIONS).into_iter().collect();
    if right == 0 || right == options.len() {
        faults.push("is of kind `multiple`; it needs at least one right and one wrong option".to_owned());
    }
    faults
}

fn tolerance_fault(tolerance: Tolerance) -> Option<String> {
    let (Tolerance::Absolute(size) | Tolerance::Relative(size)) = tolerance;
    (!size.is_finite() || size < 0.0).then(|| format!("`tolerance` is {size}; it must be 0 or more"))
}

fn unit_faults(units: &Units) -> Vec<String> {
    let mut faults = Vec::new();
    if units.unit.is_none() && !units.others.is_empty() {
        faults.push("has `other_units` but no `unit`; name the unit of the key".to_owned());
    }
    let names: Vec<&str> = units.unit.iter().chain(units.others.keys()).map(|name| name.trim()).collect();
    if names
        .iter()
        .any(|name| name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit() || "+-.,eE".contains(c)))
    {
        faults.push("a unit is empty or begins like a number; write it as candidates would".to_owned());
    }
    if names.iter().collect::<BTreeSet<_>>().len() < names.len() {
        faults.push("`other_units` names the `unit` again".to_owned());
    }
    for (name, factor) in units.others.iter().filter(|(_, factor)| !factor.is_finite() || **factor <= 0.0) {
        faults.push(format!("`other_units`: `{name}` is {factor}; its size in the unit of the key must be above 0"));
    }
    faults
}

fn text_faults(accepted: &[String], mistakes: &[WrongText]) -> Vec<String> {
    let mut faults: Vec<String> = forms_fault("`accepted`", accepted).into_iter().collect();
    for (place, mistake) in mistakes.iter().enumerate() {
        let name = format!("mistake {}, `accepted`", place + 1);
        faults.extend(forms_fault(&name, &mistake.accepted));
        let right = mistake.accepted.iter().filter(|form| is_same_text(form, accepted));
        faults.extend(right.map(|form| format!("{name} holds `{form}`, which is right")));
    }
    faults
}

fn forms_fault(what: &str, forms: &[String]) -> Option<String> {
    let is_empty = forms.is_empty() || forms.iter().any(|form| normalised(form).is_empty());
    is_empty.then(|| format!("{what} must list at least one form, and none that is empty"))
}

fn blanks_faults(stem: &Bilingual, blanks: &[Blank]) -> Vec<String> {
    let mut faults: Vec<String> = within("blanks", blanks.len(), 1, MOST_OPTIONS).into_iter().collect();
    for (number, blank) in (1..).zip(blanks) {
        for lang in Lang::ALL.into_iter().filter(|lang| !stem.get(*lang).contains(&format!("[{number}]"))) {
            faults.push(format!("stem has no `[{number}]` in `{}`, where blank {number} belongs", lang.code()));
        }
        let found = match &blank.gap {
            Gap::Options { options, answer } => {
                let is_outside = *answer >= options.len();
                let outside = is_outside.then(|| format!("`answer` is {answer}; it counts the options from 0"));
                within("options", options.len(), 2, MOST_OPTIONS).or(outside)
            }
            Gap::Text { accepted } => forms_fault("`accepted`", accepted),
            Gap::Number(number) => tolerance_fault(number.tolerance),
        };
        faults.extend(found.map(|fault| format!("blank {number}: {fault}")));
    }
    faults
}
