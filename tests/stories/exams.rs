//! Exams from the page before to the result: the room without a script, saving, the clock, devices, and ten clicks.

use std::collections::HashMap;

use actix_web::test::TestRequest;
use assay::accounts::Role;
use assay::blobs::Sha256;
use assay::clock::Clock as _;
use assay::exams::answers::{self, Change};
use assay::exams::{self, attempts};
use assay::ids::ExamAttemptId;
use assay::items::{self, Drawn, Item, Paper};
use chrono::Duration;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::app::{Actor, Seen, TestApp, story};

const EXAM: &str = "/exams/mnist-practitioner";

pub async fn candidate<'a>(app: &'a TestApp, name: &str) -> Actor<'a> {
    app.load_content().await;
    app.person(name, Role::Learner).await
}

/// Begins an attempt and goes to its room; the attempt's address.
pub async fn begins(actor: &Actor<'_>) -> String {
    let door = actor.post(&format!("{EXAM}/attempts"), &[]).await.location().to_owned();
    assert!(actor.get(&door).await.location().ends_with("/q/1"));
    door
}

pub fn id(door: &str) -> ExamAttemptId {
    door.rsplit('/').next().unwrap().parse().unwrap()
}

/// Sends changes as the room's script does.
pub async fn sends(actor: &Actor<'_>, door: &str, changes: Value) -> Seen {
    let request = TestRequest::post().uri(&format!("{door}/answers")).insert_header(("sec-fetch-site", "same-origin"));
    actor.send(request.set_json(json!({ "changes": changes }))).await
}

