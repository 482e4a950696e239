//! Courses as learners meet them: reading, enrolling, quizzes, and what completes a module.

use std::path::Path;

use assay::accounts::Role;
use assay::clock::Clock as _;
use assay::courses::{self, quiz};
use assay::ids::Slug;
use assay::items;
use chrono::Duration;
use sqlx::PgPool;

use crate::app::{Actor, Seen, TestApp, story};

const COURSE: &str = "/courses/ai-foundation-models";
const LESSON: &str = "/courses/ai-foundation-models/background";
const QUIZ: &str = "/courses/ai-foundation-models/background/quiz";

pub fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

/// Loads the courses of a content folder as the server does.
pub async fn install(app: &TestApp, content: &Path) -> Vec<courses::Installed> {
    let authored = courses::load(content).unwrap_or_else(|error| panic!("{error}"));
    let mut tx = app.pool.begin().await.unwrap();
    let installed = courses::install(&mut tx, &authored, app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    installed
}

/// Loads the courses of this repository.
pub async fn install_own(app: &TestApp) {
    install(app, Path::new(env!("CARGO_MANIFEST_DIR"))).await;
}

impl Actor<'_> {
    /// Starts a quiz, or goes on with the open attempt; the address of the paper.
    pub async fn starts(&self, quiz: &str) -> String {
        self.post(quiz, &[]).await.location().to_owned()
    }

    /// A form for the paper at `attempt` that answers the first `right` questions rightly and the rest wrongly.
    pub async fn answers(&self, attempt: &str, right: usize) -> Vec<(String, String)> {
        let id = attempt.rsplit('/').next().unwrap().parse().unwrap();
        let attempt = quiz::find(&self.app.pool, self.person.unwrap(), id).await.unwrap().unwrap();
        let items = items::by_version(&self.app.pool, &attempt.versions()).await.unwrap();
        let mut form = Vec::new();
        for (place, drawn) in attempt.paper.questions.iter().enumerate() {
            let options = items[&drawn.item].question.options();
            let is_wanted = |own: &usize| options[*own].correct == (place < right);
            for (shown, _) in drawn.order().iter().enumerate().filter(|(_, own)| is_wanted(own)) {
                form.push((format!("q{}", place + 1), shown.to_string()));
            }
        }
        form
    }

    /// Hands `form` in and looks at what comes next.
    pub async fn hands_in(&self, attempt: &str, form: &[(String, String)]) -> Seen {
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = self.post(attempt, &form).await;
        if answer.status == 303 { self.get(answer.location()).await } else { answer }
    }
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_stranger_reads_in_both_languages(pool: PgPool) {
    story(pool, async |app| {
        let reader = app.stranger();
        assert_eq!(reader.get("/courses").await.one("main p"), "No courses are published yet.");
        install_own(app).await;
        let list = reader.get("/courses").await;
        assert!(list.attributes(".card h2 a", "href").contains(&COURSE.to_owned()));
        let course = reader.get(COURSE).await;
        assert_eq!(course.one("h1"), "AI Foundation Models: Training and Certification");
        assert_eq!(course.all("#certificate").len(), 1);
        assert_eq!(course.all("tbody tr td:first-child").len(), 6, "three quizzes, one exercise, address and name");
        assert_eq!(course.attributes(".actions a.button", "href"), [format!("/sign-in?next={COURSE}")]);
        let lesson = reader.get(LESSON).await;
        assert_eq!((lesson.status.as_u16(), lesson.one("h1").as_str()), (200, "Background"));
        assert!(lesson.all("article math").len() > 20);
        assert!(lesson.one(".reader-end").contains("at least 80 % of the points"));
        let chinese = app.stranger().in_chinese();
        let lesson = chinese.get(LESSON).await;
        assert_eq!(lesson.attributes("article", "lang"), ["zh-Hans"]);
        assert_eq!((lesson.one("h1").as_str(), lesson.all(".notice.warning").len()), ("背景", 0));
        assert_eq!(reader.post(&format!("{COURSE}/enrol"), &[]).await.status, 303);
        assert!(reader.post(QUIZ, &[]).await.location().starts_with("/sign-in"));
        assert_eq!(reader.get("/courses/nothing").await.status, 404);
        assert_eq!(reader.get(&format!("{COURSE}/nothing")).await.status, 404);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_module_is_complete_when_its_quiz_is_passed_and_not_by_a_click(pool: PgPool) {
    story(pool, async |app| {
        install_own(app).await;
        let ada = app.person("Ada", Role::Learner).await;
        let enrolled = ada.post(&format!("{COURSE}/enrol"), &[]).await;
        let course = ada.get(enrolled.location()).await;
        assert!(course.one(".notice.success").starts_with("You are enrolled"));
        assert_eq!(course.one(".actions a.button"), "Start: Background");
        ada.get(LESSON).await;
        assert_eq!(ada.get(COURSE).await.all(".modules .status"), ["In progress", "Not started", "Not started"]);

        let failed = ada.starts(QUIZ).await;
        let result = ada.hands_in(&failed, &ada.answers(&failed, 3).await).await;
        assert!(result.one("main .notice").starts_with("Not passed. You reached 3 of 5 points (60 %)."));
        assert_eq!(result.all(".explained .why").iter().filter(|why| why.is_empty()).count(), 0);
        assert_eq!(ada.get(COURSE).await.all(".modules .status")[0], "In progress");

        app.clock.advance(Duration::minutes(5));
        let passed = ada.starts(QUIZ).await;
        assert_ne!(passed, failed);
        let result = ada.hands_in(&passed, &ada.answers(&passed, 4).await).await;
        assert!(result.one("main .notice").starts_with("Passed. You reached 4 of 5 points (80 %)."));
        assert_eq!(result.one(".actions a.button"), "Go on: Core concepts");
        let course = ada.get(COURSE).await;
        assert_eq!(course.all(".modules .status"), ["Completed", "Not started", "Not started"]);
        assert_eq!(course.one("tbody tr .status"), "✓ Done on 23 Nov 2026");
        assert_eq!(ada.get(QUIZ).await.all("tbody a"), ["Passed: See the result", "Not passed: See the result"]);

        let course = slug("ai-foundation-models");
        let done = courses::completed_modules(&app.pool, ada.person.unwrap(), &course).await.unwrap();
        assert_eq!((done.len(), done[0].module.as_str(), done[0].points), (1, "background", 4.0));
        let requirements = courses::requirements(&app.pool, &course).await.unwrap().unwrap();
        assert_eq!(courses::met(&app.pool, ada.person.unwrap(), &requirements).await.unwrap(), None);
        for module in ["core-concepts", "digits"] {
            let attempt = ada.starts(&format!("{COURSE}/{module}/quiz")).await;
            ada.hands_in(&attempt, &ada.answers(&attempt, 5).await).await;
        }
        let met = courses::met(&app.pool, ada.person.unwrap(), &requirements).await.unwrap().unwrap();
        assert_eq!(met.len(), 3);
        assert!(ada.get(COURSE).await.one(".column .notice").contains("completed every module"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_paper_does_not_hold_the_key(pool: PgPool) {
    story(pool, async |app| {
        install_own(app).await;
        let ada = app.person("Ada", Role::Learner).await;
        let attempt = ada.starts(QUIZ).await;
        let paper = ada.get(&attempt).await;
        assert_eq!(paper.all("fieldset").len(), 5);
        let html = paper.text();
        let authored = courses::load(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        for found in authored.iter().flat_map(|course| &course.banks).flat_map(|bank| &bank.items) {
            for option in found.item.question.options() {
                let why = courses::markdown::render_line(&option.why.en, assay::messages::Lang::En);
                assert!(!html.contains(&why), "a reason is on the paper: {why}");
            }
        }
        // What the form sends is a place on the page, whatever the author's order was.
        for question in 1..=5 {
            let values = paper.attributes(&format!("input[name=q{question}]"), "value");
            assert_eq!(values, (0..values.len()).map(|place| place.to_string()).collect::<Vec<_>>());
        }
        assert!(!html.contains("correct=") && !html.contains("data-correct"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn an_incomplete_paper_comes_back_with_its_answers(pool: PgPool) {
    story(pool, async |app| {
        install_own(app).await;
        let wei = app.person("Wei", Role::Learner).await.in_chinese();
        sqlx::query("UPDATE people SET lang = 'zh'").execute(&app.pool).await.unwrap();
        let attempt = wei.starts(QUIZ).await;
        let mut form = wei.answers(&attempt, 5).await;
        form.retain(|(name, _)| name != "q2" && name != "q5");
        let back = wei.hands_in(&attempt, &form).await;
        assert_eq!(back.status, 422);
        assert!(back.one("title").starts_with("有误："));
        assert_eq!(back.all("#error-summary li"), ["第 2 题未作答，请选择答案。", "第 5 题未作答，请选择答案。"]);
        assert_eq!(back.attributes("#error-summary a", "href"), ["#q2-0", "#q5-0"]);
        let again = wei.get(&attempt).await;
        assert_eq!(again.attributes("input[checked]", "name"), form.iter().map(|(n, _)| n.clone()).collect::<Vec<_>>());
        assert_eq!(again.all("#error-summary").len(), 0);
        assert_eq!(wei.get(QUIZ).await.one(".actions button"), "继续未完成的测验");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn somebody_elses_attempt_does_not_exist(pool: PgPool) {
    story(pool, async |app| {
        install_own(app).await;
        let ada = app.person("Ada", Role::Learner).await;
        let eve = app.person("Eve", Role::Admin).await;
        let attempt = ada.starts(QUIZ).await;
        let form = ada.answers(&attempt, 5).await;
        assert_eq!(eve.get(&attempt).await.status, 404);
        assert_eq!(eve.hands_in(&attempt, &form).await.status, 404);
        assert!(app.stranger().get(&attempt).await.location().starts_with("/sign-in"));
        let elsewhere = attempt.replace("/background/", "/digits/");
        assert_eq!(ada.get(&elsewhere).await.status, 404, "an attempt has one address");
        assert_eq!(ada.get(&format!("{QUIZ}/nonsense")).await.status, 404);
        assert_eq!(ada.get(&attempt).await.all("fieldset").len(), 5, "nothing was handed in");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn two_tabs_hand_in_one_attempt(pool: PgPool) {
    story(pool, async |app| {
        install_own(app).await;
        let ada = app.person("Ada", Role::Learner).await;
        let (one, other) = futures_util::future::join(ada.starts(QUIZ), ada.starts(QUIZ)).await;
        assert_eq!(one, other, "one attempt is open at a time");
        let (good, bad) = (ada.answers(&one, 5).await, ada.answers(&one, 0).await);
        let first = ada.hands_in(&one, &good).await;
        let second = ada.hands_in(&other, &bad).await;
        assert_eq!(first.one("main .notice strong"), second.one("main .notice strong"));
        assert!(second.one("main .notice strong").starts_with("Passed."));
        let completions: i64 =
            sqlx::query_scalar("SELECT count(*) FROM module_completions").fetch_one(&app.pool).await.unwrap();
        assert_eq!(completions, 1);
    })
    .await;
}
