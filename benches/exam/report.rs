//! What was measured, as a part of `benches/results.md`: targets first, then every kind of request.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::bail;
use assay::clock::{Clock as _, SystemClock};

use crate::load::record::{Kind, Record};
use crate::usage::Used;
use crate::{Found, Options, Run};

/// Where this part of the page begins; it goes to the end.
const TITLE: &str = "# Results of `make bench-exam`";
const MEAN: f64 = 50.0;
const P99: f64 = 300.0;

/// The whole part.
pub fn page(found: &Found, options: &Options) -> anyhow::Result<String> {
    let mut page = format!("{TITLE}\n\nServer, PostgreSQL and the load itself share this machine.\n\n");
    introduction(&mut page, found)?;
    if let Some(run) = &found.great {
        targets(&mut page, run)?;
        writeln!(page, "\n## {} candidates\n", options.candidates)?;
        writeln!(
            page,
            "All start the exam within a minute, read it, save one changed answer every 10 s for {} minutes, ask for \
             the clock every 30 s, look at their answers and hand in. Each has one connection. What is due at a time \
             counts from that time, whether or not this program was late.\n",
            options.minutes
        )?;
        requests(&mut page, &run.records)?;
        cores(&mut page, &run.used)?;
    }
    if let Some(storm) = &found.storm {
        let mut times = storm.times.clone();
        let rate = f64::from(u32::try_from(times.len())?) / storm.whole.as_secs_f64();
        writeln!(
            page,
            "\n## Sign-in storm\n\n{} people sign in with their passwords at the same moment: {rate:.0} a second, p50 \
             {} ms, p99 {} ms, {} errors. argon2id with 19 MiB and two passes is meant to be slow; as many are checked \
             at once as there are cores.",
            times.len() + storm.errors.len(),
            ms(percentile(&mut times, 50.0)),
            ms(percentile(&mut times, 99.0)),
            storm.errors.len()
        )?;
    }
    for (name, run, down) in &found.killed {
        outage(&mut page, name, run, *down)?;
    }
    Ok(page)
}

fn introduction(page: &mut String, found: &Found) -> anyhow::Result<()> {
    let text = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let info = text("/proc/cpuinfo");
    let model = info.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split(": ").nth(1));
    let git = std::process::Command::new("git").args(["describe", "--always", "--dirty", "--exclude", "*"]).output()?;
    let others = found.great.iter().flat_map(|run| &run.used).map(|(_, used)| used.others);
    let most = others.clone().fold(0.0, f64::max);
    let quiet = if most < 0.1 { "" } else { ": **the machine was not quiet**" };
    let cores = std::thread::available_parallelism()?;
    writeln!(page, "| | |\n|---|---|")?;
    writeln!(page, "| date | {} |", SystemClock.now().format("%Y-%m-%d %H:%M UTC"))?;
    writeln!(page, "| commit | {}, release build |", String::from_utf8_lossy(&git.stdout).trim())?;
    writeln!(page, "| processor | {}, {cores} cores |", model.unwrap_or("unknown"))?;
    writeln!(page, "| kernel | Linux {} |", text("/proc/sys/kernel/osrelease").trim())?;
    let shares: Vec<String> = others.map(|cores| format!("{cores:.2}")).collect();
    writeln!(page, "| used by others meanwhile | {} cores{quiet} |\n", shares.join(", "))?;
    Ok(())
}

fn targets(page: &mut String, run: &Run) -> anyhow::Result<()> {
    let (compared, errors) = (&run.comparison, errors(&run.records));
    let mut saves = times(&run.records, Kind::Save);
    let (mean, p99) = (mean(&saves), percentile(&mut saves, 99.0).as_secs_f64() * 1000.0);
    let word = |met: bool| if met { "met" } else { "**missed**" };
    writeln!(page, "## Targets\n\n| target | measured | wanted |  |\n| --- | --- | --- | --- |")?;
    let (lost, acknowledged) = (compared.lost.len(), compared.acknowledged);
    writeln!(page, "| acknowledged answers that are lost | {lost} of {acknowledged} | 0 | {} |", word(lost == 0))?;
    let count: usize = errors.values().map(Vec::len).sum();
    let is_whole = count == 0 && compared.attempts_off == 0 && compared.not_handed_in == 0;
    writeln!(page, "| requests that failed | {count} | 0 | {} |", word(is_whole))?;
    writeln!(page, "| mean of a save | {mean:.1} ms | at most {MEAN} ms | {} |", word(mean <= MEAN))?;
    writeln!(page, "| p99 of a save | {p99:.1} ms | at most {P99} ms | {} |", word(p99 <= P99))?;
    bounds(page, run)
}

/// What the times are made of, and how many candidates the processor would allow.
fn bounds(page: &mut String, run: &Run) -> anyhow::Result<()> {
    let Some((_, used)) = run.used.iter().max_by(|one, other| one.1.total().total_cmp(&other.1.total())) else {
        return Ok(());
    };
    let cores = f64::from(u32::try_from(std::thread::available_parallelism()?.get())?);
    writeln!(
        page,
        "\nWhat bounds them: processor time. In the busiest part server, PostgreSQL and load use {:.2} of {cores} cores \
         together, so that times are those of work and hardly of waiting; {:.1} times as many candidates would keep \
         every core busy. A save is a look-up of the session and a transaction of four round trips, the last of which \
         waits for the disk.",
        used.total(),
        cores / used.total()
    )?;
    Ok(())
}

