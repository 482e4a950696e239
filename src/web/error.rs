//! What can go wrong in a request, as a page for people or a problem document (RFC 9457) for programs.

use std::fmt;

use actix_web::body::BoxBody;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use askama::Template;
use serde_json::json;
use url::Url;

use super::page::{self, Page};
use super::visit::{Anyone, Visit};
use super::{AppState, typed};
use crate::accounts::AccountError;
use crate::blobs::StorageError;
use crate::exercises::catalogue::CatalogueError;
use crate::messages::{Said, Tr};
use crate::queue::QueueError;
use crate::results::ResultError;

/// A request that could not be answered as asked.
#[derive(Debug)]
pub enum WebError {
    /// There is no such thing, or it is not this person's to see.
    NotFound,
    /// The person's role does not allow it.
    Forbidden,
    /// The page needs a signed-in person.
    SignInFirst,
    /// An API request without a valid token, or with one that lacks the scope.
    Unauthorized,
    /// An unsafe request that another site caused.
    CrossSite,
    /// The request makes no sense; the message key says why, with its arguments.
    Invalid(&'static str, Vec<(&'static str, String)>),
    /// What was written keeps it from being done: the message key, which lists these as `faults`.
    Faults(&'static str, Vec<Said>),
    /// The request is not possible in the present state; the message key says why.
    Conflict(&'static str, Vec<(&'static str, String)>),
    /// The body is larger than allowed; the message key says by how much.
    TooLarge(&'static str, Vec<(&'static str, String)>),
    /// Too many requests of this kind: the message key, its arguments, and seconds to wait.
    TooMany(&'static str, Vec<(&'static str, String)>, i64),
    /// Our fault: the cause goes to the log, the reader sees a request id.
    Internal(String),
}

impl WebError {
    /// Our own fault, with its cause for the log.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::SignInFirst | Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Invalid(..) | Self::Faults(..) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(..) => StatusCode::CONFLICT,
            Self::TooLarge(..) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany(..) => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Machine-readable code of the problem, stable for API clients.
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "error-not-found",
            Self::Forbidden => "error-forbidden",
            Self::SignInFirst => "error-sign-in-first",
            Self::Unauthorized => "error-unauthorized",
            Self::CrossSite => "error-cross-site",
            Self::Invalid(key, _)
            | Self::Faults(key, _)
            | Self::Conflict(key, _)
            | Self::TooLarge(key, _)
            | Self::TooMany(key, ..) => key,
            Self::Internal(_) => "error-internal",
        }
    }

    fn detail(&self, tr: Tr, request_id: &str) -> String {
        match self {
            Self::Invalid(key, args)
            | Self::Conflict(key, args)
            | Self::TooLarge(key, args)
            | Self::TooMany(key, args, _) => tr.with(key, args),
            Self::Faults(key, faults) => {
                let faults: Vec<String> = faults.iter().map(|said| said.words(tr)).collect();
                tr.s1(key, "faults", faults.join("\n"))
            }
            Self::Internal(_) => tr.s1("error-internal", "id", request_id),
            Self::NotFound | Self::Forbidden | Self::SignInFirst | Self::Unauthorized | Self::CrossSite => {
                tr.with(self.code(), &[])
            }
        }
    }

    fn title(&self, tr: Tr) -> String {
        match self {
            Self::NotFound => tr.s("error-title-not-found"),
            Self::Forbidden | Self::CrossSite => tr.s("error-title-forbidden"),
            Self::SignInFirst | Self::Unauthorized => tr.s("error-title-sign-in"),
            Self::Invalid(..) | Self::Faults(..) => tr.s("error-title-invalid"),
            Self::Conflict(..) => tr.s("error-title-conflict"),
            Self::TooLarge(..) => tr.s("error-title-too-large"),
            Self::TooMany(..) => tr.s("error-title-too-many"),
            Self::Internal(_) => tr.s("error-title-internal"),
        }
    }

    /// The answer to `request`: a problem document below `/api/` and for scripts that ask for JSON, a page elsewhere.
    pub(super) fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let visit = Visit::known(request);
        let request_id = visit.request_id.to_string();
        if let Self::Internal(cause) = self {
            tracing::error!(%request_id, path = %visit.path, %cause, "a request failed");
        }
        let mut response = HttpResponse::build(self.status());
        if let Self::TooMany(_, _, wait) = self {
            response.insert_header((header::RETRY_AFTER, wait.to_string()));
        }
        if matches!(self, Self::Unauthorized) {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if visit.path.starts_with("/api/") || asks_for_json(request) {
            return response.content_type("application/problem+json").json(json!({
                "type": "about:blank",
                "status": self.status().as_u16(),
                "code": self.code(),
                "title": self.title(visit.tr),
                "detail": self.detail(visit.tr, &request_id),
                "request_id": request_id,
            }));
        }
        if matches!(self, Self::SignInFirst) {
            let next: String = url::form_urlencoded::byte_serialize(visit.path.as_bytes()).collect();
            return HttpResponse::SeeOther()
                .insert_header((header::LOCATION, format!("/sign-in?next={next}")))
                .finish();
        }
        self.page(request, &visit, &mut response)
    }

    fn page(
        &self,
        request: &HttpRequest,
        visit: &Visit,
        response: &mut actix_web::HttpResponseBuilder,
    ) -> HttpResponse {
        let Some(state) = request.app_data::<AppState>() else { return response.finish() };
        let mut page = Page::new(state, visit, self.title(visit.tr));
        let is_form = request.method() != Method::GET;
        let came_from = came_from(request, state).filter(|_| is_form);
        if is_form {
            // The address of a form's receiver is no page: whoever changes the language here lands on the form again.
            page.path = came_from.clone().unwrap_or_else(|| "/".to_owned());
        }
        let detail = self.detail(visit.tr, &visit.request_id.to_string());
        let page = ErrorPage { page, detail, came_from, typed: typed::texts(request) };
        match page.render() {
            Ok(html) => response.content_type("text/html; charset=utf-8").body(html),
            Err(_) => response.finish(),
        }
    }
}

