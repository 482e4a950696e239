//! The app under test, the actors who use it, and the pages they see.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Once};

use actix_web::body::to_bytes;
use actix_web::cookie::Cookie;
use actix_web::dev::{Service as _, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::{App, test, web};
use assay::accounts::{Role, sessions};
use assay::blobs::Blobs;
use assay::certificates::credential::Issuer;
use assay::certificates::keys::Keys;
use assay::clock::{Clock as _, TestClock};
use assay::config::Config;
use assay::exercises::seal_key::SealKey;
use assay::exercises::{self, catalogue, environments};
use assay::grading::sandbox::Sandbox;
use assay::grading::script::environment;
use assay::ids::PersonId;
use assay::mail::Mailer;
use assay::web::State;
use assay::worker::{self, Scripts, Worker};
use assay::{courses, exams, queue, web as pages};
use confique::Config as _;
use scraper::{Html, Selector};
use sqlx::PgPool;
use tempfile::TempDir;

type Call = Box<dyn Fn(actix_http::Request) -> Pin<Box<dyn Future<Output = ServiceResponse>>>>;

/// One installation, in this process.
pub struct TestApp {
    pub state: web::Data<State>,
    pub clock: TestClock,
    pub pool: PgPool,
    pub folder: TempDir,
    call: Call,
}

/// Tells a story on a fresh installation; `tell` gets the app.
pub async fn story(pool: PgPool, tell: impl AsyncFnOnce(&TestApp)) {
    story_with(pool, |_| {}, tell).await;
}

/// Tells a story on a fresh installation with other settings than the defaults.
pub async fn story_with(pool: PgPool, set: impl FnOnce(&mut Config), tell: impl AsyncFnOnce(&TestApp)) {
    // Handlers are not Send: they need the local task set that the real server has too.
    tokio::task::LocalSet::new()
        .run_until(async {
            let app = TestApp::start(pool, set).await;
            tell(&app).await;
            app.expect_nothing_left_over().await;
        })
        .await;
}

impl TestApp {
    async fn start(pool: PgPool, set: impl FnOnce(&mut Config)) -> Self {
        queue::migrate(&pool).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        for part in ["blobs", "keys", "mail"] {
            std::fs::create_dir(folder.path().join(part)).unwrap();
        }
        let clock = TestClock::at("2026-11-23T09:00:00Z".parse().unwrap());
        // Defaults only: the environment of whoever runs the tests does not reach the installation under test.
        let mut config = Config::builder().load().unwrap();
        config.data = Some(folder.path().to_owned());
        config.content = Some(concat!(env!("CARGO_MANIFEST_DIR")).into());
        set(&mut config);
        let blobs = Blobs::in_folder(&folder.path().join("blobs")).unwrap();
        let mut conn = pool.acquire().await.unwrap();
        let keys = Keys::open(&folder.path().join("keys"), &mut conn, clock.now()).await.unwrap();
        drop(conn);
        let state = web::Data::new(State::new(pool.clone(), blobs, config, Arc::new(clock.clone()), keys));
        let service = test::init_service(
            App::new().app_data(state.clone()).wrap(from_fn(pages::security::guard)).configure(pages::configure),
        )
        .await;
        let call: Call = Box::new(move |request| {
            let answer = service.call(request);
            Box::pin(async move { answer.await.expect("the guard turns every error into an answer") })
        });
        Self { state, clock, pool, folder, call }
    }

    /// A job that nobody ran is a story that nobody finished.
    async fn expect_nothing_left_over(&self) {
        let left: Vec<String> = sqlx::query_scalar(
            "SELECT t.identifier FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
             WHERE NOT (t.identifier = 'exam_clock' AND j.run_at > $1)",
        )
        .bind(self.clock.now())
        .fetch_all(&self.pool)
        .await
        .unwrap();
        assert!(left.is_empty(), "jobs were left in the queue: {left:?}");
    }

    /// Loads the exercises and courses of this repository.
    pub async fn load_content(&self) {
        let root = self.state.config.content_folder();
        let exercises = exercises::load_all(&root.join("exercises")).unwrap();
        catalogue::install(&self.pool, &self.state.blobs, &exercises, self.clock.now()).await.unwrap();
        let courses = courses::load(&root).unwrap();
        let mut tx = self.pool.begin().await.unwrap();
        let environments = environments::load_all(&root.join("exercises")).unwrap();
        environments::install(&mut tx, &environments, self.clock.now()).await.unwrap();
        courses::install(&mut tx, &courses, self.clock.now()).await.unwrap();
        exams::install(&mut tx, &exams::load(&root).unwrap(), self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A worker of this installation, with the real grader.
    pub fn worker(&self) -> Arc<Worker> {
        let mailer = Mailer::new(None, self.folder.path().join("mail"), "Assay <assay@localhost>").unwrap();
        let sandbox = Arc::new(Sandbox::locate().expect("the grader is built by `make grader-debug`"));
        let issuer = Issuer::from_config(&self.state.config);
        let stores = (self.pool.clone(), self.state.blobs.clone());
        let keys = (issuer, self.state.keys.clone());
        let seal_key = SealKey::public("stories");
        let scripts = Scripts::new(shared_folder(), &sandbox);
        let clock = Arc::new(self.clock.clone());
        Arc::new(Worker::new(stores, clock, mailer, (sandbox, vec![]), keys, seal_key, scripts))
    }

    /// Runs every job that waits, one after the other, as a worker would.
    pub async fn run_jobs(&self) {
        let worker = self.worker();
        while let Some((id, name, payload)) = self.next_job().await {
            // A job under way is nobody's to move: what it queues under its own key is another job.
            self.drop_job(id).await;
            match name.as_str() {
                queue::GRADE => {
                    let job: queue::GradeJob = serde_json::from_value(payload).unwrap();
                    Box::pin(worker::grade(&worker, job.submission)).await.unwrap();
                }
                queue::TRAIN => {
                    let job: queue::TrainJob = serde_json::from_value(payload).unwrap();
                    Box::pin(worker::grade(&worker, job.submission)).await.unwrap();
                }
                queue::RETRAIN => {
                    let job: queue::RetrainJob = serde_json::from_value(payload).unwrap();
                    Box::pin(worker::retrain(&worker, job.retraining)).await.unwrap();
                }
                queue::EXAM_CLOCK => {
                    let job: queue::ExamClockJob = serde_json::from_value(payload).unwrap();
                    worker::exam_clock(&worker, job).await.unwrap();
                }
                queue::PUBLISH => worker::publish(&worker, serde_json::from_value(payload).unwrap()).await.unwrap(),
                queue::TRIAL | queue::SCRIPT_TRIAL => {
                    let job: queue::TrialJob = serde_json::from_value(payload).unwrap();
                    worker::trial(&worker, job.trial).await.unwrap();
                }
                queue::SEND_MAIL => worker::send(&worker, serde_json::from_value(payload).unwrap()).await.unwrap(),
                other => panic!("nobody runs {other}"),
            }
        }
    }

    /// The first job that waits.
    pub async fn next_job(&self) -> Option<(i64, String, serde_json::Value)> {
        sqlx::query_as(
            "SELECT j.id, t.identifier, j.payload::jsonb FROM graphile_worker._private_jobs j
             JOIN graphile_worker._private_tasks t ON t.id = j.task_id
             -- The clock of an exam that still runs is looked at when it has gone on.
             WHERE NOT (t.identifier = 'exam_clock' AND j.run_at > $1)
             ORDER BY j.priority, j.run_at, j.id LIMIT 1",
        )
        .bind(self.clock.now())
        .fetch_optional(&self.pool)
        .await
        .unwrap()
    }

    /// One number from the database.
    pub async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.pool).await.unwrap()
    }

    /// Takes a job out of the queue, as the queue does after it ran.
    pub async fn drop_job(&self, id: i64) {
        sqlx::query("DELETE FROM graphile_worker._private_jobs WHERE id = $1")
            .bind(id)
            .execute(&self.pool)
            .await
            .unwrap();
    }

    /// Somebody without an account.
    pub fn stranger(&self) -> Actor<'_> {
        Actor { app: self, cookies: RefCell::default(), lang: "en", person: None }
    }

    /// A signed-in person called `name` with a confirmed address, made without the sign-up pages.
    pub async fn person(&self, name: &str, role: Role) -> Actor<'_> {
        self.person_with(PersonId::new(self.clock.now()), name, role).await
    }

    /// The same with a chosen id: sealed variants are drawn from it, and a story that names a score needs its own draw.
    pub async fn person_with(&self, id: PersonId, name: &str, role: Role) -> Actor<'_> {
        let now = self.clock.now();
        sqlx::query("INSERT INTO people (id, email, email_confirmed_at, name, role, created_at) VALUES ($1, $2, $3, $4, $5, $3)")
            .bind(id.0)
            .bind(format!("{}@example.org", name.to_lowercase()))
            .bind(now)
            .bind(name)
            .bind(role)
            .execute(&self.pool)
            .await
            .unwrap();
        let mut conn = self.pool.acquire().await.unwrap();
        let key = sessions::start(&mut conn, id, "test", now).await.unwrap();
        let actor = Actor { person: Some(id), ..self.stranger() };
        actor.cookies.borrow_mut().insert("assay".to_owned(), key.reveal().to_owned());
        actor
    }
}

