//! Issuing: a certificate comes to be in the transaction that meets the last of its requirements.

use chrono::{DateTime, Months, SubsecRound as _, Utc};
use sqlx::PgConnection;

use super::code::Code;
use super::credential::{
    Achievement, Credential, Format, Holder, Identity, Issuer, Met, SignedBy, Urn, account_commitment,
};
use super::keys::Keys;
use super::verification::{Mismatch, Verification, verify};
use super::{CertificateError, Held, Named, Requirements, Standing, Stored, name, store};
use crate::blobs::Sha256;
use crate::ids::{CertificateId, PersonId, Slug};
use crate::messages::Bilingual;

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
    let holder = store::holder(&mut *conn, person).await?;
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
    let (email, confirmed_name) = match holder {
        Some(row) => {
            let name = row.certificate_name.as_deref().and_then(name::normalise);
            (row.email_confirmed_at, name.zip(row.certificate_name_confirmed_at))
        }
        None => (None, None),
    };
    requirements.push(Requirement::Email(email));
    requirements.push(Requirement::Name(confirmed_name));
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
    let Some(earned) = Earned::from(progress) else { return Ok(None) };
    let id = CertificateId::random();
    let issued_at = now.trunc_subsecs(0);
    let months = Months::new(course.valid_months);
    let credential = Credential {
        format: Format::V1,
        id: Urn(id),
        code: Code::generate()?,
        issuer: SignedBy::new(issuer, keys),
        holder: Holder {
            name: earned.name,
            name_confirmed_at: earned.name_confirmed_at.trunc_subsecs(0),
            identity: Identity::EmailConfirmed { confirmed_at: earned.email_confirmed_at.trunc_subsecs(0) },
            account: account_commitment(id, person),
        },
        achievement: Achievement::CourseCompletion {
            course: course.course.clone(),
            course_title: course.course_title.clone(),
            version: course.version.clone(),
            edition: course.edition.clone(),
            title: course.title.clone(),
            statement: course.statement.clone(),
            requirements: earned.met,
        },
        issued_at,
        expires_at: issued_at.checked_add_months(months).ok_or(CertificateError::Validity(course.valid_months))?,
    };
    store::insert(conn, &signed(&credential, keys, person, now)?).await?;
    Ok(Some(id))
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
    name: String,
    name_confirmed_at: DateTime<Utc>,
    email_confirmed_at: DateTime<Utc>,
    met: Vec<Met>,
}

impl Earned {
    fn from(progress: Progress) -> Option<Self> {
        let (mut email, mut name, mut met) = (None, None, Vec::new());
        for requirement in progress.requirements {
            match requirement {
                Requirement::Email(at) => email = at,
                Requirement::Name(confirmed) => name = confirmed,
                Requirement::Quiz { met: facts, .. } | Requirement::Exercise { met: facts, .. } => met.push(facts?),
            }
        }
        let (name, name_confirmed_at) = name?;
        // A course that asks for nothing gives nothing.
        (!met.is_empty()).then_some(())?;
        Some(Self { name, name_confirmed_at, email_confirmed_at: email?, met })
    }
}

/// The row of `credential`, signed, and proved to stand up to the verification that everybody will make.
fn signed(
    credential: &Credential,
    keys: &Keys,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<Stored, CertificateError> {
    let payload = credential.canonical()?;
    let Achievement::CourseCompletion { course, version, .. } = &credential.achievement;
    let stored = Stored {
        id: credential.id(),
        code: credential.code.to_string(),
        person,
        course_slug: course.to_string(),
        course_version: version.clone(),
        holder_name: credential.holder.name.clone(),
        issued_at: credential.issued_at,
        expires_at: credential.expires_at,
        key_id: keys.public().to_string(),
        signature: keys.sign(&payload).to_vec(),
        payload,
        revocation: None,
    };
    match verify(&stored, &[keys.public()], now) {
        Verification::Valid(read) | Verification::Expired(read) if read == *credential => Ok(stored),
        Verification::Valid(_) | Verification::Expired(_) | Verification::Revoked(..) => {
            Err(CertificateError::SelfCheck(Mismatch::Format))
        }
        Verification::DoesNotMatch(mismatch) => Err(CertificateError::SelfCheck(mismatch)),
    }
}
