//! What operators see: the audit log, storage, keys, settings and capacity.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use assay::accounts::Role;
use assay::blobs::Sha256;
use assay::certificates::keys::Keys;
use assay::cli::admin::{self, AdminCommand, RoleName};
use assay::clock::Clock as _;
use assay::results::{operations, retention};
use chrono::Duration;
use sqlx::PgPool;

use crate::app::{TestApp, story, story_with};
use crate::exams::{begins, candidate};
use crate::submissions::model;

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn changes_by_staff_are_found_in_the_audit_log_with_what_was_before(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let (rita, ivy) = (app.person("Rita", Role::Admin).await, app.person("Ivy", Role::Instructor).await);
        let bea = app.person("Bea", Role::Learner).await;
        let path = format!("/admin/people/{}", bea.person.unwrap());
        // Lines of one millisecond have no order.
        let next = || app.clock.advance(Duration::milliseconds(1));
        rita.post(&format!("{path}/suspend"), &[]).await.location();
        next();
        rita.post(&format!("{path}/unsuspend"), &[]).await.location();
        next();
        let door = begins(&ada).await;
        let give = [("what", "extend"), ("minutes", "10"), ("reason", "Fire alarm")];
        ivy.post(&format!("/teach{door}/give"), &give).await.location();
        next();
        let grant =
            [("email", "ada@example.org"), ("time_factor", "1.5"), ("extra_attempts", "0"), ("break_minutes", "0")];
        ivy.post("/teach/accommodations", &grant).await.location();
        next();
        let promote = AdminCommand::SetRole { email: "ivy@example.org".parse().unwrap(), role: RoleName::Admin };
        admin::run(promote, &app.state.config, (&app.pool, &app.state.blobs), app.clock.now()).await.unwrap();

        let log = rita.get("/admin/audit").await;
        assert_eq!(log.all("tbody tr").len(), 5, "newest first: {}", log.text());
        let rows = log.all("tbody tr");
        assert!(rows[0].contains("Command line Changed a role Ivy Role: Instructor → Administrator"), "{rows:?}");
        assert!(rows[1].contains("Ivy Granted an accommodation Ada Time factor: 1.0 → 1.5"), "{rows:?}");
        let extended = "Deadline: 23 Nov 2026 10:00 (UTC) → 23 Nov 2026 10:10 (UTC)";
        assert!(rows[2].contains(extended) && rows[2].contains("Reason: Fire alarm"), "{rows:?}");
        assert!(rows[4].contains("Rita Suspended an account Bea Suspended: no → yes"), "{rows:?}");

        let found = async |query: &str| rita.get(&format!("/admin/audit?{query}")).await.all("tbody tr").len();
        assert_eq!(found("who=RITA").await, 2);
        assert_eq!(found("who=ivy%40example").await, 2);
        assert_eq!(found("action=exam.extend").await, 1);
        assert_eq!(found("object=bea").await, 2, "whoever is the object is found by name");
        assert_eq!(found("from=2026-11-23&to=2026-11-23").await, 5);
        assert_eq!(found("from=2026-11-24").await, 0);
        for far in ["from=-262143-01-01", "to=%2B262142-12-31"] {
            assert_eq!(rita.get(&format!("/admin/audit?{far}")).await.status.as_u16(), 200, "{far}");
        }
        let wrong = rita.get("/admin/audit?from=yesterday").await;
        assert!(wrong.one("#error-summary").contains("2026-09-25"));
        sqlx::query("UPDATE people SET lang = 'zh' WHERE name = 'Rita'").execute(&app.pool).await.unwrap();
        assert!(rita.get("/admin/audit").await.text().contains("停用账号"));
        for change in ["UPDATE audit_log SET action = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"] {
            let refused = sqlx::query(sqlx::AssertSqlSafe(change)).execute(&app.pool).await.unwrap_err();
            assert!(refused.to_string().contains("audit_log is append-only"), "{change}: {refused}");
        }
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_audit_log_goes_page_by_page_and_into_a_file_that_runs_nothing(pool: PgPool) {
    story(pool, async |app| {
        let rita = app.person("Rita", Role::Admin).await;
        for number in 0..60 {
            sqlx::query(
                "INSERT INTO audit_log (id, at, actor_id, action, object, detail)
                 VALUES (gen_random_uuid(), $1, $2, 'strange.new', $3, '{\"reason\": \"=cmd()\"}')",
            )
            .bind(app.clock.now())
            .bind(rita.person.unwrap().0)
            .bind(format!("=object-{number:02}"))
            .execute(&app.pool)
            .await
            .unwrap();
        }
        let first = rita.get("/admin/audit?action=strange.new").await;
        assert_eq!(first.all("tbody tr").len(), 50);
        assert!(first.one("tbody tr").contains("strange.new"), "an action without words shows its name");
        let older = first.attributes("a[rel=next]", "href").remove(0);
        let second = rita.get(&older).await;
        assert_eq!((second.all("tbody tr").len(), second.all("a[rel=next]").len()), (10, 0));
        let both: std::collections::BTreeSet<String> =
            first.all("tbody td .hash").into_iter().chain(second.all("tbody td .hash")).collect();
        assert_eq!(both.len(), 60, "each line stands on one page");
        let file = rita.get("/admin/audit/export?action=strange.new").await;
        assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, "text/csv; charset=utf-8"));
        assert_eq!(file.text().lines().count(), 61);
        assert!(file.text().contains(",'=object-07,") && !file.text().contains(",=object"), "{}", file.text());
    })
    .await;
}

