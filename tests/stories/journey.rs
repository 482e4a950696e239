//! The whole way: sign-up, course, model, certificate, verification by a stranger; by pages only.

use assay::ids::PersonId;
use sqlx::PgPool;

use crate::app::story;
use crate::people::sign_up;
use crate::submissions::model;

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn somebody_learns_submits_passes_and_holds_a_certificate_that_a_stranger_verifies(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let mut ada = sign_up(app, "Ada").await;
        ada.person = Some(PersonId(sqlx::query_scalar("SELECT id FROM people").fetch_one(&app.pool).await.unwrap()));
        assert!(ada.get("/").await.one(".card.next").contains("Submit the provided model"));

        let hello = ada.submits("hello-onnx", &model("hello-onnx/starter/hello.onnx"), &[]).await;
        app.run_jobs().await;
        assert!(ada.get(hello.location()).await.one(".sentence").starts_with("Passed"));
        assert!(ada.get("/").await.one(".card.next").contains("Take the course"));

        ada.post("/courses/ai-foundation-models/enrol", &[]).await.location();
        for module in ["background", "core-concepts", "digits"] {
            let attempt = ada.starts(&format!("/courses/ai-foundation-models/{module}/quiz")).await;
            ada.hands_in(&attempt, &ada.answers(&attempt, 5).await).await;
        }
        let name = [("certificate_name", "Ada Lovelace"), ("confirmed", "on")];
        ada.post("/settings/certificate-name", &name).await.location();
        assert!(
            ada.get("/certificates").await.all("a[href^='/certificates/']").is_empty(),
            "the exercise is still to do"
        );

        let sent = ada.submits("mnist-digits", &model("mnist-digits/right/v_flat784.onnx"), &[]).await;
        app.run_jobs().await;
        assert!(ada.get(sent.location()).await.one(".sentence").starts_with("Passed."));

        let held = ada.get("/certificates").await.attributes("a[href^='/certificates/']", "href");
        let certificate = ada.get(&held[0]).await;
        assert_eq!(certificate.one(".certificate-name"), "Ada Lovelace");
        let verify =
            certificate.attributes("a[href*='/verify/']:not([href$='.json'])", "href").into_iter().next().unwrap();
        let path = verify.trim_start_matches("http://localhost:8080").to_owned();
        let seen = app.stranger().get(&path).await;
        assert!(seen.one("h1").contains("Valid"), "{}", seen.one("h1"));
        assert!(seen.text().contains("Ada Lovelace") && seen.text().contains("98.59 %"));
        assert!(app.stranger().in_chinese().get(&path).await.one("h1").contains("有效"));
    })
    .await;
}
