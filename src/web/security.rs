//! What surrounds every request: an id, the guard against other sites, security headers, and error pages.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _};

use super::{AppState, WebError, typed};
use crate::config::Config;
use crate::ids;

/// Built upward from nothing: each line is something a page of ours needs.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; \
    script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Surrounds every request.
pub async fn guard(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let id = ids::request_id();
    request.extensions_mut().insert(id);
    let state = request.app_data::<AppState>();
    let is_https = state.is_some_and(|state| state.config.is_https());
    let allowed = state.is_some_and(|state| is_same_site(&request, &state.config));
    let response = if allowed {
        typed::keep(&mut request).await?;
        next.call(request).await?.map_into_boxed_body()
    } else {
        let (request, _) = request.into_parts();
        let answer = WebError::CrossSite.answer(&request);
        return Ok(with_headers(ServiceResponse::new(request, answer), is_https));
    };
    let answer = response
        .response()
        .error()
        .and_then(|error| error.as_error::<WebError>())
        .map(|error| error.answer(response.request()));
    let response = match answer {
        Some(answer) => response.into_response(answer),
        None => response,
    };
    Ok(with_headers(response, is_https))
}

/// Whether an unsafe request comes from our own pages. Requests with a bearer token carry no cookie's authority.
fn is_same_site(request: &ServiceRequest, config: &Config) -> bool {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let is_bearer = request.path().starts_with("/api/") && request.headers().contains_key(header::AUTHORIZATION);
    if is_safe || is_bearer {
        return true;
    }
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin == config.base_url.origin().ascii_serialization(),
        (None, None) => false,
    }
}

fn with_headers(mut response: ServiceResponse<BoxBody>, is_https: bool) -> ServiceResponse<BoxBody> {
    let headers = response.headers_mut();
    set(headers, header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::X_FRAME_OPTIONS, "DENY");
    set(headers, header::REFERRER_POLICY, "same-origin");
    set(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(headers, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(headers, HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=()");
    // A page speaks to one reader in one language: nothing between us may keep it.
    set(headers, header::CACHE_CONTROL, "no-store");
    set(headers, header::VARY, "Accept-Language, Cookie");
    if is_https {
        set(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

/// Sets a header unless the handler chose its own value.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
