//! Forms write what they show, keep what they do not know, and begin with what could be published.

use std::path::Path;

use super::*;
use crate::courses;
use crate::messages::Lang;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn own(path: &str) -> String {
    std::fs::read_to_string(Path::new(ROOT).join("courses/ai-foundation-models").join(path)).unwrap()
}

fn both(en: &str, zh: &str) -> Bilingual {
    Bilingual { en: en.to_owned(), zh: zh.to_owned() }
}

#[test]
fn a_form_that_changes_nothing_leaves_every_file_as_it_is() {
    let text = own("course.toml");
    let draft = course::read(&text).unwrap();
    assert_eq!(course::with_settings(&text, &draft.settings).unwrap(), text);
    assert_eq!(course::with_module(&text, &draft.modules[1]).unwrap(), text);
    let exam = own("exams/mnist-practitioner/exam.toml");
    assert_eq!(exam::write(&exam, &exam::read(&exam).unwrap()).unwrap(), exam);
    let items = own("01-background/items.toml");
    for entry in bank::read(&items).unwrap() {
        entry.checked.as_ref().unwrap_or_else(|faults| panic!("{}: {faults:?}", entry.id));
        assert!(entry.has_en && entry.has_zh);
        assert_eq!(bank::with_item(&items, &entry.id, &entry.text).unwrap().unwrap(), items);
    }
}

#[test]
fn a_bank_of_too_many_questions_is_refused_and_shown_in_part() {
    let item = skeleton::item(skeleton::Kind::ALL[0], "question");
    let many: String =
        (0..2_100).map(|number| item.replace("\"question\"", &format!("\"question-{number}\""))).collect();
    let faults = crate::items::bank::parse(Path::new("items.toml"), &many).unwrap_err();
    assert_eq!(faults[0].said.to_string(), "a bank holds at most 2000 questions; divide it");
    assert_eq!(faults.len(), 1);
    let entries = bank::read(&many).unwrap();
    assert_eq!(entries.len(), 2_001);
    assert!(entries[1_999].checked.is_ok());
    assert_eq!(entries[2_000].checked.as_ref().unwrap_err(), &[crate::items::bank::too_many()]);
}

#[test]
fn modules_move_come_and_go_with_their_comments() {
    let text =
        own("course.toml").replace("[[modules]]\nslug = \"digits\"", "# The practice.\n[[modules]]\nslug = \"digits\"");
    let slugs = |text: &str| -> Vec<String> {
        course::read(text).unwrap().modules.into_iter().map(|module| module.slug).collect()
    };
    let moved = course::with_moved_module(&text, "digits", Way::Up).unwrap();
    assert_eq!(slugs(&moved), ["background", "digits", "core-concepts"]);
    assert!(moved.contains("# The practice.\n[[modules]]\nslug = \"digits\""), "{moved}");
    assert_eq!(course::with_moved_module(&moved, "digits", Way::Down).unwrap(), text);
    assert_eq!(course::with_moved_module(&text, "digits", Way::Down).unwrap(), text, "the last stays the last");
    let (more, new) = course::with_new_module(&text, &both("Quiz", "测验")).unwrap();
    assert_eq!((new.slug.as_str(), new.folder.as_str()), ("quiz-2", "04-quiz-2"), "`quiz` is an address");
    assert_eq!(slugs(&more).last().unwrap(), "quiz-2");
    assert!(more.find("quiz-2") < more.find("[certificate]"), "{more}");
    let less = course::without_module(&text, "digits").unwrap();
    assert_eq!(slugs(&less), ["background", "core-concepts"]);
    assert_eq!(course::read(&less).unwrap().settings.certificate.unwrap().modules, ["background", "core-concepts"]);
}

