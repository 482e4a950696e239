//! What a model answered, and the two forms in which that is kept.

/// What a model answered, for all samples in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Predictions {
    /// One row of scores per sample, row-major.
    Scores {
        /// Length of a row.
        classes: usize,
        /// `n × classes` values.
        values: Vec<f32>,
    },
    /// One class index per sample.
    Labels(Vec<u32>),
    /// One value per sample.
    Values(Vec<f32>),
}

const SCORES: &[u8; 4] = b"ASP1";
const LABELS: &[u8; 4] = b"ALP1";
const VALUES: &[u8; 4] = b"AVP1";

impl Predictions {
    /// The blob: four bytes of kind (`ASP1` scores, `ALP1` labels, `AVP1` values), classes and count as little-endian u32, the values.
    pub fn to_bytes(&self) -> Vec<u8> {
        let header = |kind: &[u8; 4], classes: usize, n: usize| {
            let mut bytes = kind.to_vec();
            for number in [classes, n] {
                bytes.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
            }
            bytes
        };
        match self {
            Self::Scores { classes, values } => {
                let mut bytes = header(SCORES, *classes, values.len() / (*classes).max(1));
                bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
                bytes
            }
            Self::Labels(labels) => {
                let mut bytes = header(LABELS, 0, labels.len());
                bytes.extend(labels.iter().flat_map(|label| label.to_le_bytes()));
                bytes
            }
            Self::Values(values) => {
                let mut bytes = header(VALUES, 0, values.len());
                bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
                bytes
            }
        }
    }

    /// Reads what [`Predictions::to_bytes`] wrote; `None` if the bytes are something else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (kind, rest) = bytes.split_first_chunk::<4>()?;
        let (classes, rest) = rest.split_first_chunk::<4>()?;
        let (n, values) = rest.split_first_chunk::<4>()?;
        let classes = usize::try_from(u32::from_le_bytes(*classes)).ok()?;
        let n = usize::try_from(u32::from_le_bytes(*n)).ok()?;
        let (words, left) = values.as_chunks::<4>();
        if !left.is_empty() {
            return None;
        }
        if kind == SCORES && words.len() == n.checked_mul(classes)? {
            Some(Self::Scores { classes, values: words.iter().map(|word| f32::from_le_bytes(*word)).collect() })
        } else if kind == LABELS && words.len() == n {
            Some(Self::Labels(words.iter().map(|word| u32::from_le_bytes(*word)).collect()))
        } else if kind == VALUES && words.len() == n {
            Some(Self::Values(words.iter().map(|word| f32::from_le_bytes(*word)).collect()))
        } else {
            None
        }
    }

    /// Number of samples that were answered.
    pub fn samples(&self) -> usize {
        match self {
            Self::Scores { classes, values } => values.len() / (*classes).max(1),
            Self::Labels(labels) => labels.len(),
            Self::Values(values) => values.len(),
        }
    }

    /// Whether every number is finite.
    pub fn are_finite(&self) -> bool {
        match self {
            Self::Scores { values, .. } | Self::Values(values) => values.iter().all(|value| value.is_finite()),
            Self::Labels(_) => true,
        }
    }

    /// The same predictions in another order: what stands at place `i` goes to place `order[i]`.
    #[must_use]
    pub fn placed(self, order: &[usize]) -> Self {
        fn rows<T: Copy + Default>(values: &[T], size: usize, order: &[usize]) -> Vec<T> {
            let mut placed = vec![T::default(); values.len()];
            for (row, &place) in values.chunks_exact(size.max(1)).zip(order) {
                if let Some(target) = placed.get_mut(place * size..(place + 1) * size) {
                    target.copy_from_slice(row);
                }
            }
            placed
        }
        match self {
            Self::Scores { classes, values } => Self::Scores { classes, values: rows(&values, classes, order) },
            Self::Labels(labels) => Self::Labels(rows(&labels, 1, order)),
            Self::Values(values) => Self::Values(rows(&values, 1, order)),
        }
    }

    /// The predicted class of each sample: the first of the largest scores. None of a regression.
    pub fn labels(&self) -> Vec<u32> {
        match self {
            Self::Scores { classes, values } => values.chunks_exact((*classes).max(1)).map(argmax).collect(),
            Self::Labels(labels) => labels.clone(),
            Self::Values(_) => Vec::new(),
        }
    }
}

fn argmax(row: &[f32]) -> u32 {
    let mut best = (0, f32::NEG_INFINITY);
    for (class, &value) in (0..).zip(row) {
        if value > best.1 {
            best = (class, value);
        }
    }
    best.0
}

/// One bit per sample, set where the prediction is correct; sample `i` is bit `i % 8` of byte `i / 8`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectSamples(pub Vec<u8>);

impl CorrectSamples {
    /// Packs one flag per sample.
    pub fn from_flags(flags: &[bool]) -> Self {
        let pack = |eight: &[bool]| eight.iter().rev().fold(0, |byte, &flag| byte << 1 | u8::from(flag));
        Self(flags.chunks(8).map(pack).collect())
    }

    /// Whether sample `index` was predicted correctly.
    pub fn contains(&self, index: usize) -> bool {
        self.0.get(index / 8).is_some_and(|byte| byte >> (index % 8) & 1 == 1)
    }

    /// Number of samples predicted correctly.
    pub fn count(&self) -> u32 {
        self.0.iter().map(|byte| byte.count_ones()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predictions_survive_their_blob() {
        let scores = Predictions::Scores { classes: 2, values: vec![0.25, 0.75, 1.0, 1.0] };
        assert_eq!(Predictions::from_bytes(&scores.to_bytes()), Some(scores.clone()));
        assert_eq!(scores.labels(), [1, 0], "the first of equal scores wins, as in NumPy");
        let labels = Predictions::Labels(vec![3, 1, 2]);
        assert_eq!(Predictions::from_bytes(&labels.to_bytes()), Some(labels.clone()));
        assert_eq!(Predictions::from_bytes(&labels.to_bytes()[..15]), None);
        assert_eq!(Predictions::from_bytes(b"nonsense"), None);
        let moved = Predictions::Scores { classes: 2, values: vec![1.0, 1.0, 0.25, 0.75] };
        assert_eq!(scores.placed(&[1, 0]), moved);
        assert_eq!(labels.placed(&[2, 0, 1]), Predictions::Labels(vec![1, 2, 3]));
    }

    #[test]
    fn correct_samples_are_one_bit_each() {
        let flags: Vec<bool> = (0..19).map(|i| i % 3 == 0).collect();
        let set = CorrectSamples::from_flags(&flags);
        assert_eq!((set.0.len(), set.count()), (3, 7));
        assert!((0..19).all(|i| set.contains(i) == flags[i]));
        assert!(!set.contains(19) && !set.contains(1000));
    }
}
