//! The certificate of a draft as its holder would get it, with names that need much room.

use actix_web::web;
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::learner::draft;
use crate::certificates::issue::months_after;
use crate::courses::{CertificateRule, Course};
use crate::ids::Slug;
use crate::messages::Lang;
use crate::web::page::{self, Page, typed};
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, WebError};

/// Longest name that is tried, in characters.
const LONGEST_NAME: usize = 100;

#[derive(Template)]
#[template(path = "authoring/certificate.html")]
struct CertificatePage {
    page: Page,
    slug: Slug,
    course: Course,
    rule: CertificateRule,
    name: String,
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

pub(super) async fn show(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    tried: web::Query<Tried>,
) -> Answer {
    let draft = draft(&state, &who, &slug).await?;
    let rule = draft.course.certificate.clone().ok_or(WebError::NotFound)?;
    let now = state.clock.now();
    let name: String = typed(&tried.name).chars().take(LONGEST_NAME).collect();
    page::show(&CertificatePage {
        page: Page::new(&state, &who, who.tr.s("certificate-preview-title")),
        slug: draft.work.slug,
        name: if name.is_empty() { who.tr.s("certificate-preview-name") } else { name },
        issuer: state.config.name.clone(),
        issued_at: now,
        expires_at: months_after(now, rule.valid_months).map_err(WebError::internal)?,
        course: draft.course,
        rule,
    })
}
