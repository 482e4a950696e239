//! Processor time of a tree of processes, of which some are never seen alive.
//!
//! What `/proc` tells of a process holds the time of its children that were waited for. Two kinds of time are missing there:
//! that of children whose parent ignores their end, which is kept here from when they were seen, and that of such children
//! which begin and end between two looks. In a process namespace numbers are given in order, so those can be counted, and
//! each is charged the time between two looks, as long as the processors could have done that much.

use std::{
    collections::{HashMap, VecDeque},
    fs, thread,
    time::{Duration, Instant},
};

/// How far back processors may have been busy with what was not seen.
const WINDOW: Duration = Duration::from_secs(1);

/// Processor time of a process in ticks, that of its children which ended and were waited for, and when it started.
#[derive(Debug, Clone, Copy)]
pub struct Ticks {
    pub own: u64,
    pub children: u64,
    pub started: u64,
}

/// What is known of a tree of processes so far.
#[derive(Debug, Default)]
pub struct Account {
    /// Own time of every process that was ever seen, by number and start.
    seen: HashMap<(i32, u64), u64>,
    /// When it was looked at in the last second, and what was told by then.
    looks: VecDeque<(Instant, Duration)>,
    /// The highest number in the namespace so far.
    newest: Option<u32>,
    /// What was charged for processes that nobody saw.
    unseen: Duration,
}

impl Account {
    /// The processes that are alive now; returns the time of all so far.
    pub fn add(&mut self, alive: &[(i32, Ticks)], now: Instant) -> Duration {
        let mut numbers = Vec::new();
        let mut told = 0;
        for &(pid, ticks) in alive {
            told += ticks.own + ticks.children;
            if self.seen.insert((pid, ticks.started), ticks.own).is_none() {
                numbers.extend(number_in_namespace(pid));
            }
        }
        let ticks = told.max(self.seen.values().sum());
        let told = Duration::from_millis(ticks.saturating_mul(1000) / rustix::param::clock_ticks_per_second());
        let charge = self.charge(&numbers, told, now);
        self.unseen += charge;
        self.looks.push_back((now, told + self.unseen));
        while self.looks.front().is_some_and(|(then, _)| now.duration_since(*then) > WINDOW) {
            self.looks.pop_front();
        }
        told + self.unseen
    }

    /// Time for the processes that came and went since the last look, given the numbers of those that came and stayed.
    fn charge(&mut self, numbers: &[u32], told: Duration, now: Instant) -> Duration {
        let Some(&highest) = numbers.iter().max() else { return Duration::ZERO };
        let Some(before) = self.newest.replace(highest) else { return Duration::ZERO };
        // Numbers begin again at the bottom once they are used up.
        let born = if highest > before { highest - before } else { highest };
        let seen = numbers.iter().filter(|&&number| highest < before || number > before).count();
        let unseen = born.saturating_sub(u32::try_from(seen).unwrap_or(u32::MAX));
        let (Some((first, known)), Some((last, _))) = (self.looks.front(), self.looks.back()) else {
            return Duration::ZERO;
        };
        let processors = thread::available_parallelism().map_or(1, |count| u32::try_from(count.get()).unwrap_or(1));
        let possible = now.duration_since(*first) * processors;
        let known = (told + self.unseen).saturating_sub(*known);
        (now.duration_since(*last) * unseen.min(1_000)).min(possible.saturating_sub(known))
    }
}

/// The number of a process in the namespace that it lives in; `None` if that is our own, where others count too.
fn number_in_namespace(pid: i32) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let numbers = status.lines().find_map(|line| line.strip_prefix("NSpid:"))?;
    numbers.split_whitespace().skip(1).last()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_saw_is_charged_as_far_as_the_processors_go() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut account = Account { newest: Some(3), ..Account::default() };
        account.looks.push_back((at(0), Duration::ZERO));
        // Numbers 4 to 9 came and went, 10 is there.
        let few = account.charge(&[10], Duration::ZERO, at(5));
        assert!(few > Duration::ZERO && few <= Duration::from_millis(5 * 6), "{few:?}");
        account.looks.push_back((at(5), few));
        assert_eq!(account.charge(&[11], Duration::ZERO, at(55)), Duration::ZERO, "nobody came and went");
        assert_eq!(account.charge(&[], Duration::ZERO, at(60)), Duration::ZERO);
        // They cannot have used more than there was: all that passed was told already.
        assert_eq!(account.charge(&[50], Duration::from_secs(100), at(105)), Duration::ZERO);
    }
}
