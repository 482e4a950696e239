//! What follows from the end of an attempt at an exam: its result and, where it was passed, its certificate.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::credential::Issuer;
use super::keys::Keys;
use crate::exams::attempts::AttemptError;
use crate::exams::results;
use crate::ids::ExamAttemptId;

/// Scores an attempt that is over and graded, and issues what it earned, in the transaction that ended it or graded its
/// last submission.
pub async fn settle(
    conn: &mut PgConnection,
    _keys: &Keys,
    _issuer: &Issuer,
    id: ExamAttemptId,
    now: DateTime<Utc>,
) -> Result<bool, AttemptError> {
    Ok(results::settle(conn, id, now).await?.is_some())
}
