//! The class of a course: lists, codes, due dates, extensions, announcements; who may do what.

use std::fmt::Write as _;
use std::time::Instant;

use actix_web::http::StatusCode;
use actix_web::test::TestRequest;
use assay::accounts::Role;
use assay::config::{Config, SignUp};
use chrono::Duration;
use sqlx::PgPool;

use crate::app::{Actor, Seen, TestApp, story, story_with};
use crate::courses::install_own;
use crate::people::{PASSWORD, sign_up};

pub const COURSE: &str = "/courses/ai-foundation-models";
pub const TEACH: &str = "/teach/courses/ai-foundation-models";

impl Actor<'_> {
    /// Makes a class in Shanghai; its address.
    pub async fn makes_class(&self, name: &str) -> String {
        let made = self.post(&format!("{TEACH}/class"), &[("name", name), ("zone", "Asia/Shanghai")]).await;
        made.location().split('?').next().unwrap().to_owned()
    }

    /// Tries a list, or carries it out.
    pub async fn enrols(&self, class: &str, list: &str, step: &str) -> Seen {
        self.uploads(&format!("{class}/enrol"), ("", b""), &[("list", list), ("step", step), ("write", "yes")]).await
    }

    /// Sets when a quiz, exercise or exam is due, in Shanghai.
    pub async fn sets_due(&self, class: &str, item: &str, at: &str, (rule, number): (&str, &str)) -> Seen {
        let fields = [(format!("at/{item}"), at), (format!("rule/{item}"), rule), (format!("number/{item}"), number)];
        let form: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        self.post(&format!("{class}/due"), &form).await
    }
}

/// Ivy, who teaches, and her class.
pub async fn class(app: &TestApp) -> (Actor<'_>, String) {
    install_own(app).await;
    let ivy = app.person("Ivy", Role::Instructor).await;
    let class = ivy.makes_class("Autumn").await;
    (ivy, class)
}

