//! Papers of several sections: so many questions from these banks, at least so many of a skill or a difficulty.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use rand::seq::SliceRandom as _;
use rand::{Rng, RngExt as _};
use serde::{Deserialize, Serialize};

use super::paper::{self, DrawError, Drawn, Paper, Part};
use super::{Difficulty, ItemVersion};
use crate::blobs::Sha256;
use crate::ids::Slug;

/// Papers begun before the sections are said to be unsatisfiable together.
const TRIES: usize = 400;

/// Questions by the name of their bank.
pub type Banks = BTreeMap<String, Vec<ItemVersion>>;

/// How a section is drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its name, which papers and results keep.
    pub name: Slug,
    /// Names of the banks that it is drawn from.
    pub banks: Vec<String>,
    /// Only questions with one of these tags are drawn; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// How many questions it has.
    pub draw: usize,
    /// At least so many with a tag.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, usize>,
    /// At least so many of a difficulty.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub difficulties: BTreeMap<Difficulty, usize>,
    /// Points for each question.
    #[serde(default = "one_point")]
    pub points: f64,
    /// Points for single questions, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub item_points: BTreeMap<Slug, f64>,
}

fn one_point() -> f64 {
    1.0
}

/// Something of which a section needs so many.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Questions, none of which is of another's family.
    Questions,
    /// Questions with this tag.
    Tag(String),
    /// Questions of this difficulty.
    Difficulty(Difficulty),
}

/// A paper that cannot be drawn, and the section that is at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SectionError {
    /// It names a bank that does not exist.
    #[error("section `{section}`: there is no bank `{bank}`")]
    NoBank {
        /// The section.
        section: Slug,
        /// The bank.
        bank: String,
    },
    /// Its banks hold too little by themselves.
    #[error("section `{section}`: needs {wanted} {rule}, its banks hold {has}, families counted once")]
    TooFew {
        /// The section.
        section: Slug,
        /// What it needs.
        rule: Rule,
        /// How many it needs.
        wanted: usize,
        /// How many there are.
        has: usize,
    },
    /// Each rule could be kept by itself, but all together cannot.
    #[error(
        "section `{section}`: no paper was found in {TRIES} tries; {rule} ran out: the rules of this section, and \
         families and questions that other sections draw too, leave too little together"
    )]
    Together {
        /// The section that failed most often.
        section: Slug,
        /// What it most often lacked.
        rule: Rule,
    },
    /// A question's numbers cannot be drawn.
    #[error("item `{item}`: {message}")]
    Item {
        /// The question.
        item: Slug,
        /// Why.
        message: String,
    },
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Questions => write!(f, "questions"),
            Self::Tag(tag) => write!(f, "questions tagged `{tag}`"),
            Self::Difficulty(difficulty) => write!(f, "{difficulty} questions"),
        }
    }
}

impl Rule {
    fn is_kept_by(&self, found: &ItemVersion) -> bool {
        match self {
            Self::Questions => true,
            Self::Tag(tag) => found.item.tags.contains(tag),
            Self::Difficulty(difficulty) => found.item.difficulty == *difficulty,
        }
    }
}

impl Section {
    /// Everything that it needs, and of each how many.
    fn rules(&self) -> Vec<(Rule, usize)> {
        let tags = self.tags.iter().map(|(tag, least)| (Rule::Tag(tag.clone()), *least));
        let difficulties = self.difficulties.iter().map(|(of, least)| (Rule::Difficulty(*of), *least));
        tags.chain(difficulties).chain([(Rule::Questions, self.draw)]).collect()
    }

    fn points_of(&self, found: &ItemVersion) -> f64 {
        self.item_points.get(&found.item.name).copied().unwrap_or(self.points)
    }

    fn candidates<'a>(&self, banks: &'a Banks) -> Result<Vec<&'a ItemVersion>, SectionError> {
        let mut found = Vec::new();
        for name in &self.banks {
            let no_bank = || SectionError::NoBank { section: self.name.clone(), bank: name.clone() };
            found.extend(banks.get(name).ok_or_else(no_bank)?);
        }
        let is_wanted =
            |found: &&ItemVersion| self.only.is_empty() || self.only.iter().any(|tag| found.item.tags.contains(tag));
        Ok(found.into_iter().filter(is_wanted).collect())
    }
}

/// What two questions of one paper never share: their family, or themselves.
fn kin(found: &ItemVersion) -> Kin<'_> {
    found.item.family.as_ref().map_or(Kin::Item(found.version), Kin::Family)
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kin<'a> {
    Family(&'a Slug),
    Item(Sha256),
}

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
            let drawn = paper::freeze(found, rng).map_err(|error: DrawError| SectionError::Item {
                item: found.item.name.clone(),
                message: error.to_string(),
            })?;
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
            .map(|found| kin(found))
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
            left.retain(|found| !used.contains(&kin(found)));
            let found = self.next(&chosen, &left, rng)?;
            used.insert(kin(found));
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

#[cfg(test)]
mod tests;
