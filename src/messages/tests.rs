//! Both languages say the same things, and every key that code or a template names exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::DateTime;

use super::*;

fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if endings.iter().any(|e| path.extension().is_some_and(|x| x == *e)) {
                found.push(path);
            }
        }
    }
    found
}

fn keys(locale: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for file in files(&format!("templates/messages/{locale}"), &["ftl"]) {
        for line in fs::read_to_string(&file).unwrap().lines() {
            let Some((key, _)) = line.split_once(" =") else { continue };
            if key.starts_with(|c: char| c.is_ascii_lowercase()) && !key.contains(' ') {
                assert!(
                    keys.insert(key.to_owned()),
                    "{key} stands twice in {locale}, the second time in {}",
                    file.display()
                );
            }
        }
    }
    keys
}

#[test]
fn both_languages_have_the_same_messages() {
    let (en, zh) = (keys("en"), keys("zh-CN"));
    let missing: Vec<_> = en.symmetric_difference(&zh).collect();
    assert!(missing.is_empty(), "in one language only: {missing:?}");
    let arguments = arguments();
    for key in &en {
        for lang in Lang::ALL {
            let found = LOCALES.lookup_no_default_fallback(lang.id(), key, Some(&arguments));
            assert!(found.is_some(), "{key} does not load in {}", lang.code());
        }
    }
}

/// A value for every argument that any message takes: a message that lacks one does not load.
fn arguments() -> HashMap<Cow<'static, str>, FluentValue<'static>> {
    let mut arguments = HashMap::new();
    for file in files("templates/messages", &["ftl"]) {
        for rest in fs::read_to_string(&file).unwrap().split('$').skip(1) {
            let name = rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).next().unwrap();
            arguments.insert(Cow::Owned(name.to_owned()), FluentValue::from(1));
        }
    }
    arguments
}

#[test]
fn every_key_that_is_named_exists() {
    let known = keys("en");
    let mut sources = files("templates", &["html", "txt", "svg"]);
    sources.extend(files("src", &["rs"]));
    for file in sources {
        let text = fs::read_to_string(&file).unwrap();
        for call in [".s(\"", ".s1(\"", ".s2(\"", ".with(\"", "Said::new(\"", "said!(\""] {
            for rest in text.split(call).skip(1) {
                let key = rest.split('"').next().unwrap();
                assert!(
                    known.contains(key) || key.contains(' '),
                    "{} names the unknown message `{key}`",
                    file.display()
                );
            }
        }
    }
}

/// What each message takes, by its key.
fn taken(locale: &str) -> HashMap<String, BTreeSet<String>> {
    let mut taken = HashMap::new();
    for file in files(&format!("templates/messages/{locale}"), &["ftl"]) {
        for line in fs::read_to_string(&file).unwrap().lines() {
            let Some((key, value)) = line.split_once(" = ") else { continue };
            let arguments = value.split("{ $").skip(1).map(|rest| rest.split(' ').next().unwrap().to_owned());
            taken.insert(key.to_owned(), arguments.collect());
        }
    }
    taken
}

/// The names before `=` in the arguments that follow a key in code, up to the bracket that closes them; `None` where they
/// are given in another way.
fn given(code: &str) -> Option<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    let (mut depth, mut start) = (0, 0);
    for (at, character) in code.char_indices() {
        let ends = match character {
            '(' | '[' | '{' => {
                depth += 1;
                false
            }
            ')' | ']' | '}' => {
                depth -= 1;
                depth < 0
            }
            ',' => depth == 0,
            _ => false,
        };
        if ends {
            let argument = code[start..at].trim();
            if !argument.is_empty() {
                names.insert(argument.split_once(" = ")?.0.to_owned());
            }
            start = at + 1;
        }
        if depth < 0 {
            return Some(names);
        }
    }
    None
}

#[test]
fn every_fault_of_content_is_a_message_and_gets_what_it_takes() {
    let messages = [taken("en"), taken("zh-CN")];
    let mut seen = BTreeSet::new();
    for file in files("src", &["rs"]).into_iter().filter(|file| !file.ends_with("messages/tests.rs")) {
        let code = fs::read_to_string(&file).unwrap();
        for rest in code.split("\"fault-").skip(1) {
            let (key, rest) = rest.split_once('"').unwrap();
            let key = format!("fault-{key}");
            for taken in &messages {
                let taken = taken.get(&key).unwrap_or_else(|| panic!("{}: no message {key}", file.display()));
                if let Some(given) = given(rest) {
                    assert!(taken.is_subset(&given), "{}: {key} takes {taken:?}, not {given:?}", file.display());
                }
            }
            seen.insert(key);
        }
    }
    let unused: Vec<_> = messages[0].keys().filter(|key| key.starts_with("fault-") && !seen.contains(*key)).collect();
    assert!(unused.is_empty(), "nothing says {unused:?}");
}

#[test]
fn chinese_messages_are_chinese() {
    for file in files("templates/messages/zh-CN", &["ftl"]) {
        for line in fs::read_to_string(&file).unwrap().lines() {
            let Some((key, value)) = line.split_once(" = ") else { continue };
            let latin_words = value.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| w.len() > 3).count();
            let has_han = value.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert!(has_han || latin_words < 4, "{key} is a Latin sentence in the Chinese file: {value}");
        }
    }
}

#[test]
fn languages_are_negotiated_by_quality() {
    assert_eq!(Lang::negotiate("fr, zh-CN;q=0.9, en;q=0.8"), Some(Lang::ZhCn));
    assert_eq!(Lang::negotiate("en-GB, zh;q=0.9"), Some(Lang::En));
    assert_eq!(Lang::negotiate("de"), None);
}

#[test]
fn numbers_and_times_read_as_each_language_writes_them() {
    let at = DateTime::from_timestamp(1_790_316_180, 0).unwrap();
    let en = Tr { lang: Lang::En, zone: Tz::Asia__Shanghai };
    let zh = Tr { lang: Lang::ZhCn, ..en };
    assert_eq!(en.time(&at), "25 Sep 2026 14:03 (UTC+8)");
    assert_eq!(zh.time(&at), "2026年9月25日 14:03（UTC+8）");
    assert_eq!(Tr::new(Lang::En).time(&at), "25 Sep 2026 06:03 (UTC)");
    assert_eq!((en.int(1_234_567), en.int(7)), ("1,234,567".into(), "7".into()));
    assert_eq!((en.percent(0.9859), zh.percent(0.9859)), ("98.59 %".into(), "98.59%".into()));
}
