//! What operators and instructors see of grading, and the burial of what we could not grade.

pub(super) mod store;

pub use store::{
    Burial, Buried, Run, Totals, WorkerRow, announce, buried, buried_job, gone, ready_environments, runs, seen, totals,
    workers,
};
