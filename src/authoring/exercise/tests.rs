//! Drafts of manifests as forms fill them.

use std::path::Path;

use super::*;
use crate::exercises::manifest::{Manifest, Sealed};

fn parsed(draft: &Draft) -> Result<Manifest, Fault> {
    Manifest::parse(Path::new("exercise.toml"), &draft.to_string())
}

fn title() -> Bilingual {
    Bilingual { en: "Wine".into(), zh: "葡萄酒".into() }
}

fn file(path: &str, role: Role) -> DataFile {
    let is_samples = matches!(role, Role::PublicSamples | Role::HiddenSamples);
    DataFile {
        file: path.into(),
        sha256: "0".repeat(64),
        role,
        input: is_samples.then(|| INPUT.into()),
        take: None,
        columns: Some(if is_samples { vec!["a".into(), "b".into()] } else { vec!["y".into()] }),
    }
}

fn settings() -> Settings {
    Settings {
        title: title(),
        summary: Bilingual { en: "Which wine?".into(), zh: "哪种酒？".into() },
        earns: true,
        show_images: false,
        attempts_per_day: 5,
        metric: "accuracy".into(),
        pass: 0.8,
        distinction: Some(0.95),
        sealing: Sealing::None,
        sealed_mark: 0.7,
        model_mb: 10,
        wall_seconds: 20,
        cpu_seconds: 20,
        memory_mb: 512,
        script: None,
    }
}

fn whole() -> Draft {
    let mut draft = Draft::new(TaskKind::Classification, &title());
    draft.apply(&settings());
    let files = [file("data/hidden.csv", Role::HiddenSamples), file("data/hidden.csv", Role::HiddenLabels)];
    let classes = vec!["red".to_owned(), "white".to_owned()];
    draft.set_data(&Interface { kind: InputKind::Vector, shape: vec![2], classes }, &files);
    draft
}

#[test]
fn a_draft_filled_by_forms_is_a_manifest() {
    let mut draft = whole();
    draft.put_example("right/good.onnx", Verdict::Passed);
    draft.put_example("wrong/poor.onnx", Verdict::BelowMark);
    draft.put_starter("train.py");
    let manifest = parsed(&draft).unwrap();
    assert_eq!(manifest.title, title());
    assert_eq!((manifest.marks.pass, manifest.marks.distinction), (0.8, Some(0.95)));
    assert_eq!(manifest.limits.max_model_bytes, 10_000_000);
    assert_eq!(manifest.classes(), ["red", "white"]);
    assert_eq!((manifest.right.len(), manifest.wrong.len()), (1, 1));
    assert_eq!(manifest.starter, ["train.py"]);
}

#[test]
fn a_draft_without_data_says_what_is_missing() {
    let draft = Draft::new(TaskKind::Regression, &title());
    assert_eq!(draft.task(), TaskKind::Regression);
    assert!(parsed(&draft).unwrap_err().to_string().contains("missing field"));
}

#[test]
fn comments_and_unknown_ranges_stay_where_a_form_sets_a_value() {
    let text = format!(
        "{}\n[sealed] # drawn anew\nkind = \"variants\"\nmark = 0.5 # measured\nfamily = \"image\"\nscale = 0.2\n",
        whole()
    );
    let mut draft = Draft::parse(Path::new("exercise.toml"), &text).unwrap();
    assert_eq!(draft.sealing(), Sealing::ImageVariants);
    draft.apply(&Settings { sealing: Sealing::ImageVariants, sealed_mark: 0.6, ..settings() });
    let text = draft.to_string();
    assert!(text.contains("mark = 0.6 # measured") && text.contains("scale = 0.2"), "{text}");
    draft.apply(&Settings { sealing: Sealing::Private, sealed_mark: 0.6, ..settings() });
    let manifest = parsed(&draft).unwrap();
    assert_eq!(manifest.sealed, Some(Sealed::Private { mark: 0.6 }));
    draft.apply(&settings());
    assert!(!draft.has(&["sealed"]));
}

#[test]
fn an_example_has_one_verdict_and_can_go() {
    let mut draft = whole();
    draft.put_example("right/a.onnx", Verdict::Passed);
    draft.put_example("right/a.onnx", Verdict::BelowMark);
    assert_eq!(draft.examples(), [("right/a.onnx".to_owned(), "below_mark".to_owned())]);
    draft.put_starter("train.py");
    draft.drop_file("right/a.onnx");
    draft.drop_file("starter/train.py");
    assert!(draft.examples().is_empty() && draft.text(&["starter"]).is_empty());
    parsed(&draft).unwrap();
}

#[test]
fn every_kind_of_sealed_evaluation_is_a_manifest() {
    let kinds = [
        (Sealing::ImageVariants, InputKind::Image, vec![8, 8, 1]),
        (Sealing::TextVariants, InputKind::Text, vec![]),
        (Sealing::Private, InputKind::Vector, vec![2]),
    ];
    for (sealing, kind, shape) in kinds {
        let mut draft = Draft::new(TaskKind::Classification, &title());
        let files = [file("data/h.csv", Role::HiddenSamples), file("data/h.csv", Role::HiddenLabels)];
        let classes = vec!["red".to_owned(), "white".to_owned()];
        draft.set_data(&Interface { kind, shape, classes }, &files);
        draft.apply(&Settings { sealing, ..settings() });
        assert_eq!(draft.sealing(), sealing);
        parsed(&draft).unwrap_or_else(|fault| panic!("{sealing:?}: {fault}"));
    }
}
