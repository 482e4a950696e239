//! What is easily overlooked about the data of an exercise: looked for once for each state of the data, then kept.

use crate::authoring::exercise::data;
use crate::authoring::{self, Work};
use crate::exercises::Exercise;
use crate::exercises::intake::Severity;
use crate::messages::Tr;
use crate::web::{State, WebError};

/// One finding in words.
pub(super) struct FindingLine {
    pub is_fault: bool,
    pub text: String,
}

/// The findings about a draft's data.
pub(super) async fn of(state: &State, t: Tr, work: &Work, exercise: &Exercise) -> Result<Vec<FindingLine>, WebError> {
    let private = authoring::private_files(&state.pool, &work.slug).await?;
    let identity = data::identity(&exercise.manifest, &private);
    let kept = authoring::findings(&state.pool, &work.slug, &identity).await?;
    let found = if let Some(kept) = kept {
        kept
    } else {
        let found = data::findings(&state.blobs, exercise, &private).await?;
        let found: Vec<_> = found.iter().map(authoring::KeptFinding::from).collect();
        authoring::keep_findings(&state.pool, &work.slug, &identity, &found).await?;
        found
    };
    let line = |finding: authoring::KeptFinding| FindingLine {
        is_fault: finding.severity == Severity::Fault,
        text: crate::messages::filled(t.lang, &finding.key, &finding.args),
    };
    Ok(found.into_iter().map(line).collect())
}
