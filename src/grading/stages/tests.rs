//! A child may say anything in any order: the parent never panics, never keeps more than it asked for, and always ends.

use std::sync::{Arc, atomic::AtomicBool};

use proptest::prelude::*;

use super::*;
use crate::grading::{
    DataSet, Evaluation, Marks, Truth,
    contract::{Contract, Dtype, InputKind, InputSpec, Limits, Target},
    metrics::Metric,
    practice::Practice,
    scale::Scale,
    seal::{Seal, Sealed, Source},
    shared::SharedBytes,
};

/// Three samples of one pixel, three practice samples, private sealed samples, three classes.
fn evaluation() -> Evaluation {
    let input = InputSpec { name: "x".into(), kind: InputKind::Image, shape: vec![1, 1, 1], dtype: Dtype::Float32 };
    let names = ["a", "b", "c"].map(str::to_owned).to_vec();
    let contract = Contract { inputs: vec![input], output: "y".into(), target: Target::Classes(names) };
    let samples = vec![Arc::new(SharedBytes::new(&[1, 2, 3]).unwrap())];
    let data = DataSet { samples, truth: Truth::Classes(vec![0, 1, 2]) };
    Evaluation {
        practice: Some(Practice::new(&contract, data.clone(), vec![]).unwrap()),
        sealed: Some(Sealed { mark: 0.5, source: Source::Private { set: "s".into(), data: data.clone() } }),
        open: data,
        contract,
        metric: Metric::Accuracy,
        marks: Marks { pass: 0.5, distinction: None },
        conditions: vec![],
        limits: Limits::default(),
    }
}

/// What is kept of a sentence about a model that met hidden samples of an exercise without classes.
#[test]
fn numbers_in_a_sentence_about_hidden_samples_are_left_out_whole() {
    let mut evaluation = evaluation();
    evaluation.contract.target = Target::Value;
    let values = Truth::Values(vec![0.0, 1.0, 2.0]);
    evaluation.open.truth = values.clone();
    evaluation.practice.as_mut().unwrap().data.truth = values;
    evaluation.sealed = None;
    let cancel = AtomicBool::new(false);
    let (weights, scale, extent) = (None, None, Extent::Whole);
    let seal = Seal::derive(b"key", "version", "test");
    let job =
        Job { model: b"", weights, scale, evaluation: &evaluation, seal, extent, cancel: &cancel, progress: &|_| () };
    let (begin, ready) = (|| (), || Ok(()));
    let mut stages = Stages::new(&job, Sets { open: 2, sealed: 3 }, &begin, &ready);
    stages.hear(Message::Event(Event::Loaded { adapted: vec![], scale: None, batch: None }));
    stages.hear(Message::Event(Event::Chosen { output: Output::Values, name: "y".into(), adapted: vec![] }));
    stages.hear(Message::Batch(vec![0; 12]));
    stages.hear(Message::Event(Event::Ran));
    assert!(stages.heard.met_hidden, "a regression has no score in practice");
    let args = [("found", "22450"), ("expected", "float32 [1,10,10]"), ("name", "scores")];
    let args = args.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    stages.hear(Message::Event(Event::Refused { reason: Reason::OutputShape, args }));
    let kept = stages.heard.refused.unwrap().args;
    assert_eq!(kept.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>(), ["…", "…", "scores"]);
}

#[test]
fn two_classes_as_signs_are_named() {
    let mut evaluation = evaluation();
    evaluation.contract.target = Target::Classes(vec!["no".into(), "yes".into()]);
    evaluation.practice.as_mut().unwrap().data.truth = Truth::Classes(vec![0, 1, 1]);
    let cancel = AtomicBool::new(false);
    let (weights, scale, extent) = (None, None, Extent::Whole);
    let seal = Seal::derive(b"key", "version", "test");
    let job =
        Job { model: b"", weights, scale, evaluation: &evaluation, seal, extent, cancel: &cancel, progress: &|_| () };
    let (begin, ready) = (|| (), || Ok(()));
    let said = |labels: [u32; 3]| {
        let mut stages = Stages::new(&job, Sets { open: 2, sealed: 3 }, &begin, &ready);
        stages.hear(Message::Event(Event::Loaded { adapted: vec![], scale: None, batch: None }));
        stages.hear(Message::Event(Event::Chosen { output: Output::Labels, name: "y".into(), adapted: vec![] }));
        stages.hear(Message::Batch(labels.iter().flat_map(|label| label.to_le_bytes()).collect()));
        stages.hear(Message::Event(Event::Ran));
        stages.heard.refused.map(|refusal| refusal.reason)
    };
    assert_eq!(said([u32::MAX, 1, 1]), Some(Reason::LabelSigns));
    assert_eq!(said([0, 1, u32::MAX]), Some(Reason::LabelRange));
    assert_eq!(said([0, 1, 1]), None);
}

fn message() -> impl Strategy<Value = Message> {
    let output = prop_oneof![Just(Output::Scores), Just(Output::Labels), Just(Output::Values)];
    let reason = proptest::sample::select(Reason::ALL);
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..64).prop_map(Message::Batch),
        (0_usize..4).prop_map(|rows| Message::Batch(vec![0; rows * 12])),
        proptest::option::of(any::<usize>())
            .prop_map(|batch| { Message::Event(Event::Loaded { adapted: vec![], scale: Some(Scale::Unit), batch }) }),
        output.prop_map(|output| Message::Event(Event::Chosen { output, name: "y\u{1b}".into(), adapted: vec![] })),
        (reason, ".*").prop_map(|(reason, text)| {
            Message::Event(Event::Refused { reason, args: vec![("found".into(), text.clone()), (text, "x".into())] })
        }),
        any::<bool>().prop_map(|loading| Message::Event(Event::Failed { loading, message: "no".into() })),
        Just(Message::Event(Event::Ran)),
        Just(Message::Event(Event::Done)),
        Just(Message::Event(Event::Ready { isolation: vec![] })),
    ]
}

proptest! {
    #[test]
    fn whatever_a_child_says_the_parent_keeps_its_head(messages in proptest::collection::vec(message(), 0..60)) {
        let (evaluation, cancel) = (evaluation(), AtomicBool::new(false));
        let (weights, scale, extent) = (None, None, Extent::Whole);
        let seal = Seal::derive(b"key", "version", "test");
        let job = Job { model: b"", weights, scale, evaluation: &evaluation, seal, extent, cancel: &cancel, progress: &|_| () };
        let (begin, ready) = (|| (), || Ok(()));
        let mut stages = Stages::new(&job, Sets { open: 2, sealed: 3 }, &begin, &ready);
        for message in messages {
            let was_over = stages.is_over();
            let reply = stages.hear(message);
            prop_assert!(!was_over || matches!(reply, Reply::Forbidden), "nothing is believed after the end");
            prop_assert!(stages.words.len() <= 3 * 3, "no more than was asked for");
            if let Some(refusal) = &stages.heard.refused {
                let clean = refusal.args.iter().all(|(name, text)| Reason::ARGUMENTS.contains(&name.as_str()) && !text.contains('\u{1b}'));
                prop_assert!(clean, "{refusal:?}");
            }
        }
        prop_assert!(stages.heard.sealed.is_none() || stages.heard.open.is_some());
    }
}
