//! The certificates of a course and its exams, for its staff: the list, the file, and withdrawal by owners.

use actix_web::http::StatusCode;
use assay::accounts::Role;
use assay::certificates::Stored;
use assay::clock::Clock as _;
use assay::exams;
use chrono::Duration;
use sqlx::PgPool;

use crate::app::{Actor, TestApp, story};
use crate::certificates_exams::is_certified;
use crate::certificates_rows::{COURSE, earns, truly_loaded};

const LIST: &str = "/teach/courses/ai-foundation-models/certificates";

/// The certificates of Ada for the course, of Bo for its exam, and of Cy for the exam of another course.
async fn three(app: &TestApp) -> [Stored; 3] {
    truly_loaded(app).await;
    let mut conn = app.pool.acquire().await.unwrap();
    let own = exams::load(&app.state.config.content_folder()).unwrap();
    exams::install(&mut conn, &own, app.clock.now()).await.unwrap();
    for copy in [
        "INSERT INTO courses (slug, version, course, updated_at)
         SELECT 'other', version, course, updated_at FROM courses WHERE slug = 'ai-foundation-models'",
        "INSERT INTO exams (slug, course_slug, version, exam, updated_at, from_files)
         SELECT 'digits', 'other', version, exam, updated_at, from_files FROM exams WHERE slug = 'mnist-practitioner'",
    ] {
        sqlx::query(copy).execute(&mut *conn).await.unwrap();
    }
    let (ada, bo, cy) = (
        app.person("Ada", Role::Learner).await,
        app.person("Bo", Role::Learner).await,
        app.person("Cy", Role::Learner).await,
    );
    let course = earns(app, &ada).await;
    app.clock.advance(Duration::minutes(1));
    let exam = is_certified(app, &bo, "mnist-practitioner", "=SUM(A1) Bo").await;
    [course, exam, is_certified(app, &cy, "digits", "Cy").await]
}

