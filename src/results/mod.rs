//! Gradings, scores and verdicts of submissions, and what counts as an attempt.
