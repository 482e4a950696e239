//! What a certificate says: the document whose canonical bytes are signed and kept for ever.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;

use super::code::Code;
use super::examination::Examination;
use super::keys::Keys;
use crate::blobs::Sha256;
use crate::config::Config;
use crate::ids::{CertificateId, PersonId, Slug};
use crate::messages::Bilingual;

/// A certificate as it is signed. Formats are frozen: a change to any member is a new `format`, beside the others.
/// One is read only where its format carries its kind of achievement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Credential {
    /// Which document this is, so that a signature over one kind is never taken for another.
    pub format: Format,
    /// Public identifier, as a URN.
    pub id: Urn,
    /// Short code for people.
    pub code: Code,
    /// Who vouches for it.
    pub issuer: SignedBy,
    /// Who earned it.
    pub holder: Holder,
    /// For what.
    pub achievement: Achievement,
    /// When it was issued, to the second.
    pub issued_at: DateTime<Utc>,
    /// The first second at which it is no longer valid.
    pub expires_at: DateTime<Utc>,
}

impl<'de> Deserialize<'de> for Credential {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let credential = Self::deserialize(deserializer)?;
        if credential.format == credential.achievement.format() {
            Ok(credential)
        } else {
            Err(D::Error::custom("this format does not carry this kind of achievement"))
        }
    }
}

impl Serialize for Credential {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

/// Formats of certificates; all are JSON in canonical form (RFC 8785), with Ed25519 (RFC 8032) over its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// The completion of a course.
    #[serde(rename = "assay-certificate-1")]
    V1,
    /// A passed exam.
    #[serde(rename = "assay-certificate-2")]
    V2,
    /// The completion of a course, with a signatory.
    #[serde(rename = "assay-certificate-3")]
    V3,
}

/// A certificate's identifier as a document carries it: `urn:uuid:…` (RFC 9562 §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Urn(pub CertificateId);

/// A text that should have been a `urn:uuid:…`.
#[derive(Debug, thiserror::Error)]
#[error("a certificate id is written as urn:uuid: and a UUID")]
pub struct InvalidUrn;

impl TryFrom<String> for Urn {
    type Error = InvalidUrn;

    fn try_from(text: String) -> Result<Self, InvalidUrn> {
        let uuid = text.strip_prefix("urn:uuid:").ok_or(InvalidUrn)?;
        uuid.parse().map(|uuid| Self(CertificateId(uuid))).map_err(|_| InvalidUrn)
    }
}

impl From<Urn> for String {
    fn from(urn: Urn) -> Self {
        format!("urn:uuid:{}", urn.0)
    }
}

/// The installation that issues certificates, as its settings name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// Name for people.
    pub name: String,
    /// The address people use.
    pub url: Url,
}

impl Issuer {
    /// The issuer that the settings name.
    pub fn from_config(config: &Config) -> Self {
        Self { name: config.name.clone(), url: config.base_url.clone() }
    }

    /// The issuer's name for programs: `did:web:` and the host, a port percent-encoded (did:web §3.1).
    pub fn did(&self) -> String {
        let host = self.url.host_str().unwrap_or("localhost");
        match self.url.port() {
            Some(port) => format!("did:web:{host}%3A{port}"),
            None => format!("did:web:{host}"),
        }
    }
}

/// The issuer as a document names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedBy {
    /// Its decentralised identifier, where its keys are found.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its address.
    pub url: String,
    /// Name of the key that signed the document.
    pub key: String,
}

impl SignedBy {
    /// `issuer`, signing with `keys`.
    pub fn new(issuer: &Issuer, keys: &Keys) -> Self {
        let key = keys.public().to_string();
        Self {
            id: issuer.did(),
            name: issuer.name.clone(),
            url: issuer.url.as_str().trim_end_matches('/').to_owned(),
            key,
        }
    }
}

/// Who earned a certificate, and how we know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// Name as confirmed by its bearer.
    pub name: String,
    /// When they confirmed it.
    pub name_confirmed_at: DateTime<Utc>,
    /// How their identity was established.
    pub identity: Identity,
    /// [`account_commitment`]: binds the certificate to an account without telling which.
    pub account: Sha256,
}

/// How a holder's identity was established, weakest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Identity {
    /// They showed that an e-mail address is theirs; nobody looked at a document.
    EmailConfirmed {
        /// When.
        confirmed_at: DateTime<Utc>,
    },
}

