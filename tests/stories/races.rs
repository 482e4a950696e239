//! Two workers and one job: who holds the lease records, the other changes nothing.

use assay::accounts::Role;
use assay::clock::Clock as _;
use assay::grading::report::Report;
use assay::ids::SubmissionId;
use assay::results::{self, Claim, Lease, Outcome, ResultError};
use assay::submissions::{self, Submission};
use assay::{queue, worker};
use chrono::Duration;
use sqlx::PgPool;

use crate::app::{Actor, TestApp, story};
use crate::submissions::model;

async fn submitted(app: &TestApp) -> (Actor<'_>, Submission) {
    app.load_content().await;
    let ada = app.person("Ada", Role::Learner).await;
    let page = ada.submits("hello-onnx", &model("hello-onnx/starter/hello.onnx"), &[]).await;
    let id: SubmissionId = page.location().trim_start_matches("/submissions/").parse().unwrap();
    (ada, submissions::find(&app.pool, id).await.unwrap().unwrap())
}

async fn claims(app: &TestApp, submission: &Submission, worker: &str) -> Claim {
    let mut tx = app.pool.begin().await.unwrap();
    let claim = results::claim(&mut tx, submission, worker, app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    claim
}

async fn holds(app: &TestApp, submission: &Submission, worker: &str) -> Lease {
    match claims(app, submission, worker).await {
        Claim::Run(lease) => lease,
        other => panic!("{worker} got {other:?}"),
    }
}

async fn gradings(app: &TestApp) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM gradings").fetch_one(&app.pool).await.unwrap()
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn of_two_workers_one_gets_the_job(pool: PgPool) {
    story(pool, async |app| {
        let (_, submission) = submitted(app).await;
        let (one, two) = (Box::pin(claims(app, &submission, "one")), Box::pin(claims(app, &submission, "two")));
        let (one, two) = tokio::join!(one, two);
        let runs = [&one, &two].into_iter().filter(|claim| matches!(claim, Claim::Run(_))).count();
        let busy = [&one, &two].into_iter().filter(|claim| matches!(claim, Claim::Busy)).count();
        assert_eq!((runs, busy), (1, 1), "{one:?} {two:?}");
        app.clock.advance(Duration::minutes(1));
        app.run_jobs().await;
        assert_eq!(gradings(app).await, 1);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_worker_that_was_thought_dead_and_comes_back_changes_nothing(pool: PgPool) {
    story(pool, async |app| {
        let (ada, submission) = submitted(app).await;
        let stale = holds(app, &submission, "one").await;
        app.clock.advance(Duration::seconds(20));
        // The job is given to another, who finishes it.
        app.run_jobs().await;
        let report: Report = {
            let published = results::published(&app.pool, submission.id).await.unwrap().unwrap();
            published.report
        };
        let before = ada.get(&format!("/submissions/{}", submission.id)).await.one(".sentence");
        let mut tx = app.pool.begin().await.unwrap();
        let (correct, predictions, sealed_predictions, seal) = (None, None, None, None);
        let outcome =
            Outcome { submission: &submission, report: &report, correct, predictions, sealed_predictions, seal };
        let late = results::record(&mut tx, &stale, &outcome, app.clock.now()).await;
        assert!(matches!(late, Err(ResultError::Stale(run)) if run == stale.run), "{late:?}");
        drop(tx);
        let mut conn = app.pool.acquire().await.unwrap();
        let beat = results::heartbeat(&mut conn, &stale, (1, 2), app.clock.now()).await;
        assert!(matches!(beat, Err(ResultError::Stale(_))));
        assert_eq!(gradings(app).await, 1);
        assert_eq!(ada.get(&format!("/submissions/{}", submission.id)).await.one(".sentence"), before);
        let page = ada.get("/exercises/hello-onnx").await.one(".submit");
        let left: Vec<&str> = page.split(" attempts left").next().unwrap().split(' ').rev().take(3).collect();
        let (all, left): (u32, u32) = (left[0].parse().unwrap(), left[2].parse().unwrap());
        assert_eq!(all - left, 1, "two runs, one attempt");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_fault_of_ours_is_retried_then_buried_and_an_administrator_retries_it(pool: PgPool) {
    story(pool, async |app| {
        let (ada, submission) = submitted(app).await;
        // The file is gone from storage: every run fails, and none of it is the learner's doing.
        let bytes = app.state.blobs.get(&submission.model).await.unwrap().unwrap();
        app.state.blobs.delete(&submission.model).await.unwrap();
        let worker = app.worker();
        let (job, ..) = app.next_job().await.unwrap();
        let mut failures = 0;
        while Box::pin(worker::grade(&worker, submission.id)).await.is_err() {
            failures += 1;
        }
        assert_eq!(failures, results::MAX_RUNS - 1, "the last failure buries it");
        app.drop_job(job).await;
        let page = ada.get(&format!("/submissions/{}", submission.id)).await;
        assert!(page.one(".notice").contains("does not use an attempt"), "{}", page.text());

        let eve = app.person("Eve", Role::Admin).await;
        let jobs = eve.get("/admin/jobs").await;
        assert!(jobs.one("tbody tr").contains("missing from blob storage"), "{}", jobs.one("tbody tr"));
        app.state.blobs.put(bytes).await.unwrap();
        let retry = format!("/admin/jobs/{}/retry", submission.id);
        assert_eq!(eve.post(&retry, &[]).await.location(), "/admin/jobs?notice=job-retried");
        assert_eq!(eve.post(&retry, &[]).await.status, 409, "once is enough");
        app.run_jobs().await;
        assert!(ada.get(&format!("/submissions/{}", submission.id)).await.one(".sentence").starts_with("Passed"));
        assert!(queue::waiting(&app.pool).await.unwrap().waiting == 0);
    })
    .await;
}
