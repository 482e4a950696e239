//! One unprivileged user for each child that runs at the same time, so that no child can touch another.

use std::{
    collections::BTreeSet,
    fs::{File, TryLockError},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// Where other workers on this machine see which users are taken.
const LOCKS: &str = "/run/lock";

/// Children of one kind that may run at once, each with a user of its own.
const MOST: u32 = 400;

/// Users of one kind of children, and which of them are in use; far above people and below those that other software
/// hands out.
#[derive(Debug, Clone)]
pub(in crate::grading) struct Slots {
    first: u32,
    used: Arc<Mutex<BTreeSet<u32>>>,
}

/// A user that nobody else has until this is dropped.
#[derive(Debug)]
pub(in crate::grading) struct SlotUser {
    slots: Slots,
    /// User and group.
    pub uid: u32,
    /// Tells other workers, until it is closed.
    _lock: Option<File>,
}

impl Slots {
    /// For children that run a model.
    pub fn of_models() -> Self {
        Self { first: 60_100, used: Arc::default() }
    }

    /// For children that run a script.
    pub fn of_scripts() -> Self {
        Self { first: 60_500, used: Arc::default() }
    }

    /// The lowest user that is free, here and in other workers on this machine.
    pub fn take(&self) -> SlotUser {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = (self.first..self.first + MOST).filter(|uid| !used.contains(uid));
        let taken = free.find_map(|uid| Some((uid, lock(uid).ok()?)));
        let (uid, lock) = taken.unwrap_or((self.first, None));
        used.insert(uid);
        SlotUser { slots: self.clone(), uid, _lock: lock }
    }
}

/// Another process has this user.
struct Taken;

/// Takes a user for this process; no lock where locks cannot be made.
fn lock(uid: u32) -> Result<Option<File>, Taken> {
    let Ok(file) = File::create(Path::new(LOCKS).join(format!("assay-user-{uid}"))) else { return Ok(None) };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(Taken),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(file)),
    }
}

impl Drop for SlotUser {
    fn drop(&mut self) {
        self.slots.used.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.uid);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_given_once_and_come_back() {
        let slots = Slots::of_models();
        let (first, second) = (slots.take(), slots.take());
        assert_ne!(first.uid, second.uid);
        let freed = first.uid;
        drop(first);
        assert_eq!(slots.take().uid, freed);
    }
}
