//! What was heard from a child, with every text made fit to be kept.

use std::time::Duration;

use crate::grading::{
    GradingError,
    adapt::Refusal,
    adaptation::Adaptation,
    report::{PracticeScore, Predictions},
    scale::Scale,
    verdict::Reason,
};

/// What came of the conversation.
#[derive(Debug, Default)]
pub(in crate::grading) struct Heard {
    /// What was done so that the model fits.
    pub adapted: Vec<Adaptation>,
    /// The scale in use.
    pub scale: Option<Scale>,
    /// The model's name for the output that was read.
    pub output: Option<String>,
    /// The score on the practice sample.
    pub practice: Option<PracticeScore>,
    /// Whether hidden samples were given to the model.
    pub met_hidden: bool,
    /// Why the model is refused.
    pub refused: Option<Refusal>,
    /// What ONNX Runtime said when it failed, and whether it was still loading.
    pub failed: Option<(bool, String)>,
    /// Predictions on the open samples.
    pub open: Option<Predictions>,
    /// Predictions on the sealed samples.
    pub sealed: Option<Predictions>,
    /// When the model was loaded, since the start.
    pub loaded: Option<Duration>,
    /// When the hidden samples were given, since the start.
    pub hidden: Option<Duration>,
    /// When the last message came, since the start.
    pub last: Duration,
    /// The fault of ours that ended it.
    pub fault: Option<GradingError>,
}

/// Arguments of a sentence as the child may give them: known names, short values, no control characters.
///
/// Once hidden samples were met, a value with a number in it is left out whole: numbers could carry the samples out, and
/// so could how many there are.
pub(super) fn clean(name: String, value: &str, met_hidden: bool) -> Option<(String, String)> {
    let is_left_out = met_hidden && value.contains(char::is_numeric);
    let shown = if is_left_out { "…".to_owned() } else { printable(value) };
    Reason::ARGUMENTS.contains(&name.as_str()).then_some((name, shown))
}

/// One line of at most 200 characters.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}