/// Somebody with a browser.
pub struct Actor<'a> {
    pub app: &'a TestApp,
    pub cookies: RefCell<BTreeMap<String, String>>,
    pub lang: &'static str,
    pub person: Option<PersonId>,
}

impl Actor<'_> {
    /// The same person, reading Chinese.
    pub fn in_chinese(mut self) -> Self {
        self.lang = "zh-CN";
        self
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Seen {
        self.send(test::TestRequest::get().uri(path)).await
    }

    /// Sends a form from one of our own pages.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Seen {
        let request = test::TestRequest::post().uri(path).insert_header(("sec-fetch-site", "same-origin"));
        self.send(request.set_form(form)).await
    }

    /// Uploads `file` with the form of an exercise's page.
    pub async fn submits(&self, exercise: &str, file: &[u8], fields: &[(&str, &str)]) -> Seen {
        self.submits_as(exercise, ("model.onnx", file), fields).await
    }

    /// Uploads a file under a name with the form of an exercise's page.
    pub async fn submits_as(&self, exercise: &str, file: (&str, &[u8]), fields: &[(&str, &str)]) -> Seen {
        self.uploads(&format!("/exercises/{exercise}/submissions"), file, fields).await
    }

    /// Uploads a file under a name.
    pub async fn uploads(&self, path: &str, (file_name, file): (&str, &[u8]), fields: &[(&str, &str)]) -> Seen {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(
                format!("--line\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        let part = format!("--line\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n");
        body.extend(part.bytes());
        body.extend(b"content-type: application/octet-stream\r\n\r\n");
        body.extend(file);
        body.extend(b"\r\n--line--\r\n");
        let request = test::TestRequest::post()
            .uri(path)
            .insert_header(("sec-fetch-site", "same-origin"))
            .insert_header(("content-type", "multipart/form-data; boundary=line"));
        self.send(request.set_payload(body)).await
    }

    /// Sends any request, with this person's cookies and language.
    pub async fn send(&self, request: test::TestRequest) -> Seen {
        self.send_from("127.0.0.1", request).await
    }

    /// Sends any request from a network address.
    pub async fn send_from(&self, address: &str, mut request: test::TestRequest) -> Seen {
        request = request.peer_addr(format!("{address}:40000").parse().unwrap());
        request = request.insert_header(("accept-language", self.lang));
        for (name, value) in &*self.cookies.borrow() {
            request = request.cookie(Cookie::new(name, value));
        }
        let response = (self.app.call)(request.to_request()).await;
        for cookie in response.response().cookies() {
            let mut jar = self.cookies.borrow_mut();
            if cookie.value().is_empty() {
                jar.remove(cookie.name());
            } else {
                jar.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
        Seen::read(response).await
    }
}

/// What came back.
pub struct Seen {
    pub status: StatusCode,
    pub headers: BTreeMap<String, String>,
    pub bytes: web::Bytes,
}

impl Seen {
    async fn read(response: ServiceResponse) -> Self {
        let status = response.status();
        let text =
            |value: &actix_web::http::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        let bytes = to_bytes(response.into_body()).await.ok().unwrap_or_default();
        Self { status, headers, bytes }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "not a redirect: {}", self.text());
        self.header("location")
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// Texts of the elements that match `selector`, white space folded.
    pub fn all(&self, selector: &str) -> Vec<String> {
        let page = Html::parse_document(&self.text());
        let fold = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        page.select(&Selector::parse(selector).unwrap()).map(|found| fold(found.text().collect())).collect()
    }

    /// Text of the first element that matches `selector`.
    pub fn one(&self, selector: &str) -> String {
        self.all(selector).into_iter().next().unwrap_or_else(|| panic!("no {selector} in: {}", self.text()))
    }

    /// Values of `attribute` on the elements that match `selector`.
    pub fn attributes(&self, selector: &str, attribute: &str) -> Vec<String> {
        let page = Html::parse_document(&self.text());
        page.select(&Selector::parse(selector).unwrap())
            .filter_map(|found| found.attr(attribute).map(str::to_owned))
            .collect()
    }
}

/// Where environments are built and training files kept on this machine: a folder that every user can enter.
fn shared_folder() -> PathBuf {
    std::env::temp_dir().join("assay-test-data")
}

/// Builds the Python environment of the exercises, once on this machine.
pub fn build_environment() {
    static BUILT: Once = Once::new();
    BUILT.call_once(|| {
        let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises");
        let declared = environments::load(&content, "sklearn").unwrap();
        let root = shared_folder().join(environments::FOLDER);
        environment::build(&root, "sklearn", &declared.packages, &|_| ()).unwrap();
    });
}
