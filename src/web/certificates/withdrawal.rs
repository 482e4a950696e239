//! The withdrawal of a certificate with a reason that everybody who verifies it reads.

use actix_web::http::StatusCode;
use askama::Template;
use serde::Deserialize;

use super::find;
use super::list::Scope;
use crate::certificates::register::{self, LONGEST_REASON};
use crate::certificates::{CertificateError, Stored};
use crate::web::page::{self, FieldErrors, Page};
use crate::web::visit::{Demand, Require};
use crate::web::{Answer, State, WebError};

/// Why a certificate is withdrawn.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reason {
    reason: String,
}

#[derive(Template)]
#[template(path = "certificates/revoke.html")]
struct RevokePage {
    page: Page,
    scope: Scope,
    stored: Stored,
    errors: FieldErrors,
    /// What was typed.
    reason: String,
    most: usize,
}

impl RevokePage {
    fn new<R: Demand>(state: &State, who: &Require<R>, scope: Scope, (stored, reason): (Stored, String)) -> Self {
        let title = who.tr.s1("admin-certificate-revoke-title", "code", stored.code.as_str());
        let page = Page::new(state, who, title);
        Self { page, scope, stored, errors: FieldErrors::default(), reason, most: LONGEST_REASON }
    }

    /// The answer to whoever may not withdraw it like this: why, and what they typed.
    fn refused(mut self, fault: Option<String>) -> Answer {
        let status =
            if self.stored.revocation.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
        if let Some(sentence) = fault {
            self.errors.add("reason", sentence);
            self.page = self.page.with_faults(&self.errors);
        }
        page::show_with(status, &self)
    }
}

/// A certificate in `scope`; others are not found.
async fn within(state: &State, scope: &Scope, id: &str) -> Result<Stored, WebError> {
    let stored = find(state, id).await?;
    if scope.has(&stored.course_slug) { Ok(stored) } else { Err(WebError::NotFound) }
}

pub(super) async fn ask<R: Demand>(state: &State, who: &Require<R>, scope: Scope, id: &str) -> Answer {
    let stored = within(state, &scope, id).await?;
    let is_revoked = stored.revocation.is_some();
    let page = RevokePage::new(state, who, scope, (stored, String::new()));
    if is_revoked { page.refused(None) } else { page::show(&page) }
}

pub(super) async fn revoke<R: Demand>(
    state: &State,
    who: &Require<R>,
    scope: Scope,
    (id, typed): (&str, &Reason),
) -> Answer {
    let stored = within(state, &scope, id).await?;
    let mut conn = state.pool.acquire().await?;
    let again = |stored, scope| RevokePage::new(state, who, scope, (stored, typed.reason.clone()));
    match register::revoke(&mut conn, stored.id, who.person.id, &typed.reason, state.clock.now()).await {
        Ok(()) => Ok(page::see_other(&format!("{}?notice=certificate-revoked", scope.place()))),
        Err(CertificateError::NoReason) if stored.revocation.is_none() => {
            again(stored, scope).refused(Some(who.tr.s1("certificate-reason-needed", "most", LONGEST_REASON)))
        }
        Err(CertificateError::NoReason | CertificateError::AlreadyRevoked) => {
            // Read again: it may have been withdrawn a moment ago.
            again(find(state, id).await?, scope).refused(None)
        }
        Err(error) => Err(error.into()),
    }
}
