//! The ways in: signing up, confirming, signing in and out, resetting a password, one-time links.

use actix_web::http::StatusCode;
use actix_web::test::TestRequest;
use assay::accounts::{Role, first_admin_link};
use assay::clock::Clock as _;
use assay::config::SignUp;
use chrono::Duration;
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;

use crate::app::{Actor, TestApp, story, story_with};
use crate::mail::link_in;

pub const PASSWORD: &str = "gradients all the way down";

/// Signs somebody up on the pages and confirms the address; they are signed in.
pub async fn sign_up<'a>(app: &'a TestApp, name: &str) -> Actor<'a> {
    let email = format!("{}@example.org", name.to_lowercase());
    let actor = app.stranger();
    let form = [("email", email.as_str()), ("name", name), ("password", PASSWORD), ("lang", "en")];
    assert_eq!(actor.post("/sign-up", &form).await.status, StatusCode::OK);
    let link = link_in(&app.last_mail_to(&email).await);
    assert_eq!(actor.post(&link, &[("password", PASSWORD)]).await.location(), "/?notice=welcome");
    actor
}

/// Tries to sign in by the page.
pub async fn sign_in(actor: &Actor<'_>, email: &str, password: &str) -> crate::app::Seen {
    actor.post("/sign-in", &[("email", email), ("password", password)]).await
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn somebody_signs_up_confirms_and_signs_in_again(pool: PgPool) {
    story(pool, async |app| {
        let ada = app.stranger();
        let form = [("email", "Ada@Example.org"), ("name", "Ada"), ("password", PASSWORD), ("lang", "zh")];
        let sent = ada.post("/sign-up", &form).await;
        assert_eq!(sent.one("h1"), "Check your mail");
        let shown = sent.attributes("#mail a", "href");
        let mail = app.last_mail_to("ada@example.org").await;
        assert_eq!(mail.subject, "请确认你在 Assay 的邮箱");
        assert_eq!(shown, [format!("http://localhost:8080{}", link_in(&mail))]);

        let early = sign_in(&ada, "ada@example.org", PASSWORD).await;
        assert_eq!(early.one("h1"), "Check your mail");
        assert!(ada.cookies.borrow().get("assay").is_none());

        let link = link_in(&app.last_mail_to("ada@example.org").await);
        assert_eq!(ada.get(&link).await.one("h1"), "Confirm your e-mail address");
        let wrong = ada.post(&link, &[("password", "some other password")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(ada.post(&link, &[("password", PASSWORD)]).await.location(), "/?notice=welcome");
        assert_eq!(ada.get("/").await.attributes("html", "lang"), ["zh-Hans"]);
        assert_eq!(ada.get(&link).await.status, StatusCode::GONE);

        assert_eq!(ada.post("/sign-out", &[]).await.location(), "/?notice=signed-out");
        let again =
            ada.post("/sign-in", &[("email", " ADA@example.org "), ("password", PASSWORD), ("next", "/courses")]);
        assert_eq!(again.await.location(), "/courses");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_form_with_faults_keeps_what_was_typed_but_no_password(pool: PgPool) {
    story(pool, async |app| {
        let visitor = app.stranger();
        let form = [("email", "not an address"), ("name", "Ada"), ("password", "short")];
        let seen = visitor.post("/sign-up", &form).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(seen.one("title"), "Error: Sign up – Assay");
        let faults = ["Enter an e-mail address like name@example.org.", "Use at least 10 characters."];
        assert_eq!(seen.all("#error-summary li"), faults);
        assert_eq!(seen.attributes("#error-summary a", "href"), ["#email", "#password"]);
        assert_eq!(seen.attributes("#email", "value"), ["not an address"]);
        assert_eq!(seen.attributes("#password", "value"), [""]);
        let chinese = app.stranger().in_chinese().post("/sign-up", &form).await;
        assert_eq!(
            chinese.all("#error-summary li"),
            ["请输入有效的邮箱，例如 name@example.org。", "密码至少需要 10 个字符。"]
        );
        let personal = [("email", "ada.lovelace@example.org"), ("name", "Ada"), ("password", "Ada.Lovelace")];
        let seen = visitor.post("/sign-up", &personal).await;
        assert_eq!(seen.all("#password-fault"), ["Choose a password that is not your e-mail address or your name."]);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn strangers_learn_nothing_about_who_has_an_account(pool: PgPool) {
    let served = |config: &mut assay::config::Config| config.smtp_url = Some("smtp://localhost".to_owned());
    story_with(pool, served, async |app| {
        sign_up(app, "Ada").await;
        let visitor = app.stranger();
        let text = |seen: &crate::app::Seen, email: &str| seen.one("main").replace(email, "");
        let form = |email| [("email", email), ("name", "Eve"), ("password", "my own password"), ("lang", "en")];
        let known = visitor.post("/sign-up", &form("ada@example.org")).await;
        let unknown = visitor.post("/sign-up", &form("eve@example.org")).await;
        assert_eq!(
            (known.status, text(&known, "ada@example.org")),
            (unknown.status, text(&unknown, "eve@example.org"))
        );
        let mail = assay::mail::unsent(&app.pool, "ada@example.org").await.unwrap();
        assert_eq!(mail[0].subject, "You have an account at Assay");
        app.deliver_mail().await;

        let known = visitor.post("/password/forgot", &[("email", "ada@example.org")]).await;
        let unknown = visitor.post("/password/forgot", &[("email", "nobody@example.org")]).await;
        assert_eq!(
            (known.status, text(&known, "ada@example.org")),
            (unknown.status, text(&unknown, "nobody@example.org"))
        );
        app.deliver_mail().await;

        let known = sign_in(&visitor, "ada@example.org", "a wrong password").await;
        let unknown = sign_in(&visitor, "nobody@example.org", "a wrong password").await;
        assert_eq!(known.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!((known.status, text(&known, "")), (unknown.status, text(&unknown, "")));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn nobody_is_led_into_confirming_somebody_elses_password(pool: PgPool) {
    story(pool, async |app| {
        let form =
            |name, password| [("email", "ada@example.org"), ("name", name), ("password", password), ("lang", "en")];
        let (ada, eve) = (app.stranger(), app.stranger());
        ada.post("/sign-up", &form("Ada", PASSWORD)).await;
        let first = link_in(&app.last_mail_to("ada@example.org").await);
        eve.post("/sign-up", &form("Eve", "eve knows this one")).await;
        let second = link_in(&app.last_mail_to("ada@example.org").await);
        assert_eq!(ada.get(&first).await.status, StatusCode::GONE);
        assert_eq!(ada.post(&second, &[("password", PASSWORD)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        // The way out that the page names: a reset confirms the address and leaves Eve's password behind.
        ada.post("/password/forgot", &[("email", "ada@example.org")]).await;
        let reset = link_in(&app.last_mail_to("ada@example.org").await);
        assert_eq!(ada.post(&reset, &[("password", PASSWORD)]).await.location(), "/?notice=password-changed");
        app.deliver_mail().await;
        let refused = sign_in(&eve, "ada@example.org", "eve knows this one").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(eve.get(&second).await.status, StatusCode::GONE);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_reset_sets_the_password_once_and_ends_other_sessions(pool: PgPool) {
    story(pool, async |app| {
        let ada = sign_up(app, "Ada").await;
        let elsewhere = app.stranger();
        elsewhere.post("/password/forgot", &[("email", "ada@example.org")]).await;
        let link = link_in(&app.last_mail_to("ada@example.org").await);
        assert_eq!(elsewhere.post(&link, &[("password", "short")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = elsewhere.post(&link, &[("password", "a new long password")]).await;
        assert_eq!(done.location(), "/?notice=password-changed");
        assert_eq!(app.last_mail_to("ada@example.org").await.subject, "Your password for Assay was changed");
        assert_eq!(elsewhere.post(&link, &[("password", "another password")]).await.status, StatusCode::GONE);
        assert!(ada.get("/settings").await.location().starts_with("/sign-in?next="));
        assert_eq!(elsewhere.get("/settings").await.status, StatusCode::OK);
        assert_eq!(sign_in(&ada, "ada@example.org", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(sign_in(&ada, "ada@example.org", "a new long password").await.location(), "/");

        ada.post("/password/forgot", &[("email", "ada@example.org")]).await;
        let late = link_in(&app.last_mail_to("ada@example.org").await);
        app.clock.advance(Duration::minutes(61));
        assert_eq!(ada.get(&late).await.status, StatusCode::GONE);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn only_a_hash_of_the_session_is_kept_and_each_sign_in_makes_a_new_one(pool: PgPool) {
    story(pool, async |app| {
        let ada = sign_up(app, "Ada").await;
        let key = ada.cookies.borrow()["assay"].clone();
        let stored: Vec<u8> = sqlx::query_scalar("SELECT key_hash FROM sessions").fetch_one(&app.pool).await.unwrap();
        assert_eq!(stored, Sha256::digest(key.as_bytes()).as_slice());
        let dump: String =
            sqlx::query_scalar("SELECT string_agg(s::text, '') FROM sessions s").fetch_one(&app.pool).await.unwrap();
        assert!(!dump.contains(&key));

        let again = sign_in(&ada, "ada@example.org", PASSWORD).await;
        let cookie = again.header("set-cookie");
        for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Secure"), "{cookie}");
        assert_ne!(ada.cookies.borrow()["assay"], key);
        assert_eq!(app.count("SELECT count(*) FROM sessions").await, 1);
        let thief = app.stranger();
        thief.cookies.borrow_mut().insert("assay".to_owned(), key);
        assert!(thief.get("/settings").await.location().starts_with("/sign-in"));

        let key = ada.cookies.borrow()["assay"].clone();
        ada.post("/sign-out", &[]).await;
        assert!(ada.cookies.borrow().get("assay").is_none());
        thief.cookies.borrow_mut().insert("assay".to_owned(), key);
        assert!(thief.get("/settings").await.location().starts_with("/sign-in"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn behind_tls_the_cookie_is_bound_to_the_host(pool: PgPool) {
    let tls = |config: &mut assay::config::Config| config.base_url = "https://assay.example".parse().unwrap();
    story_with(pool, tls, async |app| {
        let admin = app.stranger();
        let link = first_admin_link(&app.pool, &app.state.config, app.clock.now()).await.unwrap().unwrap();
        let path = link.strip_prefix("https://assay.example").unwrap();
        let seen = admin.post(path, &[]).await;
        assert!(seen.header("set-cookie").starts_with("__Host-assay="));
        assert!(seen.header("set-cookie").contains("Secure"));
        // No trial here: the page says that the message waits, and shows none of it.
        let sent = app.stranger().post("/password/forgot", &[("email", "admin@localhost")]).await;
        assert!(sent.all("#mail").is_empty());
        assert!(sent.one("main").contains("has no mail server"), "{}", sent.text());
        app.deliver_mail().await;
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_trial_shows_mail_to_this_machine_only(pool: PgPool) {
    story(pool, async |app| {
        sign_up(app, "Ada").await;
        let request = TestRequest::post().uri("/password/forgot").insert_header(("sec-fetch-site", "same-origin"));
        let seen = app.stranger().send_from("192.0.2.7", request.set_form([("email", "ada@example.org")])).await;
        assert!(seen.all("#mail").is_empty());
        assert!(!seen.text().contains("/password/reset/"));
        app.deliver_mail().await;
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_first_administrator_comes_in_by_a_link_and_sets_a_password(pool: PgPool) {
    story(pool, async |app| {
        let link = async || first_admin_link(&app.pool, &app.state.config, app.clock.now()).await.unwrap();
        let old = link().await.unwrap();
        let new = link().await.unwrap();
        let path = |link: &str| link.strip_prefix("http://localhost:8080").unwrap().to_owned();
        let admin = app.stranger();
        assert_eq!(admin.get(&path(&old)).await.status, StatusCode::GONE);
        assert_eq!(admin.get(&path(&new)).await.all("main button"), ["Sign in"]);
        assert!(admin.cookies.borrow().get("assay").is_none());
        assert_eq!(admin.post(&path(&new), &[]).await.location(), "/sign-in/set-up");
        assert_eq!(app.stranger().post(&path(&new), &[]).await.status, StatusCode::GONE);

        let form = [("email", "root@example.org"), ("name", "Rita"), ("password", PASSWORD)];
        assert_eq!(admin.post("/sign-in/set-up", &form).await.location(), "/?notice=welcome");
        assert_eq!(admin.get("/admin/people").await.all("tbody td")[0], "root@example.org");
        assert_eq!(sign_in(&app.stranger(), "root@example.org", PASSWORD).await.location(), "/");
        assert_eq!(link().await, None);
        // A password that is set is changed by its owner only.
        let again = [("email", "x@example.org"), ("name", "X"), ("password", "another password")];
        assert_eq!(admin.post("/sign-in/set-up", &again).await.location(), "/settings/password");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn sign_up_can_be_by_invitation_or_closed(pool: PgPool) {
    let by_invitation = |config: &mut assay::config::Config| config.sign_up = SignUp::Invitation;
    story_with(pool, by_invitation, async |app| {
        let page = app.stranger().get("/sign-up").await;
        assert!(page.one("main").contains("by invitation"));
        assert!(page.all("form[action='/sign-up']").is_empty());
        let form = [("email", "eve@example.org"), ("name", "Eve"), ("password", PASSWORD)];
        assert_eq!(app.stranger().post("/sign-up", &form).await.status, StatusCode::CONFLICT);

        let admin = app.person("Rita", Role::Admin).await;
        let invitation = [("email", "ada@example.org"), ("name", "Ada"), ("role", "instructor"), ("lang", "en")];
        assert_eq!(admin.post("/admin/people/invite", &invitation).await.one("h1"), "Invitation sent");
        let link = link_in(&app.last_mail_to("ada@example.org").await);
        let ada = app.stranger();
        assert_eq!(ada.post(&link, &[]).await.location(), "/sign-in/set-up");
        let form = [("email", "elsewhere@example.org"), ("name", "Ada L."), ("password", PASSWORD)];
        assert_eq!(ada.post("/sign-in/set-up", &form).await.location(), "/?notice=welcome");
        assert_eq!(sign_in(&app.stranger(), "ada@example.org", PASSWORD).await.location(), "/");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn signing_in_leads_to_our_own_pages_only(pool: PgPool) {
    story(pool, async |app| {
        sign_up(app, "Ada").await;
        for next in ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:x"] {
            let form = [("email", "ada@example.org"), ("password", PASSWORD), ("next", next)];
            assert_eq!(app.stranger().post("/sign-in", &form).await.location(), "/", "{next}");
            let back = [("back", next), ("lang", "zh")];
            assert_eq!(app.stranger().post("/display", &back).await.location(), "/", "{next}");
        }
        let asked = app.stranger().get("/settings/tokens?x=1").await;
        let form = app.stranger().get(asked.location()).await;
        assert_eq!(form.attributes("input[name=next]", "value"), ["/settings/tokens?x=1"]);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn mail_leaves_as_text_that_says_its_encoding(pool: PgPool) {
    story(pool, async |app| {
        let form = [("email", "mei@example.org"), ("name", "Mei"), ("password", PASSWORD), ("lang", "zh")];
        assert_eq!(app.stranger().in_chinese().post("/sign-up", &form).await.status, StatusCode::OK);
        app.deliver_mail().await;
        let spool = std::fs::read_dir(app.folder.path().join("mail")).unwrap();
        let files: Vec<_> = spool.map(|entry| entry.unwrap().path()).collect();
        let [file] = files.as_slice() else { panic!("one message: {files:?}") };
        let text = std::fs::read_to_string(file).unwrap();
        assert!(text.contains("To: mei@example.org\r\n"), "{text}");
        assert!(text.contains("Content-Type: text/plain; charset=utf-8\r\n"), "{text}");
        let body: String = sqlx::query_scalar("SELECT body FROM outgoing_mail").fetch_one(&app.pool).await.unwrap();
        assert_eq!(body, "", "what was sent is not kept: it held a one-time link");
    })
    .await;
}
