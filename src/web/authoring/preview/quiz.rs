//! The quiz of a draft: drawn, answered and marked like a learner's, and kept nowhere.

use std::collections::HashMap;

use actix_web::web;
use askama::Template;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde::Deserialize;

use super::learner::root;
use crate::authoring::Work;
use crate::authoring::course_edit::bank;
use crate::courses::draw_items;
use crate::courses::staff::StaffRole;
use crate::items::{Answers, ItemVersion, Paper, marking, paper};
use crate::web::authoring::course as editor;
use crate::web::page::{self, Page};
use crate::web::questions::{Asked, Marked, asked, marked, points, read_answers};
use crate::web::rendering::apart;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

#[derive(Template)]
#[template(path = "authoring/course/preview_quiz.html")]
struct QuizPage {
    page: Page,
    root: String,
    back: String,
    module: String,
    seed: u64,
    questions: Vec<Asked>,
    /// The same questions with what was answered; empty before.
    results: Vec<Marked>,
    score: String,
}

/// Which paper.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Drawing {
    seed: u64,
}

pub(super) async fn show(
    state: AppState,
    who: Require<Instructor>,
    path: web::Path<(String, String)>,
    drawing: web::Query<Drawing>,
) -> Answer {
    answer(&state, &who, (&path.0, &path.1), (drawing.seed, None)).await
}

/// Marks what was answered and shows it; nothing is kept.
pub(super) async fn check(
    state: AppState,
    who: Require<Instructor>,
    path: web::Path<(String, String)>,
    form: web::Form<Vec<(String, String)>>,
) -> Answer {
    let sent = form.iter().find(|(name, _)| name == "seed").and_then(|(_, seed)| seed.parse().ok());
    answer(&state, &who, (&path.0, &path.1), (sent.unwrap_or_default(), Some(&form))).await
}

async fn answer(
    state: &State,
    who: &Require<Instructor>,
    (course, slug): (&str, &str),
    (seed, form): (u64, Option<&Vec<(String, String)>>),
) -> Answer {
    let work = editor::course(state, who, course, StaffRole::Viewer).await?;
    let (_, module) = editor::module(state, &work, slug).await?;
    let (paper, items) = drawn(state, &work, &module, seed).await?;
    let by_version: HashMap<_, _> = items.iter().map(|found| (found.version, found.item.clone())).collect();
    let answers: Answers = form.map(|form| read_answers(&paper, form)).unwrap_or_default();
    let t = who.tr;
    let earned: f64 = paper
        .with_items(&by_version)
        .map(|(place, drawn, item)| drawn.points * marking::mark(item, drawn, answers.get(&place)))
        .sum();
    let results = if form.is_some() { marked(&paper, &by_version, &answers, t) } else { Vec::new() };
    page::show(&QuizPage {
        page: Page::new(state, who, t.s("course-preview-quiz")),
        root: root(&work),
        back: format!("/teach/courses/{}/modules/{}/items", work.slug, module.slug),
        questions: asked(&paper, &by_version, &answers, t),
        score: t.s2("course-preview-points", "points", points(earned), "max", points(paper.max_points())),
        module: module.slug,
        results,
        seed,
    })
}

/// A paper of the module's sound questions, with their drawings.
async fn drawn(
    state: &State,
    work: &Work,
    module: &crate::authoring::course_edit::course::Module,
    seed: u64,
) -> Result<(Paper, Vec<ItemVersion>), WebError> {
    let no_quiz = |error: String| WebError::Invalid("course-preview-no-quiz", vec![("error", error)]);
    let text = editor::text(state, work, &module.bank()).await?;
    let entries =
        apart(move || bank::read(&text)).await?.map_err(|broken| editor::broken_file(&module.bank(), &broken))?;
    let items: Vec<ItemVersion> = entries.into_iter().filter_map(|entry| entry.checked.ok()).collect();
    let count = usize::try_from(module.draw).unwrap_or_default();
    let paper =
        paper::draw(&items, count, &mut StdRng::seed_from_u64(seed)).map_err(|error| no_quiz(error.to_string()))?;
    let mut conn = state.pool.acquire().await?;
    draw_items(&mut conn, &items, state.clock.now()).await?;
    Ok((paper, items))
}
