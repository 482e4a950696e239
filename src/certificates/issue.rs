//! Issuing: a certificate comes to be in the transaction that meets the last of its requirements.

use chrono::{DateTime, Months, SubsecRound as _, Utc};
use sqlx::PgConnection;

use super::code::Code;
use super::credential::{Achievement, Credential, Holder, Identity, Issuer, Met, SignedBy, Urn, account_commitment};
use super::keys::Keys;
use super::verification::{Mismatch, Verification, verify};
use super::{CertificateError, Held, Named, Requirements, Standing, Stored, name, store};
use crate::blobs::Sha256;
use crate::ids::{CertificateId, PersonId, Slug};
use crate::messages::Bilingual;

mod certification;

pub use certification::{Certification, Certified, Missing, issue_certification, issue_pending};

/// One requirement of a certificate and how far somebody is.
#[derive(Debug, Clone, PartialEq)]
pub enum Requirement {
    /// The e-mail address must be shown to be theirs.
    Email(Option<DateTime<Utc>>),
    /// The name on the certificate must be confirmed by its bearer.
    Name(Option<(String, DateTime<Utc>)>),
    /// The quiz of this module must be passed.
    Quiz {
        /// The module.
        module: Slug,
        /// Its title.
        title: Bilingual,
        /// The facts, once passed.
        met: Option<Met>,
    },
    /// This exercise must be passed.
    Exercise {
        /// The exercise.
        exercise: Slug,
        /// Its title.
        title: Bilingual,
        /// The facts of the best passing result, once there is one.
        met: Option<Met>,
    },
}

impl Requirement {
    /// Whether it is met.
    pub fn is_met(&self) -> bool {
        match self {
            Self::Email(at) => at.is_some(),
            Self::Name(name) => name.is_some(),
            Self::Quiz { met, .. } | Self::Exercise { met, .. } => met.is_some(),
        }
    }
}

/// How far somebody is on the way to the certificate of a course.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Every requirement, in the order of the course; those on the person come last.
    pub requirements: Vec<Requirement>,
    /// The certificates of this course that they hold, newest first.
    pub held: Vec<Held>,
}

impl Progress {
    /// How many requirements are met.
    pub fn met(&self) -> usize {
        self.requirements.iter().filter(|requirement| requirement.is_met()).count()
    }
}

/// Every requirement of `course` with what `person` has done for it.
pub async fn progress(
    conn: &mut PgConnection,
    person: PersonId,
    course: &Requirements,
    now: DateTime<Utc>,
) -> Result<Progress, CertificateError> {
    let slugs: Vec<String> = course.exercises.iter().map(ToString::to_string).collect();
    let quizzes = store::passed_quizzes(&mut *conn, person, course.course.as_str()).await?;
    let passed = store::passed_exercises(&mut *conn, person, &slugs).await?;
    let titles = store::exercise_titles(&mut *conn, &slugs).await?;
    let confirmed = Confirmed::by(conn, person).await?;
    let mut requirements = Vec::new();
    for module in &course.modules {
        let row = quizzes.iter().find(|quiz| quiz.module == module.slug.as_str());
        let met = row.map(|quiz| met_quiz(quiz, module));
        requirements.push(Requirement::Quiz { module: module.slug.clone(), title: module.title.clone(), met });
    }
    for exercise in &course.exercises {
        let known = titles.iter().find(|(slug, _)| slug == exercise.as_str()).map(|(_, title)| title.clone());
        let title = known.unwrap_or_else(|| Bilingual { en: exercise.to_string(), zh: exercise.to_string() });
        let row = passed.iter().find(|row| row.exercise == exercise.as_str());
        let met = row.and_then(|row| met_exercise(row, exercise, &title));
        requirements.push(Requirement::Exercise { exercise: exercise.clone(), title, met });
    }
    requirements.push(Requirement::Email(confirmed.email));
    requirements.push(Requirement::Name(confirmed.name));
    let held = store::held(&mut *conn, person, course.course.as_str(), now).await?;
    Ok(Progress { requirements, held })
}

fn met_quiz(row: &store::QuizRow, module: &Named) -> Met {
    Met::Quiz {
        module: module.slug.clone(),
        title: module.title.clone(),
        points: row.points,
        max_points: row.max_points,
        passed_at: row.completed_at.trunc_subsecs(0),
    }
}

fn met_exercise(row: &store::ExerciseRow, exercise: &Slug, title: &Bilingual) -> Option<Met> {
    Some(Met::Exercise {
        exercise: exercise.clone(),
        title: title.clone(),
        version: row.version.clone(),
        metric: row.metric.clone(),
        score: row.score,
        pass_mark: row.pass_mark,
        distinction: row.distinction,
        grader: row.grader.clone(),
        model_sha256: Sha256::try_from(row.model_sha256.as_slice()).ok()?,
        passed_at: row.passed_at.trunc_subsecs(0),
    })
}

/// Issues the certificate of `course` to `person` in the caller's transaction, if every requirement is met and no
/// earlier certificate stands against it; tells the new certificate's id.
///
/// Call it in the transaction that meets a requirement, after that was written. The lock it takes is held until that
/// transaction ends, so that of two that meet the last two requirements at once, the second sees the first's.
pub async fn issue_if_earned(
    conn: &mut PgConnection,
    keys: &Keys,
    issuer: &Issuer,
    person: PersonId,
    course: &Requirements,
    now: DateTime<Utc>,
) -> Result<Option<CertificateId>, CertificateError> {
    store::lock_course(conn, person, course.course.as_str()).await?;
    let progress = progress(conn, person, course, now).await?;
    if progress.held.iter().any(|held| rules_out(held, course)) {
        return Ok(None);
    }
    let Some(earned) = Earned::from(person, progress) else { return Ok(None) };
    let achievement = Achievement::CourseCompletion {
        course: course.course.clone(),
        course_title: course.course_title.clone(),
        version: course.version.clone(),
        edition: course.edition.clone(),
        title: course.title.clone(),
        statement: course.statement.clone(),
        requirements: earned.met,
        signatory: course.signatory.clone(),
    };
    let expires_at = months_after(now, course.valid_months)?;
    let desk = Desk { keys, issuer, now };
    desk.issue(conn, earned.bearer, achievement, expires_at).await.map(Some)
}

