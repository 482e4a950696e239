//! What runs the place: the queue, workers and buried jobs for administrators; how exercises go for instructors.

use actix_web::web;
use askama::Template;

use super::inspector::needs::{self, Need};
use super::page::{self, Page};
use super::routes::{Access, Route};
use super::visit::{Admin, Instructor, Require};
use super::{Answer, AppState, WebError, exercises};
use crate::audit;
use crate::exams;
use crate::exercises::catalogue;
use crate::ids::SubmissionId;
use crate::queue::{self, Waiting};
use crate::results::operations::{Buried, Run, Totals, WorkerRow};
use crate::results::{self, operations};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin", Access::Admin, || web::get().to(overview)),
        Route::get("/admin/jobs", Access::Admin, || web::get().to(jobs)),
        Route::post("/admin/jobs/{id}/retry", Access::Admin, || web::post().to(retry)),
        Route::get("/teach", Access::Instructor, || web::get().to(teach)),
    ]
}

#[derive(Template)]
#[template(path = "operations/overview.html")]
struct OverviewPage {
    page: Page,
    waiting: Waiting,
    buried: usize,
}

async fn overview(state: AppState, who: Require<Admin>) -> Answer {
    let waiting = queue::waiting(&state.pool).await?;
    let buried = operations::buried(&state.pool).await?.len();
    page::show(&OverviewPage { page: Page::new(&state, &who, who.tr.s("admin-title")), waiting, buried })
}

#[derive(Template)]
#[template(path = "operations/jobs.html")]
struct JobsPage {
    page: Page,
    waiting: Waiting,
    buried: Vec<Buried>,
    runs: Vec<Run>,
    workers: Vec<WorkerRow>,
}

async fn jobs(state: AppState, who: Require<Admin>) -> Answer {
    let waiting = queue::waiting(&state.pool).await?;
    let buried = operations::buried(&state.pool).await?;
    let runs = operations::runs(&state.pool, 30).await?;
    let workers = operations::workers(&state.pool).await?;
    page::show(&JobsPage { page: Page::new(&state, &who, who.tr.s("jobs-title")), waiting, buried, runs, workers })
}

async fn retry(state: AppState, who: Require<Admin>, id: web::Path<String>) -> Answer {
    let submission: SubmissionId = id.parse().map_err(|_| WebError::NotFound)?;
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    if !results::retry(&mut tx, submission, now).await? {
        return Err(WebError::Conflict("jobs-not-buried", Vec::new()));
    }
    let entry = audit::Entry {
        actor: Some(who.person.id),
        action: "job.retry",
        object: &submission.to_string(),
        detail: serde_json::json!({}),
    };
    audit::record(&mut tx, entry, now).await?;
    tx.commit().await?;
    Ok(page::see_other("/admin/jobs?notice=job-retried"))
}

/// An exercise with what came of it.
struct Taught {
    slug: String,
    title: String,
    totals: Option<Totals>,
}

#[derive(Template)]
#[template(path = "operations/teach.html")]
struct TeachPage {
    page: Page,
    needs: Vec<Need>,
    exercises: Vec<Taught>,
    /// Slug and title.
    exams: Vec<(String, String)>,
}

async fn teach(state: AppState, who: Require<Instructor>) -> Answer {
    let mut totals = operations::totals(&state.pool).await?;
    let mut taught = Vec::new();
    for offer in catalogue::list(&state.pool).await? {
        let position = totals.iter().position(|totals| totals.exercise == offer.slug);
        taught.push(Taught {
            slug: offer.slug.to_string(),
            title: exercises::title(&offer, who.tr).to_owned(),
            totals: position.map(|position| totals.swap_remove(position)),
        });
    }
    let offers = exams::all(&state.pool).await?;
    page::show(&TeachPage {
        page: Page::new(&state, &who, who.tr.s("teach-title")),
        needs: needs::of(&state, who.tr, &who.person).await?,
        exercises: taught,
        exams: offers.iter().map(|o| (o.exam.slug.to_string(), who.tr.pick(&o.exam.title).to_owned())).collect(),
    })
}
