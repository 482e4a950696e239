//! One unprivileged user for each child that runs at the same time, so that no child can touch another.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

/// The first of the users; far above people and below those that other software hands out.
const FIRST: u32 = 60_100;

/// Children that may run at once, each with a user of its own.
const MOST: u32 = 400;

/// The users in use.
#[derive(Debug, Clone, Default)]
pub(super) struct Slots(Arc<Mutex<BTreeSet<u32>>>);

/// A user that nobody else has until this is dropped.
#[derive(Debug)]
pub(super) struct SlotUser {
    slots: Slots,
    /// User and group.
    pub uid: u32,
}

impl Slots {
    /// The lowest user that is free.
    pub fn take(&self) -> SlotUser {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let uid = (FIRST..FIRST + MOST).find(|uid| !used.contains(uid)).unwrap_or(FIRST);
        used.insert(uid);
        SlotUser { slots: self.clone(), uid }
    }
}

impl Drop for SlotUser {
    fn drop(&mut self) {
        self.slots.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.uid);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_given_once_and_come_back() {
        let slots = Slots::default();
        let (first, second) = (slots.take(), slots.take());
        assert_ne!(first.uid, second.uid);
        let freed = first.uid;
        drop(first);
        assert_eq!(slots.take().uid, freed);
    }
}
