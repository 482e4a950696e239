//! Programs: tokens, submitting by form and by raw body, waiting, repeats, refusals.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use assay::accounts::Role;
use sqlx::PgPool;

use crate::app::{Actor, Seen, TestApp, build_environment, story};
use crate::submissions::model;

struct Program<'a> {
    app: &'a TestApp,
    token: String,
}

impl Program<'_> {
    async fn of<'a>(owner: &Actor<'a>, scopes: &[&str]) -> Program<'a> {
        let mut form = vec![("name", "ci"), ("days", "30")];
        form.extend(scopes.iter().map(|scope| (*scope, "on")));
        let page = owner.post("/settings/tokens", &form).await;
        owner.app.deliver_mail().await;
        Program { app: owner.app, token: page.one("#token") }
    }

    async fn get(&self, path: &str) -> Seen {
        self.send(TestRequest::get().uri(path)).await
    }

    async fn submit(&self, query: &str, key: Option<&str>, file: &[u8]) -> Seen {
        let mut request = TestRequest::post().uri(&format!("/api/v1/exercises/hello-onnx/submissions{query}"));
        if let Some(key) = key {
            request = request.insert_header(("idempotency-key", key));
        }
        self.send(request.insert_header(("content-type", "application/octet-stream")).set_payload(file.to_vec())).await
    }

    async fn send(&self, request: TestRequest) -> Seen {
        self.app.stranger().send(request.insert_header(("authorization", format!("Bearer {}", self.token)))).await
    }
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_program_submits_and_reads_the_result(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let ada = app.person("Ada", Role::Learner).await;
        let ci = Program::of(&ada, &["read", "submit"]).await;
        let exercises = ci.get("/api/v1/exercises").await.json();
        assert_eq!(exercises[4]["slug"], "mnist-digits");
        assert_eq!(exercises[4]["pass_mark"], 0.975);

        let sent = ci.submit("?note=first&name=hello.onnx", None, &model("hello-onnx/starter/hello.onnx")).await;
        assert_eq!((sent.status.as_u16(), sent.json()["status"].as_str().unwrap()), (202, "queued"));
        let place = sent.header("location").to_owned();
        app.run_jobs().await;
        let graded = ci.get(&place).await.json();
        assert_eq!((graded["status"].as_str(), graded["note"].as_str()), (Some("graded"), Some("first")));
        assert_eq!(graded["result"]["verdict"], "passed");
        assert_eq!(graded["result"]["n"], 500);
        assert_eq!(graded["file_name"], "hello.onnx");
        let page = graded["url"].as_str().unwrap().trim_start_matches("http://localhost:8080");
        assert!(ada.get(page).await.one(".sentence").starts_with("Passed"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_repeat_with_the_same_key_makes_nothing_twice(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let ada = app.person("Ada", Role::Learner).await;
        let ci = Program::of(&ada, &["submit"]).await;
        let file = model("hello-onnx/starter/hello.onnx");
        let first = ci.submit("", Some("k-1"), &file).await.json();
        let again = ci.submit("", Some("k-1"), &file).await.json();
        assert_eq!(first["id"], again["id"]);
        let other = ci.submit("?scale=raw", Some("k-1"), &file).await;
        assert_eq!((other.status.as_u16(), other.json()["code"].as_str().unwrap()), (422, "submit-key-reused"));
        let bob = Program::of(&app.person("Bob", Role::Learner).await, &["submit"]).await;
        assert_ne!(bob.submit("", Some("k-1"), &file).await.json()["id"], first["id"], "keys are each person's own");
        app.clock.advance(chrono::Duration::hours(25));
        assert_ne!(
            ci.submit("", Some("k-1"), &file).await.json()["id"],
            first["id"],
            "a day later it is a new request"
        );
        app.run_jobs().await;
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn refusals_are_problems_in_the_language_of_the_request(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let ada = app.person("Ada", Role::Learner).await;
        let reader = Program::of(&ada, &["read"]).await;
        let refused = reader.submit("", None, b"x").await;
        assert_eq!((refused.status.as_u16(), refused.header("content-type")), (401, "application/problem+json"));
        let ci = Program::of(&ada, &["submit"]).await;
        assert_eq!(ci.submit("", None, b"").await.json()["code"], "submit-empty");
        assert_eq!(ci.submit("?scale=guess", None, b"x").await.json()["code"], "submit-bad-scale");
        let large = ci.submit("", None, &vec![0; 10_100_000]).await;
        assert_eq!((large.status.as_u16(), large.json()["code"].as_str().unwrap()), (413, "submit-too-large"));
        let request = TestRequest::default().method(Method::POST).uri("/api/v1/exercises/none/submissions");
        let chinese = app.stranger().in_chinese();
        let nothing = chinese.send(request.insert_header(("authorization", format!("Bearer {}", ci.token)))).await;
        assert_eq!((nothing.status.as_u16(), nothing.json()["title"].as_str().unwrap()), (404, "页面不存在"));
        assert!(app.stranger().get("/api/openapi.json").await.json()["paths"]["/api/v1/submissions/{id}"].is_object());
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn programs_stop_a_script_and_read_its_output(pool: PgPool) {
    build_environment();
    story(pool, async |app| {
        app.load_content().await;
        let ada = app.person("Ada", Role::Learner).await;
        let (ci, reader) = (Program::of(&ada, &["read", "submit"]).await, Program::of(&ada, &["read"]).await);
        let first = ada.submits_as("mnist-train", ("train.py", b"print('said')"), &[]).await.location().to_owned();
        app.run_jobs().await;
        let log = ci.get(&format!("/api/v1{first}/log")).await;
        assert_eq!((log.status.as_u16(), log.text().as_str()), (200, "said\n"));
        let second = ada.submits_as("mnist-train", ("train.py", b"pass"), &[]).await.location().to_owned();
        let stop = |page: &str| TestRequest::post().uri(&format!("/api/v1{page}/cancel"));
        assert_eq!(reader.send(stop(&second)).await.status, 401, "it lacks the scope");
        let bob = Program::of(&app.person("Bob", Role::Learner).await, &["read", "submit"]).await;
        assert_eq!(bob.send(stop(&second)).await.status, 404);
        assert_eq!(bob.get(&format!("/api/v1{first}/log")).await.status, 404);
        assert_eq!(ci.send(stop(&second)).await.json()["result"]["verdict"], "cancelled");
        app.run_jobs().await;
        assert_eq!(ci.send(stop(&first)).await.json()["result"]["verdict"], "no_model", "what is over stays");
    })
    .await;
}