/// Makes a stored file as old as if it had been brought so many hours ago.
fn ages(app: &TestApp, digest: &Sha256, hours: i64) {
    let name = digest.to_string();
    let path = app.folder.path().join("blobs/blob").join(&name[..2]).join(&name);
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified((app.clock.now() - Duration::hours(hours)).into()).unwrap();
}

async fn ages_all(app: &TestApp, hours: i64) {
    for (digest, _) in app.state.blobs.list().await.unwrap() {
        ages(app, &digest, hours);
    }
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn storage_says_what_may_go_and_the_button_removes_that_and_nothing_else(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let rita = app.person("Rita", Role::Admin).await;
        let first = model("mnist-digits/right/v_nchw_transpose.onnx");
        ada.submits("mnist-digits", &first, &[]).await.location();
        app.run_jobs().await;
        let put = async |bytes: &'static [u8]| app.state.blobs.put(Bytes::from_static(bytes)).await.unwrap();
        let (old, young, noted) = (put(b"old").await, put(b"young").await, put(b"noted").await);
        ages_all(app, 48).await;
        ages(app, &young, 23);
        // Something that this version of the program knows nothing of refers to a file.
        sqlx::query("CREATE TABLE notes (digest BYTEA)").execute(&app.pool).await.unwrap();
        sqlx::query("INSERT INTO notes VALUES ($1)").bind(noted.as_bytes()).execute(&app.pool).await.unwrap();

        let page = rita.get("/admin/storage").await;
        let text = page.one("main");
        assert!(text.contains("Files that nothing refers to: 2 (8 B)."), "{text}");
        assert!(text.contains("Too young to tell: 1 (5 B)."), "{text}");
        assert!(text.contains("without a published result: 0 (0 B)"), "{text}");
        let kinds = page.all("table:first-of-type tbody tr");
        assert!(kinds.iter().any(|row| row.starts_with("Submitted models 1 ")), "{kinds:?}");
        assert!(kinds.iter().any(|row| row.starts_with("Predictions 2 ")), "{kinds:?}");
        assert!(page.all("table tbody tr").iter().any(|row| row.starts_with("Ada 1 ")), "{text}");

        let before = app.state.blobs.list().await.unwrap().len();
        assert_eq!(rita.post("/admin/storage/sweep", &[]).await.location(), "/admin/storage?notice=storage-queued");
        rita.post("/admin/storage/sweep", &[]).await.location();
        app.run_jobs().await;
        assert!(!app.state.blobs.contains(&old).await.unwrap());
        for kept in [young, noted, Sha256::of(&first)] {
            assert!(app.state.blobs.contains(&kept).await.unwrap());
        }
        assert_eq!(app.state.blobs.list().await.unwrap().len(), before - 1, "nothing else went");
        assert!(app.state.blobs.left_aside().await.unwrap().is_empty());
        let text = rita.get("/admin/storage").await.one("main");
        assert!(text.contains("files removed: 1 (3 B)"), "what went is written down: {text}");
        assert_eq!(app.count("SELECT count(*) FROM storage_sweeps").await, 1, "two requests are one clean-up");
        assert!(
            rita.get("/admin/audit").await.one("tbody tr").contains("Had storage cleaned up storage State: – → queued")
        );
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn only_files_of_submissions_that_came_to_nothing_go_after_ninety_days(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let graded = model("mnist-digits/right/v_nchw_transpose.onnx");
        ada.submits("mnist-digits", &graded, &[]).await.location();
        app.run_jobs().await;
        let (dead, again, waiting) =
            (b"never graded".as_slice(), b"brought again".as_slice(), b"in the queue".as_slice());
        for file in [dead, again] {
            ada.submits("mnist-digits", file, &[]).await.location();
            let (id, ..) = app.next_job().await.unwrap();
            app.drop_job(id).await;
        }
        app.clock.advance(Duration::days(89));
        ages_all(app, 48).await;
        let sweep = async || retention::sweep(&app.pool, &app.state.blobs, app.clock.now()).await.unwrap().unwrap();
        assert_eq!(sweep().await.models.files, 0, "89 days");
        app.clock.advance(Duration::days(2));
        let bea = app.person("Bea", Role::Learner).await;
        bea.submits("mnist-digits", waiting, &[]).await.location();
        sqlx::query("ALTER TABLE submissions DISABLE TRIGGER submissions_are_immutable")
            .execute(&app.pool)
            .await
            .unwrap();
        sqlx::query("UPDATE submissions SET created_at = created_at - INTERVAL '1 year'")
            .execute(&app.pool)
            .await
            .unwrap();
        ages_all(app, 48).await;
        ages(app, &Sha256::of(again), 1);
        assert_eq!(sweep().await.models.files, 1);
        assert!(!app.state.blobs.contains(&Sha256::of(dead)).await.unwrap());
        assert_eq!(app.count("SELECT count(*) FROM submissions").await, 4, "rows and hashes stay");
        for kept in [graded.as_slice(), again, waiting] {
            assert!(app.state.blobs.contains(&Sha256::of(kept)).await.unwrap());
        }
        app.run_jobs().await;
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_file_that_was_set_aside_by_a_clean_up_that_died_comes_back(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let (digest, _) = app.state.blobs.list().await.unwrap()[0];
        app.state.blobs.set_aside(&digest).await.unwrap().unwrap();
        assert!(!app.state.blobs.contains(&digest).await.unwrap());
        retention::sweep(&app.pool, &app.state.blobs, app.clock.now()).await.unwrap().unwrap();
        assert!(app.state.blobs.contains(&digest).await.unwrap());
        // Who brings the same bytes while a file is set aside has them stored, whatever becomes of the other.
        let bytes = app.state.blobs.get(&digest).await.unwrap().unwrap();
        app.state.blobs.set_aside(&digest).await.unwrap().unwrap();
        app.state.blobs.put(bytes).await.unwrap();
        app.state.blobs.drop_aside(&digest).await.unwrap();
        assert!(app.state.blobs.contains(&digest).await.unwrap());
        retention::queue_if_due(&app.pool, app.clock.now()).await.unwrap();
        assert!(app.next_job().await.is_none(), "cleaned a moment ago");
        app.clock.advance(Duration::days(1));
        retention::queue_if_due(&app.pool, app.clock.now()).await.unwrap();
        app.run_jobs().await;
        assert_eq!(app.count("SELECT count(*) FROM storage_sweeps").await, 2);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_new_signing_key_retires_the_one_before_and_no_secret_is_shown(pool: PgPool) {
    story(pool, async |app| {
        let rita = app.person("Rita", Role::Admin).await;
        let page = rita.get("/admin/keys").await;
        let before = app.state.keys.public().to_string();
        assert!(page.text().contains(&before) && page.all(".status.good") == ["Active"], "{}", page.text());
        admin::run(AdminCommand::RotateSigningKey, &app.state.config, (&app.pool, &app.state.blobs), app.clock.now())
            .await
            .unwrap();
        let folder = app.folder.path().join("keys");
        let mut conn = app.pool.acquire().await.unwrap();
        let after = Keys::open(&folder, &mut conn, app.clock.now()).await.unwrap().public().to_string();
        assert_ne!(before, after);
        let page = rita.get("/admin/keys").await;
        assert_eq!(page.all("dl:first-of-type dd").first().unwrap(), "Active");
        assert!(page.text().contains("Retired") && page.text().contains(&before) && page.text().contains(&after));
        for id in [&before, &after] {
            let secret = std::fs::read_to_string(folder.join(format!("signing-{id}.key"))).unwrap();
            for line in secret.lines().filter(|line| !line.starts_with('-')) {
                assert!(!page.text().contains(line));
            }
        }
        assert!(!page.text().contains(app.folder.path().to_str().unwrap()));
        let document = app.stranger().get("/.well-known/did.json").await.text();
        assert!(document.contains(&before) && document.contains(&after));
        assert!(rita.get("/admin/audit").await.one("tbody tr").contains("Made a new signing key"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn settings_are_shown_with_their_dangers_and_without_secrets(pool: PgPool) {
    let set = |config: &mut assay::config::Config| {
        config.base_url = "http://assay.example".parse().unwrap();
        config.smtp_url = Some("smtps://ada:sesame@mail.example:465".to_owned());
        config.database_url = Some("postgres://ada:sesame@db.example/assay".to_owned());
    };
    story_with(pool, set, async |app| {
        let rita = app.person("Rita", Role::Admin).await;
        let page = rita.get("/admin/settings").await;
        assert!(page.text().contains("ASSAY_BASE_URL") && !page.text().contains("sesame"));
        let dangers = page.all(".notice.warning");
        assert!(dangers.iter().any(|text| text.contains("travel unencrypted")), "{dangers:?}");
        assert!(rita.get("/admin").await.one("main").contains("settings are dangerous"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn capacity_shows_what_gradings_take_and_works_out_a_deadline(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let rita = app.person("Rita", Role::Admin).await;
        let empty = rita.get("/admin/capacity").await.one("main");
        assert!(empty.contains("Workers: 0. Slots for models: 0") && empty.contains("Write the seconds"), "{empty}");
        let mut conn = app.pool.acquire().await.unwrap();
        operations::announce(&mut conn, "here:1", 2, ("M", &[]), app.clock.now()).await.unwrap();
        for number in 1..=5 {
            ada.submits("mnist-digits", &model("mnist-digits/right/v_nchw_transpose.onnx"), &[]).await.location();
            app.clock.advance(Duration::seconds(10));
            app.run_jobs().await;
            let row = rita.get("/admin/capacity").await.one("tbody tr");
            assert_eq!(row.contains(&format!("too few (n = {number})")), number < 5, "{row}");
            assert_eq!(row.contains("(n = 5)"), number == 5, "{row}");
        }
        operations::seen(&mut *conn, "here:1", (1, "P", &[]), app.clock.now()).await.unwrap();
        let page = rita.get("/admin/capacity?people=400&share=60&seconds=120").await;
        let main = page.one("main");
        assert!(main.contains("10.0 s, 90 %: 10.0 s (n = 5)"), "everybody waited ten seconds: {main}");
        assert!(main.contains("Submissions in the last hour: 240. At 120.0 s each they are 8.0 h of work"), "{main}");
        assert!(main.contains("Slots: 2."), "{main}");
        let rows = page.all("table:last-of-type tbody tr");
        let rows = &rows[rows.len() - 2..];
        assert_eq!(rows, ["Evenly through the hour 3.0 h 8", "All in the last minute 4.0 h 96"]);
        let wrong = rita.get("/admin/capacity?people=many&share=60").await;
        assert!(wrong.one("#error-summary").contains("a number from 0 to 100000"));
        app.clock.advance(Duration::minutes(5));
        assert!(rita.get("/admin/capacity").await.one("main").contains("Workers: 0."), "silent workers do not count");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn buried_jobs_are_retried_together_and_a_silent_worker_is_told_apart(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let rita = app.person("Rita", Role::Admin).await;
        for _ in 0..2 {
            ada.submits("mnist-digits", &model("mnist-digits/right/v_nchw_transpose.onnx"), &[]).await.location();
            let (id, ..) = app.next_job().await.unwrap();
            app.drop_job(id).await;
        }
        sqlx::query(
            "INSERT INTO buried_jobs (submission_id, reason, runs, buried_at) SELECT id, 'disk full', 5, $1 FROM submissions",
        )
        .bind(app.clock.now())
        .execute(&app.pool)
        .await
        .unwrap();
        let mut conn = app.pool.acquire().await.unwrap();
        operations::announce(&mut conn, "here:1", 2, ("M", &[]), app.clock.now()).await.unwrap();
        assert!(rita.get("/admin/jobs").await.all("td .status.bad").is_empty());
        app.clock.advance(Duration::minutes(3));
        assert_eq!(rita.get("/admin/jobs").await.all("td .status.bad"), ["silent"]);
        assert_eq!(rita.post("/admin/jobs/retry-all", &[]).await.location(), "/admin/jobs?notice=jobs-retried");
        app.run_jobs().await;
        assert_eq!(app.count("SELECT count(*) FROM publications").await, 2);
        let rows = rita.get("/admin/audit?action=job.retry").await.all("tbody tr");
        assert_eq!(rows.len(), 2);
        assert!(rows[0].contains("Fault: disk full → –") && rows[0].contains("State: buried → queued"), "{rows:?}");
        assert!(rita.get("/admin/jobs").await.text().contains("No job is buried."));
    })
    .await;
}
