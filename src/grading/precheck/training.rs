//! Finds Dropout that is switched on by a constant: such a model answers differently each time.

use crate::grading::{adapt::Refusal, verdict::Reason};

/// Names remembered of each kind; a model has at most one Dropout per node.
const MAX_NAMES: usize = 20_000;

/// The values in one body that say yes, and those that a Dropout asks.
#[derive(Default)]
pub struct Switches<'a> {
    on: Vec<&'a [u8]>,
    asked: Vec<&'a [u8]>,
}

impl<'a> Switches<'a> {
    /// A value that is the single boolean true.
    pub fn is_on(&mut self, name: &'a [u8]) {
        if self.on.len() < MAX_NAMES {
            self.on.push(name);
        }
    }

    /// The input of a Dropout that switches it on; empty where there is none.
    pub fn asked_by_dropout(&mut self, name: &'a [u8]) {
        if !name.is_empty() && self.asked.len() < MAX_NAMES {
            self.asked.push(name);
        }
    }

    /// Refuses the body if a Dropout in it is switched on. A switch that is computed is not seen here.
    pub fn check(mut self) -> Result<(), Refusal> {
        self.on.sort_unstable();
        if self.asked.iter().any(|name| self.on.binary_search(name).is_ok()) {
            return Err(Refusal::new(Reason::TrainingMode, &[("op", &"Dropout")]));
        }
        Ok(())
    }
}
