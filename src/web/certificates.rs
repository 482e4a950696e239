//! A holder's certificates; and the register of them all, for administrators and the staff of courses.

use actix_web::web;
use askama::Template;

use super::exams::{Card, cards};
use super::page::{self, Page};
use super::routes::{Access, Route};
use super::visit::SignedIn;
use super::{Answer, AppState, State, WebError};
use crate::certificates::earned::under_way;
use crate::certificates::issue::{Progress, Requirement};
use crate::certificates::register::{self, LONGEST_REASON};
use crate::certificates::verification::{Verification, verify};
use crate::certificates::{CertificateError, Filter, Listed, Requirements, Standing, Stored};
use crate::ids::CertificateId;
use crate::messages::Tr;

mod admin;
mod examined;
mod list;
pub(super) mod sheet;
mod taught;
mod withdrawal;

use sheet::{Achieved, Sheet};

pub(super) fn routes() -> Vec<Route> {
    use Access::{Admin, Instructor, SignedIn};
    vec![
        Route::get("/certificates", SignedIn, || web::get().to(mine)),
        Route::get("/certificates/{id}", SignedIn, || web::get().to(one)),
        Route::get("/admin/certificates", Admin, || web::get().to(admin::show)),
        Route::get("/admin/certificates.csv", Admin, || web::get().to(admin::export)),
        Route::get("/admin/certificates/{id}/revoke", Admin, || web::get().to(admin::ask)),
        Route::post("/admin/certificates/{id}/revoke", Admin, || web::post().to(admin::revoke)),
        Route::get("/teach/courses/{slug}/certificates", Instructor, || web::get().to(taught::show)),
        Route::get("/teach/courses/{slug}/certificates.csv", Instructor, || web::get().to(taught::export)),
        Route::get("/teach/courses/{slug}/certificates/{id}/revoke", Instructor, || web::get().to(taught::ask)),
        Route::post("/teach/courses/{slug}/certificates/{id}/revoke", Instructor, || web::post().to(taught::revoke)),
    ]
}

impl From<CertificateError> for WebError {
    fn from(error: CertificateError) -> Self {
        match error {
            CertificateError::NotFound => Self::NotFound,
            CertificateError::AlreadyRevoked => Self::Conflict("certificate-already-revoked", Vec::new()),
            CertificateError::NoReason => {
                Self::Invalid("certificate-reason-needed", vec![("most", LONGEST_REASON.to_string())])
            }
            CertificateError::Database(_)
            | CertificateError::Randomness(_)
            | CertificateError::Document(_)
            | CertificateError::SelfCheck(_)
            | CertificateError::Validity(_)
            | CertificateError::NotPassed(_) => Self::internal(error),
        }
    }
}

/// A certificate in a list, in the reader's words.
struct Line {
    listed: Listed,
    title: String,
    standing: String,
}

impl Line {
    fn new(listed: Listed, tr: Tr) -> Self {
        let title = listed.title.as_ref().map_or(listed.course_slug.as_str(), |title| tr.pick(title)).to_owned();
        let standing = standing_word(listed.standing, tr);
        Self { listed, title, standing }
    }

    fn tone(&self) -> &'static str {
        match self.listed.standing {
            Standing::Valid => "good",
            Standing::Expired => "quiet",
            Standing::Revoked => "bad",
        }
    }

    fn can_be_revoked(&self) -> bool {
        self.listed.standing != Standing::Revoked
    }
}

fn standing_word(standing: Standing, tr: Tr) -> String {
    match standing {
        Standing::Valid => tr.s("certificate-standing-valid"),
        Standing::Expired => tr.s("certificate-standing-expired"),
        Standing::Revoked => tr.s("certificate-standing-revoked"),
    }
}

fn lines(listed: Vec<Listed>, tr: Tr) -> Vec<Line> {
    listed.into_iter().map(|listed| Line::new(listed, tr)).collect()
}

#[derive(Template)]
#[template(path = "certificates/mine.html")]
struct MinePage {
    page: Page,
    certificates: Vec<Line>,
    courses: Vec<UnderWay>,
    /// Exams that would earn one.
    exams: Vec<Card>,
}

