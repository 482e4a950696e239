//! Marks: what each kind of answer earns, that no answer earns more or less, and what guessing earns.

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;
use rand::Rng;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::{item, question};
use crate::items::answer::{Fill, Typed};
use crate::items::paper::Form;
use crate::items::{Answer, Drawn, Item, ItemVersion, Question, bank, chance, marking, paper};

/// The questions of every kind.
pub fn every_kind() -> Vec<ItemVersion> {
    let mut bank = bank::parse(Path::new("bank.toml"), include_str!("bank.toml")).unwrap();
    let options: [(bool, &[bool]); 2] = [(true, &[false, true, false]), (false, &[true, true, true, false, false])];
    bank.extend(options.map(|(is_single, key)| with(question(is_single, key))));
    bank
}

fn with(question: Question) -> ItemVersion {
    ItemVersion::from(Item { question, ..item("options").item })
}

fn freeze(found: &ItemVersion, seed: u64) -> Drawn {
    paper::freeze(found, &mut StdRng::seed_from_u64(seed)).unwrap()
}

fn typed(text: &str) -> Answer {
    Answer::Typed { text: Typed::new(text).unwrap() }
}

fn key(item: &Item, drawn: &Drawn) -> Answer {
    crate::items::key(item, drawn).unwrap()
}

