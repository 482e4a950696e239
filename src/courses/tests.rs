//! Loading courses from files, and what makes a version.

use std::fs;
use std::path::Path;

use super::*;
use crate::messages::Tr;

const COURSE: &str = r#"
slug = "sums"
version = "1.0"
title = { en = "Sums", zh = "加法" }
summary = { en = "About sums.", zh = "讲加法。" }
level = { en = "Anyone", zh = "零基础" }
hours = 1
languages = ["en", "zh"]
[[modules]]
slug = "first"
folder = "01-first"
title = { en = "First", zh = "第一章" }
summary = { en = "One and one.", zh = "一加一。" }
minutes = 10
quiz = { draw = 1, pass = 0.8 }
[certificate]
title = { en = "Sums", zh = "加法" }
statement = { en = "Can add.", zh = "会加法。" }
modules = ["first"]
exercises = []
valid_months = 12
"#;

const BANK: &str = r#"
[[items]]
id = "two"
kind = "single"
difficulty = "easy"
tags = ["sums"]
source = "arithmetic"
stem = { en = "One plus one?", zh = "一加一等于几？" }
[[items.options]]
text = { en = "2", zh = "2" }
correct = true
why = { en = "Count.", zh = "数一数。" }
[[items.options]]
text = { en = "3", zh = "3" }
correct = false
why = { en = "One too many.", zh = "多了一。" }
"#;

/// A content folder with one course, whose files can be spoilt.
fn content(change: impl FnOnce(&Path)) -> Result<Vec<Authored>, Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let course = folder.path().join("courses/sums");
    fs::create_dir_all(course.join("01-first")).unwrap();
    fs::write(course.join("course.toml"), COURSE).unwrap();
    fs::write(course.join("01-first/en.md"), "Text with $x$.").unwrap();
    fs::write(course.join("01-first/items.toml"), BANK).unwrap();
    change(&course);
    let prefix = format!("{}/", folder.path().display());
    load(folder.path())
        .map_err(|LoadError(faults)| faults.iter().map(|fault| fault.to_string().replace(&prefix, "")).collect())
}

fn spoilt(from: &'static str, to: &'static str) -> Vec<String> {
    content(|course| fs::write(course.join("course.toml"), COURSE.replacen(from, to, 1)).unwrap()).unwrap_err()
}

#[test]
fn a_course_is_read_with_its_lessons_and_questions() {
    let courses = content(|_| {}).unwrap();
    assert_eq!(courses[0].course.slug.as_str(), "sums");
    assert_eq!((courses[0].lessons.len(), courses[0].lessons[0].lang), (1, Lang::En));
    assert_eq!(courses[0].banks[0].items.len(), 1);
    assert_eq!(check(&courses), []);
}

#[test]
fn faults_name_the_file_and_the_place() {
    assert_eq!(
        spoilt("modules = [\"first\"]", "modules = [\"second\"]"),
        ["courses/sums/course.toml, certificate: `modules` names `second`, which is no module of this course"]
    );
    assert_eq!(
        spoilt("exercises = []", "exercises = [\"mnist\"]"),
        [
            "courses/sums/course.toml, certificate: `exercises` names `mnist`, but there is no exercises/mnist/exercise.toml"
        ]
    );
    assert!(spoilt("draw = 1", "draw = 2")[0].contains("items.toml: has 1 questions, but the quiz draws 2"));
    assert!(spoilt("pass = 0.8", "pass = 80")[0].contains("`quiz.pass` is a share"));
    assert!(spoilt("slug = \"sums\"", "slug = \"other\"")[0].contains("the folder is called `sums`"));
    assert!(spoilt("slug = \"first\"", "slug = \"enrol\"")[0].contains("module `enrol`: this slug is an address"));
    assert!(spoilt("hours = 1", "hours = 1\nhuors = 2")[0].starts_with("courses/sums/course.toml, line 8: "));
    assert!(spoilt("folder = \"01-first\"", "folder = \"../x\"")[0].contains("name a folder beside course.toml"));
    let lost = content(|course| fs::remove_file(course.join("01-first/en.md")).unwrap()).unwrap_err();
    assert_eq!(lost, ["courses/sums/01-first: module `first` has no lesson here: write en.md or zh.md"]);
    let spoilt_bank =
        content(|course| fs::write(course.join("01-first/items.toml"), BANK.replace("true", "false")).unwrap());
    assert!(spoilt_bank.unwrap_err()[0].starts_with("courses/sums/01-first/items.toml, item `two`: "));
}

#[test]
fn no_text_holds_a_character_that_the_database_cannot() {
    let told = "holds the control character U+0000, which no text needs";
    let found = spoilt("Can add.", "Can add.\\u0000");
    assert_eq!(found, [format!("courses/sums/course.toml, certificate.statement.en: {told}")]);
    let bank = BANK.replacen("Count.", "Count\\u0000", 1);
    let found = content(|course| fs::write(course.join("01-first/items.toml"), bank).unwrap()).unwrap_err();
    assert_eq!(found, [format!("courses/sums/01-first/items.toml, items.options.why.en: {told}")]);
    let found = content(|course| fs::write(course.join("01-first/en.md"), "Text\0").unwrap()).unwrap_err();
    assert_eq!(found, [format!("courses/sums/01-first/en.md: {told}")]);
}

