//! What is easily overlooked about the data of a draft, in words.

use crate::authoring::exercise::data;
use crate::authoring::{self, Work};
use crate::exercises::intake::Severity;
use crate::exercises::manifest::Manifest;
use crate::messages::Tr;
use crate::web::{State, WebError};

/// One finding in words.
pub(super) struct FindingLine {
    pub is_fault: bool,
    pub text: String,
}

/// The findings about a draft's data.
pub(super) async fn of(state: &State, t: Tr, work: &Work, manifest: &Manifest) -> Result<Vec<FindingLine>, WebError> {
    let private = authoring::private_files(&state.pool, &work.slug).await?;
    let mut conn = state.pool.acquire().await?;
    let found = data::findings(&mut conn, &state.blobs, (&work.slug, &work.tree, manifest), &private).await?;
    let line = |finding: authoring::KeptFinding| FindingLine {
        is_fault: finding.severity == Severity::Fault,
        text: crate::messages::filled(t.lang, &finding.key, &finding.args),
    };
    Ok(found.into_iter().map(line).collect())
}