/// What somebody who knows nothing does: each part drawn evenly, typed answers left to `text`.
fn guess(drawn: &Drawn, text: &str, rng: &mut impl Rng) -> Option<Answer> {
    let sent: Vec<String> = match &drawn.form {
        Form::Options { order } => {
            (0..order.len()).filter(|_| rng.random_bool(0.5)).map(|place| place.to_string()).collect()
        }
        Form::Truth => vec![rng.random_bool(0.5).to_string()],
        Form::Typed => vec![text.to_owned()],
        Form::Entries { order } => {
            let mut positions: Vec<usize> = (1..=order.len()).collect();
            rand::seq::SliceRandom::shuffle(positions.as_mut_slice(), rng);
            positions.iter().map(ToString::to_string).collect()
        }
        Form::Pairs { lefts, rights } => (0..*lefts).map(|_| rng.random_range(0..rights.len()).to_string()).collect(),
        Form::Blanks { orders } => orders
            .iter()
            .map(|order| if order.is_empty() { text.to_owned() } else { rng.random_range(0..order.len()).to_string() })
            .collect(),
    };
    let whole: Vec<&str> = sent.iter().map(String::as_str).collect();
    drawn.read(&whole, |part| whole.get(part).copied())
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

#[test]
fn the_partial_credit_rule_of_multiple_choice() {
    let multiple = with(question(false, &[true, true, true, false, false]));
    let drawn = freeze(&multiple, 1);
    let points = |options: &[usize]| {
        marking::mark(&multiple.item, &drawn, Some(&Answer::Chosen { options: options.iter().copied().collect() }))
    };
    assert!(close(points(&[0, 1, 2]), 1.0));
    assert!(close(points(&[0, 1]), 2.0 / 3.0));
    assert!(close(points(&[0, 1, 3]), 1.0 / 3.0));
    assert!(close(points(&[0, 3, 4]), 0.0));
    assert!(close(points(&[0, 1, 2, 3, 4]), 1.0 / 3.0));
    assert!(close(points(&[0, 9]), 0.0), "an option that does not exist is not our page's");
}

#[test]
fn the_partial_credit_rules_of_the_others() {
    let bank = every_kind();
    let points = |name: &str, answer: Answer| {
        let found = bank.iter().find(|found| found.item.name.as_str() == name).unwrap();
        marking::mark(&found.item, &freeze(found, 1), Some(&answer))
    };
    let placed = |positions: [usize; 4]| Answer::Placed { positions: positions.map(Some).to_vec() };
    assert!(close(points("order", placed([1, 0, 2, 3])), 4.0 / 6.0));
    assert!(close(points("order", placed([0, 1, 3, 2])), 4.0 / 6.0));
    assert!(close(points("order", placed([3, 2, 1, 0])), 0.0));
    assert!(close(points("order", placed([0, 0, 0, 0])), 0.0));
    assert!(close(points("order", Answer::Placed { positions: vec![Some(0), Some(1), None, None] }), 1.0 / 6.0));
    assert!(close(points("order", Answer::Placed { positions: vec![Some(0)] }), 0.0), "of another size");
    assert!(close(points("pairs", Answer::Matched { rights: vec![Some(0), Some(2)] }), 0.5));
    assert!(close(points("gaps", Answer::Filled { blanks: vec![Some(Fill::Option(1)), None, None] }), 1.0 / 3.0));
    assert!(close(points("statement", typed("false")), 0.0), "of another kind");
}

#[test]
fn numbers_are_right_within_the_tolerance() {
    let bank = every_kind();
    let steps = bank.iter().find(|found| found.item.name.as_str() == "steps").unwrap();
    let drawn = freeze(steps, 5);
    let right = drawn.numbers["n"] / drawn.numbers["b"];
    let points = |text: String| marking::mark(&steps.item, &drawn, Some(&typed(&text)));
    assert!(close(points(format!("{}", right + 0.5)), 1.0), "the limit is right");
    assert!(close(points(format!("{}", right - 0.51)), 0.0));
    assert!(close(points(format!("{} k", right / 1000.0)), 1.0));
    assert!(close(points(format!("{right} epochs")), 0.0));
    let is_readable = |text: &str| marking::is_readable(&steps.item, &typed(text));
    assert!(is_readable("1 k") && !is_readable("about 3") && !is_readable("1 h"));
    let mistake = |text: String| marking::mistake(&steps.item, &drawn, Some(&typed(&text))).map(|why| why.en.as_str());
    let product = drawn.numbers["n"] * drawn.numbers["b"];
    assert!(mistake(product.to_string()).unwrap().starts_with("This multiplies"));
    assert_eq!((mistake(right.to_string()), mistake("1".to_owned())), (None, None));
}

#[test]
fn guessing_earns_what_is_stated() {
    for found in every_kind() {
        // Of a single choice one option is chosen; the coins of `guess` are those of a multiple choice.
        if matches!(found.item.question, Question::Single { .. }) {
            continue;
        }
        let mut rng = StdRng::seed_from_u64(7);
        let drawn = freeze(&found, 7);
        let marks =
            (0..20_000).map(|_| marking::mark(&found.item, &drawn, guess(&drawn, "no idea", &mut rng).as_ref()));
        let mean = marks.sum::<f64>() / 20_000.0;
        let stated = chance::of(&found.item.question);
        assert!((mean - stated).abs() < 0.012, "{}: {mean} is not near {stated}", found.item.name);
    }
    assert!(close(chance::of(&question(true, &[true, false, false, false])), 0.25));
}

proptest! {
    #[test]
    fn the_key_earns_all_and_nothing_earns_nothing(seed: u64, which: Index) {
        let bank = every_kind();
        let found = which.get(&bank);
        let drawn = freeze(found, seed);
        let key = key(&found.item, &drawn);
        prop_assert!(close(marking::mark(&found.item, &drawn, Some(&key)), 1.0));
        prop_assert!(key.is_complete() && key.suits(&drawn));
        prop_assert_eq!(marking::mistake(&found.item, &drawn, Some(&key)), None);
        prop_assert!(close(marking::mark(&found.item, &drawn, None), 0.0));
        let kept: Answer = serde_json::from_value(serde_json::to_value(&key).unwrap()).unwrap();
        prop_assert_eq!(kept, key);
        let kept: Drawn = serde_json::from_value(serde_json::to_value(&drawn).unwrap()).unwrap();
        prop_assert_eq!(kept, drawn);
    }

    #[test]
    fn marks_lie_between_nothing_and_all(seed: u64, which: Index, text in "\\PC{0,30}", other: Index) {
        let bank = every_kind();
        let (found, drawn_of) = (which.get(&bank), other.get(&bank));
        let answer = guess(&freeze(drawn_of, seed), &text, &mut StdRng::seed_from_u64(seed));
        let mark = marking::mark(&found.item, &freeze(found, seed), answer.as_ref());
        prop_assert!((0.0..=1.0).contains(&mark));
    }

    #[test]
    fn a_choice_earns_all_only_if_it_is_exact(
        key in proptest::collection::vec(any::<bool>(), 2..8),
        ticks in proptest::collection::vec(any::<bool>(), 2..8),
        is_single: bool,
    ) {
        let right = key.iter().filter(|correct| **correct).count();
        prop_assume!(if is_single { right == 1 } else { right > 0 && right < key.len() });
        let options = (0..key.len()).filter(|place| ticks.get(*place) == Some(&true)).collect();
        let is_exact = key.iter().enumerate().all(|(place, correct)| (ticks.get(place) == Some(&true)) == *correct);
        let found = with(question(is_single, &key));
        let points = marking::mark(&found.item, &freeze(&found, 1), Some(&Answer::Chosen { options }));
        prop_assert_eq!(is_exact, points > 1.0 - 1e-9);
    }

    #[test]
    fn typed_answers_are_bounded(text in "\\PC{0,600}") {
        let length = Typed::new(&text).map_or(0, |typed| typed.as_str().chars().count());
        prop_assert!(length <= 500);
        let json = serde_json::json!({ "kind": "typed", "text": text });
        let is_kept = serde_json::from_value::<Answer>(json).is_ok();
        prop_assert_eq!(is_kept, !text.trim().is_empty() && text.chars().count() <= 500);
    }
}
