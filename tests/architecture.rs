//! Holds the design: import order, fences, sizes. Reads the sources as text, with the standard library only.

#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

#[path = "architecture/source.rs"]
mod source;

use source::{Fault, Source};

/// The rooms; each may import only those to its left. Adding one is a change on purpose.
const ORDER: [&str; 25] = [
    "ids",
    "clock",
    "config",
    "messages",
    "telemetry",
    "db",
    "blobs",
    "queue",
    "mail",
    "audit", // kernel
    "grading",
    "exercises",
    "accounts",
    "items",
    "courses",
    "cohorts",
    "submissions",
    "results",
    "exams",
    "certificates",
    "gradebook",
    "authoring",
    "cli",
    "worker",
    "web", // shells
];
const SHELLS: [&str; 3] = ["cli", "worker", "web"];
/// Where the command line starts the other shells: the only imports from shell to shell.
const STARTERS: [(&str, &str); 3] =
    [("src/cli/serve.rs", "web"), ("src/cli/serve.rs", "worker"), ("src/cli/work.rs", "worker")];
/// `grading` is a leaf: the untrusted executable is built from it alone.
const LEAF: &str = "grading";

/// A word, and the only places that may contain it: beginnings or endings of paths.
const FENCES: [(&str, &[&str]); 9] = [
    ("actix_web", &["src/web/", "src/cli/serve.rs"]),
    ("askama", &["src/web/", "src/certificates/formats"]),
    ("ort", &["src/grading/onnx.rs"]),
    ("SystemTime", &["src/clock.rs"]),
    ("Utc::now", &["src/clock.rs"]),
    ("Local::now", &["src/clock.rs"]),
    // A text that keeps the renderer busy is given up after some seconds.
    ("Instant", &["src/grading/", "src/worker/", "src/courses/markdown/"]),
    ("Command", &["src/grading/sandbox", "src/grading/script", "src/db/"]),
    ("anyhow", &["src/main.rs", "src/cli/", "src/worker/"]),
];

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 60;

fn faults(source: &Source) -> Vec<Fault> {
    let mut faults = sizes(source);
    if source.is_library() {
        faults.extend(imports(source));
        faults.extend(fences(source));
    }
    faults
}

fn sizes(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    if !source.text.starts_with("//! ") {
        faults.push(source.fault(0, "the first line says in one sentence, after `//!`, what the file is"));
    }
    let lines = source.text.lines().count();
    if lines > FILE_LINES {
        faults
            .push(source.fault(0, format!("{lines} lines, at most {FILE_LINES}: split the file by what it is about")));
    }
    for at in source.find("fn") {
        let name = source.word_at(source.skip_spaces(at + 2));
        let lines = function_lines(source, at);
        if !name.is_empty() && lines > FUNCTION_LINES {
            faults.push(source.fault(at, format!("`{name}` has {lines} lines, at most {FUNCTION_LINES}")));
        }
    }
    faults
}

/// Lines of the function whose `fn` stands at `at`, from there to its closing brace; 0 where it has no body.
fn function_lines(source: &Source, at: usize) -> usize {
    let (mut nesting, mut braces) = (0_i32, 0_i32);
    for end in at..source.code.len() {
        match source.code[end] {
            '(' | '[' => nesting += 1,
            ')' | ']' => nesting -= 1,
            ';' if nesting == 0 && braces == 0 => return 0,
            '{' => braces += 1,
            '}' => {
                braces -= 1;
                if braces == 0 {
                    return 1 + source.code[at..end].iter().filter(|c| **c == '\n').count();
                }
            }
            _ => {}
        }
    }
    0
}

fn imports(source: &Source) -> Vec<Fault> {
    let mut faults: Vec<Fault> = source
        .find("super::super")
        .into_iter()
        .map(|at| source.fault(at, "`super::super` hides the room: write the path from `crate::`"))
        .collect();
    let Some(room) = source.room() else {
        if source.file == "src/lib.rs" {
            let exports =
                source.find("pub").into_iter().filter(|at| source.word_at(source.skip_spaces(at + 3)) == "use");
            faults.extend(exports.map(|at| source.fault(at, "lib.rs re-exports nothing: imports are read as text")));
        }
        return faults;
    };
    if !ORDER.contains(&room) {
        faults.push(source.fault(0, format!("`{room}` is not in the order of rooms in tests/architecture.rs")));
        return faults;
    }
    let top = [format!("src/{room}.rs"), format!("src/{room}/mod.rs")].contains(&source.file);
    // From a room's top file, `super` is the crate.
    let above = if top { source.names_below("super") } else { Vec::new() };
    let above = above.into_iter().filter(|(_, name)| ORDER.contains(&name.as_str()));
    for (at, name) in source.names_below("crate").into_iter().chain(above) {
        if let Some(message) = import_fault(&source.file, room, &name) {
            faults.push(source.fault(at, message));
        }
    }
    faults
}

fn import_fault(file: &str, room: &str, name: &str) -> Option<String> {
    let place = |name: &str| ORDER.iter().position(|room| *room == name);
    if name == room || STARTERS.contains(&(file, name)) {
        return None;
    }
    let (Some(mine), Some(other)) = (place(room), place(name)) else {
        return Some(format!("`crate::{name}` is no room: import from the room that defines it"));
    };
    if room == LEAF {
        Some(format!("`{room}` is a leaf and may not import `{name}`"))
    } else if other > mine {
        Some(format!("`{room}` may not import `{name}`, which stands to its right"))
    } else if SHELLS.contains(&room) && SHELLS.contains(&name) {
        Some(format!("the shells `{room}` and `{name}` do not import each other"))
    } else {
        None
    }
}

