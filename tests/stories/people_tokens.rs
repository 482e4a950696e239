//! Personal API tokens: shown once, scoped, expiring, revocable.

use actix_web::http::StatusCode;
use actix_web::test::TestRequest;
use assay::accounts::Role;
use chrono::Duration;
use sqlx::PgPool;

use crate::app::{Actor, Seen, TestApp, story};
use crate::people::sign_up;

async fn creates(actor: &Actor<'_>, name: &str, scope: &'static str, days: &'static str) -> String {
    let page = actor.post("/settings/tokens", &[("name", name), (scope, "on"), ("days", days)]).await;
    actor.app.deliver_mail().await;
    page.one("#token")
}

async fn calls(app: &TestApp, token: &str) -> Seen {
    let request = TestRequest::get().uri("/api/v1/me").insert_header(("authorization", format!("Bearer {token}")));
    app.stranger().send(request).await
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_token_is_shown_once_and_works_until_it_expires(pool: PgPool) {
    story(pool, async |app| {
        let ada = sign_up(app, "Ada").await;
        assert!(ada.get("/settings/tokens").await.one("main").contains("You have not created any tokens."));
        let page = ada.post("/settings/tokens", &[("name", "laptop"), ("read", "on"), ("days", "30")]).await;
        let token = page.one("#token");
        assert!(token.starts_with("assay_") && token.len() > 45, "{token}");
        let mail = app.last_mail_to("ada@example.org").await;
        assert!(mail.body.contains("\"laptop\"") && mail.body.contains("23 Dec 2026"), "{}", mail.body);
        assert!(!mail.body.contains(&token));
        assert!(!ada.get("/settings/tokens").await.text().contains(&token));
        let stored: String =
            sqlx::query_scalar("SELECT string_agg(t::text, '') FROM api_tokens t").fetch_one(&app.pool).await.unwrap();
        assert!(!stored.contains(&token));

        let me = calls(app, &token).await;
        assert_eq!(
            (me.json()["email"].as_str(), me.json()["token"]["name"].as_str()),
            (Some("ada@example.org"), Some("laptop"))
        );
        assert!(ada.get("/settings/tokens").await.all("tbody td")[2].contains("23 Nov 2026"));
        app.clock.advance(Duration::days(30));
        assert_eq!(calls(app, &token).await.status, StatusCode::UNAUTHORIZED);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_token_without_the_scope_or_the_right_words_is_refused(pool: PgPool) {
    story(pool, async |app| {
        let ada = sign_up(app, "Ada").await;
        let submit_only = creates(&ada, "uploader", "submit", "90").await;
        let refused = calls(app, &submit_only).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert_eq!(refused.header("content-type"), "application/problem+json");
        assert_eq!(refused.header("www-authenticate"), "Bearer");
        assert_eq!(refused.json()["code"], "error-unauthorized");
        for wrong in ["", "assay_", "assay_AAAA", "x"] {
            assert_eq!(calls(app, wrong).await.status, StatusCode::UNAUTHORIZED, "{wrong}");
        }
        assert_eq!(ada.get("/api/v1/me").await.status, StatusCode::UNAUTHORIZED);

        let faults = ada.post("/settings/tokens", &[("name", ""), ("days", "7")]).await;
        assert_eq!(faults.attributes("#error-summary a", "href"), ["#name", "#read", "#days"]);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn revoked_and_suspended_tokens_stop_at_once(pool: PgPool) {
    story(pool, async |app| {
        let (ada, bob) = (sign_up(app, "Ada").await, sign_up(app, "Bob").await);
        let (first, second) = (creates(&ada, "one", "read", "30").await, creates(&ada, "two", "read", "365").await);
        let revoke = ada.get("/settings/tokens").await.attributes("form[action$=revoke]", "action");
        assert_eq!(revoke.len(), 2);
        assert_eq!(bob.post(&revoke[0], &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(ada.post(&revoke[0], &[]).await.location(), "/settings/tokens?notice=token-revoked");
        let states = [calls(app, &first).await.status, calls(app, &second).await.status];
        assert_eq!(states.iter().filter(|status| **status == StatusCode::OK).count(), 1);

        let admin = app.person("Rita", Role::Admin).await;
        let found = admin.get("/admin/people?q=ada").await.attributes("tbody a", "href");
        admin.post(&format!("{}/suspend", found[0]), &[]).await;
        for token in [&first, &second] {
            assert_eq!(calls(app, token).await.status, StatusCode::UNAUTHORIZED);
        }
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn nobody_hoards_tokens(pool: PgPool) {
    story(pool, async |app| {
        let ada = sign_up(app, "Ada").await;
        for number in 0..20 {
            creates(&ada, &format!("token {number}"), "read", "30").await;
        }
        let refused = ada.post("/settings/tokens", &[("name", "one more"), ("read", "on"), ("days", "30")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.attributes("#name", "value"), ["one more"]);
    })
    .await;
}
