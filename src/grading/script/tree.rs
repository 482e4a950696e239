//! What a process and everything that descends from it use, as `/proc` tells.

use std::{collections::HashMap, fs, time::Duration};

use rustix::process::Pid;

/// What a tree of processes uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Processor time, that of descendants which are gone included.
    pub cpu: Duration,
    /// Resident memory in bytes; what processes share is counted for each.
    pub resident: u64,
}

/// Processor time of every process that was ever seen, by number and start: a parent that ignores the end of its
/// children is not given their time.
#[derive(Debug, Default)]
pub struct Seen(HashMap<(i32, u64), u64>);

/// Looks at every process of the tree. Those that end meanwhile are left out.
pub fn usage(root: Pid, seen: &mut Seen) -> Usage {
    let (mut told, mut resident) = (0, 0_u64);
    for pid in processes(root) {
        if let Some(ticks) = ticks(pid) {
            told += ticks.own + ticks.children;
            seen.0.insert((pid, ticks.started), ticks.own);
        }
        resident += pages(pid).unwrap_or(0).saturating_mul(rustix::param::page_size() as u64);
    }
    let ticks = told.max(seen.0.values().sum());
    let cpu = Duration::from_millis(ticks.saturating_mul(1000) / rustix::param::clock_ticks_per_second());
    Usage { cpu, resident }
}

/// Resident memory in bytes with what is shared divided among those that share it; `None` where the kernel does not tell.
pub fn proportional(root: Pid) -> Option<u64> {
    let of = |pid: i32| {
        let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
        let kilobytes = rollup.lines().find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix(" kB"))?;
        Some(kilobytes.parse::<u64>().ok()? * 1024)
    };
    processes(root).into_iter().map(of).sum()
}

/// Kills everything that descends from a process, as it is at this moment.
pub fn end_descendants(root: Pid) {
    let ordinary = libc::sched_param { sched_priority: 0 };
    for pid in processes(root).into_iter().skip(1) {
        // Also dying takes processor time, of which a busy machine leaves none to what is idle.
        // SAFETY: the pointer is to a live value.
        unsafe { libc::sched_setscheduler(pid, libc::SCHED_OTHER, &raw const ordinary) };
        let _ = Pid::from_raw(pid).map(|pid| rustix::process::kill_process(pid, rustix::process::Signal::KILL));
    }
}

/// How many processes this machine has killed for want of memory since it started.
pub fn killed_for_memory() -> u64 {
    let counters = fs::read_to_string("/proc/vmstat").unwrap_or_default();
    counters.lines().find_map(|line| line.strip_prefix("oom_kill ")?.trim().parse().ok()).unwrap_or(0)
}

/// The process and all that descend from it.
fn processes(root: Pid) -> Vec<i32> {
    let mut found = vec![root.as_raw_nonzero().get()];
    let mut next = 0;
    while let Some(&pid) = found.get(next) {
        next += 1;
        for task in fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
            let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            found.extend(children.split_whitespace().filter_map(|child| child.parse::<i32>().ok()));
        }
    }
    found
}

/// Processor time of a process in ticks, that of its children which ended, and when it started (fields 14 to 17 and 22
/// of `proc_pid_stat(5)`).
struct Ticks {
    own: u64,
    children: u64,
    started: u64,
}

fn ticks(pid: i32) -> Option<Ticks> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything.
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<u64> = rest.split_whitespace().skip(11).map(|field| field.parse().unwrap_or(0)).collect();
    let [user, system, children_user, children_system, _, _, _, _, started, ..] = fields.as_slice() else {
        return None;
    };
    Some(Ticks { own: user + system, children: children_user + children_system, started: *started })
}

fn pages(pid: i32) -> Option<u64> {
    fs::read_to_string(format!("/proc/{pid}/statm")).ok()?.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_sees_itself() {
        let own = rustix::process::getpid();
        let used = usage(own, &mut Seen::default());
        assert!(used.resident > 1 << 20, "{used:?}");
        assert!(proportional(own).is_some_and(|bytes| bytes > 1 << 16 && bytes <= used.resident * 2));
    }
}
