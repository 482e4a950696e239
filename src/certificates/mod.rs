//! Certificates: who has earned one, what it says, how it is signed, found, verified and withdrawn.

use chrono::{DateTime, Utc};

use crate::ids::{CertificateId, PersonId, Slug};
use crate::messages::Bilingual;

pub mod code;
pub mod credential;
pub mod earned;
pub mod envelope;
pub mod exam;
pub mod examination;
pub mod issue;
pub mod key_document;
pub mod keys;
pub mod name;
pub mod public_key;
pub mod regraded;
pub mod register;
pub mod status;
pub mod verification;

mod store;

use verification::{Mismatch, Revocation};

/// What a version of a course asks for before it gives its certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirements {
    /// The course.
    pub course: Slug,
    /// Its title.
    pub course_title: Bilingual,
    /// Its version: the hash of its definition.
    pub version: String,
    /// Its edition, as people call the version: `1.0`.
    pub edition: String,
    /// Title of the certificate.
    pub title: Bilingual,
    /// What the holder can do.
    pub statement: Bilingual,
    /// Modules whose quiz must be passed, in the order of the course.
    pub modules: Vec<Named>,
    /// Exercises that must be passed, in the order of the course.
    pub exercises: Vec<Slug>,
    /// How long the certificate is valid.
    pub valid_months: u32,
    /// Who answers for it in person, if anybody.
    pub signatory: Option<credential::Signatory>,
}

/// A module with its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its name in addresses and folders.
    pub slug: Slug,
    /// Its title.
    pub title: Bilingual,
}

/// One row of the register, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Public id.
    pub id: CertificateId,
    /// Code for people.
    pub code: String,
    /// Who earned it.
    pub person: PersonId,
    /// For which course; `exam/` and the exam's slug for an exam.
    pub course_slug: String,
    /// Which version of it.
    pub course_version: String,
    /// Public reference of the attempt, for an exam.
    pub attempt: Option<String>,
    /// Name of the holder.
    pub holder_name: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// The key that signed it.
    pub key_id: String,
    /// The exact bytes that were signed.
    pub payload: Vec<u8>,
    /// Ed25519 signature over them, 64 bytes.
    pub signature: Vec<u8>,
    /// Its withdrawal, if it was withdrawn.
    pub revocation: Option<Revocation>,
}

impl Stored {
    /// The exam that it is of, unless it is of a course.
    pub fn exam(&self) -> Option<&str> {
        self.course_slug.strip_prefix(credential::EXAM_PREFIX)
    }
}

/// A certificate that somebody holds of a course or an exam.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Public id.
    pub id: CertificateId,
    /// The version of the course or exam that it names.
    pub course_version: String,
    /// The attempt that it names, of an exam.
    pub attempt: Option<String>,
    /// When it was withdrawn.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Whether it still counts.
    pub standing: Standing,
}

/// A certificate in a list; nothing of it is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Public id.
    pub id: CertificateId,
    /// Code for people.
    pub code: String,
    /// Who earned it.
    pub person: PersonId,
    /// For which course or exam, as in [`Stored`].
    pub course_slug: String,
    /// The certificate's title, where the signed bytes tell it.
    pub title: Option<Bilingual>,
    /// Name of the holder.
    pub holder_name: String,
    /// Address of the holder's account, unless that is deleted.
    pub email: Option<String>,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// Whether it still counts.
    pub standing: Standing,
    /// Its withdrawal, if it was withdrawn.
    pub revocation: Option<Revocation>,
}

impl Listed {
    fn title_in(payload: &[u8]) -> Option<Bilingual> {
        let credential: credential::Credential = serde_json::from_slice(payload).ok()?;
        Some(credential.achievement.title().clone())
    }
}

/// Whether a certificate still counts, apart from its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Valid,
    /// Its time is over.
    Expired,
    /// It was withdrawn.
    Revoked,
}

impl Standing {
    /// Every standing.
    pub const ALL: [Self; 3] = [Self::Valid, Self::Expired, Self::Revoked];

    /// The standing at `now`.
    pub fn at(now: DateTime<Utc>, expires_at: DateTime<Utc>, is_revoked: bool) -> Self {
        if is_revoked {
            Self::Revoked
        } else if now >= expires_at {
            Self::Expired
        } else {
            Self::Valid
        }
    }

    /// Its name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// The standing called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.name() == name)
    }
}

/// Which certificates a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Those of one person.
    pub person: Option<PersonId>,
    /// Those of these courses and exams, as the register calls them.
    pub subjects: Option<Vec<String>>,
    /// Those with this text in the holder's name or address, the course or exam, or as their code; empty for all.
    pub text: String,
    /// Those of one standing.
    pub standing: Option<Standing>,
    /// How many.
    pub limit: u32,
    /// How many to leave out before.
    pub skip: u32,
}

/// Why something about a certificate could not be done.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// PostgreSQL refused.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system: {0}")]
    Randomness(#[from] rand::rngs::SysError),
    /// A document could not be written.
    #[error("cannot write the document: {0}")]
    Document(#[from] serde_json::Error),
    /// A new certificate does not stand up to its own verification, so it was not issued.
    #[error("the certificate about to be issued does not verify: {0}")]
    SelfCheck(Mismatch),
    /// The validity reaches beyond the calendar.
    #[error("{0} months from now is no date")]
    Validity(u32),
    /// An exam is to be certified whose result is below a mark, or which has no parts.
    #[error("the exam {0} was not passed")]
    NotPassed(Slug),
    /// There is no such certificate.
    #[error("there is no such certificate")]
    NotFound,
    /// It was withdrawn before.
    #[error("the certificate was already revoked")]
    AlreadyRevoked,
    /// A withdrawal needs a reason.
    #[error("a revocation needs a reason of 1 to {} characters", register::LONGEST_REASON)]
    NoReason,
}
