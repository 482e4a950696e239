//! What runs the place: the queue, workers and buried jobs, for administrators.

use actix_web::web;
use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::page::{self, Page};
use super::routes::{Access, Route};
use super::visit::{Admin, Require};
use super::{Answer, AppState, WebError};
use crate::audit;
use crate::ids::{PersonId, SubmissionId};
use crate::queue::{self, Waiting};
use crate::results::operations::{Buried, Run, WorkerRow};
use crate::results::{self, operations};

/// After how much silence a worker counts as gone.
pub(super) const SILENCE: TimeDelta = TimeDelta::minutes(2);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/jobs", Access::Admin, || web::get().to(jobs)),
        Route::post("/admin/jobs/retry-all", Access::Admin, || web::post().to(retry_all)),
        Route::post("/admin/jobs/{id}/retry", Access::Admin, || web::post().to(retry)),
    ]
}

#[derive(Template)]
#[template(path = "operations/jobs.html")]
struct JobsPage {
    page: Page,
    waiting: Waiting,
    buried: Vec<Buried>,
    runs: Vec<Run>,
    workers: Vec<WorkerRow>,
    /// Workers that were not seen since then are silent.
    silent: DateTime<Utc>,
}

async fn jobs(state: AppState, who: Require<Admin>) -> Answer {
    let waiting = queue::waiting(&state.pool).await?;
    let buried = operations::buried(&state.pool).await?;
    let runs = operations::runs(&state.pool, 30).await?;
    let workers = operations::workers(&state.pool).await?;
    let silent = state.clock.now() - SILENCE;
    let page = Page::new(&state, &who, who.tr.s("jobs-title"));
    page::show(&JobsPage { page, waiting, buried, runs, workers, silent })
}

async fn retry(state: AppState, who: Require<Admin>, id: web::Path<String>) -> Answer {
    let submission: SubmissionId = id.parse().map_err(|_| WebError::NotFound)?;
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    if !retry_one(&mut tx, submission, who.person.id, now).await? {
        return Err(WebError::Conflict("jobs-not-buried", Vec::new()));
    }
    tx.commit().await?;
    Ok(page::see_other("/admin/jobs?notice=job-retried"))
}

async fn retry_all(state: AppState, who: Require<Admin>) -> Answer {
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    for job in operations::buried(&mut *tx).await? {
        // Whoever retried one meanwhile has done it.
        retry_one(&mut tx, job.submission, who.person.id, now).await?;
    }
    tx.commit().await?;
    Ok(page::see_other("/admin/jobs?notice=jobs-retried"))
}

/// Queues a buried submission again, with a line in the audit log; false where it is not buried.
async fn retry_one(
    conn: &mut PgConnection,
    submission: SubmissionId,
    by: PersonId,
    now: DateTime<Utc>,
) -> Result<bool, WebError> {
    let before = operations::buried_job(&mut *conn, submission).await?;
    if !results::retry(conn, submission, now).await? {
        return Ok(false);
    }
    let before = before.map(|job| serde_json::json!({ "state": "buried", "runs": job.runs, "fault": job.reason }));
    let entry = audit::Entry {
        actor: Some(by),
        action: "job.retry",
        object: &submission.to_string(),
        detail: serde_json::json!({ "before": before, "after": { "state": "queued" } }),
    };
    audit::record(conn, entry, now).await?;
    Ok(true)
}
