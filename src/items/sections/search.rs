//! The search for a paper that keeps every rule: scarcest first, begun anew where it cannot be finished.

use std::collections::{BTreeMap, BTreeSet};

use rand::seq::SliceRandom as _;
use rand::{Rng, RngExt as _};

use super::{Banks, Rule, Section, SectionError, TRIES};
use crate::items::ItemVersion;
use crate::items::paper::{self, Drawn, Kin, Paper, Part};

/// A section with the questions that it may draw.
struct Pool<'a> {
    section: &'a Section,
    rules: Vec<(Rule, usize)>,
    candidates: Vec<&'a ItemVersion>,
}

/// Draws a paper that keeps every rule of `sections`: no question twice, and no two of one family on the whole paper.
///
/// The same banks and sections and the same state of `rng` give the same paper. Sections with the least to spare choose
/// first; a paper that cannot be finished is begun anew, with the section that failed ahead of the others.
pub fn draw(banks: &Banks, sections: &[Section], rng: &mut impl Rng) -> Result<Paper, SectionError> {
    let pools: Result<Vec<Pool<'_>>, SectionError> = sections.iter().map(|section| Pool::new(section, banks)).collect();
    let pools = pools?;
    let mut order: Vec<usize> = (0..pools.len()).collect();
    order.sort_by_key(|place| pools.get(*place).map(Pool::to_spare));
    let mut failures: BTreeMap<(usize, Rule), usize> = BTreeMap::new();
    for _ in 0..TRIES {
        match attempt(&pools, &order, rng) {
            Ok(chosen) => return freeze(&pools, &chosen, rng),
            Err((place, rule)) => {
                order.retain(|other| *other != place);
                order.insert(0, place);
                *failures.entry((place, rule)).or_default() += 1;
            }
        }
    }
    let worst = failures.into_iter().max_by_key(|(_, count)| *count).map(|((place, rule), _)| (place, rule));
    let (place, rule) = worst.unwrap_or((0, Rule::Questions));
    let section = sections.get(place).or(sections.first()).map(|section| section.name.clone());
    match section {
        Some(section) => Err(SectionError::Together { section, rule }),
        None => Ok(Paper { questions: Vec::new(), sections: Vec::new() }),
    }
}

/// The questions of each section, or the first section that found too little and what it lacked.
fn attempt<'a>(
    pools: &[Pool<'a>],
    order: &[usize],
    rng: &mut impl Rng,
) -> Result<Vec<Vec<&'a ItemVersion>>, (usize, Rule)> {
    let mut used = BTreeSet::new();
    let mut chosen = vec![Vec::new(); pools.len()];
    for place in order {
        if let (Some(pool), Some(slot)) = (pools.get(*place), chosen.get_mut(*place)) {
            *slot = pool.choose(&mut used, rng).map_err(|rule| (*place, rule))?;
        }
    }
    Ok(chosen)
}

fn freeze(pools: &[Pool<'_>], chosen: &[Vec<&ItemVersion>], rng: &mut impl Rng) -> Result<Paper, SectionError> {
    let mut paper = Paper { questions: Vec::new(), sections: Vec::new() };
    for (pool, chosen) in pools.iter().zip(chosen) {
        for found in chosen {
            let drawn = paper::freeze(found, rng).map_err(SectionError::Item)?;
            paper.questions.push(Drawn { points: pool.section.points_of(found), ..drawn });
        }
        paper.sections.push(Part { name: pool.section.name.clone(), questions: chosen.len() });
    }
    Ok(paper)
}

impl<'a> Pool<'a> {
    fn new(section: &'a Section, banks: &'a Banks) -> Result<Self, SectionError> {
        let pool = Self { section, rules: section.rules(), candidates: section.candidates(banks)? };
        for (rule, wanted) in &pool.rules {
            let has = pool.available(rule);
            if has < *wanted {
                let (section, rule) = (section.name.clone(), rule.clone());
                return Err(SectionError::TooFew { section, rule, wanted: *wanted, has });
            }
        }
        Ok(pool)
    }

    /// How many questions keep `rule`, families counted once.
    fn available(&self, rule: &Rule) -> usize {
        self.candidates
            .iter()
            .filter(|found| rule.is_kept_by(found))
            .map(|found| Kin::of(found))
            .collect::<BTreeSet<_>>()
            .len()
    }

    /// How many more questions there are than its scarcest rule needs.
    fn to_spare(&self) -> usize {
        let spare = self.rules.iter().map(|(rule, wanted)| self.available(rule).saturating_sub(*wanted));
        spare.min().unwrap_or(usize::MAX)
    }

    /// Questions that keep every rule and are no kin of those `used`, in random order.
    fn choose(&self, used: &mut BTreeSet<Kin<'a>>, rng: &mut impl Rng) -> Result<Vec<&'a ItemVersion>, Rule> {
        let mut left = self.candidates.clone();
        left.shuffle(rng);
        let mut chosen: Vec<&ItemVersion> = Vec::new();
        while chosen.len() < self.section.draw {
            left.retain(|found| !used.contains(&Kin::of(found)));
            let found = self.next(&chosen, &left, rng)?;
            used.insert(Kin::of(found));
            chosen.push(found);
        }
        chosen.shuffle(rng);
        match self.open_rules(&chosen).into_iter().next() {
            Some((rule, _)) => Err(rule.clone()),
            None => Ok(chosen),
        }
    }

    /// The rules that `chosen` does not keep yet, with how many are missing.
    fn open_rules(&self, chosen: &[&ItemVersion]) -> Vec<(&Rule, usize)> {
        let missing = |(rule, wanted): &'_ (Rule, usize)| {
            wanted.saturating_sub(chosen.iter().filter(|found| rule.is_kept_by(found)).count())
        };
        self.rules.iter().map(|rule| (&rule.0, missing(rule))).filter(|(_, missing)| *missing > 0).collect()
    }

    /// The next question: one that serves the open rule with the least to spare and, where places are scarcer than
    /// what is missing, as a rule as many open rules as possible.
    fn next(
        &self,
        chosen: &[&ItemVersion],
        left: &[&'a ItemVersion],
        rng: &mut impl Rng,
    ) -> Result<&'a ItemVersion, Rule> {
        let open = self.open_rules(chosen);
        let serving = |rule: &Rule| left.iter().copied().filter(|found| rule.is_kept_by(found)).collect::<Vec<_>>();
        let spare = |(rule, missing): &(&Rule, usize)| serving(rule).len().saturating_sub(*missing);
        // The rule on all questions is the last in the list and open until the end.
        let special = open.iter().filter(|(rule, _)| **rule != Rule::Questions);
        let (rule, _) = special.min_by_key(|rule| spare(rule)).or(open.last()).ok_or(Rule::Questions)?;
        let candidates = serving(rule);
        let places = self.section.draw - chosen.len();
        let missing: usize =
            open.iter().filter(|(rule, _)| **rule != Rule::Questions).map(|(_, missing)| missing).sum();
        let served = |found: &ItemVersion| open.iter().filter(|(rule, _)| rule.is_kept_by(found)).count();
        // Not always: where the most useful question is of a needed family, only another one leads on.
        let best = if missing > places && rng.random_bool(0.75) {
            // The first of equals, which the shuffle put there.
            candidates.iter().rev().max_by_key(|found| served(found))
        } else {
            candidates.first()
        };
        best.copied().ok_or_else(|| (*rule).clone())
    }
}
