//! Certificates of exams: issued once for an attempt, renewed by another, shown and verified like those of courses.

use assay::accounts::Role;
use assay::blobs::Sha256;
use assay::certificates::examination::{Examination, Part, Section};
use assay::certificates::issue::{Certification, Certified, Missing, issue_certification, issue_pending};
use assay::certificates::{CertificateError, Filter, Standing, Stored, register};
use assay::clock::Clock as _;
use chrono::{DateTime, Duration, Months, Utc};
use sqlx::{PgConnection, PgPool};

use crate::app::{Actor, TestApp, story};
use crate::certificates_rows::{both, confirms_name, earns, issuer, loaded, tamper};
use crate::certificates_verify::{result, uploads, verifies};

fn theory(points: f64) -> Part {
    Part::Theory {
        title: both("Theory", "理论"),
        points,
        max_points: 50.0,
        pass_mark: 0.8,
        sections: vec![
            Section { title: both("Data", "数据"), points: 20.0, max_points: 25.0 },
            Section { title: both("Networks", "网络"), points: points - 20.0, max_points: 25.0 },
        ],
    }
}

fn practice() -> Part {
    Part::Practice {
        title: both("Practice", "实践"),
        exercise: "mnist-train".parse().unwrap(),
        exercise_version: Sha256::of(b"exercise").to_string(),
        metric: "accuracy".to_owned(),
        score: 0.9859,
        pass_mark: 0.975,
        sealed_score: Some(0.9412),
        sealed_mark: Some(0.92),
        grader: "1+onnxruntime-1.31.1".to_owned(),
        model_sha256: Sha256::of(b"model"),
        script_sha256: Some(Sha256::of(b"script")),
        environment: Some("keras".to_owned()),
        trained_here: true,
    }
}

/// The exam, passed in `attempt` that took two hours and ends at `finished_at`.
fn passed(attempt: &str, finished_at: DateTime<Utc>) -> Certification {
    let examination = Examination {
        exam: "digits".parse().unwrap(),
        title: both("Handwritten digits: certification", "手写数字识别认证"),
        statement: both("Examined: training a network. Not examined: new images.", "考查：训练网络。未考查：新图像。"),
        exam_version: "x1".to_owned(),
        attempt: attempt.to_owned(),
        started_at: finished_at - Duration::hours(2),
        finished_at,
        parts: vec![theory(41.5), practice()],
        supervised: false,
    };
    Certification { examination, valid_months: 24 }
}

/// Asks for the certificate in the transaction of `conn`.
async fn ask(app: &TestApp, conn: &mut PgConnection, who: &Actor<'_>, passed: &Certification) -> Certified {
    let (keys, now) = (&app.state.keys, app.clock.now());
    issue_certification(conn, keys, &issuer(app), who.person.unwrap(), passed, now).await.unwrap()
}

/// `who` has just passed the exam in `attempt`.
async fn passes(app: &TestApp, who: &Actor<'_>, attempt: &str) -> Certified {
    let mut conn = app.pool.acquire().await.unwrap();
    ask(app, &mut conn, who, &passed(attempt, app.clock.now())).await
}

fn issued(certified: &Certified) -> assay::ids::CertificateId {
    match certified {
        Certified::Issued(id) => *id,
        other => panic!("nothing was issued: {other:?}"),
    }
}

/// `who` has confirmed `name` and passed `exam`.
pub async fn is_certified(app: &TestApp, who: &Actor<'_>, exam: &str, name: &str) -> Stored {
    let (mut conn, now) = (app.pool.acquire().await.unwrap(), app.clock.now());
    confirms_name(&mut conn, who, name, now).await;
    let mut certification = passed("A-1", now);
    certification.examination.exam = exam.parse().unwrap();
    let id = issued(&ask(app, &mut conn, who, &certification).await);
    register::by_id(&app.pool, id).await.unwrap().unwrap()
}

