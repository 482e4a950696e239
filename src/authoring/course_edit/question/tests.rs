//! Every question of the repository, and every new one, has a form that keeps it; forms write what they show.

use std::path::{Path, PathBuf};

use super::choices::OptionFields;
use super::drawn::{Computed, Parameter};
use super::gaps::{Gap, GapKind};
use super::number::{NumberKey, OtherUnit, WrongNumber};
use super::sides::PairFields;
use super::texts::WrongText;
use super::*;
use crate::authoring::course_edit::{bank, skeleton};
use crate::items::{ItemVersion, bank as items};

fn both(en: &str, zh: &str) -> Bilingual {
    Bilingual { en: en.to_owned(), zh: zh.to_owned() }
}

fn new<T>(at: usize, fields: T) -> Row<T> {
    Row { at, fields }
}

fn item(text: &str) -> ItemVersion {
    items::parse(Path::new(""), text).unwrap_or_else(|faults| panic!("{faults:?}\n{text}")).remove(0)
}

/// A new question of a kind, as text and as form.
fn begun(kind: skeleton::Kind) -> (String, Question) {
    let text = skeleton::item(kind, "question");
    let question = read(&text).unwrap().unwrap();
    (text, question)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            found.push(path);
        }
    }
}

#[test]
fn every_question_of_the_courses_has_a_form_that_keeps_it() {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("courses"), &mut found);
    let mut kinds = std::collections::BTreeMap::<&str, usize>::new();
    for file in found {
        let text = std::fs::read_to_string(&file).unwrap();
        if !text.contains("[[items]]") {
            continue;
        }
        for entry in bank::read(&text).unwrap() {
            let question = read(&entry.text).unwrap().unwrap_or_else(|| panic!("{} has no form", entry.id));
            let written = write(&entry.text, &question).unwrap();
            assert_eq!(item(&written), item(&entry.text));
            assert_eq!(written, entry.text, "even its layout");
            *kinds.entry(question.body.kind()).or_default() += 1;
        }
    }
    assert_eq!(kinds.len(), 8, "{kinds:?}");
}

#[test]
fn every_new_question_has_a_form_that_keeps_it() {
    for kind in skeleton::Kind::ALL {
        let (text, question) = begun(kind);
        assert_eq!(write(&text, &question).unwrap(), text, "{}", kind.name());
    }
}

#[test]
fn a_number_gets_units_mistakes_and_another_tolerance() {
    let (text, mut question) = begun(skeleton::Kind::Numeric);
    let text = text.replace("answer = 60\n", "answer = 60 # of them\n");
    let Body::Numeric(numeric) = &mut question.body else { panic!("{question:?}") };
    assert_eq!(numeric.key, NumberKey { answer: "60".into(), is_relative: false, tolerance: "0.5".into() });
    numeric.key = NumberKey { answer: "6000 / 100".into(), is_relative: true, tolerance: "0.7".into() };
    numeric.unit = "kB".to_owned();
    numeric.others = vec![new(0, OtherUnit { name: "MB".into(), size: "1000".into() })];
    numeric.mistakes = vec![new(0, WrongNumber { answer: "600000".into(), why: both("Multiplied.", "误用乘法。") })];
    let written = write(&text, &question).unwrap();
    assert_eq!(read(&written).unwrap().as_ref(), Some(&question));
    let json = serde_json::to_value(item(&written).item.question).unwrap();
    assert_eq!(json["key"], serde_json::json!({ "answer": "6000 / 100", "tolerance": { "relative": 0.007 } }));
    assert_eq!(json["units"], serde_json::json!({ "unit": "kB", "others": { "MB": 1000.0 } }));
    assert_eq!(json["mistakes"][0]["answer"], "600000");
    assert!(written.contains("answer = \"6000 / 100\" # of them"), "{written}");
    // Renamed in its place, and all taken away again.
    let Body::Numeric(numeric) = &mut question.body else { panic!("{question:?}") };
    numeric.others = vec![
        new(0, OtherUnit { name: "GB".into(), size: "1e6".into() }),
        new(1, OtherUnit { name: "%".into(), size: "0.1".into() }),
    ];
    let renamed = write(&written, &question).unwrap();
    assert!(renamed.contains("other_units.GB = 1000000.0\nother_units.\"%\" = 0.1\n"), "{renamed}");
    (numeric_of(&mut question).others, numeric_of(&mut question).mistakes) = (Vec::new(), Vec::new());
    let bare = write(&renamed, &question).unwrap();
    assert!(!bare.contains("other_units") && !bare.contains("mistakes"), "{bare}");
}

