//! Immutable submissions and the rules for accepting one.
