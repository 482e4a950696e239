//! Questions as pages show them: on a paper without their key, in a result with it.

use std::collections::{BTreeMap, HashMap};

use crate::blobs::Sha256;
use crate::courses::markdown;
use crate::items::{Answers, Choice, Drawn, Item, Paper, marking};
use crate::messages::{Lang, Tr};

/// A question on a paper. It holds nothing that tells right options from wrong ones.
pub(super) struct Asked {
    /// Its number, from 1.
    pub(super) number: usize,
    /// Name of its fields in the form.
    pub(super) name: String,
    /// The question, HTML.
    pub(super) stem: String,
    /// Whether one option is to be chosen.
    pub(super) is_single: bool,
    /// Whether it kept the paper from being marked.
    pub(super) is_missing: bool,
    /// Its options, in the order of the paper.
    pub(super) options: Vec<Offered>,
}

/// An option on a paper.
pub(super) struct Offered {
    /// Its id on the page.
    pub(super) id: String,
    /// Its place on the page, from 0: what the form sends.
    pub(super) place: usize,
    /// What it says, HTML.
    pub(super) text: String,
    /// Whether it is chosen.
    pub(super) is_chosen: bool,
}

/// A question in a result.
pub(super) struct Marked {
    /// Its number, from 1.
    pub(super) number: usize,
    /// The question, HTML.
    pub(super) stem: String,
    /// Points it earned, in words.
    pub(super) points: String,
    /// Its options, in the order of the paper.
    pub(super) options: Vec<Explained>,
}

/// An option in a result.
pub(super) struct Explained {
    /// What it says, HTML.
    pub(super) text: String,
    /// Whether it was chosen and whether it is right, in words.
    pub(super) verdict: String,
    /// Class of its colour, which only repeats the words.
    pub(super) class: &'static str,
    /// Mark before the words: a shape, so that colour is not needed.
    pub(super) sign: &'static str,
    /// Why it is right or wrong, HTML.
    pub(super) why: String,
}

/// The questions of `paper`, with the answers given so far.
pub(super) fn asked(paper: &Paper, items: &HashMap<Sha256, Item>, answers: &Answers, lang: Lang) -> Vec<Asked> {
    drawn(paper, items)
        .map(|(place, drawn, item)| {
            let name = field(place);
            let option = |(shown, own, option): (usize, usize, &Choice)| Offered {
                id: format!("{name}-{shown}"),
                place: shown,
                text: markdown::render_line(option.text.get(lang), lang),
                is_chosen: answers.get(&place).is_some_and(|answer| answer.has_chosen(own)),
            };
            Asked {
                number: place + 1,
                stem: markdown::render(item.stem.get(lang), lang).html.clone(),
                is_single: item.question.is_single(),
                is_missing: false,
                options: shown(drawn, item).map(option).collect(),
                name,
            }
        })
        .collect()
}

/// The questions of a marked paper, with points and reasons.
pub(super) fn marked(paper: &Paper, items: &HashMap<Sha256, Item>, answers: &Answers, t: Tr) -> Vec<Marked> {
    drawn(paper, items)
        .map(|(place, drawn, item)| {
            let answer = answers.get(&place);
            let option = |(_, own, option): (usize, usize, &Choice)| {
                explained(option, answer.is_some_and(|answer| answer.has_chosen(own)), t)
            };
            let earned = points(marking::mark(&item.question, answer));
            Marked {
                number: place + 1,
                stem: markdown::render(t.pick(&item.stem), t.lang).html.clone(),
                points: t.s2("quiz-question-points", "points", earned, "max", points(1.0)),
                options: shown(drawn, item).map(option).collect(),
            }
        })
        .collect()
}

fn explained(option: &Choice, is_chosen: bool, t: Tr) -> Explained {
    let (verdict, class, sign) = match (is_chosen, option.correct) {
        (true, true) => (t.s("quiz-choice-right"), "good", "✓"),
        (true, false) => (t.s("quiz-choice-wrong"), "bad", "✕"),
        (false, true) => (t.s("quiz-choice-missed"), "wait", "→"),
        (false, false) => (t.s("quiz-choice-left"), "quiet", "·"),
    };
    Explained {
        text: markdown::render_line(t.pick(&option.text), t.lang),
        verdict,
        class,
        sign,
        why: markdown::render_line(t.pick(&option.why), t.lang),
    }
}

/// The answers in a posted form: `q3=1` chooses the second option shown of the third question.
pub(super) fn read_answers(paper: &Paper, form: &[(String, String)]) -> Answers {
    let mut chosen: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (name, value) in form {
        if let Ok(place) = value.parse() {
            chosen.entry(name).or_default().push(place);
        }
    }
    let answer = |(place, drawn): (usize, &Drawn)| {
        let shown = chosen.get(field(place).as_str())?;
        drawn.choose(shown.iter().copied()).map(|answer| (place, answer))
    };
    paper.questions.iter().enumerate().filter_map(answer).collect()
}

/// Name of a question's fields, which is part of the ids on the page.
fn field(place: usize) -> String {
    format!("q{}", place + 1)
}

fn drawn<'a>(paper: &'a Paper, items: &'a HashMap<Sha256, Item>) -> impl Iterator<Item = (usize, &'a Drawn, &'a Item)> {
    let questions = paper.questions.iter().enumerate();
    questions.filter_map(|(place, drawn)| items.get(&drawn.item).map(|item| (place, drawn, item)))
}

/// Options in the order of the paper: place on the page, place in the author's list, option.
fn shown<'a>(drawn: &'a Drawn, item: &'a Item) -> impl Iterator<Item = (usize, usize, &'a Choice)> {
    let places = drawn.order().iter().copied().enumerate();
    places.filter_map(|(shown, own)| item.question.options().get(own).map(|option| (shown, own, option)))
}

/// Points with at most two decimals: `4`, `3.67`.
pub(super) fn points(points: f64) -> String {
    let text = format!("{points:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::points;

    #[test]
    fn points_are_short() {
        assert_eq!([4.0, 11.0 / 3.0, 0.5, 0.0, 10.0].map(points), ["4", "3.67", "0.5", "0", "10"]);
    }
}
