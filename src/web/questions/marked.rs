//! A question in a result: what was answered, what is right, and why.

use std::collections::HashMap;

use askama::Template;

use super::points;
use crate::blobs::Sha256;
use crate::courses::markdown::{self, escaped};
use crate::items::answer::Fill;
use crate::items::question::{Gap, Number};
use crate::items::{Answer, Answers, Choice, Drawn, Item, Paper, Question, filling, marking};
use crate::messages::{Bilingual, Tr};

/// A question in a result; shown, it is its section.
#[derive(Template)]
#[template(path = "questions/marked.html")]
pub(in crate::web) struct Marked {
    t: Tr,
    number: usize,
    all: usize,
    stem: String,
    points: String,
    rows: Vec<Row>,
    why: String,
}

/// An option, entry, left side, gap or typed answer in a result.
struct Row {
    /// What it says, HTML.
    text: String,
    /// What was made of it, in words.
    verdict: String,
    /// Class of its colour, which only repeats the words.
    class: &'static str,
    /// Mark before the words: a shape, so that colour is not needed.
    sign: &'static str,
    /// What was answered and what is right, where the words do not say it: label and HTML.
    facts: Vec<(String, String)>,
    /// Why it is right or wrong, HTML.
    why: String,
}

/// The questions of a marked paper, with points and reasons.
pub(in crate::web) fn marked(paper: &Paper, items: &HashMap<Sha256, Item>, answers: &Answers, t: Tr) -> Vec<Marked> {
    let all = paper.questions.len();
    paper
        .with_items(items)
        .map(|(place, drawn, item)| Marked::new((place, all), drawn, item, answers.get(&place), t))
        .collect()
}

impl Marked {
    /// The question at `place` of `all`.
    pub(in crate::web) fn new(
        (place, all): (usize, usize),
        drawn: &Drawn,
        item: &Item,
        answer: Option<&Answer>,
        t: Tr,
    ) -> Self {
        let explaining = Explaining { drawn, item, answer, t };
        let earned = points(drawn.points * marking::mark(item, drawn, answer));
        Self {
            t,
            number: place + 1,
            all,
            stem: markdown::render(&drawn.text(&item.stem, t.lang), t.lang).html.clone(),
            points: t.s2("quiz-question-points", "points", earned, "max", points(drawn.points)),
            rows: explaining.rows(),
            why: item
                .why
                .as_ref()
                .map(|why| markdown::render(&drawn.text(why, t.lang), t.lang).html.clone())
                .unwrap_or_default(),
        }
    }
}

/// One question, while its rows are made.
struct Explaining<'a> {
    drawn: &'a Drawn,
    item: &'a Item,
    answer: Option<&'a Answer>,
    t: Tr,
}

