//! Identifiers as types: time-ordered UUIDs inside, random ones where the public sees them.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::{NoContext, Timestamp, Uuid};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new time-ordered id (UUID version 7, RFC 9562) for something that came to be at `now`.
            pub fn new(now: DateTime<Utc>) -> Self {
                Self(time_ordered(now))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::from_str(text).map(Self)
            }
        }
    };
}

id!(/// A person with an account.
    PersonId);
id!(/// One submitted file and its circumstances.
    SubmissionId);
id!(/// One run of the grader for a submission: the fence against stale workers.
    RunId);
id!(/// One further run of a script with another seed.
    RetrainingId);
id!(/// One recorded grading of a submission.
    GradingId);
id!(/// Submissions graded again on trial.
    ShadowId);
id!(/// One change of a result.
    RegradingId);
id!(/// One request that a result be looked at again.
    ReviewId);
id!(/// One message in the outbox.
    MailId);
id!(/// One line of the audit log.
    AuditId);
id!(/// One personal API token.
    ApiTokenId);
id!(/// One attempt at a quiz.
    QuizAttemptId);
id!(/// One attempt at an exam.
    ExamAttemptId);
id!(/// One state that an authored work was saved in.
    RevisionId);
id!(/// One trial of an exercise's reference solutions.
    TrialId);
id!(/// One archive that was uploaded to be imported.
    ImportId);
id!(/// One class of a course.
    CohortId);
id!(/// One announcement to a class or course.
    AnnouncementId);
id!(/// One personal extension of a due date.
    ExtensionId);
id!(/// One grade set by hand.
    AdjustmentId);

/// A certificate's public identifier: random (UUID version 4), so that one certificate tells nothing of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct CertificateId(pub Uuid);

impl CertificateId {
    /// A new random id.
    pub fn random() -> Self {
        Self(random())
    }
}

impl fmt::Display for CertificateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A fresh lease token: whoever holds the current one may write a run's result.
pub fn lease_token() -> Uuid {
    random()
}

/// A request's identifier, shown on error pages and in the log.
pub fn request_id() -> Uuid {
    random()
}

fn time_ordered(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos()))
}

#[expect(clippy::disallowed_methods, reason = "this is the one place where public ids are made")]
fn random() -> Uuid {
    Uuid::new_v4()
}

/// A short name in addresses and folders: lower-case letters, digits and single hyphens, 1 to 64 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(try_from = "String", into = "String")]
#[sqlx(transparent)]
pub struct Slug(String);

/// What is wrong with a text that should be a [`Slug`].
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a slug: use 1 to 64 lower-case letters, digits and single hyphens")]
pub struct InvalidSlug(String);

impl Slug {
    /// The slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = InvalidSlug;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let shape = !text.starts_with('-') && !text.ends_with('-') && !text.contains("--");
        if (1..=64).contains(&text.len()) && text.chars().all(allowed) && shape {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidSlug(text.chars().take(80).collect()))
        }
    }
}

impl TryFrom<String> for Slug {
    type Error = InvalidSlug;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl AsRef<str> for Slug {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let early = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let late = DateTime::from_timestamp(1_700_000_001, 0).unwrap();
        assert!(SubmissionId::new(early) < SubmissionId::new(late));
    }

    #[test]
    fn slugs_are_what_addresses_can_hold() {
        assert!("mnist-digits".parse::<Slug>().is_ok());
        for wrong in ["", "-a", "a-", "a--b", "A", "a b", "数字", "../x", &"x".repeat(65)] {
            assert!(wrong.parse::<Slug>().is_err(), "{wrong}");
        }
    }
}