#[test]
fn what_is_new_is_correct() {
    for kind in skeleton::Kind::ALL {
        let (text, id) = bank::with_new_item("", kind).unwrap();
        assert_eq!(id, "question-1");
        bank::read(&text).unwrap()[0].checked.as_ref().unwrap_or_else(|faults| panic!("{}: {faults:?}", kind.name()));
    }
    let folder = tempfile::tempdir().unwrap();
    let (slug, title) = ("a-course".parse().unwrap(), both("A \"course\"", "课程"));
    let exam = skeleton::exam("an-exam", &title);
    let files = [skeleton::course(&slug, &title), exam].concat();
    for (path, text) in files {
        let path = folder.path().join("courses/a-course").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let read = courses::load(folder.path()).unwrap();
    assert_eq!(courses::check(&read), []);
    assert_eq!(read[0].course.title, title);
    let exams = crate::exams::load(folder.path()).unwrap();
    assert_eq!(crate::exams::check::check(&exams[0]).faults, []);
}

#[test]
fn questions_move_are_copied_and_removed() {
    let text = own("01-background/items.toml");
    let ids = |text: &str| -> Vec<String> { bank::read(text).unwrap().into_iter().map(|entry| entry.id).collect() };
    let all = ids(&text);
    let moved = bank::with_moved_item(&text, &all[1], Way::Up).unwrap();
    assert_eq!(ids(&moved)[..2], [all[1].clone(), all[0].clone()]);
    let (copied, id) = bank::with_copy(&text, &all[0]).unwrap();
    assert_eq!((ids(&copied)[1].as_str(), ids(&copied).len()), (id.as_str(), all.len() + 1));
    assert_eq!(bank::without_item(&copied, &id).unwrap(), text);
    assert_eq!(bank::with_item(&text, &all[0], "").unwrap(), None, "one question is asked for");
    let fault = bank::with_item(&text, &all[0], "[[items]]\nid = \"x\"\nkind = single\n").unwrap_err();
    assert_eq!(fault.line, 3);
}

#[test]
fn an_exam_changes_its_shape_and_keeps_its_skills() {
    let text = own("exams/mnist-practitioner/exam.toml");
    let changed = shape::reshaped(&text, shape::Shape::parse("add-section-0").unwrap(), "digits").unwrap();
    let changed = shape::reshaped(&changed, shape::Shape::parse("up-part-1").unwrap(), "").unwrap();
    let draft = exam::read(&changed).unwrap();
    let exam::Content::Theory { sections, .. } = &draft.parts[1].content else { panic!("{draft:?}") };
    assert_eq!((sections.len(), sections[5].name.as_str()), (6, "section-6"));
    let back = shape::reshaped(&changed, shape::Shape::parse("remove-section-1-5").unwrap(), "").unwrap();
    let back = shape::reshaped(&back, shape::Shape::parse("down-part-0").unwrap(), "").unwrap();
    assert_eq!(back, text);
    let mut draft = exam::read(&text).unwrap();
    draft.window = Some(("2026-12-01T08:00:00Z".parse().unwrap(), "2026-12-02T08:00:00Z".parse().unwrap()));
    draft.certificate = None;
    let written = exam::write(&text, &draft).unwrap();
    assert_eq!(exam::read(&written).unwrap(), draft);
    let read: crate::exams::Exam = toml::from_str(&written).unwrap();
    assert_eq!((read.skills.len(), read.window.is_some()), (8, true));
}

#[test]
fn lists_in_one_line_are_read_and_changed_as_well() {
    let text = "items = [{ id = \"a\", kind = \"true_false\", stem = { en = \"A\", zh = \"\" } }, { id = \"b\" }]\n";
    let entries = bank::read(text).unwrap();
    assert_eq!((entries[0].has_en, entries[0].has_zh), (true, false));
    let moved = bank::with_moved_item(text, "b", Way::Up).unwrap();
    assert_eq!(bank::read(&moved).unwrap()[0].id, "b");
    let draft = course::read("title = { en = \"T\" }\nmodules = [{ slug = \"m\", folder = \"f\" }]").unwrap();
    assert_eq!((draft.settings.title.en.as_str(), draft.modules[0].lesson(Lang::ZhCn).as_str()), ("T", "f/zh.md"));
}