fn requests(page: &mut String, records: &[Record]) -> anyhow::Result<()> {
    writeln!(page, "| request | count | errors | mean ms | p50 ms | p95 ms | p99 ms | most ms |")?;
    writeln!(page, "| --- | --- | --- | --- | --- | --- | --- | --- |")?;
    let failed = errors(records);
    let kinds =
        [Kind::Start, Kind::Enter, Kind::Room, Kind::Questions, Kind::Save, Kind::Clock, Kind::Check, Kind::HandIn];
    for kind in kinds {
        let mut times = times(records, kind);
        let mean = mean(&times);
        let shares = [50.0, 95.0, 99.0, 100.0].map(|share| ms(percentile(&mut times, share)));
        let errors = failed.get(&kind).map_or(0, Vec::len);
        writeln!(page, "| {} | {} | {errors} | {mean:.1} | {} |", kind.name(), times.len(), shares.join(" | "))?;
    }
    let mut late: Vec<Duration> = records.iter().flat_map(|record| record.late.iter().copied()).collect();
    let (middle, high) = (percentile(&mut late, 50.0), percentile(&mut late, 99.0));
    writeln!(page, "\nThis program was late with a save by {} ms (p50) and {} ms (p99).", ms(middle), ms(high))?;
    for (kind, words) in failed {
        writeln!(page, "\nErrors of {}: {}.", kind.name(), counted(&words))?;
    }
    Ok(())
}

fn cores(page: &mut String, used: &[(&str, Used)]) -> anyhow::Result<()> {
    writeln!(page, "\n| cores used while | seconds | server | PostgreSQL | load | others |")?;
    writeln!(page, "| --- | --- | --- | --- | --- | --- |")?;
    for (name, used) in used {
        let Used { server, database, load, others, time } = used;
        let seconds = time.as_secs_f64();
        writeln!(page, "| {name} | {seconds:.0} | {server:.2} | {database:.2} | {load:.2} | {others:.2} |")?;
    }
    Ok(())
}

fn outage(page: &mut String, name: &str, run: &Run, down: Duration) -> anyhow::Result<()> {
    let (compared, records) = (&run.comparison, &run.records);
    let failed = errors(records);
    let sign_ins: usize = records.iter().map(|record| record.sign_ins).sum();
    let longest = records.iter().map(|record| record.longest_unsent).max().unwrap_or_default();
    writeln!(
        page,
        "\n## Kill -9 of {name} in the middle\n\n{} candidates. Not served for {:.1} s; {} requests failed meanwhile. \
         Afterwards: {} of {} acknowledged answers lost, {} candidates had to sign in again, {} could not hand in; an \
         answer waited at most {:.1} s until it was acknowledged.",
        records.len(),
        down.as_secs_f64(),
        failed.values().map(Vec::len).sum::<usize>(),
        compared.lost.len(),
        compared.acknowledged,
        sign_ins,
        compared.not_handed_in,
        longest.as_secs_f64(),
    )?;
    for (kind, words) in failed {
        writeln!(page, "\nFailed meanwhile, {}: {}.", kind.name(), counted(&words))?;
    }
    Ok(())
}

/// Puts the page into the file, in the place of an earlier one; what stands before it stays.
pub fn put(path: &Path, page: &str) -> anyhow::Result<()> {
    let before = std::fs::read_to_string(path).unwrap_or_default();
    let kept = before.split(TITLE).next().unwrap_or_default().trim_end();
    let kept = if kept.is_empty() { String::new() } else { format!("{kept}\n\n") };
    Ok(std::fs::write(path, format!("{kept}{page}"))?)
}

/// Fails where something was lost, whatever the machine: speed is reported, loss is a fault.
pub fn verdict(found: &Found) -> anyhow::Result<()> {
    let runs = found.great.iter().chain(found.killed.iter().map(|(_, run, _)| run));
    for run in runs {
        let (compared, sign_ins) = (&run.comparison, run.records.iter().map(|record| record.sign_ins).sum::<usize>());
        if !compared.lost.is_empty() || compared.attempts_off != 0 || sign_ins > 0 || compared.acknowledged == 0 {
            let some: Vec<&String> = compared.lost.iter().take(5).collect();
            bail!(
                "{} answers lost, such as {some:?}; {} attempts off; {sign_ins} asked to sign in",
                compared.lost.len(),
                compared.attempts_off
            );
        }
    }
    Ok(())
}

fn times(records: &[Record], kind: Kind) -> Vec<Duration> {
    records.iter().filter_map(|record| record.times.get(&kind)).flatten().copied().collect()
}

fn errors(records: &[Record]) -> BTreeMap<Kind, Vec<String>> {
    let mut all: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
    for (kind, words) in records.iter().flat_map(|record| &record.errors) {
        all.entry(*kind).or_default().extend(words.iter().cloned());
    }
    all
}

fn counted(words: &[String]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    counts.iter().map(|(word, count)| format!("{word} ({count})")).collect::<Vec<_>>().join(", ")
}

/// In milliseconds.
fn mean(times: &[Duration]) -> f64 {
    let sum: f64 = times.iter().map(Duration::as_secs_f64).sum();
    1000.0 * sum / f64::from(u32::try_from(times.len().max(1)).unwrap_or(u32::MAX))
}

/// The nearest-rank percentile.
fn percentile(times: &mut [Duration], share: f64) -> Duration {
    times.sort_unstable();
    let count = f64::from(u32::try_from(times.len()).unwrap_or(u32::MAX));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank between 1 and the count")]
    let rank = (share / 100.0 * count).ceil().max(1.0) as usize;
    times.get(rank - 1).copied().unwrap_or_default()
}

fn ms(time: Duration) -> String {
    format!("{:.1}", 1000.0 * time.as_secs_f64())
}
