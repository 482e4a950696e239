//! What somebody who knows nothing but how questions are written would score: the longest option, always the same place,
//! the option that repeats the question's words.

use std::collections::BTreeSet;

use crate::blobs::Sha256;
use crate::items::{Drawn, Item, Paper, Question, chance};
use crate::messages::Lang;

/// A way to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// The longest option; of several, each with the same chance.
    Longest,
    /// The third option on the page.
    AlwaysC,
    /// The option that shares the most words with the question; of several, each with the same chance.
    WordFromStem,
}

impl Strategy {
    /// Every strategy.
    pub const ALL: [Self; 3] = [Self::Longest, Self::AlwaysC, Self::WordFromStem];
}

/// What a strategy brings over the single-choice questions of some papers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    /// How it is guessed.
    pub strategy: Strategy,
    /// In which language.
    pub lang: Lang,
    /// Mean share of the points.
    pub score: f64,
    /// Mean share that blind guessing brings.
    pub chance: f64,
}

/// Every strategy in every language, over the single-choice questions of `papers`.
pub fn guesses<'a>(papers: &[Paper], item: impl Fn(&Sha256) -> Option<&'a Item>) -> Vec<Guess> {
    let mut guesses = Vec::new();
    for lang in Lang::ALL {
        for strategy in Strategy::ALL {
            let (mut score, mut by_chance, mut count) = (0.0, 0.0, 0.0_f64);
            for drawn in papers.iter().flat_map(|paper| &paper.questions) {
                let Some(item) = item(&drawn.item) else { continue };
                if let Some(share) = expected(strategy, item, drawn, lang) {
                    score += share;
                    by_chance += chance::of(&item.question);
                    count += 1.0;
                }
            }
            let mean = |sum: f64| sum / count.max(1.0);
            guesses.push(Guess { strategy, lang, score: mean(score), chance: mean(by_chance) });
        }
    }
    guesses
}

/// The share that a strategy is expected to bring; `None` for other kinds than single choice.
fn expected(strategy: Strategy, item: &Item, drawn: &Drawn, lang: Lang) -> Option<f64> {
    let Question::Single { options } = &item.question else { return None };
    let texts: Vec<String> = options.iter().map(|option| drawn.text(&option.text, lang)).collect();
    let worth: Vec<usize> = match strategy {
        Strategy::Longest => texts.iter().map(|text| text.chars().count()).collect(),
        Strategy::AlwaysC => {
            let third = drawn.order().get(2).copied();
            (0..texts.len()).map(|place| usize::from(Some(place) == third)).collect()
        }
        Strategy::WordFromStem => {
            let stem = words(&drawn.text(&item.stem, lang));
            texts.iter().map(|text| words(text).intersection(&stem).count()).collect()
        }
    };
    let best = worth.iter().max()?;
    let tied: Vec<bool> =
        worth.iter().zip(options).filter(|(worth, _)| *worth == best).map(|(_, option)| option.correct).collect();
    #[expect(clippy::cast_precision_loss, reason = "a question has few options")]
    let share = tied.iter().filter(|right| **right).count() as f64 / tied.len() as f64;
    Some(share)
}

/// Words of four letters or more, and pairs of Han characters: Chinese has no spaces.
fn words(text: &str) -> BTreeSet<String> {
    let latin = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() >= 4).map(str::to_lowercase);
    let han: Vec<char> = text.chars().collect();
    let is_han = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
    let pairs = han.windows(2).filter(|pair| pair.iter().all(is_han)).map(|pair| pair.iter().collect());
    latin.chain(pairs).collect()
}
