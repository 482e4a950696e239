//! The page on which an exercise is authored: settings, data, statement, reference solutions, trial, publication.

use std::path::Path;

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::preview::Fragment;
use super::{listed, work};
use crate::authoring::exercise::{Draft, Sealing};
use crate::authoring::trials::{self, Standing, Trial, Tried};
use crate::authoring::{self, AuthoringError, Kind, Work, folder};
use crate::courses::staff::{self, StaffRole};
use crate::exercises::Exercise;
use crate::exercises::manifest::Manifest;
use crate::grading::metrics::Metric;
use crate::grading::verdict::Verdict;
use crate::messages::{Fault, Lang, Piece, Tr};
use crate::web::page::{self, FieldErrors, Page};
use crate::web::result::reason_in_words;
use crate::web::routes::{Access, Route};
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

mod begin;
mod data;
mod files;
mod findings;
mod release;
mod settings;

use findings::FindingLine;
use settings::SettingsForm;

pub(super) fn routes() -> Vec<Route> {
    use Access::Instructor;
    vec![
        Route::get("/teach/courses/{slug}/exercises/new", Instructor, || web::get().to(begin::ask)),
        Route::post("/teach/courses/{slug}/exercises/new", Instructor, || web::post().to(begin::begin)),
        Route::get("/teach/exercises/{slug}/edit", Instructor, || web::get().to(show)),
        Route::post("/teach/exercises/{slug}/settings", Instructor, || web::post().to(save_settings)),
        Route::post("/teach/exercises/{slug}/statement", Instructor, || web::post().to(files::statement)),
        Route::post("/teach/exercises/{slug}/data", Instructor, || web::post().to(data::upload)),
        Route::post("/teach/exercises/{slug}/examples", Instructor, || web::post().to(files::add)),
        Route::post("/teach/exercises/{slug}/remove", Instructor, || web::post().to(files::remove)),
        Route::post("/teach/exercises/{slug}/try", Instructor, || web::post().to(release::run_trial)),
        Route::post("/teach/exercises/{slug}/publish", Instructor, || web::post().to(release::publish)),
        Route::post("/teach/exercises/{slug}/compare", Instructor, || web::post().to(release::compare)),
    ]
}

#[derive(Template)]
#[template(path = "authoring/exercise/edit.html")]
struct EditPage {
    page: Page,
    work: Work,
    may_write: bool,
    form: SettingsForm,
    errors: FieldErrors,
    metrics: Vec<(String, String)>,
    sealings: Vec<(String, String)>,
    /// Path, size, and whether learners may download it.
    data: Vec<(String, u64, bool)>,
    private: usize,
    findings: Vec<FindingLine>,
    statement: Statement,
    examples: Vec<ExampleLine>,
    starter: Vec<(String, u64)>,
    /// What is wrong with the draft as a whole.
    problems: Vec<Vec<Piece>>,
    trial: Option<Trial>,
    is_proven: bool,
    is_published_as_is: bool,
}

/// The two statements with what a form needs to tell a conflict.
struct Statement {
    en: String,
    zh: String,
    base_en: String,
    base_zh: String,
    /// As learners see them.
    previews: Vec<(Lang, String)>,
}

impl Statement {
    async fn of(state: &State, t: Tr, work: &Work) -> Result<Self, WebError> {
        let text = async |path: &str| authoring::text(&state.blobs, &work.tree, path).await;
        let (en, zh) = (text("en.md").await?.unwrap_or_default(), text("zh.md").await?.unwrap_or_default());
        let mut previews = Vec::new();
        for (lang, source) in [(Lang::En, &en), (Lang::ZhCn, &zh)] {
            previews.push((lang, Fragment::new(t, (source, lang)).await?.render()?));
        }
        let (base_en, base_zh) = (super::base_of(work, "en.md"), super::base_of(work, "zh.md"));
        Ok(Self { en, zh, base_en, base_zh, previews })
    }
}

/// An example with what came of it here.
struct ExampleLine {
    file: String,
    expected: Verdict,
    tried: Option<Tried>,
    score: String,
    sealed: String,
    reason: String,
}

impl ExampleLine {
    fn new(t: Tr, metric: Option<Metric>, file: String, expected: Verdict, tried: Option<Tried>) -> Self {
        let is_share = metric.is_none_or(Metric::is_proportion);
        let score = |value: Option<f64>| value.map(|value| t.score(is_share, value)).unwrap_or_default();
        Self {
            score: score(tried.as_ref().and_then(|tried| tried.score)),
            sealed: score(tried.as_ref().and_then(|tried| tried.sealed)),
            reason: tried.as_ref().map(|tried| reason_in_words(t, &tried.reason, &tried.args)).unwrap_or_default(),
            file,
            expected,
            tried,
        }
    }
}

async fn show(state: AppState, who: Require<Instructor>, slug: web::Path<String>) -> Answer {
    let work = work(&state, &who, (Kind::Exercise, &slug), StaffRole::Viewer).await?;
    let draft = draft(&state, &work).await?;
    let form = SettingsForm::of(&draft);
    page::show(&edit_page(&state, &who, work, (draft, form, FieldErrors::default())).await?)
}

