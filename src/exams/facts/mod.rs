//! What happened in attempts and what everyone in an exam was told: facts that both sides see.

mod store;

pub use store::{Announcement, Event, announce, announcements, events, forget_addresses, note, number_of_events};

/// Facts of one kind that are written down about one attempt, where its candidate can cause any number.
pub const MOST_OF_A_KIND: i64 = 500;