fn fences(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (word, places) in FENCES {
        if !places.iter().any(|place| source.file.starts_with(place)) {
            let message = format!("`{word}` may stand only in {}", places.join(", "));
            faults.extend(source.find(word).into_iter().map(|at| source.fault(at, message.as_str())));
        }
    }
    if !source.file.ends_with("/store.rs") {
        let queries = source
            .names_below("sqlx")
            .into_iter()
            .filter(|(_, name)| name.starts_with("query") || ["QueryBuilder", "raw_sql"].contains(&name.as_str()));
        faults.extend(
            queries
                .map(|(at, name)| source.fault(at, format!("`sqlx::{name}` may stand only in files named store.rs"))),
        );
    }
    faults
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn the_sources_keep_to_the_design() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches"] {
        rust_files(&root.join(folder), &mut files);
    }
    files.sort();
    assert!(files.len() > 10, "the sources were not found");
    let found: Vec<String> = files
        .iter()
        .flat_map(|path| {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            faults(&Source::new(name, &fs::read_to_string(path).unwrap()))
        })
        .map(|fault| fault.to_string())
        .collect();
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

/// The messages about `code` in `file`, which gets its first line.
fn about(file: &str, code: &str) -> Vec<String> {
    faults(&Source::new(file, &format!("//! A file.\n{code}"))).iter().map(ToString::to_string).collect()
}

#[track_caller]
fn assert_fault(file: &str, code: &str, expected: &str) {
    let found = about(file, code);
    assert!(found.iter().any(|fault| fault.contains(expected)), "`{code}` in {file}: {found:?}");
}

#[track_caller]
fn assert_fine(file: &str, code: &str) {
    assert_eq!(about(file, code), Vec::<String>::new(), "`{code}` in {file}");
}

#[test]
fn imports_to_the_right_are_faults_however_they_are_written() {
    assert_fault("src/queue/mod.rs", "use crate::mail;", "src/queue/mod.rs:2: `queue` may not import `mail`");
    assert_fault("src/blobs.rs", "use crate::{ids,\n web::{State}};", "src/blobs.rs:3: `blobs` may not import `web`");
    assert_fault("src/ids.rs", "fn f() { crate :: db::connect() }", "may not import `db`");
    assert_fault("src/ids.rs", "use super::db;", "may not import `db`");
    assert_fault("src/db/mod.rs", "use super::super::x;", "super::super");
    assert_fault("src/mail/mod.rs", "use crate::utils::x;", "is no room");
    assert_fault("src/helpers.rs", "", "not in the order");
    assert_fault("src/grading/mod.rs", "use crate::ids::Slug;", "is a leaf");
    assert_fault("src/web/home.rs", "use crate::cli;", "do not import each other");
    assert_fault("src/cli/mod.rs", "use crate::web;", "to its right");
    assert_fault("src/lib.rs", "pub  use ids::Slug;", "re-exports nothing");
    assert_fine("src/cli/serve.rs", "use crate::{db, web, worker};");
    assert_fine("src/web/home.rs", "use crate::courses::{self, store::db};\nuse super::State;");
    assert_fine("src/ids.rs", "// crate::web\nconst A: &str = \"crate::web\"; const B: &str = r#\"crate::\"web\"#;");
    assert_fine(
        "src/ids.rs",
        "const Q: char = '\"'; const R: char = '\\''; /* use crate::web; */ fn f<'a>(_: &'a str) {}",
    );
}

#[test]
fn fenced_words_are_faults_elsewhere() {
    assert_fault("src/accounts/mod.rs", "fn f() { sqlx::query!(\"SELECT 1\"); }", "sqlx::query");
    assert_fault("src/accounts/mod.rs", "use sqlx::{PgPool, query_as};", "sqlx::query_as");
    assert_fault("src/accounts/mod.rs", "use actix_web::web;", "src/accounts/mod.rs:2: `actix_web` may stand only in");
    assert_fault("src/grading/mod.rs", "use ort::session::Session;", "`ort`");
    assert_fault("src/mail/mod.rs", "let t = Utc::now();", "`Utc::now`");
    assert_fault("src/web/home.rs", "use std::process::Command;", "`Command`");
    assert_fault("src/mail/mod.rs", "fn f() -> anyhow::Result<()> {}", "`anyhow`");
    assert_fine("src/accounts/store.rs", "fn f() { sqlx::query!(\"SELECT 1\"); }");
    assert_fine(
        "src/mail/mod.rs",
        "// ort, Command and Utc::now\nuse chrono::Utc; fn export(sort: Commands) { let now = clock.now(); }",
    );
}

#[test]
fn long_and_nameless_files_are_faults() {
    let body = "    f();\n".repeat(60);
    assert_fault("src/db/mod.rs", &format!("fn long() {{\n{body}}}\n"), "src/db/mod.rs:2: `long` has 62 lines");
    assert_fine(
        "src/db/mod.rs",
        &format!("fn fits() {{\n{}}}\ntrait T {{ fn none(&self) -> [u8; 3]; }}", "    f();\n".repeat(58)),
    );
    assert_fault("tests/stories/main.rs", &"\n".repeat(400), "401 lines");
    let nameless = faults(&Source::new("src/db/mod.rs", "use std::fmt;\n"));
    assert!(nameless[0].to_string().starts_with("src/db/mod.rs:1: the first line"), "{nameless:?}");
}