fn numeric_of(question: &mut Question) -> &mut Numeric {
    match &mut question.body {
        Body::Numeric(numeric) => numeric,
        other => panic!("{other:?}"),
    }
}

#[test]
fn drawn_numbers_come_go_and_are_renamed_in_their_place() {
    let (text, mut question) = begun(skeleton::Kind::Parameterised);
    let text = text.replace("parameters.n", "# Images.\nparameters.n");
    let drawn = &mut question.drawn;
    assert_eq!(drawn.parameters[1].fields.one_of, "50, 100, 200");
    drawn.parameters[0].fields.name = "images".to_owned();
    drawn.parameters[0].fields.step = String::new();
    drawn.parameters[1].fields.one_of = "50，64 128".to_owned();
    drawn.parameters.push(new(2, Parameter { name: "k".into(), from: "0.5".into(), to: "2".into(), ..<_>::default() }));
    drawn.values[0].fields.formula = "images / b".to_owned();
    drawn.values.push(new(1, Computed { name: "twice".into(), formula: "2 * steps".into() }));
    drawn.conditions = vec!["images > b".into(), "k != 1".into()];
    for text in [&mut question.stem.en, &mut question.stem.zh, &mut question.why.en, &mut question.why.zh] {
        *text = text.replace("{{n}}", "{{images}}");
    }
    let written = write(&text, &question).unwrap();
    for line in [
        "# Images.\nparameters.images = { from = 12000, to = 60000 }\nparameters.b = { one_of = [50, 64, 128] }\n",
        "parameters.k = { from = 0.5, to = 2 }\n",
        "values.steps = \"images / b\"\nvalues.twice = \"2 * steps\"\n",
        "conditions = [\"images > b\", \"k != 1\"]",
    ] {
        assert!(written.contains(line), "{line}{written}");
    }
    assert_eq!(item(&written).item.numbers.parameters.len(), 3);
    question.drawn.parameters.remove(0);
    question.drawn.values.clear();
    question.drawn.conditions.clear();
    let less = write(&written, &question).unwrap();
    assert!(!less.contains("images =") && !less.contains("values") && !less.contains("conditions"), "{less}");
}

#[test]
fn other_kinds_draw_numbers_too() {
    let (text, mut question) = begun(skeleton::Kind::Single);
    question.drawn.parameters = vec![new(0, Parameter { name: "n".into(), one_of: "2, 3".into(), ..<_>::default() })];
    question.stem = both("What is {{n}} + {{n}}?", "{{n}} + {{n}} 等于多少？");
    let written = write(&text, &question).unwrap();
    assert_eq!(read(&written).unwrap().as_ref(), Some(&question));
    assert!(item(&written).item.numbers.are_drawn());
}

#[test]
fn texts_entries_and_pairs_come_move_and_go() {
    let (text, mut question) = begun(skeleton::Kind::Text);
    let Body::Texts(texts) = &mut question.body else { panic!("{question:?}") };
    texts.accepted.remove(1);
    let why = both("That is TP / (TP + FP).", "那是 TP / (TP + FP)。");
    texts.mistakes.push(new(0, WrongText { accepted: vec!["precision".into(), "精确率".into()], why }));
    let written = write(&text, &question).unwrap();
    assert_eq!(read(&written).unwrap().as_ref(), Some(&question));
    item(&written);

    let (text, mut question) = begun(skeleton::Kind::Ordering);
    let Body::Ordering(ordering) = &mut question.body else { panic!("{question:?}") };
    ordering.entries.rotate_left(1);
    ordering.entries.push(new(3, both("update", "更新")));
    let written = write(&text, &question).unwrap();
    let entries = "entries = [\n  { text = { en = \"loss\", zh = \"损失\" } },\n  { text = { en = \"gradients\"";
    assert!(written.contains(entries) && written.contains("\n  { text = { en = \"update\""), "{written}");
    assert_eq!(serde_json::to_value(item(&written).item.question).unwrap()["entries"][3]["zh"], "更新");

    let (text, mut question) = begun(skeleton::Kind::Matching);
    let Body::Matching(matching) = &mut question.body else { panic!("{question:?}") };
    matching.pairs.remove(0);
    matching.pairs.push(new(2, PairFields { left: both("step", "步"), right: both("one update", "一次更新") }));
    matching.extra.clear();
    let written = write(&text, &question).unwrap();
    assert!(!written.contains("extra"), "{written}");
    let question = serde_json::to_value(item(&written).item.question).unwrap();
    assert_eq!(
        (&question["pairs"][0]["left"]["en"], &question["pairs"][1]["left"]["en"]),
        (&"batch".into(), &"step".into())
    );
}

