//! How long it takes to score many stored submissions again; measured by hand, never in the suite:
//! `cargo test --test stories -- --ignored --nocapture stored_submissions`, with `ASSAY_STORED` for another number of them.

use std::time::Instant;

use assay::accounts::Role;
use assay::grading::metrics::Metric;
use sqlx::PgPool;

use crate::app::story;
use crate::inspector::{another_version, tries};
use crate::submissions::model;

/// Copies the one graded submission: rows of their own, the same stored predictions.
pub async fn copies(pool: &PgPool, n: i32) {
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

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
#[ignore = "takes minutes in a debug build: a measurement, not a test"]
async fn ten_thousand_stored_submissions_are_scored_again(pool: PgPool) {
    story(pool, async |app| {
        let n: i32 = std::env::var("ASSAY_STORED").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
        app.load_content().await;
        let ada = app.person("Ada", Role::Learner).await;
        let ivy = app.person("Ivy", Role::Instructor).await;
        ada.submits("mnist-digits", &model("mnist-digits/right/v_flat784.onnx"), &[]).await.location();
        app.run_jobs().await;
        copies(&app.pool, n - 1).await;
        let metric = another_version(app, "mnist-digits", |manifest| {
            manifest.metric = Metric::MacroF1;
            manifest.marks.pass = 0.99;
        })
        .await;
        let began = Instant::now();
        let trial = tries(&ivy, "/teach/exercises/mnist-digits", &metric, &[]).await;
        let made = began.elapsed();
        app.run_jobs().await;
        let scored = began.elapsed();
        let began = Instant::now();
        let page = ivy.get(&trial).await;
        assert!(page.text().contains(&format!("{n} of {n} graded.")), "{}", page.text());
        let shown = began.elapsed();
        let began = Instant::now();
        let lower = [("reason", "Another metric."), ("lower", "yes")];
        ivy.post(&format!("{trial}/publish"), &lower).await.location();
        let published = began.elapsed();
        println!(
            "{n} submissions of 10,000 open and 10,000 sealed samples: trial made in {made:?}, scored after {scored:?}, \
             page in {shown:?}, published in {published:?}"
        );
    })
    .await;
}
