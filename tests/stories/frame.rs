//! The frame of every page: languages, error pages, security headers, the guard against other sites.

use actix_web::test::TestRequest;
use sqlx::PgPool;

use crate::app::story;

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_first_page_speaks_the_readers_language(pool: PgPool) {
    story(pool, async |app| {
        let english = app.stranger().get("/").await;
        assert_eq!(english.attributes("html", "lang"), ["en"]);
        let chinese = app.stranger().in_chinese().get("/").await;
        assert_eq!(chinese.attributes("html", "lang"), ["zh-Hans"]);
        assert!(chinese.header("content-security-policy").starts_with("default-src 'none'"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn an_unknown_address_is_explained_as_page_and_as_problem(pool: PgPool) {
    story(pool, async |app| {
        let page = app.stranger().in_chinese().get("/nowhere").await;
        assert_eq!((page.status.as_u16(), page.one("h1").as_str()), (404, "页面不存在"));
        let problem = app.stranger().get("/api/v1/nowhere").await;
        assert_eq!(problem.header("content-type"), "application/problem+json");
        assert_eq!(problem.json()["code"], "error-not-found");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn other_sites_cannot_make_a_browser_act(pool: PgPool) {
    story(pool, async |app| {
        let visitor = app.stranger();
        let plain = || TestRequest::post().uri("/sign-out");
        for request in [
            plain(),
            plain().insert_header(("sec-fetch-site", "cross-site")),
            plain().insert_header(("sec-fetch-site", "same-site")),
            plain().insert_header(("origin", "https://elsewhere.example")),
        ] {
            assert_eq!(visitor.send(request).await.status, 403);
        }
        let own = plain().insert_header(("origin", "http://localhost:8080"));
        assert_ne!(visitor.send(own).await.status, 403);
    })
    .await;
}
