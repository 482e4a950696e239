//! The committed exercises load, and a faulty manifest says what is wrong with it.

use std::{collections::BTreeMap, fs, path::Path};

use super::{
    ContentError, data, load_all,
    manifest::{Manifest, Role},
};
use crate::messages::{Lang, Tr};

fn committed() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/exercises"))
}

fn digits() -> String {
    fs::read_to_string(committed().join("mnist-digits/exercise.toml")).unwrap()
}

#[test]
fn every_committed_exercise_loads_with_its_data() {
    let exercises = load_all(committed()).unwrap();
    assert_eq!(
        exercises.iter().map(|exercise| exercise.slug.as_str()).collect::<Vec<_>>(),
        ["breast-cancer", "course-questions", "fashion-mnist", "hello-onnx", "mnist-digits", "mnist-train"]
    );
    for exercise in &exercises {
        let evaluation = data::evaluation(&exercise.manifest, |file| exercise.read_data(file), None).unwrap();
        assert!(evaluation.open.truth.len() >= 200);
        assert_eq!(evaluation.practice.is_some(), exercise.manifest.earns, "{}", exercise.slug);
        assert!(!exercise.starter.is_empty() && exercise.statement.en.len() > 500 && exercise.statement.zh.len() > 500);
    }
    let [.., hello, digits, train] = exercises.as_slice() else { panic!("six exercises") };
    assert!(!hello.manifest.earns && digits.manifest.earns);
    assert!(train.manifest.script.as_ref().is_some_and(|script| script.max_bytes == 16_384 && !script.models));
    assert_eq!(digits.manifest.contract().inputs[0].elements(), 784);
}

#[test]
fn learners_get_training_data_and_never_test_data_of_an_exercise_that_earns() {
    for exercise in load_all(committed()).unwrap().iter().filter(|exercise| exercise.manifest.earns) {
        let public: Vec<_> = exercise.manifest.public_data().map(|file| &file.sha256).collect();
        assert!(exercise.manifest.data.iter().filter(|f| f.role.is_hidden()).all(|f| !public.contains(&&f.sha256)));
        assert!(
            exercise
                .manifest
                .starter
                .iter()
                .all(|name| Path::new(name).extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("onnx")))
        );
    }
}

#[test]
fn no_file_is_stored_twice() {
    let mut seen = BTreeMap::new();
    let mut folders = vec![committed().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Some(other) = seen.insert(fs::read(&path).unwrap(), path.clone()) {
                panic!("{} is {}", path.display(), other.display());
            }
        }
    }
}

#[test]
fn the_version_follows_what_decides_a_score_and_nothing_else() {
    let version = |text: &str| Manifest::parse(Path::new("exercise.toml"), text).unwrap().version();
    let text = digits();
    for same in [("attempts_per_day = 10", "attempts_per_day = 3"), ("Handwritten digits", "Digits")] {
        assert_eq!(version(&text.replace(same.0, same.1)), version(&text), "{same:?}");
    }
    for other in [("pass = 0.975", "pass = 0.97"), ("wall_seconds = 60", "wall_seconds = 61"), ("\"9\"]", "\"nine\"]")]
    {
        assert_ne!(version(&text.replace(other.0, other.1)), version(&text), "{other:?}");
    }
}

#[test]
fn a_faulty_manifest_says_what_is_wrong() {
    for (from, to, sentence) in [
        ("format = 1", "format = 2", "reads format = 1"),
        ("earns = true", "earn = true", "unknown field `earn`"),
        ("zh = \"手写数字识别\"", "zh = \" \"", "title needs a text in both languages"),
        ("attempts_per_day = 10", "attempts_per_day = 0", "at least 1"),
        ("attempts_per_day = 10", "attempts_per_day = 4294967295", "attempts_per_day: 1 to 1000"),
        ("en = \"Handwritten digits", "en = \"\\u0000digits", "title.en: holds the control character U+0000"),
        ("en = \"Handwritten digits", "en = \"Hand\\nwritten digits", "title` must be one line"),
        ("\"8\", \"9\"]", "\"8\", \"8\"]", "names a class twice"),
        ("shape = [\"N\", 10]", "shape = [\"N\", 9]", "the number of classes"),
        ("shape = [\"N\", 28, 28, 1]", "shape = [28, 28, 1]", "must be [\"N\""),
        ("role = \"hidden_labels\"", "role = \"public_labels\"", "two data files have the same role"),
        ("pass = 0.975", "pass = 97.5", "between 0 and 1"),
        ("distinction = 0.988", "distinction = 0.9", "between marks.pass and the best"),
        ("memory_mb = 1536", "memory_mb = 16", "256 to 65536"),
        ("file = \"data/train-labels", "file = \"../../data/train-labels", "leaves the folder"),
        ("starter = [\"train.py\"]", "starter = [\"../train.py\"]", "no file name"),
        ("verdict = \"passed\"", "verdict = \"below_mark\"", "a right submission passes"),
        ("verdict = \"external_data\"", "verdict = \"passed\"", "must not pass"),
    ] {
        let text = digits();
        assert!(text.contains(from), "{from}");
        let fault = Manifest::parse(Path::new("exercise.toml"), &text.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(fault.contains(sentence), "{to}: {fault}");
    }
}

#[test]
fn a_faulty_manifest_says_so_in_the_readers_language() {
    for (from, to, sentence) in [
        ("earns = true", "earn = true", "第 2 行：没有名为 `earn` 的字段；可用字段：`format`、`title`"),
        ("memory_mb = 1536", "memory_mb = 16", "exercise.toml：`limits.memory_mb` 须为 256 至 65536"),
        ("shape = [\"N\", 10]", "shape = [\"N\", 9]", "形状须为 [\"N\", 10]，即类别数"),
        ("zh = \"手写数字识别\"", "zh = \" \"", "`title` 须有 `en` 和 `zh` 两种语言的文本"),
    ] {
        let text = digits().replacen(from, to, 1);
        let fault = Manifest::parse(Path::new("exercise.toml"), &text).unwrap_err().words(Tr::new(Lang::ZhCn));
        assert!(fault.contains(sentence), "{to}: {fault}");
    }
}

#[test]
fn data_with_other_bytes_are_refused() {
    let exercise = super::load(&committed().join("hello-onnx")).unwrap();
    let fault = data::evaluation(&exercise.manifest, |_| Ok(b"something else".to_vec()), None).unwrap_err();
    assert!(matches!(fault, ContentError::Hash { .. }), "{fault}");
    let labels = exercise.manifest.data_file(Role::HiddenLabels, None).unwrap();
    assert_eq!(exercise.read_data(labels).unwrap().len(), 28_857);
}
