//! What can only be seen by drawing: a thousand papers of an exam, and what its banks ask for.

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use super::guessing::{Guess, Strategy, guesses};
use super::{Authored, Exam};
use crate::blobs::Sha256;
use crate::courses;
use crate::items::sections::{self, Banks, Section};
use crate::items::{Item, Needs, Paper};
use crate::messages::{Fault, Lang, Said, said};

/// Papers that are drawn to see whether all can be.
const PAPERS: u64 = 1_000;
/// Share of questions that must need a calculation or the reading of an output, where an exam certifies.
const LEAST_DEMANDING: f64 = 0.4;

/// What guessing by the looks of questions may bring above chance, as a share of the points.
const MOST_BY_GUESSING: f64 = 0.1;

/// What drawing showed.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// Questions in all banks.
    pub items: usize,
    /// Of those, the ones that need a calculation or the reading of a real output.
    pub demanding: usize,
    /// Those whose numbers are drawn anew for each paper.
    pub parameterised: usize,
    /// Papers that were drawn.
    pub papers: u64,
    /// Questions that no paper had.
    pub never_drawn: Vec<String>,
    /// What guessing by the looks of questions brings.
    pub guesses: Vec<Guess>,
    /// What is wrong.
    pub faults: Vec<Said>,
}

/// Everything in the texts of an exam, which lies in `folder`, that would not be shown as meant.
pub fn check_texts(authored: &Authored, folder: &Path) -> Vec<Fault> {
    let banks = authored.banks.iter();
    let questions = banks.flat_map(|(name, items)| {
        let file = folder.join(format!("{name}.toml"));
        items.iter().flat_map(move |found| courses::check_item(&file, found))
    });
    let file = folder.join("exam.toml");
    let place = said!("fault-place-summary");
    let summary = Lang::ALL
        .into_iter()
        .flat_map(|lang| courses::check_text(&file, Some(&place), authored.exam.summary.get(lang), lang));
    questions.chain(summary).collect()
}

/// Draws a thousand papers with fixed seeds.
pub fn check(authored: &Authored) -> Drawing {
    let banks: Banks = authored.banks.iter().cloned().collect();
    let all = || banks.values().flatten();
    let is_demanding = |needs: Option<Needs>| matches!(needs, Some(Needs::Calculation | Needs::Output));
    let mut drawing = Drawing {
        items: all().count(),
        demanding: all().filter(|found| is_demanding(found.item.needs)).count(),
        parameterised: all().filter(|found| !found.item.numbers.is_none()).count(),
        papers: 0,
        never_drawn: Vec::new(),
        guesses: Vec::new(),
        faults: Vec::new(),
    };
    let mut seen: BTreeSet<Sha256> = BTreeSet::new();
    let mut papers = Vec::new();
    for seed in 0..PAPERS {
        match paper(&authored.exam, &banks, seed) {
            Ok(paper) => {
                drawing.papers += 1;
                seen.extend(paper.questions.iter().map(|drawn| drawn.item));
                papers.push(paper);
            }
            Err(error) => {
                drawing.faults.push(error.said());
                break;
            }
        }
    }
    let never = all().filter(|found| !seen.contains(&found.version)).map(|found| found.item.name.to_string());
    drawing.never_drawn = never.collect();
    drawing.never_drawn.sort();
    let by_version: HashMap<Sha256, &Item> = all().map(|found| (found.version, &found.item)).collect();
    drawing.guesses = guesses(&papers, |version| by_version.get(version).copied());
    let untagged = authored.exam.skills.iter().flat_map(|skill| {
        skill.tags.iter().filter(|tag| !all().any(|found| found.item.tags.contains(tag))).map(|tag| (&skill.name, tag))
    });
    let untagged = untagged.map(|(skill, tag)| said!("fault-skill-untagged", skill = skill, tag = tag));
    drawing.faults.extend(untagged);
    drawing.faults.extend(drawing.guesses.iter().filter_map(guessable));
    drawing.faults.extend(too_easy(authored, &drawing));
    drawing
}

fn guessable(guess: &Guess) -> Option<Said> {
    if guess.score <= guess.chance + MOST_BY_GUESSING {
        return None;
    }
    let [score, chance] = [guess.score, guess.chance].map(|share| format!("{:.0}", share * 100.0));
    let lang = guess.lang.code();
    Some(match guess.strategy {
        Strategy::Longest => said!("fault-guess-longest", lang = lang, score = score, chance = chance),
        Strategy::AlwaysC => said!("fault-guess-third", lang = lang, score = score, chance = chance),
        Strategy::WordFromStem => said!("fault-guess-word", lang = lang, score = score, chance = chance),
    })
}

/// One paper of the exam; the same seed gives the same paper of the same banks.
pub fn paper(exam: &Exam, banks: &Banks, seed: u64) -> Result<Paper, sections::SectionError> {
    let rules: Vec<Section> = exam.sections().map(|section| section.draw.clone()).collect();
    sections::draw(banks, &rules, &mut StdRng::seed_from_u64(seed))
}

fn too_easy(authored: &Authored, drawing: &Drawing) -> Option<Said> {
    authored.exam.certificate.as_ref()?;
    #[expect(clippy::cast_precision_loss, reason = "numbers of questions are small")]
    let share = drawing.demanding as f64 / drawing.items.max(1) as f64;
    (drawing.items > 0 && share < LEAST_DEMANDING).then(|| {
        let (demanding, items) = (drawing.demanding, drawing.items);
        said!("fault-too-easy", demanding = demanding, items = items, least = LEAST_DEMANDING * 100.0)
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::courses;

    #[test]
    fn the_exams_of_this_repository_can_be_drawn_and_not_be_guessed() {
        let exams = crate::exams::load(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        assert!(!exams.is_empty());
        for authored in &exams {
            let drawing = check(authored);
            assert_eq!(drawing.faults, []);
            assert_eq!(drawing.papers, PAPERS);
            assert_eq!(drawing.never_drawn, Vec::<String>::new());
            let items = authored.banks.iter().flat_map(|(_, items)| items);
            let unshown: Vec<_> = items.flat_map(|found| courses::check_item(Path::new("bank"), found)).collect();
            assert_eq!(unshown, []);
            // At least three times what a paper takes, in each section.
            for section in authored.exam.sections() {
                let banks = authored.banks.iter().filter(|(name, _)| section.draw.banks.contains(name));
                let held: usize = banks.map(|(_, items)| items.len()).sum();
                assert!(held >= 3 * section.draw.draw, "{} holds {held}", section.draw.name);
            }
        }
    }

    #[test]
    fn the_same_seed_draws_the_same_paper() {
        let exams = crate::exams::load(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        let banks: Banks = exams[0].banks.iter().cloned().collect();
        let draw = |seed| paper(&exams[0].exam, &banks, seed).unwrap();
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }
}