/// The manifest of a draft. One whose grammar is wrong, which only an archive can bring, is edited as a file.
async fn draft(state: &State, work: &Work) -> Result<Draft, WebError> {
    let text = authoring::text(&state.blobs, &work.tree, Kind::Exercise.main_file()).await?.unwrap_or_default();
    let read = Draft::parse(Path::new(Kind::Exercise.main_file()), &text);
    read.map_err(|fault| WebError::Faults("authoring-faults", vec![fault.told()]))
}

/// The draft as an exercise, or what is wrong with it.
async fn read(state: &State, work: &Work) -> Result<Result<Exercise, Vec<Fault>>, WebError> {
    match folder::exercise(&state.blobs, &work.slug, &work.tree).await {
        Ok(exercise) => Ok(Ok(exercise)),
        Err(AuthoringError::Faults(faults)) => Ok(Err(faults)),
        Err(error) => Err(error.into()),
    }
}

async fn edit_page(
    state: &State,
    who: &Require<Instructor>,
    work: Work,
    (draft, form, errors): (Draft, SettingsForm, FieldErrors),
) -> Result<EditPage, WebError> {
    let t = who.tr;
    let role = staff::standing(&state.pool, &work.course, &who.person).await?;
    let statement = Statement::of(state, t, &work).await?;
    let exercise = read(state, &work).await?;
    let standing = match &exercise {
        Ok(exercise) => trials::standing(&state.pool, &work, exercise).await?,
        Err(_) => Standing { examples: Vec::new() },
    };
    let metric = Metric::from_name(&draft.text(&["metric"]));
    let manifest = draft.manifest();
    let findings = match &manifest {
        Some(manifest) => findings::of(state, t, &work, manifest).await?,
        None => Vec::new(),
    };
    let title = match t.lang {
        Lang::En => form.title_en.clone(),
        Lang::ZhCn => form.title_zh.clone(),
    };
    let mut page = Page::new(state, who, t.s1("exercise-edit-title", "title", title.as_str())).with_faults(&errors);
    let trial = trials::latest(&state.pool, &work.slug).await?.filter(|trial| trial.revision == work.head);
    if trial.as_ref().is_some_and(|trial| trial.finished_at.is_none()) {
        page.refresh = Some(5);
    }
    Ok(EditPage {
        may_write: role >= Some(StaffRole::Author),
        metrics: draft
            .task()
            .metrics()
            .map(|metric| (metric.as_str().to_owned(), t.s(&format!("metric-{}", metric.as_str()))))
            .collect(),
        sealings: Sealing::ALL
            .map(|kind| (kind.name().to_owned(), t.s(&format!("exercise-edit-sealing-{}", kind.name()))))
            .into(),
        data: data_lines(&work, manifest.as_ref()),
        private: authoring::private_files(&state.pool, &work.slug).await?.len(),
        findings,
        statement,
        examples: example_lines(t, metric, &draft, &standing),
        starter: work.tree.below("starter").map(|(path, file)| (path.to_owned(), file.bytes)).collect(),
        is_proven: standing.is_proven(),
        problems: exercise.err().map(|faults| listed(t, &faults)).unwrap_or_default(),
        is_published_as_is: work.published == Some(work.head),
        page,
        form,
        errors,
        trial,
        work,
    })
}

fn data_lines(work: &Work, manifest: Option<&Manifest>) -> Vec<(String, u64, bool)> {
    let is_public = |path: &str| manifest.is_some_and(|manifest| manifest.public_data().any(|file| file.file == path));
    work.tree.below("data").map(|(path, file)| (path.to_owned(), file.bytes, is_public(path))).collect()
}

fn example_lines(t: Tr, metric: Option<Metric>, draft: &Draft, standing: &Standing) -> Vec<ExampleLine> {
    let line = |(file, verdict): (String, String)| {
        let expected = Verdict::from_name(&verdict).unwrap_or(Verdict::Passed);
        let mut known = standing.examples.iter().filter(|(example, _)| example.file == file);
        let tried = known.next().and_then(|(_, tried)| tried.clone());
        ExampleLine::new(t, metric, file, expected, tried)
    };
    draft.examples().into_iter().map(line).collect()
}

async fn save_settings(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: web::Form<SettingsForm>,
) -> Answer {
    let work = work(&state, &who, (Kind::Exercise, &slug), StaffRole::Author).await?;
    let mut draft = draft(&state, &work).await?;
    let settings = match form.parse(who.tr, &draft) {
        Ok(settings) => settings,
        Err(errors) => {
            let page = edit_page(&state, &who, work, (draft, form.into_inner(), errors)).await?;
            return page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    draft.apply(&settings);
    let base = super::base_of(&work, Kind::Exercise.main_file());
    let edit = super::text_edit(&state, Kind::Exercise.main_file(), &draft.to_string(), &base).await?;
    Ok(match super::save(&state, &who, &work, vec![edit], "settings").await? {
        Ok(saved) => page::see_other(&format!("{}?notice=saved#settings", super::place(&saved))),
        Err(conflict) => conflict,
    })
}
