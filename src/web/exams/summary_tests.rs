//! What the table before handing in says is what stands on the page, for every order that a paper may have.

use std::path::Path;

use chrono_tz::Tz;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;
use crate::items::{bank, paper};
use crate::messages::Lang;
use crate::web::questions::read_answer;

const BANK: &str = include_str!("../../items/tests/bank.toml");

/// What is said of the question called `name` on the paper drawn from `seed`, after `form` was sent.
fn said(name: &str, seed: u64, form: &[(&str, &str)]) -> String {
    let found = bank::parse(Path::new("bank.toml"), BANK).unwrap();
    let found = found.into_iter().find(|found| found.item.name.as_str() == name).unwrap();
    let drawn = paper::freeze(&found, &mut StdRng::seed_from_u64(seed)).unwrap();
    let form: Vec<(String, String)> = form.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let answer = read_answer(0, &drawn, &form).unwrap();
    let pieces = summary(Tr { lang: Lang::En, zone: Tz::UTC }, &found.item, &drawn, &answer);
    let texts = pieces.into_iter().map(|piece| match piece {
        Piece::Html(text) | Piece::Text(text) => text,
    });
    texts.collect::<Vec<_>>().join(" | ")
}

#[test]
fn positions_and_letters_are_those_of_the_page_and_not_the_authors() {
    for seed in 0..20 {
        assert_eq!(said("order", seed, &[("q1-0", "3"), ("q1-1", "1"), ("q1-3", "2")]), "3, 1, –, 2");
        assert_eq!(said("pairs", seed, &[("q1-0", "2"), ("q1-1", "0")]), "C, A");
        assert_eq!(said("pairs", seed, &[("q1-1", "1")]), "–, B");
    }
}

#[test]
fn options_are_said_by_their_text_and_typed_answers_as_typed() {
    let orders: std::collections::BTreeSet<String> =
        (0..20).map(|seed| said("gaps", seed, &[("q1-0", "0"), ("q1-1", "<b>momentum</b>")])).collect();
    let first = |said: &String| said.split(" | ").next().unwrap().to_owned();
    assert_eq!(orders.iter().map(first).collect::<Vec<_>>(), ["all", "no", "some"]);
    assert!(orders.iter().all(|said| said.ends_with(" | <b>momentum</b> | –")), "{orders:?}");
    assert_eq!(said("word", 1, &[("q1", &"é".repeat(61))]), format!("{}…", "é".repeat(60)));
    assert_eq!(said("statement", 1, &[("q1", "false")]), "False");
}
