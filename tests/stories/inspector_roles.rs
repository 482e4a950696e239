//! Who may do what with submissions, and how they are found.

use assay::accounts::Role;
use assay::grading::metrics::Metric;
use chrono::Duration;
use sqlx::PgPool;

use crate::app::{Actor, TestApp, story};
use crate::inspector::{another_version, sends, tries};

/// Gives the exercise `hello-onnx` to a course, and the course one member of each role.
async fn staff(app: &TestApp) -> [Actor<'_>; 4] {
    sqlx::query("UPDATE exercises SET course_slug = 'ai-foundation-models' WHERE slug = 'hello-onnx'")
        .execute(&app.pool)
        .await
        .unwrap();
    let mut staff = Vec::new();
    for role in ["owner", "author", "grader", "viewer"] {
        let member = app.person(role, Role::Instructor).await;
        sqlx::query(
            "INSERT INTO course_staff (course_slug, person_id, role, added_at)
             VALUES ('ai-foundation-models', $1, $2, now())",
        )
        .bind(member.person.unwrap().0)
        .bind(role)
        .execute(&app.pool)
        .await
        .unwrap();
        staff.push(member);
    }
    staff.try_into().unwrap_or_else(|_| panic!("four"))
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn each_role_on_a_course_does_its_part_and_strangers_find_nothing(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let ada = app.person("Ada", Role::Learner).await;
        let page = sends(&ada, "hello-onnx", "hello-onnx/starter/hello.onnx").await;
        app.run_jobs().await;
        let [owner, author, grader, viewer] = staff(app).await;
        let other = app.person("Other", Role::Instructor).await;
        let list = "/teach/exercises/hello-onnx";
        let easy = another_version(app, "hello-onnx", |manifest| {
            manifest.metric = Metric::MacroF1;
            manifest.marks.pass = 0.1;
        })
        .await;
        let trial = tries(&grader, list, &easy, &[]).await;
        app.run_jobs().await;
        let decide = format!("/teach{page}/decide");
        let fails = [("decision", "fail"), ("text", "Copied.")];
        let begin = format!("{list}/shadows");
        let publish = format!("{trial}/publish");
        let reason = [("reason", "Easier.")];
        // The viewer sees and does nothing.
        for address in [list, trial.as_str(), page.as_str()] {
            assert_eq!(viewer.get(address).await.status, 200, "{address}");
            assert_eq!(other.get(address).await.status, 404, "{address}");
        }
        assert!(viewer.get(&trial).await.attributes("form", "action").iter().all(|to| !to.contains("/shadows/")));
        let new = format!("{list}/shadows/new");
        for (actor, status) in [(&viewer, 403), (&other, 404)] {
            assert_eq!(actor.get(&new).await.status, status);
            assert_eq!(actor.post(&begin, &[("version", &easy)]).await.status, status);
            assert_eq!(actor.post(&decide, &fails).await.status, status);
            assert_eq!(actor.post(&format!("/teach{page}/answer"), &fails).await.status, status);
            assert_eq!(actor.post(&format!("/teach{page}/withdraw"), &fails).await.status, status);
            for end in ["cancel", "discard", "publish"] {
                assert_eq!(actor.post(&format!("{trial}/{end}"), &reason).await.status, status, "{end}");
            }
        }
        // The grader decides and tries; the author and the owner publish.
        assert_eq!(grader.post(&publish, &reason).await.status, 403);
        assert!(grader.get(&trial).await.text().contains("An author or owner of the course can publish this."));
        author.post(&publish, &reason).await.location();
        let trial = tries(&grader, list, &easy, &[]).await;
        app.run_jobs().await;
        owner.post(&format!("{trial}/publish"), &reason).await.location();
        grader.post(&decide, &fails).await.location();
        assert_eq!(ada.get(&page).await.one(".verdict.bad .sentence"), "Below the mark");
        // A version of another exercise is no version of this one.
        let foreign: String = sqlx::query_scalar("SELECT version FROM exercises WHERE slug = 'mnist-digits'")
            .fetch_one(&app.pool)
            .await
            .unwrap();
        assert_eq!(grader.post(&begin, &[("version", &foreign)]).await.status, 404);
        assert_eq!(grader.get(&trial.replace("hello-onnx", "mnist-digits")).await.status, 404);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn submissions_are_looked_through_and_picked(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let (ada, bob) = (app.person("Ada", Role::Learner).await, app.person("Bob", Role::Learner).await);
        let ivy = app.person("Ivy", Role::Instructor).await;
        let (good, bad) = ("hello-onnx/starter/hello.onnx", "hello-onnx/wrong/63_constant_predictor.onnx");
        let first = sends(&ada, "hello-onnx", good).await;
        app.clock.advance(Duration::days(2));
        sends(&ada, "hello-onnx", bad).await;
        sends(&bob, "hello-onnx", bad).await;
        app.run_jobs().await;
        app.clock.advance(Duration::minutes(1));
        let waiting = sends(&bob, "hello-onnx", good).await;
        let list = "/teach/exercises/hello-onnx";
        let rows = async |query: &str| {
            ivy.get(&format!("{list}?{query}")).await.all("form + form tbody tr, form tbody tr").len()
        };
        for (query, expected) in [
            ("", 4),
            ("who=ADA@", 2),
            ("verdict=passed", 1),
            ("verdict=below_mark", 2),
            ("verdict=waiting", 1),
            ("to=2026-11-23", 1),
            ("from=2026-11-24", 3),
            ("for=exam", 0),
            ("for=practice", 4),
            ("under=nothing", 0),
            ("only=last", 2),
            ("only=best&verdict=below_mark", 2),
        ] {
            assert_eq!(rows(query).await, expected, "{query}");
        }
        let best = ivy.get(&format!("{list}?only=best&who=ada")).await;
        assert_eq!(best.attributes("tbody td.number a", "href"), [first.as_str()]);
        let page = ivy.get(list).await;
        assert_eq!(page.attributes("tbody input[name=id]", "value").len(), 3, "what waits cannot be graded again");
        // The next page begins where this one ends.
        let id = waiting.rsplit('/').next().unwrap();
        assert_eq!(rows(&format!("before={id}")).await, 3);
        // Two are picked.
        let picked = page.attributes("tbody input[name=id]", "value");
        let query = format!("{list}/shadows/new?scope=picked&id={}&id={}", picked[0], picked[1]);
        let form = ivy.get(&query).await;
        assert!(form.text().contains("2 submissions are chosen."));
        assert_eq!(form.attributes("input[type=hidden][name=id]", "value").len(), 2);
        let none = ivy.get(&format!("{list}/shadows/new?scope=picked")).await;
        assert!(none.text().contains("None of the submissions chosen"));
        let offered = form.attributes("#version option", "value").remove(0);
        let wish = [("scope", "picked"), ("id", picked[0].as_str()), ("id", picked[1].as_str())];
        let trial = tries(&ivy, list, &offered, &wish).await;
        app.run_jobs().await;
        assert!(ivy.get(&trial).await.text().contains("2 of 2 graded."));
        let desk = ivy.get(&first).await;
        assert!(desk.text().contains("Runs of the grader") && desk.all("#runs + .scroll tbody tr").len() == 1);
        assert!(!ada.get(&first).await.text().contains("Runs of the grader"));
    })
    .await;
}
