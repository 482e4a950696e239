//! Issuing the certificate of an exam: one for each passed attempt at most, and one at a time.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Bearer, Confirmed, Desk, months_after};
use crate::certificates::credential::{Achievement, Issuer, exam_subject};
use crate::certificates::examination::Examination;
use crate::certificates::keys::Keys;
use crate::certificates::{CertificateError, Held, Standing, store};
use crate::ids::{CertificateId, PersonId};

/// A passed exam, and how long its certificate is valid.
#[derive(Debug, Clone, PartialEq)]
pub struct Certification {
    /// What the certificate states.
    pub examination: Examination,
    /// How long, counted from the end of the attempt: the certificate says what was shown then, whenever it is issued.
    pub valid_months: u32,
}

/// What came of asking for the certificate of an exam.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Certified {
    /// It was issued now.
    Issued(CertificateId),
    /// They hold a valid one of this exam, or this attempt brought one before, which may be over by now.
    AlreadyHeld(CertificateId),
    /// This must be confirmed first; ask again then, for instance with [`issue_pending`].
    Missing(Vec<Missing>),
    /// This one was withdrawn, and the attempt began before that: it does not bring another.
    Revoked(CertificateId),
    /// The validity, counted from the end of the attempt, is over.
    Lapsed,
}

/// What a holder must have confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// That the e-mail address is theirs.
    Email,
    /// Their name for certificates.
    Name,
}

/// Issues the certificate of a passed exam to `person` in the caller's transaction, unless an earlier one stands
/// against it or something of the holder is not confirmed.
///
/// Call it in the transaction that passes the exam, after that was written. The lock it takes is that of courses: it is
/// held until that transaction ends, so that of two that ask at once, the second sees what the first issued.
pub async fn issue_certification(
    conn: &mut PgConnection,
    keys: &Keys,
    issuer: &Issuer,
    person: PersonId,
    certification: &Certification,
    now: DateTime<Utc>,
) -> Result<Certified, CertificateError> {
    let examination = certification.examination.to_the_second();
    if !examination.is_passed() {
        return Err(CertificateError::NotPassed(examination.exam));
    }
    let subject = exam_subject(&examination.exam);
    store::lock_course(conn, person, &subject).await?;
    let held = store::held(&mut *conn, person, &subject, now).await?;
    if let Some(answer) = ruled_out(&held, &examination) {
        return Ok(answer);
    }
    let expires_at = months_after(examination.finished_at, certification.valid_months)?;
    if now >= expires_at {
        return Ok(Certified::Lapsed);
    }
    let confirmed = Confirmed::by(conn, person).await?;
    let missing = missing(&confirmed);
    let Some(bearer) = Bearer::new(person, confirmed) else { return Ok(Certified::Missing(missing)) };
    let achievement = Achievement::Certification(examination);
    Desk { keys, issuer, now }.issue(conn, bearer, achievement, expires_at).await.map(Certified::Issued)
}

/// Issues what `person` has passed without having had name and e-mail address confirmed, in the transaction that
/// confirms one of them; tells what is new. Of several attempts at one exam the last counts.
pub async fn issue_pending(
    conn: &mut PgConnection,
    keys: &Keys,
    issuer: &Issuer,
    person: PersonId,
    pending: &[Certification],
    now: DateTime<Utc>,
) -> Result<Vec<CertificateId>, CertificateError> {
    // By exam, so that two transactions take their locks in the same order.
    let mut pending: Vec<&Certification> = pending.iter().collect();
    pending.sort_by_key(|each| (&each.examination.exam, Reverse(each.examination.finished_at)));
    let mut new = Vec::new();
    for certification in pending {
        match issue_certification(conn, keys, issuer, person, certification, now).await? {
            Certified::Issued(id) => new.push(id),
            Certified::AlreadyHeld(_) | Certified::Missing(_) | Certified::Revoked(_) | Certified::Lapsed => {}
        }
    }
    Ok(new)
}

/// The earlier certificate of the exam that keeps a new one from being issued: that of the same attempt always, a valid
/// one, and one withdrawn after the attempt began (what was done before must not bring it back).
fn ruled_out(held: &[Held], examination: &Examination) -> Option<Certified> {
    let same = held.iter().find(|held| held.attempt.as_deref() == Some(examination.attempt.as_str()));
    let valid = held.iter().find(|held| held.standing == Standing::Valid);
    let withdrawn = held.iter().find(|held| held.revoked_at.is_some_and(|at| examination.started_at <= at));
    if let Some(held) = valid.or(same.filter(|held| held.standing != Standing::Revoked)) {
        return Some(Certified::AlreadyHeld(held.id));
    }
    same.or(withdrawn).map(|held| Certified::Revoked(held.id))
}

fn missing(confirmed: &Confirmed) -> Vec<Missing> {
    let email = confirmed.email.is_none().then_some(Missing::Email);
    let name = confirmed.name.is_none().then_some(Missing::Name);
    email.into_iter().chain(name).collect()
}
