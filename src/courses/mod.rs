//! Courses, their modules and quizzes, the progress of learners, and what a certificate demands.
//!
//! A course is a folder of files. `load` reads it, `check` renders and checks everything in it, `install` brings it
//! into the database, from where pages read it. A module is complete when its quiz was passed, never by a click; the
//! completion is written in the transaction that marks the quiz.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::blobs::Sha256;
use crate::ids::{PersonId, QuizAttemptId, Slug};
use crate::items::ItemVersion;
use crate::messages::{Bilingual, Lang};

mod authored;
pub mod check;
mod install;
mod load;
pub mod markdown;
pub mod quiz;
pub mod staff;
mod store;

pub use check::{check, check_item, check_text};
pub use install::{Installed, draw_items, install, publish};
pub use load::{LoadError, load};
pub use quiz::finish as finish_quiz;
pub use store::{all, completed_modules, diagram, enrol, enrol_all, find, lesson, opened, origin, progress, title};

/// A course as learners meet it; lessons and questions are read apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Course {
    /// Name in addresses and folders.
    pub slug: Slug,
    /// The author's own version, such as `1.0`.
    pub edition: String,
    /// Title.
    pub title: Bilingual,
    /// What it is about, in two or three sentences.
    pub summary: Bilingual,
    /// For whom it is.
    pub level: Bilingual,
    /// Hours that most learners take for all of it.
    pub hours: u32,
    /// Languages its lessons are written in.
    pub languages: Vec<Lang>,
    /// Modules, in order.
    pub modules: Vec<Module>,
    /// What its certificate demands and says, if it leads to one.
    pub certificate: Option<CertificateRule>,
}

/// A part of a course: one lesson and its quiz.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Module {
    /// Name in addresses.
    pub slug: Slug,
    /// Title.
    pub title: Bilingual,
    /// What it is about.
    pub summary: Bilingual,
    /// Minutes that most learners take.
    pub minutes: u32,
    /// The rule of its quiz.
    pub quiz: QuizRule,
}

/// How a module's quiz is drawn and passed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuizRule {
    /// Questions drawn from the module's bank for each attempt.
    pub draw: usize,
    /// Share of the points that passes, above 0 and up to 1.
    pub pass: f64,
}

/// What a course's certificate demands and says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateRule {
    /// Title on the certificate.
    pub title: Bilingual,
    /// What it says of its holder.
    pub statement: Bilingual,
    /// Modules whose quiz must be passed.
    pub modules: Vec<Slug>,
    /// Exercises that must be passed.
    pub exercises: Vec<Slug>,
    /// Months for which it is valid.
    pub valid_months: u32,
    /// Who answers for it in person, beside the issuer that signs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signatory: Option<Signatory>,
}

/// Who answers for a course's certificates in person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signatory {
    /// Their name.
    pub name: String,
    /// As what they do, such as "Course lead".
    pub role: Bilingual,
}

/// What somebody must have done for a course's certificate, at the version that it will name.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirements {
    /// The course.
    pub course: Slug,
    /// Title of the course.
    pub course_title: Bilingual,
    /// The version of the course, as `course_versions` keeps it for ever.
    pub version: Sha256,
    /// The author's own version, such as `1.0`.
    pub edition: String,
    /// What the certificate demands and says.
    pub certificate: CertificateRule,
    /// The demanded modules with their titles and quiz rules, in the order of the course.
    pub modules: Vec<Module>,
}

/// A course on offer, at its present version.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The course.
    pub course: Course,
    /// Digest of what its certificate stands for.
    pub version: Sha256,
}

/// Where content on offer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The content folder, which is read at each start; it cannot be changed in the browser.
    Files,
    /// A work that was published in the browser.
    Browser,
}

/// A module that somebody completed by passing its quiz.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// The module.
    pub module: Slug,
    /// When.
    pub completed_at: DateTime<Utc>,
    /// The attempt that passed first.
    pub attempt: QuizAttemptId,
    /// Points of that attempt.
    pub points: f64,
    /// Points possible in it.
    pub max_points: f64,
    /// The version of the course that the attempt was made in.
    pub course_version: Sha256,
}

/// How far somebody is in a course.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Progress {
    /// Since when they take it; `None` if they do not.
    pub enrolled_at: Option<DateTime<Utc>>,
    /// The module they opened last.
    pub last_module: Option<Slug>,
    /// Modules they completed, oldest first.
    pub completed: Vec<Completion>,
}

