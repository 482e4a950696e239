//! An exercise and its manifest; the version of an exercise is the hash of what decides a score.
