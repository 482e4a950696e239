//! Rules that a question must keep, as far as they can be seen without drawing its numbers.

use std::collections::BTreeSet;

use crate::ids::Slug;
use crate::items::question::{Blank, Gap, Tolerance, Units, WrongText};
use crate::items::typed::{is_same_text, normalised};
use crate::items::{Choice, Item, Question, filling, formula};
use crate::messages::{Bilingual, Lang, Said, bounds, said};

/// More options than this are a list, not a question.
const MOST_OPTIONS: usize = 10;

/// Everything that is wrong with `item`, in words for its author.
pub(super) fn faults(item: &Item) -> Vec<Said> {
    let mut faults = Vec::new();
    if item.tags.is_empty() || item.tags.iter().any(|tag| tag.parse::<Slug>().is_err()) {
        faults.push(said!("fault-tags"));
    }
    if item.source.trim().is_empty() {
        faults.push(said!("fault-source"));
    }
    faults.extend(bounds::long("source", &item.source, bounds::SUMMARY));
    if item.why.is_none() && item.question.options().is_empty() {
        faults.push(said!("fault-why"));
    }
    for (part, text) in item.texts() {
        faults.extend(empty_texts(&part, text));
    }
    faults.extend(number_faults(item));
    faults.extend(question_faults(item));
    faults
}

fn empty_texts(part: &Said, text: &Bilingual) -> Vec<Said> {
    let empty = Lang::ALL.into_iter().filter(|lang| text.get(*lang).trim().is_empty());
    empty.map(|lang| said!("fault-empty-text", part = part, lang = lang.code())).collect()
}

/// Names of numbers, and texts and formulas that refer to none.
fn number_faults(item: &Item) -> Vec<Said> {
    let own = &item.numbers;
    let mut faults = Vec::new();
    for name in own.names().into_iter().filter(|name| !formula::is_name(name)) {
        faults.push(said!("fault-number-name", name = name));
    }
    for name in own.values.keys().filter(|name| own.parameters.contains_key(*name)) {
        faults.push(said!("fault-number-twice", name = name));
    }
    for (name, parameter) in &own.parameters {
        faults.extend(parameter.fault().map(|fault| said!("fault-parameter", name = name, fault = fault)));
    }
    let known = own.names();
    for (part, text) in item.texts() {
        for lang in Lang::ALL {
            let shown = filling::placeholders(text.get(lang)).into_iter();
            let unknown = shown.filter(|shown| !known.contains(filling::name_of(shown)));
            faults.extend(unknown.map(|shown| {
                let shown = format!("{{{{{shown}}}}}");
                said!("fault-number-unknown", part = &part, shown = shown, lang = lang.code())
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
        let (english, chinese) = (format!("{english:?}"), format!("{chinese:?}"));
        faults.push(said!("fault-numbers-differ", english = english, chinese = chinese));
    }
    faults
}

fn question_faults(item: &Item) -> Vec<Said> {
    match &item.question {
        Question::Single { options } => {
            let right = options.iter().filter(|option| option.correct).count();
            let wrong = (right != 1).then(|| said!("fault-single-right", right = right));
            within("fault-count-options", options.len(), 2, MOST_OPTIONS).into_iter().chain(wrong).collect()
        }
        Question::Multiple { options } => multiple_faults(options),
        Question::TrueFalse { .. } => Vec::new(),
        Question::Numeric { key, units, .. } => {
            tolerance_fault(key.tolerance).into_iter().chain(unit_faults(units)).collect()
        }
        Question::Text { accepted, mistakes } => text_faults(accepted, mistakes),
        Question::Ordering { entries } => within("fault-count-entries", entries.len(), 3, 6).into_iter().collect(),
        Question::Matching { pairs, extra } => {
            let pairs = within("fault-count-pairs", pairs.len(), 2, 6);
            pairs.into_iter().chain(within("fault-count-extra", extra.len(), 0, 3)).collect()
        }
        Question::Blanks { blanks } => blanks_faults(&item.stem, blanks),
    }
}

fn within(key: &'static str, has: usize, least: usize, most: usize) -> Option<Said> {
    let told = || Said::new(key).and("has", has).and("least", least).and("most", most);
    (!(least..=most).contains(&has)).then(told)
}

fn multiple_faults(options: &[Choice]) -> Vec<Said> {
    let right = options.iter().filter(|option| option.correct).count();
    let mut faults: Vec<Said> = within("fault-count-options", options.len(), 2, MOST_OPTIONS).into_iter().collect();
    if right == 0 || right == options.len() {
        faults.push(said!("fault-multiple-right"));
    }
    faults
}

fn tolerance_fault(tolerance: Tolerance) -> Option<Said> {
    let (Tolerance::Absolute(size) | Tolerance::Relative(size)) = tolerance;
    (!size.is_finite() || size < 0.0).then(|| said!("fault-tolerance", size = size))
}

fn unit_faults(units: &Units) -> Vec<Said> {
    let mut faults = Vec::new();
    if units.unit.is_none() && !units.others.is_empty() {
        faults.push(said!("fault-units-none"));
    }
    let names: Vec<&str> = units.unit.iter().chain(units.others.keys()).map(|name| name.trim()).collect();
    if names
        .iter()
        .any(|name| name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit() || "+-.,eE".contains(c)))
    {
        faults.push(said!("fault-unit-name"));
    }
    if names.iter().collect::<BTreeSet<_>>().len() < names.len() {
        faults.push(said!("fault-unit-again"));
    }
    for (name, factor) in units.others.iter().filter(|(_, factor)| !factor.is_finite() || **factor <= 0.0) {
        faults.push(said!("fault-unit-factor", name = name, factor = *factor));
    }
    faults
}

fn text_faults(accepted: &[String], mistakes: &[WrongText]) -> Vec<Said> {
    let mut faults: Vec<Said> = forms_fault(&said!("fault-what-accepted"), accepted).into_iter().collect();
    for (number, mistake) in (1_usize..).zip(mistakes) {
        let what = said!("fault-what-mistake-accepted", number = number);
        faults.extend(forms_fault(&what, &mistake.accepted));
        let right = mistake.accepted.iter().filter(|form| is_same_text(form, accepted));
        faults.extend(right.map(|form| said!("fault-form-right", what = &what, form = form)));
    }
    faults
}

fn forms_fault(what: &Said, forms: &[String]) -> Option<Said> {
    let is_empty = forms.is_empty() || forms.iter().any(|form| normalised(form).is_empty());
    is_empty.then(|| said!("fault-forms", what = what))
}

fn blanks_faults(stem: &Bilingual, blanks: &[Blank]) -> Vec<Said> {
    let mut faults: Vec<Said> = within("fault-count-blanks", blanks.len(), 1, MOST_OPTIONS).into_iter().collect();
    for (number, blank) in (1_usize..).zip(blanks) {
        for lang in Lang::ALL.into_iter().filter(|lang| !stem.get(*lang).contains(&format!("[{number}]"))) {
            faults.push(said!("fault-blank-missing", number = number, lang = lang.code()));
        }
        let found = match &blank.gap {
            Gap::Options { options, answer } => {
                let is_outside = *answer >= options.len();
                let outside = is_outside.then(|| said!("fault-blank-answer", answer = *answer));
                within("fault-count-options", options.len(), 2, MOST_OPTIONS).or(outside)
            }
            Gap::Text { accepted } => forms_fault(&said!("fault-what-accepted"), accepted),
            Gap::Number(number) => tolerance_fault(number.tolerance),
        };
        faults.extend(found.map(|fault| said!("fault-blank", number = number, fault = fault)));
    }
    faults
}
