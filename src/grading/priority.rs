//! Lets everything else on the machine go first.

/// As `nice`: a tenth of the share of an ordinary process that competes for the same core.
const NICE: i32 = 10;
/// Slice in nanoseconds, the longest that Linux takes.
///
/// Since Linux 6.12 a task with a shorter slice, and every ordinary one has, preempts at once when it wakes; without
/// this, each step of a page, from the web server to PostgreSQL and back, may wait some milliseconds for a model to
/// finish its own. Older kernels ignore it.
const SLICE: u64 = 100_000_000;

/// `struct sched_attr` in its first version (`sched_setattr(2)`).
#[repr(C)]
struct SchedAttr {
    size: u32,
    policy: u32,
    flags: u64,
    nice: i32,
    priority: u32,
    runtime: u64,
    deadline: u64,
    period: u64,
}

/// Puts the calling thread behind all ordinary work. Best effort.
pub fn step_back() {
    let size = u32::try_from(size_of::<SchedAttr>()).unwrap_or(48);
    let (policy, flags, priority, deadline, period) = (0, 0, 0, 0, 0);
    let attr = SchedAttr { size, policy, flags, nice: NICE, priority, runtime: SLICE, deadline, period };
    // SAFETY: the pointer is to a live value of the size that it states; 0 is the calling thread.
    let done = unsafe { libc::syscall(libc::SYS_sched_setattr, 0, &raw const attr, 0) };
    if done != 0 {
        let _ = rustix::process::nice(NICE);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_thread_steps_back_and_others_stay() {
        let nice = || {
            // SAFETY: plain numbers; -1 is not a possible answer here.
            unsafe { libc::getpriority(libc::PRIO_PROCESS, 0) }
        };
        let before = nice();
        let stepped = std::thread::spawn(move || {
            super::step_back();
            nice()
        });
        assert_eq!(stepped.join().unwrap(), 10);
        assert_eq!(nice(), before);
    }
}
