//! Guessing is slow: limits on sign-ins, on mail and on sign-ups, with a clock that moves.

use actix_web::http::StatusCode;
use actix_web::test::TestRequest;
use assay::accounts::limits::{self, Admission, Limit};
use assay::clock::Clock as _;
use chrono::Duration;
use sqlx::PgPool;

use crate::app::story;
use crate::mail::link_in;
use crate::people::{PASSWORD, sign_in, sign_up};

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn after_ten_failures_even_the_right_password_waits(pool: PgPool) {
    story(pool, async |app| {
        sign_up(app, "Ada").await;
        let eve = app.stranger();
        for _ in 0..10 {
            let wrong = sign_in(&eve, "ada@example.org", "not her password").await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(wrong.attributes("#email", "value"), ["ada@example.org"]);
            app.clock.advance(Duration::seconds(1));
        }
        let limited = sign_in(&eve, "ADA@example.org", PASSWORD).await;
        assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(limited.header("retry-after"), "890");
        let sentence = "Too many failed attempts. You can try again at 23 Nov 2026 09:15 (UTC). \
                        If you have forgotten your password, you can reset it now.";
        assert_eq!(limited.all("#error-summary li"), [sentence]);
        // An account that is not there is limited in the same way.
        for _ in 0..10 {
            sign_in(&eve, "nobody@example.org", "anything at all").await;
        }
        assert_eq!(sign_in(&eve, "nobody@example.org", "x").await.status, StatusCode::TOO_MANY_REQUESTS);

        app.clock.advance(Duration::seconds(889));
        assert_eq!(sign_in(&eve, "ada@example.org", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
        app.clock.advance(Duration::seconds(1));
        assert_eq!(sign_in(&eve, "ada@example.org", PASSWORD).await.location(), "/");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_way_out_that_the_page_names_works_at_once(pool: PgPool) {
    story(pool, async |app| {
        let ada = sign_up(app, "Ada").await;
        for _ in 0..10 {
            sign_in(&app.stranger(), "ada@example.org", "not her password").await;
        }
        ada.post("/password/forgot", &[("email", "ada@example.org")]).await;
        let link = link_in(&app.last_mail_to("ada@example.org").await);
        assert_eq!(ada.post(&link, &[("password", PASSWORD)]).await.location(), "/?notice=password-changed");
        app.deliver_mail().await;
        assert_eq!(sign_in(&app.stranger(), "ada@example.org", PASSWORD).await.location(), "/");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn one_address_cannot_try_every_account(pool: PgPool) {
    story(pool, async |app| {
        sign_up(app, "Ada").await;
        sqlx::query(
            "INSERT INTO rate_events (bucket, key, at) SELECT 'sign_in_address', '192.0.2.7', $1 FROM generate_series(1, 100)",
        )
        .bind(app.clock.now())
        .execute(&app.pool)
        .await
        .unwrap();
        let try_from = async |address: &str| {
            let request = TestRequest::post().uri("/sign-in").insert_header(("sec-fetch-site", "same-origin"));
            let form = [("email", "ada@example.org"), ("password", PASSWORD)];
            app.stranger().send_from(address, request.set_form(form)).await.status
        };
        assert_eq!(try_from("192.0.2.7").await, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(try_from("192.0.2.8").await, StatusCode::SEE_OTHER);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_class_behind_one_address_signs_in_at_once(pool: PgPool) {
    story(pool, async |app| {
        sign_up(app, "Ada").await;
        let class = "INSERT INTO people (id, email, name, role, password_hash, email_confirmed_at, created_at)
                     SELECT gen_random_uuid(), 'p' || n || '@example.org', 'P', 'learner', p.password_hash,
                            p.email_confirmed_at, p.created_at
                     FROM people p, generate_series(1, 130) n";
        sqlx::query(class).execute(&app.pool).await.unwrap();
        let sign_in = async |number: usize| {
            let request = TestRequest::post().uri("/sign-in").insert_header(("sec-fetch-site", "same-origin"));
            let form = [("email", format!("p{number}@example.org")), ("password", PASSWORD.to_owned())];
            app.stranger().send_from("192.0.2.7", request.set_form(form)).await.status
        };
        let all = futures_util::future::join_all((1..=130).map(sign_in)).await;
        assert!(all.iter().all(|status| *status == StatusCode::SEE_OTHER), "{all:?}");
        assert_eq!(app.count("SELECT count(*) FROM rate_events WHERE bucket LIKE 'sign_in%'").await, 0);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn mail_to_one_address_is_limited_whether_or_not_it_has_an_account(pool: PgPool) {
    story(pool, async |app| {
        for email in ["ada@example.org", "nobody@example.org"] {
            let ask = async || app.stranger().post("/password/forgot", &[("email", email)]).await;
            for _ in 0..5 {
                assert_eq!(ask().await.status, StatusCode::OK);
            }
            let limited = ask().await;
            assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
            assert!(limited.one("[role=alert]").contains("at 23 Nov 2026 10:00 (UTC)"), "{}", limited.text());
        }
        app.clock.advance(Duration::hours(1));
        let again = app.stranger().post("/password/forgot", &[("email", "ada@example.org")]).await;
        assert_eq!(again.status, StatusCode::OK);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_window_moves_and_parallel_events_are_counted(pool: PgPool) {
    const TWO: Limit = Limit { bucket: "test", most: 2, window: Duration::minutes(10) };
    story(pool, async |app| {
        let take = async || {
            let mut tx = app.pool.begin().await.unwrap();
            let admission = limits::take(&mut tx, &TWO, "ada", app.clock.now()).await.unwrap();
            tx.commit().await.unwrap();
            admission
        };
        let start = app.clock.now();
        assert_eq!(take().await, Admission::Granted);
        app.clock.advance(Duration::minutes(4));
        assert_eq!(take().await, Admission::Granted);
        assert_eq!(take().await, Admission::Refused { until: start + Duration::minutes(10) });
        app.clock.advance(Duration::minutes(6));
        assert_eq!(take().await, Admission::Granted);
        assert_eq!(take().await, Admission::Refused { until: start + Duration::minutes(14) });
        app.clock.advance(Duration::hours(1));
        // Each of them stays open for a moment, as a request does that has more to do.
        let all = futures_util::future::join_all((0..4).map(|_| async {
            let mut tx = app.pool.begin().await.unwrap();
            let admission = limits::take(&mut tx, &TWO, "ada", app.clock.now()).await.unwrap();
            sqlx::query("SELECT pg_sleep(0.05)").execute(&mut *tx).await.unwrap();
            tx.commit().await.unwrap();
            admission
        }))
        .await;
        assert_eq!(all.iter().filter(|one| **one == Admission::Granted).count(), 2);
        app.clock.advance(Duration::days(2));
        assert_eq!(limits::sweep(&app.pool, app.clock.now()).await.unwrap(), 5);
    })
    .await;
}
