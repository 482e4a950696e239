//! The sealed evaluation: variants of the hidden samples drawn from a secret, or private samples that nobody has seen.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::{
    DataSet, GradingError,
    contract::{InputKind, InputSpec},
    report::SealedKind,
    samples::{texts_from_bytes, texts_to_bytes},
    shared::SharedBytes,
    variants::{
        Family,
        draw::Draws,
        image::{self, Shape},
        text,
    },
};

/// What the draws of one sealed evaluation come from. Whoever does not know the key cannot foresee them; the same key,
/// exercise version and subject give the same draws again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Seal([u8; 32]);

impl Seal {
    /// From a server's key, the version of the exercise, and whom or what the draw is for.
    pub fn derive(key: &[u8], exercise_version: &str, subject: &str) -> Self {
        Self(hmac_sha256(key, &[b"assay seal 1", exercise_version.as_bytes(), subject.as_bytes()]))
    }

    /// The order in which `n` variants are given to a model: `order[i]` is the sample that comes at place `i`.
    ///
    /// Without it, a model that ignores its input and answers by position would know the published labels.
    pub fn order(&self, n: usize) -> Vec<usize> {
        let mut draws = Draws::new(&hmac_sha256(&self.0, &[b"order"]), 0);
        let mut order: Vec<usize> = (0..n).collect();
        // Fisher and Yates, as Durstenfeld has it; the bias of the remainder is below n / 2^64.
        for last in (1..n).rev() {
            let word = u64::from(draws.word()) << 32 | u64::from(draws.word());
            order.swap(last, usize::try_from(word % (last as u64 + 1)).unwrap_or(0));
        }
        order
    }

    /// A name for these draws that tells nothing about them, for reports and the result cache.
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::new().chain_update(b"assay seal fingerprint").chain_update(self.0).finalize();
        hex::encode(digest.get(..8).unwrap_or_default())
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seal({})", self.fingerprint())
    }
}

/// HMAC (RFC 2104) over parts with their lengths, so that no two lists of parts run into each other.
fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // A key of any length is taken, so this never fails; without one, nothing would be secret.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(&(part.len() as u64).to_le_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// The sealed evaluation of an exercise.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// The mark, on the exercise's metric.
    pub mark: f64,
    /// Where its samples come from.
    pub source: Source,
}

/// Where sealed samples come from.
#[derive(Debug, Clone)]
pub enum Source {
    /// Label-preserving transforms of the open samples, drawn for each subject.
    Variants(Family),
    /// Samples that were added on the server and are in no public file.
    Private {
        /// Names this set among others: a hash of its contents.
        set: String,
        /// The samples.
        data: DataSet,
    },
}

impl Sealed {
    /// Variants or private samples.
    pub fn kind(&self) -> SealedKind {
        match self.source {
            Source::Variants(_) => SealedKind::Variants,
            Source::Private { .. } => SealedKind::Private,
        }
    }

    /// Names the samples that `seal` leads to: equal names, equal samples.
    pub fn identity(&self, seal: &Seal) -> String {
        match &self.source {
            Source::Variants(_) => format!("variants-{}", seal.fingerprint()),
            Source::Private { set, .. } => private_name(set),
        }
    }

    /// Whether `name` can be the name of these samples; whom variants were drawn for does not matter here.
    pub fn is_called(&self, name: &str) -> bool {
        match &self.source {
            Source::Variants(_) => name.starts_with("variants-"),
            Source::Private { set, .. } => name == private_name(set),
        }
    }

    /// The samples and truth; for variants, `open` supplies the truth and the samples are drawn by [`draw`].
    pub fn data<'a>(&'a self, open: &'a DataSet) -> &'a DataSet {
        match &self.source {
            Source::Variants(_) => open,
            Source::Private { data, .. } => data,
        }
    }
}

fn private_name(set: &str) -> String {
    format!("private-{}", set.chars().take(16).collect::<String>())
}

/// Draws the variants of one input's samples, in the order in which a model gets them.
///
/// # Errors
/// The samples are not what the contract says: a fault of the exercise.
pub fn draw(
    family: &Family,
    seal: &Seal,
    spec: &InputSpec,
    (samples, order): (&SharedBytes, &[usize]),
) -> Result<Vec<u8>, GradingError> {
    let fault = |source| GradingError::Io { what: "reading the samples to be varied", source };
    let bytes = samples.read(0, samples.len()).map_err(fault)?;
    let contradiction = |what: &dyn ToString| GradingError::Evaluation(what.to_string());
    // Each input has draws of its own.
    let seed = hmac_sha256(&seal.0, &[spec.name.as_bytes()]);
    let Some(size) = spec.kind.element_bytes() else {
        let texts =
            texts_from_bytes(&bytes, order.len()).ok_or_else(|| contradiction(&"texts without their offsets"))?;
        let texts = match family {
            Family::Text(changes) => text::transform(*changes, &seed, 0, &texts),
            Family::Image(_) => texts,
        };
        let ordered: Vec<&str> = order.iter().filter_map(|&sample| texts.get(sample).map(String::as_str)).collect();
        return Ok(texts_to_bytes(&ordered));
    };
    let varied = match (family, spec.kind, spec.shape.as_slice()) {
        (Family::Image(ranges), InputKind::Image, &[height, width, channels]) => {
            let mut out = vec![0; bytes.len()];
            let shape = Shape { height, width, channels };
            image::transform(ranges, &seed, shape, 0, &bytes, &mut out).map_err(|error| contradiction(&error))?;
            out
        }
        (Family::Image(_) | Family::Text(_), _, _) => bytes,
    };
    let row = spec.elements() * size;
    Ok(order.iter().flat_map(|&sample| varied.get(sample * row..(sample + 1) * row).unwrap_or(&[])).copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_repeats_and_differs_with_every_part_of_its_origin() {
        let seal = Seal::derive(b"key", "version", "ada");
        assert_eq!(seal, Seal::derive(b"key", "version", "ada"));
        for other in
            [("kez", "version", "ada"), ("key", "versioo", "ada"), ("key", "version", "bea"), ("key", "versio", "nada")]
        {
            assert_ne!(seal, Seal::derive(other.0.as_bytes(), other.1, other.2), "{other:?}");
        }
        assert_eq!(seal.fingerprint().len(), 16);
        assert!(!format!("{seal:?}").contains(&hex::encode(seal.0)), "the secret is never printed");
    }

    #[test]
    fn variants_come_in_an_order_of_their_own_that_repeats() {
        let order = Seal::derive(b"key", "version", "ada").order(1000);
        assert_eq!(order, Seal::derive(b"key", "version", "ada").order(1000));
        assert_ne!(order, Seal::derive(b"key", "version", "bea").order(1000));
        let fixed = order.iter().enumerate().filter(|(place, sample)| place == *sample).count();
        assert!(fixed < 10, "{fixed} stayed in place");
        let mut sorted = order;
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(0..1000));
    }
}
