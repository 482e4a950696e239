//! Rows that other rooms would have written on the way to a certificate.

use std::fmt::Display;

use assay::certificates::credential::Issuer;
use assay::certificates::issue::{Progress, issue_if_earned, progress};
use assay::certificates::{Named, Requirements, Stored, register};
use assay::clock::Clock as _;
use assay::courses::Course;
use assay::ids::{CertificateId, GradingId, QuizAttemptId, RunId, SubmissionId};
use assay::messages::Bilingual;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::app::{Actor, TestApp};
use crate::courses::install_own;

pub const COURSE: &str = "ai-foundation-models";
pub const EXERCISE: &str = "mnist-digits";
/// The SHA-256 of "model".
const DIGEST: &str = "9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4";

pub fn both(en: &str, zh: &str) -> Bilingual {
    Bilingual { en: en.to_owned(), zh: zh.to_owned() }
}

/// A course that asks for two quizzes and one exercise.
pub fn course(version: &str) -> Requirements {
    let module = |slug: &str, title| Named { slug: slug.parse().unwrap(), title };
    Requirements {
        course: COURSE.parse().unwrap(),
        course_title: both("AI foundation models", "人工智能基础模型"),
        version: version.to_owned(),
        edition: "1.0".to_owned(),
        title: both("AI foundation models: course completion", "人工智能基础模型：结业证书"),
        statement: both("Trains and judges a small neural network.", "能训练并评判小型神经网络。"),
        modules: vec![module("learning", both("Learning", "学习")), module("digits", both("Digits", "数字"))],
        exercises: vec![EXERCISE.parse().unwrap()],
        valid_months: 24,
        signatory: None,
    }
}

async fn run(conn: &mut PgConnection, sql: &'static str, binds: &[&(dyn Display + Sync)]) {
    // Texts only: the statements cast them, which keeps these rows short to write.
    let mut query = sqlx::query(sql);
    for bind in binds {
        query = query.bind(bind.to_string());
    }
    query.execute(conn).await.unwrap();
}

/// A course and an exercise, as loading would have left them, without lessons, questions and data.
pub async fn loaded(app: &TestApp) {
    let text = both("AI foundation models", "人工智能基础模型");
    let course = Course {
        slug: COURSE.parse().unwrap(),
        edition: "1.0".to_owned(),
        title: text.clone(),
        summary: text.clone(),
        level: text,
        hours: 6,
        languages: Vec::new(),
        modules: Vec::new(),
        certificate: None,
    };
    let definition = serde_json::to_string(&course).unwrap();
    let (now, mut conn) = (app.clock.now(), app.pool.acquire().await.unwrap());
    run(
        &mut conn,
        "INSERT INTO course_versions (version, slug, definition, loaded_at)
         VALUES ($4, $1, $2::jsonb, $3::timestamptz)",
        &[&COURSE, &definition, &now, &DIGEST],
    )
    .await;
    run(
        &mut conn,
        "INSERT INTO courses (slug, version, course, updated_at) VALUES ($1, $4, $2::jsonb, $3::timestamptz)",
        &[&COURSE, &definition, &now, &DIGEST],
    )
    .await;
    exercise_loaded(app).await;
}

/// The courses of this repository, and the exercise.
pub async fn truly_loaded(app: &TestApp) {
    install_own(app).await;
    exercise_loaded(app).await;
}

