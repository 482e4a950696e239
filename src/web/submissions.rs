//! A learner's submissions: the list, the live progress of one, and its result.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::{HttpResponse, web};
use askama::Template;
use futures_util::stream;

use super::curve::Curve;
use super::exercises;
use super::inspector::panel::Panel;
use super::page::{self, Page};
use super::result::{self, View};
use super::routes::{Access, Route};
use super::staff;
use super::visit::SignedIn;
use super::{Answer, AppState, State, WebError};
use crate::accounts;
use crate::certificates::credential::Issuer;
use crate::certificates::exam::settle;
use crate::exercises::catalogue;
use crate::grading::metrics::Metric;
use crate::grading::verdict::Verdict;
use crate::ids::SubmissionId;
use crate::messages::Tr;
use crate::results;
use crate::results::news::Subscription;
use crate::results::status::{self, Status};
use crate::results::training::Cancelled;
use crate::results::{operations, training};
use crate::submissions::{self, Context, Kind, Submission};

/// How often the live page asks where its submission stands.
const LOOK: Duration = Duration::from_millis(700);
/// After so many looks the stream ends and the browser opens a new one.
const LOOKS: u32 = 800;
/// Seconds between reloads where there is no JavaScript.
const REFRESH: u32 = 5;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/submissions", Access::SignedIn, || web::get().to(list)),
        Route::get("/submissions/{id}", Access::SignedIn, || web::get().to(show)),
        Route::get("/submissions/{id}/events", Access::SignedIn, || web::get().to(events)),
        Route::post("/submissions/{id}/cancel", Access::SignedIn, || web::post().to(cancel)),
        Route::get("/submissions/{id}/log.txt", Access::SignedIn, || web::get().to(log)),
        Route::get("/submissions/{id}/report.json", Access::SignedIn, || web::get().to(report)),
    ]
}

/// A submission in a list.
pub(super) struct Listed {
    /// The submission.
    pub submission: Submission,
    /// How it ended; `None` while it is being graded.
    pub verdict: Option<Verdict>,
    /// Its score.
    pub score: Option<f64>,
    /// Whether that is a share, shown in percent.
    pub is_share: bool,
}

/// Adds verdicts and scores to `submissions`.
pub(super) async fn listed(state: &State, submissions: Vec<Submission>) -> Result<Vec<Listed>, WebError> {
    let ids: Vec<SubmissionId> = submissions.iter().map(|submission| submission.id).collect();
    let rows = results::latest(&state.pool, &ids).await?;
    let with_result = |submission: Submission| {
        let row = rows.iter().find(|row| row.submission == submission.id);
        let verdict = row.and_then(|row| Verdict::from_name(row.verdict.as_deref()?));
        let metric = row.and_then(|row| Metric::from_name(row.metric.as_deref()?));
        // Results of before there were others are of shares.
        let is_share = metric.is_none_or(Metric::is_proportion);
        Listed { submission, verdict, score: row.and_then(|row| row.score), is_share }
    };
    Ok(submissions.into_iter().map(with_result).collect())
}

#[derive(Template)]
#[template(path = "submissions/list.html")]
struct ListPage {
    page: Page,
    mine: Vec<Listed>,
}

async fn list(state: AppState, who: SignedIn) -> Answer {
    let mine = listed(&state, submissions::of_person(&state.pool, who.person.id, None, 200).await?).await?;
    page::show(&ListPage { page: Page::new(&state, &who, who.tr.s("submissions-title")), mine })
}

/// The part of the page that changes while a submission is being graded.
#[derive(Template)]
#[template(path = "submissions/progress.html")]
struct Progress {
    t: Tr,
    received: String,
    status: Status,
    /// What a script prints, and how it learns.
    live: Option<Live>,
    /// When a script that waits is expected to begin.
    wait: Option<String>,
    /// Whether no environment that the exercise accepts is ready on any worker.
    unprepared: bool,
    /// Whether the owner has asked to stop it.
    stopping: bool,
}

/// A wait in words: minutes, or less than one.
#[expect(clippy::cast_possible_truncation, reason = "minutes of a queue are a small number")]
fn expected(tr: Tr, seconds: f64) -> String {
    if seconds < 60.0 {
        tr.s("progress-wait-short")
    } else {
        tr.s1("progress-wait", "n", (seconds / 60.0).round() as i64)
    }
}

