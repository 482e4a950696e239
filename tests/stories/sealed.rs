//! Two-file models, archives, the practice sample, sealed scores, private samples: what people see of each.

use std::io::{Cursor, Write as _};

use actix_web::test::TestRequest;
use assay::accounts::Role;
use assay::clock::Clock as _;
use assay::exercises::catalogue::{self, Evaluations};
use assay::exercises::manifest::Sealed;
use assay::exercises::private::{self, AddedFile, PrivateError};
use assay::exercises::{self, Exercise};
use assay::grading::seal::Source;
use chrono::Duration;
use sqlx::PgPool;

use crate::app::{Actor, Seen, TestApp, story};
use crate::submissions::model;

fn test_model(path: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/models/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Sends several files with the form of an exercise's page.
async fn submits_files(actor: &Actor<'_>, exercise: &str, files: &[(&str, &str, &[u8])], scale: &str) -> Seen {
    let mut body = Vec::new();
    for (name, value) in [("scale", "custom"), ("mean_std", scale)] {
        body.extend(format!("--line\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    for (field, name, bytes) in files {
        let head = format!("--line\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n");
        body.extend(head.bytes());
        body.extend_from_slice(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--line--\r\n");
    let request = TestRequest::post()
        .uri(&format!("/exercises/{exercise}/submissions"))
        .insert_header(("sec-fetch-site", "same-origin"))
        .insert_header(("content-type", "multipart/form-data; boundary=line"));
    actor.send(request.set_payload(body)).await
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_model_in_two_files_passes_as_two_files_and_as_an_archive(pool: PgPool) {
    story(pool, async |app| Box::pin(two_files(app)).await).await;
}

async fn two_files(app: &TestApp) {
    app.load_content().await;
    let ada = app.person("Ada", Role::Learner).await;
    let (graph, weights) = (test_model("zoo/torch_dynamo/model.onnx"), test_model("zoo/torch_dynamo/model.onnx.data"));
    let scale = "0.1307,0.3081";
    let both = [("file", "model.onnx", &graph[..]), ("weights", "model.onnx.data", &weights[..])];
    let two = submits_files(&ada, "hello-onnx", &both, scale).await;
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (_, name, bytes) in both {
        archive.start_file(format!("export/{name}"), zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    let archive = archive.finish().unwrap().into_inner();
    let zipped = submits_files(&ada, "hello-onnx", &[("file", "export.zip", &archive)], scale).await;
    let renamed = [("file", "model.onnx", &graph[..]), ("weights", "other.data", &weights[..])];
    let renamed = submits_files(&ada, "hello-onnx", &renamed, scale).await;
    app.run_jobs().await;

    let page = ada.get(two.location()).await;
    assert!(page.one(".sentence").starts_with("Passed."), "{}", page.one("main"));
    assert!(page.text().contains("model.onnx.data"));
    let zipped = ada.get(zipped.location()).await;
    assert_eq!(zipped.one(".sentence"), page.one(".sentence"));
    assert!(zipped.one(".verdict").contains("did not use an attempt"), "the same two files: a repeat");
    let renamed = ada.get(renamed.location()).await.one(".verdict");
    assert!(renamed.contains("model.onnx.data") && renamed.contains("other.data"), "{renamed}");

    let three = [both[0], both[1], ("file", "b.onnx", &graph[..])];
    assert_eq!(submits_files(&ada, "hello-onnx", &three, scale).await.status, 422);
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_sealed_score_is_told_beside_the_open_one_and_decides_with_it(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let id = "01a20000-0000-7000-8000-000000000001".parse().unwrap();
        let ada = app.person_with(id, "Ada", Role::Learner).await;
        let good = ada.submits("mnist-digits", &model("mnist-digits/right/v_flat784.onnx"), &[]).await;
        let lookup = ada.submits("mnist-digits", &test_model("lookup/naive.onnx"), &[]).await;
        app.run_jobs().await;
        let page = ada.get(good.location()).await;
        let verdict = page.one(".verdict");
        assert!(verdict.contains("On variants drawn for you: 93.") && verdict.contains("92.00 %"), "{verdict}");
        assert!(page.one("main").contains("They do not prove that the model would do well on new samples"));
        let page = ada.get(lookup.location()).await;
        assert!(
            page.one(".sentence").starts_with("Not passed yet. 100.00 % of 10,000 images correct"),
            "{}",
            page.one(".sentence")
        );
        assert!(page.one("main").contains("augmentation"));
        let report = ada.get(&format!("{}/report.json", lookup.location())).await.json();
        assert_eq!(
            (report["verdict"].as_str(), report["reason"].as_str()),
            (Some("below_mark"), Some("below_sealed_mark"))
        );
        let exercise = ada.get("/exercises/mnist-digits").await.one(".lead");
        assert!(exercise.contains("sealed mark of 92.00 %"), "{exercise}");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_same_file_is_run_again_for_another_learner_and_not_for_the_same(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let file = model("mnist-digits/wrong/sklearn_logreg_double.onnx");
        let (ada, bea) = (app.person("Ada", Role::Learner).await, app.person("Bea", Role::Learner).await);
        let mut sent = Vec::new();
        for learner in [&ada, &ada, &bea] {
            sent.push(learner.submits("mnist-digits", &file, &[]).await.location().to_owned());
        }
        app.run_jobs().await;
        let report = async |learner: &Actor<'_>, page: &str| learner.get(&format!("{page}/report.json")).await.json();
        let (first, second, other) =
            (report(&ada, &sent[0]).await, report(&ada, &sent[1]).await, report(&bea, &sent[2]).await);
        assert_eq!(first["sealed"]["seal"], second["sealed"]["seal"]);
        assert_ne!(first["sealed"]["seal"], other["sealed"]["seal"]);
        assert_eq!(first["timings_ms"], second["timings_ms"], "answered from the first result");
        assert_ne!(first["timings_ms"], other["timings_ms"], "run for herself");
        assert_eq!(first["evaluation"]["score"], other["evaluation"]["score"]);
        assert_ne!(first["sealed"]["score"], other["sealed"]["score"]);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_mistake_found_in_practice_keeps_the_attempt_until_there_are_too_many(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let ada = app.person("Ada", Role::Learner).await;
        let raw = model("mnist-digits/right/v_float_raw255.onnx");
        let sent = ada.submits("mnist-digits", &raw, &[]).await;
        app.run_jobs().await;
        let page = ada.get(sent.location()).await;
        let verdict = page.one(".verdict");
        assert!(verdict.contains("with the scale \"raw\"") && verdict.contains("did not use an attempt"), "{verdict}");
        assert!(ada.get("/exercises/mnist-digits").await.one(".submit").contains("10 of 10 attempts left"));

        for note in 0..19 {
            // Each is another file to us: a byte of metadata at its end.
            let file = [&raw[..], &[0x72, 0x03, 0x0a, 0x01, b'a' + note]].concat();
            ada.submits("mnist-digits", &file, &[]).await.location();
            app.run_jobs().await;
        }
        let refused = ada.submits("mnist-digits", &raw, &[]).await;
        assert_eq!(refused.status, 429);
        assert!(refused.one("main").contains("20 of your files were refused"), "{}", refused.one("main"));
        app.clock.advance(Duration::minutes(61));
        ada.submits("mnist-digits", &raw, &[]).await.location();
        app.run_jobs().await;
    })
    .await;
}

/// The digits with a private evaluation in place of variants.
async fn with_private_evaluation(app: &TestApp) -> catalogue::Offer {
    let folder = app.state.config.content_folder().join("exercises/mnist-digits");
    let mut exercise: Exercise = exercises::load(&folder).unwrap();
    exercise.manifest.sealed = Some(Sealed::Private { mark: 0.95 });
    exercise.version = exercise.manifest.version();
    catalogue::install(&app.pool, &app.state.blobs, &[exercise], app.clock.now()).await.unwrap();
    catalogue::find(&app.pool, &"mnist-digits".parse().unwrap()).await.unwrap().unwrap()
}

/// `.npy` files of images and labels.
fn files(images: &[u8], labels: &[u8]) -> Vec<AddedFile> {
    let npy = |shape: &str, data: &[u8]| {
        let header = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}");
        let padded = format!("{header:<117}\n");
        let length = u16::try_from(padded.len()).unwrap().to_le_bytes();
        [b"\x93NUMPY\x01\x00", &length[..], padded.as_bytes(), data].concat()
    };
    let n = labels.len();
    let added = |name: &str, bytes, input| AddedFile { name: name.into(), bytes, input, columns: None };
    vec![
        added("labels.npy", npy(&format!("({n},)"), labels), None),
        added("images.npy", npy(&format!("({n}, 28, 28)"), images), Some("images".to_owned())),
    ]
}

/// Images that nobody has: two test images side by side, each half as wide.
fn unseen(app: &TestApp, n: usize) -> Vec<u8> {
    let folder = app.state.config.content_folder().join("exercises/mnist-digits/data/t10k-images-idx3-ubyte.gz");
    let public = exercises::files::idx::read_gz(&std::fs::read(folder).unwrap(), Some(n + 1)).unwrap().data;
    let half = |image: usize, row: usize| (0..14).map(move |column| image * 784 + row * 28 + column * 2);
    let rows = (0..n).flat_map(|image| (0..28).flat_map(move |row| half(image, row).chain(half(image + 1, row))));
    rows.map(|place| public[place]).collect()
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn private_samples_are_used_refused_where_public_and_never_served(pool: PgPool) {
    story(pool, async |app| {
        let offer = with_private_evaluation(app).await;
        let evaluations = Evaluations::new(app.pool.clone(), app.state.blobs.clone());
        let before = evaluations.get(&offer.version).await.unwrap();
        assert!(before.sealed.is_none(), "none were added yet");

        let path = app.state.config.content_folder().join("exercises/mnist-digits/data/t10k-images-idx3-ubyte.gz");
        let mut public = exercises::files::idx::read_gz(&std::fs::read(path).unwrap(), Some(3)).unwrap().data;
        // The first is changed by two grey levels here and there: still the same picture.
        public.iter_mut().take(784).step_by(3).for_each(|pixel| *pixel = pixel.saturating_add(2));
        let add = async |images: &[u8], labels: &[u8]| {
            private::add(&app.pool, &app.state.blobs, &offer, files(images, labels), app.clock.now()).await
        };
        let refused = add(&public, &[7, 2, 1]).await.unwrap_err();
        assert!(matches!(refused, PrivateError::Duplicates { count: 3, samples: 3, first: 0, .. }), "{refused}");
        assert!(matches!(add(&public[..784], &[11]).await, Err(PrivateError::File(_))), "no such class");

        assert_eq!(add(&unseen(app, 20), &[3; 20]).await.unwrap(), 20);
        let noted: serde_json::Value =
            sqlx::query_scalar("SELECT detail FROM audit_log").fetch_one(&app.pool).await.unwrap();
        assert_eq!((&noted["before"]["set"], &noted["after"]["samples"]), (&serde_json::Value::Null, &20.into()));
        let after = evaluations.get(&offer.version).await.unwrap();
        let sealed = after.sealed.as_ref().unwrap();
        assert!(matches!(&sealed.source, Source::Private { data, .. } if data.truth.len() == 20));

        let ada = app.person("Ada", Role::Learner).await;
        let sent = ada.submits("mnist-digits", &model("mnist-digits/right/v_flat784.onnx"), &[]).await;
        app.run_jobs().await;
        let page = ada.get(sent.location()).await;
        assert!(page.one("main").contains("The score on them is the one that certifies"), "{}", page.one("main"));
        for name in ["images.npy", "labels.npy"] {
            assert_eq!(ada.get(&format!("/exercises/mnist-digits/files/{name}")).await.status, 404, "{name}");
        }
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn an_exercise_of_texts_and_one_of_numbers_are_graded_like_images(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let ada = app.person("Ada", Role::Learner).await;
        let texts = ada.submits("course-questions", &model("course-questions/right/words_logreg.onnx"), &[]).await;
        let table = model("breast-cancer/wrong/neighbours_miss_malignant.onnx");
        let table = ada.submits("breast-cancer", &table, &[]).await;
        app.run_jobs().await;
        let texts = ada.get(texts.location()).await;
        assert!(
            texts.one(".sentence").starts_with("Passed. Accuracy: 91.25 % on 800 samples."),
            "{}",
            texts.one(".sentence")
        );
        let table = ada.get(table.location()).await;
        assert!(
            table.one(".sentence").starts_with("Not passed yet. Balanced accuracy: 94.67 %"),
            "{}",
            table.one(".sentence")
        );
        assert!(table.one("main").contains("Recall of the worst class"));
        assert!(
            ada.get("/exercises/breast-cancer").await.attributes("select#scale", "name").is_empty(),
            "no images, no scale"
        );
    })
    .await;
}
