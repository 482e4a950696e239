//! Exams: what they are made of, attempts at them, the clock rules, and the scores of all parts.
//!
//! An exam is a folder below its course: `exam.toml` beside the banks that it draws from. Its version is the hash of
//! what a result depends on; an attempt keeps the version that it began with, and its paper, for ever.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use self::accommodations::Accommodation;
use crate::blobs::Sha256;
use crate::clock::{later, seconds};
use crate::ids::Slug;
use crate::items::ItemVersion;
use crate::items::sections::Section;
use crate::messages::{Bilingual, Fault};

pub mod accommodations;
pub mod analysis;
pub mod answers;
pub mod attempts;
mod authored;
pub mod check;
pub mod clarifications;
pub mod clock;
pub mod facts;
pub mod guessing;
mod install;
pub mod rescoring;
pub mod results;
pub mod score;
mod showing;
mod store;
mod written;

pub use authored::load;
pub use install::{install, publish};
pub use showing::{Shown, shown};
pub use store::{all, find, of_course, version};

/// An exam, as its author wrote it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exam {
    /// Its name in addresses and folders.
    pub slug: Slug,
    /// Its edition, as people call the version.
    pub edition: String,
    /// Its title.
    pub title: Bilingual,
    /// What it examines, Markdown.
    pub summary: Bilingual,
    /// Attempts that a candidate has, altogether.
    pub attempts: u32,
    /// Days from the beginning of an attempt before the next may begin.
    pub cool_down_days: u32,
    /// Longest rest between two parts, in minutes.
    #[serde(default)]
    pub rest_minutes: u32,
    /// When it can be taken; always, if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// When candidates see what.
    pub show: Show,
    /// Its parts, taken in this order, each with its own clock.
    pub parts: Vec<Part>,
    /// Skills whose points are told apart, across sections.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<Skill>,
    /// What passing it earns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateRule>,
}

/// When an exam can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// From when on an attempt may begin.
    pub opens: DateTime<Utc>,
    /// When every attempt ends that has no accommodation.
    pub closes: DateTime<Utc>,
}

/// When candidates see what of their attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Show {
    /// The scores of theory, and whether it was passed. Scores of submissions are shown as they come: candidates decide
    /// by them whether to submit again.
    pub scores: When,
    /// The questions with what was answered.
    pub answers: When,
    /// The keys with their reasons.
    pub keys: When,
}

/// When something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// As soon as it is known.
    AtOnce,
    /// After the end of the exam's window, once nobody writes any more.
    AfterWindow,
    /// Never: the questions are used again.
    Never,
}

/// A part of an exam.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Part {
    /// Questions drawn from banks.
    Theory {
        /// Its title.
        title: Bilingual,
        /// Its duration in minutes.
        minutes: u32,
        /// Share of its points that passes it.
        pass: f64,
        /// Its sections, in order.
        sections: Vec<TheorySection>,
    },
    /// A model or script to be submitted.
    Practice {
        /// Its title.
        title: Bilingual,
        /// Its duration in minutes.
        minutes: u32,
        /// The exercise.
        exercise: Slug,
        /// Submissions allowed.
        attempts: u32,
        /// Which of them counts.
        counts: Counts,
        /// Score on the open set that passes it; that of the exercise, if there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mark: Option<f64>,
        /// Score on the sealed set that passes it; that of the exercise, if there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sealed_mark: Option<f64>,
    },
}

/// A skill that questions of any section ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skill {
    /// Its name, which results keep.
    pub name: Slug,
    /// Its title.
    pub title: Bilingual,
    /// A question with one of these tags asks for it.
    pub tags: Vec<String>,
}

/// A section of a theory part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "written::Section")]
pub struct TheorySection {
    /// Its title.
    pub title: Bilingual,
    /// The module to study for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<Slug>,
    /// Share of its points that must be reached whatever the other sections bring.
    #[serde(default)]
    pub pass: f64,
    /// How it is drawn.
    #[serde(flatten)]
    pub draw: Section,
}

/// Which of several submissions counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// The one with the best score.
    Best,
    /// The last that was graded.
    Last,
}

/// What passing an exam earns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateRule {
    /// Title of the certificate.
    pub title: Bilingual,
    /// What was examined, and what was not.
    pub statement: Bilingual,
    /// How long it is valid.
    pub valid_months: u32,
}

impl Part {
    /// Its title.
    pub fn title(&self) -> &Bilingual {
        match self {
            Self::Theory { title, .. } | Self::Practice { title, .. } => title,
        }
    }

    /// Its duration in minutes, without any accommodation.
    pub fn minutes(&self) -> u32 {
        match self {
            Self::Theory { minutes, .. } | Self::Practice { minutes, .. } => *minutes,
        }
    }

    /// What kind it is.
    pub fn kind(&self) -> clock::PartKind {
        match self {
            Self::Theory { .. } => clock::PartKind::Theory,
            Self::Practice { .. } => clock::PartKind::Practice,
        }
    }

    /// Its sections; none for a practice part.
    pub fn sections(&self) -> &[TheorySection] {
        match self {
            Self::Theory { sections, .. } => sections,
            Self::Practice { .. } => &[],
        }
    }
}

impl Exam {
    /// Every section of every theory part, in the order of the paper.
    pub fn sections(&self) -> impl Iterator<Item = &TheorySection> {
        self.parts.iter().flat_map(Part::sections)
    }

    /// The times of an attempt with this accommodation.
    pub fn plan(&self, accommodation: &Accommodation) -> clock::Plan {
        let length = |minutes: u32| {
            #[expect(clippy::cast_possible_truncation, reason = "minutes of an exam times a factor of at most 10")]
            let seconds = (f64::from(minutes) * 60.0 * accommodation.time_factor).round() as i64;
            seconds
        };
        let parts: Vec<_> = self
            .parts
            .iter()
            .map(|part| clock::PartTime { kind: part.kind(), seconds: length(part.minutes()) })
            .collect();
        let longer: i64 = self.parts.iter().map(|part| length(part.minutes()) - i64::from(part.minutes()) * 60).sum();
        clock::Plan {
            parts,
            rest_seconds: i64::from(self.rest_minutes) * 60,
            break_seconds: i64::from(accommodation.break_minutes) * 60,
            closes: self.window.map(|window| later(window.closes, seconds(longer))),
        }
    }
}

/// An exam on offer.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The exam.
    pub exam: Exam,
    /// The course that it belongs to.
    pub course: Slug,
    /// Its version.
    pub version: Sha256,
}

/// An exam with its banks, as read from files.
#[derive(Debug, Clone, PartialEq)]
pub struct Authored {
    /// The exam.
    pub exam: Exam,
    /// The course in whose folder it lies.
    pub course: Slug,
    /// Its banks, by name.
    pub banks: Vec<(String, Vec<ItemVersion>)>,
}

/// Exams that cannot be loaded: everything that is wrong, one line each.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct LoadError(pub Vec<Fault>);

/// The name under which a bank of an exam is kept.
pub fn bank_of(exam: &Slug, bank: &str) -> String {
    format!("exam/{exam}/{bank}")
}
