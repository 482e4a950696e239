//! Earning a certificate: once, in the transaction of the last requirement; and what its holder sees.

use std::os::unix::fs::PermissionsExt as _;

use assay::accounts::Role;
use assay::certificates::Standing;
use assay::certificates::earned::issue_earned;
use assay::certificates::keys::{KeyError, Keys};
use assay::clock::Clock as _;
use assay::db::secrets::SecretError;
use chrono::{Duration, Months};
use sqlx::PgPool;

use crate::app::story;
use crate::certificates_rows::{
    confirms_name, earns, is_graded, issue, issuer, loaded, passes_quiz, progress_of, tamper, truly_loaded,
};

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_last_requirement_brings_the_certificate(pool: PgPool) {
    story(pool, async |app| {
        let now = app.clock.now();
        loaded(app).await;
        let ada = app.person("Ada", Role::Learner).await;
        let mut conn = app.pool.acquire().await.unwrap();
        passes_quiz(&mut conn, &ada, "learning", now).await;
        assert_eq!(issue(app, &mut conn, &ada, "v1").await, None);
        is_graded(&mut conn, &ada, "passed", 0.98, now).await;
        is_graded(&mut conn, &ada, "passed", 0.989, now).await;
        is_graded(&mut conn, &ada, "below_mark", 0.95, now).await;
        assert_eq!(issue(app, &mut conn, &ada, "v1").await, None);
        passes_quiz(&mut conn, &ada, "digits", now).await;
        assert_eq!(issue(app, &mut conn, &ada, "v1").await, None, "the name is not confirmed");
        assert_eq!(progress_of(app, &ada).await.met(), 4);
        confirms_name(&mut conn, &ada, " Ada\u{202e}  Lovelace ", now).await;
        let id = issue(app, &mut conn, &ada, "v1").await.expect("everything is done");
        let seen = ada.get(&format!("/certificates/{id}")).await;
        assert_eq!(seen.one(".certificate-name"), "Ada Lovelace");
        assert!(seen.one(".requirements").contains("98.90 %"), "the best result counts");
        assert_eq!(seen.one("article strong"), "With distinction");
        let progress = progress_of(app, &ada).await;
        assert_eq!((progress.met(), progress.requirements.len()), (5, 5));
        assert_eq!(progress.held[0].id, id);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn without_a_confirmed_address_there_is_no_certificate(pool: PgPool) {
    story(pool, async |app| {
        let now = app.clock.now();
        loaded(app).await;
        let ada = app.person("Ada", Role::Learner).await;
        let mut conn = app.pool.acquire().await.unwrap();
        sqlx::query("UPDATE people SET email_confirmed_at = NULL").execute(&mut *conn).await.unwrap();
        for module in ["learning", "digits"] {
            passes_quiz(&mut conn, &ada, module, now).await;
        }
        is_graded(&mut conn, &ada, "passed", 0.98, now).await;
        confirms_name(&mut conn, &ada, "Ada", now).await;
        assert_eq!(issue(app, &mut conn, &ada, "v1").await, None);
        sqlx::query("UPDATE people SET email_confirmed_at = $1").bind(now).execute(&mut *conn).await.unwrap();
        assert!(issue(app, &mut conn, &ada, "v1").await.is_some());
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn of_two_transactions_with_the_last_two_requirements_the_second_issues_once(pool: PgPool) {
    story(pool, async |app| {
        let now = app.clock.now();
        loaded(app).await;
        let ada = app.person("Ada", Role::Learner).await;
        let mut quiz = app.pool.begin().await.unwrap();
        let mut grading = app.pool.begin().await.unwrap();
        confirms_name(&mut app.pool.acquire().await.unwrap(), &ada, "Ada", now).await;
        passes_quiz(&mut quiz, &ada, "learning", now).await;
        passes_quiz(&mut quiz, &ada, "digits", now).await;
        is_graded(&mut grading, &ada, "passed", 0.98, now).await;
        // Both see only their own requirement; the second waits for the first to commit and then sees both.
        let first = async {
            let issued = issue(app, &mut quiz, &ada, "v1").await;
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            quiz.commit().await.unwrap();
            issued
        };
        let second = async {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            let issued = issue(app, &mut grading, &ada, "v1").await;
            grading.commit().await.unwrap();
            issued
        };
        let (first, second) = tokio::join!(first, second);
        assert_eq!((first, second.is_some()), (None, true));
        let mut conn = app.pool.acquire().await.unwrap();
        assert_eq!(issue(app, &mut conn, &ada, "v1").await, None);
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM certificates").fetch_one(&app.pool).await.unwrap();
        assert_eq!(count, 1);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_new_version_of_the_course_gives_another_one_only_after_the_first_expired(pool: PgPool) {
    story(pool, async |app| {
        loaded(app).await;
        let ada = app.person("Ada", Role::Learner).await;
        let first = earns(app, &ada).await;
        assert_eq!(first.expires_at, app.clock.now() + Months::new(24));
        let mut conn = app.pool.acquire().await.unwrap();
        assert_eq!(issue(app, &mut conn, &ada, "v2").await, None, "nothing new was done");
        app.clock.advance(Duration::days(731));
        assert_eq!(progress_of(app, &ada).await.held[0].standing, Standing::Expired);
        assert_eq!(issue(app, &mut conn, &ada, "v1").await, None);
        assert!(issue(app, &mut conn, &ada, "v2").await.is_some());
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_revoked_certificate_does_not_come_back_with_a_new_version(pool: PgPool) {
    story(pool, async |app| {
        loaded(app).await;
        let ada = app.person("Ada", Role::Learner).await;
        let admin = app.person("Root", Role::Admin).await;
        let stored = earns(app, &ada).await;
        admin.post(&format!("/admin/certificates/{}/revoke", stored.id), &[("reason", "Plagiarism")]).await;
        let mut conn = app.pool.acquire().await.unwrap();
        assert_eq!(issue(app, &mut conn, &ada, "v2").await, None);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn what_is_still_needed_is_listed_until_the_certificate_is_there(pool: PgPool) {
    story(pool, async |app| {
        truly_loaded(app).await;
        let ada = app.person("Ada", Role::Learner).await;
        assert!(ada.get("/certificates").await.all(".under-way").is_empty(), "nothing is begun");
        let mut conn = app.pool.acquire().await.unwrap();
        passes_quiz(&mut conn, &ada, "background", app.clock.now()).await;
        let mine = ada.get("/certificates").await;
        assert_eq!(mine.one(".under-way .muted"), "2 of 6 met");
        assert_eq!(
            mine.attributes(".under-way a", "href"),
            [
                "/courses/ai-foundation-models/core-concepts/quiz",
                "/courses/ai-foundation-models/digits/quiz",
                "/exercises/mnist-digits",
                "/settings/certificate-name",
            ]
        );
        for module in ["core-concepts", "digits"] {
            passes_quiz(&mut conn, &ada, module, app.clock.now()).await;
        }
        is_graded(&mut conn, &ada, "passed", 0.98, app.clock.now()).await;
        confirms_name(&mut conn, &ada, "Ada Lovelace", app.clock.now()).await;
        let (state, person) = (&app.state, ada.person.unwrap());
        let issued = issue_earned(&mut conn, &state.keys, &issuer(app), person, app.clock.now()).await.unwrap();
        let mine = ada.get("/certificates").await;
        assert!(mine.all(".under-way").is_empty());
        assert_eq!(mine.attributes(".card a", "href"), [format!("/certificates/{}", issued[0])]);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_certificate_page_is_its_holders_alone(pool: PgPool) {
    story(pool, async |app| {
        loaded(app).await;
        let ada = app.person("Ada", Role::Learner).await;
        let eve = app.person("Eve", Role::Admin).await;
        let stored = earns(app, &ada).await;
        let path = format!("/certificates/{}", stored.id);
        let own = ada.get(&path).await;
        assert_eq!(own.one("h1"), "AI foundation models: course completion");
        assert_eq!(own.one(".copy code"), format!("http://localhost:8080/verify/{}", stored.code));
        assert_eq!(eve.get(&path).await.status, 404);
        assert_eq!(ada.get("/certificates/nonsense").await.status, 404);
        assert!(app.stranger().get(&path).await.location().starts_with("/sign-in"));
        let mine = ada.get("/certificates").await;
        assert_eq!(mine.attributes(".card a", "href"), [path.as_str()], "{}", mine.text());
        assert_eq!(mine.one(".card .status"), "Valid");
        assert!(eve.get("/certificates").await.one("main").contains("You have no certificate yet"));
        tamper(app, stored.id, "holder_name = 'Eve'").await;
        let broken = ada.get(&path).await;
        assert!(broken.one(".notice").contains("does not match") && broken.all("article").is_empty());
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_start_with_another_key_than_the_databases_is_refused(pool: PgPool) {
    story(pool, async |app| {
        let now = app.clock.now();
        let mut conn = app.pool.acquire().await.unwrap();
        let folder = app.folder.path().join("keys");
        let again = Keys::open(&folder, &mut conn, now).await.unwrap();
        assert_eq!(again.public(), app.state.keys.public());
        let file = folder.join(format!("signing-{}.key", again.public()));
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        assert!(std::fs::read_to_string(&file).unwrap().starts_with("-----BEGIN PRIVATE KEY-----\n"));

        let elsewhere = tempfile::tempdir().unwrap();
        let refused = Keys::open(elsewhere.path(), &mut conn, now).await;
        assert!(matches!(refused, Err(KeyError::AnotherKey { .. })));
        assert!(std::fs::read_dir(elsewhere.path()).unwrap().next().is_none(), "nothing was written");

        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Keys::open(&folder, &mut conn, now).await, Err(KeyError::Secret(SecretError::Exposed(_)))));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&file, "not a key").unwrap();
        assert!(matches!(Keys::open(&folder, &mut conn, now).await, Err(KeyError::NotAKey(_))));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_key_whose_first_start_was_cut_off_is_taken_up_and_a_retired_one_is_not(pool: PgPool) {
    story(pool, async |app| {
        let now = app.clock.now();
        let mut conn = app.pool.acquire().await.unwrap();
        let folder = app.folder.path().join("keys");
        sqlx::query("DELETE FROM signing_keys").execute(&mut *conn).await.unwrap();
        let taken_up = Keys::open(&folder, &mut conn, now).await.unwrap();
        assert_eq!(taken_up.public(), app.state.keys.public());
        sqlx::query("UPDATE signing_keys SET active = false").execute(&mut *conn).await.unwrap();
        let next = Keys::open(&folder, &mut conn, now).await.unwrap();
        assert_ne!(next.public(), taken_up.public());
        let document = app.stranger().get("/.well-known/did.json").await.json();
        assert_eq!(document["verificationMethod"].as_array().unwrap().len(), 2, "past keys stay");
    })
    .await;
}
