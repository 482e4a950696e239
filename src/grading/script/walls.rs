//! The walls of a script: limits, Landlock, a seccomp deny-list. Inside namespaces they are the second ring, alone the
//! only one.
//!
//! Unlike a model, a script is a whole program: it may start processes and threads, read its libraries and write in its
//! folders. So calls are denied by name, and files by place.

use std::{collections::BTreeMap, io, path::Path};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreated, RulesetCreatedAttr, RulesetStatus, Scope,
};
use rustix::process::{Resource, Rlimit};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
};

use super::protocol::{LaunchRequest, ScriptLimits};

/// Address space beyond resident memory: Python's libraries reserve much more than they touch.
const RESERVED_MB: u64 = 6 << 10;
/// Files that may be open at once in one process.
const OPEN_FILES: u64 = 256;

/// Sets the limits of this process and of those that it starts.
pub fn limit_resources(limits: &ScriptLimits) -> io::Result<()> {
    let set = |resource, soft: u64, hard: u64| {
        rustix::process::setrlimit(resource, Rlimit { current: Some(soft), maximum: Some(hard) })
    };
    let memory = u64::from(limits.memory_mb) << 20;
    let space = memory + (RESERVED_MB << 20);
    set(Resource::As, space, space)?;
    set(Resource::Data, memory, memory)?;
    // Of one process; the sum over all is watched from outside.
    set(Resource::Cpu, u64::from(limits.cpu_seconds), u64::from(limits.cpu_seconds) + 1)?;
    set(Resource::Nofile, OPEN_FILES, OPEN_FILES)?;
    let disk = u64::from(limits.disk_mb) << 20;
    set(Resource::Fsize, disk, disk)?;
    set(Resource::Core, 0, 0)?;
    set(Resource::Memlock, 0, 0)?;
    set(Resource::Nproc, u64::from(limits.processes), u64::from(limits.processes))?;
    Ok(())
}

/// Puts this process, and all that it will start, behind Landlock and seccomp; returns the names of what stands.
///
/// # Errors
/// A sentence for operators: without seccomp, or without Landlock outside of namespaces, nothing may be run.
pub fn restrict(request: &LaunchRequest) -> Result<Vec<String>, String> {
    let mut walls = Vec::new();
    let landlock = landlock(request).map_err(|error| format!("Landlock: {error}"))?;
    match landlock {
        Some(name) => walls.push(name.to_owned()),
        None if request.parent.is_some() => return Err("Landlock: not in this kernel".into()),
        None => {}
    }
    for filter in [clone3_filter(), filter(request.parent.is_some())] {
        let filter = filter.map_err(|error| format!("seccomp filter: {error}"))?;
        seccompiler::apply_filter(&filter).map_err(|error| format!("seccomp: {error}"))?;
    }
    walls.push("seccomp".to_owned());
    Ok(walls)
}

/// Reading where it must read, writing where it may, and nothing else: no links, pipes, sockets or devices are made.
fn landlock(request: &LaunchRequest) -> Result<Option<&'static str>, landlock::RulesetError> {
    const NEWEST: ABI = ABI::V6;
    let special =
        AccessFs::MakeSym | AccessFs::MakeFifo | AccessFs::MakeSock | AccessFs::MakeChar | AccessFs::MakeBlock;
    let write = AccessFs::from_all(NEWEST) & !special & !AccessFs::Execute;
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?;
    for path in &request.readable {
        rules = allow(rules, path, AccessFs::from_read(NEWEST))?;
    }
    for path in &request.writable {
        rules = allow(rules, path, write)?;
    }
    rules = allow(rules, Path::new("/dev/null"), AccessFs::ReadFile | AccessFs::WriteFile)?;
    for device in ["/dev/zero", "/dev/random", "/dev/urandom"] {
        rules = allow(rules, Path::new(device), AccessFs::ReadFile.into())?;
    }
    Ok(match rules.restrict_self()?.ruleset {
        RulesetStatus::FullyEnforced => Some(super::protocol::LANDLOCK),
        RulesetStatus::PartiallyEnforced => Some("landlock-partial"),
        RulesetStatus::NotEnforced => None,
    })
}

/// A path that is not there needs no rule.
fn allow(
    rules: RulesetCreated,
    path: &Path,
    access: BitFlags<AccessFs>,
) -> Result<RulesetCreated, landlock::RulesetError> {
    let access = if path.is_dir() { access } else { access & AccessFs::from_file(ABI::V6) };
    match PathFd::new(path) {
        Ok(fd) => rules.add_rule(PathBeneath::new(fd, access)),
        Err(_) => Ok(rules),
    }
}

