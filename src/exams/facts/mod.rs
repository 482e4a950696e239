//! What happened in attempts and what everyone in an exam was told: facts that both sides see.

mod store;

pub use store::{Announcement, Event, announce, announcements, events, forget_addresses, note, number_of_events};