/// A change of the first kind of field that a question takes.
pub fn change(number: usize, revision: i64, value: &str) -> Value {
    json!({ "number": number, "revision": revision, "flagged": false,
            "fields": [[format!("q{number}"), value], [format!("q{number}-0"), value]] })
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_candidate_without_a_script_goes_through_the_whole_exam(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let before = ada.get(EXAM).await;
        assert!(before.text().contains("This will be attempt 1 of 3."));
        let door = begins(&ada).await;
        let room = ada.get(&format!("{door}/q/1")).await;
        assert!(room.one(".timer").starts_with("60 min left") || room.one(".timer").starts_with("59 min left"));
        assert_eq!(room.one("[data-save-state]"), "Nothing answered yet");
        let all = room.all(".steps-grid button").len();
        assert!(all >= 20);
        let onward =
            ada.post(&format!("{door}/q/1"), &[("q1", "0"), ("q1-0", "1"), ("flagged", ""), ("go", "next")]).await;
        assert!(onward.location().ends_with("/q/2"));
        let second = ada.get(&format!("{door}/q/2")).await;
        assert!(second.one("[data-save-state]").starts_with("All answers saved at 09:00:00"));
        assert_eq!(second.attributes(".steps-grid li:first-child button", "aria-label"), ["Question 1, answered"]);
        let flagged = ada.post(&format!("{door}/q/2"), &[("flagged", ""), ("go", "flag")]).await;
        assert!(flagged.location().ends_with("/q/2"));
        let jump = ada.post(&format!("{door}/q/2"), &[("flagged", "1"), ("go", "q:7")]).await;
        assert!(jump.location().ends_with("/q/7"));
        let check = ada.get(&format!("{door}/check")).await;
        assert!(
            check.text().contains(&format!("Answered: 1. Not answered: {}. Flagged: 1.", all - 1)),
            "{}",
            check.text()
        );
        // A reload shows what the server has.
        assert_eq!(ada.get(&format!("{door}/q/2")).await.attributes("button[value=flag]", "aria-pressed"), ["true"]);
        ada.post(&format!("{door}/step"), &[("step", "hand-in")]).await.location();
        let rest = ada.get(&door).await;
        assert!(rest.text().contains("Next: Practice: a training script, 60 min."));
        assert_eq!(ada.get(&format!("{door}/q/1")).await.location(), door, "what is handed in stays closed");
        ada.post(&format!("{door}/step"), &[("step", "begin-next")]).await.location();
        assert!(ada.get(&door).await.location().ends_with("/practice"));
        let practice = ada.get(&format!("{door}/practice")).await;
        assert!(practice.text().contains("0 of 3 used"));
        ada.post(&format!("{door}/step"), &[("step", "hand-in")]).await.location();
        let result = ada.get(&format!("{door}/result")).await;
        assert!(result.text().contains("Not passed") && result.text().contains("No submission was graded."));
        assert!(result.text().contains("Your next attempt can begin on"));
        let kinds = result.all(".events li");
        assert!(kinds.iter().any(|fact| fact.ends_with("A part was handed in")), "{kinds:?}");
        assert!(ada.get(EXAM).await.text().contains("Your next attempt can begin on"), "after seven days");
        app.clock.advance(Duration::days(7));
        assert!(ada.get(EXAM).await.text().contains("This will be attempt 2 of 3."));
        app.run_jobs().await;
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_highest_revision_counts_and_every_change_is_logged(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let door = begins(&ada).await;
        assert_eq!(
            sends(&ada, &door, json!([change(1, 2, "1"), change(2, 1, "1")])).await.json()["kept"],
            json!([[1, 2], [2, 1]])
        );
        let late = sends(&ada, &door, json!([change(1, 1, "0")])).await.json();
        assert_eq!(late["kept"], json!([[1, 2]]), "an older change that comes later changes nothing");
        assert_eq!(
            sends(&ada, &door, json!([change(1, 2, "1")])).await.json()["kept"],
            json!([[1, 2]]),
            "twice is once"
        );
        assert_eq!(app.count("SELECT count(*) FROM exam_answer_log").await, 4);
        let kept = answers::answers(&app.pool, id(&door)).await.unwrap();
        assert_eq!((kept[&0].revision, kept[&1].revision), (2, 1));
        let taken_back = json!([{ "number": 1, "revision": 3, "flagged": true, "fields": [] }]);
        assert_eq!(sends(&ada, &door, taken_back).await.json()["kept"], json!([[1, 3]]));
        let kept = answers::answers(&app.pool, id(&door)).await.unwrap();
        assert!(kept[&0].answer.is_none() && kept[&0].flagged);
        let bob = app.person("Bob", Role::Learner).await;
        bob.cookies.borrow_mut().insert("exam-device".into(), ada.cookies.borrow()["exam-device"].clone());
        assert_eq!(sends(&bob, &door, json!([change(1, 9, "1")])).await.status, 404);
        for path in ["", "/q/1", "/check", "/clock", "/questions", "/result", "/practice"] {
            assert_eq!(bob.get(&format!("{door}{path}")).await.status, 404, "{path}");
        }
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn after_the_deadline_and_its_grace_nothing_is_taken_and_what_was_saved_counts(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let door = begins(&ada).await;
        app.clock.advance(Duration::minutes(60));
        app.clock.advance(Duration::seconds(15));
        assert_eq!(sends(&ada, &door, json!([change(1, 1, "0")])).await.status, 200, "within the grace");
        app.clock.advance(Duration::seconds(1));
        assert_eq!(sends(&ada, &door, json!([change(1, 2, "1")])).await.status, 409);
        let page = ada.post(&format!("{door}/q/1"), &[("q1", "1"), ("go", "next")]).await;
        assert_eq!(page.location(), door);
        assert_eq!(answers::answers(&app.pool, id(&door)).await.unwrap()[&0].revision, 1);
        // Of the practice's time nothing is left, and a file that was on its way may still arrive.
        app.clock.advance(Duration::minutes(15 + 60));
        assert_eq!(ada.get(&format!("{door}/practice")).await.location(), door, "it takes no other file");
        assert!(ada.get(&door).await.text().contains("The time of this part is over."));
        assert_eq!(ada.get(&format!("{door}/clock")).await.json()["state"], "closing");
        // The rest ends and the practice passes by themselves; a worker closes the attempt though nobody looks.
        app.clock.advance(Duration::hours(2));
        app.run_jobs().await;
        assert_eq!(app.count("SELECT count(*) FROM exam_attempts WHERE is_open").await, 0);
        assert_eq!(app.count("SELECT count(*) FROM exam_results").await, 1);
        assert!(ada.get(&format!("{door}/result")).await.text().contains("Not passed"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_second_device_takes_over_and_the_first_is_told(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let door = begins(&ada).await;
        sends(&ada, &door, json!([change(1, 1, "1")])).await;
        app.clock.advance(Duration::seconds(10));
        sends(&ada, &door, json!([change(5, 1, "1")])).await;
        assert!(ada.get(&door).await.location().ends_with("/q/5"), "back to where she was");
        let phone = Actor { person: ada.person, ..app.stranger() };
        phone.cookies.borrow_mut().insert("assay".into(), ada.cookies.borrow()["assay"].clone());
        assert!(phone.get(&door).await.text().contains("open on another device"));
        assert_eq!(
            phone.get(&format!("{door}/q/1")).await.location(),
            door,
            "before it is confirmed, no question is shown"
        );
        phone.post(&format!("{door}/step"), &[("step", "hand-in")]).await.location();
        assert!(ada.get(&door).await.location().ends_with("/q/5"), "another device hands nothing in");
        assert!(phone.post(&format!("{door}/device"), &[]).await.location().ends_with("/q/5"));
        assert_eq!(
            phone.get(&format!("{door}/q/1")).await.attributes(".steps-grid li:first-child button", "aria-label"),
            ["Question 1, answered"]
        );
        let refused = sends(&ada, &door, json!([change(1, 2, "0")])).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text().contains("opened on another device"), "{}", refused.text());
        assert_eq!(ada.get(&format!("{door}/clock")).await.json()["own_device"], false);
        assert_eq!(sends(&phone, &door, json!([change(1, 2, "0")])).await.status, 200);
        // Between two parts nobody writes, and whoever begins the next one does.
        phone.post(&format!("{door}/step"), &[("step", "hand-in")]).await.location();
        assert!(ada.get(&door).await.text().contains("Next: Practice"));
        ada.post(&format!("{door}/step"), &[("step", "begin-next")]).await.location();
        assert!(ada.get(&door).await.location().ends_with("/practice"));
        assert!(phone.get(&door).await.text().contains("open on another device"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn ten_clicks_begin_one_attempt(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let clicks = (0..10).map(|_| ada.post("/exams/mnist-practitioner/attempts", &[]));
        let doors: Vec<String> =
            futures_util::future::join_all(clicks).await.iter().map(|seen| seen.location().to_owned()).collect();
        assert!(doors.iter().all(|door| *door == doors[0]), "{doors:?}");
        assert_eq!(app.count("SELECT count(*) FROM exam_attempts").await, 1);
    })
    .await;
}

/// Takes steps of an attempt, one after the other.
pub async fn takes(actor: &Actor<'_>, door: &str, steps: &[&str]) {
    for step in steps {
        actor.post(&format!("{door}/step"), &[("step", step)]).await.location();
    }
}

/// Answers every question of the paper rightly.
pub async fn answers_everything(actor: &Actor<'_>, door: &str) -> (Paper, HashMap<Sha256, Item>) {
    let app = actor.app;
    let mut conn = app.pool.acquire().await.unwrap();
    let paper = attempts::paper(&mut *conn, id(door)).await.unwrap().unwrap();
    let versions: Vec<_> = paper.questions.iter().map(|drawn| drawn.item).collect();
    let known = items::by_version(&mut *conn, &versions).await.unwrap();
    let change = |(place, drawn): (usize, &Drawn)| Change {
        place,
        revision: 1,
        answer: items::key(&known[&drawn.item], drawn),
        flagged: false,
    };
    let changes: Vec<Change> = paper.questions.iter().enumerate().map(change).collect();
    let device = actor.cookies.borrow()["exam-device"].parse().unwrap();
    let who = (actor.person.unwrap(), id(door), device);
    let attempt = attempts::find(&mut *conn, id(door)).await.unwrap().unwrap();
    let exam = exams::version(&mut *conn, &attempt.version).await.unwrap().unwrap();
    attempts::save(&mut conn, &exam, who, &changes, app.clock.now()).await.unwrap();
    (paper, known)
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_full_mark_needs_every_right_answer(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let door = begins(&ada).await;
        let (paper, _) = answers_everything(&ada, &door).await;
        takes(&ada, &door, &["hand-in", "begin-next", "hand-in"]).await;
        let result = ada.get(&format!("{door}/result")).await;
        let all = paper.questions.len();
        assert!(result.text().contains(&format!("{all} of {all} points, 100.00 %")), "{}", result.text());
        assert!(result.text().contains("Not passed"), "the practice part is missing");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn an_exam_is_found_from_every_page_that_leads_to_it(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let course = "/courses/ai-foundation-models";
        assert!(app.stranger().get(course).await.attributes("#exams + ul a", "href").contains(&EXAM.to_owned()));
        for page in [course, "/", "/certificates"] {
            let links = ada.get(page).await.attributes("main a", "href");
            assert!(links.contains(&EXAM.to_owned()), "{page}: {links:?}");
        }
        let door = begins(&ada).await;
        let home = ada.get("/").await;
        assert!(home.text().contains("You are in the middle of an exam"), "{}", home.text());
        for page in [course, "/", "/certificates"] {
            assert!(
                ada.get(page).await.attributes("main a", "href").contains(&door),
                "{page} leads to the open attempt"
            );
        }
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn whoever_takes_their_data_along_gets_their_attempts_without_the_keys(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let door = begins(&ada).await;
        let (paper, _) = answers_everything(&ada, &door).await;
        takes(&ada, &door, &["hand-in", "begin-next", "hand-in"]).await;
        let data = ada.get("/settings/data/download").await.json();
        let attempt = &data["exam_attempts"][0];
        assert_eq!(attempt["exam"], "mnist-practitioner");
        assert_eq!(attempt["answers"].as_array().unwrap().len(), paper.questions.len());
        assert!(
            attempt["answers"]
                .as_array()
                .unwrap()
                .iter()
                .all(|answer| !answer["answer"].as_array().unwrap().is_empty())
        );
        assert_eq!(attempt["results"][0]["passed"], false);
        assert_eq!(attempt["results"][0]["skills"].as_array().unwrap().len(), 8);
        assert!(attempt["events"].as_array().unwrap().iter().any(|event| event["kind"] == "handed_in"));
        let text = attempt.to_string();
        for secret in ["\"order\"", "\"seed\"", "\"shares\""] {
            assert!(!text.contains(secret), "{secret}");
        }
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn what_no_page_sends_does_no_harm(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let door = begins(&ada).await;
        for revision in [0, -1, i64::MAX] {
            assert_eq!(sends(&ada, &door, json!([change(1, revision, "1")])).await.status, 422, "{revision}");
        }
        let control = json!([{ "number": 1, "revision": 1, "flagged": false, "fields": [["q1", "a\u{0}b"], ["q1-0", "\u{0}"]] },
                             change(2, 1, "1")]);
        assert_eq!(sends(&ada, &door, control).await.json()["kept"], json!([[1, 1], [2, 1]]));
        assert_eq!(ada.post(&format!("{door}/ask"), &[("question", "a\u{0}b")]).await.status, 303);
        let twice = json!([change(3, 1, "0"), change(3, 2, "1")]);
        assert_eq!(sends(&ada, &door, twice).await.json()["kept"], json!([[3, 2]]), "one row of the log");
        assert_eq!(app.count("SELECT count(*) FROM exam_answer_log").await, 3);
        let mut status = 200;
        for revision in 10..=300 {
            status = sends(&ada, &door, json!([change(4, revision, "1")])).await.status.as_u16();
        }
        assert_eq!(status, 429, "faster than anybody types");
        app.clock.advance(Duration::minutes(1));
        assert_eq!(sends(&ada, &door, json!([change(4, 400, "1")])).await.status, 200);
        // A page of the part before hands in nothing of the next.
        for step in ["hand-in", "begin-next"] {
            ada.post(&format!("{door}/step"), &[("step", step), ("part", "0")]).await.location();
        }
        ada.post(&format!("{door}/step"), &[("step", "hand-in"), ("part", "0")]).await.location();
        assert!(ada.get(&door).await.location().ends_with("/practice"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn an_attempt_whose_end_nobody_wrote_down_stands_in_no_way(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let first = begins(&ada).await;
        // No worker looks for eight days.
        app.clock.advance(Duration::days(8));
        let second = begins(&ada).await;
        assert_ne!(first, second);
        app.run_jobs().await;
        assert!(ada.get(&format!("{first}/result")).await.text().contains("Not passed"));
    })
    .await;
}
