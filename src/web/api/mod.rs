//! The API for programs: exercises, submitting, results; described by `/api/openapi.json`.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::OpenApi;

use self::answers::{Exercise, Problem, Submission};
use super::bearer::{Bearer, Read, Submit};
use super::exercises;
use super::intake::{self, Options, Purpose, ReceivedModel};
use super::routes::{Access, Route};
use super::submissions::stop;
use super::upload::UploadedForm;
use super::visit::Visit;
use super::{Answer, AppState, State, WebError};
use crate::exercises::catalogue;
use crate::ids::SubmissionId;
use crate::results::status::{self, Status};
use crate::results::training;
use crate::submissions::{self, Source};

mod answers;

/// Longest `?wait`, in seconds.
const LONGEST_WAIT: u64 = 120;
/// How often a waiting request looks by itself.
const LOOK: Duration = Duration::from_secs(1);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/openapi.json", Access::Public, || web::get().to(description)),
        Route::get("/api/v1/exercises", Access::Token, || web::get().to(list_exercises)),
        Route::post("/api/v1/exercises/{slug}/submissions", Access::Token, || web::post().to(submit)),
        Route::get("/api/v1/submissions/{id}", Access::Token, || web::get().to(submission)),
        Route::post("/api/v1/submissions/{id}/cancel", Access::Token, || web::post().to(cancel)),
        Route::get("/api/v1/submissions/{id}/log", Access::Token, || web::get().to(log)),
    ]
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Assay", description = "Submit models to graded exercises and read the results. Every request carries a personal token: `Authorization: Bearer assay_…`; errors are problem documents (RFC 9457)."),
    paths(list_exercises, submit, submission, cancel, log),
    components(schemas(Exercise, Submission, Problem)),
    modifiers(&BearerScheme)
)]
struct Description;

struct BearerScheme;

impl utoipa::Modify for BearerScheme {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document.components.get_or_insert_default().add_security_scheme("token", scheme);
    }
}

async fn description() -> Answer {
    Ok(HttpResponse::Ok().json(Description::openapi()))
}

/// Every exercise on offer.
#[utoipa::path(get, path = "/api/v1/exercises", security(("token" = ["read"])),
    responses((status = 200, body = Vec<Exercise>), (status = 401, body = Problem, content_type = "application/problem+json")))]
async fn list_exercises(state: AppState, _who: Bearer<Read>) -> Answer {
    let offers = catalogue::list(&state.pool).await?;
    Ok(HttpResponse::Ok().json(offers.iter().map(|offer| Exercise::new(&state, offer)).collect::<Vec<_>>()))
}

/// Options of a submission in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SubmitQuery {
    wait: u64,
    scale: String,
    note: String,
    name: String,
}

/// Submits a model: the file as `file` of a multipart form, its second file as another `file` or as `weights`, beside
/// `scale` and `note`; or as the raw body, with those in the query. A ZIP archive with both files is taken as well.
#[utoipa::path(post, path = "/api/v1/exercises/{slug}/submissions", security(("token" = ["submit"])),
    params(("slug" = String, Path), ("wait" = Option<u64>, Query, description = "seconds to wait for the result, at most 120"),
        ("scale" = Option<String>, Query, description = "for a raw body: unit, raw, signed, or mean,std"),
        ("note" = Option<String>, Query, description = "for a raw body"), ("name" = Option<String>, Query, description = "for a raw body: name of the file"),
        ("Idempotency-Key" = Option<String>, Header, description = "a repeat within 24 hours gives the first submission")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "graded", body = Submission), (status = 202, description = "being graded", body = Submission),
        (status = 401, body = Problem, content_type = "application/problem+json"), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"), (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json")))]
async fn submit(state: AppState, who: Bearer<Submit>, slug: web::Path<String>, upload: UploadedForm) -> Answer {
    let request = upload.request().clone();
    let query = web::Query::<SubmitQuery>::from_query(request.query_string());
    let query = query.map_err(|_| WebError::Invalid("api-bad-query", Vec::new()))?.into_inner();
    let offer = exercises::offer(&state, &slug).await?;
    let _slot = state.uploads.begin(who.person.id)?;
    intake::admit(&state, who.person.id).await?;
    let limit = offer.manifest.limits.max_model_bytes;
    let is_form =
        header_text(&request, header::CONTENT_TYPE.as_str()).is_some_and(|kind| kind.starts_with("multipart/"));
    let (received, mut options) = if is_form {
        upload.receive(&state, limit).await?
    } else {
        let options = Options { scale: query.scale, note: query.note, key: None }.checked()?;
        let file = (intake::file_name(&query.name), upload.receive_raw(&state, limit).await?);
        (ReceivedModel::from_files(&state, vec![file], limit).await?, options)
    };
    options.key = idempotency_key(&request)?;
    let id =
        intake::submit(&state, (who.person.id, Purpose::Practice), &offer, (received, Source::Api), options).await?;
    let status = wait(&state, id, Duration::from_secs(query.wait.min(LONGEST_WAIT))).await?;
    answer(&state, &request, id, &status).await
}

