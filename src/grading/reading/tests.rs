//! Every form in which exporters return predictions, and what is said about those that cannot be read.

use super::*;
use crate::grading::contract::{InputKind, InputSpec};

fn contract(names: &[&str]) -> Contract {
    let input = InputSpec { name: "x".into(), kind: InputKind::Vector, shape: vec![1], dtype: Dtype::Float32 };
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let target = if names.is_empty() { Target::Value } else { Target::Classes(names) };
    Contract { inputs: vec![input], output: "y".into(), target }
}

fn candidate(expected: Expected) -> Candidate {
    Candidate { outputs: vec![0], name: "y".into(), expected, is_chosen: false }
}

fn floats(values: &[f32], shape: &[i64]) -> Held {
    Held::Floats(Shaped { values: values.to_vec(), shape: shape.to_vec(), dtype: Dtype::Float32 })
}

fn integers(values: &[i64], shape: &[i64]) -> Held {
    Held::Integers(Shaped { values: values.to_vec(), shape: shape.to_vec(), dtype: Dtype::Int64 })
}

fn texts(values: &[&str]) -> Held {
    let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
    Held::Texts(Shaped { shape: vec![i64::try_from(values.len()).unwrap()], values, dtype: Dtype::String })
}

/// Two rows, read as soon as that is settled: the kind, the words as numbers, what was adapted.
fn two(
    names: &[&str],
    candidates: &[Candidate],
    held: &[Vec<Held>],
) -> Result<(Output, Vec<f32>, Vec<Adaptation>), Reason> {
    let contract = contract(names);
    let reading = settle(&contract, candidates, held, 2).map_err(|refusal| refusal.reason)?;
    let position = candidates.iter().position(|one| *one == reading.candidate).unwrap();
    let bytes = reading.read(&contract, &held[position], 2, 2).map_err(|refusal| refusal.reason)?;
    let words = bytes.as_chunks::<4>().0.iter();
    let numbers = match reading.output {
        Output::Labels => words.map(|word| u32::from_le_bytes(*word) as f32).collect(),
        Output::Scores | Output::Values => words.map(|word| f32::from_le_bytes(*word)).collect(),
    };
    Ok((reading.output, numbers, reading.adapted))
}

#[test]
fn scores_maps_columns_and_one_hot_rows_are_one_thing() {
    let names = ["a", "b"];
    let expected = vec![0.75, 0.25, 0.0, 1.0];
    let read = |expected, held: Vec<Held>| {
        two(&names, &[candidate(expected)], &[held]).map(|(kind, values, _)| (kind, values))
    };
    let scores = Ok((Output::Scores, expected.clone()));
    assert_eq!(read(Expected::Scores, vec![floats(&expected, &[2, 2])]), scores);
    assert_eq!(read(Expected::Scores, vec![floats(&expected, &[2, 1, 2])]), scores);
    assert_eq!(read(Expected::Columns, vec![floats(&[0.75, 0.0], &[2, 1]), floats(&[0.25, 1.0], &[2])]), scores);
    let map = |first: f32, second: Option<f32>| -> Vec<(Key, f32)> {
        let second = second.map(|score| (Key::Name("b".into()), score));
        std::iter::once((Key::Index(0), first)).chain(second).collect()
    };
    let maps = vec![map(0.75, Some(0.25)), map(1.0, None)];
    assert_eq!(read(Expected::Maps, vec![Held::Maps(maps)]), Ok((Output::Scores, vec![0.75, 0.25, 1.0, 0.0])));
    let one_hot = read(Expected::Scores, vec![integers(&[1, 0, 0, 1], &[2, 2])]);
    assert_eq!(one_hot, Ok((Output::Scores, vec![1.0, 0.0, 0.0, 1.0])));
    let labels = Ok((Output::Labels, vec![1.0, 0.0]));
    assert_eq!(read(Expected::Labels, vec![integers(&[1, 0], &[2, 1])]), labels);
    assert_eq!(read(Expected::Labels, vec![floats(&[1.0, 0.0], &[2])]), labels);
    assert_eq!(read(Expected::Labels, vec![texts(&["b", " a"])]), labels);
    assert_eq!(read(Expected::ScoresOrLabels, vec![integers(&[1, 0], &[2])]), labels);
}

#[test]
fn one_number_for_two_classes_is_a_probability_or_a_logit() {
    let read =
        |values: &[f32]| two(&["a", "b"], &[candidate(Expected::Binary)], &[vec![floats(values, &[2, 1])]]).unwrap();
    let (_, probabilities, adapted) = read(&[0.25, 1.0]);
    assert_eq!(probabilities, [0.75, 0.25, 0.0, 1.0]);
    assert!(adapted.contains(&Adaptation::OutputBinary));
    let (_, logits, _) = read(&[-2.0, 3.0]);
    assert!(logits[0] > 0.5 && logits[3] > 0.9, "{logits:?}");
}

#[test]
fn one_number_beside_labels_is_read_only_where_both_say_the_same() {
    let candidates = [candidate(Expected::Binary), Candidate { outputs: vec![1], ..candidate(Expected::Labels) }];
    let labels = vec![integers(&[0, 1], &[2, 1])];
    let read =
        |number: &[f32]| two(&["a", "b"], &candidates, &[vec![floats(number, &[2, 1])], labels.clone()]).unwrap();
    assert_eq!(read(&[0.25, 1.0]).1, [0.75, 0.25, 0.0, 1.0]);
    let (kind, values, _) = read(&[0.9, 0.8]);
    assert_eq!((kind, values), (Output::Labels, vec![0.0, 1.0]), "how sure it is of its label");
    let vague = two(&["a", "b"], &[candidate(Expected::ScoresOrLabels)], &[vec![floats(&[0.25, 1.0], &[2, 1])]]);
    assert_eq!(vague.unwrap().1, [0.75, 0.25, 0.0, 1.0]);
}

