//! What a class is told, and who may do what with it.

use actix_web::http::StatusCode;
use assay::accounts::Role;
use chrono::Duration;
use sqlx::PgPool;

use crate::app::{Actor, story};
use crate::class::{COURSE, TEACH, class};
use crate::gradebook::graded_class;

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn announcements_reach_a_class_or_everybody_until_put_away(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, class) = class(app).await;
        let (ada, bob) = (app.person("Ada", Role::Learner).await, app.person("Bob", Role::Learner).await);
        ivy.enrols(&class, "ada@example.org", "enrol").await;
        bob.post(&format!("{COURSE}/enrol"), &[]).await;
        let cohort = class.rsplit('/').next().unwrap();
        let page = format!("{TEACH}/announcements");
        let empty = ivy.post(&page, &[("text_en", " ")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = [("cohort", cohort), ("text_zh", "周五停课"), ("mail", "yes")];
        ivy.post(&page, &text).await.location();
        app.clock.advance(Duration::minutes(1));
        let everybody =
            [("text_en", "Office hours\nmoved <b>"), ("text_zh", "答疑时间有变"), ("expires", "2026-11-25T12:00")];
        ivy.post(&page, &everybody).await.location();
        assert_eq!(assay::mail::unsent(&app.pool, "ada@example.org").await.unwrap().len(), 1);
        assert!(assay::mail::unsent(&app.pool, "bob@example.org").await.unwrap().is_empty());
        app.run_jobs().await;
        let home = ada.get("/").await;
        assert_eq!(home.all(".told .pre"), ["Office hours moved <b>", "周五停课"]);
        assert_eq!(home.attributes(".told", "lang"), ["en", "zh-Hans"]);
        assert_eq!(bob.get(COURSE).await.all(".told .pre").len(), 1, "the class alone was told");
        let put_away = home.attributes(".told form", "action");
        assert_eq!(ada.post(&put_away[0], &[("back", "/")]).await.location(), "/");
        assert_eq!(bob.post(&put_away[1], &[]).await.status, StatusCode::NOT_FOUND, "it is not for him");
        assert_eq!(ada.get("/").await.all(".told").len(), 1);
        // Changed, it is shown again; taken back or expired, to nobody.
        let one = put_away[0].replace("/dismiss", "").replace("/announcements", "/teach/announcements");
        app.clock.advance(Duration::minutes(1));
        ivy.post(&one, &[("text_en", "Office hours at six"), ("expires", "2026-11-25T12:00")]).await.location();
        assert_eq!(ada.get("/").await.all(".told .pre")[0], "Office hours at six");
        ivy.post(&put_away[1].replace("/dismiss", "/withdraw").replace("/announcements", "/teach/announcements"), &[])
            .await
            .location();
        assert_eq!(ada.get("/").await.all(".told").len(), 1);
        app.clock.advance(Duration::days(3));
        assert_eq!(bob.get("/").await.all(".told").len(), 0);
        assert_eq!(ivy.get(&page).await.all("article .quiet").len(), 2);
        assert_eq!(app.count("SELECT count(*) FROM audit_log WHERE action LIKE 'announcement.%'").await, 4);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn each_role_may_what_it_may_and_a_foreign_owner_nothing(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, class) = class(app).await;
        let ada = app.person("Ada", Role::Learner).await;
        ivy.enrols(&class, "ada@example.org", "enrol").await;
        ivy.post(&format!("{TEACH}/announcements"), &[("text_en", "Hello")]).await.location();
        let announcement = ada.get("/").await.attributes(".told form", "action")[0].replace("/dismiss", "");
        let learner = format!("{TEACH}/learners/{}", ada.person.unwrap());
        let mut staff = Vec::new();
        for role in ["owner", "author", "grader", "viewer"] {
            let person = app.person(&format!("The{role}"), Role::Instructor).await;
            sqlx::query("INSERT INTO course_staff (course_slug, person_id, role, added_at) VALUES ('ai-foundation-models', $1, $2, now())")
                .bind(person.person.unwrap().0)
                .bind(role)
                .execute(&app.pool)
                .await
                .unwrap();
            staff.push(person);
        }
        let pages = [format!("{TEACH}/class"), class.clone(), format!("{class}/due"), format!("{TEACH}/announcements"),
            format!("{TEACH}/gradebook"), format!("{TEACH}/gradebook.csv"), format!("{TEACH}/analytics"), learner.clone()];
        // What is sent is at fault, so that nothing changes: whoever may not is refused before it is read.
        let graders = [format!("{TEACH}/class"), class.clone(), format!("{class}/move"), format!("{learner}/extend"),
            format!("{learner}/adjust"), format!("{TEACH}/announcements"), format!("/teach{announcement}")];
        let authors = [format!("{class}/due"), format!("{TEACH}/gradebook/weights"), format!("{TEACH}/gradebook/release")];
        let bad = [("at/quiz:background", "soon"), ("quiz:background", "x"), ("expires", "soon"), ("released", "no")];
        for (rank, person) in staff.iter().enumerate() {
            for page in &pages {
                assert_eq!(person.get(page).await.status, StatusCode::OK, "{rank} {page}");
            }
            for (paths, least) in [(&graders[..], 2), (&authors[..], 1)] {
                for path in paths {
                    let is_refused = person.post(path, &bad).await.status == StatusCode::FORBIDDEN;
                    assert_eq!(is_refused, rank > least, "{rank} {path}");
                }
            }
        }
        let foreign = app.person("Fay", Role::Instructor).await;
        for page in &pages {
            assert_eq!(foreign.get(page).await.status, StatusCode::NOT_FOUND, "{page}");
            assert_eq!(ada.get(page).await.status, StatusCode::FORBIDDEN, "{page}");
        }
        for path in graders.iter().chain(&authors) {
            assert_eq!(foreign.post(path, &bad).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(foreign.enrols(&class, "fay@example.org", "enrol").await.status, StatusCode::NOT_FOUND);
        // Somebody who does not take the course has no page in it.
        let stranger = app.person("Sam", Role::Learner).await;
        let page = format!("{TEACH}/learners/{}", stranger.person.unwrap());
        assert_eq!(staff[0].get(&page).await.status, StatusCode::NOT_FOUND);
        assert_eq!(stranger.get(&format!("{COURSE}/grades")).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn accommodations_are_granted_to_people_of_ones_courses_and_only_raised(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, class) = class(app).await;
        app.person("Ada", Role::Learner).await;
        app.person("Bob", Role::Learner).await;
        ivy.enrols(&class, "ada@example.org", "enrol").await;
        let (fay, rita) = (app.person("Fay", Role::Instructor).await, app.person("Rita", Role::Admin).await);
        let (gus, vera) = (app.person("Gus", Role::Instructor).await, app.person("Vera", Role::Instructor).await);
        for (person, role) in [(&ivy, "owner"), (&gus, "grader"), (&vera, "viewer")] {
            sqlx::query("INSERT INTO course_staff (course_slug, person_id, role, added_at) VALUES ('ai-foundation-models', $1, $2, now())")
                .bind(person.person.unwrap().0)
                .bind(role)
                .execute(&app.pool)
                .await
                .unwrap();
        }
        let grant = async |actor: &Actor<'_>, name: &str, factor: &str| {
            let email = format!("{name}@example.org");
            let form =
                [("email", email.as_str()), ("time_factor", factor), ("extra_attempts", "0"), ("break_minutes", "0")];
            app.clock.advance(Duration::seconds(1));
            let seen = actor.post("/teach/accommodations", &form).await;
            (seen.status.as_u16(), seen.all("main").join("").replace(&email, "…"))
        };
        // Whoever is in none of their courses is as unknown to them as nobody.
        let nobody = grant(&fay, "nobody", "2").await;
        assert!(nobody.0 == 422 && nobody.1.contains("Nobody of your courses has the address …"), "{nobody:?}");
        for stranger in [grant(&fay, "ada", "2").await, grant(&vera, "ada", "2").await, grant(&ivy, "bob", "2").await] {
            assert_eq!(stranger, nobody);
        }
        assert_eq!(grant(&gus, "ada", "1.5").await.0, 303);
        assert_eq!(grant(&rita, "ada", "2").await.0, 303);
        assert_eq!(grant(&rita, "bob", "3").await.0, 303);
        let lists = async |actor: &Actor<'_>| {
            let text = actor.get("/teach/accommodations").await.text();
            (text.contains("ada@example.org"), text.contains("bob@example.org"))
        };
        assert_eq!((lists(&rita).await, lists(&gus).await), ((true, true), (true, false)));
        assert_eq!((lists(&fay).await, lists(&vera).await), ((false, false), (false, false)));
        // What somebody else gave is raised and not lowered, not by way of more either.
        let less = grant(&ivy, "ada", "1").await;
        assert!(less.0 == 409 && less.1.contains("Only an administrator can reduce it."), "{less:?}");
        assert_eq!(grant(&ivy, "ada", "2.5").await.0, 303);
        assert_eq!(grant(&ivy, "ada", "1.9").await.0, 409);
        assert_eq!(grant(&ivy, "ada", "2").await.0, 303);
        assert_eq!(grant(&rita, "ada", "1").await.0, 303);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn scores_of_another_courses_exercise_stay_with_its_staff(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, ada, _bob) = graded_class(app).await;
        let learner = format!("{TEACH}/learners/{}", ada.person.unwrap());
        let pages = [format!("{TEACH}/gradebook"), format!("{TEACH}/gradebook.csv"), learner.clone()];
        assert!(ivy.get(&learner).await.text().contains("=model.onnx"), "an exercise from files is every instructor's");
        let olga = app.person("Olga", Role::Instructor).await;
        sqlx::query(
            "INSERT INTO course_staff (course_slug, person_id, role, added_at) VALUES ('other', $1, 'owner', now())",
        )
        .bind(olga.person.unwrap().0)
        .execute(&app.pool)
        .await
        .unwrap();
        sqlx::query("UPDATE exercises SET course_slug = 'other' WHERE slug = 'mnist-digits'")
            .execute(&app.pool)
            .await
            .unwrap();
        for page in &pages {
            let text = ivy.get(page).await.text();
            for told in ["99.00", "90.00", "79.20", "89.10", "=model.onnx"] {
                assert!(!text.contains(told), "{page} tells {told}: {text}");
            }
        }
        let items = ivy.get(&learner).await.all("[aria-labelledby=items] tbody tr");
        assert!(items.iter().any(|row| row.contains("✓ passed scores are for the staff")), "{items:?}");
        // Whoever has a part in both sees both.
        let root = app.person("Root", Role::Admin).await;
        assert!(root.get(&learner).await.text().contains("=model.onnx"));
        assert!(olga.get(&learner).await.text().contains("99.00 %"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn nobody_decides_about_their_own_grades(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, class) = class(app).await;
        let root = app.person("Root", Role::Admin).await;
        ivy.enrols(&class, "ivy@example.org\nroot@example.org", "enrol").await;
        ivy.sets_due(&class, "quiz:background", "2026-11-30T18:00", ("free", "0")).await.location();
        let item = ("item", "quiz:background");
        let grade = [item, ("percent", "100"), ("reason", "Well done.")];
        let longer = [item, ("until", "2026-12-02T18:00"), ("reason", "More time.")];
        for (actor, other) in [(&ivy, &root), (&root, &ivy)] {
            let page = |of: &Actor<'_>| format!("{TEACH}/learners/{}", of.person.unwrap());
            for (change, form) in [("adjust", grade), ("extend", longer)] {
                let own = actor.post(&format!("{}/{change}", page(actor)), &form).await;
                assert_eq!(own.status, StatusCode::CONFLICT, "{change}");
                assert!(own.text().contains("nobody decides about their own"), "{}", own.text());
                actor.post(&format!("{}/{change}", page(other)), &form).await.location();
            }
            assert!(actor.get(&page(actor)).await.all("#percent").is_empty(), "nothing to fill in on one's own page");
            assert_eq!(actor.get(&page(other)).await.all("#percent").len(), 1);
        }
    })
    .await;
}
