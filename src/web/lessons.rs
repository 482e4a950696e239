//! The lesson reader: outline, lesson, contents of the page, and the way to the quiz.

use std::sync::Arc;

use actix_web::web;
use askama::Template;

use super::courses::{Entry, find, outline, percent, progress};
use super::page::{self, Page};
use super::rendering::rendered;
use super::routes::{Access, Route};
use super::visit::Anyone;
use super::{Answer, AppState, WebError};
use crate::courses::markdown::Rendered;
use crate::courses::{self, Completion, Course, Lesson, Module};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/courses/{course}/{module}", Access::Public, || web::get().to(lesson))]
}

#[derive(Template)]
#[template(path = "courses/lesson.html")]
struct LessonPage {
    page: Page,
    /// Address of the course; its lessons are below it.
    root: String,
    course: Course,
    module: Module,
    lesson: Lesson,
    rendered: Arc<Rendered>,
    outline: Vec<Entry>,
    completion: Option<Completion>,
    pass_mark: String,
    previous: Option<Entry>,
    next: Option<Entry>,
}

async fn lesson(state: AppState, who: Anyone, path: web::Path<(String, String)>) -> Answer {
    let course = find(&state, &path.0).await?.course;
    let module = course.module(&path.1).ok_or(WebError::NotFound)?.clone();
    let lesson =
        courses::lesson(&state.pool, &course.slug, &module.slug, who.tr.lang).await?.ok_or(WebError::NotFound)?;
    if let Some(person) = &who.person {
        courses::opened(&state.pool, person.id, &course.slug, &module.slug, state.clock.now()).await?;
    }
    let progress = progress(&state, &who, &course).await?;
    let outline = outline(who.tr, &course, &progress, Some(&module.slug));
    let (previous, next) = neighbours(&outline);
    page::show(&LessonPage {
        page: Page::new(&state, &who, who.tr.pick(&module.title)),
        root: format!("/courses/{}", course.slug),
        rendered: rendered(&lesson.source, lesson.lang).await?,
        completion: progress.completion(&module.slug).cloned(),
        pass_mark: percent(who.tr, module.quiz.pass),
        previous,
        next,
        outline,
        lesson,
        course,
        module,
    })
}

/// The modules before and after the one that the page is about.
fn neighbours(outline: &[Entry]) -> (Option<Entry>, Option<Entry>) {
    let here = outline.iter().position(|entry| entry.is_here).unwrap_or_default();
    let at = |place: Option<usize>| place.and_then(|place| outline.get(place)).cloned();
    (at(here.checked_sub(1)), at(here.checked_add(1)))
}
