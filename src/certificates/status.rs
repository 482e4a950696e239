//! The list of withdrawn certificates, signed with its time, for verifying without a connection.

use chrono::{DateTime, SubsecRound as _, Utc};
use serde::{Deserialize, Serialize};

use super::credential::{Issuer, SignedBy, Urn};
use super::envelope::Envelope;
use super::keys::Keys;
use super::public_key::PublicKey;
use super::verification::Mismatch;
use crate::ids::CertificateId;

/// Every certificate of an issuer that was withdrawn, as of one moment. It gives no reasons and names nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusList {
    /// Which document this is.
    pub format: Format,
    /// Whose list it is.
    pub issuer: SignedBy,
    /// The moment it tells of.
    pub as_of: DateTime<Utc>,
    /// The withdrawn certificates, in the order of their ids.
    pub revoked: Vec<Revoked>,
}

/// Formats of status lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// JSON in canonical form (RFC 8785).
    #[serde(rename = "assay-status-1")]
    V1,
}

/// One withdrawn certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revoked {
    /// Which.
    pub id: Urn,
    /// When.
    pub at: DateTime<Utc>,
}

impl StatusList {
    /// The list as of `now`.
    pub fn new(issuer: &Issuer, keys: &Keys, revoked: &[(CertificateId, DateTime<Utc>)], now: DateTime<Utc>) -> Self {
        Self {
            format: Format::V1,
            issuer: SignedBy::new(issuer, keys),
            as_of: now.trunc_subsecs(0),
            revoked: revoked.iter().map(|(id, at)| Revoked { id: Urn(*id), at: at.trunc_subsecs(0) }).collect(),
        }
    }

    /// The list as a signed file.
    pub fn sign(&self, keys: &Keys) -> Result<Envelope, serde_json::Error> {
        Ok(Envelope::sign(serde_json_canonicalizer::to_string(self)?, keys))
    }

    /// The list in a signed file, if one of the `trusted` keys signed it.
    pub fn read(envelope: &Envelope, trusted: &[PublicKey]) -> Result<Self, Mismatch> {
        let key = trusted.iter().find(|key| key.to_string() == envelope.key).ok_or(Mismatch::Key)?;
        if !key.has_signed(envelope.payload.as_bytes(), &envelope.signature_bytes()?) {
            return Err(Mismatch::Signature);
        }
        let list: Self = serde_json::from_str(&envelope.payload).map_err(|_| Mismatch::Format)?;
        if list.issuer.key == envelope.key { Ok(list) } else { Err(Mismatch::Key) }
    }

    /// When `id` was withdrawn, if it was.
    pub fn revoked_at(&self, id: CertificateId) -> Option<DateTime<Utc>> {
        self.revoked.iter().find(|revoked| revoked.id.0 == id).map(|revoked| revoked.at)
    }
}
