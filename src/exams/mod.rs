//! Exams: what they are made of, attempts at them, the clock rules, and both parts' scores.

pub mod clock;
