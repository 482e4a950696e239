//! The command line: one file per family of subcommands.

pub mod check;
pub mod grade;
