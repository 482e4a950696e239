//! One executable; its roles are subcommands.
fn main() {}