/// Somebody who has confirmed name and address and passed the exam, and the certificate.
async fn certified(app: &TestApp) -> (Actor<'_>, Stored) {
    let ada = app.person("Ada", Role::Learner).await;
    let stored = is_certified(app, &ada, "digits", "Ada Lovelace").await;
    (ada, stored)
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_stranger_sees_what_was_examined_in_both_languages(pool: PgPool) {
    story(pool, async |app| {
        let (_, stored) = certified(app).await;
        let path = format!("/verify/{}", stored.code);
        let seen = app.stranger().get(&path).await;
        assert_eq!((seen.one("h1").as_str(), seen.all(".checks .passed").len()), ("Valid", 5));
        assert_eq!(seen.one("article h2"), "Handwritten digits: certification");
        assert!(seen.one("article").contains("Not examined: new images.") && seen.one("article").contains("Nobody"));
        let parts = seen.all(".requirements tbody tr");
        assert_eq!(parts.len(), 3, "the sealed score has a mark of its own");
        let expected = [
            &["Theory", "41.5 of 50 points (83 %)", "Data: 20 of 25 points (80 %)", "80 %"][..],
            &["Practice", "Accuracy: 98.59 %", "97.50 %", "Trained here", "environment keras", "mnist-train"],
            &["Practice, on sealed samples", "Accuracy: 94.12 %", "92.00 %"],
        ];
        for (row, facts) in parts.iter().zip(expected) {
            for fact in facts {
                assert!(row.contains(fact), "{fact} is missing: {row}");
            }
        }
        let page = seen.one("main");
        for fact in [
            "Ada Lovelace",
            "Nobody watched: that the holder did this exam alone",
            &Sha256::of(b"model").to_string(),
            &Sha256::of(b"script").to_string(),
            "1+onnxruntime-1.31.1",
            "A-1",
            "x1",
            "23 Nov 2026 07:00 (UTC)",
            &app.state.keys.public().to_string(),
        ] {
            assert!(page.contains(fact), "{fact} is missing");
        }
        assert!(!page.contains("Course") && !page.contains("completion"), "it is no course");
        assert!(page.contains(std::str::from_utf8(&stored.payload).unwrap()), "the signed text is shown exactly");
        let chinese = app.stranger().in_chinese().get(&path).await.one("main");
        for fact in [
            "有效",
            "手写数字识别认证",
            "未考查：新图像",
            "41.5 分，满分 50 分（83%）",
            "密封样本",
            "在此训练",
            "数据：20 分",
            "无人监考",
        ] {
            assert!(chinese.contains(fact), "{fact} is missing");
        }
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn it_is_listed_downloaded_and_verified_without_a_connection(pool: PgPool) {
    story(pool, async |app| {
        let (ada, stored) = certified(app).await;
        let mine = ada.get("/certificates").await;
        assert_eq!(mine.attributes(".card a", "href"), [format!("/certificates/{}", stored.id)]);
        assert_eq!(mine.one(".card h2"), "Handwritten digits: certification");
        assert_eq!(ada.get(&format!("/certificates/{}", stored.id)).await.one(".certificate-name"), "Ada Lovelace");
        let stranger = app.stranger();
        let json = stranger.get(&format!("/verify/{}.json", stored.code)).await.json();
        assert_eq!(json["certificate"]["format"], "assay-certificate-2");
        assert_eq!(json["certificate"]["achievement"]["parts"][1]["sealed_score"], 0.9412);
        let file = stranger.get(&format!("/verify/{}/certificate.json", stored.code)).await;
        assert_eq!(uploads(&stranger, &file.bytes).await.one("h1"), "Valid");

        let (file, now) = (file.text(), app.clock.now());
        let keys = stranger.get("/.well-known/did.json").await.text();
        let status = stranger.get("/certificates/status.json").await.text();
        let valid = verifies(&file, &keys, Some(&status), now);
        assert_eq!(result(&valid), (0, "valid"));
        let told = valid.result.unwrap();
        assert_eq!(
            (&told["exam"], &told["attempt"], &told["supervised"]),
            (&"digits".into(), &"A-1".into(), &false.into())
        );
        assert_eq!((&told["parts"][0]["points"], told["course"].is_null()), (&41.5.into(), true));
        let better = file.replace("41.5", "49.5");
        assert_eq!(result(&verifies(&better, &keys, Some(&status), now)), (1, "does-not-match"));
        assert_eq!(result(&verifies(&file, &keys, None, stored.expires_at)), (1, "expired"));

        tamper(app, stored.id, "attempt = 'A-2'").await;
        assert_eq!(stranger.get(&format!("/verify/{}", stored.code)).await.one("h1"), "Does not match");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn whoever_confirms_name_or_address_later_gets_it_then(pool: PgPool) {
    story(pool, async |app| {
        let now = app.clock.now();
        let ada = app.person("Ada", Role::Learner).await;
        let mut conn = app.pool.acquire().await.unwrap();
        sqlx::query("UPDATE people SET email_confirmed_at = NULL").execute(&mut *conn).await.unwrap();
        let missing = Certified::Missing(vec![Missing::Email, Missing::Name]);
        assert_eq!(passes(app, &ada, "A-1").await, missing);
        confirms_name(&mut conn, &ada, "Ada Lovelace", now).await;
        assert_eq!(passes(app, &ada, "A-1").await, Certified::Missing(vec![Missing::Email]));
        sqlx::query("UPDATE people SET email_confirmed_at = $1").bind(now).execute(&mut *conn).await.unwrap();
        let pending = [passed("A-1", now - Duration::days(30)), passed("A-2", now - Duration::days(1))];
        let (keys, person) = (&app.state.keys, ada.person.unwrap());
        let new = issue_pending(&mut conn, keys, &issuer(app), person, &pending, now).await.unwrap();
        assert_eq!(new.len(), 1, "one exam, one certificate");
        let stored = register::by_id(&app.pool, new[0]).await.unwrap().unwrap();
        assert_eq!(stored.attempt.as_deref(), Some("A-2"), "the last attempt counts");
        let end = (now - Duration::days(1)).checked_add_months(Months::new(24)).unwrap();
        assert_eq!(stored.expires_at, end, "the validity counts from the end of the attempt");
        let again = issue_pending(&mut conn, keys, &issuer(app), person, &pending, now).await.unwrap();
        assert_eq!(again, []);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn when_it_is_over_another_attempt_renews_it(pool: PgPool) {
    story(pool, async |app| {
        let (ada, first) = certified(app).await;
        let begun = app.clock.now();
        assert_eq!(passes(app, &ada, "A-1").await, Certified::AlreadyHeld(first.id));
        app.clock.advance(Duration::days(600));
        assert_eq!(passes(app, &ada, "A-2").await, Certified::AlreadyHeld(first.id), "the first is still valid");
        app.clock.advance(Duration::days(131));
        assert_eq!(first.expires_at, begun + Months::new(24));
        let mut conn = app.pool.acquire().await.unwrap();
        let same = passed("A-1", begun);
        assert_eq!(ask(app, &mut conn, &ada, &same).await, Certified::AlreadyHeld(first.id));
        let old = passed("A-0", begun - Duration::days(7));
        assert_eq!(ask(app, &mut conn, &ada, &old).await, Certified::Lapsed, "an old attempt renews nothing");
        let second = issued(&passes(app, &ada, "A-3").await);
        let filter = Filter { person: ada.person, limit: 10, ..Filter::default() };
        let listed = register::list(&app.pool, &filter, app.clock.now()).await.unwrap();
        let standings: Vec<Standing> = listed.iter().map(|each| each.standing).collect();
        assert_eq!(standings, [Standing::Valid, Standing::Expired], "newest first");
        let renewed = register::by_id(&app.pool, second).await.unwrap().unwrap();
        assert_eq!(renewed.course_version, first.course_version, "the same version of the exam");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_revoked_one_comes_back_only_with_an_attempt_that_begins_later(pool: PgPool) {
    story(pool, async |app| {
        let (ada, stored) = certified(app).await;
        let admin = app.person("Root", Role::Admin).await;
        let found = admin.get("/admin/certificates?q=exam/digits").await;
        assert!(found.one("tbody").contains("Handwritten digits: certification"));
        let revoke = format!("/admin/certificates/{}/revoke", stored.id);
        let asked = admin.get(&revoke).await;
        assert!(asked.one(".facts").contains("Exam") && asked.one(".facts").contains("digits"));
        assert!(asked.one(".notice").contains("No attempt at this exam that has begun by now"));
        admin.post(&revoke, &[("reason", "The script was somebody else's.")]).await;

        let path = format!("/verify/{}", stored.code);
        let revoked = app.stranger().get(&path).await;
        assert_eq!(revoked.one("h1"), "Revoked");
        assert!(revoked.one("#verdict").contains("somebody else's"));
        let file = app.stranger().get(&format!("{path}/certificate.json")).await.text();
        let status = app.stranger().get("/certificates/status.json").await.text();
        let key = app.state.keys.public().to_string();
        assert_eq!(result(&verifies(&file, &key, Some(&status), app.clock.now())), (1, "revoked"));

        let withdrawn = Certified::Revoked(stored.id);
        assert_eq!(passes(app, &ada, "A-1").await, withdrawn, "the same attempt");
        app.clock.advance(Duration::hours(1));
        assert_eq!(passes(app, &ada, "A-2").await, withdrawn, "an attempt that was under way");
        app.clock.advance(Duration::days(731));
        assert_eq!(passes(app, &ada, "A-1").await, withdrawn, "also when its time is over");
        assert_ne!(issued(&passes(app, &ada, "A-3").await), stored.id);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn of_two_transactions_that_ask_at_once_one_issues(pool: PgPool) {
    story(pool, async |app| {
        let ada = app.person("Ada", Role::Learner).await;
        confirms_name(&mut app.pool.acquire().await.unwrap(), &ada, "Ada", app.clock.now()).await;
        let certification = passed("A-1", app.clock.now());
        let one = async {
            let mut tx = app.pool.begin().await.unwrap();
            let certified = ask(app, &mut tx, &ada, &certification).await;
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            tx.commit().await.unwrap();
            certified
        };
        let other = async {
            tokio::time::sleep(std::time::Duration::from_millis(30)).await;
            let mut tx = app.pool.begin().await.unwrap();
            let certified = ask(app, &mut tx, &ada, &certification).await;
            tx.commit().await.unwrap();
            certified
        };
        let (one, other) = tokio::join!(Box::pin(one), Box::pin(other));
        assert_eq!(other, Certified::AlreadyHeld(issued(&one)));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn what_is_below_a_mark_is_never_certified(pool: PgPool) {
    story(pool, async |app| {
        let (ada, now) = (app.person("Ada", Role::Learner).await, app.clock.now());
        let mut conn = app.pool.acquire().await.unwrap();
        confirms_name(&mut conn, &ada, "Ada", now).await;
        for parts in [vec![theory(39.5), practice()], Vec::new()] {
            let mut below = passed("A-1", now);
            below.examination.parts = parts;
            let (keys, person) = (&app.state.keys, ada.person.unwrap());
            let refused = issue_certification(&mut conn, keys, &issuer(app), person, &below, now).await;
            assert!(matches!(refused, Err(CertificateError::NotPassed(_))));
        }
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn courses_and_exams_do_not_stand_in_each_others_way(pool: PgPool) {
    story(pool, async |app| {
        loaded(app).await;
        let (ada, exam) = certified(app).await;
        let course = earns(app, &ada).await;
        assert_eq!((exam.exam(), course.exam()), (Some("digits"), None));
        let mine = ada.get("/certificates").await;
        assert_eq!(mine.all(".card").len(), 2);
    })
    .await;
}
