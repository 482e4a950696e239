//! Exercises: the list, the task, its files, and the form that submits a model.

use std::sync::Arc;

use actix_web::http::header::{ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpResponse, web};
use askama::Template;

use super::class::{DateRow, exercise_dates};
use super::intake;
use super::page::{self, Page};
use super::routes::{Access, Route};
use super::sealed::number;
use super::submissions::{self as submission_pages, Listed};
use super::training::ScriptPart;
use super::upload::UploadedForm;
use super::visit::{Anyone, SignedIn, Visit};
use super::{Answer, AppState, State, WebError};
use crate::blobs::Sha256;
use crate::courses::markdown::{self, Rendered};
use crate::exercises::catalogue::{self, Offer};
use crate::exercises::manifest::{Dimension, Sealed, Tensor};
use crate::grading::contract::InputKind;
use crate::grading::{Condition, bounds};
use crate::ids::Slug;
use crate::messages::Tr;
use crate::results::{self, attempts};
use crate::submissions::{self, Source};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/exercises", Access::Public, || web::get().to(list)),
        Route::get("/exercises/{slug}", Access::Public, || web::get().to(show)),
        Route::get("/exercises/{slug}/files/{name}", Access::Public, || web::get().to(file)),
        Route::post("/exercises/{slug}/submissions", Access::SignedIn, || web::post().to(submit)),
    ]
}

/// One exercise as a card.
struct Card {
    slug: Slug,
    title: String,
    summary: String,
    mark: String,
    earns: bool,
    passed: Option<String>,
}

#[derive(Template)]
#[template(path = "exercises/list.html")]
struct ListPage {
    page: Page,
    cards: Vec<Card>,
}

async fn list(state: AppState, who: Anyone) -> Answer {
    let mut cards = Vec::new();
    for offer in catalogue::list(&state.pool).await? {
        let passed = match &who.person {
            Some(person) => {
                let is_loss = offer.manifest.metric.is_loss();
                results::best_passed(&state.pool, person.id, &offer.slug, is_loss).await?
            }
            None => None,
        };
        cards.push(Card {
            title: title(&offer, who.tr).to_owned(),
            summary: who.tr.pick(&offer.texts.summary).to_owned(),
            mark: score(who.tr, &offer, offer.manifest.marks.pass),
            earns: offer.manifest.earns,
            passed: passed.map(|best| score(who.tr, &offer, best)),
            slug: offer.slug,
        });
    }
    page::show(&ListPage { page: Page::new(&state, &who, who.tr.s("exercises-title")), cards })
}

/// The exercise's title in the reader's language.
pub(super) fn title(offer: &Offer, tr: Tr) -> &str {
    tr.pick(&offer.texts.title)
}

/// A file that learners may download.
struct Download {
    name: String,
    size: String,
}

/// What the model must take and give, in words of the contract.
struct Interface {
    inputs: Vec<(String, String, String)>,
    outputs: Vec<(String, String, String)>,
    is_image: bool,
}

#[derive(Template)]
#[template(path = "exercises/show.html")]
struct ShowPage {
    page: Page,
    offer: Offer,
    title: String,
    statement: Arc<Rendered>,
    interface: Interface,
    starter: Vec<Download>,
    data: Vec<Download>,
    allowance: Option<attempts::Allowance>,
    mine: Vec<Listed>,
    /// When it is due for the reader.
    dates: Vec<DateRow>,
    curl: String,
    megabytes: u64,
    metric: String,
    pass: String,
    distinction: Option<String>,
    sealed: Option<String>,
    conditions: Vec<(String, String)>,
    script: Option<ScriptPart>,
}

impl ShowPage {
    fn takes_models(&self) -> bool {
        self.script.as_ref().is_none_or(|script| script.models)
    }
}

async fn show(state: AppState, who: Anyone, slug: web::Path<String>) -> Answer {
    let offer = offer(&state, &slug).await?;
    let (allowance, mine) = match &who.person {
        Some(person) => {
            let allowed = offer.manifest.attempts_per_day;
            let now = state.clock.now();
            let allowance = attempts::allowance(&state.pool, person.id, &offer.slug, allowed, now).await?;
            let mine = submissions::of_person(&state.pool, person.id, Some(&offer.slug), 50).await?;
            (Some(allowance), submission_pages::listed(&state, mine).await?)
        }
        None => (None, Vec::new()),
    };
    let script = ScriptPart::of(&state, who.tr, &offer).await?;
    let dates = exercise_dates(&state, &who, &offer.slug).await?;
    page::show(&show_page(&state, &who, offer, (allowance, mine, dates), script))
}

