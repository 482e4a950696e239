//! Candidates of an exam as a load: an installation of their own, what each does, and what must be there afterwards.

pub mod candidate;
pub mod comparison;
pub mod http;
pub mod installation;
pub mod people;
pub mod questions;
pub mod record;