#[test]
fn titles_are_lines_and_no_text_fills_a_page_by_itself() {
    for (from, to, told) in [
        ("en = \"Sums\"", "en = \"Su\\nms\"".to_owned(), "`title` must be one line of at most 200 characters"),
        (
            "en = \"Sums\"",
            format!("en = \"{}\"", "x".repeat(201)),
            "`title` must be one line of at most 200 characters",
        ),
        ("en = \"First\"", format!("en = \"{}\"", "x".repeat(201)), "module `first`: `title` must be one line"),
        ("讲加法。", "长".repeat(2001), "`summary` is longer than 2000 characters"),
        ("Can add.", "x".repeat(2001), "certificate: `statement` is longer than 2000 characters"),
        ("Anyone", "x".repeat(201), "`level` must be one line"),
    ] {
        let text = COURSE.replacen(from, &to, 1);
        let found = content(|course| fs::write(course.join("course.toml"), text).unwrap()).unwrap_err();
        assert!(found[0].contains(told), "{told}: {found:?}");
    }
}

#[test]
fn a_signatory_has_a_name_and_a_role_in_both_languages_and_without_one_nothing_is_said_of_it() {
    let named = |name: &str, zh: &str| {
        let line = format!(
            "valid_months = 12\nsignatory = {{ name = \"{name}\", role = {{ en = \"Lead\", zh = \"{zh}\" }} }}"
        );
        content(|course| {
            fs::write(course.join("course.toml"), COURSE.replacen("valid_months = 12", &line, 1)).unwrap();
        })
    };
    let certificate = |courses: Vec<Authored>| courses[0].course.certificate.clone().unwrap();
    let role = Bilingual { en: "Lead".to_owned(), zh: "负责人".to_owned() };
    let signatory = certificate(named("Li Ming", "负责人").unwrap()).signatory;
    assert_eq!(signatory, Some(Signatory { name: "Li Ming".to_owned(), role }));
    for (name, zh) in [(" ", "负责人"), ("Li Ming", ""), ("Li\\nMing", "负责人"), (&*"x".repeat(101), "负责人")]
    {
        let faults = named(name, zh).unwrap_err();
        assert!(faults[0].starts_with("courses/sums/course.toml, certificate: `signatory` needs"), "{faults:?}");
    }
    // The versions of courses from before there were signatories stay as they are.
    assert!(!serde_json::to_string(&certificate(content(|_| {}).unwrap())).unwrap().contains("signatory"));
}

#[test]
fn what_cannot_be_rendered_is_reported_with_its_line() {
    let courses = content(|course| {
        fs::write(course.join("01-first/en.md"), "one\n\ntwo $\\nonsense$\n").unwrap();
        fs::write(course.join("01-first/items.toml"), BANK.replace("\"Count.\"", "'$\\nonsense$'")).unwrap();
    });
    let found = check(&courses.unwrap());
    let faults: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(faults[0].contains("01-first/en.md, line 3: the formula `\\nonsense`"), "{faults:?}");
    assert!(faults[1].contains("items.toml, item `two`, option 1, why, line 1: the formula"), "{faults:?}");
    let chinese = found[1].words(Tr::new(Lang::ZhCn));
    assert!(chinese.contains("items.toml，题目 `two`，选项 1 的理由，第 1 行：公式 `\\nonsense`："), "{chinese}");
}

#[test]
fn the_next_module_is_the_one_left_open() {
    let course = content(|_| {}).unwrap().remove(0).course;
    let mut progress = Progress::default();
    assert_eq!(progress.next_module(&course).unwrap().slug.as_str(), "first");
    progress.completed.push(Completion {
        module: "first".parse().unwrap(),
        completed_at: DateTime::UNIX_EPOCH,
        attempt: QuizAttemptId::new(DateTime::UNIX_EPOCH),
        points: 1.0,
        max_points: 1.0,
        course_version: Sha256::of(b""),
    });
    assert_eq!(progress.next_module(&course), None);
}

#[test]
fn drawn_numbers_are_checked_as_they_are_shown() {
    let numbers = "source = \"arithmetic\"\nparameters.n = { one_of = [2, 3] }";
    let faults = |stem: &str| {
        let bank = BANK.replace("source = \"arithmetic\"", numbers);
        let bank = bank.replace(
            "{ en = \"One plus one?\", zh = \"一加一等于几？\" }",
            &format!("{{ en = '''{stem}''', zh = '''{stem}''' }}"),
        );
        let items = crate::items::bank::parse(Path::new("items.toml"), &bank).unwrap();
        check_item(Path::new("items.toml"), &items[0]).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(faults("$x^{ {{n}} } + {{n:2}}$"), Vec::<String>::new());
    assert!(faults(r"$\nonsense {{n}}$")[0].contains("items.toml, item `two`, stem, line 1: the formula"));
    let diagram = faults("```mermaid\ngraph LR; a[{{n}}] --> b\n```");
    assert!(diagram.iter().any(|fault| fault.ends_with("a diagram cannot show numbers that are drawn")), "{diagram:?}");
}
