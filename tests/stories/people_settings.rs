//! What people set about themselves, their sessions, their data, and the end of an account.

use actix_web::http::StatusCode;
use assay::accounts::Role;
use assay::clock::Clock as _;
use assay::ids::SubmissionId;
use chrono::Duration;
use serde_json::json;
use sqlx::PgPool;

use crate::app::{TestApp, story};
use crate::exams::{begins, change, sends};
use crate::people::{PASSWORD, sign_in, sign_up};

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_profile_decides_language_zone_and_colours(pool: PgPool) {
    story(pool, async |app| {
        let ada = sign_up(app, "Ada").await;
        let form = [("name", " Ada  King "), ("lang", "zh"), ("time_zone", "Asia/Shanghai"), ("theme", "dark")];
        assert_eq!(ada.post("/settings", &form).await.location(), "/settings?notice=saved");
        let seen = ada.get("/settings/sessions").await;
        assert_eq!(seen.attributes("html", "data-theme"), ["dark"]);
        assert_eq!(seen.all("tbody td")[0], "2026年11月23日 17:00（UTC+8）");
        let wrong = [("name", ""), ("lang", "zh"), ("time_zone", "Mars/Olympus"), ("theme", "dark")];
        let seen = ada.post("/settings", &wrong).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(seen.attributes("#error-summary a", "href"), ["#name", "#time_zone"]);
        assert_eq!(seen.attributes("#time_zone", "value"), ["Mars/Olympus"]);
        assert_eq!(seen.one("title"), "有误：个人资料 – Assay");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn language_and_colours_are_kept_for_strangers_and_for_people(pool: PgPool) {
    story(pool, async |app| {
        let visitor = app.stranger();
        assert_eq!(
            visitor.post("/display", &[("lang", "zh"), ("back", "/sign-in?x=1")]).await.location(),
            "/sign-in?x=1"
        );
        assert_eq!(visitor.post("/display", &[("theme", "light"), ("back", "/")]).await.location(), "/");
        let seen = visitor.get("/sign-in").await;
        assert_eq!(
            (seen.attributes("html", "lang"), seen.attributes("html", "data-theme")),
            (vec!["zh-Hans".into()], vec!["light".into()])
        );

        let ada = sign_up(app, "Ada").await;
        ada.post("/display", &[("lang", "zh"), ("back", "/")]).await;
        let elsewhere = app.stranger();
        sign_in(&elsewhere, "ada@example.org", PASSWORD).await;
        assert_eq!(elsewhere.get("/").await.attributes("html", "lang"), ["zh-Hans"]);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_name_for_certificates_is_confirmed_by_its_holder(pool: PgPool) {
    story(pool, async |app| {
        let ada = sign_up(app, "Ada").await;
        let seen = ada.post("/settings/certificate-name", &[("certificate_name", "7")]).await;
        assert_eq!(seen.attributes("#error-summary a", "href"), ["#certificate_name", "#confirmed"]);
        assert_eq!(app.count("SELECT count(certificate_name) FROM people").await, 0);
        let form = [("certificate_name", "Ada  Lovelace"), ("confirmed", "yes")];
        let done = ada.post("/settings/certificate-name", &form).await;
        assert_eq!(done.location(), "/settings/certificate-name?notice=certificate-name");
        assert!(ada.get(done.location()).await.one("main").contains("Confirmed name: Ada Lovelace"));
        assert_eq!(app.count("SELECT count(certificate_name_confirmed_at) FROM people").await, 1);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn changing_the_password_asks_the_old_one_and_ends_other_sessions(pool: PgPool) {
    story(pool, async |app| {
        let ada = sign_up(app, "Ada").await;
        let elsewhere = app.stranger();
        sign_in(&elsewhere, "ada@example.org", PASSWORD).await;
        let change = |old, new| [("old", old), ("password", new)];
        let wrong = ada.post("/settings/password", &change("not the old one", "a new long password")).await;
        assert_eq!(wrong.attributes("#error-summary a", "href"), ["#old"]);
        let short = ada.post("/settings/password", &change(PASSWORD, "short")).await;
        assert_eq!(short.attributes("#error-summary a", "href"), ["#password"]);
        let done = ada.post("/settings/password", &change(PASSWORD, "a new long password")).await;
        assert_eq!(done.location(), "/settings/password?notice=password-changed");
        assert_eq!(app.last_mail_to("ada@example.org").await.subject, "Your password for Assay was changed");
        assert_eq!(ada.get("/settings").await.status, StatusCode::OK);
        assert_eq!(elsewhere.get("/settings").await.status, StatusCode::SEE_OTHER);
        assert_eq!(sign_in(&elsewhere, "ada@example.org", "a new long password").await.location(), "/");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn people_see_and_end_their_own_sessions_only(pool: PgPool) {
    story(pool, async |app| {
        let (ada, bob) = (sign_up(app, "Ada").await, sign_up(app, "Bob").await);
        let phone = app.stranger();
        app.clock.advance(Duration::minutes(5));
        sign_in(&phone, "ada@example.org", PASSWORD).await;
        let seen = ada.get("/settings/sessions").await;
        assert_eq!(seen.all("tbody tr").len(), 2);
        let names = seen.attributes("button[name=session]", "value");
        let others = bob.post("/settings/sessions/end", &[("session", names[0].as_str())]).await;
        assert_eq!(others.status, StatusCode::NOT_FOUND);
        assert_eq!(phone.post("/settings/sessions/end-others", &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(ada.get("/settings").await.status, StatusCode::SEE_OTHER);
        let own = phone.get("/settings/sessions").await.attributes("button[name=session]", "value");
        let ended = phone.post("/settings/sessions/end", &[("session", own[0].as_str())]).await;
        assert_eq!(ended.location(), "/?notice=signed-out");
        assert_eq!(bob.get("/settings").await.status, StatusCode::OK);
        app.clock.advance(Duration::days(30));
        assert_eq!(bob.get("/settings").await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

/// Writes a submission with one grading, without the rooms that usually do.
async fn submits(app: &TestApp, email: &str, file: &'static [u8], name: &str) {
    let now = app.clock.now();
    let digest = app.state.blobs.put(file.into()).await.unwrap();
    let execute = async |sql: &'static str, id: uuid::Uuid| {
        let query = sqlx::query(sql).bind(id).bind(email).bind(now).bind(digest.as_bytes().as_slice()).bind(name);
        query.execute(&app.pool).await.unwrap();
    };
    sqlx::raw_sql(
        "INSERT INTO exercise_versions VALUES ('v1', 'mnist', '{}', now()) ON CONFLICT DO NOTHING;
         INSERT INTO exercises VALUES ('mnist', 'v1', '{}', now()) ON CONFLICT DO NOTHING",
    )
    .execute(&app.pool)
    .await
    .unwrap();
    let id = SubmissionId::new(now).0;
    execute(
        "INSERT INTO submissions SELECT $1, people.id, 'mnist', 'v1', 1 + (SELECT count(*) FROM submissions), $4, 3, $5,
             'unit', 'my note', 'web', '{}', $3 FROM people WHERE email = $2",
        id,
    )
    .await;
    execute(
        "INSERT INTO grading_runs (id, submission_id, number, lease_token, worker, state, started_at, heartbeat_at)
         SELECT $1, $1, 1, $1, 'here', 'done', $3, $3 WHERE $2 <> '' AND $4 IS NOT NULL AND $5 <> ''",
        id,
    )
    .await;
    execute(
        "INSERT INTO gradings (id, run_id, submission_id, exercise_version, grader_version, verdict, score, counts,
             report, created_at)
         SELECT $1, $1, $1, 'v1', 'g', 'passed', 0.98, TRUE, '{}', $3 WHERE $2 <> '' AND $4 IS NOT NULL AND $5 <> ''",
        id,
    )
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_download_holds_everything_but_secrets(pool: PgPool) {
    story(pool, async |app| {
        let (ada, _bob) = (sign_up(app, "Ada").await, sign_up(app, "Bob").await);
        submits(app, "ada@example.org", b"ada's model", "ada.onnx").await;
        submits(app, "bob@example.org", b"bob's model", "bob.onnx").await;
        ada.post("/settings/tokens", &[("name", "laptop"), ("read", "on"), ("days", "30")]).await;
        app.deliver_mail().await;
        sign_in(&app.stranger(), "ada@example.org", "a wrong password").await;

        let file = ada.get("/settings/data/download").await;
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"assay-data-2026-11-23.json\"");
        let data = file.json();
        assert_eq!(data["account"][0]["email"], "ada@example.org");
        assert_eq!(data["account"][0]["has_password"], true);
        assert_eq!(data["sessions"].as_array().unwrap().len(), 1);
        assert_eq!(data["api_tokens"][0]["name"], "laptop");
        assert_eq!(data["failed_sign_ins"].as_array().unwrap().len(), 2);
        assert_eq!(data["mail"].as_array().unwrap().len(), 2);
        assert_eq!(data["submissions"].as_array().unwrap().len(), 1);
        assert_eq!(data["submissions"][0]["gradings"][0]["verdict"], "passed");
        for part in ["enrolments", "quiz_attempts", "completed_modules", "certificates", "audit_log", "one_time_links"]
        {
            assert!(data[part].is_array(), "{part}");
        }
        let text = file.text();
        for secret in ["argon2", "key_hash", "token_hash", "bob", ada.cookies.borrow()["assay"].as_str()] {
            assert!(!text.contains(secret), "{secret}");
        }
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn deleting_an_account_leaves_nameless_results_and_nothing_else(pool: PgPool) {
    story(pool, async |app| {
        let (ada, _bob) = (sign_up(app, "Ada").await, sign_up(app, "Bob").await);
        submits(app, "ada@example.org", b"only ada's", "ada.onnx").await;
        submits(app, "ada@example.org", b"shared", "shared.onnx").await;
        submits(app, "bob@example.org", b"shared", "shared.onnx").await;
        ada.post("/settings/certificate-name", &[("certificate_name", "Ada Lovelace"), ("confirmed", "yes")]).await;
        ada.post("/settings/tokens", &[("name", "laptop"), ("read", "on"), ("days", "30")]).await;
        app.deliver_mail().await;

        let page = ada.get("/settings/delete").await;
        assert!(page.one("main").contains("without your name (2 now)"), "{}", page.text());
        assert!(page.one("main").contains("Certificates as issued"));
        let wrong = ada.post("/settings/delete", &[("password", "a wrong password")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = ada.post("/settings/delete", &[("password", PASSWORD)]).await;
        assert_eq!(done.location(), "/?notice=account-deleted");
        assert!(ada.cookies.borrow().get("assay").is_none());
        assert_eq!(sign_in(&ada, "ada@example.org", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);

        let everywhere = async |text: &str| {
            let mut found = Vec::new();
            for table in
                ["people", "sessions", "mail_tokens", "api_tokens", "outgoing_mail", "rate_events", "audit_log"]
            {
                let query = format!("SELECT count(*) FROM {table} t WHERE t::text ILIKE '%{text}%'");
                let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&app.pool).await.unwrap();
                if count > 0 {
                    found.push(table);
                }
            }
            found
        };
        assert_eq!(everywhere("ada@example.org").await, Vec::<&str>::new());
        assert_eq!(everywhere("Lovelace").await, Vec::<&str>::new());
        assert_eq!(
            app.count("SELECT count(*) FROM submissions JOIN people p ON p.id = person_id WHERE p.name = ''").await,
            2
        );
        assert_eq!(app.count("SELECT count(*) FROM gradings").await, 3);
        let kept: Vec<_> = app.state.blobs.list().await.unwrap().into_iter().map(|(digest, _)| digest).collect();
        assert_eq!(kept, [assay::blobs::Sha256::of(b"shared")]);
        assert_eq!(app.count("SELECT count(*) FROM audit_log WHERE action = 'person.delete'").await, 1);
        // The address is free again.
        sign_up(app, "Ada").await;
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn pages_of_settings_need_somebody_signed_in(pool: PgPool) {
    story(pool, async |app| {
        let rita = app.person("Rita", Role::Learner).await;
        let pages = ["", "/certificate-name", "/sessions", "/tokens", "/data"];
        for page in pages.map(|page| format!("/settings{page}")) {
            assert!(app.stranger().get(&page).await.location().starts_with("/sign-in?next=%2Fsettings"), "{page}");
            for actor in [&rita, &app.person(&format!("X{}", page.len()), Role::Learner).await.in_chinese()] {
                let seen = actor.get(&page).await;
                assert_eq!((seen.status, seen.all("h1").len()), (StatusCode::OK, 1), "{page}");
            }
        }
        // Whoever came by a link sets a password before changing or using it.
        assert_eq!(rita.get("/settings/password").await.location(), "/sign-in/set-up");
        assert_eq!(rita.get("/settings/delete").await.location(), "/sign-in/set-up");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn of_exams_the_addresses_and_accommodations_go_with_the_account(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let (ada, ivy) = (sign_up(app, "Ada").await, app.person("Ivy", Role::Instructor).await);
        let grant =
            [("email", "ada@example.org"), ("time_factor", "1.5"), ("extra_attempts", "1"), ("break_minutes", "0")];
        ada.post("/courses/ai-foundation-models/enrol", &[]).await.location();
        ivy.post("/teach/accommodations", &grant).await.location();
        let door = begins(&ada).await;
        sends(&ada, &door, json!([change(1, 1, "1")])).await;
        let counts = async || {
            let addresses = app.count("SELECT count(*) FROM exam_events WHERE kind = 'address'").await;
            let granted = app.count("SELECT count(*) FROM accommodations").await;
            (addresses, granted, app.count("SELECT count(*) FROM exam_answers").await)
        };
        assert_eq!(counts().await, (1, 1, 1));
        ada.post("/settings/delete", &[("password", PASSWORD)]).await.location();
        assert_eq!(counts().await, (0, 0, 1), "answers stay without a name");
    })
    .await;
}
