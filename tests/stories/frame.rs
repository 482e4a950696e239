//! The frame of every page: languages, error pages, security headers, the guard against other sites.

use actix_web::test::TestRequest;
use sqlx::PgPool;

use crate::app::story;
use crate::class::{TEACH, class};

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

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_refused_form_gives_back_what_was_typed_in_the_language_of_the_account(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, _) = class(app).await;
        ivy.post("/display", &[("lang", "zh"), ("theme", "dark"), ("back", "/")]).await;
        // Another browser knows neither choice.
        ivy.cookies.borrow_mut().retain(|name, _| name == "assay");
        let words = "The second exercise counts twice; bring a calculator.";
        let form = [("text_en", words), ("text_zh", ""), ("expires", "next Friday, maybe in the evening")];
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = TestRequest::post()
            .uri(&format!("{TEACH}/announcements"))
            .insert_header(("sec-fetch-site", "same-origin"))
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .insert_header(("content-length", body.len().to_string()))
            .insert_header(("referer", format!("http://localhost:8080{TEACH}/announcements?notice=saved&page=2")));
        let refused = ivy.send(request.set_payload(body)).await;
        assert_eq!((refused.status.as_u16(), refused.one("h1").as_str()), (422, "提交的内容无法使用"));
        assert_eq!(refused.attributes("html", "data-theme"), ["dark"]);
        assert_eq!(refused.all("textarea"), [words, "next Friday, maybe in the evening"]);
        assert_eq!(refused.attributes("main p a", "href"), [format!("{TEACH}/announcements?page=2")]);
        assert_eq!(ivy.get("/nowhere").await.one("h1"), "页面不存在");
    })
    .await;
}
