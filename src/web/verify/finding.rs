//! Looking a certificate up and verifying it, by its code or from a file.

use actix_web::http::StatusCode;
use chrono::{DateTime, Utc};

use crate::certificates::Stored;
use crate::certificates::code::Code;
use crate::certificates::credential::Credential;
use crate::certificates::envelope::Envelope;
use crate::certificates::register;
use crate::certificates::verification::{Check, Revocation, Verification, verify};
use crate::web::State;

/// A row of the register and what verification says of it.
pub struct Checked {
    /// The row.
    pub stored: Stored,
    /// The verdict.
    pub verification: Verification,
}

/// What came of looking for a certificate.
pub enum Finding {
    /// It is in the register, and this is what verification says.
    Checked(Box<Checked>),
    /// The register has no such certificate.
    NotFound,
    /// An uploaded file that nobody should trust; it may not be in the register at all.
    FileDoesNotMatch,
    /// The register could not be asked.
    Unavailable,
}

impl Finding {
    /// Word in addresses, JSON and message keys.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Checked(checked) => checked.verification.word(),
            Self::FileDoesNotMatch => "does-not-match",
            Self::NotFound => "not-found",
            Self::Unavailable => "unavailable",
        }
    }

    /// Status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Checked(_) | Self::FileDoesNotMatch => StatusCode::OK,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The row and what it says, where that can be trusted.
    pub fn credential(&self) -> Option<(&Stored, &Credential)> {
        match self {
            Self::Checked(checked) => checked.verification.credential().map(|credential| (&checked.stored, credential)),
            Self::NotFound | Self::FileDoesNotMatch | Self::Unavailable => None,
        }
    }

    /// Its withdrawal, where it is authentic and was withdrawn.
    pub fn revocation(&self) -> Option<&Revocation> {
        match self {
            Self::Checked(checked) => match &checked.verification {
                Verification::Revoked(_, revocation) => Some(revocation),
                Verification::Valid(_) | Verification::Expired(_) | Verification::DoesNotMatch(_) => None,
            },
            Self::NotFound | Self::FileDoesNotMatch | Self::Unavailable => None,
        }
    }

    /// What was checked at `now`.
    pub fn checks(&self, now: DateTime<Utc>) -> Vec<Check> {
        match self {
            Self::Checked(checked) => checked.verification.checks(now),
            Self::NotFound | Self::FileDoesNotMatch | Self::Unavailable => Vec::new(),
        }
    }
}

/// A code, looked up and verified; a register that cannot be asked is a finding too, never "not found".
pub async fn look_up(state: &State, code: &Code, now: DateTime<Utc>) -> Finding {
    let found = async {
        let Some(stored) = register::by_code(&state.pool, code).await? else { return Ok(None) };
        let keys = register::public_keys(&state.pool).await?;
        Ok::<_, sqlx::Error>(Some((stored, keys)))
    };
    match found.await {
        Ok(Some((stored, keys))) => {
            let verification = verify(&stored, &keys, now);
            if let Verification::DoesNotMatch(mismatch) = &verification {
                tracing::error!(certificate = %stored.id, %mismatch, "a stored certificate does not match");
            }
            Finding::Checked(Box::new(Checked { stored, verification }))
        }
        Ok(None) => Finding::NotFound,
        Err(error) => {
            tracing::error!(%error, "a certificate could not be looked up");
            Finding::Unavailable
        }
    }
}

/// An uploaded file: authentic by itself first, then the same as what the register has.
pub async fn look_up_file(state: &State, envelope: &Envelope, now: DateTime<Utc>) -> Finding {
    let keys = match register::public_keys(&state.pool).await {
        Ok(keys) => keys,
        Err(error) => {
            tracing::error!(%error, "an uploaded certificate could not be checked");
            return Finding::Unavailable;
        }
    };
    let code = match envelope.certificate(&keys) {
        Ok(credential) => credential.code,
        Err(mismatch) => {
            tracing::info!(%mismatch, "an uploaded certificate does not match");
            return Finding::FileDoesNotMatch;
        }
    };
    match look_up(state, &code, now).await {
        Finding::Checked(checked) if checked.stored.payload != envelope.payload.as_bytes() => Finding::FileDoesNotMatch,
        other => other,
    }
}
