//! What an exam file may not say, and what of the machine it cannot reach.

use super::*;

const EXAM: &str = r#"slug = "final"
edition = "1"
title = { en = "Final", zh = "期末" }
summary = { en = "All of it.", zh = "全部内容。" }
attempts = 2
cool_down_days = 1
rest_minutes = 5
show = { scores = "at_once", answers = "never", keys = "never" }
[window]
opens = "2026-01-01T00:00:00Z"
closes = "2026-02-01T00:00:00Z"
[certificate]
title = { en = "Sums", zh = "加法" }
statement = { en = "Can add.", zh = "会加法。" }
valid_months = 12
[[parts]]
kind = "theory"
title = { en = "Questions", zh = "理论" }
minutes = 30
pass = 0.6
[[parts.sections]]
name = "sums"
title = { en = "Sums", zh = "加法" }
banks = ["bank"]
draw = 1
points = 2
"#;

const BANK: &str = r#"[[items]]
id = "two"
kind = "true_false"
difficulty = "easy"
tags = ["sums"]
source = "arithmetic"
stem = { en = "One and one is two.", zh = "一加一等于二。" }
why = { en = "Count.", zh = "数一数。" }
answer = true
"#;

/// The faults of a content folder whose exam has `from` replaced by `to`.
fn faults(from: &str, to: &str) -> Vec<String> {
    assert!(EXAM.contains(from), "{from}");
    read_exam(&EXAM.replacen(from, to, 1), |_| {})
}

fn read_exam(text: &str, change: impl FnOnce(&Path)) -> Vec<String> {
    let content = tempfile::tempdir().unwrap();
    let folder = content.path().join("courses/sums/exams/final");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("exam.toml"), text).unwrap();
    fs::write(folder.join("bank.toml"), BANK).unwrap();
    change(content.path());
    let prefix = format!("{}/courses/sums/exams/final/", content.path().display());
    match load(content.path()) {
        Ok(_) => Vec::new(),
        Err(LoadError(faults)) => faults.iter().map(|fault| fault.to_string().replace(&prefix, "")).collect(),
    }
}

#[test]
fn an_exam_within_the_rules_has_no_faults() {
    assert_eq!(faults("draw = 1", "draw = 1"), Vec::<String>::new());
}

#[test]
fn no_file_is_read_that_is_no_bank_of_the_exam() {
    let secret = tempfile::tempdir().unwrap();
    fs::write(secret.path().join("secret.toml"), "password = \"open sesame\"").unwrap();
    let outside = secret.path().join("secret");
    let told = "exam.toml, section `sums`: a bank is named by its file beside exam.toml, without `.toml`";
    for name in [outside.to_str().unwrap(), "../../secret", "../final/bank", "./bank", ""] {
        let text = EXAM.replace("banks = [\"bank\"]", &format!("banks = [\"{name}\"]"));
        let found = read_exam(&text, |content| {
            fs::write(content.join("courses/sums/secret.toml"), "password = \"open sesame\"").unwrap();
        });
        assert!(found.contains(&told.to_owned()), "{name}: {found:?}");
        assert!(!found.iter().any(|fault| fault.contains("password") || fault.contains("secret")), "{found:?}");
    }
}

#[test]
fn a_section_names_a_bank_once() {
    let found = faults("[\"bank\"]", "[\"bank\", \"bank\"]");
    assert_eq!(found, ["exam.toml, section `sums`: names the bank `bank` twice"]);
}

#[test]
fn no_number_is_larger_than_any_exam_needs() {
    for (from, to, told) in [
        ("attempts = 2", "attempts = 1001", "exam.toml: `attempts` is at most 1000"),
        ("cool_down_days = 1", "cool_down_days = 4294967295", "exam.toml: `cool_down_days` is at most 3650"),
        ("rest_minutes = 5", "rest_minutes = 4294967295", "exam.toml: `rest_minutes` is at most 1440"),
        ("minutes = 30", "minutes = 4294967295", "exam.toml, part `Questions`: `minutes` is at most 10080"),
        ("2026-02-01", "+262142-02-01", "exam.toml, window: opens and closes in the years 2000 to 2100"),
        ("2026-01-01", "-262142-01-01", "exam.toml, window: opens and closes in the years 2000 to 2100"),
    ] {
        let found = faults(from, to);
        assert!(found.contains(&told.to_owned()), "{to}: {found:?}");
    }
}

#[test]
fn points_and_marks_are_numbers_that_can_be_added() {
    let told = "exam.toml, section `sums`: points must be above 0 and at most 1000";
    for points in ["1e308", "0", "1000.5"] {
        assert_eq!(faults("points = 2", &format!("points = {points}")), [told], "{points}");
        let item = format!("points = 2\nitem_points = {{ two = {points} }}");
        assert_eq!(faults("points = 2", &item), [told], "{points}");
    }
    assert_eq!(faults("points = 2", "points = 1000"), Vec::<String>::new());
    // Sections are read by way of JSON, which has neither.
    assert!(["inf", "nan"].iter().all(|points| !faults("points = 2", &format!("points = {points}")).is_empty()));
    let practice = EXAM.split("[[parts]]").next().unwrap().to_owned()
        + "[[parts]]\nkind = \"practice\"\ntitle = { en = \"P\", zh = \"实\" }\nminutes = 30\nexercise = \"digits\"\n\
           attempts = 2\ncounts = \"best\"\nmark = inf\n";
    let found = read_exam(&practice, |_| {});
    assert!(found.iter().any(|fault| fault.ends_with("`mark` and `sealed_mark` must be finite numbers")), "{found:?}");
}

#[test]
fn titles_are_lines_and_statements_have_an_end() {
    let (title, text, name) = ("x".repeat(201), "x".repeat(2001), "x".repeat(65));
    for (from, to, told) in [
        (
            "en = \"Final\"",
            format!("en = \"{title}\""),
            "exam.toml: `title` must be one line of at most 200 characters",
        ),
        (
            "en = \"Final\"",
            "en = \"a\\nb\"".to_owned(),
            "exam.toml: `title` must be one line of at most 200 characters",
        ),
        ("en = \"All of it.\"", format!("en = \"{text}\""), "exam.toml: `summary` is longer than 2000 characters"),
        ("edition = \"1\"", format!("edition = \"{name}\""), "exam.toml: `edition` is longer than 64 characters"),
        ("Can add.", text.clone(), "exam.toml, certificate: `statement` is longer than 2000 characters"),
        ("draw = 1", format!("draw = 1\ntags = {{ {name} = 1 }}"), "`tags` is longer than 64 characters"),
        ("zh = \"理论\"", format!("zh = \"{title}\""), "`title` must be one line of at most 200 characters"),
        (
            "[certificate]",
            format!("[[skills]]\nname = \"s\"\ntitle = {{ en = \"{title}\", zh = \"s\" }}\ntags = []\n[certificate]"),
            "exam.toml, skills: `title` must be one line of at most 200 characters",
        ),
    ] {
        let found = faults(from, &to);
        assert!(found.iter().any(|fault| fault.ends_with(told)), "{told}: {found:?}");
    }
}

#[test]
fn no_text_holds_a_character_that_the_database_cannot() {
    let found = faults("Can add.", "Can add.\\u0000");
    assert_eq!(found, ["exam.toml, certificate.statement.en: holds the control character U+0000, which no text needs"]);
}
