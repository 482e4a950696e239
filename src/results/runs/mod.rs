//! Runs of the grader for a submission: the fence against workers that were thought dead.

pub(super) mod store;
