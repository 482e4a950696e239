//! Splitting, and the files that keep a part.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::{
    exercises::{
        data, files,
        manifest::{Dimension, Role, Tensor},
    },
    grading::{
        Truth,
        contract::{Contract, Dtype, Target},
    },
};

/// So many samples of each class; the only number of a sample is its place.
fn numbered(counts: &[usize]) -> Collected {
    let names: Vec<String> = (0..counts.len()).map(|class| format!("class {class}")).collect();
    let labels: Vec<String> = counts.iter().zip(&names).flat_map(|(count, name)| vec![name.clone(); *count]).collect();
    let samples: Vec<i64> = (0..i64::try_from(labels.len()).unwrap()).collect();
    Collected {
        samples: Array { dims: vec![samples.len()], values: Values::Integers(samples) },
        labels: Array { dims: vec![labels.len()], values: Values::Texts(labels) },
        classes: Some(names),
        columns: Some(vec!["place".into()]),
        label_column: Some("label".into()),
        kind: InputKind::Vector,
        shape: vec![1],
    }
}

fn places(part: &Collected) -> Vec<i64> {
    let Values::Integers(values) = &part.samples.values else { panic!("places") };
    values.clone()
}

#[test]
fn classes_are_divided_by_the_shares_and_the_seed_decides() {
    let collected = numbered(&[600, 50, 1]);
    let shares = Shares { public: 0.6, hidden: 0.3, private: 0.1 };
    let parts = split(&collected, shares, 7).unwrap();
    let counts = |part: &Collected| class_counts(part, collected.classes.as_deref().unwrap());
    assert_eq!(counts(parts.public.as_ref().unwrap()), [360, 30, 0]);
    assert_eq!(counts(&parts.hidden), [180, 15, 1], "what cannot be divided is hidden");
    assert_eq!(counts(parts.private.as_ref().unwrap()), [60, 5, 0]);
    assert_eq!(split(&collected, shares, 7).unwrap(), parts);
    assert_ne!(split(&collected, shares, 8).unwrap().hidden, parts.hidden);
    let drawn = places(&parts.hidden);
    assert!(!drawn.is_sorted(), "the order says nothing about the classes");
    let none = split(&collected, Shares { public: 0.0, hidden: 1.0, private: 0.0 }, 7).unwrap();
    assert!(none.public.is_none() && none.private.is_none() && none.hidden.len() == 651);
    for (public, hidden, private) in [(0.5, 0.4, 0.0), (1.0, 0.0, 0.0), (-0.1, 1.1, 0.0), (f64::NAN, 0.5, 0.5)] {
        let fault = split(&collected, Shares { public, hidden, private }, 7).unwrap_err();
        assert!(matches!(fault, IntakeFault::BadShares { .. }));
        speaks(&fault);
    }
    let fault = split(&numbered(&[1, 1]), Shares { public: 0.5, hidden: 0.5, private: 0.0 }, 7).unwrap_err();
    assert_eq!(fault, IntakeFault::EmptyPart { part: "public" });
    speaks(&fault);
}

/// The array of an entry, as an exercise reads it.
fn kept_array(files: &[KeptFile], role: Role) -> Array {
    let file = files.iter().find(|file| file.entry.role == role).unwrap();
    assert_eq!(file.entry.sha256, hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&file.bytes)));
    assert_eq!(file.entry.is_csv(), file.entry.columns.is_some());
    files::read(&file.entry, &file.bytes, None).unwrap()
}

/// Keeps a part, reads it back as an exercise does, and feeds it.
fn comes_back(collected: &Collected, dtype: Dtype) {
    let files = kept_files(PartName::Hidden, collected, "features").unwrap();
    let samples = kept_array(&files, Role::HiddenSamples);
    assert_eq!(samples, collected.samples);
    assert_eq!(kept_array(&files, Role::HiddenLabels), collected.labels);
    let sizes = collected.shape.iter().map(|size| Dimension::Size(*size));
    let shape = [Dimension::Name("N".into())].into_iter().chain(sizes).collect();
    let input = Tensor { name: "features".into(), kind: Some(collected.kind), shape, dtype };
    data::kept(&input, samples).unwrap();
    let target = collected.classes.clone().map_or(Target::Value, Target::Classes);
    let contract = Contract { inputs: Vec::new(), output: "scores".into(), target };
    match data::truth(&contract, collected.labels.clone()).unwrap() {
        Truth::Classes(classes) => {
            let mut counts = vec![0; contract.classes()];
            for class in classes {
                counts[class as usize] += 1;
            }
            assert_eq!(counts, class_counts(collected, collected.classes.as_deref().unwrap()));
        }
        Truth::Values(values) => assert_eq!(values.len(), collected.len()),
    }
}

