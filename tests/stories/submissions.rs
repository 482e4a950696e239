//! From upload to result: the mark, the attempts, whose it is, and what a broken upload leaves behind.

use actix_web::test::TestRequest;
use assay::accounts::Role;
use chrono::Duration;
use sqlx::PgPool;

use crate::app::{Actor, TestApp, story};

pub fn model(path: &str) -> Vec<u8> {
    std::fs::read(format!("{}/exercises/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

async fn learner<'a>(app: &'a TestApp, name: &str) -> Actor<'a> {
    app.load_content().await;
    app.person(name, Role::Learner).await
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_good_model_passes_and_the_page_shows_why(pool: PgPool) {
    story(pool, async |app| {
        let ada = learner(app, "Ada").await;
        let sent =
            ada.submits("mnist-digits", &model("mnist-digits/right/v_nchw_transpose.onnx"), &[("note", "first")]).await;
        let page = sent.location().to_owned();

        let waiting = ada.get(&page).await;
        assert_eq!(waiting.all(".steps .now strong"), ["In the queue"]);
        assert_eq!(
            waiting.attributes("noscript meta[http-equiv=refresh]", "content").len(),
            0,
            "noscript is text to the parser"
        );
        assert!(waiting.text().contains("<meta http-equiv=\"refresh\" content=\"5\">"));

        app.run_jobs().await;
        let result = ada.get(&page).await;
        assert_eq!(result.one(".sentence"), "Passed. 98.59 % of 10,000 images correct. The pass mark is 97.50 %.");
        assert_eq!(result.one("figcaption"), "95 % interval for new images of this kind: 98.34 % to 98.80 % (Wilson).");
        assert_eq!(result.all(".matrix tbody tr").len(), 10);
        let diagonal: u32 =
            result.all(".matrix td.right").iter().map(|cell| cell.replace(',', "").parse::<u32>().unwrap()).sum();
        assert_eq!(diagonal, 9859, "the diagonal is what was counted as correct");
        assert_eq!(result.attributes(".thumbs.sheet img", "alt").len(), 25);
        assert_eq!(result.attributes(".thumbs:not(.sheet) img", "src").len(), 50);
        assert!(result.text().contains("What we adapted"));

        let chinese = ada.in_chinese();
        chinese.post("/display", &[("lang", "zh"), ("back", "/")]).await;
        let result = chinese.get(&page).await;
        assert_eq!(result.one(".sentence"), "通过。10,000 张图片中答对 98.59%，合格线为 97.50%。");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn below_the_mark_is_a_score_and_a_broken_file_is_not(pool: PgPool) {
    story(pool, async |app| {
        let ada = learner(app, "Ada").await;
        let below = ada.submits("mnist-digits", &model("mnist-digits/wrong/numpy_mlp_onnx_helper.onnx"), &[]).await;
        let broken = ada.submits("mnist-digits", &model("mnist-digits/wrong/50_truncated_half.onnx"), &[]).await;
        app.run_jobs().await;
        let below = ada.get(below.location()).await;
        assert_eq!(
            below.one(".sentence"),
            "Below the mark. 97.47 % of 10,000 images correct. The pass mark is 97.50 %."
        );
        assert!(below.one("figcaption").contains("close to the mark"));
        let broken = ada.get(broken.location()).await;
        assert!(broken.all(".matrix").is_empty(), "nothing was scored");
        assert!(broken.one(".verdict").contains("did not use an attempt"), "{}", broken.one(".verdict"));
        let exercise = ada.get("/exercises/mnist-digits").await;
        assert!(exercise.one(".submit").contains("9 of 10 attempts left"), "{}", exercise.one(".submit"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_same_file_again_gives_the_same_result_and_uses_no_attempt(pool: PgPool) {
    story(pool, async |app| {
        let ada = learner(app, "Ada").await;
        let file = model("hello-onnx/starter/hello.onnx");
        let first = ada.submits("hello-onnx", &file, &[]).await;
        let second = ada.submits("hello-onnx", &file, &[]).await;
        app.run_jobs().await;
        let (first, second) = (ada.get(first.location()).await, ada.get(second.location()).await);
        assert_eq!(first.one(".sentence"), second.one(".sentence"));
        assert!(!first.one(".verdict").contains("did not use"));
        assert!(second.one(".verdict").contains("did not use"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_grading_at_a_limit_makes_no_later_one_free_and_is_not_repeated_for_ever(pool: PgPool) {
    story(pool, async |app| {
        let ada = learner(app, "Ada").await;
        let file = model("hello-onnx/starter/hello.onnx");
        ada.submits("hello-onnx", &file, &[]).await.location();
        app.run_jobs().await;
        // As if the machine had been so busy that the practice run took too long.
        for change in [
            "ALTER TABLE gradings DISABLE TRIGGER gradings_are_append_only",
            "UPDATE gradings SET verdict = 'time_limit', reason = 'practice_time', score = NULL, counts = FALSE,
                    report = jsonb_set(report, '{verdict}', '\"time_limit\"')",
            "ALTER TABLE gradings ENABLE TRIGGER gradings_are_append_only",
        ] {
            sqlx::query(change).execute(&app.pool).await.unwrap();
        }
        let scored = ada.submits("hello-onnx", &file, &[]).await.location().to_owned();
        app.run_jobs().await;
        assert!(!ada.get(&scored).await.one(".verdict").contains("did not use"), "the first that was scored");
        let again = ada.submits("hello-onnx", &file, &[]).await.location().to_owned();
        app.run_jobs().await;
        assert!(ada.get(&again).await.one(".verdict").contains("did not use"));
        let report = async |page: &str| ada.get(&format!("{page}/report.json")).await.json();
        assert_eq!(report(&scored).await["timings_ms"], report(&again).await["timings_ms"], "it was not run again");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn when_the_attempts_are_used_the_page_says_when_the_next_is_free(pool: PgPool) {
    story(pool, async |app| {
        let ada = learner(app, "Ada").await;
        // Different files, so that none is a repeat: the same model with another declared scale.
        let file = model("hello-onnx/starter/hello.onnx");
        let allowed: usize = ada
            .get("/exercises/hello-onnx")
            .await
            .one("dl.facts dd:last-of-type")
            .split(' ')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        for attempt in 0..allowed {
            let scale = format!("0.{:02},0.5", attempt + 1);
            ada.submits("hello-onnx", &file, &[("scale", "custom"), ("mean_std", &scale)]).await.location();
            app.clock.advance(Duration::minutes(1));
        }
        let refused = ada.submits("hello-onnx", &file, &[]).await;
        assert_eq!(refused.status, 429);
        assert!(!refused.header("retry-after").is_empty());
        app.run_jobs().await;
        assert_eq!(ada.submits("hello-onnx", &file, &[]).await.status, 429, "graded attempts count as well");
        app.clock.advance(Duration::hours(24));
        ada.submits("hello-onnx", &file, &[]).await.location();
        app.run_jobs().await;
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn somebody_elses_submission_does_not_exist(pool: PgPool) {
    story(pool, async |app| {
        let ada = learner(app, "Ada").await;
        let page = ada.submits("hello-onnx", &model("hello-onnx/starter/hello.onnx"), &[]).await.location().to_owned();
        let bob = app.person("Bob", Role::Learner).await;
        let eve = app.person("Eve", Role::Admin).await;
        for path in [page.clone(), format!("{page}/events"), format!("{page}/report.json")] {
            assert_eq!(bob.get(&path).await.status, 404, "{path}");
            assert!(app.stranger().get(&path).await.location().starts_with("/sign-in?next="));
        }
        assert!(eve.get(&page).await.text().contains("A submission of Ada."), "instructors see what learners see");
        app.run_jobs().await;
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn an_upload_that_is_cut_off_or_empty_or_too_large_leaves_nothing(pool: PgPool) {
    story(pool, async |app| {
        let ada = learner(app, "Ada").await;
        let head = "--line\r\ncontent-disposition: form-data; name=\"file\"; filename=\"m.onnx\"\r\n\r\nabc";
        let request = TestRequest::post()
            .uri("/exercises/hello-onnx/submissions")
            .insert_header(("sec-fetch-site", "same-origin"))
            .insert_header(("content-type", "multipart/form-data; boundary=line"));
        assert_eq!(ada.send(request.set_payload(head)).await.status, 422);
        assert_eq!(ada.submits("hello-onnx", b"", &[]).await.status, 422);
        let large = ada.submits("hello-onnx", &vec![0; 10_100_000], &[]).await;
        assert_eq!(large.status, 413);
        assert!(large.one("main").contains("larger than the"), "{}", large.one("main"));
        let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM submissions").fetch_one(&app.pool).await.unwrap();
        assert_eq!(rows, 0);
        let staged = app.folder.path().join("blobs/incoming");
        let left = std::fs::read_dir(staged).map_or(0, Iterator::count);
        assert_eq!(left, 0, "staged parts are removed");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn hidden_data_and_right_answers_have_no_address(pool: PgPool) {
    story(pool, async |app| {
        let ada = learner(app, "Ada").await;
        for name in [
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz",
            "keras_cnn_tf_nhwc_tf2onnx.onnx",
            "v_flat784.onnx",
            "exercise.toml",
        ] {
            assert_eq!(ada.get(&format!("/exercises/mnist-digits/files/{name}")).await.status, 404, "{name}");
        }
        assert_eq!(ada.get("/exercises/mnist-digits/files/train-labels-idx1-ubyte.gz").await.status, 200);
        assert_eq!(ada.get("/exercises/mnist-digits/files/train.py").await.status, 200);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_live_page_streams_progress_and_ends(pool: PgPool) {
    story(pool, async |app| {
        let ada = learner(app, "Ada").await;
        let page = ada.submits("hello-onnx", &model("hello-onnx/starter/hello.onnx"), &[]).await.location().to_owned();
        app.run_jobs().await;
        let events = ada.get(&format!("{page}/events")).await;
        assert_eq!(events.header("content-type"), "text/event-stream");
        assert_eq!(events.text(), "event: done\ndata: done\n\n");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn uploads_that_were_cut_off_by_a_stop_are_swept_a_day_later(pool: PgPool) {
    story(pool, async |app| {
        let mut upload = app.state.blobs.receive().await.unwrap();
        upload.write(&vec![7; 12_000_000]).await.unwrap();
        // The process dies here: nobody finishes or abandons the upload.
        std::mem::forget(upload);
        let staged = || std::fs::read_dir(app.folder.path().join("blobs/incoming")).unwrap().count();
        assert!(staged() > 0);
        let now = assay::clock::Clock::now(&assay::clock::SystemClock);
        assert_eq!(
            app.state.blobs.sweep_incoming(now - Duration::days(1)).await.unwrap(),
            0,
            "it may still be under way"
        );
        assert_eq!(app.state.blobs.sweep_incoming(now + Duration::days(1)).await.unwrap(), 1);
        assert_eq!(staged(), 0);
    })
    .await;
}
