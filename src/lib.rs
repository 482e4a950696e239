//! Assay hosts courses and graded exercises in machine learning, and the certificates they lead to.
//!
//! One submission travels through the rooms in the order in which they are declared here:
//!
//! ```text
//! kernel   ids clock config messages telemetry db blobs queue mail audit
//! domain   grading exercises accounts items courses cohorts submissions results exams certificates gradebook authoring
//! shells   cli | worker | web
//! ```
//!
//! A room may import only rooms to its left; the three shells are imported by nobody and do not import each other.
//! `tests/architecture.rs` holds that order, the fences (which library may be named where) and the size limits.
//! `grading` is a leaf: the untrusted executable `assay-grader` is built from it alone.

#[cfg(feature = "server")]
pub mod ids;
#[cfg(feature = "server")]
pub mod clock;
#[cfg(feature = "server")]
pub mod config;
#[cfg(feature = "server")]
pub mod messages;
#[cfg(feature = "server")]
pub mod telemetry;
#[cfg(feature = "server")]
pub mod db;
#[cfg(feature = "server")]
pub mod blobs;
#[cfg(feature = "server")]
pub mod queue;
#[cfg(feature = "server")]
pub mod mail;
#[cfg(feature = "server")]
pub mod audit;

pub mod grading;
#[cfg(feature = "server")]
pub mod exercises;
#[cfg(feature = "server")]
pub mod accounts;
#[cfg(feature = "server")]
pub mod items;
#[cfg(feature = "server")]
pub mod courses;
#[cfg(feature = "server")]
pub mod cohorts;
#[cfg(feature = "server")]
pub mod submissions;
#[cfg(feature = "server")]
pub mod results;
#[cfg(feature = "server")]
pub mod exams;
#[cfg(feature = "server")]
pub mod certificates;
#[cfg(feature = "server")]
pub mod gradebook;
#[cfg(feature = "server")]
pub mod authoring;

#[cfg(feature = "server")]
pub mod cli;
#[cfg(feature = "server")]
pub mod worker;
#[cfg(feature = "server")]
pub mod web;
