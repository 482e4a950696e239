//! Rules that show only once numbers are drawn: 300 draws of each question, always the same ones.

use std::collections::BTreeSet;

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::items::formula::Values;
use crate::items::question::{Gap, Number, WrongNumber};
use crate::items::{Item, Question, filling, numbers};
use crate::messages::{Bilingual, Lang, Said, said};

const DRAWS: usize = 300;

/// What is wrong with the first draw of `item` that has a fault.
pub(super) fn faults(item: &Item) -> Vec<Said> {
    let mut rng = StdRng::seed_from_u64(1);
    let draws = if item.numbers.are_drawn() { DRAWS } else { 1 };
    for _ in 0..draws {
        let values = match item.numbers.draw_strictly(&item.question.formulas(), &mut rng) {
            Ok(values) => values,
            Err(error) => return vec![error.said()],
        };
        let mut found = coinciding(item, &values);
        found.extend(right_mistakes(item, &values));
        found.extend(raised_digits(item, &values));
        if !found.is_empty() {
            return found.into_iter().map(|fault| numbers::told_for(fault, &values)).collect();
        }
    }
    Vec::new()
}

/// Texts of which a candidate has to tell one from the other, in lists; with what is said where two are the same in one
/// language.
fn told_apart(question: &Question) -> Vec<(Same, Vec<&Bilingual>)> {
    match question {
        Question::Single { options } | Question::Multiple { options } => {
            vec![(Same::Options, options.iter().map(|option| &option.text).collect())]
        }
        Question::Ordering { entries } => vec![(Same::Entries, entries.iter().collect())],
        Question::Matching { pairs, extra } => vec![
            (Same::Lefts, pairs.iter().map(|pair| &pair.left).collect()),
            (Same::Rights, pairs.iter().map(|pair| &pair.right).chain(extra).collect()),
        ],
        Question::Blanks { blanks } => {
            let options = (1..).zip(blanks).filter_map(|(number, blank)| match &blank.gap {
                Gap::Options { options, .. } => Some((Same::InBlank(number), options.iter().collect())),
                Gap::Text { .. } | Gap::Number(_) => None,
            });
            options.collect()
        }
        Question::TrueFalse { .. } | Question::Numeric { .. } | Question::Text { .. } => Vec::new(),
    }
}

/// Of what two are the same.
#[derive(Debug, Clone, Copy)]
enum Same {
    Options,
    Entries,
    Lefts,
    Rights,
    /// Options of the blank of this number.
    InBlank(usize),
}

impl Same {
    fn said(self, lang: Lang) -> Said {
        let lang = lang.code();
        match self {
            Self::Options => said!("fault-same-options", lang = lang),
            Self::Entries => said!("fault-same-entries", lang = lang),
            Self::Lefts => said!("fault-same-lefts", lang = lang),
            Self::Rights => said!("fault-same-rights", lang = lang),
            Self::InBlank(number) => {
                said!("fault-blank", number = number, fault = said!("fault-same-options", lang = lang))
            }
        }
    }
}

fn coinciding(item: &Item, values: &Values) -> Vec<Said> {
    let mut faults = Vec::new();
    for (same, texts) in told_apart(&item.question) {
        for lang in Lang::ALL {
            let filled: BTreeSet<String> =
                texts.iter().map(|text| filling::fill(text.get(lang), values).trim().to_owned()).collect();
            if filled.len() < texts.len() {
                faults.push(same.said(lang));
            }
        }
    }
    faults
}

fn right_mistakes(item: &Item, values: &Values) -> Vec<Said> {
    let Question::Numeric { key, mistakes, .. } = &item.question else { return Vec::new() };
    let Ok(right) = key.answer.value(values) else { return Vec::new() };
    let is_right = |mistake: &WrongNumber| mistake.answer.value(values).is_ok_and(|wrong| meets(key, right, wrong));
    let numbered = (1_usize..).zip(mistakes).filter(|(_, mistake)| is_right(mistake));
    let fault = |(number, mistake): (usize, &WrongNumber)| {
        let (formula, key) = (mistake.answer.source(), filling::shown(right));
        said!("fault-mistake-right", number = number, formula = formula, key = key)
    };
    numbered.map(fault).collect()
}

fn meets(key: &Number, right: f64, mistake: f64) -> bool {
    (mistake - right).abs() <= 2.0 * key.tolerance.around(right)
}

/// `$2^{{k}}$` raises only the first digit of 12.
fn raised_digits(item: &Item, values: &Values) -> Vec<Said> {
    let mut faults = Vec::new();
    for (part, text) in item.texts() {
        for lang in Lang::ALL {
            let text = text.get(lang);
            let raised = text.match_indices("^{{").chain(text.match_indices("_{{"));
            let in_formula = raised.filter(|(at, _)| text.get(..*at).unwrap_or_default().matches('$').count() % 2 == 1);
            for (at, _) in in_formula {
                let from = text.get(at + 1..).unwrap_or_default();
                let name = filling::placeholders(from).first().copied().unwrap_or_default();
                let printed = filling::fill(&format!("{{{{{name}}}}}"), values);
                if from.starts_with(&format!("{{{{{name}}}}}")) && printed.chars().count() > 1 {
                    let (lang, better) = (lang.code(), format!("{{ {{{{{name}}}}} }}"));
                    let fault = said!("fault-raised", part = &part, printed = printed, lang = lang, better = better);
                    faults.push(fault);
                }
            }
        }
    }
    faults
}
