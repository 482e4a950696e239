//! Administrators' list of certificates, and their revocation with a reason.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::{Line, find, lines, standing_word};
use crate::certificates::register::{self, LONGEST_REASON};
use crate::certificates::{CertificateError, Filter, Standing, Stored};
use crate::web::page::{self, FieldErrors, Page};
use crate::web::visit::{Admin, Require};
use crate::web::{Answer, AppState};

/// Certificates on one page of the list.
const PAGE: u32 = 50;

/// What the list is searched for.
#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    standing: String,
    #[serde(default)]
    skip: u32,
}

impl Search {
    /// The address of the same search, `skip` certificates further.
    fn address(&self, skip: u32) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("q", &self.q)
            .append_pair("standing", &self.standing)
            .append_pair("skip", &skip.to_string())
            .finish();
        format!("/admin/certificates?{query}")
    }
}

#[derive(Template)]
#[template(path = "certificates/list.html")]
struct ListPage {
    page: Page,
    filter: Filter,
    standings: Vec<(&'static str, String, bool)>,
    certificates: Vec<Line>,
    earlier: Option<String>,
    later: Option<String>,
}

pub async fn list(state: AppState, who: Require<Admin>, search: web::Query<Search>) -> Answer {
    let standing = Standing::from_name(&search.standing);
    let text = search.q.trim().chars().take(200).collect();
    // One more than is shown tells whether there is another page.
    let filter = Filter { person: None, text, standing, limit: PAGE + 1, skip: search.skip };
    let mut found = register::list(&state.pool, &filter, state.clock.now()).await?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let options = Standing::ALL.into_iter();
    page::show(&ListPage {
        page: Page::new(&state, &who, who.tr.s("admin-certificates-title")),
        standings: options.map(|each| (each.name(), standing_word(each, who.tr), standing == Some(each))).collect(),
        certificates: lines(found, who.tr),
        earlier: more.then(|| search.address(search.skip.saturating_add(PAGE))),
        later: (search.skip > 0).then(|| search.address(search.skip.saturating_sub(PAGE))),
        filter,
    })
}

#[derive(Template)]
#[template(path = "certificates/revoke.html")]
struct RevokePage {
    page: Page,
    stored: Stored,
    errors: FieldErrors,
    reason: String,
    most: usize,
}

impl RevokePage {
    fn new(state: &AppState, who: &Require<Admin>, stored: Stored) -> Self {
        let title = who.tr.s1("admin-certificate-revoke-title", "code", stored.code.as_str());
        let page = Page::new(state, who, title);
        Self { page, stored, errors: FieldErrors::default(), reason: String::new(), most: LONGEST_REASON }
    }
}

pub async fn ask_reason(state: AppState, who: Require<Admin>, path: web::Path<String>) -> Answer {
    let stored = find(&state, &path).await?;
    if stored.revocation.is_some() {
        return Err(CertificateError::AlreadyRevoked.into());
    }
    page::show(&RevokePage::new(&state, &who, stored))
}

/// Why a certificate is withdrawn.
#[derive(Deserialize)]
pub struct Reason {
    #[serde(default)]
    reason: String,
}

pub async fn revoke(state: AppState, who: Require<Admin>, path: web::Path<String>, form: web::Form<Reason>) -> Answer {
    let stored = find(&state, &path).await?;
    let mut conn = state.pool.acquire().await?;
    match register::revoke(&mut conn, stored.id, who.person.id, &form.reason, state.clock.now()).await {
        Ok(()) => Ok(page::see_other("/admin/certificates?notice=certificate-revoked")),
        Err(CertificateError::NoReason) => {
            let mut again = RevokePage::new(&state, &who, stored);
            again.errors.add("reason", who.tr.s1("certificate-reason-needed", "most", LONGEST_REASON));
            again.reason.clone_from(&form.reason);
            page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Err(error) => Err(error.into()),
    }
}