/// A module's lesson in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// Its language, which is another than the reader's where it is not translated.
    pub lang: Lang,
    /// Markdown.
    pub source: String,
    /// When the text last changed.
    pub updated_at: DateTime<Utc>,
}

/// A course as read from its folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Authored {
    /// The course.
    pub course: Course,
    /// Lessons, by module and language.
    pub lessons: Vec<AuthoredLesson>,
    /// Questions, by module.
    pub banks: Vec<AuthoredBank>,
}

/// The lesson of one module in one language, as read from its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthoredLesson {
    /// The module.
    pub module: Slug,
    /// Language of the lesson.
    pub lang: Lang,
    /// The file it was read from.
    pub file: std::path::PathBuf,
    /// Markdown.
    pub source: String,
}

/// The questions of one module, as read from its file.
#[derive(Debug, Clone, PartialEq)]
pub struct AuthoredBank {
    /// The module.
    pub module: Slug,
    /// The file they were read from.
    pub file: std::path::PathBuf,
    /// The questions.
    pub items: Vec<ItemVersion>,
}

/// What a certificate of the course stands for: the part of it that makes a version.
#[derive(Serialize)]
struct Definition<'a> {
    slug: &'a Slug,
    edition: &'a str,
    title: &'a Bilingual,
    modules: Vec<DefinedModule<'a>>,
    certificate: Option<&'a CertificateRule>,
}

#[derive(Serialize)]
struct DefinedModule<'a> {
    slug: &'a Slug,
    title: &'a Bilingual,
    quiz: QuizRule,
}

impl Course {
    /// The module called `slug`.
    pub fn module(&self, slug: &str) -> Option<&Module> {
        self.modules.iter().find(|module| module.slug.as_str() == slug)
    }

    fn definition(&self) -> Definition<'_> {
        let modules = self.modules.iter();
        Definition {
            slug: &self.slug,
            edition: &self.edition,
            title: &self.title,
            modules: modules
                .map(|module| DefinedModule { slug: &module.slug, title: &module.title, quiz: module.quiz })
                .collect(),
            certificate: self.certificate.as_ref(),
        }
    }
}

impl Offer {
    /// What the course's certificate demands; `None` for a course without one.
    pub fn requirements(&self) -> Option<Requirements> {
        let certificate = self.course.certificate.clone()?;
        let modules = self.course.modules.iter();
        Some(Requirements {
            course: self.course.slug.clone(),
            course_title: self.course.title.clone(),
            version: self.version,
            edition: self.course.edition.clone(),
            modules: modules.filter(|module| certificate.modules.contains(&module.slug)).cloned().collect(),
            certificate,
        })
    }
}

impl Progress {
    /// The completion of `module`, if it is complete.
    pub fn completion(&self, module: &Slug) -> Option<&Completion> {
        self.completed.iter().find(|completion| completion.module == *module)
    }

    /// Where to go on: the module opened last if it is not complete, else the first that is not, else none.
    pub fn next_module<'a>(&self, course: &'a Course) -> Option<&'a Module> {
        let is_open = |module: &&Module| self.completion(&module.slug).is_none();
        let last = self.last_module.as_ref().and_then(|slug| course.module(slug.as_str()));
        last.filter(is_open).or_else(|| course.modules.iter().find(is_open))
    }
}

/// The name of a module's bank of questions.
pub fn bank_of(course: &Slug, module: &Slug) -> String {
    format!("{course}/{module}")
}

/// What the certificate of the course called `slug` demands at its present version; `None` where there is no such
/// course on offer or it leads to none.
pub async fn requirements(
    executor: impl sqlx::PgExecutor<'_>,
    slug: &Slug,
) -> Result<Option<Requirements>, sqlx::Error> {
    Ok(find(executor, slug.as_str()).await?.and_then(|offer| offer.requirements()))
}

/// Whether `person` has completed every module that `requirements` demands; the completions of those, if so.
pub async fn met(
    executor: impl sqlx::PgExecutor<'_>,
    person: PersonId,
    requirements: &Requirements,
) -> Result<Option<Vec<Completion>>, sqlx::Error> {
    let completed = completed_modules(executor, person, &requirements.course).await?;
    let demanded = requirements.certificate.modules.iter();
    Ok(demanded.map(|module| completed.iter().find(|done| done.module == *module).cloned()).collect())
}

#[cfg(test)]
mod tests;
