//! Exercises authored in the browser: what of them stays out of reach.

use std::fmt::Write as _;
use std::io::{Cursor, Read as _};

use assay::accounts::Role;
use assay::blobs::Sha256;
use sqlx::PgPool;

use crate::app::{Actor, story};
use crate::exercise_editor::{SETTINGS, adds, begins_tumours, content, owner};
use crate::inspector::tries;

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_history_keeps_hidden_samples_and_solutions_to_authors(pool: PgPool) {
    story(pool, async |app| {
        let ines = owner(app, "Ines", "medicine").await;
        begins_tumours(&ines, "medicine").await;
        adds(&ines, "right", "mnist-train/right/train.py").await.location();
        let history = "/teach/exercises/tumours/history";
        let mut revisions = ines.get(history).await.attributes("td a, th a", "href");
        revisions.retain(|address| address.starts_with(history));
        let (newest, first) = (revisions[0].clone(), revisions.last().unwrap().rsplit('/').next().unwrap().to_owned());
        let file = |path: &str| format!("{newest}?with={first}&path={path}");
        assert!(!ines.get(&file("data/hidden.csv")).await.all("pre.diff").is_empty(), "an author reads everything");
        for role in ["viewer", "grader"] {
            let name = format!("P{role}");
            let person = app.person(&name, Role::Instructor).await;
            let email = format!("p{role}@example.org");
            ines.post("/teach/courses/medicine/staff", &[("email", &email), ("role", role)]).await.location();
            let list = person.get(&format!("{newest}?with={first}")).await;
            let files = list.all("main li");
            assert!(files.iter().any(|file| file.starts_with("data/hidden.csv Added · ")), "with its size: {files:?}");
            assert!(list.text().contains("are for authors of the course"));
            for path in ["data/hidden.csv", "data/public.csv", "right/train.py", "other.txt"] {
                let seen = person.get(&file(path)).await;
                assert!(seen.all("pre.diff").is_empty(), "{role} at {path}");
                assert!(seen.text().contains("are for authors of the course"), "{role} at {path}");
                assert!(!list.attributes("main a", "href").iter().any(|to| to.contains(path)), "{role} at {path}");
            }
            assert!(!person.get(&file("exercise.toml")).await.all("pre.diff").is_empty(), "{role} reads the manifest");
        }
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn results_are_published_only_under_a_version_that_was_on_offer_or_is_proven(pool: PgPool) {
    story(pool, async |app| {
        let ines = owner(app, "Ines", "medicine").await;
        begins_tumours(&ines, "medicine").await;
        let edit = "/teach/exercises/tumours";
        adds(&ines, "right", "breast-cancer/right/logreg_string_labels.onnx").await.location();
        ines.post(&format!("{edit}/try"), &[]).await.location();
        app.run_jobs().await;
        ines.post(&format!("{edit}/publish"), &[]).await.location();
        let bo = app.person("Bo", Role::Learner).await;
        bo.submits("tumours", &content("breast-cancer/right/logreg_string_labels.onnx"), &[]).await.location();
        app.run_jobs().await;
        // A mark that anything reaches, in a draft that nobody ran.
        let mut settings = SETTINGS.to_vec();
        settings.retain(|(name, _)| *name != "pass");
        settings.push(("pass", "0.02"));
        ines.post(&format!("{edit}/settings"), &settings).await.location();
        assert_eq!(ines.post(&format!("{edit}/publish"), &[]).await.status, 409);
        let compared = ines.post(&format!("{edit}/compare"), &[]).await.location().to_owned();
        let version = compared.rsplit('=').next().unwrap();
        let trial = tries(&ines, edit, version, &[]).await;
        app.run_jobs().await;
        let publish = format!("{trial}/publish");
        let refused = ines.post(&publish, &[("reason", "Easier.")]).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text().contains("This version was never on offer"), "{}", refused.text());
        assert_eq!(app.count("SELECT count(*) FROM shadows WHERE published_at IS NOT NULL").await, 0);
        // Proven, it may.
        ines.post(&format!("{edit}/try"), &[]).await.location();
        app.run_jobs().await;
        ines.post(&publish, &[("reason", "Easier.")]).await.location();
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_digest_in_a_manifest_is_no_key_to_another_exercises_data(pool: PgPool) {
    story(pool, async |app| {
        let (ines, olga) = (owner(app, "Ines", "medicine").await, owner(app, "Olga", "other").await);
        begins_tumours(&ines, "medicine").await;
        let mut table = String::from("a,b,same,label\n");
        for row in 0..100 {
            writeln!(table, "{row},{},7,{}", row * row, ["x", "y"][row % 2]).unwrap();
        }
        let files: [(&str, &str, &[u8]); 1] = [("whole", "all.csv", table.as_bytes())];
        let shares = [("mode", "whole"), ("public_share", "50"), ("hidden_share", "50")];
        ines.uploads_all("/teach/exercises/tumours/data", &files, &shares).await.location();
        let found = "#findings + ul li";
        assert!(ines.get("/teach/exercises/tumours/edit").await.all(found).join("\n").contains("same"));
        let manifest = async |actor: &Actor<'_>, slug: &str| {
            let exported = actor.get(&format!("/teach/exercises/{slug}/export")).await;
            let mut archive = zip::ZipArchive::new(Cursor::new(exported.bytes.to_vec())).unwrap();
            let mut text = String::new();
            archive.by_name(&format!("exercises/{slug}/exercise.toml")).unwrap().read_to_string(&mut text).unwrap();
            text
        };
        let titles = [("slug", "spy"), ("title_en", "Spy"), ("title_zh", "探"), ("task", "classification")];
        olga.post("/teach/courses/other/exercises/new", &titles).await.location();
        let base = Sha256::of(manifest(&olga, "spy").await.as_bytes()).to_string();
        let named = manifest(&ines, "tumours").await;
        let form = [("path", "exercise.toml"), ("text", named.as_str()), ("base", base.as_str())];
        olga.post("/teach/exercises/spy/file", &form).await.location();
        let page = olga.get("/teach/exercises/spy/edit").await;
        assert_eq!(page.all(found), Vec::<String>::new());
        assert!(page.one(".notice.warning li").contains("data/"), "the files are missing: {}", page.text());
    })
    .await;
}
