//! Public verification of certificates, and the issuer's key document and status list.

use actix_multipart::{Field, Multipart};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use serde::Deserialize;
use serde_json::json;

use super::certificates::sheet::{Achieved, Sheet};
use super::page::{self, FieldErrors, Page};
use super::routes::{Access, Route};
use super::visit::{Anyone, Visit};
use super::{Answer, AppState, State, WebError};
use crate::certificates::code::{Code, InvalidCode};
use crate::certificates::credential::Issuer;
use crate::certificates::envelope::{Envelope, LARGEST};
use crate::certificates::key_document::KeyDocument;
use crate::certificates::register;
use crate::certificates::status::StatusList;
use crate::certificates::verification::{Check, Verification};

mod finding;

use finding::{Finding, look_up, look_up_file};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/verify", Access::Public, || web::get().to(ask)),
        Route::post("/verify", Access::Public, || web::post().to(check_file)),
        Route::get("/verify/{code}", Access::Public, || web::get().to(show)),
        Route::get("/verify/{code}/certificate.json", Access::Public, || web::get().to(download)),
        Route::get("/certificates/status.json", Access::Public, || web::get().to(status_list)),
        Route::get("/.well-known/did.json", Access::Public, || web::get().to(key_document)),
    ]
}

#[derive(Template)]
#[template(path = "certificates/verify.html")]
struct AskPage {
    page: Page,
    errors: FieldErrors,
    typed: String,
    largest: String,
}

impl AskPage {
    fn new(state: &State, visit: &Visit) -> Self {
        let page = Page::new(state, visit, visit.tr.s("verify-title"));
        Self { page, errors: FieldErrors::default(), typed: String::new(), largest: visit.tr.size(LARGEST as u64) }
    }
}

#[derive(Deserialize)]
struct Typed {
    code: Option<String>,
}

async fn ask(state: AppState, who: Anyone, typed: web::Query<Typed>) -> Answer {
    let mut form = AskPage::new(&state, &who);
    let Some(typed) = typed.into_inner().code else { return page::show(&form) };
    let fault = match typed.parse::<Code>() {
        Ok(code) => return Ok(page::see_other(&format!("/verify/{code}"))),
        Err(_) if typed.trim().is_empty() => who.tr.s("verify-fault-empty"),
        Err(InvalidCode::Shape) => who.tr.s("verify-fault-shape"),
        Err(InvalidCode::Check) => who.tr.s("verify-fault-check"),
    };
    form.errors.add("code", fault);
    form.typed = typed;
    page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &form)
}

async fn show(state: AppState, who: Anyone, path: web::Path<String>, request: HttpRequest) -> Answer {
    let now = state.clock.now();
    let (code, wants_json) = match path.strip_suffix(".json") {
        Some(code) => (code, true),
        None => (path.as_str(), prefers_json(&request)),
    };
    // A code that cannot exist is not found, like every other: no near matches, no hints.
    let finding = match code.parse::<Code>() {
        Ok(code) => look_up(&state, &code, now).await,
        Err(InvalidCode::Shape | InvalidCode::Check) => Finding::NotFound,
    };
    if wants_json { Ok(as_json(&finding, now)) } else { as_page(&state, &who, &finding, now, false) }
}

/// Whether a program asks: it accepts JSON and does not accept HTML.
fn prefers_json(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.contains("application/json") && !accepted.contains("text/html")
}

fn as_json(finding: &Finding, now: DateTime<Utc>) -> HttpResponse {
    let checks = finding.checks(now);
    let checks: Vec<_> = checks.iter().map(|check| json!({ "name": check.name, "passed": check.passed })).collect();
    let revoked = finding.revocation().map(|revocation| json!({ "at": revocation.at, "reason": revocation.reason }));
    HttpResponse::build(finding.status()).insert_header(("x-robots-tag", "noindex")).json(json!({
        "result": finding.word(),
        "checked_at": now,
        "checks": checks,
        "revoked": revoked,
        "certificate": finding.credential().map(|(_, credential)| credential),
    }))
}

#[derive(Template)]
#[template(path = "certificates/result.html")]
struct ResultPage {
    page: Page,
    tone: &'static str,
    sentence: String,
    checked_at: DateTime<Utc>,
    checks: Vec<(String, bool)>,
    sheet: Option<Sheet>,
    address: String,
}