/// Whether some worker has an environment that the script's exercise accepts.
async fn is_prepared(state: &State, submission: &Submission) -> Result<bool, sqlx::Error> {
    let ready = operations::ready_environments(&state.pool, state.clock.now()).await?;
    let manifest = catalogue::version(&state.pool, &submission.version).await?;
    let accepted = manifest.and_then(|manifest| manifest.script).map(|rules| rules.environments).unwrap_or_default();
    Ok(accepted.iter().any(|name| ready.contains(name)))
}

/// What a running script printed so far.
struct Live {
    tail: String,
    curve: Option<Curve>,
}

impl Progress {
    async fn of(state: &State, tr: Tr, submission: &Submission, status: Status) -> Result<Self, sqlx::Error> {
        let shown = match submission.kind {
            Kind::Script => training::of_submission(&state.pool, submission.id).await?,
            Kind::Model => None,
        };
        let live = shown.map(|shown| Live { curve: Curve::new(tr, &shown.points), tail: shown.tail });
        let wait = match (submission.kind, &status) {
            (Kind::Script, Status::Queued { ahead }) => {
                let seconds = training::expected_seconds(&state.pool, *ahead, state.clock.now()).await?;
                seconds.map(|seconds| expected(tr, seconds))
            }
            (Kind::Script | Kind::Model, _) => None,
        };
        let unprepared = match (submission.kind, &status) {
            (Kind::Script, Status::Queued { .. }) => !is_prepared(state, submission).await?,
            (Kind::Script | Kind::Model, _) => false,
        };
        let stopping = training::cancellation(&state.pool, submission.id).await?;
        Ok(Self { t: tr, received: tr.time(&submission.created_at), status, live, wait, unprepared, stopping })
    }
}

#[derive(Template)]
#[template(path = "submissions/waiting.html")]
struct WaitingPage {
    page: Page,
    panel: Panel,
    submission: Submission,
    title: String,
    progress: Progress,
    buried: bool,
}

impl WaitingPage {
    fn is_script(&self) -> bool {
        self.submission.kind == Kind::Script
    }
}

/// What a result page is asked to show.
#[derive(Debug, Clone, serde::Deserialize)]
pub(super) struct Asked {
    /// Only images of this true class.
    #[serde(rename = "true")]
    pub actual: Option<u32>,
    /// Only images predicted as this class.
    pub predicted: Option<u32>,
    /// Confusion matrix in counts, shares of rows or shares of columns.
    #[serde(default)]
    pub matrix: result::MatrixKind,
    /// Page of the gallery, from 1.
    pub page: Option<usize>,
}

async fn show(state: AppState, who: SignedIn, id: web::Path<String>, asked: web::Query<Asked>) -> Answer {
    let submission = visible(&state, &who, &id).await?;
    let mut conn = state.pool.acquire().await?;
    let status = status::of(&mut conn, submission.id).await?;
    drop(conn);
    let offer = catalogue::find(&state.pool, &submission.exercise).await?;
    let title = offer
        .as_ref()
        .map_or_else(|| submission.exercise.to_string(), |offer| exercises::title(offer, who.tr).to_owned());
    let heading = who.tr.s2("submission-title", "number", submission.number, "exercise", &title);
    let mut page = Page::new(&state, &who, heading);
    if submission.person != who.person.id {
        let names = accounts::names(&state.pool, &[submission.person]).await?;
        let name = names.get(&submission.person).cloned().unwrap_or_default();
        page.notice = page.notice.or_else(|| Some(who.tr.s1("inspector-of", "name", name)));
    } else if matches!(submission.context, Context::Exam { .. }) {
        page.notice = page.notice.or_else(|| Some(who.tr.s("exam-submission-note")));
    }
    let published = match status {
        Status::Graded(published) => published,
        Status::Queued { .. } | Status::Running { .. } | Status::Buried => {
            let buried = matches!(status, Status::Buried);
            page.refresh = (!buried).then_some(REFRESH);
            let progress = Progress::of(&state, who.tr, &submission, status).await?;
            let panel = Panel::of(&state, &who, &submission, None).await?;
            return page::show(&WaitingPage { page, panel, submission, title, progress, buried });
        }
    };
    let panel = Panel::of(&state, &who, &submission, Some(&published)).await?;
    page::show(&View::new(&state, (page, panel), (submission, title), *published, &asked).await?)
}

