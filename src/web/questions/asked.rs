//! A question on a paper. It holds nothing that tells right answers from wrong ones.

use std::collections::HashMap;

use askama::Template;

use super::{field, letter, part_field};
use crate::blobs::Sha256;
use crate::courses::markdown;
use crate::items::answer::Fill;
use crate::items::paper::Form;
use crate::items::question::{Blank, Gap, Units};
use crate::items::{Answer, Answers, Drawn, Item, Paper, Question};
use crate::messages::{Bilingual, Tr};

/// A question on a paper; shown, it is its fieldset.
#[derive(Template)]
#[template(path = "questions/asked.html")]
pub(in crate::web) struct Asked {
    t: Tr,
    /// Its number, from 1.
    pub(in crate::web) number: usize,
    pub(in crate::web) all: usize,
    name: String,
    stem: String,
    hint: String,
    /// Whether it kept the paper from being marked.
    pub(in crate::web) is_missing: bool,
    controls: Controls,
}

/// What a question is answered with.
enum Controls {
    /// Radio buttons or checkboxes.
    Options(Vec<Offered>),
    /// A field to type in.
    Typed(Field),
    /// Entries, each with its position from 1 to as many as there are.
    Entries { entries: Vec<Part>, positions: Vec<Choosable> },
    /// Left sides, each with the letters of the right ones.
    Pairs { lefts: Vec<Part>, rights: Vec<Choosable> },
    /// Gaps, each with its own options or field.
    Blanks(Vec<Controls>),
}

impl Controls {
    fn first_id(&self) -> Option<&str> {
        match self {
            Self::Options(options) => options.first().map(|option| option.id.as_str()),
            Self::Typed(field) => Some(&field.id),
            Self::Entries { entries: parts, .. } | Self::Pairs { lefts: parts, .. } => {
                parts.first().map(|part| part.name.as_str())
            }
            Self::Blanks(blanks) => blanks.first().and_then(Self::first_id),
        }
    }
}

/// A radio button or checkbox.
struct Offered {
    kind: &'static str,
    name: String,
    id: String,
    value: String,
    text: String,
    is_chosen: bool,
}

/// A field for a number or a text.
struct Field {
    name: String,
    id: String,
    value: String,
    is_number: bool,
    unit: String,
}

/// A part of a question with a list to choose from.
struct Part {
    name: String,
    text: String,
    chosen: String,
}

/// What can be chosen from a list.
struct Choosable {
    value: String,
    label: String,
    text: String,
}

/// The questions of `paper`, with the answers given so far.
pub(in crate::web) fn asked(paper: &Paper, items: &HashMap<Sha256, Item>, answers: &Answers, t: Tr) -> Vec<Asked> {
    let all = paper.questions.len();
    paper
        .with_items(items)
        .map(|(place, drawn, item)| Asked::new((place, all), drawn, item, answers.get(&place), t))
        .collect()
}

impl Asked {
    /// The question at `place` of `all`.
    pub(in crate::web) fn new(
        (place, all): (usize, usize),
        drawn: &Drawn,
        item: &Item,
        answer: Option<&Answer>,
        t: Tr,
    ) -> Self {
        let asking = Asking { name: field(place), drawn, answer, t };
        Self {
            t,
            number: place + 1,
            all,
            stem: markdown::render(&drawn.text(&item.stem, t.lang), t.lang).html.clone(),
            hint: hint(&item.question, t),
            is_missing: false,
            controls: asking.controls(&item.question),
            name: asking.name,
        }
    }

    /// Id of its first control, where a link to it leads.
    pub(in crate::web) fn target(&self) -> &str {
        self.controls.first_id().unwrap_or(&self.name)
    }

    /// What to do about a missing answer.
    pub(in crate::web) fn fault(&self) -> String {
        let key = match &self.controls {
            Controls::Options(_) => "quiz-unanswered",
            Controls::Typed(field) if field.is_number && !field.value.is_empty() => "quiz-unreadable",
            Controls::Typed(_) | Controls::Entries { .. } | Controls::Pairs { .. } | Controls::Blanks(_) => {
                "quiz-unfinished"
            }
        };
        self.t.s1(key, "number", self.number)
    }
}

fn hint(question: &Question, t: Tr) -> String {
    match question {
        Question::Single { .. } => t.s("quiz-one-right"),
        Question::Multiple { .. } => t.s("quiz-several-right"),
        Question::TrueFalse { .. } => t.s("quiz-truth"),
        Question::Numeric { units, .. } => number_hint(units, t),
        Question::Text { .. } => t.s("quiz-text"),
        Question::Ordering { .. } => t.s("quiz-ordering"),
        Question::Matching { .. } => t.s("quiz-matching"),
        Question::Blanks { .. } => t.s("quiz-blanks"),
    }
}

fn number_hint(units: &Units, t: Tr) -> String {
    let others: Vec<&str> = units.others.keys().map(String::as_str).collect();
    match &units.unit {
        None => t.s("quiz-number"),
        Some(unit) if others.is_empty() => t.s1("quiz-number-unit", "unit", unit),
        Some(unit) => t.s2("quiz-number-units", "unit", unit, "others", others.join(", ")),
    }
}

fn offered(
    (kind, name): (&'static str, &str),
    (shown, value): (usize, String),
    text: String,
    is_chosen: bool,
) -> Offered {
    Offered { kind, name: name.to_owned(), id: part_field(name, shown), value, text, is_chosen }
}

/// One question, while its controls are made.
struct Asking<'a> {
    name: String,
    drawn: &'a Drawn,
    answer: Option<&'a Answer>,
    t: Tr,
}