/// A course whose certificate is not earned yet.
struct UnderWay {
    title: String,
    met: String,
    steps: Vec<Step>,
}

/// One requirement of it, and where it is done.
struct Step {
    text: String,
    href: String,
    is_met: bool,
}

impl UnderWay {
    fn new(course: &Requirements, progress: &Progress, tr: Tr) -> Self {
        Self {
            title: tr.pick(&course.title).to_owned(),
            met: tr.s2("certificates-needed-of", "met", progress.met(), "all", progress.requirements.len()),
            steps: progress.requirements.iter().map(|requirement| Step::new(course, requirement, tr)).collect(),
        }
    }
}

impl Step {
    fn new(course: &Requirements, requirement: &Requirement, tr: Tr) -> Self {
        let (text, href) = match requirement {
            Requirement::Email(_) => (tr.s("certificate-step-email"), "/settings".to_owned()),
            Requirement::Name(_) => (tr.s("certificate-step-name"), "/settings/certificate-name".to_owned()),
            Requirement::Quiz { module, title, .. } => (
                tr.s1("certificate-step-quiz", "title", tr.pick(title)),
                format!("/courses/{}/{module}/quiz", course.course),
            ),
            Requirement::Exercise { exercise, title, .. } => {
                (tr.s1("certificate-step-exercise", "title", tr.pick(title)), format!("/exercises/{exercise}"))
            }
        };
        Self { text, href, is_met: requirement.is_met() }
    }
}

async fn mine(state: AppState, who: SignedIn) -> Answer {
    let now = state.clock.now();
    let filter = Filter { person: Some(who.person.id), limit: 1000, ..Filter::default() };
    let certificates = lines(register::list(&state.pool, &filter, now).await?, who.tr);
    let mut conn = state.pool.acquire().await?;
    let courses = under_way(&mut conn, who.person.id, now).await?;
    let courses = courses.iter().map(|(course, progress)| UnderWay::new(course, progress, who.tr)).collect();
    let mut exams = cards(&state, &who).await?;
    exams.retain(|card| card.certifies && !card.is_passed);
    let page = Page::new(&state, &who, who.tr.s("certificates-title"));
    page::show(&MinePage { page, certificates, courses, exams })
}

#[derive(Template)]
#[template(path = "certificates/one.html")]
struct OnePage {
    page: Page,
    warning: Option<String>,
    sheet: Option<Sheet>,
}

async fn one(state: AppState, who: SignedIn, path: web::Path<String>) -> Answer {
    let stored = find(&state, &path).await?;
    if stored.person != who.person.id {
        return Err(WebError::NotFound);
    }
    let keys = register::public_keys(&state.pool).await?;
    let sheet = |credential| Some(Sheet::new(&credential, &stored.payload, &state.config, who.tr));
    let (warning, sheet) = match verify(&stored, &keys, state.clock.now()) {
        Verification::Valid(credential) => (None, sheet(credential)),
        Verification::Expired(credential) => {
            let at = who.tr.time(&credential.expires_at);
            (Some(who.tr.s1("certificate-expired-holder", "at", at)), sheet(credential))
        }
        Verification::Revoked(credential, revocation) => {
            let at = who.tr.time(&revocation.at);
            let warning = who.tr.s2("certificate-revoked-holder", "at", at, "reason", revocation.reason);
            (Some(warning), sheet(credential))
        }
        Verification::DoesNotMatch(mismatch) => {
            tracing::error!(certificate = %stored.id, %mismatch, "a stored certificate does not match");
            (Some(who.tr.s("certificate-broken")), None)
        }
    };
    let title = sheet.as_ref().map_or_else(|| who.tr.s("certificate"), |sheet: &Sheet| sheet.title.clone());
    page::show(&OnePage { page: Page::new(&state, &who, title), warning, sheet })
}

async fn find(state: &State, id: &str) -> Result<Stored, WebError> {
    let id = id.parse().map(CertificateId).map_err(|_| WebError::NotFound)?;
    register::by_id(&state.pool, id).await?.ok_or(WebError::NotFound)
}