#[test]
fn probabilities_are_preferred_wherever_they_stand() {
    let candidates =
        [candidate(Expected::Scores), Candidate { name: "p".into(), outputs: vec![1], ..candidate(Expected::Scores) }];
    let logits = vec![floats(&[3.0, 1.0, -2.0, 5.0], &[2, 2])];
    let probabilities = vec![floats(&[0.9, 0.1, 0.0, 1.0], &[2, 2])];
    for held in [[logits.clone(), probabilities.clone()], [probabilities, logits]] {
        assert_eq!(two(&["a", "b"], &candidates, &held).unwrap().1, [0.9, 0.1, 0.0, 1.0]);
    }
}

#[test]
fn two_outputs_of_logits_are_read_together_and_not_one_as_a_probability() {
    let columns = Candidate { outputs: vec![0, 1], ..candidate(Expected::Columns) };
    let single = [candidate(Expected::Binary), Candidate { outputs: vec![1], ..candidate(Expected::Binary) }];
    let (first, second) = (floats(&[2.0, -1.0], &[2, 1]), floats(&[-2.0, 1.0], &[2, 1]));
    let held = [vec![first.clone(), second.clone()], vec![first], vec![second]];
    let (_, values, _) = two(&["a", "b"], &[&[columns][..], &single].concat(), &held).unwrap();
    assert_eq!(values, [2.0, -2.0, -1.0, 1.0]);
}

#[test]
fn a_logit_beside_its_own_probability_is_one_number_and_no_two_columns() {
    let columns = Candidate { outputs: vec![0, 1], ..candidate(Expected::Columns) };
    let single = [candidate(Expected::Binary), Candidate { outputs: vec![1], ..candidate(Expected::Binary) }];
    let (logit, probability) = (floats(&[-2.0, 3.0], &[2, 1]), floats(&[0.119_203, 0.952_574], &[2, 1]));
    for [first, second] in [[logit.clone(), probability.clone()], [probability, logit]] {
        let held = [vec![first.clone(), second.clone()], vec![first], vec![second]];
        let (_, values, adapted) = two(&["a", "b"], &[&[columns.clone()][..], &single].concat(), &held).unwrap();
        assert!((values[1] - 0.119_203).abs() < 1e-5 && (values[3] - 0.952_574).abs() < 1e-5, "{values:?}");
        assert!(adapted.contains(&Adaptation::OutputBinary) && !adapted.contains(&Adaptation::OutputColumns));
    }
}

#[test]
fn columns_in_the_order_of_sorted_names_are_put_right() {
    let candidates = [candidate(Expected::Scores), Candidate { outputs: vec![1], ..candidate(Expected::Labels) }];
    let held = [vec![floats(&[0.9, 0.1, 0.2, 0.8], &[2, 2])], vec![texts(&["benign", "malignant"])]];
    let (_, values, adapted) = two(&["malignant", "benign"], &candidates, &held).unwrap();
    assert_eq!(values, [0.1, 0.9, 0.8, 0.2]);
    assert!(adapted.contains(&Adaptation::OutputColumnsSorted));
}

#[test]
fn what_cannot_be_read_has_a_reason_of_its_own() {
    let names = ["a", "b"];
    let reason = |expected, held: Held| two(&names, &[candidate(expected)], &[vec![held]]).unwrap_err();
    assert_eq!(reason(Expected::Scores, floats(&[0.0; 2], &[1, 2])), Reason::OutputRows);
    assert_eq!(reason(Expected::ScoresOrLabels, integers(&[0; 6], &[2, 3])), Reason::OutputRows);
    assert_eq!(reason(Expected::Scores, floats(&[0.0; 6], &[2, 3])), Reason::ClassCount);
    assert_eq!(reason(Expected::Scores, floats(&[0.0; 8], &[2, 2, 2])), Reason::OutputShape);
    assert_eq!(reason(Expected::Labels, texts(&["a", "c"])), Reason::LabelName);
    assert_eq!(reason(Expected::Labels, floats(&[0.5, 1.0], &[2])), Reason::LabelRange);
    assert_eq!(reason(Expected::Labels, floats(&[f32::NAN, 1.0], &[2])), Reason::NotFinite);
    assert_eq!(reason(Expected::Maps, Held::Maps(vec![vec![]])), Reason::OutputRows);
    assert_eq!(reason(Expected::Maps, Held::Maps(vec![vec![(Key::Index(7), 1.0)], vec![]])), Reason::LabelRange);
}

#[test]
fn a_regression_is_one_number_a_row() {
    let read = |held| two(&[], &[candidate(Expected::Value)], &[vec![held]]);
    assert_eq!(read(floats(&[1.5, -2.0], &[2, 1])).unwrap().1, [1.5, -2.0]);
    assert_eq!(read(integers(&[3, 4], &[2])).unwrap().1, [3.0, 4.0]);
    assert_eq!(read(floats(&[1.0; 3], &[3])).unwrap_err(), Reason::OutputRows);
}
