//! Content of courses: what authors may write, what happens when they change it, and what is in the repository.

use std::fs;
use std::path::Path;

use assay::accounts::Role;
use assay::courses;
use sqlx::PgPool;
use tempfile::TempDir;

use crate::app::story;
use crate::courses::{install, install_own};

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
title = { en = "First", zh = "第一课" }
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
kind = "multiple"
difficulty = "easy"
tags = ["sums"]
source = "arithmetic"
stem = { en = "Which are even?", zh = "哪些是偶数？" }
options = [
  { text = { en = "2", zh = "2" }, correct = true, why = { en = "Even.", zh = "偶数。" } },
  { text = { en = "4", zh = "4" }, correct = true, why = { en = "Even.", zh = "偶数。" } },
  { text = { en = "3", zh = "3" }, correct = false, why = { en = "Odd.", zh = "奇数。" } },
]
"#;

/// A content folder with one small course, whose lesson is in English only.
pub fn content(lesson: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let module = folder.path().join("courses/sums/01-first");
    fs::create_dir_all(&module).unwrap();
    fs::write(folder.path().join("courses/sums/course.toml"), COURSE).unwrap();
    fs::write(module.join("en.md"), lesson).unwrap();
    fs::write(module.join("items.toml"), BANK).unwrap();
    folder
}

