//! Drawings of lessons and statements, under the digest of their content.

use actix_web::http::header;
use actix_web::{HttpResponse, web};

use super::routes::{Access, Route};
use super::{Answer, AppState, WebError};
use crate::courses;

/// A drawing styles itself and does nothing else, also when it is opened by itself.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/diagrams/{name}", Access::Public, || web::get().to(diagram))]
}

async fn diagram(state: AppState, name: web::Path<String>) -> Answer {
    let digest = name.strip_suffix(".svg").and_then(|digest| digest.parse().ok()).ok_or(WebError::NotFound)?;
    let svg = courses::diagram(&state.pool, &digest).await?.ok_or(WebError::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type("image/svg+xml")
        .insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(svg))
}
