//! The scores of an attempt: a pure function of its exam, its frozen paper, the answers and the gradings.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::{Counts, Exam, Part, Skill};
use crate::blobs::Sha256;
use crate::grading::metrics::Metric;
use crate::ids::{Slug, SubmissionId};
use crate::items::marking::{mark, reaches};
use crate::items::{Answers, Drawn, Item, Paper};

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Whether every part, and every section, reached its mark.
    pub passed: bool,
    /// Its parts, in order.
    pub parts: Vec<PartScore>,
    /// Points of theory by skill, for each of the exam's that the paper asked for.
    pub skills: Vec<SkillScore>,
    /// The share of its points that each question of the paper earned, 0 to 1.
    pub shares: Vec<f64>,
}

/// What came of a part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PartScore {
    /// Questions.
    Theory {
        /// Points reached.
        #[serde(deserialize_with = "number")]
        points: f64,
        /// Points possible.
        #[serde(deserialize_with = "number")]
        max_points: f64,
        /// Share of the points that passes it.
        pass: f64,
        /// Whether that was reached, and every section's mark.
        passed: bool,
        /// Its sections, in order.
        sections: Vec<SectionScore>,
    },
    /// A submission.
    Practice {
        /// The submission that counts; `None` if none was graded.
        counted: Option<Counted>,
        /// Whether its marks were reached.
        passed: bool,
    },
}

/// What came of a section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SectionScore {
    /// Its name.
    pub name: Slug,
    /// Points reached.
    #[serde(deserialize_with = "number")]
    pub points: f64,
    /// Points possible.
    #[serde(deserialize_with = "number")]
    pub max_points: f64,
    /// Share of the points that must be reached.
    pub pass: f64,
    /// Whether it was.
    pub passed: bool,
}

/// Points of one skill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SkillScore {
    /// The skill.
    pub skill: Slug,
    /// Points reached.
    #[serde(deserialize_with = "number")]
    pub points: f64,
    /// Points possible.
    #[serde(deserialize_with = "number")]
    pub max_points: f64,
}

/// A graded submission of a practice part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Counted {
    /// The submission.
    pub submission: SubmissionId,
    /// The verdict of its grading.
    pub verdict: String,
    /// The metric.
    pub metric: Metric,
    /// Its value on the open samples.
    pub score: f64,
    /// The mark on the open samples.
    pub mark: f64,
    /// Its value on the sealed samples.
    pub sealed_score: Option<f64>,
    /// The mark on the sealed samples.
    pub sealed_mark: Option<f64>,
    /// The version of the exercise.
    pub exercise_version: String,
    /// The grader, with its ONNX Runtime.
    pub grader: String,
    /// SHA-256 of the model that was graded.
    pub model_sha256: String,
    /// SHA-256 of the script, where one was submitted.
    pub script_sha256: Option<String>,
    /// The environment in which that script ran.
    pub environment: Option<String>,
    /// Whether a script trained the model here.
    pub trained_here: bool,
}

/// What the paper of an attempt and its answers are marked with.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// The frozen paper.
    pub paper: &'a Paper,
    /// The questions on it, by version.
    pub items: &'a HashMap<Sha256, Item>,
    /// The answers that count.
    pub answers: &'a Answers,
}

/// Scores an attempt. `gradings` holds, for each part, the graded submissions in the order of receipt.
pub fn score(exam: &Exam, sheet: Sheet<'_>, gradings: &[Vec<Counted>]) -> Scores {
    let shares = shares(sheet);
    let mut ranges = sheet.paper.parts().map(|(_, places)| places);
    let mut parts = Vec::new();
    for (place, part) in exam.parts.iter().enumerate() {
        parts.push(match part {
            Part::Theory { pass, sections, .. } => {
                let scored = sections.iter().map(|section| {
                    let range = ranges.next().unwrap_or_default();
                    let (points, max_points) = points(sheet.paper, &shares, range);
                    let passed = reaches(points, max_points, section.pass);
                    SectionScore { name: section.draw.name.clone(), points, max_points, pass: section.pass, passed }
                });
                theory(scored.collect(), *pass)
            }
            Part::Practice { counts, mark, sealed_mark, .. } => {
                practice(gradings.get(place).map_or(&[], Vec::as_slice), *counts, (*mark, *sealed_mark))
            }
        });
    }
    let passed = parts.iter().all(PartScore::is_passed);
    Scores { passed, parts, skills: skills(&exam.skills, sheet, &shares), shares }
}

