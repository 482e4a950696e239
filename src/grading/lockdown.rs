//! The walls of the child: limits, an unprivileged user, no new privileges, an empty Landlock ruleset, a seccomp allow-list.
//!
//! Order matters. ONNX Runtime is loaded before, because it opens files; the model is parsed after, because it is not
//! trusted. Nothing here needs namespaces, so it also works in an unprivileged container.

use std::{collections::BTreeMap, fs, io};

use landlock::{ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetStatus, Scope};
use rustix::process::{DumpableBehavior, Resource, Rlimit, Signal};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
};

use super::{
    contract::Limits,
    priority,
    protocol::{ChildRequest, Weaker},
};

/// Lets everything else on the machine go first, in time and when memory runs out. Best effort.
pub fn step_back() {
    priority::step_back();
    let _ = fs::write("/proc/self/oom_score_adj", "1000");
}

/// Builds every wall, and returns the names of those that stand.
///
/// # Errors
/// A sentence for operators. Without seccomp (unless that was accepted), or with more threads than one, nothing may be
/// run.
pub fn apply(request: &ChildRequest) -> Result<Vec<String>, String> {
    single_thread()?;
    let fail = |what: &str, error: &dyn ToString| format!("{what}: {}", error.to_string());
    limit_resources(&request.limits).map_err(|error| fail("rlimits", &error))?;
    let mut walls = vec!["rlimits".to_owned()];
    if let Some(uid) = request.uid {
        become_user(uid).map_err(|error| fail(&format!("becoming user {uid}"), &error))?;
        walls.push("uid".to_owned());
    }
    die_with(request.parent).map_err(|error| fail("parent-death signal", &error))?;
    no_new_privileges().map_err(|error| fail("no_new_privs", &error))?;
    let hidden = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
    hidden.map_err(|error| fail("dumpable", &error))?;
    walls.extend(landlock().map_err(|error| fail("Landlock", &error))?);
    let filter = filter().map_err(|error| fail("seccomp filter", &error))?;
    match seccompiler::apply_filter(&filter) {
        Ok(()) => walls.push("seccomp".to_owned()),
        // Landlock then stands alone, so it must stand whole.
        Err(_) if request.accepted.contains(&Weaker::NoSeccomp) && walls.iter().any(|wall| wall == "landlock") => {
            walls.push(format!("weaker:{}", Weaker::NoSeccomp.as_str()));
        }
        Err(error) => return Err(fail("seccomp", &error)),
    }
    Ok(walls)
}

/// The filter holds for the calling thread; a second one would escape it.
fn single_thread() -> Result<(), String> {
    let threads = fs::read_dir("/proc/self/task").map_err(|error| error.to_string())?.count();
    if threads == 1 { Ok(()) } else { Err(format!("{threads} threads before the lock-down instead of 1")) }
}

fn limit_resources(limits: &Limits) -> io::Result<()> {
    let set = |resource, soft: u64, hard: u64| {
        rustix::process::setrlimit(resource, Rlimit { current: Some(soft), maximum: Some(hard) })
    };
    let memory = u64::from(limits.memory_mb) << 20;
    set(Resource::As, memory, memory)?;
    // The soft limit sends SIGXCPU, which names the cause; the hard one a second later cannot be caught.
    set(Resource::Cpu, u64::from(limits.cpu_seconds), u64::from(limits.cpu_seconds) + 1)?;
    set(Resource::Nofile, 16, 16)?;
    set(Resource::Fsize, 0, 0)?;
    set(Resource::Core, 0, 0)?;
    set(Resource::Memlock, 0, 0)?;
    set(Resource::Nproc, 1, 1)?;
    Ok(())
}

pub(super) fn become_user(uid: u32) -> io::Result<()> {
    let check = |result: libc::c_int| if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) };
    // SAFETY: an empty list of groups needs no pointer.
    check(unsafe { libc::setgroups(0, std::ptr::null()) })?;
    // SAFETY: plain numbers.
    check(unsafe { libc::setresgid(uid, uid, uid) })?;
    // SAFETY: plain numbers; root's capabilities are gone after this.
    check(unsafe { libc::setresuid(uid, uid, uid) })
}

/// Asks for SIGKILL when the parent ends. Changing the user has cleared an earlier wish, and the parent may be gone.
pub(super) fn die_with(parent: u32) -> io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    let now = rustix::process::getppid().map_or(0, |pid| pid.as_raw_nonzero().get().cast_unsigned());
    if now == parent { Ok(()) } else { Err(io::Error::other("the parent has ended")) }
}

pub(super) fn no_new_privileges() -> io::Result<()> {
    // SAFETY: this prctl takes plain numbers.
    let result = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Denies every path, every TCP port, every signal and abstract socket beyond this process, as far as the kernel can.
fn landlock() -> Result<Option<String>, landlock::RulesetError> {
    const NEWEST: ABI = ABI::V6;
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .restrict_self()?;
    Ok(match status.ruleset {
        RulesetStatus::FullyEnforced => Some("landlock".to_owned()),
        RulesetStatus::PartiallyEnforced => Some("landlock-partial".to_owned()),
        RulesetStatus::NotEnforced => None,
    })
}

/// System calls that a session of ONNX Runtime's CPU provider and this program need, whatever their arguments.
const ALLOWED: &[i64] = &[
    libc::SYS_read,
    libc::SYS_pread64,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_lseek,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_getcpu,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_gettid,
    libc::SYS_geteuid,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Everything else is answered with EPERM, so that ONNX Runtime can still say what it missed.
fn filter() -> Result<BpfProgram, seccompiler::BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = ALLOWED.iter().map(|&call| (call, Vec::new())).collect();
    // Memory may be mapped and protected, but never made executable: no new code after the lock.
    let executable = u64::from(libc::PROT_EXEC.cast_unsigned());
    for call in [libc::SYS_mmap, libc::SYS_mprotect] {
        let never = SeccompCmpOp::MaskedEq(executable);
        let data_only = SeccompCondition::new(2, SeccompCmpArgLen::Dword, never, 0)?;
        rules.insert(call, vec![SeccompRule::new(vec![data_only])?]);
    }
    // abort() signals itself, and only itself.
    let own = u64::from(std::process::id());
    let to_self = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, own)?;
    rules.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![to_self])?]);
    let denied = SeccompAction::Errno(libc::EPERM.cast_unsigned());
    let arch = if cfg!(target_arch = "aarch64") { TargetArch::aarch64 } else { TargetArch::x86_64 };
    SeccompFilter::new(rules, denied, SeccompAction::Allow, arch)?.try_into()
}
