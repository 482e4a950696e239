//! Rules that show only once numbers are drawn: 300 draws of each question, always the same ones.

use std::collections::BTreeSet;

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::items::formula::Values;
use crate::items::question::{Gap, Number, WrongNumber};
use crate::items::{Item, Question, filling, numbers};
use crate::messages::{Bilingual, Lang};

const DRAWS: usize = 300;

/// What is wrong with the first draw of `item` that has a fault.
pub(super) fn faults(item: &Item) -> Vec<String> {
    let mut rng = StdRng::seed_from_u64(1);
    let draws = if item.numbers.are_drawn() { DRAWS } else { 1 };
    for _ in 0..draws {
        let values = match item.numbers.draw_strictly(&item.question.formulas(), &mut rng) {
            Ok(values) => values,
            Err(error) => return vec![error.to_string()],
        };
        let mut found = coinciding(item, &values);
        found.extend(right_mistakes(item, &values));
        found.extend(raised_digits(item, &values));
        if !found.is_empty() {
            return found.into_iter().map(|fault| fault + &numbers::place(&values)).collect();
        }
    }
    Vec::new()
}

/// Texts of which a candidate has to tell one from the other, in lists.
fn told_apart(question: &Question) -> Vec<(String, Vec<&Bilingual>)> {
    match question {
        Question::Single { options } | Question::Multiple { options } => {
            vec![("two options say".to_owned(), options.iter().map(|option| &option.text).collect())]
        }
        Question::Ordering { entries } => vec![("two entries say".to_owned(), entries.iter().collect())],
        Question::Matching { pairs, extra } => vec![
            ("two left sides say".to_owned(), pairs.iter().map(|pair| &pair.left).collect()),
            ("two right sides say".to_owned(), pairs.iter().map(|pair| &pair.right).chain(extra).collect()),
        ],
        Question::Blanks { blanks } => {
            let options = blanks.iter().enumerate().filter_map(|(place, blank)| match &blank.gap {
                Gap::Options { options, .. } => {
                    Some((format!("blank {}: two options say", place + 1), options.iter().collect()))
                }
                Gap::Text { .. } | Gap::Number(_) => None,
            });
            options.collect()
        }
        Question::TrueFalse { .. } | Question::Numeric { .. } | Question::Text { .. } => Vec::new(),
    }
}

fn coinciding(item: &Item, values: &Values) -> Vec<String> {
    let mut faults = Vec::new();
    for (what, texts) in told_apart(&item.question) {
        for lang in Lang::ALL {
            let filled: BTreeSet<String> =
                texts.iter().map(|text| filling::fill(text.get(lang), values).trim().to_owned()).collect();
            if filled.len() < texts.len() {
                faults.push(format!("{what} the same in `{}`", lang.code()));
            }
        }
    }
    faults
}

fn right_mistakes(item: &Item, values: &Values) -> Vec<String> {
    let Question::Numeric { key, mistakes, .. } = &item.question else { return Vec::new() };
    let Ok(right) = key.answer.value(values) else { return Vec::new() };
    let is_right = |mistake: &WrongNumber| mistake.answer.value(values).is_ok_and(|wrong| meets(key, right, wrong));
    let numbered = mistakes.iter().enumerate().filter(|(_, mistake)| is_right(mistake));
    let fault = |(place, mistake): (usize, &WrongNumber)| {
        let (name, right) = (mistake.answer.source(), filling::shown(right));
        format!(
            "mistake {} (`{name}`) meets the key {right}: it must differ by more than twice the tolerance",
            place + 1
        )
    };
    numbered.map(fault).collect()
}

fn meets(key: &Number, right: f64, mistake: f64) -> bool {
    (mistake - right).abs() <= 2.0 * key.tolerance.around(right)
}

/// `$2^{{k}}$` raises only the first digit of 12.
fn raised_digits(item: &Item, values: &Values) -> Vec<String> {
    let mut faults = Vec::new();
    for (what, text) in item.texts() {
        for lang in Lang::ALL {
            let text = text.get(lang);
            let raised = text.match_indices("^{{").chain(text.match_indices("_{{"));
            let in_formula = raised.filter(|(at, _)| text.get(..*at).unwrap_or_default().matches('$').count() % 2 == 1);
            for (at, _) in in_formula {
                let from = text.get(at + 1..).unwrap_or_default();
                let name = filling::placeholders(from).first().copied().unwrap_or_default();
                let printed = filling::fill(&format!("{{{{{name}}}}}"), values);
                if from.starts_with(&format!("{{{{{name}}}}}")) && printed.chars().count() > 1 {
                    faults.push(format!(
                        "{what} prints `{printed}` as an index or exponent in `{}`: write `{{ {{{{{name}}}}} }}` there",
                        lang.code(),
                    ));
                }
            }
        }
    }
    faults
}