#[test]
fn gaps_change_their_kind() {
    let (text, mut question) = begun(skeleton::Kind::Blanks);
    let Body::Gaps(gaps) = &mut question.body else { panic!("{question:?}") };
    assert_eq!((gaps.gaps[0].fields.kind, gaps.gaps[0].fields.right), (GapKind::Options, Some(1)));
    gaps.gaps[0].fields.options.remove(0);
    gaps.gaps[0].fields.options.push(new(2, both("no", "不含")));
    gaps.gaps[1].fields.kind = GapKind::Number;
    gaps.gaps[1].fields.number = NumberKey { answer: "0.9".into(), is_relative: true, tolerance: "1".into() };
    gaps.gaps.push(new(2, Gap { kind: GapKind::Text, accepted: vec!["SGD".into()], ..Gap::default() }));
    for stem in [&mut question.stem.en, &mut question.stem.zh] {
        stem.push_str(" [3]");
    }
    let written = write(&text, &question).unwrap();
    let blanks = serde_json::to_value(item(&written).item.question).unwrap()["blanks"].clone();
    assert_eq!(
        (&blanks[0]["gap"]["options"]["answer"], &blanks[0]["gap"]["options"]["options"][1]["en"]),
        (&0.into(), &"no".into())
    );
    assert_eq!(blanks[1]["gap"]["number"]["tolerance"]["relative"], 0.01);
    assert_eq!(blanks[2]["gap"]["text"]["accepted"][0], "SGD");
    assert!(!written.contains("momentum"), "what another kind had goes: {written}");
}

#[test]
fn choices_become_one_another() {
    let (text, mut question) = begun(skeleton::Kind::Single);
    let Body::Choices(choices) = &mut question.body else { panic!("{question:?}") };
    choices.kind = ChoiceKind::Multiple;
    choices.options.remove(1);
    choices
        .options
        .push(new(3, OptionFields { text: both("II", "二"), correct: true, why: both("Latin.", "罗马数字。") }));
    let written = write(&text, &question).unwrap();
    assert_eq!(item(&written).item.question.options().len(), 3);
    let Body::Choices(choices) = &mut question.body else { panic!("{question:?}") };
    (choices.kind, choices.is_true) = (ChoiceKind::TrueFalse, true);
    question.why = both("By counting.", "数一数即可。");
    let written = write(&written, &question).unwrap();
    assert!(!written.contains("options"), "{written}");
    item(&written);
}

#[test]
fn what_a_form_cannot_show_is_kept_and_edited_as_text() {
    let (text, question) = begun(skeleton::Kind::Numeric);
    let odd = text.replace("answer = 60", "answer = 60\nhint = [\"x\"] # later");
    assert!(write(&odd, &question).unwrap().contains("hint = [\"x\"] # later"));
    for (old, new) in [
        ("{ absolute = 0.5 }", "{ absolute = 0.5, relative = 1 }"),
        ("kind = \"numeric\"", "kind = \"essay\""),
        ("tags = [\"basics\"]", "tags = [\"basics\", 1]"),
    ] {
        assert_eq!(read(&text.replace(old, new)).unwrap(), None, "{new}");
    }
    // A field left empty takes nothing away that it could not show.
    let odd = text.replace("answer = 60", "answer = [60]");
    assert_eq!(write(&odd, &read(&odd).unwrap().unwrap()).unwrap(), odd);
    // What is only incomplete, or no number, is shown.
    let incomplete = "[[items]]\nid = \"a\"\nkind = \"numeric\"\nstem.en = \"A\"\ntolerance = { absolute = \"x\" }\n";
    let mut question = read(incomplete).unwrap().unwrap();
    assert_eq!(numeric_of(&mut question).key.tolerance, "x");
    // Space around a text is no change: browsers send none.
    let spaced = text.replace("stem.en = \"How", "stem.en = \" How");
    let mut question = read(&spaced).unwrap().unwrap();
    question.stem.en = question.stem.en.trim().to_owned();
    assert_eq!(write(&spaced, &question).unwrap(), spaced);
}
