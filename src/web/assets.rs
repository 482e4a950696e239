//! Embedded style sheet, script and icons, under addresses that carry the hash of their content.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::Embed;

use super::routes::{Access, Route};
use super::{Answer, WebError};

#[derive(Embed)]
#[folder = "templates/assets/"]
struct Assets;

/// The address of the embedded file `name`: `/assets/1a2b3c4d/style.css`.
pub fn address(name: &str) -> String {
    let hash = Assets::get(name).map(|file| hex::encode(file.metadata.sha256_hash()));
    let short: String = hash.unwrap_or_default().chars().take(8).collect();
    format!("/assets/{short}/{name}")
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/assets/{hash}/{name}", Access::Public, || web::get().to(file)),
        Route::get("/favicon.ico", Access::Public, || web::get().to(icon)),
        Route::get("/robots.txt", Access::Public, || web::get().to(robots)),
    ]
}

async fn file(request: HttpRequest, path: web::Path<(String, String)>) -> Answer {
    let (hash, name) = path.into_inner();
    let file = Assets::get(&name).ok_or(WebError::NotFound)?;
    let tag = format!("\"{}\"", hex::encode(file.metadata.sha256_hash()));
    let is_known = request.headers().get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let is_current = address(&name) == format!("/assets/{hash}/{name}");
    let caching = if is_current { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, tag)).insert_header((header::CACHE_CONTROL, caching));
    if is_known {
        return Ok(response.finish());
    }
    let kind = mime_guess::from_path(&name).first_or_octet_stream();
    Ok(response.content_type(kind.as_ref()).body(file.data.into_owned()))
}

async fn icon() -> Answer {
    let file = Assets::get("icon.svg").ok_or(WebError::NotFound)?;
    Ok(HttpResponse::Ok().content_type("image/svg+xml").body(file.data.into_owned()))
}

async fn robots() -> Answer {
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("User-agent: *\nDisallow: /verify/\nDisallow: /api/\n"))
}
