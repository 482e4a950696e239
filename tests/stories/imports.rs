//! Archives that are broken or too large, and clicks that come twice.

use actix_web::http::StatusCode;
use assay::blobs::Sha256;
use sqlx::PgPool;

use crate::app::{Actor, Seen, story};
use crate::exercise_editor::{archive, content, owner};

/// Brings an archive and carries it out; the page of the work that came.
async fn imports(ines: &Actor<'_>, files: &[(&str, &[u8])]) -> String {
    let sent = ines.uploads("/teach/import", ("x.zip", &archive(files)), &[("course", "medicine")]).await;
    let done = ines.post(sent.location(), &[]).await;
    done.location().split('?').next().unwrap().to_owned()
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn data_that_cannot_be_read_are_named_and_can_be_mended(pool: PgPool) {
    story(pool, async |app| {
        let ines = owner(app, "Ines", "medicine").await;
        let good = content("breast-cancer/data/hidden.csv");
        let toml = String::from_utf8(content("breast-cancer/exercise.toml")).unwrap();
        let broken = b"diagnosis\n\xff\xfe\x00,1\n";
        let toml = toml.replace(&Sha256::of(&good).to_string(), &Sha256::of(broken).to_string());
        let public = content("breast-cancer/data/public.csv");
        let files: [(&str, &[u8]); 3] = [
            ("exercises/evil/exercise.toml", toml.as_bytes()),
            ("exercises/evil/data/hidden.csv", broken),
            ("exercises/evil/data/public.csv", &public),
        ];
        let page = imports(&ines, &files).await;
        let seen = ines.get(&page).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
        assert!(seen.text().contains("data/hidden.csv cannot be read as data"), "{}", seen.one("main"));
        let publish = ines.post(&page.replace("/edit", "/publish"), &[]).await;
        assert!(publish.status.is_client_error(), "{}", publish.status);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn what_is_clicked_twice_is_done_once(pool: PgPool) {
    story(pool, async |app| {
        let ines = owner(app, "Ines", "medicine").await;
        let outcomes = |all: [Seen; 3]| {
            let statuses = all.map(|seen| seen.status);
            let done = statuses.iter().filter(|status| **status == StatusCode::SEE_OTHER).count();
            assert!(done == 1 && !statuses.iter().any(StatusCode::is_server_error), "{statuses:?}");
        };
        let form = [("title_en", "Wine"), ("title_zh", "葡萄酒"), ("slug", "wine")];
        let creates = || Box::pin(ines.post("/teach/courses", &form));
        let (one, two, three) = tokio::join!(creates(), creates(), creates());
        outcomes([one, two, three]);
        let toml: (&str, &[u8]) = ("exercises/new-one/exercise.toml", b"format = 1");
        let sent = ines.uploads("/teach/import", ("x.zip", &archive(&[toml])), &[("course", "medicine")]).await;
        let applies = || Box::pin(ines.post(sent.location(), &[]));
        let (one, two, three) = tokio::join!(applies(), applies(), applies());
        outcomes([one, two, three]);
    })
    .await;
}
