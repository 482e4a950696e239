//! Courses in the browser: drafts, two authors at once, publishing now and at a time, and what stays out of reach.

use assay::accounts::Role;
use assay::clock::Clock as _;
use assay::courses::staff::{self, StaffRole};
use assay::ids::Slug;
use chrono::Duration;
use sqlx::PgPool;

use crate::app::{Actor, Seen, TestApp, story};

const COURSE: &str = "/teach/courses/sums";
const MODULE: &str = "/teach/courses/sums/modules/introduction";

/// A course that this instructor began.
pub async fn begins(actor: &Actor<'_>) {
    let titles = [("slug", "sums"), ("title_en", "Sums"), ("title_zh", "加法")];
    assert_eq!(actor.post("/teach/courses", &titles).await.location(), "/teach/courses/sums?notice=course-created");
}

/// Makes somebody a member of the course's staff.
pub async fn appoints(app: &TestApp, actor: &Actor<'_>, role: StaffRole) {
    let mut conn = app.pool.acquire().await.unwrap();
    let course: Slug = "sums".parse().unwrap();
    staff::appoint(&mut conn, &course, actor.person.unwrap(), Some(role), (None, app.clock.now())).await.unwrap();
}

/// The values that a page's form was filled with, for the fields named here.
pub fn filled<'a>(seen: &Seen, names: &[&'a str]) -> Vec<(&'a str, String)> {
    let value = |name: &str| {
        let inputs = seen.attributes(&format!("input[name='{name}']"), "value");
        inputs.into_iter().next().unwrap_or_else(|| panic!("no field {name} in: {}", seen.text()))
    };
    names.iter().map(|name| (*name, value(name))).collect()
}

