//! What is found in data.

use std::fmt::Write as _;

use rand::{RngExt as _, SeedableRng as _, rngs::ChaCha8Rng};

use super::*;

fn task(classes: &[&str]) -> Task {
    Task::Classification { classes: classes.iter().map(|name| (*name).to_owned()).collect() }
}

fn table(text: &str, task: TaskKind) -> Collected {
    Folder::of(&[("t.csv", text.as_bytes())]).read(&guess(task)).unwrap()
}

/// What is found, by key, and that each of it has its sentence.
fn keys(found: &[Finding]) -> Vec<(Severity, &'static str)> {
    for finding in found {
        for lang in Lang::ALL {
            let sentence = text(lang, finding.key(), &finding.args());
            assert!(sentence != finding.key() && !sentence.contains("{ $"), "{finding:?}: {sentence}");
        }
    }
    found.iter().map(|finding| (finding.severity, finding.key().trim_start_matches("intake-finding-"))).collect()
}

fn in_hidden(hidden: &Collected, task: &Task) -> Vec<(Severity, &'static str)> {
    keys(&findings(None, hidden, None, task))
}

/// A table of two features that say a little, with the classes of `label`.
fn rows(from: usize, to: usize, label: impl Fn(usize) -> String) -> Collected {
    let mut text = "a,b,label\n".to_owned();
    for row in from..to {
        writeln!(text, "{},{},{}", row * 7919 % 1009, row * row % 997, label(row)).unwrap();
    }
    table(&text, TaskKind::Classification)
}

fn third(row: usize) -> String {
    ["x", "y", "z"][row % 3].to_owned()
}

#[test]
fn sound_data_has_no_findings() {
    let (public, hidden, private) = (rows(0, 200, third), rows(200, 400, third), rows(400, 500, third));
    let found = findings(Some(&public), &hidden, Some(&private), &task(&["x", "y", "z"]));
    assert_eq!(keys(&found), []);
    assert!((majority_share(&hidden) - 67.0 / 200.0).abs() < 1e-12);
}

#[test]
fn classes_are_compared_with_those_of_the_task() {
    use Severity::{Fault, Warning};
    let sound = rows(0, 300, third);
    let two = rows(300, 500, |row| ["x", "y"][row % 2].to_owned());
    let all = task(&["x", "y", "z"]);
    assert_eq!(keys(&findings(Some(&two), &sound, None, &all)), [(Warning, "missing")]);
    assert_eq!(keys(&findings(Some(&sound), &two, None, &all)), [(Fault, "missing-hidden")]);
    assert_eq!(in_hidden(&sound, &task(&["x", "y"])), [(Fault, "label")]);
    let uneven = rows(0, 300, |row| if row % 30 == 0 { "y".into() } else { "x".into() });
    let found = findings(None, &uneven, None, &task(&["x", "y"]));
    assert_eq!(keys(&found), [(Warning, "balance")]);
    assert!(found[0].args().contains(&("share", "96.7".to_owned())));
    assert_eq!(in_hidden(&rows(0, 60, third), &all), [(Warning, "few")]);
}

#[test]
fn numbers_that_are_names_and_positions_are_ambiguous() {
    let numbered = |classes: usize| rows(0, 200, move |row| (row % classes + 1).to_string());
    let names = task(&["1", "2", "3"]);
    assert_eq!(in_hidden(&numbered(3), &names), [], "3 is no position, so that all are names");
    // Without the 3, 1 and 2 would be read as positions.
    let keys = in_hidden(&numbered(2), &names);
    assert!(keys.contains(&(Severity::Fault, "ambiguous")), "{keys:?}");
    assert_eq!(class_counts(&numbered(3), &["1", "2", "3"].map(str::to_owned)), [67, 67, 66]);
}

#[test]
fn copies_are_found_within_and_between_parts() {
    use Severity::{Fault, Warning};
    let (public, hidden) = (rows(0, 300, third), rows(298, 498, third));
    let all = task(&["x", "y", "z"]);
    assert_eq!(keys(&findings(Some(&public), &hidden, None, &all)), [(Warning, "copies")], "1 %");
    let found = findings(Some(&public), &rows(290, 490, third), None, &all);
    assert_eq!(keys(&found), [(Fault, "copies")]);
    assert!(
        found[0].args().contains(&("count", "10".to_owned())) && found[0].args().contains(&("place", "291".into()))
    );
    let found = findings(Some(&public), &rows(300, 500, third), Some(&rows(310, 410, third)), &all);
    assert_eq!(keys(&found), [(Fault, "copies")]);
    assert_eq!(found[0].args()[..2], [("part", "private".to_owned()), ("other", "hidden".to_owned())]);
    let twice = rows(0, 200, third);
    let double = split(&twice, Shares { public: 0.0, hidden: 1.0, private: 0.0 }, 1).unwrap().hidden;
    assert_eq!(in_hidden(&double, &all), []);
    let repeated = rows(0, 200, third);
    let mut repeated = Collected { columns: None, ..repeated };
    let Values::Integers(values) = &mut repeated.samples.values else { panic!("whole numbers") };
    values.copy_within(0..2, 4);
    assert_eq!(in_hidden(&repeated, &all), [(Warning, "repeated")]);
}