/// An instructor with this role on a course.
async fn staff<'a>(app: &'a TestApp, name: &str, course: &str, role: &str) -> Actor<'a> {
    let person = app.person(name, Role::Instructor).await;
    sqlx::query("INSERT INTO course_staff (course_slug, person_id, role, added_at) VALUES ($1, $2, $3, now())")
        .bind(course)
        .bind(person.person.unwrap().0)
        .bind(role)
        .execute(&app.pool)
        .await
        .unwrap();
    person
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_list_has_the_certificates_of_this_course_and_its_exams_only(pool: PgPool) {
    story(pool, async |app| {
        let [course, exam, foreign] = three(app).await;
        let ivy = staff(app, "Ivy", COURSE, "viewer").await;
        let list = ivy.get(LIST).await;
        assert_eq!(list.one("h1"), "Certificates: AI Foundation Models: Training and Certification");
        assert_eq!(list.one(".tabs [aria-current]"), "Certificates");
        assert_eq!(list.one("caption"), "Certificates 1 to 2 of 2");
        let codes = [format!("/verify/{}", exam.code), format!("/verify/{}", course.code)];
        assert_eq!(list.attributes("tbody th a", "href"), codes, "newest first");
        assert!(list.attributes("tbody td a", "href").is_empty(), "a viewer revokes nothing");
        assert!(list.text().contains("An owner of the course or an administrator can revoke"));
        for (query, found) in [
            ("q=lovelace", vec![&course.code]),
            (&*format!("q={}", exam.code.to_lowercase()), vec![&exam.code]),
            (&*format!("q={}", foreign.code), vec![]),
            ("q=Cy", vec![]),
            ("standing=valid", vec![&exam.code, &course.code]),
            ("standing=revoked", vec![]),
        ] {
            let seen = ivy.get(&format!("{LIST}?{query}")).await;
            assert_eq!(seen.all("tbody th").iter().collect::<Vec<_>>(), found, "{query}");
            assert_eq!(seen.attributes(".search", "action"), [LIST]);
        }
        assert!(ivy.get(&format!("{LIST}?q=Cy")).await.text().contains("No certificate fits this search."));

        let file = ivy.get(&format!("{LIST}.csv?q=&standing=valid")).await;
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
        assert!(file.header("content-disposition").contains("certificates-ai-foundation-models-2026-11-23.csv"));
        let text = file.text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert!(lines[0].starts_with("\u{feff}Certificate number,Holder,E-mail address,"), "{text}");
        assert!(lines[1].starts_with(&format!("{},'=SUM(A1) Bo,bo@example.org,", exam.code)), "no formula: {text}");
        assert!(lines[2].contains(",Valid,,,http://localhost:8080/verify/"), "{text}");
        assert!(lines[1].contains(",exam/mnist-practitioner,") && !text.contains(&foreign.code));
        let admin = app.person("Root", Role::Admin).await;
        assert_eq!(admin.get("/admin/certificates.csv").await.text().lines().count(), 4, "everybody's");
        assert_eq!(ivy.get("/admin/certificates.csv").await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_long_list_has_pages_and_outlives_the_course(pool: PgPool) {
    story(pool, async |app| {
        three(app).await;
        let copies = "INSERT INTO certificates (id, code, person_id, course_slug, course_version, attempt, holder_name,
                          issued_at, expires_at, key_id, payload, signature)
                      SELECT gen_random_uuid(), 'C-' || n, person_id, course_slug, course_version, 'B-' || n,
                          holder_name, issued_at - n * interval '1 hour', expires_at, key_id, payload, signature
                      FROM certificates, generate_series(1, 60) n WHERE course_slug = 'exam/mnist-practitioner'";
        sqlx::query(copies).execute(&app.pool).await.unwrap();
        let ivy = staff(app, "Ivy", COURSE, "owner").await;
        let first = ivy.get(&format!("{LIST}?q=Bo")).await;
        assert_eq!(first.one("caption"), "Certificates 1 to 50 of 61");
        assert_eq!((first.all("tbody tr").len(), first.all("nav a[rel=prev]").len()), (50, 0));
        let next = first.attributes("nav a[rel=next]", "href").remove(0);
        let second = ivy.get(&next).await;
        assert_eq!(second.one("caption"), "Certificates 51 to 61 of 61");
        assert!(second.attributes("nav a[rel=prev]", "href")[0].ends_with("certificates?q=Bo&standing="));
        assert!(second.all("nav a[rel=next]").is_empty());
        let beyond = ivy.get(&format!("{LIST}?q=Bo&skip=5000")).await;
        assert_eq!(beyond.location(), format!("{LIST}?q=Bo&standing="), "an old link leads to the first page");
        assert_eq!(ivy.get(&format!("{LIST}.csv?q=Bo")).await.text().lines().count(), 62, "the file has all of them");

        for gone in ["UPDATE exams SET withdrawn_at = now()", "UPDATE courses SET withdrawn_at = now()"] {
            sqlx::query(gone).execute(&app.pool).await.unwrap();
        }
        assert_eq!(ivy.get(LIST).await.one("caption"), "Certificates 1 to 50 of 62");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn owners_revoke_with_a_reason_that_everybody_reads(pool: PgPool) {
    story(pool, async |app| {
        let [course, exam, foreign] = three(app).await;
        let ivy = staff(app, "Ivy", COURSE, "owner").await;
        let page = format!("{LIST}/{}/revoke", exam.id);
        assert!(ivy.get(LIST).await.attributes("tbody td a", "href").contains(&page));
        let asked = ivy.get(&page).await;
        assert_eq!(asked.one("h1"), format!("Revoke certificate {}", exam.code));
        assert!(asked.one(".notice.warning").contains("This cannot be undone"));
        let long = "ü".repeat(501);
        for (typed, kept) in [("  ", "  "), (long.as_str(), long.as_str())] {
            let refused = ivy.post(&page, &[("reason", typed)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.one("#reason-fault").contains("Give the reason, in at most 500 characters"));
            assert_eq!(refused.attributes("#reason", "value"), [kept]);
        }
        let done = ivy.post(&page, &[("reason", "Handed in <i>another's</i> script.")]).await;
        assert_eq!(done.location(), format!("{LIST}?notice=certificate-revoked"));
        let list = ivy.get(done.location()).await;
        assert_eq!(list.one(".notice.success"), "The certificate is revoked.");
        assert!(list.one("tbody tr").contains("Revoked 23 Nov 2026: Handed in <i>another's</i> script."));
        assert!(ivy.get(&format!("{LIST}.csv")).await.text().contains(",Revoked,2026-11-23T09:01:00Z,Handed in <i>"));
        let seen = app.stranger().get(&format!("/verify/{}", exam.code)).await;
        assert_eq!(seen.one("h1"), "Revoked");
        assert!(seen.one("#verdict").contains("Handed in <i>another's</i> script."));
        let audited: (String, Option<uuid::Uuid>, serde_json::Value) =
            sqlx::query_as("SELECT object, actor_id, detail FROM audit_log WHERE action = 'certificate.revoke'")
                .fetch_one(&app.pool)
                .await
                .unwrap();
        assert_eq!((audited.0, audited.1), (exam.id.to_string(), ivy.person.map(|person| person.0)));
        assert_eq!(audited.2["course"], "exam/mnist-practitioner");

        // Again: the first reason stands, and nobody's words are lost.
        let again = ivy.post(&page, &[("reason", "And lied about it.")]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert!(again.one(".notice.danger").contains("The first reason stands."));
        assert!(again.one(".facts").contains("another's") && again.one("blockquote").contains("And lied about it."));
        assert_eq!(ivy.get(&page).await.status, StatusCode::CONFLICT);
        assert_eq!(app.count("SELECT count(*) FROM revocations").await, 1);

        // The course's own certificate too; that of another course is not found, whoever asks.
        ivy.post(&format!("{LIST}/{}/revoke", course.id), &[("reason", "Copied.")]).await.location();
        let admin = app.person("Root", Role::Admin).await;
        for person in [&ivy, &admin] {
            let elsewhere = format!("{LIST}/{}/revoke", foreign.id);
            assert_eq!(person.get(&elsewhere).await.status, StatusCode::NOT_FOUND);
            assert_eq!(person.post(&elsewhere, &[("reason", "x")]).await.status, StatusCode::NOT_FOUND);
        }
        let there = format!("/teach/courses/other/certificates/{}/revoke", foreign.id);
        admin.post(&there, &[("reason", "By mistake.")]).await.location();
        assert_eq!(app.count("SELECT count(*) FROM revocations").await, 3);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn staff_reads_owners_withdraw_and_others_find_nothing(pool: PgPool) {
    story(pool, async |app| {
        let [course, ..] = three(app).await;
        let revoke = format!("{LIST}/{}/revoke", course.id);
        let (list, file) = (LIST.to_owned(), format!("{LIST}.csv"));
        for role in ["viewer", "grader", "author", "owner"] {
            let person = staff(app, &format!("The{role}"), COURSE, role).await;
            for page in [&list, &file] {
                assert_eq!(person.get(page).await.status, StatusCode::OK, "{role} {page}");
            }
            let (seen, sent) = (person.get(&revoke).await.status, person.post(&revoke, &[]).await.status);
            let expected = match role {
                "owner" => (StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY),
                _ => (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN),
            };
            assert_eq!((seen, sent), expected, "{role}");
        }
        let foreign = staff(app, "Fay", "other", "owner").await;
        let learner = app.person("Lea", Role::Learner).await;
        for page in [&list, &file, &revoke] {
            assert_eq!(foreign.get(page).await.status, StatusCode::NOT_FOUND, "{page}");
            assert_eq!(learner.get(page).await.status, StatusCode::FORBIDDEN, "{page}");
        }
        assert_eq!(foreign.post(&revoke, &[("reason", "x")]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(learner.post(&revoke, &[("reason", "x")]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(app.count("SELECT count(*) FROM revocations").await, 0);
    })
    .await;
}
