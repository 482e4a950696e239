//! What happened in attempts and what everyone in an exam was told: facts that both sides see.

mod store;

pub use store::{Announcement, Event, announce, announcements, events, note, number_of_events};