fn edit(content: &TempDir, file: &str, from: &str, to: &str) {
    let path = content.path().join("courses/sums").join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from));
    fs::write(path, text.replace(from, to)).unwrap();
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn everything_in_the_repository_renders_without_a_fault(pool: PgPool) {
    story(pool, async |app| {
        let authored = courses::load(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap_or_else(|error| panic!("{error}"));
        let faults: Vec<String> = courses::check(&authored).iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        install_own(app).await;
        for course in &authored {
            for module in &course.course.modules {
                let path = format!("/courses/{}/{}", course.course.slug, module.slug);
                for reader in [app.stranger(), app.stranger().in_chinese()] {
                    let page = reader.get(&path).await;
                    assert_eq!(page.status, 200, "{path}");
                    assert!(!page.text().contains(" style="), "{path} carries styles of its own");
                    assert_eq!(page.all("code.formula").len(), 0);
                    for image in page.attributes("article img", "src") {
                        assert_eq!(reader.get(&image).await.header("content-type"), "image/svg+xml");
                    }
                    for link in page.attributes("article a[href^='/courses']", "href") {
                        assert_eq!(reader.get(&link).await.status, 200, "{path} links to {link}");
                    }
                }
            }
        }
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_lesson_that_is_not_translated_says_so(pool: PgPool) {
    story(pool, async |app| {
        install(app, content("## One\n\nEnglish text.").path()).await;
        let page = app.stranger().in_chinese().get("/courses/sums/first").await;
        assert_eq!(page.one(".notice.warning"), "本模块课文目前只有英文版。");
        assert_eq!(
            (page.attributes("html", "lang"), page.attributes("article", "lang")),
            (vec!["zh-Hans".into()], vec!["en".into()])
        );
        assert_eq!(app.stranger().get("/courses/sums/first").await.all(".notice.warning").len(), 0);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn what_an_author_writes_cannot_act_on_the_page(pool: PgPool) {
    story(pool, async |app| {
        let lesson = "<script>alert(1)</script>\n\n<img src=/x.png onerror=alert(1)> [x](javascript:alert(1))\n\n\
                      <p style=\"position:fixed\" id=main>x</p>\n\n<form action=//evil><input></form>\n";
        install(app, content(lesson).path()).await;
        let page = app.stranger().get("/courses/sums/first").await;
        assert_eq!(
            page.all("article script, article form, article input, article [style], article [onerror]").len(),
            0
        );
        assert_eq!(page.attributes("article a", "href"), Vec::<String>::new());
        assert_eq!(page.attributes("#main", "tabindex"), ["-1"]);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_diagram_is_a_file_that_does_nothing_but_show(pool: PgPool) {
    story(pool, async |app| {
        install(app, content("```mermaid\nflowchart LR\n  A --> B\n```\n").path()).await;
        let page = app.stranger().get("/courses/sums/first").await;
        let image = page.attributes("article img", "src").remove(0);
        assert!(page.one("article details").contains("flowchart LR"));
        let drawing = app.stranger().get(&image).await;
        assert_eq!((drawing.status.as_u16(), drawing.header("content-type")), (200, "image/svg+xml"));
        assert!(drawing.header("content-security-policy").starts_with("default-src 'none'; style-src 'unsafe-inline'"));
        assert!(drawing.header("cache-control").contains("immutable"));
        for unknown in ["/diagrams/x.svg", &format!("/diagrams/{}.svg", "0".repeat(64)), "/diagrams/x"] {
            assert_eq!(app.stranger().get(unknown).await.status, 404);
        }
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_course_that_changes_keeps_its_old_versions(pool: PgPool) {
    story(pool, async |app| {
        let folder = content("Text.");
        let first = install(app, folder.path()).await;
        assert!(first[0].is_new);
        let ada = app.person("Ada", Role::Learner).await;
        let attempt = ada.starts("/courses/sums/first/quiz").await;

        edit(&folder, "01-first/en.md", "Text.", "Better text.");
        let same = install(app, folder.path()).await;
        assert_eq!((same[0].version, same[0].is_new), (first[0].version, false), "a typo voids nothing");
        assert!(ada.get("/courses/sums/first").await.one("article").contains("Better text."));

        edit(&folder, "01-first/items.toml", "Which are even?", "Which are odd?");
        edit(&folder, "01-first/items.toml", "correct = true", "correct = false");
        edit(
            &folder,
            "01-first/items.toml",
            "{ en = \"3\", zh = \"3\" }, correct = false",
            "{ en = \"3\", zh = \"3\" }, correct = true",
        );
        edit(&folder, "course.toml", "pass = 0.8", "pass = 1.0");
        let second = install(app, folder.path()).await;
        assert!(second[0].is_new && second[0].version != first[0].version);
        let versions: i64 = sqlx::query_scalar("SELECT count(*) FROM course_versions WHERE slug = 'sums'")
            .fetch_one(&app.pool)
            .await
            .unwrap();
        assert_eq!(versions, 2);
        for frozen in ["UPDATE course_versions SET slug = 'x'", "UPDATE items SET name = 'x'", "DELETE FROM items"] {
            assert!(sqlx::query(frozen).execute(&app.pool).await.is_err(), "{frozen}");
        }

        // The open paper is marked by the questions and the pass mark that it was drawn with.
        assert!(ada.get(&attempt).await.one(".stem").contains("Which are even?"));
        let result = ada.hands_in(&attempt, &ada.answers(&attempt, 1).await).await;
        assert!(
            result.one("main .notice").contains("Passed. You reached 1 of 1 points (100 %). The pass mark is 80 %.")
        );
        let next = ada.starts("/courses/sums/first/quiz").await;
        assert!(ada.get(&next).await.one(".stem").contains("Which are odd?"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn several_right_options_earn_parts_of_the_point(pool: PgPool) {
    story(pool, async |app| {
        install(app, content("Text.").path()).await;
        let ada = app.person("Ada", Role::Learner).await;
        let attempt = ada.starts("/courses/sums/first/quiz").await;
        assert_eq!(ada.get(&attempt).await.attributes("fieldset input", "type"), ["checkbox"; 3]);
        let mut form = ada.answers(&attempt, 1).await;
        form.truncate(1);
        let result = ada.hands_in(&attempt, &form).await;
        assert!(result.one("main .notice").starts_with("Not passed. You reached 0.5 of 1 points (50 %)."));
        let mut verdicts = result.all(".explained .status");
        verdicts.sort();
        assert_eq!(verdicts, ["· Wrong, not chosen", "→ Right, not chosen", "✓ Your choice, right"]);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_course_whose_folder_is_gone_is_withdrawn(pool: PgPool) {
    story(pool, async |app| {
        let folder = content("Text.");
        install(app, folder.path()).await;
        fs::remove_dir_all(folder.path().join("courses/sums")).unwrap();
        install(app, folder.path()).await;
        assert_eq!(app.stranger().get("/courses/sums").await.status, 404);
        let folder = content("Text.");
        install(app, folder.path()).await;
        assert_eq!(app.stranger().get("/courses/sums").await.status, 200);
    })
    .await;
}
