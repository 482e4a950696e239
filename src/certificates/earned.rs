//! Every certificate that somebody has just earned, over all courses on offer.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::credential::{Issuer, Signatory};
use super::exam::issue_passed;
use super::issue::{Progress, Requirement, issue_if_earned, progress};
use super::keys::Keys;
use super::{CertificateError, Named, Requirements, Standing, name};
use crate::courses;
use crate::ids::{CertificateId, PersonId};

impl From<courses::Requirements> for Requirements {
    fn from(course: courses::Requirements) -> Self {
        let named = |module: courses::Module| Named { slug: module.slug, title: module.title };
        let signatory =
            |who: courses::Signatory| name::normalise(&who.name).map(|name| Signatory { name, role: who.role });
        Self {
            course: course.course,
            course_title: course.course_title,
            version: course.version.to_string(),
            edition: course.edition,
            title: course.certificate.title,
            statement: course.certificate.statement,
            modules: course.modules.into_iter().map(named).collect(),
            exercises: course.certificate.exercises,
            valid_months: course.certificate.valid_months,
            signatory: course.certificate.signatory.and_then(signatory),
        }
    }
}

/// Issues what `person` has earned, in the transaction that met the last requirement: a quiz, a grading, a name.
pub async fn issue_earned(
    conn: &mut PgConnection,
    keys: &Keys,
    issuer: &Issuer,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<Vec<CertificateId>, CertificateError> {
    let mut new = Vec::new();
    for offer in courses::all(&mut *conn).await? {
        if let Some(requirements) = offer.requirements() {
            new.extend(issue_if_earned(conn, keys, issuer, person, &requirements.into(), now).await?);
        }
    }
    new.extend(issue_passed(conn, keys, issuer, person, now).await?);
    Ok(new)
}

/// The courses whose certificate `person` is on the way to: begun, and not held.
pub async fn under_way(
    conn: &mut PgConnection,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<Vec<(Requirements, Progress)>, CertificateError> {
    let mut begun = Vec::new();
    for offer in courses::all(&mut *conn).await? {
        let Some(requirements) = offer.requirements().map(Requirements::from) else { continue };
        let progress = progress(conn, person, &requirements, now).await?;
        let is_held = progress.held.iter().any(|held| match held.standing {
            Standing::Valid | Standing::Revoked => true,
            Standing::Expired => false,
        });
        let is_begun = progress.requirements.iter().any(|requirement| match requirement {
            Requirement::Quiz { met, .. } | Requirement::Exercise { met, .. } => met.is_some(),
            Requirement::Email(_) | Requirement::Name(_) => false,
        });
        if is_begun && !is_held {
            begun.push((requirements, progress));
        }
    }
    Ok(begun)
}
