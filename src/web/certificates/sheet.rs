//! A certificate's facts in the reader's words, for the page of its holder and for everybody who verifies it.

use chrono::{DateTime, Utc};

use super::examined::ExamSheet;
use crate::certificates::credential::{Achievement, Credential, Identity, Met};
use crate::config::Config;
use crate::messages::{Bilingual, Tr, exists};

/// Every signed fact of one certificate.
pub struct Sheet {
    pub title: String,
    pub statement: String,
    pub achieved: Achieved,
    pub holder: String,
    pub code: String,
    pub id: String,
    pub issuer_name: String,
    pub issuer_id: String,
    pub issuer_url: String,
    pub key: String,
    pub account: String,
    pub name_confirmed_at: DateTime<Utc>,
    pub email_confirmed_at: DateTime<Utc>,
    pub issued_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// The signed text, exactly.
    pub signed: String,
    /// Where this certificate is verified.
    pub verify_link: String,
    /// Where the issuer's keys are found.
    pub key_document: String,
}

/// What was achieved, by kind.
pub enum Achieved {
    Course(CourseSheet),
    Exam(ExamSheet),
}

/// A completed course.
pub struct CourseSheet {
    pub course: String,
    pub edition: String,
    pub version: String,
    pub has_distinction: bool,
    pub rows: Vec<Row>,
    /// Name and role of the signatory.
    pub signatory: Option<String>,
}

/// One requirement that was met.
pub struct Row {
    pub name: String,
    pub result: String,
    pub distinction: bool,
    pub facts: Vec<(String, String)>,
    pub passed_at: DateTime<Utc>,
}

impl Sheet {
    /// The facts of an authentic certificate; `signed` are the bytes that it was read from.
    pub fn new(credential: &Credential, signed: &[u8], config: &Config, tr: Tr) -> Self {
        let (statement, achieved) = Achieved::new(credential, tr);
        let Identity::EmailConfirmed { confirmed_at } = credential.holder.identity;
        Self {
            title: tr.pick(credential.achievement.title()).to_owned(),
            statement: tr.pick(statement).to_owned(),
            achieved,
            holder: credential.holder.name.clone(),
            code: credential.code.to_string(),
            id: credential.id.into(),
            issuer_name: credential.issuer.name.clone(),
            issuer_id: credential.issuer.id.clone(),
            issuer_url: credential.issuer.url.clone(),
            key: credential.issuer.key.clone(),
            account: credential.holder.account.to_string(),
            name_confirmed_at: credential.holder.name_confirmed_at,
            email_confirmed_at: confirmed_at,
            issued_at: credential.issued_at,
            expires_at: credential.expires_at,
            signed: String::from_utf8_lossy(signed).into_owned(),
            verify_link: config.link(&format!("/verify/{}", credential.code)),
            key_document: config.link("/.well-known/did.json"),
        }
    }
}

impl Achieved {
    /// The statement, and what was achieved.
    fn new(credential: &Credential, tr: Tr) -> (&Bilingual, Self) {
        match &credential.achievement {
            Achievement::CourseCompletion {
                course_title,
                version,
                edition,
                statement,
                requirements,
                signatory,
                course: _,
                title: _,
            } => {
                let course = CourseSheet {
                    course: tr.pick(course_title).to_owned(),
                    edition: edition.clone(),
                    version: version.clone(),
                    has_distinction: credential.has_distinction(),
                    rows: requirements.iter().map(|met| Row::new(met, tr)).collect(),
                    signatory: signatory.as_ref().map(|who| signed_by(&who.name, tr.pick(&who.role), tr)),
                };
                (statement, Self::Course(course))
            }
            Achievement::Certification(examination) => {
                (&examination.statement, Self::Exam(ExamSheet::new(examination, tr)))
            }
        }
    }
}

impl Row {
    fn new(met: &Met, tr: Tr) -> Self {
        match met {
            Met::Quiz { title, points, max_points, passed_at, module: _ } => Self {
                name: tr.s1("certificate-quiz", "title", tr.pick(title)),
                result: tr.s2("certificate-points", "points", points.to_string(), "max", max_points.to_string()),
                distinction: false,
                facts: Vec::new(),
                passed_at: *passed_at,
            },
            Met::Exercise {
                title,
                version,
                metric,
                score,
                pass_mark,
                distinction,
                grader,
                model_sha256,
                passed_at,
                exercise: _,
            } => {
                let mut facts = Vec::new();
                if let Some(mark) = pass_mark {
                    facts.push((tr.s1("certificate-pass-mark", "mark", tr.percent(*mark)), String::new()));
                }
                facts.push((tr.s("certificate-exercise-version"), version.clone()));
                facts.push((tr.s("certificate-grader"), grader.clone()));
                facts.push((tr.s("certificate-model"), model_sha256.to_string()));
                let result = match metric.as_deref() {
                    Some(metric) => {
                        tr.s2("certificate-score", "metric", metric_name(metric, tr), "score", tr.percent(*score))
                    }
                    None => tr.percent(*score),
                };
                let name = tr.s1("certificate-exercise", "title", tr.pick(title));
                Self { name, result, distinction: *distinction, facts, passed_at: *passed_at }
            }
        }
    }
}

/// A signatory in one line.
pub(in crate::web) fn signed_by(name: &str, role: &str, tr: Tr) -> String {
    tr.s2("certificate-signatory-line", "name", name, "role", role)
}

/// The metric in the reader's words; one that this version does not know any more keeps its own name.
pub(super) fn metric_name(metric: &str, tr: Tr) -> String {
    let key = format!("metric-{metric}");
    if exists(tr.lang, &key) { tr.s(&key) } else { metric.to_owned() }
}