fn header_text<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

fn idempotency_key(request: &HttpRequest) -> Result<Option<String>, WebError> {
    let Some(key) = request.headers().get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().unwrap_or_default();
    let is_usable = (1..=200).contains(&key.len()) && key.chars().all(|c| c.is_ascii_graphic());
    if is_usable { Ok(Some(key.to_owned())) } else { Err(WebError::Invalid("submit-bad-key", Vec::new())) }
}

/// Waits until the submission is graded or `patience` is over.
async fn wait(state: &State, id: SubmissionId, patience: Duration) -> Result<Status, WebError> {
    let mut news = state.news.subscribe(id);
    let mut left = patience;
    loop {
        let mut conn = state.pool.acquire().await?;
        let status = status::of(&mut conn, id).await?;
        drop(conn);
        if status.is_final() || left.is_zero() {
            return Ok(status);
        }
        // News come at once; looking now and then covers a lost connection.
        let pause = LOOK.min(left);
        news.wait(pause).await;
        left -= pause;
    }
}

/// One submission of the token's owner.
#[utoipa::path(get, path = "/api/v1/submissions/{id}", security(("token" = ["read"])), params(("id" = String, Path)),
    responses((status = 200, body = Submission), (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn submission(state: AppState, who: Bearer<Read>, id: web::Path<String>, request: HttpRequest) -> Answer {
    let id: SubmissionId = id.parse().map_err(|_| WebError::NotFound)?;
    submissions::owned(&state.pool, id, who.person.id).await?.ok_or(WebError::NotFound)?;
    let status = wait(&state, id, Duration::ZERO).await?;
    answer(&state, &request, id, &status).await
}

/// Stops a submission that waits or runs; one that is over stays as it is.
#[utoipa::path(post, path = "/api/v1/submissions/{id}/cancel", security(("token" = ["submit"])), params(("id" = String, Path)),
    responses((status = 202, description = "stopped, or told to stop", body = Submission), (status = 200, description = "it was over", body = Submission),
        (status = 401, body = Problem, content_type = "application/problem+json"), (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn cancel(state: AppState, who: Bearer<Submit>, id: web::Path<String>, request: HttpRequest) -> Answer {
    let id: SubmissionId = id.parse().map_err(|_| WebError::NotFound)?;
    let submission = submissions::owned(&state.pool, id, who.person.id).await?.ok_or(WebError::NotFound)?;
    stop(&state, &submission).await?;
    let status = wait(&state, id, Duration::ZERO).await?;
    answer(&state, &request, id, &status).await
}

/// What a script printed: all of it once it has ended, its last lines while it runs.
#[utoipa::path(get, path = "/api/v1/submissions/{id}/log", security(("token" = ["read"])), params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "text/plain"), (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn log(state: AppState, who: Bearer<Read>, id: web::Path<String>) -> Answer {
    let id: SubmissionId = id.parse().map_err(|_| WebError::NotFound)?;
    submissions::owned(&state.pool, id, who.person.id).await?.ok_or(WebError::NotFound)?;
    let shown = training::of_submission(&state.pool, id).await?.ok_or(WebError::NotFound)?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(shown.log.unwrap_or(shown.tail)))
}

/// 200 with the result where there is one, else 202; `Location` names the submission either way.
async fn answer(state: &State, request: &HttpRequest, id: SubmissionId, status: &Status) -> Answer {
    let submission = submissions::find(&state.pool, id).await?.ok_or(WebError::NotFound)?;
    let visit = Visit::known(request);
    let mut response = if status.is_final() || request.method() == actix_web::http::Method::GET {
        HttpResponse::Ok()
    } else {
        HttpResponse::Accepted()
    };
    response.insert_header((header::LOCATION, format!("/api/v1/submissions/{id}")));
    Ok(response.json(Submission::new(state, &submission, status, visit.tr)))
}
