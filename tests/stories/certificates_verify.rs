//! Verifying a certificate: by anybody, with or without a connection, whatever was done to it.

use actix_web::test::TestRequest;
use assay::accounts::Role;
use assay::certificates::Stored;
use assay::cli::verify::{self, Report};
use assay::clock::Clock as _;
use chrono::{DateTime, Duration, Utc};
use sqlx::PgPool;

use crate::app::{Actor, Seen, TestApp, story};
use crate::certificates_rows::{earns, loaded, tamper};

/// An installation on which Ada has earned a certificate.
async fn with_certificate(app: &TestApp) -> Stored {
    loaded(app).await;
    earns(app, &app.person("Ada", Role::Learner).await).await
}

pub async fn uploads(who: &Actor<'_>, file: &[u8]) -> Seen {
    let mut body = b"--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"c.json\"\r\n\r\n".to_vec();
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let request = TestRequest::post().uri("/verify").insert_header(("sec-fetch-site", "same-origin"));
    who.send(request.insert_header(("content-type", "multipart/form-data; boundary=x")).set_payload(body)).await
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_stranger_types_the_number_and_sees_every_fact(pool: PgPool) {
    story(pool, async |app| {
        let stored = with_certificate(app).await;
        let stranger = app.stranger();
        let sloppy = stored.code.to_lowercase().replace('-', "+");
        let path = stranger.get(&format!("/verify?code={sloppy}")).await.location().to_owned();
        assert_eq!(path, format!("/verify/{}", stored.code));
        let seen = stranger.get(&path).await;
        assert_eq!((seen.status.as_u16(), seen.one("h1").as_str()), (200, "Valid"));
        assert_eq!(seen.all(".checks .passed").len(), 5);
        assert!(seen.one("#verdict time").starts_with("Checked 23 Nov 2026 09:00 (UTC)"));
        let page = seen.one("main");
        for fact in [
            "Ada Lovelace",
            "AI foundation models",
            "edition 1.0",
            "Quiz: Digits",
            "4 of 5 points",
            "98.59 %",
            "97.50 %",
            "1+onnxruntime-1.31.1",
            "9372c470eeadd5ec",
            &stored.code,
            &format!("urn:uuid:{}", stored.id),
            &app.state.keys.public().to_string(),
            "did:web:localhost%3A8080",
            "Nobody watched",
        ] {
            assert!(page.contains(fact), "{fact} is missing");
        }
        assert!(page.contains(std::str::from_utf8(&stored.payload).unwrap()), "the signed text is shown exactly");
        let chinese = app.stranger().in_chinese().get(&path).await;
        assert_eq!(chinese.one("h1"), "有效");
        assert!(chinese.one("article h2").contains("结业证书"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn programs_get_the_same_as_json(pool: PgPool) {
    story(pool, async |app| {
        let stored = with_certificate(app).await;
        let stranger = app.stranger();
        let by_suffix = stranger.get(&format!("/verify/{}.json", stored.code)).await.json();
        let request = TestRequest::get().uri(&format!("/verify/{}", stored.code));
        let by_header = stranger.send(request.insert_header(("accept", "application/json"))).await.json();
        assert_eq!(by_suffix, by_header);
        assert_eq!((&by_suffix["result"], &by_suffix["revoked"]), (&"valid".into(), &serde_json::Value::Null));
        assert_eq!(by_suffix["certificate"]["holder"]["name"], "Ada Lovelace");
        assert_eq!(by_suffix["checks"].as_array().unwrap().len(), 5);
        let missing = stranger.get("/verify/AS-0123-4567-89AM.json").await;
        assert_eq!((missing.status.as_u16(), &missing.json()["result"]), (404, &"not-found".into()));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn an_unknown_number_is_not_found_and_a_slip_is_named_before_looking(pool: PgPool) {
    story(pool, async |app| {
        let stored = with_certificate(app).await;
        let stranger = app.stranger();
        for unknown in ["AS-0123-4567-89AM", "AS-0123-4567-89AN", "nonsense"] {
            let seen = stranger.get(&format!("/verify/{unknown}")).await;
            assert_eq!((seen.status.as_u16(), seen.one("h1").as_str()), (404, "Not found"));
            assert!(!seen.text().contains(&stored.code), "no near matches");
            assert!(seen.all(".checks").is_empty());
        }
        for (typed, fault) in [("AS-0123-4567-89AN", "slip"), ("hello", "has the form"), ("+", "Enter")] {
            let seen = stranger.get(&format!("/verify?code={typed}")).await;
            assert_eq!(seen.status, 422);
            assert!(seen.one("#code-fault").contains(fault), "{typed}: {}", seen.one("#code-fault"));
        }
        assert_eq!(stranger.get("/verify").await.status, 200);
        assert_eq!(stranger.get("/verify/AS-0123-4567-89AM/certificate.json").await.status, 404);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn time_and_the_issuer_end_a_certificate(pool: PgPool) {
    story(pool, async |app| {
        let stored = with_certificate(app).await;
        let path = format!("/verify/{}", stored.code);
        app.clock.advance(Duration::days(731));
        let expired = app.stranger().get(&path).await;
        assert_eq!(expired.one("h1"), "Expired");
        assert!(expired.one(".checks .failed").contains("It has not expired"));
        assert_eq!(expired.one(".certificate-name"), "Ada Lovelace", "what was true stays readable");

        let admin = app.person("Root", Role::Admin).await;
        let revoke = format!("/admin/certificates/{}/revoke", stored.id);
        assert!(admin.get("/admin/certificates?q=lovelace&standing=expired").await.one("tbody").contains(&stored.code));
        assert!(admin.get("/admin/certificates?q=lovelace&standing=valid").await.all("tbody").is_empty());
        assert!(admin.get("/admin/certificates?q=%25").await.all("tbody").is_empty());
        assert_eq!(admin.get(&revoke).await.one("h1"), format!("Revoke certificate {}", stored.code));
        let without = admin.post(&revoke, &[("reason", "  ")]).await;
        assert_eq!(without.status, 422);
        assert!(without.one("#reason-fault").contains("Give the reason"));
        let done = admin.post(&revoke, &[("reason", "The model <b>was</b> copied.")]).await;
        assert!(admin.get(done.location()).await.one(".notice.success").contains("revoked"));
        assert_eq!(admin.post(&revoke, &[("reason", "again")]).await.status, 409);
        assert_eq!(admin.get(&revoke).await.status, 409);

        let revoked = app.stranger().get(&path).await;
        assert_eq!(revoked.one("h1"), "Revoked");
        assert!(revoked.one("#verdict").contains("The model <b>was</b> copied."));
        assert_eq!(revoked.all(".checks .failed").len(), 2);
        let audited: (String, serde_json::Value) =
            sqlx::query_as("SELECT object, detail FROM audit_log").fetch_one(&app.pool).await.unwrap();
        assert_eq!((audited.0, &audited.1["reason"]), (stored.id.to_string(), &"The model <b>was</b> copied.".into()));
        let learner = app.person("Eve", Role::Learner).await;
        assert_eq!(learner.get("/admin/certificates").await.status, 403);
        assert_eq!(learner.post(&revoke, &[("reason", "envy")]).await.status, 403);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn whatever_is_altered_shows_only_that_it_does_not_match(pool: PgPool) {
    story(pool, async |app| {
        let stored = with_certificate(app).await;
        let whole = format!(
            "payload = '\\x{}', holder_name = 'Ada Lovelace', key_id = '{}'",
            hex(&stored.payload),
            stored.key_id
        );
        let other = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
        for change in [
            "payload = replace(convert_from(payload, 'UTF8'), '0.9859', '0.9959')::bytea".to_owned(),
            "payload = payload || ' '::bytea".to_owned(),
            "holder_name = 'Eve'".to_owned(),
            format!("key_id = '{other}'"),
            "expires_at = expires_at + interval '1 year'".to_owned(),
            "signature = set_byte(signature, 0, get_byte(signature, 0) # 1)".to_owned(),
        ] {
            tamper(app, stored.id, &change).await;
            let seen = app.stranger().get(&format!("/verify/{}", stored.code)).await;
            assert_eq!(seen.one("h1"), "Does not match", "{change}");
            let page = seen.one("main");
            assert!(!page.contains("Ada") && !page.contains("Eve") && seen.all(".checks").is_empty(), "{change}");
            let json = app.stranger().get(&format!("/verify/{}.json", stored.code)).await.json();
            assert_eq!((&json["result"], json["certificate"].is_null()), (&"does-not-match".into(), true));
            assert_eq!(app.stranger().get(&format!("/verify/{}/certificate.json", stored.code)).await.status, 409);
            tamper(
                app,
                stored.id,
                &format!("{whole}, expires_at = '{}', signature = '\\x{}'", stored.expires_at, hex(&stored.signature)),
            )
            .await;
        }
        assert_eq!(app.stranger().get(&format!("/verify/{}", stored.code)).await.one("h1"), "Valid");
    })
    .await;
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_signed_file_can_be_uploaded(pool: PgPool) {
    story(pool, async |app| {
        let stored = with_certificate(app).await;
        let stranger = app.stranger();
        let file = stranger.get(&format!("/verify/{}/certificate.json", stored.code)).await;
        assert!(file.header("content-disposition").contains(&stored.code));
        let good = uploads(&stranger, &file.bytes).await;
        assert_eq!((good.one("h1").as_str(), good.all(".checks .passed").len()), ("Valid", 6));
        let forged = file.text().replace("Ada Lovelace", "Eve Lovelace");
        let bad = uploads(&stranger, forged.as_bytes()).await;
        assert_eq!(bad.one("h1"), "Does not match");
        assert!(!bad.text().contains("Lovelace"));
        let large = vec![b' '; 300_000];
        for (file, fault) in [(&b"{}"[..], "not the signed file"), (b"", "Choose"), (&large, "larger")] {
            let seen = uploads(&stranger, file).await;
            assert_eq!(seen.status, 422);
            assert!(seen.one("#file-fault").contains(fault));
        }
    })
    .await;
}

/// Runs `assay verify` on files with these contents.
pub fn verifies(file: &str, issuer: &str, status: Option<&str>, now: DateTime<Utc>) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let issuer =
        if issuer.starts_with("z6Mk") { issuer.to_owned() } else { write("did.json", issuer).display().to_string() };
    let status = status.map(|text| write("status.json", text));
    verify::check(
        &verify::Args { file: write("certificate.json", file), issuer, status, lang: Some("en".to_owned()) },
        now,
    )
}

pub fn result(report: &Report) -> (u8, &str) {
    (report.code, report.result.as_ref().map_or("", |result| result["result"].as_str().unwrap()))
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_downloaded_certificate_verifies_without_a_connection(pool: PgPool) {
    story(pool, async |app| {
        let stored = with_certificate(app).await;
        let stranger = app.stranger();
        let file = stranger.get(&format!("/verify/{}/certificate.json", stored.code)).await.text();
        let issuer = stranger.get("/.well-known/did.json").await.text();
        let key = app.state.keys.public().to_string();
        assert!(issuer.contains(&key));
        let clean = stranger.get("/certificates/status.json").await.text();
        let now = app.clock.now();

        let valid = verifies(&file, &issuer, Some(&clean), now + Duration::days(3));
        assert_eq!(result(&valid), (0, "valid"));
        assert!(valid.sentences[1].contains("3 days old"), "{:?}", valid.sentences);
        assert_eq!(result(&verifies(&file, &key, None, now)), (0, "valid"));
        assert_eq!(result(&verifies(&file, &issuer, None, stored.expires_at)), (1, "expired"));

        let tampered = verifies(&file.replace("0.9859", "0.9959"), &issuer, Some(&clean), now);
        assert_eq!(result(&tampered), (1, "does-not-match"));
        assert!(tampered.result.unwrap()["holder"].is_null(), "nothing of it is repeated");
        let stranger_key = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
        assert_eq!(result(&verifies(&file, stranger_key, None, now)), (1, "does-not-match"));
        let elsewhere = issuer.replace("did:web:localhost%3A8080", "did:web:elsewhere.example");
        assert_eq!(result(&verifies(&file, &elsewhere, None, now)), (1, "does-not-match"));

        let admin = app.person("Root", Role::Admin).await;
        admin.post(&format!("/admin/certificates/{}/revoke", stored.id), &[("reason", "Copied")]).await;
        let revoked = stranger.get("/certificates/status.json").await.text();
        let told = verifies(&file, &issuer, Some(&revoked), now);
        assert_eq!(result(&told), (1, "revoked"));
        assert_eq!(told.result.unwrap()["revocation"]["signed"], true);
        let plain = format!("# revoked\n\n{}\n", stored.code.to_lowercase());
        assert_eq!(result(&verifies(&file, &issuer, Some(&plain), now)), (1, "revoked"));
        let forged = revoked.replace(&stored.id.to_string(), "00000000-0000-4000-8000-000000000000");
        assert_eq!(result(&verifies(&file, &issuer, Some(&forged), now)), (2, ""));
        assert_eq!(result(&verifies("{}", &issuer, None, now)), (2, ""));
        assert_eq!(result(&verifies(&file, "{}", None, now)), (2, ""));
    })
    .await;
}
