//! Pages and API for people and programs.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpServer, web};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::blobs::Blobs;
use crate::certificates::keys::Keys;
use crate::clock::Clock;
use crate::config::Config;
use crate::exercises::catalogue::Evaluations;
use crate::results::news::News;

pub mod routes;

mod admin;
mod api;
mod assets;
mod authoring;
mod bearer;
mod certificates;
mod class;
mod courses;
mod csv;
mod curve;
mod diagrams;
mod error;
mod examiner;
mod exams;
mod exercises;
mod gallery;
mod gradebook;
mod health;
mod home;
mod inspector;
mod intake;
mod lessons;
mod operations;
pub mod operator;
mod page;
mod people;
mod questions;
mod quizzes;
mod rendering;
mod requirements;
mod result;
mod sealed;
pub mod security;
mod settings;
mod sign_in;
mod staff;
mod submissions;
mod teach;
mod tokens;
mod training;
mod typed;
mod upload;
mod verify;
mod visit;

pub use error::WebError;
use intake::Uploads;

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
    /// The key that certificates are signed with.
    pub keys: Keys,
    /// What exercise versions are graded on: for galleries, never shared as such.
    pub evaluations: Evaluations,
    /// Uploads under way, by person.
    pub uploads: Uploads,
    /// News of graded submissions.
    pub news: News,
    /// What never changes about exam attempts.
    pub papers: exams::Papers,
}

impl State {
    /// The state of an installation's web side.
    pub fn new(pool: PgPool, blobs: Blobs, config: Config, clock: Arc<dyn Clock>, keys: Keys) -> Self {
        let evaluations = Evaluations::new(pool.clone(), blobs.clone());
        let (uploads, news, papers) = (Uploads::default(), News::default(), exams::Papers::default());
        Self { pool, blobs, config, clock, keys, evaluations, uploads, news, papers }
    }
}

/// The state as handlers take it.
pub type AppState = web::Data<State>;

/// A handler's answer.
pub type Answer = Result<actix_web::HttpResponse, WebError>;

/// Registers every route and what surrounds them all; the server and the tests build their apps with it.
pub fn configure(app: &mut web::ServiceConfig) {
    // A form or path that cannot be read is explained like every other error.
    app.app_data(form_config());
    app.app_data(web::PathConfig::default().error_handler(|_, _| WebError::NotFound.into()));
    routes::register(app);
    app.default_service(web::to(error::not_found));
}

fn form_config() -> web::FormConfig {
    web::FormConfig::default().error_handler(|_, _| WebError::Invalid("error-form", Vec::new()).into())
}

/// How long a connection stays open without a request: longer than an exam's room is silent.
const KEPT: Duration = Duration::from_secs(75);

/// Serves pages on `listener` until `stop` is cancelled; requests under way are finished first.
pub async fn run(state: AppState, listener: TcpListener, stop: CancellationToken) -> std::io::Result<()> {
    let shared = state.clone();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .wrap(from_fn(security::guard))
            .wrap(Compress::default())
            .configure(configure)
    })
    // A page with its length unknown goes out in two pieces, of which the second would wait for the first's receipt.
    .tcp_nodelay(true)
    .keep_alive(KEPT)
    .shutdown_timeout(10)
    .disable_signals()
    .listen(listener)?
    .run();
    let handle = server.handle();
    let listening = {
        let (news, pool, stop) = (state.news.clone(), state.pool.clone(), stop.clone());
        tokio::spawn(async move { news.listen(&pool, &stop).await })
    };
    tokio::spawn(async move {
        stop.cancelled().await;
        handle.stop(true).await;
    });
    let ended = server.await;
    listening.abort();
    ended
}
