//! `assay doctor`: what a start would trip over, as a table.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{bail, ensure};

use super::installation::{Access, Installation};
use super::{backup, serve, work};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::db;
use crate::db::embedded::Programs;
use crate::db::folder::{DataFolder, FolderError};
use crate::exercises::{self, environments};
use crate::grading::{
    self,
    sandbox::{Sandbox, tier},
    script::{ScriptSandbox, Tier, environment},
};

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Good,
    /// Works, but the operator should know.
    Note,
    Bad,
}

/// One line of the table.
#[derive(Debug)]
struct Line {
    name: &'static str,
    state: State,
    detail: String,
}

/// What a check found: a detail to show, or the sentence that a start would have stopped with.
type Found = anyhow::Result<(State, String)>;

/// Checks everything, prints the table; fails where a start would fail.
pub async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let mut lines = Vec::new();
    let mut check = |name: &'static str, found: Found| {
        let (state, detail) = found.unwrap_or_else(|error| (State::Bad, format!("{error:#}")));
        lines.push(Line { name, state, detail });
    };
    let folder = DataFolder::prepare(&config.data_folder());
    let running = folder.as_ref().is_ok_and(|folder| matches!(folder.lock(), Err(FolderError::InUse { .. })));
    check("data folder", data_folder(&folder, running));
    check("free disk", free_disk(&config.data_folder()));
    check("address", address(&config, running));
    check("programs", programs(&config));
    for (name, found) in database(&config, folder.as_ref().ok(), running).await {
        check(name, found);
    }
    check("grader", grader());
    check("isolation", isolation());
    check("content", content(&config));
    check("memory", memory(&config));
    check("scripts", scripts(&config));
    if let Ok(folder) = &folder {
        check("mail", mail(&config, folder));
        check("keys", keys(folder));
    }
    print(&lines);
    let bad = lines.iter().any(|line| line.state == State::Bad);
    Ok(if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn data_folder(folder: &Result<DataFolder, FolderError>, running: bool) -> Found {
    match folder {
        Ok(folder) if running => Ok((State::Good, format!("{}, in use by a running Assay", folder.path().display()))),
        Ok(folder) => Ok((State::Good, folder.path().display().to_string())),
        Err(error) => bail!("{error}"),
    }
}

fn free_disk(folder: &Path) -> Found {
    let stat = rustix::fs::statvfs(folder)?;
    let gigabytes = stat.f_bavail.saturating_mul(stat.f_frsize) / 1_000_000_000;
    let state = if gigabytes < 5 { State::Note } else { State::Good };
    Ok((state, format!("{gigabytes} GB")))
}

fn address(config: &Config, running: bool) -> Found {
    let shown = format!("{}, as {}", config.listen, config.base_url);
    match serve::listen("ASSAY_LISTEN", config.listen) {
        Ok(_) => Ok((State::Good, shown)),
        Err(_) if running => Ok((State::Good, format!("{shown}, in use by a running Assay"))),
        Err(error) => Err(error),
    }
}

fn programs(config: &Config) -> Found {
    if config.database_url.is_some() {
        return Ok((State::Good, "not needed: DATABASE_URL names a server".to_owned()));
    }
    let found = Programs::find(config.postgres_bin.as_deref())?;
    let shown: Vec<String> = found
        .iter()
        .map(|programs| format!("PostgreSQL {} in {}", programs.version(), programs.bin().display()))
        .collect();
    Ok((State::Good, shown.join("; ")))
}

/// Reachable, migrated, and of one mind with us about the time.
async fn database(config: &Config, folder: Option<&DataFolder>, running: bool) -> Vec<(&'static str, Found)> {
    let Some(folder) = folder else { return Vec::new() };
    let made = db::embedded::SUPPORTED.rev().any(|major| folder.path().join(format!("postgres-{major}")).is_dir());
    if config.database_url.is_none() && !running && !made {
        let sentence = "not made yet: `assay serve --setup` makes it".to_owned();
        return vec![("database", Ok((State::Note, sentence)))];
    }
    let installation = match Installation::open(config.clone(), Access::Shared).await {
        Ok(installation) => installation,
        Err(error) => return vec![("database", Err(error))],
    };
    let lines = vec![
        ("database", server(&installation).await),
        ("migrations", migrations(&installation).await),
        ("clock", clock(&installation).await),
    ];
    match installation.close().await {
        Ok(()) => lines,
        Err(error) => vec![("database", Err(error))],
    }
}

async fn server(installation: &Installation) -> Found {
    let major = db::server_major(&installation.pool).await?;
    let whose = if installation.config.database_url.is_some() { "of DATABASE_URL" } else { "embedded" };
    Ok((State::Good, format!("PostgreSQL {major}, {whose}")))
}

async fn migrations(installation: &Installation) -> Found {
    db::require_migrated(&installation.pool).await?;
    Ok((State::Good, "all have run".to_owned()))
}

async fn clock(installation: &Installation) -> Found {
    let skew = (db::server_time(&installation.pool).await? - SystemClock.now()).num_milliseconds();
    let state = if skew.abs() > 2_000 { State::Bad } else { State::Good };
    Ok((state, format!("{skew} ms between this machine and the database; up to 2000 are fine")))
}

fn grader() -> Found {
    let sandbox = Sandbox::locate()?;
    Ok((State::Good, format!("{}, version {}", sandbox.grader.display(), grading::grader_version())))
}

/// Also loads ONNX Runtime, so that a wrong version shows here.
fn isolation() -> Found {
    let checks = tokio::task::block_in_place(|| Sandbox::locate()?.self_test())?;
    let open: Vec<String> = checks
        .iter()
        .filter(|check| !check.holds)
        .map(|check| format!("{} is not denied ({})", check.name, check.detail))
        .collect();
    if open.is_empty() {
        let tier = tier(&checks);
        let state = if tier == "M" { State::Good } else { State::Note };
        let accepted: Vec<&str> = checks
            .iter()
            .filter(|check| check.detail.starts_with("accepted: "))
            .map(|check| check.name.as_str())
            .collect();
        let weaker = if accepted.is_empty() { String::new() } else { format!(", not denied: {}", accepted.join(" ")) };
        return Ok((state, format!("tier {tier}: {} checks hold{weaker}", checks.len())));
    }
    Ok((State::Bad, open.join("; ")))
}

fn content(config: &Config) -> Found {
    let folder = config.content_folder();
    let count = |name: &str| std::fs::read_dir(folder.join(name)).map_or(0, Iterator::count);
    let shown = format!("{}: {} courses, {} exercises", folder.display(), count("courses"), count("exercises"));
    ensure!(folder.join("exercises").is_dir(), "{} holds no folder `exercises`: set ASSAY_CONTENT", folder.display());
    Ok((State::Good, shown))
}

/// How scripts are kept apart here, and which environments are ready for them.
fn scripts(config: &Config) -> Found {
    let models = Sandbox::locate()?;
    let sandbox = tokio::task::block_in_place(|| ScriptSandbox::new(&models.grader, models.accepts_no_namespaces()))?;
    let root = config.data_folder().join(environments::FOLDER);
    if root.is_dir() {
        tokio::task::block_in_place(|| sandbox.prove(&std::path::absolute(&root)?).map_err(anyhow::Error::from))?;
    }
    let mut states = Vec::new();
    for (name, declared) in environments::load_all(&config.content_folder().join("exercises"))? {
        let state = match environment::find(&root, &name, &declared.packages)? {
            Some(_) => "ready".to_owned(),
            None => format!("not built: assay admin environment build {name}"),
        };
        states.push(format!("{name} {state}"));
    }
    let is_whole = sandbox.tier == Tier::Namespaces && states.iter().any(|state| state.ends_with("ready"));
    let shown = format!("tier {}; {}", sandbox.tier.as_str(), states.join("; "));
    Ok((if is_whole { State::Good } else { State::Note }, shown))
}

/// A model that is killed because the machine has no memory left is no fault of the learner's, and is graded again.
fn memory(config: &Config) -> Found {
    let exercises = exercises::load_all(&config.content_folder().join("exercises"))?;
    let largest = exercises.iter().map(|exercise| u64::from(exercise.manifest.limits.memory_mb)).max().unwrap_or(0);
    let slots = config.slots.unwrap_or_else(work::cores);
    let gradings = largest.saturating_mul(slots as u64);
    let meminfo = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB"));
    let total = total.and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or(0) / 1024;
    let shown = format!("{total} MiB, of which {slots} gradings at once may use {gradings}");
    if gradings > total / 4 * 3 {
        return Ok((State::Note, format!("{shown}: set ASSAY_SLOTS lower")));
    }
    Ok((State::Good, shown))
}

fn mail(config: &Config, folder: &DataFolder) -> Found {
    let Some(address) = &config.smtp_url else {
        let spool = folder.mail();
        let waiting = std::fs::read_dir(&spool)?.count();
        let shown =
            format!("no mail server: {waiting} messages in {}; set ASSAY_SMTP_URL to send them", spool.display());
        return Ok((if config.is_localhost() { State::Good } else { State::Note }, shown));
    };
    let address = url::Url::parse(address)?;
    Ok((State::Good, format!("{}:{}", address.host_str().unwrap_or("?"), address.port().unwrap_or(587))))
}

fn keys(folder: &DataFolder) -> Found {
    let keys = backup::keys(&folder.keys())?;
    Ok((State::Good, format!("{} in {}", keys.len(), folder.keys().display())))
}

fn print(lines: &[Line]) {
    for Line { name, state, detail } in lines {
        let mark = match state {
            State::Good => "ok",
            State::Note => "note",
            State::Bad => "FAULT",
        };
        println!("{name:<12} {mark:<6} {detail}");
    }
}