fn show_page(
    state: &State,
    who: &Visit,
    offer: Offer,
    (allowance, mine, dates): (Option<attempts::Allowance>, Vec<Listed>, Vec<DateRow>),
    script: Option<ScriptPart>,
) -> ShowPage {
    let tr = who.tr;
    let title = title(&offer, tr).to_owned();
    let manifest = &offer.manifest;
    let starter =
        offer.texts.starter.iter().map(|file| Download { name: file.name.clone(), size: tr.size(file.bytes) });
    let mut data: Vec<&str> = manifest.public_data().map(|file| file_name(&file.file)).collect();
    // One table may hold both samples and labels.
    data.dedup();
    ShowPage {
        page: Page::new(state, who, title.clone()),
        title,
        statement: markdown::render(tr.pick(&offer.texts.statement), tr.lang),
        interface: interface(&offer),
        starter: starter.collect(),
        data: data.into_iter().map(|name| Download { name: name.to_owned(), size: String::new() }).collect(),
        curl: curl(state, &offer),
        megabytes: manifest.limits.max_model_bytes / 1_000_000,
        metric: tr.s(&format!("metric-{}", manifest.metric.as_str())),
        pass: score(tr, &offer, manifest.marks.pass),
        distinction: manifest.marks.distinction.map(|mark| score(tr, &offer, mark)),
        sealed: sealed(tr, &offer),
        conditions: conditions(tr, &offer),
        script,
        allowance,
        mine,
        dates,
        offer,
    }
}

/// A value of the exercise's metric.
fn score(tr: Tr, offer: &Offer, value: f64) -> String {
    tr.score(offer.manifest.metric.is_proportion(), value)
}

/// What the sealed evaluation asks, in a sentence.
fn sealed(tr: Tr, offer: &Offer) -> Option<String> {
    let sealed = offer.manifest.sealed.as_ref()?;
    let key = match sealed {
        Sealed::Variants { .. } => "exercise-sealed-variants",
        Sealed::Private { .. } => "exercise-sealed-private",
    };
    Some(tr.s1(key, "mark", score(tr, offer, sealed.mark())))
}

/// What must hold beside the marks: name and bound.
fn conditions(tr: Tr, offer: &Offer) -> Vec<(String, String)> {
    let row = |condition: &Condition| {
        let show = |value: f64| number(tr, &condition.metric, value);
        (tr.s(&format!("metric-{}", condition.metric)), bounds(condition.at_least, condition.at_most, show))
    };
    offer.manifest.conditions.iter().map(row).collect()
}

fn interface(offer: &Offer) -> Interface {
    let tensors = |list: &[Tensor]| {
        list.iter().map(|tensor| (tensor.name.clone(), shape(tensor), tensor.dtype.to_string())).collect()
    };
    let is_image = offer.manifest.inputs.iter().any(|input| input.kind == Some(InputKind::Image));
    Interface { inputs: tensors(&offer.manifest.inputs), outputs: tensors(&offer.manifest.outputs), is_image }
}

/// `[N, 28, 28, 1]`.
fn shape(tensor: &Tensor) -> String {
    let dimensions = tensor.shape.iter().map(|dimension| match dimension {
        Dimension::Size(size) => size.to_string(),
        Dimension::Name(name) => name.clone(),
    });
    format!("[{}]", dimensions.collect::<Vec<_>>().join(", "))
}

/// The ready line for programs, with this host and exercise filled in and without anybody's token.
fn curl(state: &State, offer: &Offer) -> String {
    let slug = &offer.slug;
    let is_script = offer.manifest.script.as_ref().is_some_and(|rules| !rules.models);
    let file = if is_script { "train.py" } else { "model.onnx" };
    let address = state.config.link(&format!("/api/v1/exercises/{slug}/submissions?wait=60"));
    format!(
        "curl -sS --fail-with-body -H \"Authorization: Bearer $ASSAY_TOKEN\" \\\n  -F file=@{file} -F note=\"baseline\" \\\n  \"{address}\""
    )
}

/// The exercise of a path, or 404.
pub(super) async fn offer(state: &State, slug: &str) -> Result<Offer, WebError> {
    let slug: Slug = slug.parse().map_err(|_| WebError::NotFound)?;
    catalogue::find(&state.pool, &slug).await?.ok_or(WebError::NotFound)
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Starter files and public data; hidden data and example submissions have no address at all.
async fn file(state: AppState, path: web::Path<(String, String)>) -> Answer {
    let (slug, name) = path.into_inner();
    let offer = offer(&state, &slug).await?;
    let starter = offer.texts.starter.iter().find(|file| file.name == name).map(|file| file.sha256);
    let public = offer.manifest.public_data().find(|file| file_name(&file.file) == name);
    let digest: Option<Sha256> = starter.or_else(|| public.and_then(|file| file.sha256.parse().ok()));
    let bytes = state.blobs.get(&digest.ok_or(WebError::NotFound)?).await?.ok_or(WebError::NotFound)?;
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(name)],
    };
    Ok(HttpResponse::Ok().content_type("application/octet-stream").insert_header(disposition).body(bytes))
}

async fn submit(state: AppState, who: SignedIn, slug: web::Path<String>, upload: UploadedForm) -> Answer {
    let offer = offer(&state, &slug).await?;
    let (received, options) = upload.read(&state, &who, &offer).await?;
    let submission =
        intake::submit(&state, (who.person.id, intake::Purpose::Practice), &offer, (received, Source::Web), options)
            .await?;
    Ok(page::see_other(&format!("/submissions/{submission}")))
}
