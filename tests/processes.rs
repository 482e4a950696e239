//! Real processes and a real kill: a worker dies in the middle of a grading, and another finishes the job.

#![cfg(test)]

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use assay::blobs::Blobs;
use assay::clock::{Clock as _, SystemClock};
use assay::exercises::{self, catalogue, environments};
use assay::grading::script::environment;
use assay::ids::{PersonId, Slug, SubmissionId};
use assay::submissions::{self, Context, Kind, New, Source};
use assay::{db, queue, results};
use sqlx::PgPool;
use tempfile::TempDir;

/// How soon after the kill the job must be finished, with default settings.
const WITHIN: Duration = Duration::from_mins(1);

/// A process that is killed when the test ends, however it ends.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Place {
    folder: TempDir,
    url: String,
    pool: PgPool,
    blobs: Blobs,
}

impl Place {
    /// An installation with the database of this test and the exercises of this repository.
    async fn new(pool: PgPool) -> Self {
        queue::migrate(&pool).await.unwrap();
        let name: String = sqlx::query_scalar("SELECT current_database()").fetch_one(&pool).await.unwrap();
        let server = std::env::var("DATABASE_URL").unwrap();
        let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("blobs")).unwrap();
        let blobs = Blobs::in_folder(&folder.path().join("blobs")).unwrap();
        let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises");
        let exercises = exercises::load_all(&content).unwrap();
        catalogue::install(&pool, &blobs, &exercises, SystemClock.now()).await.unwrap();
        let environments = environments::load_all(&content).unwrap();
        let mut conn = pool.acquire().await.unwrap();
        environments::install(&mut conn, &environments, SystemClock.now()).await.unwrap();
        drop(conn);
        Self { folder, url, pool, blobs }
    }

    /// Makes scripts possible: an environment of the declared name that holds no packages, where every user can enter.
    async fn with_bare_environment(self) -> Self {
        std::fs::set_permissions(self.folder.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
        let root = self.folder.path().join(environments::FOLDER);
        environment::build(&root, "sklearn", &[], &|_| ()).unwrap();
        sqlx::query("UPDATE environments SET definition = jsonb_set(definition, '{packages}', '[]')")
            .execute(&self.pool)
            .await
            .unwrap();
        self
    }

    fn worker(&self, grader: Option<&Path>) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_assay"));
        command.args(["work", "--slots", "1"]).env("DATABASE_URL", &self.url).env("ASSAY_DATA", self.folder.path());
        command.stdout(Stdio::null());
        if let Some(grader) = grader {
            command
                .env("ASSAY_GRADER", grader)
                .env("ASSAY_ONNXRUNTIME", real_grader().with_file_name("libonnxruntime.so"));
        }
        Process(command.spawn().unwrap())
    }

    /// A grader that hangs as long as the file `hold` is there, and is the real one otherwise.
    fn hanging_grader(&self) -> (PathBuf, PathBuf) {
        let (script, hold) = (self.folder.path().join("grader.sh"), self.folder.path().join("hold"));
        let text = format!(
            "#!/bin/sh\n[ -e {} ] && exec /bin/sleep 300\nexec {} \"$@\"\n",
            hold.display(),
            real_grader().display()
        );
        std::fs::write(&script, text).unwrap();
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
        (script, hold)
    }

    async fn submits(&self) -> (PersonId, SubmissionId) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises/hello-onnx/starter/hello.onnx");
        self.submits_file("hello-onnx", (Kind::Model, "hello.onnx"), std::fs::read(file).unwrap()).await
    }

    async fn submits_file(&self, slug: &str, (kind, name): (Kind, &str), bytes: Vec<u8>) -> (PersonId, SubmissionId) {
        let now = SystemClock.now();
        let person = PersonId::new(now);
        sqlx::query("INSERT INTO people (id, email, name, created_at) VALUES ($1, 'ada@example.org', 'Ada', $2)")
            .bind(person.0)
            .bind(now)
            .execute(&self.pool)
            .await
            .unwrap();
        let slug: Slug = slug.parse().unwrap();
        let offer = catalogue::find(&self.pool, &slug).await.unwrap().unwrap();
        let model_bytes = i64::try_from(bytes.len()).unwrap();
        let model = self.blobs.put(bytes.into()).await.unwrap();
        let mut tx = self.pool.begin().await.unwrap();
        let turn = submissions::take_turn(&mut tx, person, &slug).await.unwrap();
        let new = New {
            weights: None,
            person,
            exercise: slug,
            version: offer.version,
            kind,
            model,
            model_bytes,
            file_name: name.to_owned(),
            scale: String::new(),
            note: String::new(),
            source: Source::Api,
            context: Context::Practice,
        };
        let submission = submissions::submit(&mut tx, turn, new, now).await.unwrap();
        tx.commit().await.unwrap();
        (person, submission)
    }

    async fn states(&self) -> Vec<String> {
        sqlx::query_scalar("SELECT state FROM grading_runs ORDER BY number").fetch_all(&self.pool).await.unwrap()
    }

    async fn until(&self, what: &str, within: Duration, holds: impl AsyncFn(&Self) -> bool) -> Duration {
        let start = Instant::now();
        while !holds(self).await {
            assert!(start.elapsed() < within, "{what}: not within {within:?}; runs are {:?}", self.states().await);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        start.elapsed()
    }
}

