//! The certificate of a draft, of a course or of an exam, as its holder would get it, with names that need much room.

use actix_web::web;
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::learner::draft;
use crate::authoring;
use crate::authoring::course_edit::exam::{self as exam_file, Content, Part};
use crate::certificates::issue::months_after;
use crate::courses::{CertificateRule, Course, Signatory};
use crate::ids::Slug;
use crate::messages::{Bilingual, Lang, Tr};
use crate::web::authoring::course as editor;
use crate::web::certificates::sheet::signed_by;
use crate::web::courses::percent;
use crate::web::page::{self, Page, typed};
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

/// Longest name that is tried, in characters.
const LONGEST_NAME: usize = 100;
/// Longest validity that is shown, in months: a draft may say anything.
const LONGEST_VALIDITY: u32 = 1200;

/// What a draft would certify.
struct Certified {
    title: Bilingual,
    statement: Bilingual,
    valid_months: u32,
    signatory: Option<Signatory>,
    /// Title and edition of the course; nothing, of an exam.
    course: Option<(Bilingual, String)>,
    demands: Vec<Demand>,
}

/// Something to be done for it.
struct Demand {
    text: String,
    /// The exercise that it is about.
    exercise: Option<String>,
}

impl Certified {
    fn by_course(course: &Course, rule: CertificateRule, t: Tr) -> Self {
        let quiz = |slug: &Slug| {
            let title = course.module(slug.as_str()).map_or(slug.as_str(), |module| t.pick(&module.title));
            Demand { text: t.s1("certificate-step-quiz", "title", title), exercise: None }
        };
        let exercise = |slug: &Slug| Demand {
            text: t.s1("certificate-step-exercise", "title", slug.as_str()),
            exercise: Some(slug.to_string()),
        };
        Self {
            demands: rule.modules.iter().map(quiz).chain(rule.exercises.iter().map(exercise)).collect(),
            title: rule.title,
            statement: rule.statement,
            valid_months: rule.valid_months,
            signatory: rule.signatory,
            course: Some((course.title.clone(), course.edition.clone())),
        }
    }

    /// `None` for an exam that earns nothing.
    fn by_exam(exam: &exam_file::Draft, t: Tr) -> Option<Self> {
        let (title, statement, valid_months) = exam.certificate.clone()?;
        let demands = exam.parts.iter().map(|part| Demand::of_part(part, t)).collect();
        Some(Self { title, statement, valid_months, signatory: None, course: None, demands })
    }
}

impl Demand {
    fn of_part(part: &Part, t: Tr) -> Self {
        let title = t.pick(&part.title);
        match &part.content {
            Content::Theory { pass, .. } => {
                let text = t.s2("certificate-preview-theory", "title", title, "mark", percent(t, *pass));
                Self { text, exercise: None }
            }
            Content::Practice { exercise, .. } => Self {
                text: t.s2("certificate-preview-practice", "title", title, "exercise", exercise.as_str()),
                exercise: Some(exercise.clone()).filter(|exercise| !exercise.is_empty()),
            },
        }
    }
}

/// The certificate in one language.
struct Sheet {
    t: Tr,
    name: String,
    signatory: Option<String>,
}

#[derive(Template)]
#[template(path = "authoring/certificate.html")]
struct CertificatePage {
    page: Page,
    slug: Slug,
    /// Title of the course.
    heading: String,
    /// The exam with its title, where it is of one.
    exam: Option<(Slug, String)>,
    certified: Certified,
    /// The name that was typed.
    tried: String,
    sheets: Vec<Sheet>,
    issuer: String,
    issued_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

/// The name that is tried.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Tried {
    name: String,
}

/// The certificate of a course.
pub(super) async fn of_course(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    tried: web::Query<Tried>,
) -> Answer {
    let draft = draft(&state, &who, &slug).await?;
    let rule = draft.course.certificate.clone().ok_or(WebError::NotFound)?;
    let certified = Certified::by_course(&draft.course, rule, who.tr);
    let heading = editor::title(who.tr, &draft.course.title, &draft.work.slug);
    show(&state, &who, (draft.work.slug, heading, None), (certified, &tried.name))
}

/// The certification by an exam.
pub(super) async fn of_exam(
    state: AppState,
    who: Require<Instructor>,
    path: web::Path<(String, String)>,
    tried: web::Query<Tried>,
) -> Answer {
    let draft = draft(&state, &who, &path.0).await?;
    let slug: Slug = path.1.parse().map_err(|_| WebError::NotFound)?;
    let file = format!("exams/{slug}/exam.toml");
    let text = authoring::text(&state.blobs, &draft.work.tree, &file).await?.ok_or(WebError::NotFound)?;
    let exam = exam_file::read(&text).map_err(|broken| editor::broken_file(&file, &broken))?;
    let certified = Certified::by_exam(&exam, who.tr).ok_or(WebError::NotFound)?;
    let heading = editor::title(who.tr, &draft.course.title, &draft.work.slug);
    let exam = (slug.clone(), editor::title(who.tr, &exam.title, &slug));
    show(&state, &who, (draft.work.slug, heading, Some(exam)), (certified, &tried.name))
}

fn show(
    state: &State,
    who: &Require<Instructor>,
    (slug, heading, exam): (Slug, String, Option<(Slug, String)>),
    (certified, tried): (Certified, &str),
) -> Answer {
    let now = state.clock.now();
    let tried: String = typed(tried).chars().take(LONGEST_NAME).collect();
    let sheets = Lang::ALL.into_iter().map(|lang| {
        let t = Tr { lang, ..who.tr };
        Sheet {
            name: if tried.is_empty() { t.s("certificate-preview-name") } else { tried.clone() },
            signatory: certified.signatory.as_ref().map(|who| signed_by(&who.name, t.pick(&who.role), t)),
            t,
        }
    });
    let sheets = sheets.collect();
    let expires_at = months_after(now, certified.valid_months.min(LONGEST_VALIDITY)).map_err(WebError::internal)?;
    page::show(&CertificatePage {
        page: Page::new(state, who, who.tr.s("certificate-preview-title")),
        slug,
        heading,
        exam,
        certified,
        sheets,
        tried,
        issuer: state.config.name.clone(),
        issued_at: now,
        expires_at,
    })
}
