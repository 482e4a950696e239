//! Divides samples into a public, a hidden and a private part, by the classes' shares and a seed.

use std::collections::BTreeMap;

use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use super::{Array, Collected, IntakeFault, Values, labels};

/// Shares of the whole; their sum is 1. A share of 0 is no part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares {
    /// What learners train on.
    pub public: f64,
    /// What models are graded on; never 0.
    pub hidden: f64,
    /// What the sealed evaluation uses.
    pub private: f64,
}

/// The parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Parts {
    /// What learners train on.
    pub public: Option<Collected>,
    /// What models are graded on.
    pub hidden: Collected,
    /// What the sealed evaluation uses.
    pub private: Option<Collected>,
}

/// Draws the parts: every sample is in exactly one of them, and the order within a part is drawn too.
///
/// The samples of each class are divided by the shares, and what is too few to be divided goes to the hidden part first,
/// then to the public one. The same samples, shares and seed give the same parts (`ChaCha8`).
pub fn split(collected: &Collected, shares: Shares, seed: u64) -> Result<Parts, IntakeFault> {
    let Shares { public, hidden, private } = shares;
    let total = public + hidden + private;
    let is_share = |share: f64| share.is_finite() && share >= 0.0;
    if ![public, hidden, private].into_iter().all(is_share) || hidden <= 0.0 || (total - 1.0).abs() > 1e-6 {
        return Err(IntakeFault::BadShares {});
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut drawn: [Vec<usize>; 3] = Default::default();
    for mut places in groups(collected) {
        places.shuffle(&mut random);
        let [to_public, to_private] = counts(places.len(), shares);
        let (first, rest) = places.split_at(to_public);
        let (second, third) = rest.split_at(to_private);
        for (part, places) in drawn.iter_mut().zip([first, second, third]) {
            part.extend_from_slice(places);
        }
    }
    for part in &mut drawn {
        part.shuffle(&mut random);
    }
    let [public_places, private_places, hidden_places] = &drawn;
    let part = |name: &'static str, share: f64, places: &[usize]| match (share > 0.0, places.is_empty()) {
        (false, _) => Ok(None),
        (true, true) => Err(IntakeFault::EmptyPart { part: name }),
        (true, false) => Ok(Some(taken(collected, places))),
    };
    let Some(hidden) = part("hidden", hidden, hidden_places)? else {
        return Err(IntakeFault::EmptyPart { part: "hidden" });
    };
    Ok(Parts {
        public: part("public", public, public_places)?,
        hidden,
        private: part("private", private, private_places)?,
    })
}

/// Places of the samples of each class; of a regression, all.
fn groups(collected: &Collected) -> Vec<Vec<usize>> {
    if collected.classes.is_none() {
        return vec![(0..collected.len()).collect()];
    }
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, label) in labels::texts(&collected.labels.values).into_iter().enumerate() {
        groups.entry(label).or_default().push(place);
    }
    groups.into_values().collect()
}

/// How many of so many go to the public and to the private part; the rest is hidden.
#[expect(clippy::cast_precision_loss, reason = "numbers of samples are far below 2^52")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded, and between 0 and the number")]
fn counts(samples: usize, shares: Shares) -> [usize; 2] {
    let of = |share: f64| (share * samples as f64).round() as usize;
    // One stays hidden, and one is public before any is private.
    let spare = samples.saturating_sub(1);
    let least = usize::from(shares.public > 0.0);
    let public = of(shares.public).max(least).min(spare);
    [public, of(shares.private).min(spare - public)]
}

/// The samples at these places, with everything that is said about all of them.
fn taken(collected: &Collected, places: &[usize]) -> Collected {
    Collected {
        samples: rows(&collected.samples, places),
        labels: rows(&collected.labels, places),
        ..collected.without_samples()
    }
}

impl Collected {
    /// What is said about all samples.
    fn without_samples(&self) -> Self {
        let none = || Array { dims: vec![0], values: Values::Bytes(Vec::new()) };
        Self {
            samples: none(),
            labels: none(),
            classes: self.classes.clone(),
            columns: self.columns.clone(),
            label_column: self.label_column.clone(),
            kind: self.kind,
            shape: self.shape.clone(),
        }
    }
}

fn rows(array: &Array, places: &[usize]) -> Array {
    fn picked<T: Clone>(values: &[T], row: usize, places: &[usize]) -> Vec<T> {
        let one = |place: &usize| values.get(place * row..(place + 1) * row).unwrap_or_default();
        places.iter().flat_map(one).cloned().collect()
    }
    let row = array.row();
    let mut dims = array.dims.clone();
    if let Some(count) = dims.first_mut() {
        *count = places.len();
    }
    let values = match &array.values {
        Values::Bytes(values) => Values::Bytes(picked(values, row, places)),
        Values::Integers(values) => Values::Integers(picked(values, row, places)),
        Values::Floats(values) => Values::Floats(picked(values, row, places)),
        Values::Texts(values) => Values::Texts(picked(values, row, places)),
    };
    Array { dims, values }
}
