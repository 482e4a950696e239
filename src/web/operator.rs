//! The operators' own port: what the process has counted, for Prometheus.

use std::net::TcpListener;

use actix_web::{App, HttpResponse, HttpServer, web};
use metrics_exporter_prometheus::PrometheusHandle;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use super::{Answer, WebError};
use crate::queue;

struct Operator {
    pool: PgPool,
    metrics: PrometheusHandle,
}

/// Serves `/metrics` on `listener` until `stop` is cancelled.
pub async fn run(
    pool: PgPool,
    metrics: PrometheusHandle,
    listener: TcpListener,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let operator = web::Data::new(Operator { pool, metrics });
    let app = move || App::new().app_data(operator.clone()).route("/metrics", web::get().to(show));
    let server = HttpServer::new(app).workers(1).disable_signals().listen(listener)?.run();
    let handle = server.handle();
    tokio::spawn(async move {
        stop.cancelled().await;
        handle.stop(false).await;
    });
    server.await
}

async fn show(operator: web::Data<Operator>) -> Answer {
    let waiting = queue::waiting(&operator.pool).await.map_err(WebError::from)?;
    // Read when asked: the queue is the database's, and each process would show the same.
    #[expect(clippy::cast_precision_loss, reason = "a queue is far shorter than 2^52")]
    let (waits, runs) = (waiting.waiting as f64, waiting.running as f64);
    metrics::gauge!("assay_jobs", "state" => "waiting").set(waits);
    metrics::gauge!("assay_jobs", "state" => "running").set(runs);
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(operator.metrics.render()))
}