/// Images of noise, in two classes.
fn images(seed: u64, count: usize, change: u8) -> Collected {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let pixels: Vec<u8> = (0..count * 64).map(|_| random.random_range(0..200) + change).collect();
    let labels: Vec<u8> = [0, 1].into_iter().cycle().take(count).collect();
    let x = npy("|u1", &format!("({count}, 8, 8)"), &pixels);
    reads(&[("x.npy", &x), ("y.npy", &npy("|u1", &format!("({count},)"), &labels))])
}

#[test]
fn images_that_were_barely_changed_are_found_and_equal_ones_too() {
    let both = task(&["0", "1"]);
    let (public, hidden) = (images(0, 120, 0), images(0, 120, 3));
    let found = findings(Some(&public), &hidden, None, &both);
    assert_eq!(keys(&found), [(Severity::Warning, "near")]);
    assert_eq!(keys(&findings(Some(&public), &images(1, 120, 0), None, &both)), []);
    let equal = reads(&[
        ("x.npy", &npy("|u1", "(120, 8, 8)", &[7; 7680])),
        ("y.npy", &npy("|u1", "(120,)", &[0, 1].repeat(60))),
    ]);
    assert_eq!(in_hidden(&equal, &both), [(Severity::Warning, "repeated"), (Severity::Warning, "all-equal")]);
}

#[test]
fn the_search_for_near_samples_is_bounded() {
    let many = |count: usize| Collected {
        samples: Array { dims: vec![count, 1, 1, 1], values: Values::Bytes(vec![1; count]) },
        labels: Array { dims: vec![count], values: Values::Integers([0, 1].into_iter().cycle().take(count).collect()) },
        classes: None,
        columns: None,
        label_column: None,
        kind: InputKind::Image,
        shape: vec![1, 1, 1],
    };
    let found = findings(Some(&many(20_000)), &many(10_001), None, &task(&["0", "1"]));
    assert!(keys(&found).contains(&(Severity::Warning, "near-skipped")));
}

#[test]
fn columns_that_say_nothing_or_everything_are_named() {
    let classes = task(&["x", "y"]);
    let with = |column: &dyn Fn(usize) -> String| {
        let mut text = "a,b,label\n".to_owned();
        for row in 0..200 {
            writeln!(text, "{},{},{}", row * 7919 % 1009, column(row), ["x", "y"][row % 3 % 2]).unwrap();
        }
        findings(None, &table(&text, TaskKind::Classification), None, &classes)
    };
    let named = |found: &[Finding], name: &'static str| found[0].args().contains(&(name, "b".to_owned()));
    let constant = with(&|_| "5".into());
    assert!(keys(&constant) == [(Severity::Warning, "constant")] && named(&constant, "columns"));
    let id = with(&|row| (row + 1000).to_string());
    assert!(keys(&id) == [(Severity::Warning, "row-numbers")] && named(&id, "column"));
    let nameless = |first: &str| {
        let mut text = format!("{first},x\n");
        for row in 0..200 {
            writeln!(text, "{},{}", row * 7919 % 1009, ["x", "y"][row % 3 % 2]).unwrap();
        }
        let described = Described { label: Some("x".into()), ..guess(TaskKind::Classification) };
        findings(None, &Folder::of(&[("t.csv", text.as_bytes())]).read(&described).unwrap(), None, &task(&["x", "y"]))
    };
    assert_eq!(keys(&nameless("0.346")), [(Severity::Warning, "nameless")]);
    assert_eq!(keys(&nameless("0")), [], "as pandas names columns");
    let leak = with(&|row| ["0.25", "-3"][row % 3 % 2].into());
    assert!(keys(&leak) == [(Severity::Fault, "leak")] && named(&leak, "columns"));
}

#[test]
fn a_regression_is_looked_over_too() {
    let with = |label: &dyn Fn(u32) -> f64| {
        let mut text = "a,b,y\n".to_owned();
        for row in 0..200 {
            writeln!(text, "{},{},{}", row * 7919 % 1009, row * row % 997, label(row)).unwrap();
        }
        findings(None, &table(&text, TaskKind::Regression), None, &Task::Regression)
    };
    assert_eq!(keys(&with(&|row| f64::from(row * row * row % 991))), []);
    assert_eq!(keys(&with(&|row| f64::from(row % 2))), [(Severity::Warning, "few-values")]);
    let leak = with(&|row| 0.1 - 2.5 * f64::from(row * 7919 % 1009));
    assert_eq!(keys(&leak), [(Severity::Fault, "leak")]);
    assert!(leak[0].args().contains(&("columns", "a".to_owned())));
}

#[test]
fn parts_of_another_form_and_numbers_that_are_none_are_faults() {
    let hidden = rows(0, 200, third);
    let other = table("a,c,label\n1,2,x\n3,4,y\n5,6,z\n", TaskKind::Classification);
    let all = task(&["x", "y", "z"]);
    assert_eq!(keys(&findings(Some(&other), &hidden, None, &all)), [(Severity::Fault, "shape")]);
    let mut infinite = hidden;
    infinite.samples.values =
        Values::Floats((0..400_u32).map(|at| if at == 9 { f64::NAN } else { f64::from(at * at % 991) }).collect());
    let found = findings(None, &infinite, None, &all);
    assert!(keys(&found).contains(&(Severity::Fault, "not-finite")));
    assert!(found[0].args().contains(&("row", "5".to_owned())));
}
