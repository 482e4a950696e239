//! What follows from the end of an attempt at an exam: its result and, where it was passed, its certificate.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::CertificateError;
use super::credential::Issuer;
use super::examination::{self, Examination};
use super::issue::{Certification, Certified, issue_certification, issue_pending};
use super::keys::Keys;
use crate::blobs::Sha256;
use crate::exams::attempts::{self, Attempt, AttemptError};
use crate::exams::clock::State;
use crate::exams::results::{self, Recorded};
use crate::exams::score::{Counted, PartScore};
use crate::exams::{self, Exam, Part};
use crate::ids::{CertificateId, ExamAttemptId, PersonId};

/// Why the end of an attempt could not be settled.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The attempt.
    #[error(transparent)]
    Attempt(#[from] AttemptError),
    /// Its certificate.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

impl From<sqlx::Error> for SettleError {
    fn from(error: sqlx::Error) -> Self {
        Self::Certificate(CertificateError::Database(error))
    }
}

/// Scores an attempt that is over and graded, and issues what it earned, in the transaction that ended it or graded its
/// last submission.
pub async fn settle(
    conn: &mut PgConnection,
    keys: &Keys,
    issuer: &Issuer,
    id: ExamAttemptId,
    now: DateTime<Utc>,
) -> Result<(), SettleError> {
    if results::settle(conn, id, now).await?.is_some_and(|scores| scores.passed) {
        issue(conn, keys, issuer, id, now).await?;
    }
    Ok(())
}

/// Issues the certificate of a passed attempt, unless something stands against it; `None` where nothing was earned.
pub async fn issue(
    conn: &mut PgConnection,
    keys: &Keys,
    issuer: &Issuer,
    id: ExamAttemptId,
    now: DateTime<Utc>,
) -> Result<Option<Certified>, SettleError> {
    let Some(attempt) = attempts::find(&mut *conn, id).await? else { return Ok(None) };
    let Some(certification) = certification(conn, &attempt).await? else { return Ok(None) };
    Ok(Some(issue_certification(conn, keys, issuer, attempt.person, &certification, now).await?))
}

/// Issues what a person has passed before name and address were confirmed.
pub async fn issue_passed(
    conn: &mut PgConnection,
    keys: &Keys,
    issuer: &Issuer,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<Vec<CertificateId>, CertificateError> {
    let mut passed = Vec::new();
    for id in results::passed(&mut *conn, person).await? {
        if let Some(attempt) = attempts::find(&mut *conn, id).await? {
            passed.extend(certification(conn, &attempt).await?);
        }
    }
    issue_pending(conn, keys, issuer, person, &passed, now).await
}

/// What the certificate of an attempt states; `None` if it was not passed, or earns none.
async fn certification(conn: &mut PgConnection, attempt: &Attempt) -> Result<Option<Certification>, sqlx::Error> {
    let Some(exam) = exams::version(&mut *conn, &attempt.version).await? else { return Ok(None) };
    let Some(recorded) = results::latest(&mut *conn, attempt.id).await? else { return Ok(None) };
    let (Some(rule), State::Finished { at, .. }) = (&exam.certificate, attempt.clocked.state) else { return Ok(None) };
    let parts = parts(&exam, &recorded).filter(|_| recorded.scores.passed);
    Ok(parts.map(|parts| Certification {
        examination: Examination {
            exam: exam.slug.clone(),
            title: rule.title.clone(),
            statement: rule.statement.clone(),
            exam_version: attempt.version.to_string(),
            attempt: reference(attempt.id),
            started_at: attempt.started_at,
            finished_at: at,
            parts,
            supervised: false,
        },
        valid_months: rule.valid_months,
    }))
}

fn parts(exam: &Exam, recorded: &Recorded) -> Option<Vec<examination::Part>> {
    let parts = exam.parts.iter().zip(&recorded.scores.parts);
    parts.map(|(part, score)| stated(part, score)).collect()
}

fn stated(part: &Part, score: &PartScore) -> Option<examination::Part> {
    match (part, score) {
        (Part::Theory { title, .. }, PartScore::Theory { points, max_points, pass, sections, .. }) => {
            let section = |scored: &exams::score::SectionScore| {
                let found = part.sections().iter().find(|found| found.draw.name == scored.name)?;
                let (points, max_points) = (scored.points, scored.max_points);
                Some(examination::Section { title: found.title.clone(), points, max_points })
            };
            Some(examination::Part::Theory {
                title: title.clone(),
                points: *points,
                max_points: *max_points,
                pass_mark: *pass,
                sections: sections.iter().map(section).collect::<Option<_>>()?,
            })
        }
        (Part::Practice { title, exercise, .. }, PartScore::Practice { counted: Some(counted), .. }) => {
            let Counted { trained_here, .. } = *counted;
            Some(examination::Part::Practice {
                title: title.clone(),
                exercise: exercise.clone(),
                exercise_version: counted.exercise_version.clone(),
                metric: counted.metric.as_str().to_owned(),
                score: counted.score,
                pass_mark: counted.mark,
                sealed_score: counted.sealed_score,
                sealed_mark: counted.sealed_mark,
                grader: counted.grader.clone(),
                model_sha256: counted.model_sha256.parse().ok()?,
                script_sha256: counted.script_sha256.as_ref().map(|hash| hash.parse()).transpose().ok()?,
                environment: counted.environment.clone(),
                trained_here,
            })
        }
        (Part::Theory { .. } | Part::Practice { .. }, _) => None,
    }
}

/// A name of the attempt for the public: the same each time, and it tells neither the id nor when it was made.
fn reference(id: ExamAttemptId) -> String {
    Sha256::of(format!("exam attempt {id}").as_bytes()).to_string().chars().take(32).collect()
}