fn as_page(state: &State, visit: &Visit, finding: &Finding, now: DateTime<Utc>, is_upload: bool) -> Answer {
    let tr = visit.tr;
    let says = format!("verify-{}-says", finding.word());
    let (tone, sentence) = match finding {
        Finding::Checked(checked) => match &checked.verification {
            Verification::Valid(credential) => ("success", tr.s1(&says, "at", tr.time(&credential.expires_at))),
            Verification::Expired(credential) => ("warning", tr.s1(&says, "at", tr.time(&credential.expires_at))),
            Verification::Revoked(_, revocation) => {
                ("danger", tr.s2(&says, "at", tr.time(&revocation.at), "reason", revocation.reason.as_str()))
            }
            Verification::DoesNotMatch(_) => ("danger", tr.s(&says)),
        },
        Finding::FileDoesNotMatch => ("danger", tr.s(&says)),
        Finding::NotFound | Finding::Unavailable => ("warning", tr.s(&says)),
    };
    let mut checks = finding.checks(now);
    if is_upload && !checks.is_empty() {
        checks.insert(0, Check { name: "file", passed: true });
    }
    let result = ResultPage {
        page: Page::new(state, visit, tr.s(&format!("verify-{}", finding.word()))),
        tone,
        sentence,
        checked_at: now,
        checks: checks.iter().map(|check| (tr.s(&format!("verify-check-{}", check.name)), check.passed)).collect(),
        sheet: finding.credential().map(|(stored, signed)| Sheet::new(signed, &stored.payload, &state.config, tr)),
        address: state.config.link("/"),
    };
    page::show_with(finding.status(), &result)
}

async fn check_file(state: AppState, who: Anyone, form: Multipart) -> Answer {
    let fault = match read_file(form).await? {
        FileRead::Whole(bytes) => match Envelope::read(&bytes) {
            Ok(envelope) => {
                let now = state.clock.now();
                return as_page(&state, &who, &look_up_file(&state, &envelope, now).await, now, true);
            }
            Err(_) => who.tr.s("verify-fault-file"),
        },
        FileRead::Nothing => who.tr.s("verify-fault-no-file"),
        FileRead::TooLarge => who.tr.s1("verify-fault-file-large", "size", who.tr.size(LARGEST as u64)),
    };
    let mut again = AskPage::new(&state, &who);
    again.errors.add("file", fault);
    page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &again)
}

enum FileRead {
    Whole(Vec<u8>),
    Nothing,
    TooLarge,
}

async fn read_file(mut form: Multipart) -> Result<FileRead, WebError> {
    let broken = |_| WebError::Invalid("verify-fault-no-file", Vec::new());
    while let Some(field) = form.try_next().await.map_err(broken)? {
        if field.name() == Some("file") {
            return read_field(field).await.map_err(broken);
        }
    }
    Ok(FileRead::Nothing)
}

async fn read_field(mut field: Field) -> Result<FileRead, actix_multipart::MultipartError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.try_next().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LARGEST {
            return Ok(FileRead::TooLarge);
        }
    }
    Ok(if bytes.is_empty() { FileRead::Nothing } else { FileRead::Whole(bytes) })
}

/// The signed file; of a certificate that does not match there is none.
async fn download(state: AppState, path: web::Path<String>) -> Answer {
    let code = path.parse::<Code>().map_err(|_| WebError::NotFound)?;
    let stored = match look_up(&state, &code, state.clock.now()).await {
        Finding::Checked(checked) if checked.verification.credential().is_some() => checked.stored,
        Finding::Checked(_) | Finding::FileDoesNotMatch => {
            return Err(WebError::Conflict("certificate-does-not-match", Vec::new()));
        }
        Finding::NotFound => return Err(WebError::NotFound),
        Finding::Unavailable => return Err(WebError::internal("the register cannot be reached")),
    };
    let envelope = Envelope::of(&stored).ok_or(WebError::internal("a verified certificate is no text"))?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{code}.json\"")))
        .insert_header(("x-robots-tag", "noindex"))
        .json(envelope))
}

async fn status_list(state: AppState) -> Answer {
    let revoked = register::revoked(&state.pool).await?;
    let list = StatusList::new(&Issuer::from_config(&state.config), &state.keys, &revoked, state.clock.now());
    Ok(for_everybody().json(list.sign(&state.keys).map_err(WebError::internal)?))
}

async fn key_document(state: AppState) -> Answer {
    let keys = register::public_keys(&state.pool).await?;
    Ok(for_everybody().json(KeyDocument::new(&Issuer::from_config(&state.config), &keys)))
}

/// An answer that programs on other sites may read too, as verifiers in a browser do.
fn for_everybody() -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header(("cross-origin-resource-policy", "cross-origin"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=60"));
    response
}