async fn exercise_loaded(app: &TestApp) {
    let mut conn = app.pool.acquire().await.unwrap();
    let conn = &mut *conn;
    let (now, manifest) = (app.clock.now(), r#"{"title":{"en":"Handwritten digits","zh":"手写数字"}}"#);
    run(
        conn,
        "INSERT INTO exercise_versions (version, slug, manifest, loaded_at)
         VALUES ('e1', $1, $2::jsonb, $3::timestamptz)",
        &[&EXERCISE, &manifest, &now],
    )
    .await;
    run(
        conn,
        "INSERT INTO exercises (slug, version, texts, updated_at) VALUES ($1, 'e1', $2::jsonb, $3::timestamptz)",
        &[&EXERCISE, &manifest, &now],
    )
    .await;
}

/// `who` passes the quiz of `module`.
pub async fn passes_quiz(conn: &mut PgConnection, who: &Actor<'_>, module: &str, now: DateTime<Utc>) {
    let (person, attempt) = (who.person.unwrap(), QuizAttemptId::new(now));
    run(conn, "INSERT INTO quiz_attempts (id, person_id, course_slug, course_version, module, paper, answers, started_at, finished_at, points, max_points, passed, pass) SELECT $1::uuid, $2::uuid, slug, version, $4, '{}', '{}', $5::timestamptz, $5::timestamptz, 4, 5, true, 0.8
         FROM courses WHERE slug = $3", &[&attempt, &person, &COURSE, &module, &now]).await;
    run(conn, "INSERT INTO module_completions (person_id, course_slug, module, quiz_attempt_id, completed_at) VALUES ($1::uuid, $2, $3, $4::uuid, $5::timestamptz)", &[&person, &COURSE, &module, &attempt, &now]).await;
}

/// `who`'s submission is graded: `verdict` with `score`.
pub async fn is_graded(conn: &mut PgConnection, who: &Actor<'_>, verdict: &str, score: f64, now: DateTime<Utc>) {
    let (person, submission, grading, lease) =
        (who.person.unwrap(), SubmissionId::new(now), GradingId::new(now), RunId::new(now));
    let report =
        format!(r#"{{"evaluation":{{"metric":"accuracy","pass_mark":0.975,"distinction":{}}}}}"#, score >= 0.988);
    run(conn, "INSERT INTO submissions (id, person_id, exercise_slug, exercise_version, number, model_sha256, model_bytes, file_name, scale, note, source, context, created_at) SELECT $1::uuid, $2::uuid, $3, 'e1', 1 + count(*), decode($4, 'hex'), 1, 'm.onnx', '', '', 'web', '{\"kind\":\"practice\"}', $5::timestamptz FROM submissions", &[&submission, &person, &EXERCISE, &DIGEST, &now]).await;
    run(conn, "INSERT INTO grading_runs (id, submission_id, number, lease_token, worker, state, started_at, heartbeat_at, finished_at) VALUES ($1::uuid, $2::uuid, 1, $1::uuid, 'w', 'done', $3::timestamptz, $3::timestamptz, $3::timestamptz)", &[&lease, &submission, &now]).await;
    run(conn, "INSERT INTO gradings (id, run_id, submission_id, exercise_version, grader_version, verdict, score, counts, report, created_at) VALUES ($1::uuid, $2::uuid, $3::uuid, 'e1', '1+onnxruntime-1.31.1', $4, $5::float8, true, $6::jsonb, $7::timestamptz)", &[&grading, &lease, &submission, &verdict, &score, &report, &now]).await;
    run(conn, "INSERT INTO publications (submission_id, exercise_version, grading_id, published_at) VALUES ($1::uuid, 'e1', $2::uuid, $3::timestamptz)", &[&submission, &grading, &now]).await;
}

/// `who` confirms the name for certificates.
pub async fn confirms_name(conn: &mut PgConnection, who: &Actor<'_>, name: &str, now: DateTime<Utc>) {
    run(
        conn,
        "UPDATE people SET certificate_name = $2, certificate_name_confirmed_at = $3::timestamptz WHERE id = $1::uuid",
        &[&who.person.unwrap(), &name, &now],
    )
    .await;
}

pub fn issuer(app: &TestApp) -> Issuer {
    Issuer::from_config(&app.state.config)
}

/// Asks for the certificate in the transaction of `conn`.
pub async fn issue(app: &TestApp, conn: &mut PgConnection, who: &Actor<'_>, version: &str) -> Option<CertificateId> {
    let now = app.clock.now();
    issue_if_earned(conn, &app.state.keys, &issuer(app), who.person.unwrap(), &course(version), now).await.unwrap()
}

pub async fn progress_of(app: &TestApp, who: &Actor<'_>) -> Progress {
    let mut conn = app.pool.acquire().await.unwrap();
    progress(&mut conn, who.person.unwrap(), &course("v1"), app.clock.now()).await.unwrap()
}

/// `who` does everything that the course asks for and gets the certificate.
pub async fn earns(app: &TestApp, who: &Actor<'_>) -> Stored {
    let now = app.clock.now();
    let mut tx = app.pool.begin().await.unwrap();
    for module in ["learning", "digits"] {
        passes_quiz(&mut tx, who, module, now).await;
    }
    is_graded(&mut tx, who, "passed", 0.9859, now).await;
    confirms_name(&mut tx, who, "Ada Lovelace", now).await;
    let id = issue(app, &mut tx, who, "v1").await.expect("everything is done");
    tx.commit().await.unwrap();
    register::by_id(&app.pool, id).await.unwrap().unwrap()
}

/// Somebody with the database's password changes a row behind our back.
pub async fn tamper(app: &TestApp, id: CertificateId, change: &str) {
    let mut tx = app.pool.begin().await.unwrap();
    for sql in [
        "ALTER TABLE certificates DISABLE TRIGGER certificates_are_immutable".to_owned(),
        "ALTER TABLE certificates DROP CONSTRAINT IF EXISTS certificates_key_id_fkey".to_owned(),
        format!("UPDATE certificates SET {change} WHERE id = '{}'", id.0),
        "ALTER TABLE certificates ENABLE TRIGGER certificates_are_immutable".to_owned(),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
}