#[test]
fn what_was_read_is_kept_and_read_back_by_an_exercise() {
    let csv = |text: &str, described: &Described| Folder::of(&[("t.csv", text.as_bytes())]).read(described).unwrap();
    comes_back(&csv("a,b,label\n1,0.5,yes\n3,2,no\n", &classes()), Dtype::Float32);
    comes_back(&csv("a,b,label\n1,5,2\n3,2,5\n", &classes()), Dtype::Float32);
    comes_back(&csv("a,label\n1.0,0\n3.0,1\n", &classes()), Dtype::Float32);
    comes_back(&csv("a,y\n1,0.25\n3,1e300\n", &guess(TaskKind::Regression)), Dtype::Float32);
    comes_back(&csv("a,y\n1,4\n3,5\n", &guess(TaskKind::Regression)), Dtype::Float32);
    comes_back(&csv("\"t, 1\",label\n\"a \"\"b\"\"\nc, d\",x\n,y\n", &classes()), Dtype::String);
    let tokens = Described { kind: Some(InputKind::Tokens), ..classes() };
    comes_back(&csv("a,b,label\n1,5,x\n3,2,y\n", &tokens), Dtype::Int64);
    let y = npy("|u1", "(2,)", &[1, 0]);
    let x = npy("<f8", "(2, 2)", &[0.1_f64, -2.0, 3e-9, 7.0].iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<_>>());
    comes_back(&reads(&[("x.npy", &x), ("y.npy", &y)]), Dtype::Float32);
    comes_back(&reads(&[("x.npy", &npy("|u1", "(2, 2, 1, 3)", &[9; 12])), ("y.npy", &y)]), Dtype::Uint8);
    let named = reads(&[("x.npy", &npy("|u1", "(2, 2, 2)", &[9; 8])), ("y.npy", &y)]);
    let named = named.renamed(&["T-shirt".to_owned(), "boot".to_owned()]).unwrap();
    assert_eq!((&named.labels.values, named.classes.as_ref().unwrap().len()), (&Values::Integers(vec![1, 0]), 2));
    comes_back(&named, Dtype::Float32);
    assert!(matches!(named.renamed(&["one".to_owned()]), Err(IntakeFault::ClassNames { found: 1, wanted: 2 })));
}

#[test]
fn a_part_whose_labels_would_be_read_as_something_else_is_refused() {
    let mut collected = numbered(&[1, 1]);
    collected.labels.values = Values::Texts(vec!["1".into(), "2".into()]);
    let fault = kept_files(PartName::Public, &collected, "x").unwrap_err();
    assert_eq!(fault, IntakeFault::MixedNames { part: "public" });
    speaks(&fault);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_sample_is_in_exactly_one_part(
        counts in prop::collection::vec(1_usize..40, 2..6), seed: u64, weights in prop::array::uniform3(0_u32..10),
    ) {
        let [public, hidden, private] = weights.map(f64::from);
        let sum = public + hidden + 1.0 + private;
        let shares = Shares { public: public / sum, hidden: (hidden + 1.0) / sum, private: private / sum };
        let collected = numbered(&counts);
        let parts = match split(&collected, shares, seed) {
            Ok(parts) => parts,
            Err(fault) => {
                let is_small = matches!(fault, IntakeFault::EmptyPart { part } if part != "hidden");
                prop_assert!(is_small, "{fault}");
                return Ok(());
            }
        };
        let Values::Texts(labels) = &collected.labels.values else { panic!("names") };
        let mut seen = BTreeSet::new();
        for part in [parts.public.as_ref(), Some(&parts.hidden), parts.private.as_ref()].into_iter().flatten() {
            let Values::Texts(own) = &part.labels.values else { panic!("names") };
            prop_assert_eq!(part.len(), own.len());
            for (place, label) in places(part).into_iter().zip(own) {
                prop_assert_eq!(label, &labels[usize::try_from(place).unwrap()]);
                prop_assert!(seen.insert(place), "sample {} twice", place);
            }
        }
        prop_assert_eq!(seen.len(), collected.len());
        let hidden = class_counts(&parts.hidden, collected.classes.as_deref().unwrap());
        prop_assert!(hidden.iter().all(|count| *count > 0), "every class is graded");
    }

    #[test]
    fn tables_of_any_numbers_and_names_come_back(
        rows in prop::collection::vec((prop::array::uniform2(prop::num::f64::NORMAL), "[a-z ,;\"\n证书]{0,8}[a-z]"), 2..30),
        whole: bool,
    ) {
        #[expect(clippy::cast_possible_truncation, reason = "any whole number will do")]
        let values: Vec<i64> = rows.iter().flat_map(|(row, _)| *row).map(|value| value as i64).collect();
        let floats = rows.iter().flat_map(|(row, _)| *row).collect();
        let labels: Vec<String> = rows.iter().map(|(_, label)| label.trim().to_owned()).collect();
        let collected = Collected {
            samples: Array {
                dims: vec![rows.len(), 2],
                values: if whole { Values::Integers(values) } else { Values::Floats(floats) },
            },
            labels: Array { dims: vec![rows.len()], values: Values::Texts(labels.clone()) },
            columns: Some(vec!["one, \"quoted\"".into(), "二".into()]),
            label_column: Some("label".into()),
            classes: Some(labels),
            kind: InputKind::Vector,
            shape: vec![2],
        };
        let files = kept_files(PartName::Hidden, &collected, "x").unwrap();
        prop_assert_eq!(kept_array(&files, Role::HiddenSamples), collected.samples);
        prop_assert_eq!(kept_array(&files, Role::HiddenLabels), collected.labels);
    }
}