impl Asking<'_> {
    fn controls(&self, question: &Question) -> Controls {
        match (question, &self.drawn.form) {
            (Question::Single { options }, _) => self.options("radio", options.iter().map(|option| &option.text)),
            (Question::Multiple { options }, _) => self.options("checkbox", options.iter().map(|option| &option.text)),
            (Question::TrueFalse { .. }, _) => self.truth(),
            (Question::Numeric { units, .. }, _) => self.typed(true, units.unit.clone().unwrap_or_default()),
            (Question::Text { .. }, _) => self.typed(false, String::new()),
            (Question::Ordering { entries }, Form::Entries { order }) => self.entries(entries, order),
            (Question::Matching { pairs, extra }, Form::Pairs { rights, .. }) => {
                let own: Vec<&Bilingual> = pairs.iter().map(|pair| &pair.right).chain(extra).collect();
                self.pairs(pairs.iter().map(|pair| &pair.left), &own, rights)
            }
            (Question::Blanks { blanks }, Form::Blanks { orders }) => {
                let gaps = blanks.iter().zip(orders).enumerate();
                Controls::Blanks(gaps.map(|(place, (blank, order))| self.blank(place, blank, order)).collect())
            }
            // A paper is drawn from its questions, so their forms fit.
            (Question::Ordering { .. } | Question::Matching { .. } | Question::Blanks { .. }, _) => {
                Controls::Options(Vec::new())
            }
        }
    }

    fn html(&self, text: &Bilingual) -> String {
        markdown::render_line(&self.drawn.text(text, self.t.lang), self.t.lang)
    }

    fn options<'b>(&self, kind: &'static str, options: impl Iterator<Item = &'b Bilingual>) -> Controls {
        let options: Vec<&Bilingual> = options.collect();
        let places = self.drawn.order().iter().enumerate();
        let offered = places.filter_map(|(shown, own)| {
            let is_chosen = self.answer.is_some_and(|answer| answer.has_chosen(*own));
            Some(offered((kind, &self.name), (shown, shown.to_string()), self.html(options.get(*own)?), is_chosen))
        });
        Controls::Options(offered.collect())
    }

    fn truth(&self) -> Controls {
        let choices = [(true, "quiz-true"), (false, "quiz-false")].into_iter().enumerate();
        let offered = choices.map(|(shown, (value, key))| {
            let is_chosen = self.answer == Some(&Answer::Truth { value });
            offered(("radio", &self.name), (shown, value.to_string()), self.t.s(key), is_chosen)
        });
        Controls::Options(offered.collect())
    }

    fn typed(&self, is_number: bool, unit: String) -> Controls {
        let value = match self.answer {
            Some(Answer::Typed { text }) => text.as_str().to_owned(),
            Some(
                Answer::Chosen { .. }
                | Answer::Truth { .. }
                | Answer::Placed { .. }
                | Answer::Matched { .. }
                | Answer::Filled { .. },
            )
            | None => String::new(),
        };
        Controls::Typed(Field { name: self.name.clone(), id: part_field(&self.name, 0), value, is_number, unit })
    }

    fn entries(&self, entries: &[Bilingual], order: &[usize]) -> Controls {
        let given = if let Some(Answer::Placed { positions }) = self.answer { positions.as_slice() } else { &[] };
        let parts = order.iter().enumerate().filter_map(|(shown, own)| {
            let position = given.get(*own).copied().flatten();
            let chosen = position.map(|position| (position + 1).to_string()).unwrap_or_default();
            Some(Part { name: part_field(&self.name, shown), text: self.html(entries.get(*own)?), chosen })
        });
        let positions = (1..=order.len()).map(|position| Choosable {
            value: position.to_string(),
            label: position.to_string(),
            text: String::new(),
        });
        Controls::Entries { entries: parts.collect(), positions: positions.collect() }
    }

    fn pairs<'b>(&self, lefts: impl Iterator<Item = &'b Bilingual>, own: &[&Bilingual], order: &[usize]) -> Controls {
        let given = if let Some(Answer::Matched { rights }) = self.answer { rights.as_slice() } else { &[] };
        let lefts = lefts.enumerate().map(|(left, text)| {
            let right = given.get(left).copied().flatten();
            let shown = right.and_then(|right| order.iter().position(|place| *place == right));
            let chosen = shown.map(|shown| shown.to_string()).unwrap_or_default();
            Part { name: part_field(&self.name, left), text: self.html(text), chosen }
        });
        let rights = order.iter().enumerate().filter_map(|(shown, place)| {
            Some(Choosable { value: shown.to_string(), label: letter(shown), text: self.html(own.get(*place)?) })
        });
        Controls::Pairs { lefts: lefts.collect(), rights: rights.collect() }
    }

    fn blank(&self, place: usize, blank: &Blank, order: &[usize]) -> Controls {
        let filled = if let Some(Answer::Filled { blanks }) = self.answer { blanks.as_slice() } else { &[] };
        let fill = filled.get(place).and_then(Option::as_ref);
        let name = part_field(&self.name, place);
        let field = |is_number: bool| {
            let value = if let Some(Fill::Text(text)) = fill { text.as_str().to_owned() } else { String::new() };
            Controls::Typed(Field { id: name.clone(), name: name.clone(), value, is_number, unit: String::new() })
        };
        match &blank.gap {
            Gap::Options { options, .. } => {
                let offered = order.iter().enumerate().filter_map(|(shown, own)| {
                    let is_chosen = fill == Some(&Fill::Option(*own));
                    let text = self.html(options.get(*own)?);
                    Some(offered(("radio", &name), (shown, shown.to_string()), text, is_chosen))
                });
                Controls::Options(offered.collect())
            }
            Gap::Text { .. } => field(false),
            Gap::Number(_) => field(true),
        }
    }
}
