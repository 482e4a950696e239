//! Every role against every route, and another course's owner against the teaching side; the routes are taken from the app
//! itself, so that none can be forgotten.

use actix_web::http::{Method, StatusCode};
use actix_web::test::TestRequest;
use assay::accounts::Role;
use assay::web::routes::{self, Access};
use sqlx::PgPool;

use crate::app::{Actor, Seen, story};

/// The pattern with something in each place that is well-formed and does not exist.
fn concrete(pattern: &str) -> String {
    let mut path = String::new();
    for part in pattern.split('/').skip(1) {
        path.push('/');
        match part {
            "{id}" | "{attempt}" => path.push_str("0193a000-0000-7000-8000-000000000000"),
            part if part.starts_with('{') => path.push_str("nothing"),
            part => path.push_str(part),
        }
    }
    path
}

async fn tries(actor: &Actor<'_>, method: &Method, path: &str) -> Seen {
    let request =
        TestRequest::default().method(method.clone()).uri(path).insert_header(("sec-fetch-site", "same-origin"));
    let request = request.insert_header(("content-type", "application/x-www-form-urlencoded"));
    actor.send(request).await
}

/// Whether somebody was turned away for who they are, not for what they asked.
fn is_turned_away(seen: &Seen) -> bool {
    let to_sign_in = seen.status == StatusCode::SEE_OTHER && seen.header("location").starts_with("/sign-in?next=");
    to_sign_in || seen.status == StatusCode::FORBIDDEN || seen.status == StatusCode::UNAUTHORIZED
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn each_route_lets_in_whom_it_declares_and_nobody_else(pool: PgPool) {
    story(pool, async |app| {
        let all = routes::all();
        assert!(all.len() > 40, "the table is the app: {}", all.len());
        for route in all {
            let path = concrete(route.path);
            let stranger = tries(&app.stranger(), &route.method, &path).await;
            let name = format!("{} {}", route.method, route.path);
            assert_ne!(stranger.status, StatusCode::INTERNAL_SERVER_ERROR, "{name}");
            assert_eq!(is_turned_away(&stranger), route.access != Access::Public, "a stranger at {name}");
            for role in [Role::Learner, Role::Instructor, Role::Admin] {
                // A fresh person each time: some routes sign out, delete or suspend.
                let actor = app.person(&format!("p{}", uuid()), role).await;
                let seen = tries(&actor, &route.method, &path).await;
                let needed = match route.access {
                    Access::Public | Access::SignedIn => Role::Learner,
                    Access::Instructor => Role::Instructor,
                    Access::Admin => Role::Admin,
                    Access::Token => {
                        assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "a cookie is no token at {name}");
                        continue;
                    }
                };
                assert_eq!(is_turned_away(&seen), role < needed, "{role:?} at {name}: {}", seen.status);
                assert_ne!(seen.status, StatusCode::INTERNAL_SERVER_ERROR, "{role:?} at {name}: {}", seen.text());
            }
        }
        // An administrator has had storage cleaned up.
        app.run_jobs().await;
    })
    .await;
}

fn uuid() -> String {
    assay::ids::lease_token().simple().to_string()
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn each_page_answers_with_security_headers_and_no_other_method(pool: PgPool) {
    story(pool, async |app| {
        for route in routes::all() {
            let seen = tries(&app.stranger(), &route.method, &concrete(route.path)).await;
            let policy = seen.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'"), "{} has {policy:?}", route.path);
            assert_eq!(seen.header("x-content-type-options"), "nosniff", "{}", route.path);
            let wrong = tries(&app.stranger(), &Method::DELETE, &concrete(route.path)).await;
            assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED, "{}", route.path);
        }
    })
    .await;
}

/// The pattern with the course, exercise or exam of these names where it has one.
fn of_course(pattern: &str) -> Option<String> {
    let place = [
        ("/teach/courses/{slug}", "/teach/courses/ai-foundation-models"),
        ("/teach/exercises/{slug}", "/teach/exercises/mnist-digits"),
        ("/teach/exams/{slug}", "/teach/exams/mnist-practitioner"),
    ];
    let (start, real) = place.into_iter().find(|(start, _)| pattern.starts_with(start))?;
    let rest = pattern.strip_prefix(start)?;
    let rest = rest.split('/').map(|part| match part {
        "{id}" | "{attempt}" => "0193a000-0000-7000-8000-000000000000",
        "{module}" => "background",
        "{exam}" => "mnist-practitioner",
        part if part.starts_with('{') => "nothing",
        part => part,
    });
    Some(format!("{real}{}", rest.collect::<Vec<_>>().join("/")))
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_owner_of_another_course_finds_nothing_of_this_one(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        sqlx::query("UPDATE exercises SET course_slug = 'ai-foundation-models' WHERE slug = 'mnist-digits'")
            .execute(&app.pool)
            .await
            .unwrap();
        let (ines, olga) = (app.person("Ines", Role::Instructor).await, app.person("Olga", Role::Instructor).await);
        for (person, course) in [(&ines, "ai-foundation-models"), (&olga, "other")] {
            sqlx::query(
                "INSERT INTO course_staff (course_slug, person_id, role, added_at) VALUES ($1, $2, 'owner', now())",
            )
            .bind(course)
            .bind(person.person.unwrap().0)
            .execute(&app.pool)
            .await
            .unwrap();
        }
        let (mut all, mut found) = (0, 0);
        for route in routes::all() {
            let Some(path) = of_course(route.path) else { continue };
            let name = format!("{} {}", route.method, route.path);
            let foreign = tries(&olga, &route.method, &path).await;
            assert_eq!(foreign.status, StatusCode::NOT_FOUND, "a foreign owner at {name}: {}", foreign.text());
            all += 1;
            if route.method == Method::GET {
                let own = tries(&ines, &route.method, &path).await;
                assert_ne!(own.status, StatusCode::FORBIDDEN, "the owner at {name}");
                found += usize::from(own.status == StatusCode::OK);
            }
        }
        let taught = async |actor: &Actor<'_>| actor.get("/teach").await.attributes("main a", "href");
        let (own, foreign) = (taught(&ines).await, taught(&olga).await);
        for page in ["courses/ai-foundation-models", "exercises/mnist-digits", "exams/mnist-practitioner"] {
            let page = format!("/teach/{page}");
            assert!(own.contains(&page), "the owner begins at {page}: {own:?}");
            assert!(!foreign.contains(&page), "a foreign owner is not led to {page}");
        }
        assert!(all >= 60, "the whole teaching side: {all}");
        assert!(found >= 10, "the control: an owner finds their own pages: {found}");
    })
    .await;
}
