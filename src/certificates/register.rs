//! The register of certificates: find, list, withdraw.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{Connection as _, PgConnection, PgExecutor};

use super::code::Code;
use super::credential::exam_subject;
use super::public_key::PublicKey;
use super::{CertificateError, Filter, Listed, Stored, store};
use crate::audit;
use crate::exams;
use crate::ids::{CertificateId, PersonId, Slug};

/// Longest reason of a withdrawal, in characters.
pub const LONGEST_REASON: usize = 500;

/// The certificate with this code.
pub async fn by_code(executor: impl PgExecutor<'_>, code: &Code) -> Result<Option<Stored>, sqlx::Error> {
    store::by_code(executor, code).await
}

/// The certificate with this id.
pub async fn by_id(executor: impl PgExecutor<'_>, id: CertificateId) -> Result<Option<Stored>, sqlx::Error> {
    store::by_id(executor, id).await
}

/// Certificates for a list, newest first.
pub async fn list(
    executor: impl PgExecutor<'_>,
    filter: &Filter,
    now: DateTime<Utc>,
) -> Result<Vec<Listed>, sqlx::Error> {
    store::list(executor, filter, now).await
}

/// How many certificates a list has, whatever its limit.
pub async fn count(executor: impl PgExecutor<'_>, filter: &Filter, now: DateTime<Utc>) -> Result<i64, sqlx::Error> {
    store::count(executor, filter, now).await
}

/// What the register calls a course and its exams, also those that are no longer on offer.
pub async fn subjects(executor: impl PgExecutor<'_>, course: &Slug) -> Result<Vec<String>, sqlx::Error> {
    let exams = exams::of_course(executor, course).await?;
    Ok(exams.iter().map(exam_subject).chain([course.to_string()]).collect())
}

/// The issuer's public keys, past ones included, oldest first.
pub async fn public_keys(executor: impl PgExecutor<'_>) -> Result<Vec<PublicKey>, sqlx::Error> {
    store::public_keys(executor).await
}

/// Every revoked certificate with the time of its withdrawal, in the order of ids.
pub async fn revoked(executor: impl PgExecutor<'_>) -> Result<Vec<(CertificateId, DateTime<Utc>)>, sqlx::Error> {
    store::revoked(executor).await
}

/// Withdraws a certificate for ever. The reason is shown to everybody who verifies it.
pub async fn revoke(
    conn: &mut PgConnection,
    id: CertificateId,
    actor: PersonId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), CertificateError> {
    let reason = reason.trim();
    if !(1..=LONGEST_REASON).contains(&reason.chars().count()) {
        return Err(CertificateError::NoReason);
    }
    let mut transaction = conn.begin().await?;
    let stored = store::by_id(&mut *transaction, id).await?.ok_or(CertificateError::NotFound)?;
    if !store::revoke(&mut transaction, id, Some(actor), reason, now).await? {
        return Err(CertificateError::AlreadyRevoked);
    }
    let object = id.to_string();
    let detail = json!({
        "before": { "revoked": false }, "after": { "revoked": true },
        "code": stored.code, "course": stored.course_slug, "reason": reason,
    });
    let entry = audit::Entry { actor: Some(actor), action: "certificate.revoke", object: &object, detail };
    audit::record(&mut transaction, entry, now).await?;
    transaction.commit().await?;
    Ok(())
}