impl Explaining<'_> {
    fn rows(&self) -> Vec<Row> {
        match &self.item.question {
            Question::Single { options } | Question::Multiple { options } => {
                self.drawn.order().iter().filter_map(|own| Some(self.option(*own, options.get(*own)?))).collect()
            }
            Question::TrueFalse { answer } => self.truth(*answer),
            Question::Numeric { key, units, .. } => {
                let key = self.number(key);
                let unit = units.unit.as_deref().unwrap_or_default();
                vec![self.typed(format!("{key} {}", escaped(unit)).trim().to_owned())]
            }
            Question::Text { accepted, .. } => vec![self.typed(first(accepted))],
            Question::Ordering { entries } => self.ordering(entries),
            Question::Matching { .. } => self.matching(),
            Question::Blanks { .. } => self.blanks(),
        }
    }

    fn html(&self, text: &Bilingual) -> String {
        markdown::render_line(&self.drawn.text(text, self.t.lang), self.t.lang)
    }

    fn number(&self, key: &Number) -> String {
        key.answer.value(&self.drawn.numbers).map(filling::shown).unwrap_or_default()
    }

    fn option(&self, own: usize, option: &Choice) -> Row {
        let is_chosen = self.answer.is_some_and(|answer| answer.has_chosen(own));
        Row { why: self.html(&option.why), ..self.choice(self.html(&option.text), is_chosen, option.correct) }
    }

    fn choice(&self, text: String, is_chosen: bool, is_right: bool) -> Row {
        let (key, class, sign) = match (is_chosen, is_right) {
            (true, true) => ("quiz-choice-right", "good", "✓"),
            (true, false) => ("quiz-choice-wrong", "bad", "✕"),
            (false, true) => ("quiz-choice-missed", "wait", "→"),
            (false, false) => ("quiz-choice-left", "quiet", "·"),
        };
        Row { text, verdict: self.t.s(key), class, sign, facts: Vec::new(), why: String::new() }
    }

    fn truth(&self, answer: bool) -> Vec<Row> {
        let choices = [(true, "quiz-true"), (false, "quiz-false")].into_iter();
        let row = |(value, key): (bool, &str)| {
            self.choice(self.t.s(key), self.answer == Some(&Answer::Truth { value }), value == answer)
        };
        choices.map(row).collect()
    }

    /// A part that was answered with `given`, where `right` belongs; HTML.
    fn part(&self, text: String, given: Option<String>, is_right: bool, right: String) -> Row {
        let (key, class, sign) = match (is_right, &given) {
            (true, _) => ("quiz-part-right", "good", "✓"),
            (false, Some(_)) => ("quiz-part-wrong", "bad", "✕"),
            (false, None) => ("quiz-part-open", "wait", "→"),
        };
        // A number within the tolerance still has its exact value beside it.
        let right = Some(right).filter(|right| given.as_ref() != Some(right));
        let given = given.map(|given| (self.t.s("quiz-your-answer"), given));
        let right = right.map(|right| (self.t.s("quiz-right-answer"), right));
        let facts = given.into_iter().chain(right).collect();
        Row { text, verdict: self.t.s(key), class, sign, facts, why: String::new() }
    }

    fn typed(&self, right: String) -> Row {
        let given = if let Some(Answer::Typed { text }) = self.answer { Some(escaped(text.as_str())) } else { None };
        let is_right = marking::mark(self.item, self.drawn, self.answer) > 0.0;
        let why = marking::mistake(self.item, self.drawn, self.answer).map(|why| self.html(why)).unwrap_or_default();
        Row { why, ..self.part(String::new(), given, is_right, right) }
    }

    fn ordering(&self, entries: &[Bilingual]) -> Vec<Row> {
        let given = if let Some(Answer::Placed { positions }) = self.answer { positions.as_slice() } else { &[] };
        let row = |(own, entry): (usize, &Bilingual)| {
            let position = given.get(own).copied().flatten();
            let given = position.map(|position| (position + 1).to_string());
            self.part(self.html(entry), given, position == Some(own), (own + 1).to_string())
        };
        entries.iter().enumerate().map(row).collect()
    }

    fn matching(&self) -> Vec<Row> {
        let Question::Matching { pairs, extra } = &self.item.question else { return Vec::new() };
        let rights: Vec<&Bilingual> = pairs.iter().map(|pair| &pair.right).chain(extra).collect();
        let given = if let Some(Answer::Matched { rights }) = self.answer { rights.as_slice() } else { &[] };
        let pairs = pairs.iter().enumerate().map(|(left, pair)| {
            let chosen = given.get(left).copied().flatten();
            let text = chosen.and_then(|right| rights.get(right)).map(|right| self.html(right));
            self.part(self.html(&pair.left), text, chosen == Some(left), self.html(&pair.right))
        });
        pairs.collect()
    }

    fn blanks(&self) -> Vec<Row> {
        let Question::Blanks { blanks } = &self.item.question else { return Vec::new() };
        let filled = if let Some(Answer::Filled { blanks }) = self.answer { blanks.as_slice() } else { &[] };
        let rows = blanks.iter().enumerate().map(|(place, blank)| {
            let fill = filled.get(place).and_then(Option::as_ref);
            let option = |place: usize| match &blank.gap {
                Gap::Options { options, .. } => options.get(place).map(|option| self.html(option)),
                Gap::Text { .. } | Gap::Number(_) => None,
            };
            let given = fill.and_then(|fill| match fill {
                Fill::Option(place) => option(*place),
                Fill::Text(text) => Some(escaped(text.as_str())),
            });
            let right = match &blank.gap {
                Gap::Options { answer, .. } => option(*answer).unwrap_or_default(),
                Gap::Text { accepted } => first(accepted),
                Gap::Number(number) => self.number(number),
            };
            let is_right = marking::is_filled(blank, fill, self.drawn);
            let why = blank.why.as_ref().map(|why| self.html(why)).unwrap_or_default();
            Row { why, ..self.part(format!("[{}]", place + 1), given, is_right, right) }
        });
        rows.collect()
    }
}

/// The first of the accepted forms, HTML.
fn first(accepted: &[String]) -> String {
    accepted.first().map(|form| escaped(form)).unwrap_or_default()
}
