//! Arbitrary bytes, and damaged copies of the committed models: the check ends, without a panic, in little memory.

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use proptest::{prelude::*, sample::Index, strategy::ValueTree, test_runner::TestRunner};

use super::{counting::peak_of, *};
use crate::grading::cost::tests::cost;

/// Runs the check and counts the cost of what passes; panics above sixteen times the file (and a little), or five seconds on a busy machine.
fn bounded(file: &[u8], weights: Option<&Weights<'_>>) -> Result<ModelFacts, Refusal> {
    let started = Instant::now();
    let (taken, outcome) = peak_of(|| {
        let checked = check(file, weights, ROOM)?;
        Ok(ModelFacts { multiply_adds: cost(file, &[28, 28, 1]), ..checked })
    });
    let time = started.elapsed();
    assert!(taken <= 16 * file.len() + (64 << 10), "{taken} bytes for a file of {}", file.len());
    assert!(time < Duration::from_secs(5), "{time:?} for a file of {} bytes", file.len());
    outcome
}

/// The small ones of the committed files: damage is denser in them, and the check quick.
static SEEDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folders = ["exercises/mnist-digits/right", "exercises/mnist-digits/wrong", "tests/models", "tests/hostile"];
    let all = folders.into_iter().flat_map(files::models).map(|(_, file)| file);
    all.filter(|file| (8..400_000).contains(&file.len())).collect()
});

/// One way to damage a file.
#[derive(Debug, Clone)]
enum Damage {
    Flip(Index, u8),
    Set(Index, u8),
    Cut(Index),
    Remove(Index, usize),
    Insert(Index, Vec<u8>),
    /// Puts a piece of another file in.
    Splice(Index, Index, Index, usize),
    /// Writes a length or number of many bytes.
    Number(Index, u64),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<Index>(), 0..8_u8).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        any::<Index>().prop_map(Damage::Cut),
        (any::<Index>(), 1..64_usize).prop_map(|(at, length)| Damage::Remove(at, length)),
        (any::<Index>(), prop::collection::vec(any::<u8>(), 1..16)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        (any::<Index>(), any::<Index>(), any::<Index>(), 1..400_usize)
            .prop_map(|(at, file, from, length)| Damage::Splice(at, file, from, length)),
        (any::<Index>(), any::<u64>(), 0..64_u32).prop_map(|(at, value, shift)| Damage::Number(at, value >> shift)),
    ]
}

fn apply(file: &mut Vec<u8>, damage: &Damage) {
    if file.is_empty() {
        return;
    }
    match damage {
        Damage::Flip(at, bit) => *at.get_mut(file) ^= 1 << bit,
        Damage::Set(at, byte) => *at.get_mut(file) = *byte,
        Damage::Cut(at) => file.truncate(at.index(file.len())),
        Damage::Remove(at, length) => {
            let at = at.index(file.len());
            file.drain(at..(at + length).min(file.len()));
        }
        Damage::Insert(at, bytes) => insert(file, *at, bytes),
        Damage::Splice(at, other, from, length) => {
            let other = other.get(&SEEDS);
            let from = from.index(other.len());
            insert(file, *at, &other[from..(from + length).min(other.len())]);
        }
        Damage::Number(at, value) => insert(file, *at, &varint(*value)),
    }
}

fn insert(file: &mut Vec<u8>, at: Index, bytes: &[u8]) {
    let at = at.index(file.len());
    file.splice(at..at, bytes.iter().copied());
}

/// Cases of a property until the time is over.
fn for_a_while<S: Strategy>(strategy: &S, seconds: u64, test: impl Fn(S::Value)) -> u32 {
    let (started, mut runner, mut cases) = (Instant::now(), TestRunner::default(), 0);
    while started.elapsed() < Duration::from_secs(seconds) {
        let value = strategy.new_tree(&mut runner).unwrap().current();
        test(value);
        cases += 1;
    }
    cases
}

/// Seconds for each property; more with `ASSAY_FUZZ_SECONDS`.
fn budget() -> u64 {
    std::env::var("ASSAY_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(2)
}

#[test]
fn no_bytes_make_it_panic() {
    let graphs = prop::collection::vec(any::<u8>(), 0..2000);
    let cases = for_a_while(&graphs, budget(), |bytes| {
        let _ = bounded(&bytes, None);
        let _ = bounded(&model(&bytes), None);
        let _ = bounded(&model_of(8, 17, b"", &bytes), None);
        let _ = other_format(&[b"PK\x03\x04".as_slice(), &bytes].concat());
    });
    assert!(cases > 10, "{cases}");
}

#[test]
fn no_damage_to_a_model_makes_it_panic() {
    let damaged = (any::<Index>(), prop::collection::vec(damage(), 1..6));
    let weights = Weights { name: "model.onnx.data", bytes: 31_360 };
    let cases = for_a_while(&damaged, budget(), |(seed, list)| {
        let mut file = seed.get(&SEEDS).clone();
        for damage in &list {
            apply(&mut file, damage);
        }
        let _ = bounded(&file, Some(&weights));
        let _ = bounded(&file, None);
    });
    assert!(cases > 10, "{cases}");
}

#[test]
fn large_files_of_tiny_parts_take_little_memory_and_time() {
    let many = |part: &[u8], count: usize| part.repeat(count);
    let empty_tensor = bytes(5, [int(1, 0), int(2, 1)].concat());
    let switch = bytes(5, [int(2, 9), bytes(8, "a"), bytes(9, [1])].concat());
    let crowd = node("Concat", "", bytes(1, "x").repeat(100_000));
    for graph in [
        many(&empty_tensor, 200_000),
        many(&switch, 100_000),
        many(&bytes(11, bytes(1, "x")), 200_000),
        many(&bytes(13, bytes(1, "x")), 200_000),
        many(&crowd, 3),
        many(&node("Relu", "", bytes(5, bytes(8, vec![1; 10_000]))), 100),
        many(&int(99, 1), 400_000),
    ] {
        let _ = bounded(&model(&graph), None);
    }
    let functions: Vec<u8> = (0..20_001).flat_map(|i| bytes(25, bytes(1, format!("f{i}")))).collect();
    let refusal = bounded(&model_of(8, 17, b"", &functions), None).unwrap_err();
    assert_eq!(refusal.reason, Reason::TooManyNodes);
}