fn real_grader() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/grader/debug/assay-grader")
}

#[sqlx::test(migrator = "db::MIGRATOR")]
async fn a_worker_killed_in_the_middle_of_a_grading_loses_nothing(pool: PgPool) {
    let place = Place::new(pool).await;
    let (script, hold) = place.hanging_grader();
    let mut doomed = place.worker(Some(&script));
    // It has passed its self-test, with the real grader, when it is registered; from then on the grader hangs.
    let registered = async |place: &Place| {
        let workers: i64 = sqlx::query_scalar("SELECT count(*) FROM graphile_worker._private_workers")
            .fetch_one(&place.pool)
            .await
            .unwrap();
        workers > 0
    };
    place.until("the worker starts", WITHIN, registered).await;
    std::fs::write(&hold, "").unwrap();
    let (person, submission) = place.submits().await;
    place.until("the worker claims the job", WITHIN, async |place| place.states().await == ["running"]).await;

    let _rescuer = place.worker(None);
    tokio::time::sleep(Duration::from_secs(3)).await;
    doomed.0.kill().unwrap();
    doomed.0.wait().unwrap();
    let graded = async |place: &Place| results::published(&place.pool, submission).await.unwrap().is_some();
    let took = place.until("another worker finishes the job", WITHIN, graded).await;
    println!("graded {took:?} after the kill");

    assert_eq!(place.states().await, ["lost", "done"]);
    let slug: Slug = "hello-onnx".parse().unwrap();
    let now = SystemClock.now();
    let allowance = results::attempts::allowance(&place.pool, person, &slug, 20, now).await.unwrap();
    assert_eq!(allowance.used, 1, "two runs, one attempt");
}

/// Processes whose command line holds a text.
fn processes_with(text: &str) -> usize {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = entries.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    lines.filter(|line| String::from_utf8_lossy(line).contains(text)).count()
}

#[sqlx::test(migrator = "db::MIGRATOR")]
async fn a_worker_killed_while_a_script_runs_leaves_nothing_behind_and_the_script_runs_again(pool: PgPool) {
    let place = Place::new(pool).await.with_bare_environment().await;
    let mark = format!("assay-killed-{}", std::process::id());
    // The first run waits for ever, with a daemon that ignores what it can; the second one finds that it may end.
    let source = format!(
        "import os, signal, time\n\
         for s in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT): signal.signal(s, signal.SIG_IGN)\n\
         if not os.fork():\n  os.setsid()\n  if not os.fork():\n    \
         os.execv('/usr/bin/python3', ['python3', '-c', 'import time; time.sleep(600)', '{mark}'])\n\
         print('begun', flush=True)\ntime.sleep(8)\nopen('model.onnx', 'wb').write(b'no model')\n"
    );
    let mut doomed = place.worker(None);
    let (person, submission) = place.submits_file("mnist-train", (Kind::Script, "train.py"), source.into_bytes()).await;
    let runs = async |_: &Place| processes_with(&mark) > 0;
    place.until("the script starts", WITHIN, runs).await;
    doomed.0.kill().unwrap();
    doomed.0.wait().unwrap();
    let gone = async |_: &Place| processes_with(&mark) == 0;
    place.until("everything of the script is gone", Duration::from_secs(10), gone).await;

    let _rescuer = place.worker(None);
    let graded = async |place: &Place| results::published(&place.pool, submission).await.unwrap().is_some();
    place.until("another worker runs it again", Duration::from_mins(2), graded).await;
    assert_eq!(place.states().await, ["lost", "done"]);
    let published = results::published(&place.pool, submission).await.unwrap().unwrap();
    assert_eq!(published.verdict.as_str(), "invalid_model", "{:?}", published.report);
    let slug: Slug = "mnist-train".parse().unwrap();
    let allowance = results::attempts::allowance(&place.pool, person, &slug, 10, SystemClock.now()).await.unwrap();
    assert_eq!(allowance.used, 0, "a lost run is never counted");
}