/// What the audit log says was done, by name.
async fn actions(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar("SELECT action FROM audit_log ORDER BY action").fetch_all(&app.pool).await.unwrap()
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn four_hundred_rows_are_enrolled_at_once_with_a_line_for_each(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, class) = class(app).await;
        for number in 0..20 {
            app.person(&format!("Learner{number}"), Role::Learner).await;
        }
        let mut list = String::from("\u{feff}E-mail;Name;Number\r\n");
        for number in 0..400 {
            write!(list, "LEARNER{number}@Example.org;\"Learner, {number}\";S-{number}\r\n").unwrap();
        }
        let trial = ivy.enrols(&class, &list, "check").await;
        assert_eq!(trial.status, StatusCode::OK, "{}", trial.text());
        assert_eq!(trial.all("tbody tr").len(), 400);
        assert_eq!(trial.all("ul.counts li")[0], "20 enrolled");
        assert!(trial.all("ul.counts li")[1].starts_with("380 invited: nobody has this address yet"));
        assert_eq!(app.count("SELECT count(*) FROM cohort_members").await, 0, "a trial changes nothing");
        assert_eq!(app.count("SELECT count(*) FROM outgoing_mail").await, 0);

        let began = Instant::now();
        let list_again = trial.one("textarea");
        assert!(list_again.contains("LEARNER399@Example.org"));
        let fields = [("list", list.as_str()), ("step", "enrol")];
        let done = ivy.uploads(&format!("{class}/enrol"), ("", b""), &fields).await;
        let took = began.elapsed();
        assert!(done.one(".notice.success").starts_with("Done."), "{}", done.text());
        assert_eq!(done.all("tbody tr")[0], "2 learner0@example.org Learner, 0 enrolled");
        println!("400 rows, the page with its report included: {took:?} in a debug build");
        assert!(took.as_millis() < 3000, "{took:?}");
        assert_eq!(app.count("SELECT count(*) FROM cohort_members").await, 20);
        assert_eq!(app.count("SELECT count(*) FROM enrolments").await, 20);
        assert_eq!(app.count("SELECT count(*) FROM cohort_invitations").await, 380);
        let again = ivy.enrols(&class, &list, "check").await;
        assert_eq!(again.all("ul.counts li"), ["20 already in this class", "380 already invited"]);
        assert!(again.one("main").contains("This list changes nothing."));
        assert_eq!(ivy.get(&class).await.all("table")[0].matches("@example.org").count(), 20);
        assert_eq!(actions(app).await, ["cohort.create", "cohort.enrol"]);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn every_kind_of_row_gets_its_line_and_hostile_lists_a_sentence(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, class) = class(app).await;
        app.person("Ada", Role::Learner).await;
        app.person("Bob", Role::Learner).await;
        let other = ivy.makes_class("Spring").await;
        ivy.enrols(&other, "bob@example.org", "enrol").await;
        let list = "ada@example.org\nbob@example.org,Bob\nADA@example.org\nnobody\nnew@example.org,=1+1\n";
        let seen = ivy.enrols(&class, list, "enrol").await;
        let outcomes = seen.all("tbody td:last-child");
        let starts = ["enrolled", "in another class", "stands twice", "not an e-mail address", "invited"];
        for (outcome, start) in outcomes.iter().zip(starts) {
            assert!(outcome.starts_with(start), "{outcomes:?}");
        }
        // Once for Spring, where nobody was unknown, and once here.
        assert_eq!(app.count("SELECT count(*) FROM outgoing_mail WHERE recipient = 'new@example.org'").await, 1);
        app.run_jobs().await;

        let refused = async |file: &[u8]| {
            let seen = ivy.uploads(&format!("{class}/enrol"), ("list.csv", file), &[("step", "enrol")]).await;
            (seen.status.as_u16(), seen.one("main"))
        };
        let long = "a@x.org\n".repeat(5_001);
        for (file, status, sentence) in [
            (&b"ada@example.org\0"[..], 422, "This is no text file."),
            (&[0xff, 0xfe, 0x41][..], 422, "in an encoding that we do not read"),
            (long.as_bytes(), 422, "more than 5000 rows"),
            (&b"\n\n"[..], 422, "has no rows"),
            (&vec![b'a'; 1_200_000][..], 413, "larger than 1 MB"),
            (&vec![b'a'; 2_400_000][..], 413, "larger than 1 MB"),
        ] {
            let (found, text) = refused(file).await;
            assert_eq!(found, status, "{text}");
            assert!(text.contains(sentence), "{text}");
        }
        // A gigabyte is refused by what it announces, before it is read.
        let huge = TestRequest::post()
            .uri(&format!("{class}/enrol"))
            .insert_header(("sec-fetch-site", "same-origin"))
            .insert_header(("content-type", "multipart/form-data; boundary=line"))
            .insert_header(("content-length", "1073741824"));
        assert_eq!(ivy.send(huge).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(app.count("SELECT count(*) FROM cohort_members").await, 2);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_invited_join_with_their_confirmed_address(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, class) = class(app).await;
        ivy.enrols(&class, "new@example.org,New,S-9", "enrol").await;
        let mail = assay::mail::unsent(&app.pool, "new@example.org").await.unwrap();
        assert_eq!(mail.len(), 1);
        assert!(mail[0].body.contains("/sign-up"), "{}", mail[0].body);
        app.run_jobs().await;
        let new = app.person("New", Role::Learner).await;
        sqlx::query("UPDATE people SET email_confirmed_at = NULL WHERE id = $1")
            .bind(new.person.unwrap().0)
            .execute(&app.pool)
            .await
            .unwrap();
        new.get("/").await;
        assert_eq!(app.count("SELECT count(*) FROM cohort_members").await, 0, "an address must be confirmed");
        sqlx::query("UPDATE people SET email_confirmed_at = now() WHERE id = $1")
            .bind(new.person.unwrap().0)
            .execute(&app.pool)
            .await
            .unwrap();
        new.get("/").await;
        assert_eq!(app.count("SELECT count(*) FROM cohort_members WHERE external_id = 'S-9'").await, 1);
        assert_eq!(app.count("SELECT count(*) FROM cohort_invitations").await, 0);
        assert_eq!(app.count("SELECT count(*) FROM enrolments").await, 1);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn where_sign_up_is_by_invitation_an_account_is_made(pool: PgPool) {
    story_with(
        pool,
        |config| config.sign_up = SignUp::Invitation,
        async |app| {
            let (ivy, class) = class(app).await;
            ivy.enrols(&class, "new@example.org,New", "enrol").await;
            assert_eq!(app.count("SELECT count(*) FROM people WHERE email = 'new@example.org'").await, 1);
            let mail = assay::mail::unsent(&app.pool, "new@example.org").await.unwrap();
            assert!(mail.len() == 1 && mail[0].body.contains("/sign-in/"), "{mail:?}");
            assert_eq!(app.count("SELECT count(*) FROM cohort_invitations").await, 1, "until the link is followed");
            app.run_jobs().await;
        },
    )
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn where_sign_up_is_closed_nobody_is_written_to(pool: PgPool) {
    let closed = |config: &mut Config| config.sign_up = SignUp::Closed;
    story_with(pool, closed, async |app| {
        let (ivy, class) = class(app).await;
        assert!(ivy.get(&class).await.one("main").contains("Sign-up is closed here"));
        let done = ivy.enrols(&class, "new@example.org,New", "enrol").await;
        assert_eq!(done.all("ul.counts li").len(), 1);
        assert_eq!(app.count("SELECT count(*) FROM outgoing_mail").await, 0);
        assert_eq!(app.count("SELECT count(*) FROM people WHERE email = 'new@example.org'").await, 0);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_code_opens_a_class_until_it_is_renewed_or_closed(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, class) = class(app).await;
        let (ada, bob) = (app.person("Ada", Role::Learner).await, app.person("Bob", Role::Learner).await);
        ivy.post(&format!("{class}/code"), &[("open", "yes")]).await;
        let code = ivy.get(&class).await.one("#code ~ p code");
        assert_eq!(code.len(), 10);
        assert!(app.stranger().get(&format!("/join/{code}")).await.location().starts_with("/sign-in?next="));
        let typed = format!(" {}-{} ", &code[..5].to_lowercase(), &code[5..]);
        let found = ada.post("/join", &[("code", &typed)]).await;
        assert_eq!(found.location(), format!("/join/{code}"));
        assert!(ada.get(found.location()).await.one("main").contains("class \"Autumn\""));
        let joined = ada.post(&format!("/join/{code}"), &[]).await;
        assert_eq!(joined.location(), format!("{COURSE}?notice=joined"));
        assert_eq!(app.count("SELECT count(*) FROM cohort_members").await, 1);
        assert_eq!(app.count("SELECT count(*) FROM enrolments").await, 1);

        // Another class of the course is not chosen by oneself.
        let other = ivy.makes_class("Spring").await;
        ivy.post(&format!("{other}/code"), &[("open", "yes")]).await;
        let second = ivy.get(&other).await.one("#code ~ p code");
        let refused = ada.post(&format!("/join/{second}"), &[]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.one("main").contains("already in the class \"Autumn\""));

        ivy.post(&format!("{class}/code"), &[("open", "yes")]).await;
        let renewed = ivy.get(&class).await.one("#code ~ p code");
        assert_ne!(renewed, code);
        let old = bob.post("/join", &[("code", &code)]).await;
        assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(old.one("#error-summary").contains("No class has this code now"));
        ivy.post(&format!("{class}/code"), &[("open", "no")]).await;
        assert_eq!(bob.post(&format!("/join/{renewed}"), &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        // After its last day a class is full.
        let over = [("name", "Spring"), ("zone", "Asia/Shanghai"), ("ends_on", "2026-11-22")];
        ivy.post(&other, &over).await.location();
        assert_eq!(bob.post("/join", &[("code", &second)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        for _ in 0..17 {
            bob.post("/join", &[("code", "0000000000")]).await;
        }
        assert_eq!(bob.post("/join", &[("code", &second)]).await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(app.count("SELECT count(*) FROM audit_log WHERE action = 'cohort.code'").await, 4);
        let logged = "SELECT count(*) FROM audit_log, cohorts WHERE position(join_code IN detail::text) > 0";
        assert_eq!(app.count(logged).await, 0, "codes are a way in and stand in no log");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn learners_see_their_own_due_dates_and_extensions_in_their_zone(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, class) = class(app).await;
        app.load_content().await;
        let (ada, bob) = (app.person("Ada", Role::Learner).await, app.person("Bob", Role::Learner).await);
        ivy.enrols(&class, "ada@example.org\nbob@example.org", "enrol").await;
        ivy.sets_due(&class, "quiz:background", "2026-11-25T18:00", ("per_day", "20")).await.location();
        ivy.sets_due(&class, "exercise:mnist-digits", "2026-11-26T18:00", ("closed", "0")).await.location();
        let course = ada.get(COURSE).await;
        assert_eq!(
            course.all("ul.due li")[0],
            "Quiz: Background due 25 Nov 2026 10:00 (UTC), in 2 days. Late work loses 20 % of its grade for each begun day."
        );
        assert!(ada.get("/").await.one("ul.due").contains("in 2 days"));
        let exercise = ada.get("/exercises/mnist-digits").await;
        assert!(exercise.one(".notice").contains("due 26 Nov 2026 10:00 (UTC), in 3 days. Nothing is taken afterwards."));
        sqlx::query("UPDATE people SET time_zone = 'Asia/Shanghai', lang = 'zh' WHERE id = $1")
            .bind(ada.person.unwrap().0)
            .execute(&app.pool)
            .await
            .unwrap();
        assert!(ada.get(COURSE).await.all("ul.due li")[0].contains("2026年11月25日 18:00（UTC+8）截止，还有 2 天。"));
        sqlx::query("UPDATE people SET time_zone = NULL, lang = 'en'").execute(&app.pool).await.unwrap();

        let page = format!("{TEACH}/learners/{}", ada.person.unwrap());
        let none = ivy.post(&format!("{page}/extend"), &[("item", "quiz:digits"), ("until", "2026-12-01T18:00"), ("reason", "Ill")]).await;
        assert!(none.one("main").contains("no due date for this learner"));
        let extension = [("item", "exercise:mnist-digits"), ("until", "2026-12-01T18:00"), ("reason", "Ill")];
        ivy.post(&format!("{page}/extend"), &extension).await.location();
        let exercise = ada.get("/exercises/mnist-digits").await.one(".notice");
        assert!(exercise.contains("1 Dec 2026 10:00 (UTC)") && exercise.contains("your own extension"), "{exercise}");
        assert!(bob.get("/exercises/mnist-digits").await.one(".notice").contains("26 Nov 2026"));
        assert!(ivy.get(&page).await.one("#extensions ~ .scroll").contains("Ill Ivy"));

        app.clock.advance(Duration::days(4));
        let late = bob.submits("mnist-digits", b"no model", &[]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.one("main").contains("closed for your class at 2026-11-26 10:00 UTC"), "{}", late.text());
        assert_ne!(ada.submits("mnist-digits", b"no model", &[]).await.status, StatusCode::CONFLICT);
        app.run_jobs().await;
        // Late quizzes that are not closed are taken, with all feedback.
        let quiz = bob.starts(&format!("{COURSE}/background/quiz")).await;
        assert!(bob.hands_in(&quiz, &bob.answers(&quiz, 5).await).await.one("main .notice").starts_with("Passed."));
        // Taken back, the date of the class holds again.
        ivy.post(&format!("{page}/extend"), &[("item", "exercise:mnist-digits"), ("until", ""), ("reason", "Well again")])
            .await
            .location();
        assert_eq!(ada.submits("mnist-digits", b"no model", &[]).await.status, StatusCode::CONFLICT);
        ivy.sets_due(&class, "quiz:digits", "2026-11-25T18:00", ("closed", "1")).await.location();
        let closed = bob.post(&format!("{COURSE}/digits/quiz"), &[]).await;
        assert_eq!(closed.status, StatusCode::CONFLICT);
        assert_eq!(app.count("SELECT count(*) FROM audit_log WHERE action = 'due.extend'").await, 2);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_closed_exam_is_not_begun_and_the_others_in_the_course_may(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, class) = class(app).await;
        app.load_content().await;
        let (ada, bob) = (app.person("Ada", Role::Learner).await, app.person("Bob", Role::Learner).await);
        ivy.enrols(&class, "ada@example.org", "enrol").await;
        bob.post(&format!("{COURSE}/enrol"), &[]).await;
        // One minute before the present, in Shanghai; it closes a day later.
        ivy.sets_due(&class, "exam:mnist-practitioner", "2026-11-23T16:59", ("closed", "1")).await.location();
        app.clock.advance(Duration::days(1));
        let closed = ada.post("/exams/mnist-practitioner/attempts", &[]).await;
        assert_eq!(closed.status, StatusCode::CONFLICT);
        assert!(closed.one("main").contains("This exam closed for your class at 24 Nov 2026 08:59 (UTC)"));
        assert!(bob.post("/exams/mnist-practitioner/attempts", &[]).await.location().starts_with("/attempts/"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn people_are_moved_and_taken_out_and_a_deleted_account_leaves_no_address(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, class) = class(app).await;
        let other = ivy.makes_class("Spring").await;
        let ada = app.person("Ada", Role::Learner).await;
        ivy.enrols(&class, "ada@example.org,Ada,S-1\nnew@example.org", "enrol").await;
        app.run_jobs().await;
        let id = ada.person.unwrap().to_string();
        let to = other.rsplit('/').next().unwrap();
        ivy.post(&format!("{class}/move"), &[("person", &id), ("to", to)]).await.location();
        assert!(ivy.get(&other).await.one("#members ~ .scroll").contains("ada@example.org"));
        assert_eq!(ivy.post(&format!("{class}/remove"), &[("person", &id)]).await.status, StatusCode::NOT_FOUND);
        ivy.post(&format!("{class}/remove"), &[("email", "new@example.org")]).await.location();
        ivy.post(&format!("{other}/remove"), &[("person", &id)]).await.location();
        assert_eq!(app.count("SELECT count(*) FROM cohort_members").await, 0);
        assert_eq!(app.count("SELECT count(*) FROM enrolments").await, 1, "the course stays");
        // Of whoever deletes their account, the class keeps nothing; before, they download it.
        let bob = sign_up(app, "Bob").await;
        ivy.enrols(&class, "bob@example.org", "enrol").await;
        assert_eq!(bob.get("/settings/data/download").await.json()["classes"][0]["name"], "Autumn");
        bob.post("/settings/delete", &[("password", PASSWORD)]).await.location();
        assert_eq!(app.count("SELECT count(*) FROM cohort_members").await, 0);
        app.run_jobs().await;
        let duplicate = ivy.post(&format!("{TEACH}/class"), &[("name", "Spring"), ("zone", "UTC")]).await;
        assert!(duplicate.one("main").contains("Another class of this course has this name."));
        assert_eq!(
            app.count("SELECT count(*) FROM audit_log WHERE detail::text LIKE '%example.org%'").await,
            0,
            "the log is for good"
        );
    })
    .await;
}
