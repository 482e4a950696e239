//! What blob storage holds, what of it may go now, and the button that has it cleaned.

use askama::Template;

use super::store::{self, Holder};
use crate::audit;
use crate::queue;
use crate::results::retention::{self, Amount, KEPT, Kind, Swept, YOUNGEST};
use crate::submissions::STORAGE_LIMIT;
use crate::web::page::{self, Page};
use crate::web::visit::{Admin, Require};
use crate::web::{Answer, AppState, WebError};

#[derive(Template)]
#[template(path = "admin/storage.html")]
struct StoragePage {
    page: Page,
    /// What it is in words, and how much.
    kinds: Vec<(String, Amount)>,
    total: Amount,
    models: Amount,
    orphans: Amount,
    young: Amount,
    may_go: Amount,
    last: Option<Swept>,
    /// Free bytes of the disk that holds the files.
    free: Option<u64>,
    holders: Vec<Holder>,
    limit: i64,
    kept_days: i64,
    youngest_hours: i64,
}

/// What is stored, by kind and by person.
pub(super) async fn show(state: AppState, who: Require<Admin>) -> Answer {
    let survey = retention::look(&state.pool, &state.blobs, state.clock.now()).await.map_err(WebError::internal)?;
    let kind = |kind: Kind| {
        let amount = survey.kinds.get(&kind).copied().unwrap_or_default();
        (who.tr.with(&format!("storage-kind-{}", kind.name()), &[]), amount)
    };
    let kinds: Vec<(String, Amount)> = Kind::ALL.into_iter().map(kind).collect();
    let disk = rustix::fs::statvfs(state.config.data_folder()).ok();
    page::show(&StoragePage {
        page: Page::new(&state, &who, who.tr.s("storage-title")),
        total: Amount::sum(kinds.iter().map(|(_, amount)| *amount)),
        kinds,
        models: Amount::of(&survey.models),
        orphans: Amount::of(&survey.orphans),
        young: survey.young,
        may_go: survey.may_go(),
        last: retention::last(&state.pool).await?,
        free: disk.map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize)),
        holders: store::holders(&state.pool).await?,
        limit: STORAGE_LIMIT,
        kept_days: KEPT.num_days(),
        youngest_hours: YOUNGEST.num_hours(),
    })
}

/// Queues the cleaning.
pub(super) async fn sweep(state: AppState, who: Require<Admin>) -> Answer {
    let now = state.clock.now();
    let may_go = retention::look(&state.pool, &state.blobs, now).await.map_err(WebError::internal)?.may_go();
    let mut tx = state.pool.begin().await?;
    let last = retention::last(&mut *tx).await?.map(|last| last.finished_at);
    queue::enqueue_sweep(&mut tx).await?;
    let detail = serde_json::json!({
        "before": { "state": null }, "after": { "state": "queued" }, "cleaned": last,
        "files": may_go.files, "bytes": may_go.bytes,
    });
    let entry = audit::Entry { actor: Some(who.person.id), action: "storage.sweep", object: "storage", detail };
    audit::record(&mut tx, entry, now).await?;
    tx.commit().await?;
    Ok(page::see_other("/admin/storage?notice=storage-queued"))
}
