//! Claims grading jobs, runs them, records the result; heartbeat, reaper and shutdown.
