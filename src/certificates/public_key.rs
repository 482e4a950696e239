//! An issuer's public key and its name: the multibase form that key documents carry.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, VerifyingKey};

/// Multicodec prefix of Ed25519 public keys: 0xed as a varint (Multikey, W3C CID 1.0 §2.2.2).
const ED25519_PUB: [u8; 2] = [0xed, 0x01];

/// An Ed25519 public key (RFC 8032), written as Multikey: `z` and base58btc of prefix and key, hence `z6Mk…`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// A text or bytes that should have been a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an Ed25519 public key is written as z6Mk… (Multikey, base58btc)")]
pub struct InvalidKey;

impl PublicKey {
    /// The key as the database keeps it.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Whether `signature` over exactly `message` was made with this key; weak keys are refused.
    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.0.verify_strict(message, &signature).is_ok())
    }
}

impl From<VerifyingKey> for PublicKey {
    fn from(key: VerifyingKey) -> Self {
        Self(key)
    }
}

impl TryFrom<&[u8]> for PublicKey {
    type Error = InvalidKey;

    fn try_from(bytes: &[u8]) -> Result<Self, InvalidKey> {
        let bytes = bytes.try_into().map_err(|_| InvalidKey)?;
        VerifyingKey::from_bytes(bytes).map(Self).map_err(|_| InvalidKey)
    }
}

impl FromStr for PublicKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        // 34 bytes are 47 or 48 characters; longer texts are not worth the quadratic work of base 58.
        let encoded = text.strip_prefix('z').filter(|rest| rest.len() < 60).ok_or(InvalidKey)?;
        let bytes = bs58::decode(encoded).into_vec().map_err(|_| InvalidKey)?;
        Self::try_from(bytes.strip_prefix(&ED25519_PUB).ok_or(InvalidKey)?)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: Vec<u8> = ED25519_PUB.iter().chain(self.as_bytes()).copied().collect();
        write!(f, "z{}", bs58::encode(bytes).into_string())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key pair of the W3C test vectors (Data Integrity `EdDSA` Cryptosuites 1.0, appendix B.1).
    const VECTOR: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";

    #[test]
    fn a_key_reads_back_from_its_name() {
        let key: PublicKey = VECTOR.parse().unwrap();
        assert_eq!(key.to_string(), VECTOR);
        assert_eq!(PublicKey::try_from(key.as_bytes().as_slice()), Ok(key));
    }

    #[test]
    fn other_texts_are_no_keys() {
        for wrong in ["", "z", "z6Mk", &VECTOR[1..], &VECTOR[..40], &format!("{VECTOR}2"), "zDnaerx9CtbPJ1q36T5Ln5wYt"]
        {
            assert_eq!(wrong.parse::<PublicKey>(), Err(InvalidKey), "{wrong}");
        }
    }
}
