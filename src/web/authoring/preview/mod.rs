//! Drafts as learners will see them: a text while it is written, and the pages and quizzes of a course.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::courses::markdown::Rendered;
use crate::messages::{Lang, Piece, Tr};
use crate::web::page;
use crate::web::rendering::previewed;
use crate::web::routes::{Access, Route};
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, WebError};

mod certificate;
mod learner;
mod quiz;

pub(super) fn routes() -> Vec<Route> {
    use Access::Instructor;
    vec![
        Route::post("/teach/preview", Instructor, || web::post().to(fragment)),
        Route::get("/teach/courses/{slug}/certificate", Instructor, || web::get().to(certificate::of_course)),
        Route::get("/teach/courses/{slug}/exams/{exam}/certificate", Instructor, || {
            web::get().to(certificate::of_exam)
        }),
        Route::get("/teach/courses/{slug}/preview", Instructor, || web::get().to(learner::course)),
        Route::get("/teach/courses/{slug}/preview/{module}", Instructor, || web::get().to(learner::lesson)),
        Route::get("/teach/courses/{slug}/preview/{module}/quiz", Instructor, || web::get().to(quiz::show)),
        Route::post("/teach/courses/{slug}/preview/{module}/quiz", Instructor, || web::post().to(quiz::check)),
    ]
}

/// A text as a page shows it, with what could not be shown as meant.
#[derive(Template)]
#[template(path = "authoring/course/fragment.html")]
pub(super) struct Fragment {
    t: Tr,
    lang: Lang,
    rendered: Rendered,
    /// What could not be shown as meant, by line.
    faults: Vec<(usize, Vec<Piece>)>,
}

impl Fragment {
    /// Renders a text and keeps nothing of it.
    pub(super) async fn new(t: Tr, (text, lang): (&str, Lang)) -> Result<Self, WebError> {
        let rendered = previewed(text, lang).await?;
        let faults = rendered.faults.iter().map(|fault| (fault.line, fault.said.pieces(t))).collect();
        Ok(Self { t, lang, rendered, faults })
    }
}

/// A text that is being written.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Form {
    text: String,
    lang: String,
}

async fn fragment(who: Require<Instructor>, form: web::Form<Form>) -> Answer {
    let lang = Lang::parse(&form.lang).unwrap_or_default();
    page::show(&Fragment::new(who.tr, (&form.text, lang)).await?)
}
