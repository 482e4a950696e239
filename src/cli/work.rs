//! `assay work`: grades and sends mail, in a process of its own.

use std::process::ExitCode;
use std::sync::Arc;

use super::installation::{Access, Installation};
use super::signals;
use crate::certificates::credential::Issuer;
use crate::certificates::keys::Keys;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::db;
use crate::exercises::seal_key::SealKey;
use crate::grading::sandbox::Sandbox;
use crate::mail::Mailer;
use crate::worker::{self, Scripts, Slots, Worker};

/// How much to do at once.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Gradings at once. Default: the setting, else the number of cores.
    #[arg(long)]
    slots: Option<usize>,
    /// Training scripts at once. Default: the setting, else half of the cores.
    #[arg(long)]
    script_slots: Option<usize>,
}

/// Works until Ctrl-C or SIGTERM.
pub async fn run(args: Args, config: Config) -> anyhow::Result<ExitCode> {
    let installation = Installation::open(config, Access::Beside).await?;
    let result = work(&installation, &args).await;
    installation.close().await?;
    result.map(|()| ExitCode::SUCCESS)
}

async fn work(installation: &Installation, args: &Args) -> anyhow::Result<()> {
    let stop = signals::stop()?;
    db::require_migrated(&installation.pool).await?;
    let slots = Slots {
        models: args.slots.or(installation.config.slots).unwrap_or_else(cores),
        scripts: args.script_slots.unwrap_or_else(|| script_slots(&installation.config)),
    };
    let keys = (installation.keys().await?, installation.seal_key().await?);
    worker::run(Arc::new(worker(installation, keys)?), slots, stop).await
}

/// A worker on this installation, once the grader is found to be isolated.
pub(super) fn worker(installation: &Installation, (keys, seal_key): (Keys, SealKey)) -> anyhow::Result<Worker> {
    let sandbox = Sandbox::locate()?;
    let checks = tokio::task::block_in_place(|| sandbox.self_test())?;
    for check in &checks {
        anyhow::ensure!(
            check.holds,
            "the grader is not isolated here, so nothing is graded: {}: {}",
            check.name,
            check.detail
        );
    }
    let mailer = mailer(installation)?;
    let stores = (installation.pool.clone(), installation.blobs.clone());
    let issuer = Issuer::from_config(&installation.config);
    let scripts = Scripts::new(installation.folder.path().to_owned(), &sandbox).proven();
    let sandbox = (Arc::new(sandbox), checks);
    Ok(Worker::new(stores, Arc::new(SystemClock), mailer, sandbox, (issuer, keys), seal_key, scripts))
}

/// The way that mail leaves this installation.
pub(super) fn mailer(installation: &Installation) -> anyhow::Result<Mailer> {
    let config = &installation.config;
    Ok(Mailer::new(config.smtp_url.as_deref(), installation.folder.mail(), &config.mail_from)?)
}

/// Scripts at once: the setting, else half of the cores, so that models and pages have the rest.
pub(super) fn script_slots(config: &Config) -> usize {
    config.script_slots.unwrap_or_else(|| cores().div_ceil(2))
}

/// Slots where no setting says otherwise.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
