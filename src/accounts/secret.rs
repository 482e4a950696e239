//! Random secrets that their holder presents and of which only a hash is stored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRng as _;
use rand::rngs::SysRng;
use sha2::{Digest as _, Sha256};

/// What is stored of a secret: its SHA-256 (FIPS 180-4). A look-up by it tells nothing of the secret by its timing.
pub type SecretHash = [u8; 32];

/// A secret of 256 random bits, or the text that somebody presents as one.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// A new secret from the operating system's randomness, behind `prefix`.
    pub fn generate(prefix: &str) -> Result<Self, rand::rngs::SysError> {
        let mut bytes = [0_u8; 32];
        SysRng.try_fill_bytes(&mut bytes)?;
        Ok(Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))))
    }

    /// The secret as a cookie, link or header carries it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> SecretHash {
        hash(&self.0)
    }
}

/// What would be stored of a presented secret.
pub fn hash(presented: &str) -> SecretHash {
    Sha256::digest(presented.as_bytes()).into()
}
