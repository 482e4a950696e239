//! The whole grading of one model: what crosses the boundary, how the child is confined, how predictions are scored.
