//! What administrators and operators do with accounts, and what they cannot do.

use actix_web::http::StatusCode;
use argon2::password_hash::PasswordHasher as _;
use assay::accounts::{Role, passwords};
use assay::cli::admin::{self, AdminCommand, RoleName};
use assay::clock::Clock as _;
use sqlx::PgPool;

use crate::app::{Actor, story};
use crate::people::{PASSWORD, sign_in, sign_up};

async fn page_of(admin: &Actor<'_>, name: &str) -> String {
    let found = admin.get(&format!("/admin/people?q={name}")).await.attributes("tbody a", "href");
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    found[0].clone()
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn administrators_find_people_and_set_roles(pool: PgPool) {
    story(pool, async |app| {
        let (rita, ada) = (app.person("Rita", Role::Admin).await, app.person("Ada", Role::Learner).await);
        for number in 0..60 {
            app.person(&format!("Learner{number}"), Role::Learner).await;
        }
        let seen = rita.get("/admin/people").await;
        assert_eq!((seen.all("tbody tr").len(), seen.one("caption").as_str()), (50, "62 accounts"));
        assert_eq!(seen.attributes("a[rel=next]", "href"), ["/admin/people?q=&page=2"]);
        assert_eq!(rita.get("/admin/people?q=&page=2").await.all("tbody tr").len(), 12);
        assert!(rita.get("/admin/people?q=%25").await.one("main").contains("Nobody matches."));

        for stranger in [&ada, &app.person("Ivo", Role::Instructor).await] {
            assert_eq!(stranger.get("/admin/people").await.status, StatusCode::FORBIDDEN);
        }
        let path = page_of(&rita, "ada").await;
        assert_eq!(ada.post(&format!("{path}/role"), &[("role", "admin")]).await.status, StatusCode::FORBIDDEN);
        let done = rita.post(&format!("{path}/role"), &[("role", "instructor")]).await;
        assert_eq!(done.location(), format!("{path}?notice=saved"));
        let entry: (String, serde_json::Value) =
            sqlx::query_as("SELECT action, detail FROM audit_log WHERE actor_id = $1")
                .bind(rita.person.unwrap().0)
                .fetch_one(&app.pool)
                .await
                .unwrap();
        assert_eq!(
            entry,
            (
                "person.set_role".to_owned(),
                serde_json::json!({ "before": { "role": "learner" }, "after": { "role": "instructor" } })
            )
        );
        assert_eq!(rita.get("/admin/people/not-an-id").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_suspended_person_is_out_at_once_and_told_why_at_the_door(pool: PgPool) {
    story(pool, async |app| {
        let (rita, ada) = (app.person("Rita", Role::Admin).await, sign_up(app, "Ada").await);
        let path = page_of(&rita, "ada").await;
        assert_eq!(rita.post(&format!("{path}/suspend"), &[]).await.status, StatusCode::SEE_OTHER);
        assert!(ada.get("/settings").await.location().starts_with("/sign-in"));
        let refused = sign_in(&ada, "ada@example.org", PASSWORD).await;
        assert!(refused.one("#error-summary").contains("has been suspended"));
        let wrong = sign_in(&ada, "ada@example.org", "a wrong password").await;
        assert!(!wrong.text().contains("suspended"));
        ada.post("/password/forgot", &[("email", "ada@example.org")]).await;
        assert!(assay::mail::unsent(&app.pool, "ada@example.org").await.unwrap().is_empty());
        rita.post(&format!("{path}/unsuspend"), &[]).await;
        assert_eq!(sign_in(&ada, "ada@example.org", PASSWORD).await.location(), "/");
        let actions: Vec<String> =
            sqlx::query_scalar("SELECT action FROM audit_log ORDER BY action").fetch_all(&app.pool).await.unwrap();
        assert_eq!(actions, ["person.suspend", "person.unsuspend"]);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_last_administrator_cannot_be_lost(pool: PgPool) {
    story(pool, async |app| {
        let ada = sign_up(app, "Ada").await;
        sqlx::query("UPDATE people SET role = 'admin'").execute(&app.pool).await.unwrap();
        let path = page_of(&ada, "ada").await;
        for attempt in ["role", "suspend"] {
            let refused = ada.post(&format!("{path}/{attempt}"), &[("role", "learner")]).await;
            assert_eq!(refused.status, StatusCode::CONFLICT, "{attempt}");
            assert!(refused.one("#error-summary").contains("last administrator"));
        }
        let refused = ada.post("/settings/delete", &[("password", PASSWORD)]).await;
        assert!(refused.one("#error-summary").contains("last administrator"));
        let command = AdminCommand::SetRole { email: "ada@example.org".parse().unwrap(), role: RoleName::Learner };
        let error =
            admin::run(command, &app.state.config, (&app.pool, &app.state.blobs), app.clock.now()).await.unwrap_err();
        assert!(error.to_string().contains("last administrator"));

        app.person("Rita", Role::Admin).await;
        assert_eq!(ada.post(&format!("{path}/role"), &[("role", "learner")]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(ada.get("/admin/people").await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn operators_make_accounts_on_the_command_line(pool: PgPool) {
    story(pool, async |app| {
        let create = |name: &str| AdminCommand::CreateUser {
            email: "ivo@example.org".parse().unwrap(),
            name: name.to_owned(),
            role: RoleName::Instructor,
            lang: admin::LangName::Zh,
            password_stdin: false,
        };
        let run = async |command| {
            admin::run(command, &app.state.config, (&app.pool, &app.state.blobs), app.clock.now()).await
        };
        run(create("Ivo")).await.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM mail_tokens WHERE purpose = 'sign_in'").await, 1);
        assert_eq!(app.count("SELECT count(email_confirmed_at) FROM people WHERE role = 'instructor'").await, 1);
        assert!(run(create("Ivo")).await.unwrap_err().to_string().contains("already"));
        assert!(run(create("")).await.is_err());
        let promote = AdminCommand::SetRole { email: "ivo@example.org".parse().unwrap(), role: RoleName::Admin };
        run(promote).await.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM audit_log WHERE actor_id IS NULL").await, 2);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn an_old_hash_is_renewed_at_the_next_sign_in(pool: PgPool) {
    story(pool, async |app| {
        let ada = sign_up(app, "Ada").await;
        // The same password under the parameters of an earlier time: 8 MiB, one pass.
        let params = argon2::Params::new(8 * 1024, 1, 1, None).unwrap();
        let old = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
            .hash_password(PASSWORD.as_bytes())
            .unwrap()
            .to_string();
        sqlx::query("UPDATE people SET password_hash = $1").bind(&old).execute(&app.pool).await.unwrap();
        assert_eq!(sign_in(&ada, "ada@example.org", PASSWORD).await.location(), "/");
        let new: String = sqlx::query_scalar("SELECT password_hash FROM people").fetch_one(&app.pool).await.unwrap();
        assert!(!passwords::is_current(&old) && passwords::is_current(&new));
        assert_eq!(sign_in(&ada, "ada@example.org", PASSWORD).await.location(), "/");
    })
    .await;
}