/// What was achieved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Achievement {
    /// All requirements of a course, without supervision.
    CourseCompletion {
        /// The course.
        course: Slug,
        /// Its title.
        course_title: Bilingual,
        /// The version whose requirements were met: the hash of its definition.
        version: String,
        /// The edition, as people call that version.
        edition: String,
        /// Title of the certificate.
        title: Bilingual,
        /// What its holder can do.
        statement: Bilingual,
        /// Each requirement with its facts, in the order of the course.
        requirements: Vec<Met>,
        /// Who answers for it in person; the third format has one, the first has none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signatory: Option<Signatory>,
    },
    /// A certification exam.
    Certification(Examination),
}

impl Achievement {
    /// The one format that carries it.
    pub fn format(&self) -> Format {
        match self {
            Self::CourseCompletion { signatory: None, .. } => Format::V1,
            Self::CourseCompletion { signatory: Some(_), .. } => Format::V3,
            Self::Certification(_) => Format::V2,
        }
    }

    /// Title of the certificate.
    pub fn title(&self) -> &Bilingual {
        match self {
            Self::CourseCompletion { title, .. } => title,
            Self::Certification(examination) => &examination.title,
        }
    }

    /// What the register calls it: a course by its slug, an exam by [`exam_subject`].
    pub fn subject(&self) -> Cow<'_, str> {
        match self {
            Self::CourseCompletion { course, .. } => course.as_str().into(),
            Self::Certification(examination) => exam_subject(&examination.exam).into(),
        }
    }

    /// The version of the course or exam.
    pub fn version(&self) -> &str {
        match self {
            Self::CourseCompletion { version, .. } => version,
            Self::Certification(examination) => &examination.exam_version,
        }
    }

    /// Public reference of the attempt at an exam.
    pub fn attempt(&self) -> Option<&str> {
        match self {
            Self::CourseCompletion { .. } => None,
            Self::Certification(examination) => Some(&examination.attempt),
        }
    }
}

/// A person whom the issuer, whose key signs the certificate, names as answering for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signatory {
    /// Their name.
    pub name: String,
    /// As what they do.
    pub role: Bilingual,
}

/// Before the slug of an exam, in the register; no course is called so, for a slug has no slash.
pub(super) const EXAM_PREFIX: &str = "exam/";

/// What the register calls `exam`.
pub fn exam_subject(exam: &Slug) -> String {
    format!("{EXAM_PREFIX}{exam}")
}

/// A requirement that was met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Met {
    /// The quiz of a module was passed.
    Quiz {
        /// The module.
        module: Slug,
        /// Its title.
        title: Bilingual,
        /// Points reached.
        points: f64,
        /// Points possible.
        max_points: f64,
        /// When it was passed.
        passed_at: DateTime<Utc>,
    },
    /// A graded exercise was passed.
    Exercise {
        /// The exercise.
        exercise: Slug,
        /// Its title.
        title: Bilingual,
        /// The version that was graded.
        version: String,
        /// What the score measures.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        metric: Option<String>,
        /// The score.
        score: f64,
        /// The score that passes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pass_mark: Option<f64>,
        /// Whether the mark for distinction was reached too.
        distinction: bool,
        /// The grader, with its ONNX Runtime.
        grader: String,
        /// SHA-256 of the submitted model.
        model_sha256: Sha256,
        /// When it was graded.
        passed_at: DateTime<Utc>,
    },
}

impl Credential {
    /// The bytes to sign: JSON in canonical form (JCS, RFC 8785).
    pub fn canonical(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json_canonicalizer::to_vec(self)
    }

    /// The certificate's id.
    pub fn id(&self) -> CertificateId {
        self.id.0
    }

    /// Whether any exercise reached its mark for distinction.
    pub fn has_distinction(&self) -> bool {
        match &self.achievement {
            Achievement::CourseCompletion { requirements, .. } => requirements.iter().any(|met| match met {
                Met::Exercise { distinction, .. } => *distinction,
                Met::Quiz { .. } => false,
            }),
            Achievement::Certification(_) => false,
        }
    }
}

/// Binds certificate `id` to the account of `person`: the SHA-256 of both ids, so that the register cannot give a
/// certificate to somebody else unnoticed, and the document still does not tell whose account it is.
pub fn account_commitment(id: CertificateId, person: PersonId) -> Sha256 {
    Sha256::of(format!("assay-certificate-account\n{id}\n{person}").as_bytes())
}
