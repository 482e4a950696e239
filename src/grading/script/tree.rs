//! What a process and everything that descends from it use, as `/proc` tells.

use std::{
    collections::HashSet,
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rustix::process::Pid;

use super::account::{Account, Ticks};

/// What a tree of processes uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Processor time, that of descendants which are gone included.
    pub cpu: Duration,
    /// Resident memory in bytes; what processes share is counted for each.
    pub resident: u64,
}

/// Looks at every process of the tree. Those that end meanwhile are left out.
pub fn usage(root: Pid, account: &mut Account) -> Usage {
    let (mut found, mut resident) = (Vec::new(), 0_u64);
    for pid in processes(root) {
        found.extend(ticks(pid).map(|ticks| (pid, ticks)));
        resident += pages(pid).unwrap_or(0).saturating_mul(rustix::param::page_size() as u64);
    }
    Usage { cpu: account.add(&found, Instant::now()), resident }
}

/// Resident memory in bytes with what is shared divided among those that share it; `None` where the kernel does not tell.
pub fn proportional(root: Pid) -> Option<u64> {
    let of = |pid: i32| {
        let rollup = tasks(pid).find_map(|task| fs::read_to_string(task.join("smaps_rollup")).ok())?;
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

/// Kills every process of a user; how many there were.
pub fn end_all_of(uid: u32) -> usize {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let own = pids.filter(|pid: &i32| is_of(*pid, uid)).filter_map(Pid::from_raw);
    own.filter(|pid| rustix::process::kill_process(*pid, rustix::process::Signal::KILL).is_ok()).count()
}

/// Whether a process that has not ended yet belongs to a user.
fn is_of(pid: i32, uid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next());
    field("Uid:").and_then(|owner| owner.parse().ok()) == Some(uid) && field("State:") != Some("Z")
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
        for task in tasks(pid) {
            let children = fs::read_to_string(task.join("children")).unwrap_or_default();
            found.extend(children.split_whitespace().filter_map(|child| child.parse::<i32>().ok()));
        }
    }
    found
}

/// Fields 14 to 17 and 22 of `proc_pid_stat(5)`.
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

/// Resident pages of a process. Its first thread tells none once that thread has ended, so others are asked too.
fn pages(pid: i32) -> Option<u64> {
    let of = |folder: &Path| {
        let told = fs::read_to_string(folder.join("statm")).ok()?;
        told.split_whitespace().nth(1)?.parse::<u64>().ok().filter(|&pages| pages > 0)
    };
    of(Path::new(&format!("/proc/{pid}"))).or_else(|| tasks(pid).find_map(|task| of(&task)))
}

/// Folders of the threads of a process.
fn tasks(pid: i32) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten().map(|task| task.path())
}

/// Bytes on disk of files on this device that have no name any more and are still held, open or mapped.
pub fn held(root: Pid, device: u64) -> u64 {
    let mut files = HashSet::new();
    let mut count = |path: &Path| {
        let found = fs::metadata(path).ok().filter(|found| found.is_file() && found.nlink() == 0);
        files.extend(found.filter(|found| found.dev() == device).map(|found| (found.ino(), found.blocks() * 512)));
    };
    for pid in processes(root) {
        for task in tasks(pid) {
            for open in fs::read_dir(task.join("fd")).into_iter().flatten().flatten() {
                count(&open.path());
            }
            let maps = fs::read_to_string(task.join("maps")).unwrap_or_default();
            for line in maps.lines().filter(|line| line.ends_with(" (deleted)")) {
                let range = line.split_whitespace().next().unwrap_or_default();
                count(&Path::new("/proc").join(pid.to_string()).join("map_files").join(range));
            }
        }
    }
    files.into_iter().map(|(_, bytes)| bytes).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_sees_itself() {
        let own = rustix::process::getpid();
        let used = usage(own, &mut Account::default());
        assert!(used.resident > 1 << 20, "{used:?}");
        assert!(proportional(own).is_some_and(|bytes| bytes > 1 << 16 && bytes <= used.resident * 2));
    }
}
