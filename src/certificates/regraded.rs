//! What follows from a changed result: the result of its exam, and certificates that are earned now; none is taken away.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::credential::Issuer;
use super::earned::issue_earned;
use super::exam::{SettleError, issue};
use super::keys::Keys;
use crate::exams::results::score_again;
use crate::ids::PersonId;
use crate::results::regrading::Worse;
use crate::submissions::Context;

/// Carries it out in the transaction that changed the result of a submission of `person`.
pub async fn follow(
    conn: &mut PgConnection,
    (keys, issuer): (&Keys, &Issuer),
    (person, context): (PersonId, Context),
    (worse, by, reason): (Worse, PersonId, &str),
    now: DateTime<Utc>,
) -> Result<(), SettleError> {
    if let Context::Exam { attempt, .. } = context {
        let scores = score_again(conn, attempt, worse, (by, reason), now).await?;
        if scores.is_some_and(|scores| scores.passed) {
            issue(conn, keys, issuer, attempt, now).await?;
        }
    }
    issue_earned(conn, keys, issuer, person, now).await?;
    Ok(())
}