/// Whether a script of our pages asks, which cannot read a page; browsers never name JSON when they load one.
fn asks_for_json(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("application/json"))
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    detail: String,
    /// The page with the form that was refused.
    came_from: Option<String>,
    /// What was typed into it.
    typed: Vec<String>,
}

/// The page of ours that a request was sent from.
fn came_from(request: &HttpRequest, state: &AppState) -> Option<String> {
    let referer = request.headers().get(header::REFERER)?.to_str().ok()?;
    let mut address: Url = referer.parse().ok().filter(|url: &Url| url.origin() == state.config.base_url.origin())?;
    // What was said there of an earlier action is not said again.
    let kept: Vec<(String, String)> = address.query_pairs().into_owned().filter(|(name, _)| name != "notice").collect();
    address.set_query(None);
    if !kept.is_empty() {
        address.query_pairs_mut().extend_pairs(kept);
    }
    let query = address.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(page::local_path(&format!("{}{query}", address.path())).to_owned())
}

impl fmt::Display for WebError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Internal(cause) => f.write_str(cause),
            other => f.write_str(other.code()),
        }
    }
}

/// `security::guard` turns the bare status into a page or problem document, because only it knows the reader.
impl ResponseError for WebError {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::new(self.status())
    }
}

impl From<sqlx::Error> for WebError {
    fn from(error: sqlx::Error) -> Self {
        Self::internal(error)
    }
}

impl From<QueueError> for WebError {
    fn from(error: QueueError) -> Self {
        Self::internal(error)
    }
}

impl From<StorageError> for WebError {
    fn from(error: StorageError) -> Self {
        Self::internal(error)
    }
}

impl From<AccountError> for WebError {
    fn from(error: AccountError) -> Self {
        Self::internal(error)
    }
}

impl From<CatalogueError> for WebError {
    fn from(error: CatalogueError) -> Self {
        Self::internal(error)
    }
}

impl From<ResultError> for WebError {
    fn from(error: ResultError) -> Self {
        Self::internal(error)
    }
}

impl From<askama::Error> for WebError {
    fn from(error: askama::Error) -> Self {
        Self::internal(error)
    }
}

/// Answers every address that no route knows.
pub(super) async fn not_found(_: Anyone) -> Result<HttpResponse, WebError> {
    Err(WebError::NotFound)
}