/// Calls that no training needs: the kernel's rarer and riskier parts, other processes, mounts, keys, clocks.
const DENIED: &[i64] = &[
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_memfd_create,
    libc::SYS_memfd_secret,
    libc::SYS_kexec_load,
    libc::SYS_kexec_file_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_quotactl,
    libc::SYS_syslog,
    libc::SYS_personality,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_fanotify_init,
    libc::SYS_mknodat,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_settimeofday,
    libc::SYS_adjtimex,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_shmget,
    libc::SYS_msgget,
    libc::SYS_semget,
    libc::SYS_mq_open,
    libc::SYS_vhangup,
    libc::SYS_lookup_dcookie,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_mknod,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_iopl,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_ioperm,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_modify_ldt,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_uselib,
];

/// Namespaces that `clone` could make.
const NEW_NAMESPACES: [i32; 7] = [
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWNS,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWCGROUP,
];

/// x86-64 has a second way to make each call, by a number with this bit.
#[cfg(target_arch = "x86_64")]
const OTHER_NUMBERS: Option<i64> = Some(0x4000_0000);
#[cfg(not(target_arch = "x86_64"))]
const OTHER_NUMBERS: Option<i64> = None;

const fn arch() -> TargetArch {
    if cfg!(target_arch = "aarch64") { TargetArch::aarch64 } else { TargetArch::x86_64 }
}

fn filter(is_alone: bool) -> Result<BpfProgram, seccompiler::BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = DENIED.iter().map(|&call| (call, Vec::new())).collect();
    let argument = |index, compare, value| SeccompCondition::new(index, SeccompCmpArgLen::Dword, compare, value);
    // Sockets only between processes of the script itself: Internet, netlink and hypervisor sockets are not namespaced
    // everywhere.
    let local = u64::from(libc::AF_UNIX.cast_unsigned());
    rules.insert(libc::SYS_socket, vec![SeccompRule::new(vec![argument(0, SeccompCmpOp::Ne, local)?])?]);
    if is_alone {
        // Paths of the host's sockets are not hidden there: then no socket but pairs, and none that takes an address.
        rules.insert(libc::SYS_socket, Vec::new());
        rules.insert(libc::SYS_connect, Vec::new());
        let kind = SeccompCmpOp::MaskedEq(0xf);
        let datagram = u64::from(libc::SOCK_DGRAM.cast_unsigned());
        rules.insert(libc::SYS_socketpair, vec![SeccompRule::new(vec![argument(1, kind, datagram)?])?]);
        // What it holds open is looked at from outside.
        let dumpable = u64::from(libc::PR_SET_DUMPABLE.cast_unsigned());
        rules.insert(libc::SYS_prctl, vec![SeccompRule::new(vec![argument(0, SeccompCmpOp::Eq, dumpable)?])?]);
    }
    // Memory that is shared and has no file is in nobody's account once it is let go of, and stays.
    let kinds = u64::from((libc::MAP_ANONYMOUS | libc::MAP_TYPE).cast_unsigned());
    let mut shared = Vec::new();
    for kind in [libc::MAP_SHARED, libc::MAP_SHARED_VALIDATE] {
        let value = u64::from((libc::MAP_ANONYMOUS | kind).cast_unsigned());
        shared.push(SeccompRule::new(vec![argument(3, SeccompCmpOp::MaskedEq(kinds), value)?])?);
    }
    rules.insert(libc::SYS_mmap, shared);
    let mut namespaces = Vec::new();
    for flag in NEW_NAMESPACES {
        let flag = u64::from(flag.cast_unsigned());
        namespaces.push(SeccompRule::new(vec![argument(0, SeccompCmpOp::MaskedEq(flag), flag)?])?);
    }
    rules.insert(libc::SYS_clone, namespaces);
    if let Some(bit) = OTHER_NUMBERS {
        // All of them, whatever their arguments.
        let others: Vec<_> = rules.keys().map(|call| (call | bit, Vec::new())).collect();
        rules.extend(others);
    }
    let denied = SeccompAction::Errno(libc::EPERM.cast_unsigned());
    SeccompFilter::new(rules, SeccompAction::Allow, denied, arch())?.try_into()
}

/// `clone3` hides its flags from filters; told that it does not exist, the C library takes `clone`.
fn clone3_filter() -> Result<BpfProgram, seccompiler::BackendError> {
    let rules = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    let missing = SeccompAction::Errno(libc::ENOSYS.cast_unsigned());
    SeccompFilter::new(rules, SeccompAction::Allow, missing, arch())?.try_into()
}
