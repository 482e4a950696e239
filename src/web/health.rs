//! Whether the process lives and whether it can serve, for whoever supervises it.

use actix_web::{HttpResponse, web};

use super::routes::{Access, Route};
use super::{Answer, AppState, WebError};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/health/live", Access::Public, || web::get().to(live)),
        Route::get("/health/ready", Access::Public, || web::get().to(ready)),
    ]
}

async fn live() -> Answer {
    Ok(HttpResponse::Ok().content_type("text/plain").body("live\n"))
}

async fn ready(state: AppState) -> Answer {
    let connection = state.pool.acquire().await.map_err(WebError::from);
    Ok(match connection {
        Ok(_) => HttpResponse::Ok().content_type("text/plain").body("ready\n"),
        Err(_) => HttpResponse::ServiceUnavailable().content_type("text/plain").body("no database\n"),
    })
}
