//! Random words by counter: the `ChaCha8` key stream, keyed by the seed, with the sample's index as its nonce.
#![expect(clippy::indexing_slicing, reason = "all positions are constants below 16, in arrays of 16")]

use super::Seed;

/// The words 0 to 3 of every state, "expand 32-byte k" (D. J. Bernstein, "`ChaCha`, a variant of Salsa20", 2008).
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];
/// `ChaCha8`: four times a column round and a diagonal round.
const DOUBLE_ROUNDS: usize = 4;
/// The state words of the quarter rounds of one double round (RFC 8439, §2.3).
const QUARTERS: [[usize; 4]; 8] = [
    [0, 4, 8, 12],
    [1, 5, 9, 13],
    [2, 6, 10, 14],
    [3, 7, 11, 15],
    [0, 5, 10, 15],
    [1, 6, 11, 12],
    [2, 7, 8, 13],
    [3, 4, 9, 14],
];

/// The draws of one sample, without end.
///
/// Block `k` of the stream has `k` in words 12 and 13 and the sample's index in words 14 and 15, low word first, as in
/// the paper (RFC 8439 divides the same four words differently).
#[derive(Debug, Clone)]
pub struct Draws {
    input: [u32; 16],
    block: [u32; 16],
    used: usize,
}

impl Draws {
    /// The draws of the sample with this index.
    pub fn new(seed: &Seed, index: u64) -> Self {
        let mut input = [0; 16];
        input[..4].copy_from_slice(&CONSTANTS);
        for (word, bytes) in input[4..12].iter_mut().zip(seed.as_chunks().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        [input[14], input[15]] = halves(index);
        Self { input, block: block(&input), used: 0 }
    }

    /// The next word, uniform over all its values.
    pub fn word(&mut self) -> u32 {
        if self.used == self.block.len() {
            let next = joined(self.input[12], self.input[13]).wrapping_add(1);
            [self.input[12], self.input[13]] = halves(next);
            self.block = block(&self.input);
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }

    /// A multiple of 2⁻⁵³, uniform in `[0, 1)`: the upper 53 bits of two words, the lower word first.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are exact in f64")]
    pub fn unit(&mut self) -> f64 {
        (joined(self.word(), self.word()) >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Uniform in `[-range, range)`.
    pub fn around_zero(&mut self, range: f64) -> f64 {
        range * (2.0 * self.unit() - 1.0)
    }

    /// The upper bits of the next word: uniform below `2^count`, for 1 to 32 bits.
    pub fn bits(&mut self, count: u32) -> u32 {
        self.word() >> (32 - count)
    }
}

fn joined(low: u32, high: u32) -> u64 {
    (u64::from(high) << 32) | u64::from(low)
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is meant")]
fn halves(number: u64) -> [u32; 2] {
    [number as u32, (number >> 32) as u32]
}

fn block(input: &[u32; 16]) -> [u32; 16] {
    let mut state = *input;
    for _ in 0..DOUBLE_ROUNDS {
        for positions in QUARTERS {
            quarter_round(&mut state, positions);
        }
    }
    for (word, start) in state.iter_mut().zip(input) {
        *word = word.wrapping_add(*start);
    }
    state
}

fn quarter_round(state: &mut [u32; 16], [a, b, c, d]: [usize; 4]) {
    for (sum, term, mixed, bits) in [(a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)] {
        state[sum] = state[sum].wrapping_add(state[term]);
        state[mixed] = (state[mixed] ^ state[sum]).rotate_left(bits);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_stream_is_chacha8() {
        // Key and nonce of zeros, blocks 0 and 1: test case 1 of draft-strombergson-chacha-test-vectors, 8 rounds.
        let mut draws = Draws::new(&[0; 32], 0);
        let words: Vec<u32> = (0..32).map(|_| draws.word().swap_bytes()).collect();
        let published = [
            "3e00ef2f895f40d67f5bb8e81f09a5a12c840ec3ce9a7f3b181be188ef711a1e",
            "984ce172b9216f419f445367456d5619314a42a3da86b001387bfdb80e0cfe42",
            "d2aefa0deaa5c151bf0adb6c01f2a5adc0fd581259f9a2aadcf20f8fd566a26b",
            "5032ec38bbc5da98ee0c6f568b872a65a08abf251deb21bb4b56e5d8821e68aa",
        ]
        .concat();
        let published: Vec<u32> =
            (0..32).map(|at| u32::from_str_radix(&published[8 * at..8 * at + 8], 16).unwrap()).collect();
        assert_eq!(words, published);
    }

    #[test]
    fn samples_and_seeds_have_streams_of_their_own() {
        let first = |seed: u8, index: u64| {
            let mut draws = Draws::new(&[seed; 32], index);
            (draws.word(), draws.word())
        };
        assert_eq!(first(1, 5), first(1, 5));
        let others = [first(1, 5), first(2, 5), first(1, 6), first(1, 5 << 32)];
        for (at, one) in others.iter().enumerate() {
            assert!(!others[..at].contains(one));
        }
    }
}
