//! Texts kept rendered, by the hash of their source.

use std::collections::HashMap;
use std::sync::Arc;

use super::Rendered;
use crate::blobs::Sha256;
use crate::messages::Lang;

/// Most bytes of all texts together; those of an installation take some megabytes.
const MOST: usize = 64 * 1024 * 1024;

/// Longer ones are rendered again each time.
const LONGEST: usize = 1024 * 1024;

/// What a text takes beside its own bytes, and what a fault of it takes.
const OVERHEAD: usize = 512;

/// Source and language of a text.
pub(super) type Key = (Sha256, Lang);

/// Texts kept rendered, up to a number of bytes.
#[derive(Default)]
pub(super) struct Cache {
    texts: HashMap<Key, Arc<Rendered>>,
    bytes: usize,
}

impl Cache {
    pub(super) fn get(&self, key: &Key) -> Option<Arc<Rendered>> {
        self.texts.get(key).cloned()
    }

    /// Keeps a text, unless it is too long; where there is no room, all others go.
    pub(super) fn keep(&mut self, key: Key, rendered: &Arc<Rendered>) {
        let size = size(rendered);
        if size > LONGEST || self.texts.contains_key(&key) {
            return;
        }
        if self.bytes + size > MOST {
            *self = Self::default();
        }
        self.bytes += size;
        self.texts.insert(key, Arc::clone(rendered));
    }
}

/// About how many bytes a text takes.
fn size(rendered: &Rendered) -> usize {
    let contents = rendered.contents.iter().map(|heading| heading.id.len() + heading.text.len() + OVERHEAD);
    let diagrams = rendered.diagrams.iter().map(|diagram| diagram.source.len() + diagram.svg.len());
    let faults = rendered.faults.len() * OVERHEAD;
    OVERHEAD + rendered.html.len() + contents.chain(diagrams).sum::<usize>() + faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: usize) -> Arc<Rendered> {
        Arc::new(Rendered { html: "a".repeat(bytes), ..Rendered::default() })
    }

    #[test]
    fn texts_are_kept_up_to_a_number_of_bytes() {
        let mut cache = Cache::default();
        let key = |number: usize| (Sha256::of(&number.to_le_bytes()), Lang::En);
        for number in 0..200 {
            cache.keep(key(number), &text(900_000));
            assert!(cache.bytes <= MOST && cache.texts.len() <= 74);
        }
        assert!(cache.get(&key(199)).is_some() && cache.get(&key(0)).is_none());
        cache.keep(key(200), &text(LONGEST));
        assert!(cache.get(&key(200)).is_none(), "too long to be kept");
    }
}
