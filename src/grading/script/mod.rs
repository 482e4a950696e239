//! Runs a learner's training script behind walls of its own, and takes the model that it leaves.
//!
//! ```text
//! assay                                          namespaces of bubblewrap (tier P; left out in tier P2)
//! train: run -- request -> assay-grader launch --> walls -> python3 train.py   (public training files, no network)
//!         watch: log, time, memory, cancel  <---- output ----'      |
//!         <------------- how it ended, model.onnx ------------------'
//! ```
//!
//! The script sees no hidden sample and no label of one: the model that comes out is graded like an uploaded one, in
//! another sandbox. `launch` and `walls` belong to the untrusted executable, everything else to the trusted one.

pub mod protocol;

#[cfg(feature = "grader")]
pub mod launch;
#[cfg(feature = "grader")]
mod walls;

#[cfg(feature = "server")]
mod account;
#[cfg(feature = "server")]
mod bubblewrap;
#[cfg(feature = "server")]
pub mod environment;
#[cfg(feature = "server")]
mod folder;
#[cfg(feature = "server")]
mod job;
#[cfg(any(feature = "server", test))]
pub mod log;
#[cfg(feature = "server")]
mod places;
#[cfg(feature = "server")]
mod probe;
#[cfg(feature = "server")]
mod run;
#[cfg(feature = "server")]
mod session;
#[cfg(feature = "server")]
mod tree;

#[cfg(feature = "server")]
pub use job::{Script, Trained, train};
#[cfg(feature = "server")]
pub use run::{ScriptSandbox, Tier};
