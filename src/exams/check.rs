//! What can only be seen by drawing: a thousand papers of an exam, and what its banks ask for.

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use std::collections::BTreeSet;

use super::{Authored, Exam};
use crate::blobs::Sha256;
use crate::items::sections::{self, Banks, Section};
use crate::items::{Needs, Paper};

/// Papers that are drawn to see whether all can be.
const PAPERS: u64 = 1_000;
/// Share of questions that must need a calculation or the reading of an output, where an exam certifies.
const LEAST_DEMANDING: f64 = 0.4;

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
    /// What is wrong, a sentence each.
    pub faults: Vec<String>,
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
        faults: Vec::new(),
    };
    let mut seen: BTreeSet<Sha256> = BTreeSet::new();
    for seed in 0..PAPERS {
        match paper(&authored.exam, &banks, seed) {
            Ok(paper) => {
                drawing.papers += 1;
                seen.extend(paper.questions.iter().map(|drawn| drawn.item));
            }
            Err(error) => {
                drawing.faults.push(error.to_string());
                break;
            }
        }
    }
    let never = all().filter(|found| !seen.contains(&found.version)).map(|found| found.item.name.to_string());
    drawing.never_drawn = never.collect();
    drawing.never_drawn.sort();
    drawing.faults.extend(too_easy(authored, &drawing));
    drawing
}

/// One paper of the exam; the same seed gives the same paper of the same banks.
pub fn paper(exam: &Exam, banks: &Banks, seed: u64) -> Result<Paper, sections::SectionError> {
    let rules: Vec<Section> = exam.sections().map(|section| section.draw.clone()).collect();
    sections::draw(banks, &rules, &mut StdRng::seed_from_u64(seed))
}

fn too_easy(authored: &Authored, drawing: &Drawing) -> Option<String> {
    authored.exam.certificate.as_ref()?;
    #[expect(clippy::cast_precision_loss, reason = "numbers of questions are small")]
    let share = drawing.demanding as f64 / drawing.items.max(1) as f64;
    (share < LEAST_DEMANDING).then(|| {
        format!(
            "only {} of {} questions need a calculation or the reading of an output; an exam that certifies needs {} %",
            drawing.demanding,
            drawing.items,
            LEAST_DEMANDING * 100.0
        )
    })
}