/// The share of its points that each question earned.
fn shares(sheet: Sheet<'_>) -> Vec<f64> {
    let share = |(place, drawn): (usize, &Drawn)| {
        // Versions of questions are never deleted; one that were missing would earn nothing.
        sheet.items.get(&drawn.item).map_or(0.0, |item| mark(item, drawn, sheet.answers.get(&place)))
    };
    sheet.paper.questions.iter().enumerate().map(share).collect()
}

fn points(paper: &Paper, shares: &[f64], range: std::ops::Range<usize>) -> (f64, f64) {
    sum(paper.questions.iter().zip(shares).skip(range.start).take(range.len()))
}

/// Points reached and points possible of questions with their shares.
fn sum<'a>(questions: impl Iterator<Item = (&'a Drawn, &'a f64)>) -> (f64, f64) {
    let add = |(reached, possible), (drawn, share): (&Drawn, &f64)| {
        (plus(reached, share * drawn.points), plus(possible, drawn.points))
    };
    questions.fold((0.0, 0.0), add)
}

/// A sum that stays a number: JSON has no infinity, and what could not be read again must not be stored.
fn plus(one: f64, other: f64) -> f64 {
    let sum = one + other;
    if sum.is_finite() { sum } else { f64::MAX }
}

/// A number as stored; an infinity was stored as nothing once, and is read as 0.
fn number<'de, D: Deserializer<'de>>(stored: D) -> Result<f64, D::Error> {
    Option::deserialize(stored).map(Option::unwrap_or_default)
}

fn theory(sections: Vec<SectionScore>, pass: f64) -> PartScore {
    let points = sections.iter().map(|section| section.points).fold(0.0, plus);
    let max_points = sections.iter().map(|section| section.max_points).fold(0.0, plus);
    let passed = reaches(points, max_points, pass) && sections.iter().all(|section| section.passed);
    PartScore::Theory { points, max_points, pass, passed, sections }
}

/// A submission under the marks of its part, open and sealed, which go before those of the exercise; whether it reaches
/// them.
pub fn judged(counted: &Counted, (mark, sealed_mark): (Option<f64>, Option<f64>)) -> (bool, Counted) {
    let (mark, sealed_mark) = (mark.unwrap_or(counted.mark), sealed_mark.or(counted.sealed_mark));
    let counted = Counted { mark, sealed_mark, ..counted.clone() };
    (counted.reaches_its_marks(), counted)
}

fn practice(graded: &[Counted], counts: Counts, marks: (Option<f64>, Option<f64>)) -> PartScore {
    let judged: Vec<(bool, Counted)> = graded.iter().map(|counted| judged(counted, marks)).collect();
    let chosen = match counts {
        Counts::Last => judged.last(),
        // Of those that pass, or else of all, the one with the best score; of equals the first.
        Counts::Best => judged.iter().rev().max_by(|(passed, one), (also, other)| {
            passed.cmp(also).then(if one.metric.is_loss() {
                other.score.total_cmp(&one.score)
            } else {
                one.score.total_cmp(&other.score)
            })
        }),
    };
    PartScore::Practice {
        passed: chosen.is_some_and(|(passed, _)| *passed),
        counted: chosen.map(|(_, counted)| counted.clone()),
    }
}

impl Counted {
    fn reaches_its_marks(&self) -> bool {
        let sealed = match (self.sealed_mark, self.sealed_score) {
            (None, _) => true,
            (Some(mark), Some(score)) => self.metric.reached(score, mark),
            (Some(_), None) => false,
        };
        self.metric.reached(self.score, self.mark) && sealed
    }
}

impl PartScore {
    /// Whether its marks were reached.
    pub fn is_passed(&self) -> bool {
        match self {
            Self::Theory { passed, .. } | Self::Practice { passed, .. } => *passed,
        }
    }
}

fn skills(skills: &[Skill], sheet: Sheet<'_>, shares: &[f64]) -> Vec<SkillScore> {
    let of = |skill: &Skill| {
        let asks = |item: &Item| item.tags.iter().any(|tag| skill.tags.contains(tag));
        let asked = sheet.paper.questions.iter().zip(shares);
        let asked = asked.filter(|(drawn, _)| sheet.items.get(&drawn.item).is_some_and(asks));
        let (points, max_points) = sum(asked);
        SkillScore { skill: skill.name.clone(), points, max_points }
    };
    skills.iter().map(of).filter(|score| score.max_points > 0.0).collect()
}

#[cfg(test)]
#[path = "score_tests.rs"]
mod tests;
