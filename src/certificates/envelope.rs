//! A signed document as a file: the exact signed text, the signature, and the name of the key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::Stored;
use super::credential::Credential;
use super::keys::Keys;
use super::public_key::PublicKey;
use super::verification::{Mismatch, authenticate};

/// Largest file that is looked at, in bytes.
pub const LARGEST: usize = 256 * 1024;

/// A signed document that can be handed on.
///
/// To verify it without this program: the bytes of `payload` are the message, `signature` is base64url (RFC 4648 §5,
/// no padding) of 64 bytes, and the key comes from the issuer, never from this file: `key` only tells which one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The signed text, exactly: JSON in canonical form (RFC 8785), whose own `format` tells what it is.
    pub payload: String,
    /// Ed25519 signature (RFC 8032) over the bytes of `payload`.
    pub signature: String,
    /// Name of the key that signed it.
    pub key: String,
}

/// A file that is not a signed document at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a signed certificate file: it should be JSON with the members payload, signature and key")]
pub struct NotAnEnvelope;

impl Envelope {
    /// Signs `payload`.
    pub fn sign(payload: String, keys: &Keys) -> Self {
        let signature = URL_SAFE_NO_PAD.encode(keys.sign(payload.as_bytes()));
        Self { payload, signature, key: keys.public().to_string() }
    }

    /// The file of a certificate; `None` where the stored bytes are no text.
    pub fn of(stored: &Stored) -> Option<Self> {
        Some(Self {
            payload: String::from_utf8(stored.payload.clone()).ok()?,
            signature: URL_SAFE_NO_PAD.encode(&stored.signature),
            key: stored.key_id.clone(),
        })
    }

    /// Reads a file; nothing is verified by that.
    pub fn read(bytes: &[u8]) -> Result<Self, NotAnEnvelope> {
        if bytes.len() > LARGEST {
            return Err(NotAnEnvelope);
        }
        serde_json::from_slice(bytes).map_err(|_| NotAnEnvelope)
    }

    /// The signature's bytes.
    pub fn signature_bytes(&self) -> Result<Vec<u8>, Mismatch> {
        URL_SAFE_NO_PAD.decode(&self.signature).map_err(|_| Mismatch::Signature)
    }

    /// The certificate inside, if one of the `trusted` keys signed it.
    pub fn certificate(&self, trusted: &[PublicKey]) -> Result<Credential, Mismatch> {
        authenticate(self.payload.as_bytes(), &self.signature_bytes()?, &self.key, trusted)
    }
}
