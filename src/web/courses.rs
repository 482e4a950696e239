//! Course catalogue and course page: what a course holds, how far the reader is, what the certificate demands.

use actix_web::web;
use askama::Template;

use super::class::{Notices, notices};
use super::exams::{Card, cards};
use super::page::{self, Page};
use super::requirements::{Standings, standings};
use super::routes::{Access, Route};
use super::visit::{Anyone, SignedIn, Visit};
use super::{Answer, AppState, State, WebError};
use crate::courses::{self, Course, Module, Offer, Progress};
use crate::ids::Slug;
use crate::messages::{Lang, Tr};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/courses", Access::Public, || web::get().to(list)),
        Route::get("/courses/{course}", Access::Public, || web::get().to(course)),
        Route::post("/courses/{course}/enrol", Access::SignedIn, || web::post().to(enrol)),
    ]
}

#[derive(Template)]
#[template(path = "courses/list.html")]
struct ListPage {
    page: Page,
    courses: Vec<(Course, Progress)>,
}

async fn list(state: AppState, who: Anyone) -> Answer {
    let mut courses = Vec::new();
    for offer in courses::all(&state.pool).await? {
        let progress = progress(&state, &who, &offer.course).await?;
        courses.push((offer.course, progress));
    }
    page::show(&ListPage { page: Page::new(&state, &who, who.tr.s("courses-title")), courses })
}

#[derive(Template)]
#[template(path = "courses/course.html")]
struct CoursePage {
    page: Page,
    /// Address of the course; its lessons are below it.
    root: String,
    course: Course,
    progress: Progress,
    outline: Vec<Entry>,
    standings: Standings,
    exams: Vec<Card>,
    notices: Notices,
}

async fn course(state: AppState, who: Anyone, path: web::Path<String>) -> Answer {
    let offer = find(&state, &path).await?;
    let notices = notices(&state, &who, Some(&offer.course)).await?;
    let progress = progress(&state, &who, &offer.course).await?;
    let mut exams = cards(&state, &who).await?;
    exams.retain(|card| card.course == offer.course.slug);
    page::show(&CoursePage {
        root: format!("/courses/{}", offer.course.slug),
        exams,
        notices,
        page: Page::new(&state, &who, who.tr.pick(&offer.course.title)),
        outline: outline(who.tr, &offer.course, &progress, None),
        standings: standings(&state, &who, &offer, &progress).await?,
        course: offer.course,
        progress,
    })
}

async fn enrol(state: AppState, who: SignedIn, path: web::Path<String>) -> Answer {
    let Offer { course, .. } = find(&state, &path).await?;
    let mut tx = state.pool.begin().await?;
    courses::enrol(&mut tx, who.person.id, &course.slug, state.clock.now()).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/courses/{}?notice=enrolled", course.slug)))
}

/// The course called `slug`, or 404.
pub(super) async fn find(state: &State, slug: &str) -> Result<Offer, WebError> {
    courses::find(&state.pool, slug).await?.ok_or(WebError::NotFound)
}

/// How far the reader is in a course; nowhere, for strangers.
pub(super) async fn progress(state: &State, visit: &Visit, course: &Course) -> Result<Progress, WebError> {
    let Some(person) = &visit.person else { return Ok(Progress::default()) };
    let mut conn = state.pool.acquire().await?;
    Ok(courses::progress(&mut conn, person.id, &course.slug).await?)
}

/// How far a reader is with a module, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ModuleState {
    Completed,
    Open,
    New,
}

impl ModuleState {
    fn of(module: &Module, progress: &Progress) -> Self {
        if progress.completion(&module.slug).is_some() {
            Self::Completed
        } else if progress.last_module.as_ref() == Some(&module.slug) {
            Self::Open
        } else {
            Self::New
        }
    }

    /// Its name in the reader's language.
    fn word(self, t: Tr) -> String {
        match self {
            Self::Completed => t.s("module-state-completed"),
            Self::Open => t.s("module-state-open"),
            Self::New => t.s("module-state-new"),
        }
    }

    /// Class of its colour, which only repeats the word.
    fn class(self) -> &'static str {
        match self {
            Self::Completed => "good",
            Self::Open => "wait",
            Self::New => "quiet",
        }
    }
}

/// A module in an outline.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) minutes: u32,
    /// How far the reader is with it, in words.
    pub(super) state: String,
    /// Class of that state's colour, which only repeats the words.
    pub(super) class: &'static str,
    /// Whether it is the module that the page is about.
    pub(super) is_here: bool,
}

/// The outline of a course, on a page about the module `here`.
pub(super) fn outline(t: Tr, course: &Course, progress: &Progress, here: Option<&Slug>) -> Vec<Entry> {
    let modules = course.modules.iter();
    modules
        .map(|module| Entry {
            href: format!("/courses/{}/{}", course.slug, module.slug),
            title: t.pick(&module.title).to_owned(),
            summary: t.pick(&module.summary).to_owned(),
            minutes: module.minutes,
            state: ModuleState::of(module, progress).word(t),
            class: ModuleState::of(module, progress).class(),
            is_here: here == Some(&module.slug),
        })
        .collect()
}

/// A share as a percentage, without decimals where there are none: `80 %`.
pub(super) fn percent(t: Tr, share: f64) -> String {
    let hundredths = share * 100.0;
    if (hundredths - hundredths.round()).abs() > 1e-9 {
        return t.percent(share);
    }
    match t.lang {
        Lang::En => format!("{hundredths:.0} %"),
        Lang::ZhCn => format!("{hundredths:.0}%"),
    }
}
