//! The course page and the lessons of a draft, by the templates that learners' pages are made with.

use actix_web::web;
use askama::Template;

use crate::authoring::course_edit::{self, course as course_file};
use crate::authoring::{self, Work};
use crate::blobs::Sha256;
use crate::courses::markdown::Rendered;
use crate::courses::staff::StaffRole;
use crate::courses::{Completion, Course, Lesson, Module, Offer, Progress};
use crate::exams;
use crate::ids::Slug;
use crate::messages::Lang;
use crate::web::authoring::course as editor;
use crate::web::class::Notices;
use crate::web::courses::{Entry, outline, percent};
use crate::web::exams::{Card, card};
use crate::web::page::{self, Page};
use crate::web::rendering::previewed;
use crate::web::requirements::{Standings, standings};
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

/// Address of a course's preview.
pub(super) fn root(work: &Work) -> String {
    format!("/teach/courses/{}/preview", work.slug)
}

/// A course's draft as learners would meet it on their first day.
pub(super) struct Draft {
    pub(super) work: Work,
    file: course_file::Draft,
    pub(super) course: Course,
    progress: Progress,
}

pub(super) async fn draft(state: &State, who: &Require<Instructor>, slug: &str) -> Result<Draft, WebError> {
    let work = editor::course(state, who, slug, StaffRole::Viewer).await?;
    let file = editor::draft(state, &work).await?;
    let course = file.course(&work.slug);
    let progress = Progress { enrolled_at: Some(state.clock.now()), ..Progress::default() };
    Ok(Draft { work, file, course, progress })
}

fn entries(who: &Require<Instructor>, draft: &Draft, here: Option<&Slug>) -> Vec<Entry> {
    let mut entries = outline(who.tr, &draft.course, &draft.progress, here);
    for (entry, module) in entries.iter_mut().zip(&draft.course.modules) {
        entry.href = format!("{}/{}", root(&draft.work), module.slug);
    }
    entries
}

#[derive(Template)]
#[template(path = "authoring/course/preview_course.html")]
struct CoursePage {
    page: Page,
    root: String,
    back: String,
    course: Course,
    progress: Progress,
    outline: Vec<Entry>,
    standings: Standings,
    exams: Vec<Card>,
    /// None: a draft is nobody's class.
    notices: Notices,
}

pub(super) async fn course(state: AppState, who: Require<Instructor>, slug: web::Path<String>) -> Answer {
    let draft = draft(&state, &who, &slug).await?;
    // No version: what a draft demands is no part of anything that was published.
    let offer = Offer { course: draft.course.clone(), version: Sha256::of(b"") };
    page::show(&CoursePage {
        page: Page::new(&state, &who, who.tr.pick(&draft.course.title)),
        root: root(&draft.work),
        back: format!("/teach/courses/{}", draft.work.slug),
        outline: entries(&who, &draft, None),
        standings: standings(&state, &who, &offer, &draft.progress).await?,
        exams: exam_cards(&state, &who, &draft.work).await?,
        course: draft.course,
        progress: draft.progress,
        notices: Notices::default(),
    })
}

async fn exam_cards(state: &State, who: &Require<Instructor>, work: &Work) -> Result<Vec<Card>, WebError> {
    let mut cards = Vec::new();
    for slug in editor::exam_slugs(work) {
        let text = authoring::text(&state.blobs, &work.tree, &format!("exams/{slug}/exam.toml")).await?;
        let Some(exam) = text.and_then(|text| toml::from_str::<exams::Exam>(&text).ok()) else { continue };
        let offer = exams::Offer { exam, course: work.slug.clone(), version: Sha256::of(b"") };
        let mut card = card(state, who, &offer, &[]).await?;
        card.href = format!("/teach/courses/{}/exams/{slug}/paper?seed=1", work.slug);
        cards.push(card);
    }
    Ok(cards)
}

#[derive(Template)]
#[template(path = "authoring/course/preview_lesson.html")]
struct LessonPage {
    page: Page,
    root: String,
    back: String,
    course: Course,
    module: Module,
    lesson: Lesson,
    rendered: Rendered,
    outline: Vec<Entry>,
    completion: Option<Completion>,
    pass_mark: String,
    previous: Option<Entry>,
    next: Option<Entry>,
}

pub(super) async fn lesson(state: AppState, who: Require<Instructor>, path: web::Path<(String, String)>) -> Answer {
    let draft = draft(&state, &who, &path.0).await?;
    let module = draft.course.module(&path.1).ok_or(WebError::NotFound)?.clone();
    let file = draft.file.module(&path.1).ok_or(WebError::NotFound)?;
    let lesson = written(&state, &draft.work, file, who.tr.lang).await?;
    let rendered = previewed(&lesson.source, lesson.lang).await?;
    let outline = entries(&who, &draft, Some(&module.slug));
    let here = outline.iter().position(|entry| entry.is_here).unwrap_or_default();
    let at = |place: Option<usize>| place.and_then(|place| outline.get(place)).cloned();
    page::show(&LessonPage {
        page: Page::new(&state, &who, who.tr.pick(&module.title)),
        root: root(&draft.work),
        back: format!("/teach/courses/{}/modules/{}", draft.work.slug, module.slug),
        pass_mark: percent(who.tr, module.quiz.pass),
        previous: at(here.checked_sub(1)),
        next: at(here.checked_add(1)),
        completion: None,
        course: draft.course,
        module,
        lesson,
        rendered,
        outline,
    })
}

/// The lesson in the reader's language, or in the other where it is not written yet.
async fn written(state: &State, work: &Work, module: &course_file::Module, wanted: Lang) -> Result<Lesson, WebError> {
    let paths = Lang::ALL.map(|lang| module.lesson(lang));
    let changes = course_edit::changed(&state.pool, (work.kind, &work.slug), &paths).await?;
    let others = Lang::ALL.into_iter().filter(|lang| *lang != wanted);
    for lang in std::iter::once(wanted).chain(others) {
        let path = module.lesson(lang);
        let Some(source) = authoring::text(&state.blobs, &work.tree, &path).await? else { continue };
        let found = changes.iter().find(|change| change.path == path);
        let updated_at = found.map_or_else(|| state.clock.now(), |change| change.at);
        return Ok(Lesson { lang, source, updated_at });
    }
    Ok(Lesson { lang: wanted, source: String::new(), updated_at: state.clock.now() })
}
