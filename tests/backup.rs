//! A backup restored into an empty place is the same installation; a damaged one, or a place in use, is refused.

#![cfg(test)]

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use assay::certificates::credential::Issuer;
use assay::certificates::issue::issue_if_earned;
use assay::certificates::{Named, Requirements, register, verification};
use assay::cli::installation::{Access, Installation};
use assay::cli::{backup, restore};
use assay::clock::{Clock as _, SystemClock};
use assay::config::Config;
use assay::ids::CertificateId;
use assay::messages::Bilingual;
use bytes::Bytes;
use confique::Config as _;
use tempfile::TempDir;

/// An empty installation with an embedded server of its own.
async fn installation(place: &TempDir) -> Installation {
    let mut config = Config::builder().load().unwrap();
    config.data = Some(place.path().to_owned());
    Installation::open(config, Access::Alone).await.unwrap()
}

/// One that has a person, a certificate, a stored file and a key.
async fn lived_in(place: &TempDir) -> Installation {
    let installation = installation(place).await;
    installation.migrate().await.unwrap();
    let samples = ["0001_people", "0002_sessions", "0003_mail_and_audit", "0004_exercises", "0005_submissions"];
    for rows in samples.into_iter().chain(["0006_grading", "0007_courses"]) {
        let path = format!("{}/tests/data/migrations/{rows}.sql", env!("CARGO_MANIFEST_DIR"));
        let rows = std::fs::read_to_string(path).unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(rows)).execute(&installation.pool).await.unwrap();
    }
    installation.blobs.put(Bytes::from_static(b"a model")).await.unwrap();
    installation
}

/// A certificate for Ada of a course that asks for the one quiz she has passed.
async fn issue(installation: &Installation) -> CertificateId {
    let both = |text: &str| Bilingual { en: text.to_owned(), zh: text.to_owned() };
    let course = Requirements {
        course: "ai-foundation-models".parse().unwrap(),
        course_title: both("First steps"),
        version: "1".to_owned(),
        edition: "1.0".to_owned(),
        title: both("First steps: course completion"),
        statement: both("Has taken the first steps."),
        modules: vec![Named { slug: "basics".parse().unwrap(), title: both("Basics") }],
        exercises: vec![],
        valid_months: 24,
        signatory: None,
    };
    let name = "UPDATE people SET certificate_name = 'Ada Lovelace', certificate_name_confirmed_at = '2026-11-02Z'
                WHERE email = 'ada@example.org' RETURNING id";
    let mut conn = installation.pool.acquire().await.unwrap();
    let ada = sqlx::query_scalar(name).fetch_one(&mut *conn).await.unwrap();
    let (keys, issuer) = (installation.keys().await.unwrap(), Issuer::from_config(&installation.config));
    issue_if_earned(&mut conn, &keys, &issuer, ada, &course, SystemClock.now()).await.unwrap().unwrap()
}

async fn verdict(installation: &Installation, certificate: CertificateId) -> &'static str {
    let stored = register::by_id(&installation.pool, certificate).await.unwrap().unwrap();
    let keys = register::public_keys(&installation.pool).await.unwrap();
    verification::verify(&stored, &keys, SystemClock.now()).word()
}

async fn people(installation: &Installation) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM people").fetch_one(&installation.pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_restored_into_an_empty_place() {
    let (old, new, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = files.path().join("assay.tar");
    let before = lived_in(&old).await;
    let certificate = issue(&before).await;
    assert_eq!(backup::write(&before, &file).await.unwrap(), []);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(files.path()).unwrap().count(), 1, "nothing else is left beside it");

    let after = installation(&new).await;
    restore::read(&after, &file).await.unwrap();
    assert_eq!(people(&after).await, 3);
    assert_eq!(after.blobs.list().await.unwrap(), before.blobs.list().await.unwrap());
    assert_eq!(verdict(&after, certificate).await, "valid");
    assert_eq!(after.keys().await.unwrap().public(), before.keys().await.unwrap().public());
    let password = |place: &TempDir| std::fs::read_to_string(place.path().join("keys/database-password")).unwrap();
    assert_ne!(password(&old), password(&new));

    let again = restore::read(&after, &file).await.unwrap_err().to_string();
    assert!(again.contains("not empty"), "{again}");
    let twice = backup::write(&before, &file).await.unwrap_err().to_string();
    assert!(twice.contains("exists already"), "{twice}");
    before.close().await.unwrap();
    after.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_is_refused_before_anything_is_touched() {
    let (old, new, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = files.path().join("assay.tar");
    let before = lived_in(&old).await;
    backup::write(&before, &file).await.unwrap();
    before.close().await.unwrap();
    let after = installation(&new).await;
    for (damage, expected) in [(flip as fn(&Path), "is damaged"), (cut, "no manifest"), (swap, "no backup")] {
        let copy = files.path().join("damaged.tar");
        std::fs::copy(&file, &copy).unwrap();
        damage(&copy);
        let refused = format!("{:#}", restore::read(&after, &copy).await.unwrap_err());
        assert!(refused.contains(expected), "{refused}");
    }
    assert_eq!(after.blobs.list().await.unwrap(), []);
    let keys: Vec<_> =
        std::fs::read_dir(new.path().join("keys")).unwrap().map(|key| key.unwrap().file_name()).collect();
    assert_eq!(keys, ["database-password"]);
    after.close().await.unwrap();
}

/// One byte of a stored file.
fn flip(file: &Path) {
    let mut bytes = std::fs::read(file).unwrap();
    let at = bytes.windows(7).position(|part| part == b"a model").unwrap();
    bytes[at] ^= 1;
    std::fs::write(file, bytes).unwrap();
}

/// The end, where the manifest is; at a boundary of tar's records, so that it reads well up to there.
fn cut(file: &Path) {
    let bytes = std::fs::read(file).unwrap();
    let manifest = bytes.windows(13).position(|part| part == b"manifest.json").unwrap();
    std::fs::write(file, &bytes[..manifest]).unwrap();
}

/// Something else altogether.
fn swap(file: &Path) {
    std::fs::write(file, "x".repeat(2000)).unwrap();
}