/// The moment `months` after `from`, to the second.
pub fn months_after(from: DateTime<Utc>, months: u32) -> Result<DateTime<Utc>, CertificateError> {
    from.trunc_subsecs(0).checked_add_months(Months::new(months)).ok_or(CertificateError::Validity(months))
}

/// Whether an earlier certificate of the course keeps a new one from being issued: one of the same version always, and
/// of another version while it is valid (a new version alone earns nothing) or when it was withdrawn (the same deeds
/// must not bring it back).
fn rules_out(held: &Held, course: &Requirements) -> bool {
    held.course_version == course.version
        || match held.standing {
            Standing::Valid | Standing::Revoked => true,
            Standing::Expired => false,
        }
}

/// What a certificate says, once every requirement is met.
struct Earned {
    bearer: Bearer,
    met: Vec<Met>,
}

impl Earned {
    fn from(person: PersonId, progress: Progress) -> Option<Self> {
        let (mut confirmed, mut met) = (Confirmed { email: None, name: None }, Vec::new());
        for requirement in progress.requirements {
            match requirement {
                Requirement::Email(at) => confirmed.email = at,
                Requirement::Name(name) => confirmed.name = name,
                Requirement::Quiz { met: facts, .. } | Requirement::Exercise { met: facts, .. } => met.push(facts?),
            }
        }
        // A course that asks for nothing gives nothing.
        (!met.is_empty()).then_some(())?;
        Some(Self { bearer: Bearer::new(person, confirmed)?, met })
    }
}

/// What somebody has confirmed of themselves.
struct Confirmed {
    email: Option<DateTime<Utc>>,
    name: Option<(String, DateTime<Utc>)>,
}

impl Confirmed {
    /// Nothing, where the account is deleted.
    async fn by(conn: &mut PgConnection, person: PersonId) -> Result<Self, sqlx::Error> {
        let Some(row) = store::holder(conn, person).await? else { return Ok(Self { email: None, name: None }) };
        let name = row.certificate_name.as_deref().and_then(name::normalise);
        Ok(Self { email: row.email_confirmed_at, name: name.zip(row.certificate_name_confirmed_at) })
    }
}

/// Somebody whom a certificate can name.
struct Bearer {
    person: PersonId,
    name: String,
    name_confirmed_at: DateTime<Utc>,
    email_confirmed_at: DateTime<Utc>,
}

impl Bearer {
    fn new(person: PersonId, confirmed: Confirmed) -> Option<Self> {
        let (name, name_confirmed_at) = confirmed.name?;
        Some(Self { person, name, name_confirmed_at, email_confirmed_at: confirmed.email? })
    }

    fn holder(&self, certificate: CertificateId) -> Holder {
        Holder {
            name: self.name.clone(),
            name_confirmed_at: self.name_confirmed_at.trunc_subsecs(0),
            identity: Identity::EmailConfirmed { confirmed_at: self.email_confirmed_at.trunc_subsecs(0) },
            account: account_commitment(certificate, self.person),
        }
    }
}

/// Where certificates are issued: with which key, in whose name, and when.
struct Desk<'a> {
    keys: &'a Keys,
    issuer: &'a Issuer,
    now: DateTime<Utc>,
}

impl Desk<'_> {
    /// Signs that `bearer` achieved this, and enters it into the register.
    async fn issue(
        self,
        conn: &mut PgConnection,
        bearer: Bearer,
        achievement: Achievement,
        expires_at: DateTime<Utc>,
    ) -> Result<CertificateId, CertificateError> {
        let id = CertificateId::random();
        let credential = Credential {
            format: achievement.format(),
            id: Urn(id),
            code: Code::generate()?,
            issuer: SignedBy::new(self.issuer, self.keys),
            holder: bearer.holder(id),
            achievement,
            issued_at: self.now.trunc_subsecs(0),
            expires_at,
        };
        store::insert(conn, &self.signed(&credential, bearer.person)?).await?;
        Ok(id)
    }

    /// The row of `credential`, signed, and proved to stand up to the verification that everybody will make.
    fn signed(&self, credential: &Credential, person: PersonId) -> Result<Stored, CertificateError> {
        let payload = credential.canonical()?;
        let stored = Stored {
            id: credential.id(),
            code: credential.code.to_string(),
            person,
            course_slug: credential.achievement.subject().into_owned(),
            course_version: credential.achievement.version().to_owned(),
            attempt: credential.achievement.attempt().map(str::to_owned),
            holder_name: credential.holder.name.clone(),
            issued_at: credential.issued_at,
            expires_at: credential.expires_at,
            key_id: self.keys.public().to_string(),
            signature: self.keys.sign(&payload).to_vec(),
            payload,
            revocation: None,
        };
        match verify(&stored, &[self.keys.public()], self.now) {
            Verification::Valid(read) | Verification::Expired(read) if read == *credential => Ok(stored),
            Verification::Valid(_) | Verification::Expired(_) | Verification::Revoked(..) => {
                Err(CertificateError::SelfCheck(Mismatch::Format))
            }
            Verification::DoesNotMatch(mismatch) => Err(CertificateError::SelfCheck(mismatch)),
        }
    }
}
