//! Pages and API for people and programs.

use std::sync::Arc;

use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpServer, web};
use sqlx::PgPool;

use crate::blobs::Blobs;
use crate::clock::Clock;
use crate::config::Config;

pub mod routes;

mod assets;
mod bearer;
mod certificates;
mod courses;
mod error;
mod health;
mod home;
mod page;
mod people;
mod quizzes;
pub mod security;
mod settings;
mod sign_in;
mod tokens;
mod verify;
mod visit;

pub use error::WebError;

/// What every handler may use.
pub struct State {
    /// Connections to PostgreSQL.
    pub pool: PgPool,
    /// Uploaded files.
    pub blobs: Blobs,
    /// Settings of the installation.
    pub config: Config,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// The state as handlers take it.
pub type AppState = web::Data<State>;

/// A handler's answer.
pub type Answer = Result<actix_web::HttpResponse, WebError>;

/// Registers every route and what surrounds them all; the server and the tests build their apps with it.
pub fn configure(app: &mut web::ServiceConfig) {
    // A form or path that cannot be read is explained like every other error.
    app.app_data(web::FormConfig::default().error_handler(|_, _| WebError::Invalid("error-form", Vec::new()).into()));
    app.app_data(web::PathConfig::default().error_handler(|_, _| WebError::NotFound.into()));
    routes::register(app);
    app.default_service(web::to(error::not_found));
}

/// Serves pages on the configured address until `stop` resolves; requests under way are finished first.
pub async fn run(
    state: AppState,
    listener: std::net::TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let server = HttpServer::new(move || {
        App::new().app_data(state.clone()).wrap(from_fn(security::guard)).wrap(Compress::default()).configure(configure)
    })
    .shutdown_timeout(10)
    .disable_signals()
    .listen(listener)?
    .run();
    let handle = server.handle();
    tokio::spawn(async move {
        stop.await;
        handle.stop(true).await;
    });
    server.await
}
