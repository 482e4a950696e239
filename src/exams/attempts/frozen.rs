//! What never changes about an attempt.

use std::collections::HashMap;

use sqlx::PgConnection;

use super::{Attempt, store};
use crate::blobs::Sha256;
use crate::exams::{Exam, version};
use crate::ids::PersonId;
use crate::items::{self, Item, Paper};

/// An attempt's exam and paper as they were when it began.
#[derive(Debug, Clone)]
pub struct Frozen {
    /// Whose it is.
    pub person: PersonId,
    /// The exam at its version.
    pub exam: Exam,
    /// The paper.
    pub paper: Paper,
    /// Its questions, by version.
    pub items: HashMap<Sha256, Item>,
}

impl Frozen {
    /// Reads it. Versions of exams and questions are never deleted: where one is missing, the error is `RowNotFound`.
    pub async fn of(conn: &mut PgConnection, attempt: &Attempt) -> Result<Self, sqlx::Error> {
        let gone = || sqlx::Error::RowNotFound;
        let exam = version(&mut *conn, &attempt.version).await?.ok_or_else(gone)?;
        let paper = store::paper(&mut *conn, attempt.id).await?.ok_or_else(gone)?;
        let versions: Vec<Sha256> = paper.questions.iter().map(|drawn| drawn.item).collect();
        let items = items::by_version(conn, &versions).await?;
        Ok(Self { person: attempt.person, exam, paper, items })
    }
}
