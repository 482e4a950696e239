//! Training scripts from upload to result: what is accepted, the live page, stopping, and who comes first.

use assay::accounts::Role;
use assay::worker;
use sqlx::PgPool;
use std::time::{Duration, Instant};

use crate::app::{Actor, TestApp, build_environment, story};
use crate::submissions::model;

async fn learner<'a>(app: &'a TestApp, name: &str) -> Actor<'a> {
    app.load_content().await;
    app.person(name, Role::Learner).await
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_script_is_trained_graded_and_shown_with_its_curve(pool: PgPool) {
    build_environment();
    story(pool, async |app| {
        let ada = learner(app, "Ada").await;
        let task = ada.get("/exercises/mnist-train").await;
        assert!(task.text().contains("ASSAY_DATA") && task.text().contains("being set up"));
        assert_eq!(task.attributes("#file", "accept"), [".py,.ipynb,.zip"]);
        assert_eq!(task.attributes("#weights", "name").len(), 0, "a script has no second file");
        let sent = ada.submits_as("mnist-train", ("train.py", &model("mnist-train/right/quick.py")), &[]).await;
        let page = sent.location().to_owned();
        app.run_jobs().await;
        let result = ada.get(&page).await;
        assert!(result.one(".sentence").starts_with("Passed. 97."), "{}", result.one(".sentence"));
        assert_eq!(result.attributes(".curve svg", "viewBox").len(), 2, "loss and accuracy");
        assert!(result.one("pre.log").contains("assay: epoch=5"));
        assert!(result.all(".facts dd").contains(&"20261126".to_owned()), "the seed");
        let again = result.all("#again + p + .scroll tbody tr");
        assert_eq!(again.len(), 2, "the exercise asks for two further runs");
        assert!(again[0].starts_with("2026112797.") && again[1].starts_with("2026112897."), "{again:?}");
        assert!(result.text().contains("Over 3 seeds, the first included, the open score lies between 97."));
        assert_eq!(app.count("SELECT count(*) FROM gradings WHERE counts").await, 1, "further runs use no attempt");
        let log = ada.get(&format!("{page}/log.txt")).await;
        assert!(log.text().ends_with("wrote model.onnx\n"), "{}", log.text());
        let report = ada.get(&format!("{page}/report.json")).await.json();
        assert_eq!(report["training"]["environment"], "sklearn");
        assert_eq!(report["training"]["environment_hash"].as_str().unwrap().len(), 64);
        let bob = app.person("Bob", Role::Learner).await;
        assert_eq!(bob.get(&format!("{page}/log.txt")).await.status, 404, "somebody else's");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn an_error_is_shown_as_the_script_said_it_and_uses_no_attempt(pool: PgPool) {
    build_environment();
    story(pool, async |app| {
        let ada = learner(app, "Ada").await.in_chinese();
        ada.post("/display", &[("lang", "zh"), ("back", "/")]).await;
        let sent = ada.submits_as("mnist-train", ("train.py", b"print('<b>bold</b>')\n1 / 0\n"), &[]).await;
        let page = sent.location().to_owned();
        app.run_jobs().await;
        let result = ada.get(&page).await;
        assert!(result.text().contains("脚本以错误结束（退出码 1）"), "{}", result.text());
        assert!(result.one("pre.log").contains("ZeroDivisionError: division by zero"));
        assert!(result.one("pre.log").starts_with("<b>bold</b>"), "text, not markup");
        assert_eq!(app.count("SELECT count(*) FROM gradings WHERE counts").await, 0);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn what_is_no_script_is_refused_with_what_to_send(pool: PgPool) {
    story(pool, async |app| {
        let ada = learner(app, "Ada").await;
        let onnx = model("hello-onnx/starter/hello.onnx");
        let refused = ada.submits("mnist-train", &onnx, &[]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("takes training scripts only"));
        let script = ada.submits_as("mnist-digits", ("train.py", b"pass"), &[]).await;
        assert!(script.text().contains("takes models, not training scripts"), "{}", script.text());
        let long = ada.submits_as("mnist-train", ("train.py", &[b'#'].repeat(16_385)), &[]).await;
        assert_eq!(long.status, 413);
        assert!(long.text().contains("The script has 16385 bytes, and at most 16384 are accepted"), "{}", long.text());
        assert_eq!(app.count("SELECT count(*) FROM submissions").await, 0);
    })
    .await;
}

fn archive(names: &[&str]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in names {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut archive, b"pass").unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn an_archive_with_a_script_and_models_is_a_script(pool: PgPool) {
    story(pool, async |app| {
        let ada = learner(app, "Ada").await;
        let bytes = archive(&["work/train.py", "work/teacher.onnx", "work/other.onnx"]);
        ada.submits_as("mnist-train", ("work.zip", &bytes), &[]).await.location();
        assert_eq!(
            app.count("SELECT count(*) FROM submissions WHERE kind = 'script' AND file_name = 'work.zip'").await,
            1
        );
        let refused = ada.submits_as("mnist-digits", ("work.zip", &bytes), &[]).await;
        assert_eq!(refused.status, 422, "where models are taken, it is one model too many");
        let (id, ..) = app.next_job().await.unwrap();
        app.drop_job(id).await;
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_running_script_shows_its_output_and_is_stopped_within_two_seconds(pool: PgPool) {
    build_environment();
    story(pool, async |app| {
        let ada = learner(app, "Ada").await;
        let endless = b"import time\nprint('begun', flush=True)\nprint('assay: epoch=1 loss=2')\ntime.sleep(3600)\n";
        let sent = ada.submits_as("mnist-train", ("train.py", endless), &[]).await;
        let page = sent.location().to_owned();
        assert_eq!(ada.get(&page).await.attributes("form[action$=cancel]", "method"), ["post"]);
        let (id, _, payload) = app.next_job().await.unwrap();
        let job: assay::queue::TrainJob = serde_json::from_value(payload).unwrap();
        let worker = app.worker();
        let submission = job.submission;
        let running = tokio::spawn(async move { Box::pin(worker::grade(&worker, submission)).await });
        let started = Instant::now();
        while !ada.get(&page).await.text().contains("begun") {
            assert!(started.elapsed() < Duration::from_secs(20), "no output: {}", ada.get(&page).await.text());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let asked = Instant::now();
        assert_eq!(ada.post(&format!("{page}/cancel"), &[]).await.location(), page);
        running.await.unwrap().unwrap();
        assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
        app.drop_job(id).await;
        let result = ada.get(&page).await;
        assert_eq!(result.one(".sentence"), "Cancelled");
        assert!(result.one("pre.log").contains("begun"), "what was printed stays");
        assert_eq!(app.count("SELECT count(*) FROM gradings WHERE counts").await, 0);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn an_instructor_sees_what_a_learner_sees_and_has_a_script_run_again(pool: PgPool) {
    build_environment();
    story(pool, async |app| {
        app.load_content().await;
        let (ada, bob) = (app.person("Ada", Role::Learner).await, app.person("Bob", Role::Learner).await);
        let ivy = app.person("Ivy", Role::Instructor).await;
        let page = ada.submits_as("mnist-train", ("train.py", b"print(1)\n"), &[]).await.location().to_owned();
        let list = "/teach/exercises/mnist-train";
        assert_eq!(bob.get(list).await.status, 403);
        assert!(ivy.get(list).await.attributes("tbody a", "href").contains(&page));
        assert!(ivy.get(&format!("{list}?who=ADA@")).await.text().contains("train.py"));
        assert!(ivy.get(&format!("{list}?who=bob")).await.text().contains("No submissions."));
        assert!(ivy.get(&page).await.text().contains("A submission of Ada."));
        assert_eq!(bob.get(&page).await.status, 404);
        assert_eq!(ivy.post(&format!("{page}/cancel"), &[]).await.status, 404);
        let again = format!("/teach{page}/retrain");
        assert_eq!(bob.post(&again, &[("seeds", "2")]).await.status, 403);
        assert_eq!(ivy.post(&again, &[("seeds", "11")]).await.status, 422);
        for _ in 0..2 {
            ivy.post(&again, &[("seeds", "2")]).await.location();
        }
        assert_eq!(
            app.count("SELECT count(*) FROM retrainings").await,
            2,
            "seeds that were asked for are not asked for again"
        );
        assert_eq!(app.count("SELECT count(*) FROM audit_log WHERE action = 'submission.retrain'").await, 2);
        app.run_jobs().await;
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn what_waits_is_cancelled_at_once_and_only_by_its_owner(pool: PgPool) {
    story(pool, async |app| {
        let ada = learner(app, "Ada").await;
        let page = ada.submits_as("mnist-train", ("train.py", b"pass"), &[]).await.location().to_owned();
        let bob = app.person("Bob", Role::Learner).await;
        assert_eq!(bob.post(&format!("{page}/cancel"), &[]).await.status, 404);
        ada.post(&format!("{page}/cancel"), &[]).await;
        assert_eq!(ada.get(&page).await.one(".sentence"), "Cancelled");
        ada.post(&format!("{page}/cancel"), &[]).await;
        // Its job finds nothing to do.
        app.run_jobs().await;
        assert_eq!(app.count("SELECT count(*) FROM gradings").await, 1);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn nobodys_second_script_runs_before_anothers_first(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let names = ["Ada", "Bob", "Cem", "Dan"];
        for name in names {
            let actor = app.person(name, Role::Learner).await;
            for number in 0..5 {
                let source = format!("# {name} {number}");
                actor.submits_as("mnist-train", ("train.py", source.as_bytes()), &[("note", name)]).await.location();
            }
        }
        let mut order = Vec::new();
        while let Some((id, _, payload)) = app.next_job().await {
            let job: assay::queue::TrainJob = serde_json::from_value(payload).unwrap();
            let found = assay::submissions::find(&app.pool, job.submission).await.unwrap().unwrap();
            order.push(found.note);
            app.drop_job(id).await;
        }
        assert_eq!(order, names.repeat(5), "in rounds, and nothing is lost");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn waiting_for_an_environment_is_no_failed_run(pool: PgPool) {
    story(pool, async |app| {
        let ada = learner(app, "Ada").await;
        let page = ada.submits_as("mnist-train", ("train.py", b"pass"), &[]).await.location().to_owned();
        sqlx::query("UPDATE environments SET definition = jsonb_set(definition, '{packages}', '[]')")
            .execute(&app.pool)
            .await
            .unwrap();
        let (id, _, payload) = app.next_job().await.unwrap();
        let job: assay::queue::TrainJob = serde_json::from_value(payload).unwrap();
        // As the queue does when it gives a job to a worker.
        sqlx::query("UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'w', attempts = 1")
            .execute(&app.pool)
            .await
            .unwrap();
        Box::pin(worker::grade(&app.worker(), job.submission)).await.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM grading_runs").await, 0);
        app.drop_job(id).await;
        let again = "SELECT count(*) FROM graphile_worker._private_jobs
                     WHERE attempts = 0 AND priority = 0 AND run_at BETWEEN now() AND now() + INTERVAL '15 s'";
        assert_eq!(app.count(again).await, 1, "looked at again soon, however long it lasts");
        assert!(ada.get(&page).await.text().contains("is being set up"));
        ada.post(&format!("{page}/cancel"), &[]).await;
        let (_, _, payload) = app.next_job().await.unwrap();
        let job: assay::queue::TrainJob = serde_json::from_value(payload).unwrap();
        Box::pin(worker::grade(&app.worker(), job.submission)).await.unwrap();
        let (id, ..) = app.next_job().await.unwrap();
        app.drop_job(id).await;
        assert!(app.next_job().await.is_none(), "what is over waits for no environment");
    })
    .await;
}