/// Sends a form with fields as the page had them, and others that were changed.
pub async fn sends(actor: &Actor<'_>, path: &str, kept: &[(&str, String)], changed: &[(&str, &str)]) -> Seen {
    let kept: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
    actor.post(path, &[&kept, changed].concat()).await
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_course_is_created_edited_in_both_languages_and_published(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, ada) = (app.person("Ivy", Role::Instructor).await, app.person("Ada", Role::Learner).await);
        let faulty = ivy.post("/teach/courses", &[("slug", "No Slug"), ("title_en", "Sums"), ("title_zh", "")]).await;
        assert_eq!((faulty.status.as_u16(), faulty.all("#error-summary li").len()), (422, 2));
        assert_eq!(faulty.attributes("#title_en", "value"), ["Sums"], "what was typed stays");
        begins(&ivy).await;
        let outline = ivy.get(COURSE).await;
        assert_eq!(outline.one(".status"), "Draft");
        assert_eq!(outline.one("#problems"), "Problems (0)", "{}", outline.text());
        assert_eq!(ada.get("/courses/sums").await.status, 404);
        let page = ivy.get(MODULE).await;
        assert!(page.one("#preview-en").contains("Write the lesson here."));
        let bases = filled(&page, &["base_en", "base_zh"]);
        let texts = [("text_en", "One and one is **two**.\r\n"), ("text_zh", "一加一等于**二**。\r\n")];
        let shown = sends(&ivy, MODULE, &bases, &[texts[0], texts[1], ("do", "preview")]).await;
        assert_eq!(shown.all("#preview-zh strong"), ["二"]);
        assert!(ivy.get(MODULE).await.one("#text_en").contains("Write the lesson here."), "a preview saves nothing");
        sends(&ivy, MODULE, &bases, &texts).await.location();
        assert_eq!(ivy.get(MODULE).await.one("#text_zh"), "一加一等于**二**。");
        let live = ivy.post("/teach/preview", &[("text", "$x^$"), ("lang", "en")]).await;
        assert_eq!(live.all(".notice li").len(), 1, "a fault with its line: {}", live.text());
        ivy.post(&format!("{COURSE}/publish"), &[("when", "now")]).await.location();
        let lesson = ada.get("/courses/sums/introduction").await;
        assert_eq!(lesson.one("article.lesson"), "One and one is two.");
        assert_eq!(ivy.get(COURSE).await.one(".status"), "Published");
        // The content folder is loaded at each start; it leaves the course alone.
        app.load_content().await;
        assert_eq!(ada.get("/courses/sums/introduction").await.status, 200);
        // One language changed after the other.
        let bases = filled(&ivy.get(MODULE).await, &["base_en"]);
        sends(&ivy, MODULE, &bases, &[("text_en", "One and one is still two.")]).await.location();
        let marked = ivy.get(MODULE).await;
        assert!(marked.one("section[aria-labelledby=side-zh] .status").starts_with("Out of date"));
        assert!(marked.all("section[aria-labelledby=side-en] .status").is_empty());
        assert_eq!(ivy.get(COURSE).await.one(".status"), "Published, with unpublished changes");
        assert_eq!(ada.get("/courses/sums/introduction").await.one("article.lesson"), "One and one is two.");
        let audit =
            "SELECT count(*) FROM audit_log WHERE action LIKE 'work.%' AND detail ? 'before' AND detail ? 'after'";
        assert_eq!(app.count(audit).await, 4, "created, edited, published, edited");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn two_authors_see_both_texts_and_lose_nothing(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, bob) = (app.person("Ivy", Role::Instructor).await, app.person("Bob", Role::Instructor).await);
        begins(&ivy).await;
        appoints(app, &bob, StaffRole::Author).await;
        let bases = filled(&ivy.get(MODULE).await, &["base_en", "base_zh"]);
        sends(&ivy, MODULE, &bases, &[("text_en", "Ivy's words."), ("text_zh", "")]).await.location();
        assert!(ivy.get(COURSE).await.text().contains("Chinese missing"), "an emptied lesson is gone");
        // Bob began with the same state and wrote both.
        let theirs = sends(&bob, MODULE, &bases, &[("text_en", "Bob's words."), ("text_zh", "鲍勃的话。")]).await;
        assert_eq!(theirs.status.as_u16(), 409);
        assert_eq!(theirs.one("section[aria-labelledby=side-en] pre"), "Ivy's words.");
        assert_eq!((theirs.one("#text_en"), theirs.one("#text_zh")), ("Bob's words.".into(), "鲍勃的话。".into()));
        let bases = filled(&theirs, &["base_en", "base_zh"]);
        let merged = [("text_en", "Ivy's and Bob's words."), ("text_zh", "鲍勃的话。")];
        sends(&bob, MODULE, &bases, &merged).await.location();
        assert_eq!(ivy.get(MODULE).await.one("#text_en"), "Ivy's and Bob's words.");
        // Forms over course.toml: what two authors changed apart is merged, what they both changed is shown.
        let settings = format!("{COURSE}/settings");
        let page = ivy.get(&settings).await;
        let base = filled(&page, &["base"]);
        let said = |title: &'static str| {
            [
                ("title_en", title),
                ("title_zh", "加法"),
                ("summary_en", "S"),
                ("summary_zh", "概述"),
                ("level_en", "All"),
                ("level_zh", "零基础"),
                ("hours", "2"),
                ("edition", "1.0"),
                ("language", "en"),
                ("language", "zh"),
            ]
        };
        let data = [
            ("title_en", "Start"),
            ("title_zh", "开始"),
            ("summary_en", "S"),
            ("summary_zh", "概述"),
            ("minutes", "20"),
            ("draw", "1"),
            ("pass", "60"),
        ];
        sends(&bob, &format!("{MODULE}/data"), &base, &data).await.location();
        sends(&ivy, &settings, &base, &said("Adding")).await.location();
        let outline = ivy.get(COURSE).await;
        assert_eq!((outline.one("h1"), outline.one("tbody th")), ("Adding".into(), "Start".into()));
        let clash = sends(&bob, &settings, &base, &said("Summing")).await;
        assert_eq!(clash.status.as_u16(), 409);
        assert!(
            clash.one("pre").contains("title.en = \"Adding\"") && clash.one("#text").contains("title.en = \"Summing\"")
        );
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn modules_come_move_and_go(pool: PgPool) {
    story(pool, async |app| {
        let ivy = app.person("Ivy", Role::Instructor).await;
        begins(&ivy).await;
        assert_eq!(ivy.post(&format!("{MODULE}/remove"), &[]).await.status, 409, "the last one stays");
        let titles = [("title_en", "More sums"), ("title_zh", "再学加法")];
        let new = ivy.post(&format!("{COURSE}/modules"), &titles).await;
        assert_eq!(new.location(), "/teach/courses/sums/modules/more-sums?notice=saved");
        let modules = async || ivy.get(COURSE).await.all("tbody th");
        assert_eq!(modules().await, ["Introduction", "More sums"]);
        let moved = ivy.post(&format!("{COURSE}/move"), &[("shift", "up more-sums")]).await;
        assert_eq!(moved.location(), "/teach/courses/sums#up-more-sums", "the button stays under the finger");
        let outline = ivy.get(COURSE).await;
        assert_eq!(outline.all("tbody th"), ["More sums", "Introduction"]);
        assert_eq!(outline.attributes("button[disabled]", "id"), ["up-more-sums", "down-introduction"]);
        assert_eq!(outline.one("#problems"), "Problems (0)");
        assert!(ivy.get(&format!("{MODULE}/remove")).await.one("h1").contains("Introduction"));
        ivy.post(&format!("{MODULE}/remove"), &[]).await.location();
        assert_eq!(modules().await, ["More sums"]);
        assert_eq!(ivy.get(MODULE).await.status, 404);
        // What the forms cannot read is mended as text.
        let file = format!("{COURSE}/file?path=course.toml");
        let page = ivy.get(&file).await;
        let kept = filled(&page, &["path", "base", "next"]);
        assert!(page.one("#text").contains("hours = 1"));
        sends(&ivy, &format!("{COURSE}/file"), &kept, &[("text", "slug = \"sums\"\nhours = ")]).await.location();
        assert!(ivy.get(COURSE).await.one(".notice.danger").contains("line 2"));
        assert_eq!(ivy.get(&format!("{COURSE}/settings")).await.status, 422);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_publication_waits_for_its_time(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, ada) = (app.person("Ivy", Role::Instructor).await, app.person("Ada", Role::Learner).await);
        begins(&ivy).await;
        let publish = format!("{COURSE}/publish");
        let past = [("when", "schedule"), ("at", "2026-11-23T08:59")];
        assert_eq!(ivy.post(&publish, &past).await.status, 422);
        ivy.post(&publish, &[("when", "schedule"), ("at", "2026-11-24T09:00")]).await.location();
        assert!(ivy.get(COURSE).await.one(".status").starts_with("Scheduled for 24 Nov 2026 09:00"));
        ivy.post(&publish, &[("when", "cancel")]).await.location();
        assert_eq!(ivy.get(COURSE).await.one(".status"), "Draft");
        ivy.post(&publish, &[("when", "schedule"), ("at", "2026-11-24T10:00")]).await.location();
        app.clock.advance(Duration::hours(26));
        app.run_jobs().await;
        assert_eq!(ada.get("/courses/sums").await.one("h1"), "Sums");
        assert_eq!(ivy.get(COURSE).await.one(".status"), "Published");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn only_authors_write_and_only_staff_reads(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, vera) = (app.person("Ivy", Role::Instructor).await, app.person("Vera", Role::Instructor).await);
        let (oscar, root) = (app.person("Oscar", Role::Instructor).await, app.person("Root", Role::Admin).await);
        begins(&ivy).await;
        appoints(app, &vera, StaffRole::Viewer).await;
        let base = filled(&ivy.get(MODULE).await, &["base_en", "base_zh"]);
        let page = vera.get(COURSE).await;
        assert!(page.all("main button").is_empty(), "a viewer has nothing to press: {}", page.text());
        assert_eq!(vera.get(MODULE).await.attributes("textarea[readonly]", "name"), ["text_en", "text_zh"]);
        for (actor, expected) in [(&vera, 403), (&oscar, 404)] {
            assert_eq!(sends(actor, MODULE, &base, &[("text_en", "x"), ("text_zh", "x")]).await.status, expected);
            for path in ["publish", "move", "modules", "settings", "modules/introduction/remove"] {
                let seen = actor.post(&format!("{COURSE}/{path}"), &[("shift", "up x")]).await;
                assert_eq!(seen.status, expected, "{path}");
            }
        }
        assert_eq!(oscar.get(COURSE).await.status, 404);
        assert_eq!(root.get(COURSE).await.status, 200);
        assert!(root.get("/teach/courses").await.text().contains("Sums"));
        assert!(!oscar.get("/teach/courses").await.text().contains("Sums"));
        // Courses from files are shown and cannot be changed.
        app.load_content().await;
        let files = "/teach/courses/ai-foundation-models";
        assert!(oscar.get("/teach/courses").await.attributes("main th a", "href").contains(&files.to_owned()));
        let read_only = oscar.get(files).await;
        assert!(read_only.one(".notice.info").contains("read from the content folder"));
        assert_eq!(read_only.attributes("main form", "action"), [format!("{files}/fork")]);
        assert_eq!(ivy.post(&format!("{files}/settings"), &[]).await.status, 404);
    })
    .await;
}
