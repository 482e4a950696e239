//! A sample paper of an exam, with its key: what a candidate might get.

use std::collections::HashMap;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::courses::staff::StaffRole;
use crate::exams::attempts::banks;
use crate::exams::check;
use crate::items::{self, Answers};
use crate::web::page::{self, Page};
use crate::web::questions::{Marked, marked};
use crate::web::staff::on_exam;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, WebError};

#[derive(Template)]
#[template(path = "examiner/paper.html")]
struct PaperPage {
    page: Page,
    slug: String,
    seed: u64,
    sections: Vec<(String, usize)>,
    questions: Vec<Marked>,
}

/// Which paper.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    seed: u64,
}

pub(super) async fn show(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    asked: web::Query<Asked>,
) -> Answer {
    let offer = on_exam(&state, &who, &slug, StaffRole::Viewer).await?;
    let t = who.tr;
    let mut conn = state.pool.acquire().await?;
    let banks = banks(&mut conn, &offer).await?;
    let paper = check::paper(&offer.exam, &banks, asked.seed)
        .map_err(|error| WebError::Faults("examiner-no-paper", vec![error.said()]))?;
    let items: HashMap<_, _> = banks.values().flatten().map(|found| (found.version, found.item.clone())).collect();
    let all = paper.questions.iter().enumerate();
    let key: Answers =
        all.filter_map(|(place, drawn)| Some((place, items::key(items.get(&drawn.item)?, drawn)?))).collect();
    page::show(&PaperPage {
        page: Page::new(&state, &who, t.s1("examiner-paper", "exam", t.pick(&offer.exam.title))),
        slug: offer.exam.slug.to_string(),
        seed: asked.seed,
        sections: offer.exam.sections().map(|section| (t.pick(&section.title).to_owned(), section.draw.draw)).collect(),
        questions: marked(&paper, &items, &key, t),
    })
}
