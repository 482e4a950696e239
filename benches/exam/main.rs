//! `make bench-exam`: an exam that thousands take at once, on this machine, with the server and the database beside the
//! load; then the same in small with a kill in the middle.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser as _;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use load::candidate::{self, Plan};
use load::comparison::{self, Comparison};
use load::http::Browser;
use load::installation::Installation;
use load::people;
use load::record::Record;
use usage::{Usage, Used};

mod load;
mod report;
mod storm;
mod usage;

/// How to measure.
#[derive(Debug, clap::Parser)]
struct Options {
    /// Candidates of the great run.
    #[arg(long, default_value_t = 2000)]
    candidates: usize,
    /// Minutes for which each of them saves answers.
    #[arg(long, default_value_t = 5.0)]
    minutes: f64,
    /// Candidates of the runs with a kill in the middle; 0 leaves those out.
    #[arg(long, default_value_t = 500)]
    killed: usize,
    /// People of the sign-in storm; 0 leaves it out.
    #[arg(long, default_value_t = 200)]
    storm: usize,
    /// Where the report is put; what stands there by other benches stays.
    #[arg(long)]
    report: Option<PathBuf>,
    /// Only sent by `cargo bench`.
    #[arg(long, hide = true)]
    bench: bool,
}

/// What was measured.
#[derive(Debug, Default)]
struct Found {
    storm: Option<storm::Storm>,
    great: Option<Run>,
    killed: Vec<(&'static str, Run, Duration)>,
}

/// One run of an exam.
#[derive(Debug)]
struct Run {
    records: Vec<Record>,
    comparison: Comparison,
    /// Processor time in each part of the run, by its name.
    used: Vec<(&'static str, Used)>,
}

/// What is killed in the middle.
#[derive(Debug, Clone, Copy)]
enum Victim {
    Server,
    Postgres,
}

// The load needs one thread, and the others need the cores.
#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let assay = Path::new(env!("CARGO_BIN_EXE_assay"));
    let mut found = Found::default();
    {
        let mut installation = Installation::start(assay, None).await?;
        if options.storm > 0 {
            say(&format!("{} people sign in", options.storm));
            found.storm = Some(storm::sign_ins(&installation, options.storm).await?);
        }
        say(&format!("{} candidates, {} minutes", options.candidates, options.minutes));
        found.great = Some(great(&installation, &options).await?);
        installation.stop_server().await?;
    }
    if options.killed > 0 {
        for (name, victim) in [("the server", Victim::Server), ("PostgreSQL", Victim::Postgres)] {
            say(&format!("{} candidates, kill -9 of {name}", options.killed));
            let (run, down) = killed(assay, options.killed, victim).await?;
            found.killed.push((name, run, down));
        }
    }
    let page = report::page(&found, &options)?;
    println!("{page}");
    if let Some(path) = &options.report {
        report::put(path, &page)?;
    }
    report::verdict(&found)
}

fn say(what: &str) {
    eprintln!("bench-exam: {what}");
}

/// The candidates of a run, each a task of its own.
async fn candidates(
    installation: &Installation,
    count: usize,
    (starts_within, saves_for): (Duration, Duration),
) -> anyhow::Result<(JoinSet<Record>, Instant)> {
    let pool = installation.pool().await?;
    let people = people::signed_in(&pool, count).await?;
    pool.close().await;
    let begin = Instant::now() + Duration::from_secs(1);
    let plan = Plan { begin, starts_within, saves_for, change: Duration::from_secs(10) };
    let mut all = JoinSet::new();
    for (seed, (person, cookie)) in (0..).zip(people) {
        let browser = Browser::new(installation.address, cookie);
        all.spawn(candidate::take(browser, Record::new(person), plan, seed));
    }
    Ok((all, begin))
}

/// Everybody starts within one minute, saves for some minutes, and hands in; nothing is killed.
async fn great(installation: &Installation, options: &Options) -> anyhow::Result<Run> {
    let saves = Duration::from_secs_f64(60.0 * options.minutes);
    // In a shorter run, fewer start, and as many in a second.
    let starts = Duration::from_mins(1).min(saves);
    let (all, begin) = candidates(installation, options.candidates, (starts, saves)).await?;
    let all = tokio::spawn(all.join_all());
    sleep_until(begin).await;
    let mut used = Vec::new();
    let mut before = Usage::now(installation)?;
    let parts =
        [("all start, the first save", starts), ("all save", saves), ("all hand in, the last save", saves + starts)];
    for (name, until) in parts.into_iter().filter(|(name, until)| *name != "all save" || *until > starts) {
        sleep_until(begin + until).await;
        let after = Usage::now(installation)?;
        used.push((name, after.since(&before)));
        before = after;
    }
    let records = all.await?;
    let pool = installation.pool().await?;
    let comparison = comparison::compare(&pool, &records).await?;
    Ok(Run { records, comparison, used })
}

/// The same in small: all start within 20 seconds and save for 100, and after a minute something is killed. Also says
/// for how long nothing was served.
async fn killed(assay: &Path, count: usize, victim: Victim) -> anyhow::Result<(Run, Duration)> {
    let mut installation = Installation::start(assay, None).await?;
    let times = (Duration::from_secs(20), Duration::from_secs(100));
    let (all, begin) = candidates(&installation, count, times).await?;
    let all = tokio::spawn(all.join_all());
    sleep_until(begin + Duration::from_mins(1)).await;
    let (before, killed_at) = (installation.server(), Instant::now());
    match victim {
        Victim::Server => installation.kill_server()?,
        Victim::Postgres => installation.kill_postgres()?,
    }
    installation.until_started_anew(before).await?;
    let down = killed_at.elapsed();
    let records = all.await?;
    let pool = installation.pool().await?;
    let comparison = comparison::compare(&pool, &records).await?;
    Ok((Run { records, comparison, used: Vec::new() }, down))
}