/// The submission of a path, if it is this person's; somebody else's is 404.
pub(super) async fn mine(state: &State, who: &SignedIn, id: &str) -> Result<Submission, WebError> {
    let submission = visible(state, who, id).await?;
    if submission.person == who.person.id { Ok(submission) } else { Err(WebError::NotFound) }
}

/// The submission of a path, if it is this person's or they teach the exercise: then they see what its owner sees.
async fn visible(state: &State, who: &SignedIn, id: &str) -> Result<Submission, WebError> {
    let id: SubmissionId = id.parse().map_err(|_| WebError::NotFound)?;
    let submission = submissions::find(&state.pool, id).await?.ok_or(WebError::NotFound)?;
    let sees = submission.person == who.person.id
        || staff::standing_on_exercise(state, &who.person, &submission.exercise).await?.is_some();
    if sees { Ok(submission) } else { Err(WebError::NotFound) }
}

/// Server-sent events: `progress` with the changed part of the page, `done` at the end.
async fn events(state: AppState, who: SignedIn, id: web::Path<String>) -> Answer {
    let submission = visible(&state, &who, &id).await?;
    let news = state.news.subscribe(submission.id);
    let watch = Watch { state, tr: who.tr, submission, news, last: String::new(), looks: 0, over: false };
    let body = stream::unfold(watch, Watch::next);
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        // Buffers between us and the reader, and compression, would hold events back.
        .insert_header(("X-Accel-Buffering", "no"))
        .insert_header(("Content-Encoding", "identity"))
        .streaming(body))
}

struct Watch {
    state: AppState,
    tr: Tr,
    submission: Submission,
    news: Subscription,
    last: String,
    looks: u32,
    over: bool,
}

impl Watch {
    async fn next(mut self) -> Option<(Result<web::Bytes, Infallible>, Self)> {
        if self.over || self.looks >= LOOKS {
            return None;
        }
        if self.looks > 0 {
            self.news.wait(LOOK).await;
        }
        self.looks += 1;
        let status = self.look().await.ok()?;
        let event = if status.is_final() {
            self.over = true;
            "event: done\ndata: done\n\n".to_owned()
        } else {
            self.changed(status).await?
        };
        Some((Ok(web::Bytes::from(event)), self))
    }

    async fn look(&self) -> Result<Status, sqlx::Error> {
        let mut conn = self.state.pool.acquire().await?;
        status::of(&mut conn, self.submission.id).await
    }

    /// The event for a changed part; a comment, which keeps the connection alive, when nothing changed.
    async fn changed(&mut self, status: Status) -> Option<String> {
        let html = Progress::of(&self.state, self.tr, &self.submission, status).await.ok()?.render().ok()?;
        if html == self.last {
            return Some(": unchanged\n\n".to_owned());
        }
        let lines = html.replace('\n', "\ndata: ");
        self.last = html;
        Some(format!("event: progress\ndata: {lines}\n\n"))
    }
}

/// Stops a submission that its owner no longer wants graded.
async fn cancel(state: AppState, who: SignedIn, id: web::Path<String>) -> Answer {
    let submission = mine(&state, &who, &id).await?;
    stop(&state, &submission).await?;
    Ok(page::see_other(&format!("/submissions/{}", submission.id)))
}

/// Stops a submission; where an exam waited for nothing else, its result follows in the same transaction.
pub(super) async fn stop(state: &State, submission: &Submission) -> Result<(), WebError> {
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let done = training::cancel(&mut tx, submission, now).await.map_err(WebError::internal)?;
    if let (Cancelled::AtOnce, Context::Exam { attempt, .. }) = (done, submission.context) {
        let issuer = Issuer::from_config(&state.config);
        settle(&mut tx, &state.keys, &issuer, attempt, now).await.map_err(WebError::internal)?;
    }
    Ok(tx.commit().await?)
}

/// Everything that a script printed.
async fn log(state: AppState, who: SignedIn, id: web::Path<String>) -> Answer {
    let submission = visible(&state, &who, &id).await?;
    let shown = training::of_submission(&state.pool, submission.id).await?.ok_or(WebError::NotFound)?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(shown.log.unwrap_or(shown.tail)))
}

/// The whole report, for whoever wants to compute with it.
async fn report(state: AppState, who: SignedIn, id: web::Path<String>) -> Answer {
    let submission = visible(&state, &who, &id).await?;
    let published = results::published(&state.pool, submission.id).await?.ok_or(WebError::NotFound)?;
    Ok(HttpResponse::Ok().json(published.report))
}
