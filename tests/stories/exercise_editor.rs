//! Exercises authored in the browser: from a table to a published exercise, archives, and who may do what.

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};

use assay::accounts::Role;
use assay::authoring::{self, Kind, New, tree::Tree};
use assay::clock::Clock as _;
use assay::courses::staff::{self, StaffRole};
use sqlx::PgPool;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::app::{Actor, Seen, TestApp, story};

pub fn content(path: &str) -> Vec<u8> {
    fs::read(format!("{}/exercises/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// An instructor with a course of their own that is called `slug`.
pub async fn owner<'a>(app: &'a TestApp, name: &str, slug: &str) -> Actor<'a> {
    let actor = app.person(name, Role::Instructor).await;
    let (slug, by) = (slug.parse().unwrap(), (actor.person, app.clock.now()));
    let mut tx = app.pool.begin().await.unwrap();
    let course = New { kind: Kind::Course, slug, course: "x".parse().unwrap(), tree: Tree::default() };
    let course = New { course: course.slug.clone(), ..course };
    authoring::create(&mut tx, &course, "create", by).await.unwrap();
    staff::appoint(&mut tx, &course.slug, actor.person.unwrap(), Some(StaffRole::Owner), by).await.unwrap();
    tx.commit().await.unwrap();
    actor
}

pub const SETTINGS: [(&str, &str); 13] = [
    ("title_en", "Tumours"),
    ("title_zh", "肿瘤"),
    ("summary_en", "Benign or malignant?"),
    ("summary_zh", "良性还是恶性？"),
    ("earns", "on"),
    ("attempts_per_day", "10"),
    ("metric", "accuracy"),
    ("pass", "0.94"),
    ("model_mb", "10"),
    ("wall_seconds", "20"),
    ("cpu_seconds", "20"),
    ("memory_mb", "1024"),
    ("sealing", "none"),
];

/// Begins the exercise `tumours` and fills in everything but its reference solutions.
pub async fn begins_tumours(ines: &Actor<'_>, course: &str) {
    let begun = ines
        .post(
            &format!("/teach/courses/{course}/exercises/new"),
            &[("slug", "tumours"), ("title_en", "Tumours"), ("title_zh", "肿瘤"), ("task", "classification")],
        )
        .await;
    assert_eq!(begun.location(), "/teach/exercises/tumours/edit");
    let page = ines.get("/teach/exercises/tumours/edit").await;
    assert!(page.one(".notice.warning h3").starts_with("One problem"), "a draft without data: {}", page.text());
    let (public, hidden) = (content("breast-cancer/data/public.csv"), content("breast-cancer/data/hidden.csv"));
    let files: [(&str, &str, &[u8]); 2] = [("public", "train.csv", &public), ("hidden", "test.csv", &hidden)];
    let sent =
        ines.uploads_all("/teach/exercises/tumours/data", &files, &[("mode", "parts"), ("label", "diagnosis")]).await;
    assert_eq!(sent.location(), "/teach/exercises/tumours/edit?notice=saved#data");
    let page = ines.get("/teach/exercises/tumours/edit").await;
    assert!(page.one(".notice.warning li").contains("summary"), "it cannot be published yet");
    let files = page.all("#data + ul li");
    assert!(files[0].starts_with("data/hidden.csv") && files[0].ends_with("hidden: never served"), "{files:?}");
    assert!(files[1].starts_with("data/public.csv") && files[1].ends_with("to learn from"), "{files:?}");
    assert!(page.text().contains("Nothing was found that is easily overlooked"), "the data are looked through at once");
    ines.post("/teach/exercises/tumours/settings", &SETTINGS).await.location();
}

pub async fn adds(ines: &Actor<'_>, purpose: &str, file: &str) -> Seen {
    let name = file.rsplit('/').next().unwrap();
    ines.uploads("/teach/exercises/tumours/examples", (name, &content(file)), &[("as", purpose)]).await
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn an_exercise_is_authored_proven_published_and_passed(pool: PgPool) {
    story(pool, async |app| {
        let ines = owner(app, "Ines", "medicine").await;
        begins_tumours(&ines, "medicine").await;
        adds(&ines, "right", "breast-cancer/wrong/stump.onnx").await.location();
        let refused = ines.post("/teach/exercises/tumours/publish", &[]).await;
        assert!(refused.text().contains("have not all come out as expected"), "untried");
        ines.post("/teach/exercises/tumours/try", &[]).await.location();
        app.run_jobs().await;
        let page = ines.get("/teach/exercises/tumours/edit").await;
        let row = page.one("#examples ~ .scroll tbody tr");
        assert!(
            row.contains("right/stump.onnx") && row.contains("output does not fit") && row.contains("class"),
            "{row}"
        );
        let refused = ines.post("/teach/exercises/tumours/publish", &[]).await;
        assert_eq!(refused.status, 409, "the reference solution fails");

        ines.post("/teach/exercises/tumours/remove", &[("path", "right/stump.onnx")]).await.location();
        adds(&ines, "right", "breast-cancer/right/logreg_string_labels.onnx").await.location();
        // Its classes are in another order than those of the uploaded table.
        let stump = content("breast-cancer/wrong/stump.onnx");
        let fields = [("as", "wrong"), ("verdict", "wrong_output")];
        ines.uploads("/teach/exercises/tumours/examples", ("stump.onnx", &stump), &fields).await.location();
        ines.post("/teach/exercises/tumours/try", &[]).await.location();
        app.run_jobs().await;
        let page = ines.get("/teach/exercises/tumours/edit").await;
        assert!(page.text().contains("Every reference solution came out as stated"), "{}", page.text());
        let published = ines.post("/teach/exercises/tumours/publish", &[]).await;
        assert_eq!(published.location(), "/teach/exercises/tumours/edit?notice=published");

        let ada = app.person("Ada", Role::Learner).await;
        assert_eq!(ada.get("/exercises/tumours").await.one("h1"), "Tumours");
        assert_eq!(app.stranger().in_chinese().get("/exercises/tumours").await.one("h1"), "肿瘤");
        let bo = app.person("Bo", Role::Learner).await;
        let file = content("breast-cancer/right/logreg_string_labels.onnx");
        let sent = bo.submits("tumours", &file, &[]).await;
        app.run_jobs().await;
        let result = bo.get(sent.location()).await;
        assert!(result.one(".sentence").starts_with("Passed. Accuracy: 97.50 %"), "{}", result.one(".sentence"));
        // Restarting with the content folder leaves what was authored here alone.
        app.load_content().await;
        assert_eq!(bo.get("/exercises/tumours").await.status, 200);
        let actions =
            "SELECT count(DISTINCT action) FROM audit_log WHERE action IN ('work.create', 'work.edit', 'work.publish')";
        assert_eq!(app.count(actions).await, 3);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn what_was_typed_stays_and_each_fault_has_a_sentence(pool: PgPool) {
    story(pool, async |app| {
        let ines = owner(app, "Ines", "medicine").await;
        begins_tumours(&ines, "medicine").await;
        let mut form = SETTINGS.to_vec();
        form.retain(|(name, _)| !["pass", "title_zh", "memory_mb"].contains(name));
        form.extend([("pass", "ninety"), ("title_zh", ""), ("memory_mb", "12")]);
        let back = ines.post("/teach/exercises/tumours/settings", &form).await;
        assert_eq!(back.status, 422);
        assert_eq!(back.all("#error-summary li").len(), 3, "{:?}", back.all("#error-summary li"));
        assert_eq!(back.attributes("#pass", "value"), ["ninety"], "nothing typed is lost");
        let data = async |name: &str, bytes: &[u8]| {
            let files: [(&str, &str, &[u8]); 1] = [("whole", name, bytes)];
            let shares = [("mode", "whole"), ("public_share", "50"), ("hidden_share", "50"), ("seed", "7")];
            ines.uploads_all("/teach/exercises/tumours/data", &files, &shares).await
        };
        let seen = data("table.csv", b"a,b,label\n1,2,x\n3,oops,y\n").await;
        assert_eq!(seen.status, 422);
        assert!(seen.text().contains("oops") && seen.text().contains("row 2"), "{}", seen.one("main"));
        let seen = data("notes.pdf", b"%PDF-1.7 nothing").await;
        assert_eq!(seen.status, 422, "{}", seen.text());
        let page = ines.get("/teach/exercises/tumours/edit").await;
        assert!(page.text().contains("data/hidden.csv"), "a refused upload changes nothing");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn one_table_is_divided_and_what_is_overlooked_is_found(pool: PgPool) {
    story(pool, async |app| {
        let ines = owner(app, "Ines", "medicine").await;
        begins_tumours(&ines, "medicine").await;
        let mut table = String::from("a,b,same,label\n");
        for row in 0..300 {
            let class = if row % 30 == 0 { "rare" } else { "usual" };
            writeln!(table, "{},{},7,{class}", row / 2, row % 5 * (row / 2)).unwrap();
        }
        let files: [(&str, &str, &[u8]); 1] = [("whole", "all.csv", table.as_bytes())];
        let shares = [("mode", "whole"), ("public_share", "60"), ("hidden_share", "30"), ("private_share", "10")];
        ines.uploads_all("/teach/exercises/tumours/data", &files, &shares).await.location();
        let page = ines.get("/teach/exercises/tumours/edit").await;
        let found = page.all("#findings + ul li").join("\n");
        assert!(found.contains("same"), "the constant column is named: {found}");
        assert!(page.text().contains("Private samples are kept on this server"));
        assert_eq!(page.attributes("#sealing option[selected]", "value"), ["private"], "a private part seals");
        let exported = ines.get("/teach/exercises/tumours/export").await;
        let mut archive = zip::ZipArchive::new(Cursor::new(exported.bytes.to_vec())).unwrap();
        let names: Vec<String> =
            (0..archive.len()).map(|at| archive.by_index(at).unwrap().name().unwrap().into_owned()).collect();
        assert!(names.contains(&"exercises/tumours/data/hidden.csv".to_owned()), "{names:?}");
        assert!(!names.iter().any(|name| name.contains("private")), "private samples leave in no archive: {names:?}");
    })
    .await;
}

/// The bytes of a ZIP archive with these files.
pub fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn an_archive_is_looked_through_before_anything_changes(pool: PgPool) {
    story(pool, async |app| {
        let ines = owner(app, "Ines", "medicine").await;
        begins_tumours(&ines, "medicine").await;
        let exported = ines.get("/teach/exercises/tumours/export").await;
        assert_eq!(exported.status, 200);
        let unchanged = ines.uploads("/teach/import", ("tumours.zip", &exported.bytes), &[]).await;
        let report = ines.get(unchanged.location()).await;
        assert!(report.text().contains("Nothing differs") && report.all("form button").iter().all(|b| b != "Import"));

        let toml = "format = 1";
        let other = archive(&[("exercises/new-one/exercise.toml", toml.as_bytes()), ("README.md", b"hello")]);
        let sent = ines.uploads("/teach/import", ("x.zip", &other), &[("course", "medicine")]).await;
        let place = sent.location().to_owned();
        let report = ines.get(&place).await;
        assert!(report.text().contains("as a draft of the course medicine"), "{}", report.one("main"));
        assert!(report.text().contains("missing field"), "its faults are told: {}", report.one("main"));
        assert_eq!(
            app.count("SELECT count(*) FROM works WHERE slug = 'new-one'").await,
            0,
            "a dry run changes nothing"
        );
        let sly = app.person("Sly", Role::Instructor).await;
        assert_eq!(sly.get(&place).await.status, 404, "somebody else's import");
        assert_eq!(ines.post(&place, &[]).await.location(), "/teach/exercises/new-one/edit?notice=imported");
        assert_eq!(app.count("SELECT count(*) FROM works WHERE slug = 'new-one'").await, 1);
        assert_eq!(ines.post(&place, &[]).await.status, 409, "an import is applied once");

        let refused = async |files: &[(&str, &[u8])]| {
            let seen = ines.uploads("/teach/import", ("x.zip", &archive(files)), &[("course", "medicine")]).await;
            assert_eq!(seen.status, 422);
            seen.one("main")
        };
        assert!(refused(&[("../exercise.toml", b"x")]).await.contains("cannot be a file"));
        assert!(refused(&[("notes.txt", b"x")]).await.contains("no course.toml"));
        let taken = app.person("Olga", Role::Instructor).await;
        let sent = taken.uploads("/teach/import", ("tumours.zip", &exported.bytes), &[]).await;
        assert!(taken.get(sent.location()).await.text().contains("This name is taken"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn content_from_files_is_copied_under_another_name(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let ines = owner(app, "Ines", "medicine").await;
        let form = [("from", "mnist-train"), ("slug", "my-digits")];
        let made = ines.post("/teach/courses/medicine/exercises/copy", &form).await;
        assert_eq!(made.location(), "/teach/exercises/my-digits/edit");
        let page = ines.get(made.location()).await;
        assert_eq!(page.all("#publish ~ .notice.warning li"), Vec::<String>::new(), "its neighbours' files came along");
        assert!(page.text().contains("data/t10k-images-idx3-ubyte.gz") && page.text().contains("right/train.py"));
        assert_eq!(page.attributes("#script_kb", "value"), ["16"]);
        let version = "SELECT count(DISTINCT version) FROM exercise_versions WHERE slug = 'mnist-train'";
        assert_eq!(app.count(version).await, 1);

        let form = [("slug", "my-course")];
        let made = ines.post("/teach/courses/ai-foundation-models/fork", &form).await;
        assert_eq!(made.location(), "/teach/courses/my-course");
        let page = ines.get("/teach/courses/my-course").await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("my-course-mnist-practitioner"), "exams have names of their own");
        let preview = ines.get("/teach/courses/my-course/certificate?name=Wu").await;
        assert_eq!(preview.all(".certificate-name"), ["Wu", "Wu"]);
        let class = ines.get("/teach/courses/my-course/class").await;
        assert!(class.status == 409 && class.text().contains("not published yet"), "a draft has no class, and says so");
        let taken = ines.post("/teach/courses/ai-foundation-models/fork", &form).await;
        assert_eq!(taken.status, 409, "the name is taken now");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn each_role_does_what_it_may_and_strangers_find_nothing(pool: PgPool) {
    story(pool, async |app| {
        let ines = owner(app, "Ines", "medicine").await;
        begins_tumours(&ines, "medicine").await;
        let foreign = owner(app, "Olga", "other").await;
        let admin = app.person("Root", Role::Admin).await;
        let pages = ["/teach/exercises/tumours/edit", "/teach/courses/medicine/staff"];
        let writes = [
            "/teach/exercises/tumours/settings",
            "/teach/exercises/tumours/statement",
            "/teach/exercises/tumours/file",
            "/teach/exercises/tumours/remove",
            "/teach/exercises/tumours/try",
            "/teach/exercises/tumours/publish",
            "/teach/exercises/tumours/compare",
            "/teach/courses/medicine/exercises/new",
            "/teach/courses/medicine/exercises/copy",
            "/teach/courses/medicine/fork",
        ];
        for page in pages {
            assert_eq!(foreign.get(page).await.status, 404, "{page}");
            assert_eq!(admin.get(page).await.status, 200, "{page}");
        }
        for path in writes {
            assert_eq!(foreign.post(path, &[]).await.status, 404, "{path}");
        }
        assert_eq!(foreign.get("/teach/exercises/tumours/export").await.status, 404);
        assert_eq!(foreign.uploads("/teach/exercises/tumours/data", ("a.csv", b"a"), &[]).await.status, 404);
        for (role, may_write) in [("viewer", false), ("grader", false), ("author", true)] {
            let name = format!("P{role}");
            let person = app.person(&name, Role::Instructor).await;
            let email = format!("{}@example.org", name.to_lowercase());
            let form = [("email", email.as_str()), ("role", role)];
            assert_eq!(
                person.post("/teach/courses/medicine/staff", &form).await.status,
                404,
                "nobody appoints themselves"
            );
            ines.post("/teach/courses/medicine/staff", &form).await.location();
            for page in pages {
                assert_eq!(person.get(page).await.status, 200, "{role} at {page}");
            }
            for path in writes {
                let status = person.post(path, &[]).await.status;
                assert_eq!(status != 403, may_write, "{role} at {path}: {status}");
            }
            assert_eq!(person.post("/teach/courses/medicine/staff", &form).await.status, 403, "only owners appoint");
            assert_eq!(person.get("/teach/exercises/tumours/export").await.status == 200, may_write, "{role}");
        }
        let last = ines.post("/teach/courses/medicine/staff", &[("email", "ines@example.org"), ("role", "none")]).await;
        assert_eq!(last.status, 409, "a course keeps an owner");
        let learner = app.person("Ada", Role::Learner).await;
        let form = [("email", "ada@example.org"), ("role", "viewer")];
        assert!(ines.post("/teach/courses/medicine/staff", &form).await.text().contains("is a learner"));
        assert_eq!(learner.get("/teach/exercises/tumours/edit").await.status, 403);
    })
    .await;
}
