//! Kills in the middle of an exam: every answer that was acknowledged is there afterwards, and nobody signs in again. And
//! an orderly end, which stays one when connections were lost before.

#![cfg(test)]

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use load::candidate::{self, Plan};
use load::comparison;
use load::http::{Body, Browser};
use load::installation::Installation;
use load::people;
use load::record::{Kind, Record};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

#[path = "../benches/exam/load/mod.rs"]
mod load;

const CANDIDATES: usize = 50;

/// Everybody starts and saves twice a second; in the middle something is killed, and a supervisor sees to the rest.
async fn an_exam_in_which(kill: impl FnOnce(&mut Installation)) {
    let assay = Path::new(env!("CARGO_BIN_EXE_assay"));
    let mut installation = Installation::start(assay, Some(0)).await.unwrap();
    let pool = installation.pool().await.unwrap();
    let people = people::signed_in(&pool, CANDIDATES).await.unwrap();
    let begin = Instant::now();
    let (starts_within, saves_for, change) =
        (Duration::from_secs(3), Duration::from_secs(20), Duration::from_millis(500));
    let plan = Plan { begin, starts_within, saves_for, change };
    let mut all = JoinSet::new();
    for (seed, (person, cookie)) in (0..).zip(people) {
        all.spawn(candidate::take(Browser::new(installation.address, cookie), Record::new(person), plan, seed));
    }
    sleep_until(begin + Duration::from_secs(10)).await;
    let before = installation.server();
    kill(&mut installation);
    installation.until_started_anew(before).await.unwrap();
    let records = all.join_all().await;

    let pool = installation.pool().await.unwrap();
    let compared = comparison::compare(&pool, &records).await.unwrap();
    let count = |kind| records.iter().filter_map(|record| record.times.get(&kind)).map(Vec::len).sum::<usize>();
    let failed: usize = records.iter().flat_map(|record| record.errors.values()).map(Vec::len).sum();
    eprintln!(
        "{} of `{}`, {failed} requests failed meanwhile, the longest wait was {:?}, our own {:?}",
        count(Kind::Save),
        Kind::Save.name(),
        records.iter().map(|record| record.longest_unsent).max(),
        records.iter().flat_map(|record| &record.late).max(),
    );
    assert_eq!(compared.lost, Vec::<String>::new());
    assert!(compared.acknowledged > 5 * CANDIDATES, "{compared:?}");
    assert!(compared.logged >= compared.acknowledged, "{compared:?}");
    assert_eq!(records.iter().map(|record| record.sign_ins).sum::<usize>(), 0, "nobody signs in again");
    assert_eq!((compared.attempts_off, compared.not_handed_in), (0, 0));
    // The control: one row less of what was acknowledged is seen.
    let forgotten = "DELETE FROM exam_answer_log WHERE id = (SELECT max(id) FROM exam_answer_log)";
    sqlx::query(forgotten).execute(&pool).await.unwrap();
    assert_eq!(comparison::compare(&pool, &records).await.unwrap().lost.len(), 1);
}

#[tokio::test]
async fn a_server_killed_in_the_middle_of_an_exam_loses_nothing() {
    an_exam_in_which(|installation| installation.kill_server().unwrap()).await;
}

#[tokio::test]
async fn a_database_killed_in_the_middle_of_an_exam_loses_nothing() {
    an_exam_in_which(|installation| installation.kill_postgres().unwrap()).await;
}

/// The worker's listening connections are lost while pages are served, so that it takes new ones from its pool: had a page
/// opened those, they would end with that page's thread, before the worker does.
#[tokio::test]
async fn a_server_stops_cleanly_also_after_it_lost_connections() {
    let mut installation = Installation::start(Path::new(env!("CARGO_BIN_EXE_assay")), Some(1)).await.unwrap();
    for _ in 0..5 {
        let readers: JoinSet<()> = (0..6).map(|_| read_for_two_seconds(installation.address)).collect();
        let pool = installation.pool().await.unwrap();
        let listening = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                         WHERE pid <> pg_backend_pid() AND query ILIKE 'listen%'";
        let lost: i64 = sqlx::query_scalar(listening).fetch_one(&pool).await.unwrap();
        assert!(lost > 0);
        readers.join_all().await;
        pool.close().await;
        installation.stop_server().await.unwrap();
        installation.until_ready().await.unwrap();
    }
}

async fn read_for_two_seconds(address: SocketAddr) {
    let end = Instant::now() + Duration::from_secs(2);
    let mut browser = Browser::new(address, String::new());
    while Instant::now() < end {
        browser.send("/exercises", Body::None).await.unwrap();
    }
}
