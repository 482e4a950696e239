//! Exercises authored in the browser: what of them stays out of reach.

use assay::accounts::Role;
use sqlx::PgPool;

use crate::app::story;
use crate::exercise_editor::{adds, begins_tumours, owner};

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
