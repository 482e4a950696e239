//! `assay serve`: the web server, with workers in the same process.

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use tokio_util::sync::CancellationToken;

use super::installation::{Access, Installation};
use super::{content, signals, work};
use crate::accounts::first_admin_link;
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::exercises::{self, environments};
use crate::grading::script::environment;
use crate::{db, telemetry, web, worker};

/// How to begin.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Make what is missing first: tables, and a first administrator whose sign-in link is printed once.
    #[arg(long)]
    setup: bool,
}

/// Serves until Ctrl-C or SIGTERM.
pub async fn run(args: Args, config: Config) -> anyhow::Result<ExitCode> {
    // What is most often wrong is found first.
    let ports = Ports {
        pages: listen("ASSAY_LISTEN", config.listen)?,
        operator: listen("ASSAY_OPERATOR_LISTEN", config.operator_listen)?,
    };
    let installation = Installation::open(config, Access::Alone).await?;
    let result = serve(&installation, ports, args.setup).await;
    installation.close().await?;
    result.map(|()| ExitCode::SUCCESS)
}

/// Addresses taken before anything else is begun.
struct Ports {
    pages: TcpListener,
    operator: TcpListener,
}

/// Takes the address that `setting` names.
pub(super) fn listen(setting: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(address) {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            bail!("{address} is taken by another program: stop that, or set {setting} to another address")
        }
        Err(error) => Err(error).with_context(|| format!("{setting}={address} cannot be listened on")),
    }
}

async fn serve(installation: &Installation, ports: Ports, setup: bool) -> anyhow::Result<()> {
    let stop = signals::stop()?;
    if setup {
        installation.migrate().await?;
    }
    db::require_migrated(&installation.pool).await?;
    content::load(installation).await?;
    if setup {
        set_up_environments(installation);
    }
    let keys = installation.keys().await?;
    let slots = worker::Slots {
        models: installation.config.slots.unwrap_or_else(work::cores),
        scripts: work::script_slots(&installation.config),
    };
    let worker = if slots.models == 0 {
        None
    } else {
        Some(work::worker(installation, (keys.clone(), installation.seal_key().await?))?)
    };
    // A connection ends with the runtime that opened it, and each thread of the web server has one of its own. Workers go
    // on after those have ended, and must not be handed such a connection then.
    let pool = db::connect(&installation.url).await?;
    let (blobs, clock) = (installation.blobs.clone(), Arc::new(SystemClock));
    let state = web::State::new(pool.clone(), blobs, installation.config.clone(), clock, keys);
    greet(installation);
    if setup && let Some(link) = first_admin_link(&installation.pool, &installation.config, SystemClock.now()).await? {
        println!("  sign in as its first administrator, once, at {link}");
    }
    // Whichever of the two ends first, by a fault, ends the other.
    let pages = async {
        let ended = web::run(actix_web::web::Data::new(state), ports.pages, stop.clone()).await;
        stop.cancel();
        ended.context("the web server stopped")
    };
    let operator = web::operator::run(pool, telemetry::metrics()?, ports.operator, stop.clone());
    let all = async {
        let (pages, operator, gradings) = tokio::join!(pages, operator, grade(worker, slots, &stop));
        pages.and(gradings).and(operator.context("the operators' port stopped"))
    };
    tokio::select! {
        ended = all => ended,
        // Without it this process could only tell everybody so; nothing comes to an orderly end, and whoever waits for
        // a connection waits in vain. A new start brings both back.
        () = installation.database_ended() => bail!(
            "the embedded PostgreSQL ended by itself (its log is postgres.log in the data folder): start again"
        ),
    }
}

/// Builds the Python environments that exercises ask for first, in the background: pages and models do not wait.
fn set_up_environments(installation: &Installation) {
    let exercises = installation.config.content_folder().join("exercises");
    let root = installation.folder.path().join(environments::FOLDER);
    std::thread::spawn(move || {
        let offered = exercises::load_all(&exercises).unwrap_or_default();
        let wanted = offered.iter().filter_map(|exercise| exercise.manifest.script.as_ref()?.environments.first());
        for name in wanted.collect::<BTreeSet<_>>() {
            let built = environments::load(&exercises, name).map_err(anyhow::Error::from).and_then(|declared| {
                let say = |what: &str| tracing::info!(environment = name.as_str(), what, "setting up");
                Ok(environment::build(&root, name, &declared.packages, &say)?)
            });
            match built {
                Ok(_) => tracing::info!(environment = name.as_str(), "ready for scripts"),
                Err(error) => tracing::warn!(environment = name.as_str(), error = format!("{error:#}"), "not set up"),
            }
        }
    });
}

async fn grade(worker: Option<worker::Worker>, slots: worker::Slots, stop: &CancellationToken) -> anyhow::Result<()> {
    let Some(worker) = worker else {
        stop.cancelled().await;
        return Ok(());
    };
    let ended = worker::run(Arc::new(worker), slots, stop.clone()).await;
    stop.cancel();
    ended
}

/// Tells the operator where it is.
fn greet(installation: &Installation) {
    let database = match installation.embedded_version() {
        Some(version) => format!("the embedded PostgreSQL {version}"),
        None => "the PostgreSQL of DATABASE_URL".to_owned(),
    };
    println!("{} is at {}", installation.config.name, installation.config.base_url);
    println!("  data: {}, with {database}; Ctrl-C stops it", installation.folder.path().display());
}
