//! The instructor's side of submissions: filters, trials in the shadow, decisions, requests for a review.

use assay::accounts::Role;
use assay::exercises::manifest::{Manifest, Sealed};
use assay::queue;
use chrono::Duration;
use sqlx::PgPool;

use crate::app::{Actor, TestApp, story};
use crate::certificates_rows::{confirms_name, passes_quiz};
use crate::submissions::model;

const LIST: &str = "/teach/exercises/mnist-digits";
/// 97.47 % on the open samples: just below the mark of 97.50 %.
const BELOW: &str = "mnist-digits/wrong/numpy_mlp_onnx_helper.onnx";
/// 98.59 %.
const ABOVE: &str = "mnist-digits/right/v_flat784.onnx";

/// Stores another version of an exercise, which is not on offer; its hash.
pub async fn another_version(app: &TestApp, slug: &str, change: impl FnOnce(&mut Manifest)) -> String {
    let manifest: sqlx::types::Json<Manifest> = sqlx::query_scalar(
        "SELECT v.manifest FROM exercises e JOIN exercise_versions v ON v.version = e.version WHERE e.slug = $1",
    )
    .bind(slug)
    .fetch_one(&app.pool)
    .await
    .unwrap();
    let mut manifest = manifest.0;
    change(&mut manifest);
    let version = manifest.version();
    sqlx::query("INSERT INTO exercise_versions (version, slug, manifest, loaded_at) VALUES ($1, $2, $3, now())")
        .bind(&version)
        .bind(slug)
        .bind(sqlx::types::Json(&manifest))
        .execute(&app.pool)
        .await
        .unwrap();
    version
}

fn sealed_mark(manifest: &mut Manifest, to: f64) {
    if let Some(Sealed::Variants { mark, .. } | Sealed::Private { mark }) = &mut manifest.sealed {
        *mark = to;
    }
}

/// Makes a trial of everything; its address.
pub async fn tries(ivy: &Actor<'_>, list: &str, version: &str, more: &[(&str, &str)]) -> String {
    let mut form = vec![("version", version)];
    form.extend(more);
    ivy.post(&format!("{list}/shadows"), &form).await.location().to_owned()
}

/// Copies the one graded submission: rows of their own, the same stored predictions.
async fn copies(pool: &PgPool, n: i32) {
    let statements = [
        "INSERT INTO submissions (id, person_id, exercise_slug, exercise_version, number, model_sha256, model_bytes,
                                  file_name, scale, note, source, context, created_at, kind)
         SELECT gen_random_uuid(), person_id, exercise_slug, exercise_version, number + n, model_sha256, model_bytes,
                file_name, scale, note, source, context, created_at, kind FROM submissions, generate_series(1, $1) n",
        "INSERT INTO grading_runs (id, submission_id, number, lease_token, worker, state, started_at, heartbeat_at)
         SELECT gen_random_uuid(), id, 1, gen_random_uuid(), 'w', 'done', now(), now() FROM submissions
         WHERE number > 1 AND $1 > 0",
        "INSERT INTO gradings (id, run_id, submission_id, exercise_version, grader_version, verdict, reason, score, counts,
                               report, correct_bits, predictions_sha256, created_at, seal, sealed_score,
                               sealed_predictions_sha256)
         SELECT gen_random_uuid(), r.id, r.submission_id, exercise_version, grader_version, verdict, reason, score, counts,
                report, correct_bits, predictions_sha256, created_at, seal, sealed_score, sealed_predictions_sha256
         FROM grading_runs r, (SELECT * FROM gradings LIMIT 1) g WHERE r.worker = 'w' AND $1 > 0",
        "INSERT INTO publications (submission_id, exercise_version, grading_id, published_at)
         SELECT submission_id, exercise_version, g.id, created_at FROM gradings g
         WHERE NOT EXISTS (SELECT FROM publications WHERE grading_id = g.id) AND $1 > 0",
    ];
    for statement in statements {
        sqlx::query(statement).bind(n).execute(pool).await.unwrap();
    }
    sqlx::query("ANALYZE").execute(pool).await.unwrap();
}

