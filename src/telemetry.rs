//! Logs and metrics of every role.

use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// Starts logging to stderr: levels from `RUST_LOG`, JSON lines where `ASSAY_LOG=json`.
pub fn log(default_level: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default_level));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start, as in tests that run several roles in one process, keeps the first.
    let _ = match std::env::var("ASSAY_LOG").as_deref() {
        Ok("json") => builder.json().try_init().is_ok(),
        _ => builder.try_init().is_ok(),
    };
}

/// Installs the recorder that the operators' `/metrics` shows.
pub fn metrics() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new().install_recorder()
}
