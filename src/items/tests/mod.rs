//! Banks, versions and drawing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proptest::prelude::*;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;

mod kinds;
mod marks;

fn text(name: &str) -> Bilingual {
    Bilingual { en: format!("{name} in English"), zh: format!("{name}的中文") }
}

pub fn question(is_single: bool, key: &[bool]) -> Question {
    let option = |(place, correct): (usize, &bool)| Choice {
        text: text(&format!("option {place}")),
        correct: *correct,
        why: text("reason"),
    };
    let options = key.iter().enumerate().map(option).collect();
    if is_single { Question::Single { options } } else { Question::Multiple { options } }
}

pub fn item(name: &str) -> ItemVersion {
    ItemVersion::from(Item {
        name: name.parse().unwrap(),
        difficulty: Difficulty::Easy,
        needs: None,
        family: None,
        tags: vec!["tag".to_owned()],
        source: "a book".to_owned(),
        stem: text(name),
        why: None,
        numbers: numbers::Numbers::default(),
        question: question(true, &[true, false, false, false]),
    })
}

fn bank(count: usize) -> Vec<ItemVersion> {
    (0..count).map(|number| item(&format!("item-{number}"))).collect()
}

const GOOD: &str = r#"
[[items]]
id = "two-plus-two"
kind = "single"
difficulty = "easy"
tags = ["sums"]
source = "arithmetic"
stem.en = "Two plus two?"
stem.zh = "二加二等于几？"
[[items.options]]
text.en = "4"
text.zh = "4"
correct = true
why.en = "Count."
why.zh = "数一数。"
[[items.options]]
text.en = "5"
text.zh = "5"
correct = false
why.en = "One too many."
why.zh = "多了一。"
"#;

pub fn faults(bank: &str) -> Vec<String> {
    bank::parse(Path::new("m/items.toml"), bank).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn a_bank_is_read_in_its_order() {
    let items = bank::parse(Path::new("items.toml"), GOOD).unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].item.name.as_str(), "two-plus-two");
    assert!(matches!(items[0].item.question, Question::Single { .. }));
}

#[test]
fn faults_name_file_and_item() {
    let two_right = GOOD.replace("correct = false", "correct = true");
    assert_eq!(
        faults(&two_right),
        ["m/items.toml, item `two-plus-two`: is of kind `single` and has 2 right options; it needs exactly 1"]
    );
    let multiple = two_right.replace("\"single\"", "\"multiple\"");
    assert!(faults(&multiple)[0].contains("at least one right and one wrong"));
    assert!(
        faults(&GOOD.replace("why.zh = \"多了一。\"", "why.zh = \" \""))[0].contains("option 2, why is empty in `zh`")
    );
    assert!(faults(&GOOD.replace("\"5\"", "\"4\""))[0].contains("two options say the same"));
    assert!(faults(&format!("{GOOD}{GOOD}"))[0].contains("used twice"));
    assert!(faults(&GOOD.replace("two-plus-two", "Two"))[0].contains("is not a slug"));
    let misspelt = faults(&GOOD.replace("difficulty", "dificulty"));
    assert!(misspelt[0].starts_with("m/items.toml, line 5, item `two-plus-two`: "), "{misspelt:?}");
}