pub async fn sends(actor: &Actor<'_>, slug: &str, path: &str) -> String {
    actor.submits(slug, &model(path), &[]).await.location().to_owned()
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_raised_mark_is_tried_discarded_and_published_without_lowering_anybody_silently(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let (ada, bob) = (app.person("Ada", Role::Learner).await, app.person("Bob", Role::Learner).await);
        let ivy = app.person("Ivy", Role::Instructor).await;
        let page = sends(&ada, "mnist-digits", ABOVE).await;
        sends(&bob, "mnist-digits", BELOW).await;
        app.run_jobs().await;
        let higher = another_version(app, "mnist-digits", |manifest| manifest.marks.pass = 0.99).await;
        let form = ivy.get(&format!("{LIST}/shadows/new?version={higher}")).await;
        assert!(form.text().contains("2 submissions are chosen."), "{}", form.text());
        assert_eq!(form.attributes("#version option[selected]", "value"), [higher.as_str()]);
        let trial = tries(&ivy, LIST, &higher, &[]).await;
        assert!(ivy.get(&trial).await.text().contains("0 of 2 graded."));
        let runs = app.count("SELECT count(*) FROM grading_runs").await;
        app.run_jobs().await;
        assert_eq!(app.count("SELECT count(*) FROM grading_runs").await, runs, "nothing was run");
        let seen = ivy.get(&trial).await;
        assert!(seen.text().contains("2 submissions are scored again from their stored predictions"));
        assert!(seen.text().contains("Accuracy, pass mark 99.00 %"), "{}", seen.text());
        let rows = seen.all("tbody tr");
        assert_eq!(rows.len(), 1, "who is below both marks does not move: {rows:?}");
        assert!(rows[0].starts_with("Ada, #1Passed") && rows[0].contains("From passed to not passed"), "{rows:?}");
        assert_eq!(ada.get(&trial).await.status, 403);
        // Put aside: nothing has changed.
        assert_eq!(ivy.post(&format!("{trial}/discard"), &[]).await.status, 303);
        assert_eq!(ivy.post(&format!("{trial}/publish"), &[("reason", "x")]).await.status, 409);
        assert_eq!(app.count("SELECT count(*) FROM gradings").await, 2);
        assert!(ada.get(&page).await.one(".sentence").starts_with("Passed."));
        // Published: who would get worse is spared, until that is asked for.
        let trial = tries(&ivy, LIST, &higher, &[]).await;
        assert_eq!(
            ivy.post(&format!("{trial}/publish"), &[("reason", "Too early.")]).await.status,
            409,
            "it still works"
        );
        app.run_jobs().await;
        assert_eq!(ivy.post(&format!("{trial}/publish"), &[("reason", " ")]).await.status, 422, "without a reason");
        ivy.post(&format!("{trial}/publish"), &[("reason", "The mark was raised.")]).await.location();
        assert_eq!(app.count("SELECT count(*) FROM gradings").await, 2, "nobody is lowered silently");
        let trial = tries(&ivy, LIST, &higher, &[]).await;
        app.run_jobs().await;
        let lower = [("reason", "The mark was raised."), ("lower", "yes")];
        ivy.post(&format!("{trial}/publish"), &lower).await.location();
        let result = ada.get(&page).await;
        assert!(result.one(".sentence").starts_with("Below the mark. 98.59 %"), "{}", result.one(".sentence"));
        let change = result.one(".notice.info");
        assert!(change.contains("published by Ivy") && change.contains("Reason: The mark was raised."), "{change}");
        assert!(change.contains("Before: Passed") && change.contains("After: Below the mark"), "{change}");
        assert!(result.text().contains(&higher[..12]), "the version that it stands under now");
        assert_eq!(app.count("SELECT count(*) FROM gradings").await, 3);
        assert_eq!(app.count("SELECT count(*) FROM gradings WHERE counts").await, 3, "the attempt that it was");
        assert_eq!(app.count("SELECT count(*) FROM publications WHERE superseded_at IS NULL").await, 2);
        let exercise = ada.get("/exercises/mnist-digits").await;
        assert!(exercise.one(".submit").contains("9 of 10 attempts left"), "no attempt is used by it");
        assert_eq!(app.count("SELECT count(*) FROM audit_log WHERE action = 'shadow.publish'").await, 2);
        assert!(ivy.get(&trial).await.text().contains("Published."));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn what_a_lower_mark_earns_is_issued_with_its_publication(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let ada = app.person("Ada", Role::Learner).await;
        let ivy = app.person("Ivy", Role::Instructor).await;
        let mut conn = app.pool.acquire().await.unwrap();
        for module in ["background", "core-concepts", "digits"] {
            passes_quiz(&mut conn, &ada, module, assay::clock::Clock::now(&app.clock)).await;
        }
        confirms_name(&mut conn, &ada, "Ada Lovelace", assay::clock::Clock::now(&app.clock)).await;
        drop(conn);
        let page = sends(&ada, "mnist-digits", BELOW).await;
        app.run_jobs().await;
        assert_eq!(app.count("SELECT count(*) FROM certificates").await, 0);
        let lower = another_version(app, "mnist-digits", |manifest| {
            manifest.marks.pass = 0.97;
            sealed_mark(manifest, 0.5);
        })
        .await;
        let trial = tries(&ivy, LIST, &lower, &[]).await;
        app.run_jobs().await;
        assert!(ivy.get(&trial).await.one("tbody tr").contains("From not passed to passed"));
        assert_eq!(app.count("SELECT count(*) FROM certificates").await, 0, "on trial nothing is earned");
        ivy.post(&format!("{trial}/publish"), &[("reason", "Two labels were wrong.")]).await.location();
        assert_eq!(app.count("SELECT count(*) FROM certificates").await, 1);
        let result = ada.get(&page).await;
        assert!(result.one(".sentence").starts_with("Passed. 97.47 %"), "{}", result.one(".sentence"));
        assert!(result.text().contains("Two labels were wrong."));
        // Lowered again, the certificate stays.
        let higher = another_version(app, "mnist-digits", |manifest| manifest.marks.pass = 0.995).await;
        let trial = tries(&ivy, LIST, &higher, &[]).await;
        app.run_jobs().await;
        ivy.post(&format!("{trial}/publish"), &[("reason", "Raised."), ("lower", "yes")]).await.location();
        assert!(ada.get(&page).await.one(".sentence").starts_with("Below the mark."));
        assert_eq!(ada.get(&page).await.all(".notice.info").len(), 2, "both changes are told");
        assert_eq!(app.count("SELECT count(*) FROM revocations").await, 0);
        let held = ada.get("/certificates").await.attributes("a[href^='/certificates/']", "href");
        assert!(!held.is_empty(), "what was issued is not taken away");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn models_are_run_again_behind_newcomers_and_until_it_is_stopped(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let ada = app.person("Ada", Role::Learner).await;
        let ivy = app.person("Ivy", Role::Instructor).await;
        let (list, file) = ("/teach/exercises/hello-onnx", "hello-onnx/starter/hello.onnx");
        sends(&ada, "hello-onnx", file).await;
        app.run_jobs().await;
        copies(&app.pool, 499).await;
        // Other samples: predictions that are stored tell nothing.
        let other = another_version(app, "hello-onnx", |manifest| {
            for file in &mut manifest.data {
                file.take = Some(400);
            }
        })
        .await;
        let trial = tries(&ivy, list, &other, &[]).await;
        assert!(ivy.get(&trial).await.text().contains("500 models are run again, one at a time"));
        let worker = app.worker();
        let next = async || app.next_job().await.map(|(id, name, _)| (id, name));
        let one = async || {
            let (id, _, payload) = app.next_job().await.unwrap();
            app.drop_job(id).await;
            let job: queue::ShadowJob = serde_json::from_value(payload).unwrap();
            Box::pin(assay::worker::shadow(&worker, job.shadow)).await.unwrap();
        };
        one().await;
        assert!(ivy.get(&trial).await.text().contains("1 of 500 graded."));
        assert_eq!(app.count("SELECT count(*) FROM graphile_worker._private_jobs").await, 1, "one small job at a time");
        // Somebody comes while more is to do: they are next.
        let bob = app.person("Bob", Role::Learner).await;
        let page = sends(&bob, "hello-onnx", file).await;
        let (id, name) = next().await.unwrap();
        assert_eq!(name, queue::GRADE);
        let waiting = bob.get(&page).await;
        assert!(waiting.text().contains("In the queue"), "{}", waiting.text());
        let submission = page.rsplit('/').next().unwrap().parse().unwrap();
        app.drop_job(id).await;
        Box::pin(assay::worker::grade(&worker, submission)).await.unwrap();
        assert!(bob.get(&page).await.one(".sentence").starts_with("Passed."));
        one().await;
        assert!(ivy.get(&trial).await.text().contains("2 of 500 graded."));
        ivy.post(&format!("{trial}/cancel"), &[]).await.location();
        one().await;
        let stopped = ivy.get(&trial).await;
        assert!(stopped.text().contains("2 of 500 graded.") && stopped.text().contains("It can only be discarded."));
        assert!(next().await.is_none(), "nothing more begins");
        assert_eq!(ivy.post(&format!("{trial}/publish"), &[("reason", "x")]).await.status, 409);
        assert_eq!(app.count("SELECT count(*) FROM gradings").await, 501, "the five hundred and the newcomer's");
        ivy.post(&format!("{trial}/discard"), &[]).await.location();
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_wish_to_run_everything_again_holds_where_the_predictions_would_do(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let (ada, bob) = (app.person("Ada", Role::Learner).await, app.person("Bob", Role::Learner).await);
        let ivy = app.person("Ivy", Role::Instructor).await;
        let (list, file) = ("/teach/exercises/hello-onnx", "hello-onnx/starter/hello.onnx");
        for actor in [&ada, &bob] {
            sends(actor, "hello-onnx", file).await;
        }
        app.run_jobs().await;
        let offered: String = sqlx::query_scalar("SELECT version FROM exercises WHERE slug = 'hello-onnx'")
            .fetch_one(&app.pool)
            .await
            .unwrap();
        let trial = tries(&ivy, list, &offered, &[("who", "bob"), ("rerun", "yes")]).await;
        app.run_jobs().await;
        let seen = ivy.get(&trial).await;
        assert!(seen.text().contains("One model is run again") && seen.text().contains("1 of 1 graded."));
        assert_eq!(seen.all("#moves + ul li"), ["The same: 1"]);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_person_decides_with_a_reason_and_takes_it_back(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let ada = app.person("Ada", Role::Learner).await;
        let (ivy, ian) = (app.person("Ivy", Role::Instructor).await, app.person("Ian", Role::Instructor).await);
        let page = sends(&ada, "hello-onnx", "hello-onnx/wrong/63_constant_predictor.onnx").await;
        let decide = format!("/teach{page}/decide");
        let passes = [("decision", "pass"), ("score", ""), ("text", "The label of class 3 was wrong.")];
        assert_eq!(ivy.post(&decide, &passes).await.status, 409, "there is no result yet");
        app.run_jobs().await;
        let before = ada.get(&page).await.one(".sentence");
        assert!(before.starts_with("Below the mark."), "{before}");
        assert_eq!(ivy.post(&decide, &[("decision", "pass"), ("text", "")]).await.status, 422, "without a reason");
        assert_eq!(ivy.post(&decide, &[("decision", "pass"), ("score", "140"), ("text", "x")]).await.status, 422);
        ivy.post(&decide, &passes).await.location();
        let result = ada.get(&page).await;
        assert_eq!(result.one(".verdict.good .sentence"), "Passed");
        assert!(result.one(".verdict").contains("An instructor decided that this submission passes."));
        let change = result.one(".notice.info");
        assert!(change.contains("by Ivy") && change.contains("The label of class 3 was wrong."), "{change}");
        assert!(ada.get("/submissions").await.text().contains("Passed"), "it counts everywhere");
        // Another decision takes its place, with a score; a trial leaves it alone.
        app.clock.advance(Duration::minutes(1));
        ian.post(&decide, &[("decision", "fail"), ("score", "12.5"), ("text", "It was not.")]).await.location();
        assert!(
            ada.get(&page)
                .await
                .one(".notice.info + .notice.info")
                .contains("After: Below the mark · Accuracy · 12.50 %")
        );
        let easy = another_version(app, "hello-onnx", |manifest| manifest.marks.pass = 0.05).await;
        let trial = tries(&ivy, "/teach/exercises/hello-onnx", &easy, &[]).await;
        app.run_jobs().await;
        assert!(ivy.get(&trial).await.text().contains("Stays: an instructor decided about it."));
        ivy.post(&format!("{trial}/publish"), &[("reason", "Easier.")]).await.location();
        assert_eq!(ada.get(&page).await.all(".notice.info").len(), 2);
        // Back to what the grader found.
        app.clock.advance(Duration::minutes(1));
        ivy.post(&format!("/teach{page}/withdraw"), &[("text", "We were both wrong.")]).await.location();
        assert_eq!(ada.get(&page).await.one(".sentence"), before);
        assert_eq!(ivy.post(&format!("/teach{page}/withdraw"), &[("text", "Again.")]).await.status, 409);
        let log: Vec<serde_json::Value> =
            sqlx::query_scalar("SELECT detail FROM audit_log WHERE action = 'submission.override' ORDER BY at, id")
                .fetch_all(&app.pool)
                .await
                .unwrap();
        assert_eq!(
            (&log[0]["before"]["verdict"], &log[0]["after"]["verdict"]),
            (&"below_mark".into(), &"passed".into())
        );
        assert_eq!(log[1]["after"]["score"], 0.125);
        assert_eq!(app.count("SELECT count(*) FROM regradings").await, 3);
        // Nobody decides about their own.
        let own = sends(&ivy, "hello-onnx", "hello-onnx/starter/hello.onnx").await;
        app.run_jobs().await;
        let refused = ivy.post(&format!("/teach{own}/decide"), &passes).await;
        assert!(refused.status == 409 && refused.text().contains("your own submission"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_review_is_asked_for_seen_and_answered(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let (ada, bob) = (app.person("Ada", Role::Learner).await, app.person("Bob", Role::Learner).await);
        let ivy = app.person("Ivy", Role::Instructor).await;
        let page = sends(&ada, "hello-onnx", "hello-onnx/wrong/63_constant_predictor.onnx").await;
        app.run_jobs().await;
        let ask = format!("{page}/review");
        let request = [("request", "Sample 7 <b>is</b> a one.")];
        assert_eq!(bob.post(&ask, &request).await.status, 404, "somebody else's");
        assert_eq!(ada.post(&ask, &[("request", "x".repeat(2001).as_str())]).await.status, 422);
        ada.post(&ask, &request).await.location();
        assert_eq!(ada.post(&ask, &request).await.status, 409, "one is open at a time");
        assert!(ada.get(&page).await.text().contains("An instructor will answer here."));
        let needs = ivy.get("/teach").await.one("section.notice");
        assert!(needs.contains("Hello, ONNX: one request for a review waits"), "{needs}");
        let mine = ada.get("/settings/data/download").await.json();
        assert_eq!(mine["submissions"][0]["reviews"][0]["request"], "Sample 7 <b>is</b> a one.");
        let list = ivy.get("/teach/exercises/hello-onnx").await;
        assert!(list.one("section ul li").ends_with("Sample 7 <b>is</b> a one."), "text, not markup");
        assert!(list.one("tbody").contains("Asks for a review"));
        let answer = format!("/teach{page}/answer");
        assert_eq!(bob.post(&answer, &[("text", "No.")]).await.status, 403);
        let with_score = [("text", "You are right."), ("decision", "pass"), ("score", "81"), ("again", "yes")];
        let trial = ivy.post(&answer, &with_score).await.location().to_owned();
        assert!(trial.starts_with("/teach/exercises/hello-onnx/shadows/"), "{trial}");
        app.run_jobs().await;
        let seen = ada.get(&page).await;
        assert!(seen.text().contains("You are right.") && seen.one(".verdict.good .sentence") == "Passed");
        assert_eq!(ivy.post(&answer, &[("text", "Twice.")]).await.status, 409);
        assert!(ivy.get("/teach").await.all("section.notice").is_empty());
        ada.post(&ask, &[("request", "Another one.")]).await.location();
        ivy.post(&answer, &[("text", "That one is a seven.")]).await.location();
        assert!(ada.get(&page).await.text().contains("That one is a seven."));
        assert_eq!(app.count("SELECT count(*) FROM audit_log WHERE action = 'submission.review'").await, 2);
    })
    .await;
}
