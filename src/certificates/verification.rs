//! Whether a certificate holds: a pure function of stored bytes, signature, trusted keys, register and time.

use chrono::{DateTime, Utc};

use super::Stored;
use super::credential::{Credential, account_commitment};
use super::public_key::PublicKey;

/// What verification found.
#[derive(Debug, Clone, PartialEq)]
pub enum Verification {
    /// Authentic, not withdrawn, and within its time.
    Valid(Credential),
    /// Authentic and not withdrawn, but its time is over.
    Expired(Credential),
    /// Authentic, but withdrawn by its issuer.
    Revoked(Credential, Revocation),
    /// Its content cannot be trusted, so it is not carried here.
    DoesNotMatch(Mismatch),
}

/// One thing that was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// Its name: `signature`, `issuer_key`, `register`, `not_revoked` or `not_expired`.
    pub name: &'static str,
    /// Whether it came out well.
    pub passed: bool,
}

impl Verification {
    /// The result in one word, for addresses, JSON and message keys.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Valid(_) => "valid",
            Self::Expired(_) => "expired",
            Self::Revoked(..) => "revoked",
            Self::DoesNotMatch(_) => "does-not-match",
        }
    }

    /// The certificate, where its content can be trusted.
    pub fn credential(&self) -> Option<&Credential> {
        match self {
            Self::Valid(credential) | Self::Expired(credential) | Self::Revoked(credential, _) => Some(credential),
            Self::DoesNotMatch(_) => None,
        }
    }

    /// What was checked at `now`; nothing where the content cannot be trusted, for then only that counts.
    pub fn checks(&self, now: DateTime<Utc>) -> Vec<Check> {
        let Some(credential) = self.credential() else { return Vec::new() };
        let is_revoked = matches!(self, Self::Revoked(..));
        vec![
            Check { name: "signature", passed: true },
            Check { name: "issuer_key", passed: true },
            Check { name: "register", passed: true },
            Check { name: "not_revoked", passed: !is_revoked },
            Check { name: "not_expired", passed: now < credential.expires_at },
        ]
    }
}

/// The withdrawal of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// When.
    pub at: DateTime<Utc>,
    /// Why, for everybody who verifies it.
    pub reason: String,
}

/// In what a certificate disagrees; for logs and operators, not for the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// It names a key that is not the issuer's.
    #[error("it is signed with a key that is not the issuer's")]
    Key,
    /// The signature is not over these bytes.
    #[error("the signature does not fit the content")]
    Signature,
    /// The signed bytes are no certificate in a format that we know.
    #[error("the signed content is no certificate in a known format")]
    Format,
    /// A column of the register says something else than the signed bytes.
    #[error("the register's {0} is not what was signed")]
    Register(&'static str),
}

/// Verifies one row of the register with the issuer's `keys`, past ones included.
pub fn verify(stored: &Stored, keys: &[PublicKey], now: DateTime<Utc>) -> Verification {
    let authentic = authenticate(&stored.payload, &stored.signature, &stored.key_id, keys)
        .and_then(|credential| agree(stored, &credential).map(|()| credential));
    match (authentic, &stored.revocation) {
        (Err(mismatch), _) => Verification::DoesNotMatch(mismatch),
        (Ok(credential), Some(revocation)) => Verification::Revoked(credential, revocation.clone()),
        (Ok(credential), None) if now >= credential.expires_at => Verification::Expired(credential),
        (Ok(credential), None) => Verification::Valid(credential),
    }
}

/// The certificate in `payload`, if `signature` over exactly these bytes was made with the trusted key that `key_id`
/// names. Nothing in the payload is looked at before that.
pub fn authenticate(
    payload: &[u8],
    signature: &[u8],
    key_id: &str,
    trusted: &[PublicKey],
) -> Result<Credential, Mismatch> {
    let key = trusted.iter().find(|key| key.to_string() == key_id).ok_or(Mismatch::Key)?;
    if !key.has_signed(payload, signature) {
        return Err(Mismatch::Signature);
    }
    let credential: Credential = serde_json::from_slice(payload).map_err(|_| Mismatch::Format)?;
    if credential.issuer.key == key_id { Ok(credential) } else { Err(Mismatch::Key) }
}

/// Every column must say what was signed, for people find certificates by the columns.
fn agree(stored: &Stored, signed: &Credential) -> Result<(), Mismatch> {
    let columns = [
        ("id", stored.id == signed.id()),
        ("code", stored.code == signed.code.to_string()),
        ("person_id", account_commitment(stored.id, stored.person) == signed.holder.account),
        ("course_slug", stored.course_slug == signed.achievement.subject()),
        ("course_version", stored.course_version == signed.achievement.version()),
        ("attempt", stored.attempt.as_deref() == signed.achievement.attempt()),
        ("holder_name", stored.holder_name == signed.holder.name),
        ("issued_at", stored.issued_at == signed.issued_at),
        ("expires_at", stored.expires_at == signed.expires_at),
        ("key_id", stored.key_id == signed.issuer.key),
    ];
    match columns.into_iter().find(|(_, agrees)| !agrees) {
        Some((column, _)) => Err(Mismatch::Register(column)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
