//! A holder's certificates, and their revocation by administrators.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::page::{self, FieldErrors, Page};
use super::routes::{Access, Route};
use super::visit::{Admin, Require, SignedIn};
use super::{Answer, AppState, WebError};
use crate::certificates::register::{self, LONGEST_REASON};
use crate::certificates::verification::{Verification, verify};
use crate::certificates::{CertificateError, Filter, Listed, Standing, Stored};
use crate::ids::CertificateId;
use crate::messages::Tr;

pub(super) mod sheet;

use sheet::Sheet;

/// Certificates on one page of the administrators' list.
const PAGE: u32 = 50;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/certificates", Access::SignedIn, || web::get().to(mine)),
        Route::get("/certificates/{id}", Access::SignedIn, || web::get().to(one)),
        Route::get("/admin/certificates", Access::Admin, || web::get().to(list)),
        Route::get("/admin/certificates/{id}/revoke", Access::Admin, || web::get().to(ask_reason)),
        Route::post("/admin/certificates/{id}/revoke", Access::Admin, || web::post().to(revoke)),
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
            | CertificateError::Validity(_) => Self::internal(error),
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
}

async fn mine(state: AppState, who: SignedIn) -> Answer {
    let filter = Filter { person: Some(who.person.id), limit: 1000, ..Filter::default() };
    let certificates = lines(register::list(&state.pool, &filter, state.clock.now()).await?, who.tr);
    page::show(&MinePage { page: Page::new(&state, &who, who.tr.s("certificates-title")), certificates })
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

async fn find(state: &AppState, id: &str) -> Result<Stored, WebError> {
    let id = id.parse().map(CertificateId).map_err(|_| WebError::NotFound)?;
    register::by_id(&state.pool, id).await?.ok_or(WebError::NotFound)
}

#[derive(Deserialize)]
struct Search {
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

async fn list(state: AppState, who: Require<Admin>, search: web::Query<Search>) -> Answer {
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

async fn ask_reason(state: AppState, who: Require<Admin>, path: web::Path<String>) -> Answer {
    let stored = find(&state, &path).await?;
    if stored.revocation.is_some() {
        return Err(CertificateError::AlreadyRevoked.into());
    }
    page::show(&RevokePage::new(&state, &who, stored))
}

#[derive(Deserialize)]
struct Reason {
    #[serde(default)]
    reason: String,
}

async fn revoke(state: AppState, who: Require<Admin>, path: web::Path<String>, form: web::Form<Reason>) -> Answer {
    let stored = find(&state, &path).await?;
    let mut conn = state.pool.acquire().await?;
    match register::revoke(&mut conn, stored.id, who.person.id, &form.reason, state.clock.now()).await {
        Ok(()) => Ok(page::see_other("/admin/certificates?notice=certificate-revoked")),
        Err(CertificateError::NoReason) => {
            let mut again = RevokePage::new(&state, &who, stored);
            again.errors.add("reason", who.tr.s1("certificate-reason-needed", "most", LONGEST_REASON));
            again.reason.clone_from(&form.reason);
            page::show_with(actix_web::http::StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Err(error) => Err(error.into()),
    }
}
