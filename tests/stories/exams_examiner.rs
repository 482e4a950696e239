//! The examiner's side: time and breaks that are granted, announcements, reviews, changed keys; and the certificate.

use assay::accounts::Role;
use assay::clock::Clock as _;
use assay::exams::{self, Authored, Part, Show, When, Window};
use assay::items::{ItemVersion, Question};
use chrono::Duration;
use serde_json::json;
use sqlx::PgPool;

use crate::app::{Actor, TestApp, build_environment, story};
use crate::exams::{answers_everything, begins, candidate, change, id, sends, takes};
use crate::submissions::model;

const EXAM: &str = "/teach/exams/mnist-practitioner";

async fn left_ms(actor: &Actor<'_>, door: &str) -> i64 {
    actor.get(&format!("{door}/clock")).await.json()["left_ms"].as_i64().unwrap()
}

/// Puts the exam on offer with changes.
async fn offers(app: &TestApp, change: impl FnOnce(&mut Authored)) {
    let mut exams = exams::load(&app.state.config.content_folder()).unwrap();
    change(&mut exams[0]);
    let mut conn = app.pool.acquire().await.unwrap();
    exams::install(&mut conn, &exams, app.clock.now()).await.unwrap();
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn time_granted_during_an_exam_reaches_the_open_page(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let ivy = app.person("Ivy", Role::Instructor).await;
        let door = begins(&ada).await;
        assert_eq!(left_ms(&ada, &door).await, 60 * 60_000);
        let page = ivy.get(EXAM).await;
        assert!(page.text().contains("Ada") && page.text().contains("in Theory"), "{}", page.text());
        ivy.post(&format!("{EXAM}/extend"), &[("minutes", "10"), ("reason", "Fire alarm.")]).await.location();
        assert_eq!(left_ms(&ada, &door).await, 70 * 60_000);
        let attempt = format!("/teach{door}");
        ivy.post(&format!("{attempt}/give"), &[("what", "extend"), ("minutes", "5"), ("reason", "")]).await.location();
        assert_eq!(left_ms(&ada, &door).await, 75 * 60_000);
        let grant =
            [("email", "ADA@example.org"), ("time_factor", "1.5"), ("extra_attempts", "1"), ("break_minutes", "10")];
        ivy.post("/teach/accommodations", &grant).await.location();
        assert_eq!(left_ms(&ada, &door).await, 105 * 60_000, "half an hour more of the sixty minutes");
        assert!(ivy.get("/teach/accommodations").await.text().contains("ada@example.org"));
        ivy.post(&format!("{EXAM}/announce"), &[("text", "Question 3: <b>natural</b> logarithm.")]).await.location();
        let told = ada.get(&format!("{door}/clock")).await.json();
        assert_eq!(told["announcements"][0][1], "Question 3: <b>natural</b> logarithm.");
        assert!(ada.get(&format!("{door}/q/1")).await.one(".announcements li").ends_with("<b>natural</b> logarithm."));
        // A break stops the clock and hides the questions.
        ada.post(&format!("{door}/step"), &[("step", "pause")]).await.location();
        app.clock.advance(Duration::minutes(4));
        assert!(ada.get(&door).await.text().contains("The clock is stopped"));
        assert_eq!(ada.get(&format!("{door}/q/1")).await.location(), door);
        assert_eq!(sends(&ada, &door, json!([change(1, 1, "0")])).await.status, 409);
        ada.post(&format!("{door}/step"), &[("step", "resume")]).await.location();
        assert_eq!(left_ms(&ada, &door).await, 105 * 60_000);
        let facts = ivy.get(&attempt).await;
        let facts = facts.all("main ul li");
        assert!(facts.iter().any(|fact| fact.contains("10 min. Fire alarm.") && fact.ends_with("(Ivy)")), "{facts:?}");
        assert_eq!(app.count("SELECT count(*) FROM audit_log WHERE action LIKE 'exam.%'").await, 4);
        assert_eq!(ada.get(EXAM).await.status, 403);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_finished_attempt_is_opened_again_and_a_review_is_answered(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let ivy = app.person("Ivy", Role::Instructor).await;
        let door = begins(&ada).await;
        takes(&ada, &door, &["hand-in", "begin-next", "hand-in"]).await;
        ada.post(&format!("{door}/review"), &[("request", "The power failed.")]).await.location();
        assert!(ivy.get(EXAM).await.text().contains("The power failed."));
        let attempt = format!("/teach{door}");
        let review = ivy.get(&attempt).await.attributes("input[name=review]", "value").remove(0);
        let answer = [("review", review.as_str()), ("answer", "You get twenty minutes.")];
        ivy.post(&format!("{attempt}/review"), &answer).await.location();
        assert!(ada.get(&format!("{door}/result")).await.text().contains("You get twenty minutes."));
        ivy.post(&format!("{attempt}/give"), &[("what", "reopen"), ("minutes", "20"), ("reason", "Power")])
            .await
            .location();
        assert!(ada.get(&door).await.location().ends_with("/practice"));
        app.clock.advance(Duration::minutes(26));
        app.run_jobs().await;
        assert_eq!(app.count("SELECT count(*) FROM exam_results").await, 2, "the second beside the first");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_changed_key_is_tried_first_and_lowers_nobody_silently(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let ivy = app.person("Ivy", Role::Instructor).await;
        let door = begins(&ada).await;
        let (paper, items) = answers_everything(&ada, &door).await;
        takes(&ada, &door, &["hand-in", "begin-next", "hand-in"]).await;
        let rescore = format!("{EXAM}/rescore");
        assert!(ivy.get(&rescore).await.text().contains("every result stays as it is"));
        // One question of the paper gets another key.
        let changed = paper.questions.iter().find_map(|drawn| {
            let item = &items[&drawn.item];
            matches!(item.question, Question::Single { .. }).then(|| item.name.clone())
        });
        let changed = changed.unwrap();
        let another_key = |found: &mut ItemVersion| {
            if found.item.name == changed
                && let Question::Single { options } = &mut found.item.question
            {
                let wrong = options.iter().position(|option| !option.correct);
                for (place, option) in options.iter_mut().enumerate() {
                    option.correct = Some(place) == wrong;
                }
                *found = ItemVersion::from(found.item.clone());
            }
        };
        offers(app, |exam| exam.banks.iter_mut().flat_map(|(_, items)| items).for_each(another_key)).await;
        let trial = ivy.get(&rescore).await;
        assert!(trial.text().contains(
            "1 results would change; 0 from not passed to passed, 0 from passed to not passed; 1 would get worse."
        ));
        assert_eq!(app.count("SELECT count(*) FROM exam_results").await, 1, "a trial changes nothing");
        ivy.post(&rescore, &[("reason", "The key was wrong.")]).await.location();
        assert_eq!(app.count("SELECT count(*) FROM exam_results").await, 1, "nobody is lowered silently");
        ivy.post(&rescore, &[("reason", "The key was wrong."), ("lower", "yes")]).await.location();
        let result = ada.get(&format!("{door}/result")).await;
        let all = paper.questions.len();
        assert!(result.text().contains(&format!("{} of {all} points", all - 1)), "{}", result.text());
        assert!(result.text().contains("The key was wrong."));
        assert!(ivy.get(&rescore).await.text().contains("every result stays as it is"));
        let items = ivy.get(&format!("{EXAM}/items")).await;
        assert_eq!(items.all("tbody tr").len(), all);
        assert!(items.text().contains("Fewer than 30 answers: too few to judge."));
        let sample = ivy.get(&format!("{EXAM}/paper?seed=3")).await;
        assert_eq!(sample.all("section.marked").len(), all, "a sample paper has as many questions");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn passing_both_parts_issues_the_certificate_in_the_same_transaction(pool: PgPool) {
    build_environment();
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        offers(app, |authored| {
            for part in &mut authored.exam.parts {
                if let Part::Practice { sealed_mark, .. } = part {
                    *sealed_mark = Some(0.5);
                }
            }
        })
        .await;
        sqlx::query("UPDATE people SET certificate_name = 'Ada Lovelace', certificate_name_confirmed_at = now()")
            .execute(&app.pool)
            .await
            .unwrap();
        let door = begins(&ada).await;
        answers_everything(&ada, &door).await;
        takes(&ada, &door, &["hand-in", "begin-next"]).await;
        let script = model("mnist-train/right/quick.py");
        ada.uploads(&format!("{door}/practice"), ("train.py", &script), &[]).await.location();
        assert!(ada.get(&format!("{door}/practice")).await.text().contains("being graded"));
        ada.post(&format!("{door}/step"), &[("step", "hand-in")]).await.location();
        assert!(ada.get(&format!("{door}/result")).await.text().contains("Your files are being graded."));
        assert_eq!(app.count("SELECT count(*) FROM certificates").await, 0);
        app.run_jobs().await;
        let result = ada.get(&format!("{door}/result")).await;
        assert!(result.text().contains("on the sealed variants (mark 50.00 %)"), "{}", result.text());
        let mine = ada.get("/certificates").await;
        assert!(mine.text().contains("Handwritten-digit recognition: from data to graded model"), "{}", mine.text());
        assert_eq!(
            app.count("SELECT count(*) FROM certificates WHERE course_slug = 'exam/mnist-practitioner'").await,
            1
        );
        let practice = "SELECT count(*) FROM submissions WHERE context ->> 'kind' = 'exam'";
        assert_eq!(app.count(practice).await, 1);
        assert_eq!(id(&door).to_string().len(), 36);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn an_exam_follows_what_is_decided_about_its_submission(pool: PgPool) {
    build_environment();
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let ivy = app.person("Ivy", Role::Instructor).await;
        offers(app, |authored| {
            for part in &mut authored.exam.parts {
                if let Part::Practice { mark, sealed_mark, .. } = part {
                    (*mark, *sealed_mark) = (Some(0.999), Some(0.5));
                }
            }
        })
        .await;
        sqlx::query("UPDATE people SET certificate_name = 'Ada Lovelace', certificate_name_confirmed_at = now()")
            .execute(&app.pool)
            .await
            .unwrap();
        let door = begins(&ada).await;
        answers_everything(&ada, &door).await;
        takes(&ada, &door, &["hand-in", "begin-next"]).await;
        let script = model("mnist-train/right/quick.py");
        ada.uploads(&format!("{door}/practice"), ("train.py", &script), &[]).await.location();
        ada.post(&format!("{door}/step"), &[("step", "hand-in")]).await.location();
        app.run_jobs().await;
        let passed = "SELECT count(*) FROM exam_results WHERE passed";
        assert_eq!(app.count(passed).await, 0, "97 % is below this exam's mark");
        let list = ivy.get("/teach/exercises/mnist-train?for=exam").await;
        let page = list.attributes("tbody td.number a", "href").remove(0);
        assert_eq!(ada.post(&format!("{page}/review"), &[("request", "x")]).await.status, 404, "asked with the exam");
        let decide = format!("/teach{page}/decide");
        ivy.post(&decide, &[("decision", "pass"), ("score", "99.95"), ("text", "Run by hand.")]).await.location();
        assert_eq!((app.count("SELECT count(*) FROM exam_results").await, app.count(passed).await), (2, 1));
        assert!(ada.get(&format!("{door}/result")).await.text().contains("Run by hand."));
        let certificates = "SELECT count(*) FROM certificates WHERE course_slug = 'exam/mnist-practitioner'";
        assert_eq!(app.count(certificates).await, 1);
        ivy.post(&format!("/teach{page}/withdraw"), &[("text", "By mistake.")]).await.location();
        assert_eq!((app.count("SELECT count(*) FROM exam_results").await, app.count(passed).await), (3, 1));
        assert_eq!(app.count(certificates).await, 1, "what was issued is not taken away");
        assert!(ivy.get("/teach/exercises/mnist-train").await.one("tbody").contains("in an exam"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn answers_are_shown_without_their_keys_where_the_exam_says_so(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        offers(app, |authored| authored.exam.show.answers = When::AtOnce).await;
        let door = begins(&ada).await;
        let (paper, _) = answers_everything(&ada, &door).await;
        takes(&ada, &door, &["hand-in", "begin-next", "hand-in"]).await;
        let result = ada.get(&format!("{door}/result")).await;
        assert_eq!(result.all("table.answers tbody tr").len(), paper.questions.len());
        assert!(result.attributes("table.answers a", "href").is_empty(), "nothing can be changed any more");
        assert!(result.all("fieldset").is_empty() && !result.text().contains("Correct"), "no keys");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_diagram_in_a_question_is_a_file_as_in_a_lesson(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        offers(app, |authored| {
            for found in authored.banks.iter_mut().flat_map(|(_, items)| items) {
                found.item.stem.en.push_str("\n\n```mermaid\ngraph LR; data --> model\n```\n");
                *found = ItemVersion::from(found.item.clone());
            }
        })
        .await;
        let door = begins(&ada).await;
        let source = ada.get(&format!("{door}/q/1")).await.attributes("figure img", "src").remove(0);
        let drawing = ada.get(&source).await;
        assert!(drawing.status == 200 && drawing.text().contains("model"), "{source}");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn keys_wait_until_nobody_writes_any_more(pool: PgPool) {
    story(pool, async |app| {
        let (ada, bea) = (candidate(app, "Ada").await, app.person("Bea", Role::Learner).await);
        let ivy = app.person("Ivy", Role::Instructor).await;
        let now = app.clock.now();
        offers(app, |authored| {
            authored.exam.window = Some(Window { opens: now, closes: now + Duration::minutes(135) });
            authored.exam.show = Show { scores: When::AtOnce, answers: When::AfterWindow, keys: When::AfterWindow };
        })
        .await;
        let grant =
            [("email", "bea@example.org"), ("time_factor", "2"), ("extra_attempts", "0"), ("break_minutes", "0")];
        bea.post("/courses/ai-foundation-models/enrol", &[]).await.location();
        ivy.post("/teach/accommodations", &grant).await.location();
        let (door, _) = (begins(&ada).await, begins(&bea).await);
        takes(&ada, &door, &["hand-in", "begin-next", "hand-in"]).await;
        let fieldsets = async || ada.get(&format!("{door}/result")).await.all("section.marked").len();
        app.clock.advance(Duration::minutes(140));
        app.run_jobs().await;
        assert_eq!(fieldsets().await, 0, "Bea has twice the time, and writes");
        app.clock.advance(Duration::hours(4));
        app.run_jobs().await;
        assert!(fieldsets().await > 20);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_question_to_the_examiner_is_answered_to_its_candidate_alone(pool: PgPool) {
    story(pool, async |app| {
        let (ada, bea) = (candidate(app, "Ada").await, app.person("Bea", Role::Learner).await);
        let ivy = app.person("Ivy", Role::Instructor).await;
        let (door, other) = (begins(&ada).await, begins(&bea).await);
        let asked = ada.post(&format!("{door}/ask"), &[("number", "3"), ("question", " Which logarithm? ")]).await;
        assert_eq!(asked.location(), format!("{door}/q/3?notice=asked"));
        assert_eq!(ada.get(&format!("{door}/q/3")).await.one(".ask li"), "Which logarithm?");
        for wrong in ["", &"x".repeat(501)] {
            let refused = ada.post(&format!("{door}/ask"), &[("number", "3"), ("question", wrong)]).await;
            assert_eq!(refused.status, 422, "{}", refused.text());
        }
        assert_eq!(bea.post(&format!("{door}/ask"), &[("question", "?")]).await.status, 404);
        let monitor = ivy.get(EXAM).await;
        assert!(monitor.text().contains("Ada</a>: Which logarithm?"), "{}", monitor.text());
        let attempt = format!("/teach{door}");
        let question = ivy.get(&attempt).await.attributes("input[name=question]", "value").remove(0);
        let reply = [("question", question.as_str()), ("answer", "The natural one.")];
        assert_eq!(ivy.post(&format!("/teach{other}/clarify"), &reply).await.status, 404, "of another attempt");
        ivy.post(&format!("{attempt}/clarify"), &reply).await.location();
        assert_eq!(ivy.post(&format!("{attempt}/clarify"), &reply).await.status, 404, "once");
        let told = ada.get(&format!("{door}/clock")).await.json();
        assert_eq!(told["announcements"][0][1], "You asked: \"Which logarithm?\" Answer: The natural one.");
        assert_eq!(bea.get(&format!("{other}/clock")).await.json()["announcements"], json!([]));
        assert!(!ivy.get(EXAM).await.text().contains("Which logarithm?"), "nothing waits any more");
        for _ in 0..19 {
            ada.post(&format!("{door}/ask"), &[("question", "And now?")]).await.location();
        }
        assert_eq!(ada.post(&format!("{door}/ask"), &[("question", "And now?")]).await.status, 409);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_grant_that_comes_back_adds_nothing_and_nobody_grants_to_themselves(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let ivy = app.person("Ivy", Role::Instructor).await;
        let door = begins(&ada).await;
        let grant = async |email: &str, factor: &str| {
            let form = [("email", email), ("time_factor", factor), ("extra_attempts", "0"), ("break_minutes", "0")];
            app.clock.advance(Duration::seconds(1));
            ivy.post("/teach/accommodations", &form).await.status
        };
        for factor in ["2", "1", "2", "1", "1.5", "2"] {
            assert_eq!(grant("ada@example.org", factor).await, 303);
        }
        assert_eq!(left_ms(&ada, &door).await, 120 * 60_000 - 6000);
        assert_eq!(grant("ivy@example.org", "2").await, 409);
        let own = begins(&ivy).await;
        let give = [("what", "extend"), ("minutes", "5"), ("reason", "")];
        assert_eq!(ivy.post(&format!("/teach{own}/give"), &give).await.status, 409);
        ivy.post(&format!("{EXAM}/extend"), &[("minutes", "10"), ("reason", "")]).await.location();
        assert_eq!(left_ms(&ada, &door).await, 130 * 60_000 - 7000);
        assert_eq!(left_ms(&ivy, &own).await, 60 * 60_000);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_submission_that_is_cancelled_after_the_end_brings_the_result(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        let door = begins(&ada).await;
        takes(&ada, &door, &["hand-in", "begin-next"]).await;
        ada.uploads(&format!("{door}/practice"), ("train.py", b"print(1)\n"), &[]).await.location();
        let practice = ada.get(&format!("{door}/practice")).await;
        let submission = practice.attributes("tbody a", "href").remove(0);
        ada.post(&format!("{door}/step"), &[("step", "hand-in")]).await.location();
        assert_eq!(app.count("SELECT count(*) FROM exam_results").await, 0, "one is still to be graded");
        ada.post(&format!("{submission}/cancel"), &[]).await.location();
        assert_eq!(app.count("SELECT count(*) FROM exam_results").await, 1);
        app.run_jobs().await;
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_file_of_practice_is_no_repeat_in_an_exam(pool: PgPool) {
    story(pool, async |app| {
        let ada = candidate(app, "Ada").await;
        offers(app, |authored| {
            let Some(Part::Practice { exercise, attempts, mark, sealed_mark, .. }) = authored.exam.parts.last_mut()
            else {
                panic!("the last part is practice");
            };
            (*exercise, *attempts, *mark, *sealed_mark) = ("hello-onnx".parse().unwrap(), 1, Some(1.0), None);
        })
        .await;
        let file = model("hello-onnx/starter/hello.onnx");
        ada.submits("hello-onnx", &file, &[]).await.location();
        app.run_jobs().await;
        let door = begins(&ada).await;
        takes(&ada, &door, &["hand-in", "begin-next"]).await;
        ada.uploads(&format!("{door}/practice"), ("hello.onnx", &file), &[]).await.location();
        app.run_jobs().await;
        let practice = ada.get(&format!("{door}/practice")).await;
        assert!(practice.text().contains("1 of 1 used"), "{}", practice.text());
        // The exercise's mark is reached, that of the exam is not, and both pages say so.
        assert!(practice.one("tbody td:last-child").starts_with("Below the mark."), "{}", practice.text());
        let page = ada.get(&practice.attributes("tbody a", "href")[0]).await;
        assert!(page.one(".sentence").starts_with("Passed"), "{}", page.text());
        assert!(page.text().contains("This submission belongs to an exam."));
    })
    .await;
}
