//! Exercises authored in the browser: what of them stays out of reach.

use assay::accounts::Role;
use sqlx::PgPool;

use crate::app::story;
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
