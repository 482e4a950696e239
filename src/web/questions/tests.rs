//! Every kind of question as a page shows it, answered through its own controls.

use std::path::Path;

use askama::Template as _;
use chrono_tz::Tz;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use scraper::{Html, Selector};

use super::*;
use crate::items::{Item, bank, marking, paper};
use crate::messages::{Lang, Tr};

const BANK: &str = include_str!("../../items/tests/bank.toml");

/// The question called `name`, drawn.
fn drawn(name: &str) -> (Drawn, Item) {
    let found = bank::parse(Path::new("bank.toml"), BANK).unwrap();
    let found = found.into_iter().find(|found| found.item.name.as_str() == name).unwrap();
    (paper::freeze(&found, &mut StdRng::seed_from_u64(3)).unwrap(), found.item)
}

fn tr() -> Tr {
    Tr { lang: Lang::En, zone: Tz::UTC }
}

fn shown(name: &str, answer: Option<&Answer>) -> Html {
    let (drawn, item) = drawn(name);
    Html::parse_fragment(&Asked::new((2, 5), &drawn, &item, answer, tr()).render().unwrap())
}

fn result(name: &str, answer: Option<&Answer>) -> String {
    let (drawn, item) = drawn(name);
    let html = Html::parse_fragment(&Marked::new((2, 5), &drawn, &item, answer, tr()).render().unwrap());
    html.root_element().text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

fn attributes(html: &Html, selector: &str, attribute: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    html.select(&selector).map(|found| found.attr(attribute).unwrap_or_default().to_owned()).collect()
}

/// What `form` answers, its mark, and what the browser would send from the page that keeps it.
fn sent(name: &str, form: &[(&str, &str)]) -> (Option<Answer>, f64, Vec<(String, String)>) {
    let (drawn, item) = drawn(name);
    let form: Vec<(String, String)> = form.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let answer = read_answer(2, &drawn, &form);
    let html = shown(name, answer.as_ref());
    let mut again: Vec<(String, String)> = attributes(&html, "input[checked], input[type=text]", "name")
        .into_iter()
        .zip(attributes(&html, "input[checked], input[type=text]", "value"))
        .collect();
    for select in html.select(&Selector::parse("select").unwrap()) {
        let chosen = select.select(&Selector::parse("option[selected]").unwrap()).next();
        let value = chosen.and_then(|option| option.attr("value")).unwrap_or_default();
        again.push((select.attr("name").unwrap().to_owned(), value.to_owned()));
    }
    let mark = marking::mark(&item, &drawn, answer.as_ref());
    (answer, mark, again)
}

/// The form that answers each part with what `value` says of its place in the author's list.
fn parts(order: &[usize], value: impl Fn(usize) -> usize) -> Vec<(String, String)> {
    order.iter().enumerate().map(|(shown, own)| (part_field("q3", shown), value(*own).to_string())).collect()
}

fn borrowed(form: &[(String, String)]) -> Vec<(&str, &str)> {
    form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[test]
fn points_are_short() {
    assert_eq!([4.0, 11.0 / 3.0, 0.5, 0.0, 10.0].map(points), ["4", "3.67", "0.5", "0", "10"]);
}

#[test]
fn a_statement_is_true_or_false() {
    let (_, mark, again) = sent("statement", &[("q3", "false")]);
    assert!((mark - 1.0).abs() < 1e-9);
    assert_eq!(again, [("q3".to_owned(), "false".to_owned())]);
    assert_eq!(attributes(&shown("statement", None), "input", "type"), ["radio", "radio"]);
    assert_eq!(sent("statement", &[("q3", "perhaps")]).0, None);
}

#[test]
fn a_number_is_kept_as_typed_and_its_mistake_explained() {
    let (drawn, item) = drawn("steps");
    let (n, b) = (drawn.numbers["n"], drawn.numbers["b"]);
    let (answer, mark, again) = sent("steps", &[("q3", &format!("  {} steps", n / b))]);
    assert!((mark - 1.0).abs() < 1e-9, "{answer:?}");
    assert_eq!(again, [("q3".to_owned(), format!("{} steps", n / b))]);
    let html = shown("steps", None);
    assert_eq!(attributes(&html, "input", "inputmode"), ["decimal"]);
    assert_eq!(attributes(&html, "input", "id"), attributes(&html, "label", "for"));
    let (wrong, mark, _) = sent("steps", &[("q3", &(n * b).to_string())]);
    assert!(mark == 0.0);
    let text = result("steps", wrong.as_ref());
    assert!(text.contains("Wrong") && text.contains("multiplies") && text.contains("in one epoch"), "{text}");
    assert!(text.contains(&format!("Right answer {} steps", n / b)), "{text}");
    assert!(item.why.is_some());
    let script = sent("steps", &[("q3", "<script>")]).0;
    assert!(result("steps", script.as_ref()).contains("<script>"), "shown as text");
}

#[test]
fn a_text_is_accepted_in_its_forms() {
    let (_, mark, _) = sent("word", &[("q3", " Recall ")]);
    assert!((mark - 1.0).abs() < 1e-9);
    let wrong = sent("word", &[("q3", "precision")]).0;
    assert!(result("word", wrong.as_ref()).contains("divides by the predictions"));
    assert_eq!(sent("word", &[("q3", "   ")]).0, None);
}

#[test]
fn entries_are_put_in_order() {
    let (drawn, _) = drawn("order");
    let paper::Form::Entries { order } = &drawn.form else { panic!("{drawn:?}") };
    let form = parts(order, |own| own + 1);
    let (answer, mark, again) = sent("order", &borrowed(&form));
    assert!((mark - 1.0).abs() < 1e-9 && answer.unwrap().is_complete());
    assert_eq!(again, form);
    let html = shown("order", None);
    assert_eq!(attributes(&html, "select", "id"), attributes(&html, "label", "for"));
    let (partly, _, again) = sent("order", &[("q3-0", "1"), ("q3-1", "9"), ("q3-7", "2")]);
    assert!(!partly.unwrap().is_complete());
    assert_eq!(again.iter().filter(|(_, value)| !value.is_empty()).count(), 1);
}

#[test]
fn sides_are_matched() {
    let (drawn, item) = drawn("pairs");
    let paper::Form::Pairs { rights, .. } = &drawn.form else { panic!("{drawn:?}") };
    let place = |own: usize| rights.iter().position(|right| *right == own).unwrap();
    let form: Vec<(String, String)> = (0..2).map(|left| (part_field("q3", left), place(left).to_string())).collect();
    let (answer, mark, again) = sent("pairs", &borrowed(&form));
    assert!((mark - 1.0).abs() < 1e-9, "{answer:?} {item:?}");
    assert_eq!(again, form);
    let crossed = sent("pairs", &[("q3-0", &place(2).to_string()), ("q3-1", &place(1).to_string())]);
    assert!((crossed.1 - 0.5).abs() < 1e-9);
    assert!(result("pairs", crossed.0.as_ref()).contains("Wrong Your answer a share of images Right answer a rate"));
}

#[test]
fn gaps_are_filled() {
    let (drawn, _) = drawn("gaps");
    let paper::Form::Blanks { orders } = &drawn.form else { panic!("{drawn:?}") };
    let right = orders[0].iter().position(|own| *own == 1).unwrap().to_string();
    let form = [("q3-0", right.as_str()), ("q3-1", "Momentum"), ("q3-2", "0,9")];
    let (answer, mark, mut again) = sent("gaps", &form);
    assert!((mark - 1.0).abs() < 1e-9, "{answer:?}");
    again.sort();
    assert_eq!(borrowed(&again), form);
    let html = shown("gaps", None);
    assert_eq!(attributes(&html, "fieldset fieldset input", "name"), ["q3-0", "q3-0", "q3-0"]);
    let partly = sent("gaps", &form[..2]).0;
    assert!(result("gaps", partly.as_ref()).contains("[3] → Not answered Right answer 0.9"));
}
