//! The issuer's keys as a document that anybody can keep: did:web, served at `/.well-known/did.json`.

use serde::{Deserialize, Serialize};

use super::credential::Issuer;
use super::public_key::PublicKey;

/// A DID document (W3C DID 1.0) with Ed25519 keys as Multikey. Past keys stay in it, for what they signed stays valid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyDocument {
    /// Vocabulary of the members.
    #[serde(rename = "@context")]
    pub context: Vec<String>,
    /// Whose keys these are.
    pub id: String,
    /// The keys.
    pub verification_method: Vec<VerificationMethod>,
    /// Names of the keys that may sign certificates.
    pub assertion_method: Vec<String>,
}

/// One key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerificationMethod {
    /// Its full name: the document's id, `#`, and the key itself.
    pub id: String,
    /// `Multikey`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whose it is.
    pub controller: String,
    /// The key.
    pub public_key_multibase: String,
}

impl KeyDocument {
    /// The document of `issuer` with its `keys`.
    pub fn new(issuer: &Issuer, keys: &[PublicKey]) -> Self {
        let id = issuer.did();
        let methods = keys.iter().map(|key| VerificationMethod {
            id: format!("{id}#{key}"),
            kind: "Multikey".to_owned(),
            controller: id.clone(),
            public_key_multibase: key.to_string(),
        });
        let verification_method: Vec<_> = methods.collect();
        Self {
            context: ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
                .map(str::to_owned)
                .into(),
            assertion_method: verification_method.iter().map(|method| method.id.clone()).collect(),
            verification_method,
            id,
        }
    }

    /// The Ed25519 keys that may sign certificates: listed for that, and controlled by the document's own issuer.
    pub fn keys(&self) -> Vec<PublicKey> {
        let own = self.verification_method.iter().filter(|method| {
            method.kind == "Multikey" && method.controller == self.id && self.assertion_method.contains(&method.id)
        });
        own.filter_map(|method| method.public_key_multibase.parse().ok()).collect()
    }
}