/// Rows with this digest are in databases: a question that uses nothing new keeps it.
#[test]
fn what_was_a_version_stays_one() {
    let items = bank::parse(Path::new("items.toml"), GOOD).unwrap();
    let version = "6e1e3ea45b22f8ea14d9022fcf5c610fc387cb94f4ec714d158684f32ece16b2";
    assert_eq!(items[0].version.to_string(), version);
    let stored = r#"{"name":"a","difficulty":"easy","tags":["t"],"source":"s","stem":{"en":"e","zh":"z"},
        "question":{"kind":"multiple","options":[{"text":{"en":"e","zh":"z"},"correct":true,"why":{"en":"e","zh":"z"}}]}}"#;
    let item: Item = serde_json::from_str(stored).unwrap();
    assert_eq!(serde_json::to_value(&item).unwrap(), serde_json::from_str::<serde_json::Value>(stored).unwrap());
    let drawn = format!(r#"{{"item":"{version}","form":{{"kind":"options","order":[1,0]}}}}"#);
    let paper: Paper = serde_json::from_str(&format!(r#"{{"questions":[{drawn}]}}"#)).unwrap();
    assert_eq!((paper.questions[0].order(), paper.max_points()), (&[1, 0][..], 1.0));
    assert_eq!(serde_json::to_string(&paper.questions[0]).unwrap(), drawn);
    let answers = r#"{"0":{"kind":"chosen","options":[1]}}"#;
    assert_eq!(serde_json::to_string(&serde_json::from_str::<Answers>(answers).unwrap()).unwrap(), answers);
}

#[test]
fn any_edit_is_a_new_version() {
    let items = bank::parse(Path::new("a"), GOOD).unwrap();
    let same = bank::parse(Path::new("b"), &GOOD.replace("\n\n", "\n")).unwrap();
    let edited = bank::parse(Path::new("a"), &GOOD.replace("Count.", "Count!")).unwrap();
    assert_eq!(items[0].version, same[0].version);
    assert_ne!(items[0].version, edited[0].version);
}

#[test]
fn a_paper_needs_enough_questions() {
    let error = paper::draw(&bank(3), 4, &mut StdRng::seed_from_u64(1)).unwrap_err();
    assert_eq!(error.to_string(), "the bank has 3 questions, families counted once; 4 are to be drawn");
    let family = |name| ItemVersion::from(Item { family: Some("one".parse().unwrap()), ..item(name).item });
    let kin = [family("a"), family("b"), item("c")];
    assert_eq!(paper::available(&kin), 2);
    assert_eq!(paper::draw(&kin, 2, &mut StdRng::seed_from_u64(1)).unwrap().questions.len(), 2);
    assert!(paper::draw(&kin, 3, &mut StdRng::seed_from_u64(1)).is_err());
}

proptest! {
    #[test]
    fn papers_hold_different_questions_and_follow_the_seed(size in 1_usize..20, seed: u64, part in 0.0_f64..=1.0) {
        let bank = bank(size);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss,
            reason = "a share of a small count")]
        let count = (size as f64 * part) as usize;
        let draw = || paper::draw(&bank, count, &mut StdRng::seed_from_u64(seed)).unwrap();
        let paper = draw();
        prop_assert_eq!(&paper, &draw());
        let different: BTreeSet<_> = paper.questions.iter().map(|drawn| drawn.item).collect();
        prop_assert_eq!(different.len(), count);
        for drawn in &paper.questions {
            let places: BTreeSet<_> = drawn.order().iter().copied().collect();
            prop_assert_eq!(places, (0..4).collect());
        }
        let kept: Paper = serde_json::from_value(serde_json::to_value(&paper).unwrap()).unwrap();
        prop_assert_eq!(kept, paper);
    }

    #[test]
    fn answers_go_to_the_option_that_was_shown(seed: u64, place in 0_usize..6) {
        let paper = paper::draw(&bank(1), 1, &mut StdRng::seed_from_u64(seed)).unwrap();
        let drawn = &paper.questions[0];
        let answer = drawn.choose([place]);
        let own = drawn.order().get(place);
        prop_assert_eq!(answer.is_some(), own.is_some());
        prop_assert!(own.is_none_or(|own| answer.unwrap().has_chosen(*own)));
        let answers: Answers = drawn.choose([0]).map(|answer| BTreeMap::from([(0, answer)])).unwrap();
        let kept: Answers = serde_json::from_value(serde_json::to_value(&answers).unwrap()).unwrap();
        prop_assert_eq!(kept, answers);
    }
}
