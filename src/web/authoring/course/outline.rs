//! The content of a course: its outline, exams and exercises, what stands in the way of publishing, and publishing.

use actix_web::web;
use askama::Template;

use super::fields::local;
use super::{standing, title};
use crate::authoring::course_edit::{self, Broken, bank, course};
use crate::authoring::{self, AuthoringError, Kind, Work, publishing};
use crate::courses::staff::StaffRole;
use crate::courses::{self, Course, bank_of};
use crate::exams;
use crate::ids::Slug;
use crate::items;
use crate::messages::{Fault, Lang, Piece, Said, Tr, Word};
use crate::web::authoring::listed;
use crate::web::page::{self, Page};
use crate::web::staff::on_course;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

/// A module in the outline.
struct ModuleRow {
    slug: String,
    title: String,
    minutes: u32,
    /// Whether its lesson is there, by language.
    has_en: bool,
    has_zh: bool,
    /// Questions in its bank.
    questions: usize,
}

/// Something with an address of its own: an exam or an exercise.
struct Listed {
    slug: String,
    title: String,
    standing: String,
    class: &'static str,
}

/// How far a course is that is authored here.
struct Draft {
    standing: String,
    class: &'static str,
    /// When what learners meet was published; empty if never.
    published: String,
    /// Why the last scheduled publication failed; empty where it did not.
    error: Vec<Vec<Piece>>,
    is_scheduled: bool,
    is_changed: bool,
    problems: Vec<Vec<Piece>>,
    /// Where `course.toml` is no TOML.
    broken: Option<Vec<Piece>>,
    /// The hour that the form for a schedule begins with.
    soon: String,
    zone: String,
}

#[derive(Template)]
#[template(path = "authoring/course/outline.html")]
struct OutlinePage {
    page: Page,
    slug: Slug,
    heading: String,
    can_write: bool,
    modules: Vec<ModuleRow>,
    exams: Vec<Listed>,
    exercises: Vec<Listed>,
    /// `None` for a course from the content folder.
    draft: Option<Draft>,
}

pub(super) async fn show(state: AppState, who: Require<Instructor>, slug: web::Path<String>) -> Answer {
    let slug = super::slug(&slug)?;
    match authoring::find(&state.pool, Kind::Course, &slug).await? {
        Some(work) => show_work(&state, &who, work).await,
        None => show_read_only(&state, &who, &slug).await,
    }
}

async fn show_work(state: &State, who: &Require<Instructor>, work: Work) -> Answer {
    let role = on_course(state, who, &work.course, StaffRole::Viewer).await?;
    let t = who.tr;
    let text = authoring::text(&state.blobs, &work.tree, "course.toml").await?.unwrap_or_default();
    let (draft, broken) = match course::read(&text) {
        Ok(draft) => (Some(draft), None),
        Err(broken) => (None, Some(broken)),
    };
    let heading =
        draft.as_ref().map_or_else(|| work.slug.to_string(), |draft| title(t, &draft.settings.title, &work.slug));
    let mut modules = Vec::new();
    for module in draft.iter().flat_map(|draft| &draft.modules) {
        modules.push(module_row(state, t, &work, module).await?);
    }
    let (standing, class) = standing(t, &work);
    let soon = state.clock.now() + chrono::TimeDelta::days(1);
    let told = Draft {
        standing,
        class,
        published: work.published_at.map(|at| t.time(&at)).unwrap_or_default(),
        error: work.publish_error.iter().flatten().map(|said| said.pieces(t)).collect(),
        is_scheduled: work.publish_at.is_some(),
        is_changed: work.published != Some(work.head),
        problems: if broken.is_some() { Vec::new() } else { listed(t, &problems(state, who, &work).await?) },
        broken: broken.map(|broken| unread(&broken).pieces(t)),
        soon: local(soon, t.zone),
        zone: t.zone.name().to_owned(),
    };
    page::show(&OutlinePage {
        page: Page::new(state, who, heading.as_str()),
        exams: exam_rows(state, t, &work).await?,
        exercises: exercise_rows(state, t, &work).await?,
        can_write: role >= StaffRole::Author,
        slug: work.slug,
        draft: Some(told),
        heading,
        modules,
    })
}

async fn module_row(state: &State, t: Tr, work: &Work, module: &course::Module) -> Result<ModuleRow, WebError> {
    let bank = authoring::text(&state.blobs, &work.tree, &module.bank()).await?;
    let has = |lang: Lang| work.tree.get(&module.lesson(lang)).is_some();
    Ok(ModuleRow {
        title: title(t, &module.title, &module.slug),
        minutes: module.minutes,
        has_en: has(Lang::En),
        has_zh: has(Lang::ZhCn),
        questions: bank.and_then(|text| bank::ids(&text).ok()).map_or(0, |ids| ids.len()),
        slug: module.slug.clone(),
    })
}

fn unread(broken: &Broken) -> Said {
    let words = Word::English(broken.message.clone());
    Said::new("course-editor-broken-main").and("line", broken.line).and("message", words)
}

/// Everything that keeps the newest state from being published by this reader.
pub(super) async fn problems(state: &State, who: &Require<Instructor>, work: &Work) -> Result<Vec<Fault>, WebError> {
    let mut conn = state.pool.acquire().await?;
    match publishing::course(&mut conn, &state.blobs, work, Some((who.person.id, who.person.role))).await {
        Ok(_) => Ok(Vec::new()),
        Err(AuthoringError::Faults(faults)) => Ok(faults),
        Err(error) => Err(error.into()),
    }
}

/// The exams whose files a course has, by name.
pub(in crate::web::authoring) fn exam_slugs(work: &Work) -> Vec<String> {
    let files = work.tree.below("exams").filter_map(|(path, _)| path.strip_prefix("exams/"));
    files
        .filter_map(|path| path.strip_suffix("/exam.toml"))
        .filter(|slug| !slug.contains('/'))
        .map(str::to_owned)
        .collect()
}

async fn exam_rows(state: &State, t: Tr, work: &Work) -> Result<Vec<Listed>, WebError> {
    let mut rows = Vec::new();
    for slug in exam_slugs(work) {
        let text = authoring::text(&state.blobs, &work.tree, &format!("exams/{slug}/exam.toml")).await?;
        let found = text.and_then(|text| course_edit::title_of(&text));
        let title = found.map_or_else(|| slug.clone(), |found| title(t, &found, &slug));
        rows.push(Listed { title, slug, standing: String::new(), class: "" });
    }
    Ok(rows)
}

async fn exercise_rows(state: &State, t: Tr, work: &Work) -> Result<Vec<Listed>, WebError> {
    let mut rows = Vec::new();
    for exercise in authoring::of_course(&state.pool, &work.slug).await? {
        let text = authoring::text(&state.blobs, &exercise.tree, "exercise.toml").await?;
        let found = text.and_then(|text| course_edit::title_of(&text));
        let (standing, class) = standing(t, &exercise);
        let title = found.map_or_else(|| exercise.slug.to_string(), |found| title(t, &found, &exercise.slug));
        rows.push(Listed { title, slug: exercise.slug.to_string(), standing, class });
    }
    Ok(rows)
}

/// A course from the content folder: the same outline, without a form that could change it.
async fn show_read_only(state: &State, who: &Require<Instructor>, slug: &Slug) -> Answer {
    let course = courses::find(&state.pool, slug.as_str()).await?.ok_or(WebError::NotFound)?.course;
    on_course(state, who, slug, StaffRole::Viewer).await?;
    let t = who.tr;
    let heading = t.pick(&course.title).to_owned();
    let exams = exams::all(&state.pool).await?.into_iter().filter(|offer| offer.course == *slug);
    let exams = exams.map(|offer| Listed {
        title: t.pick(&offer.exam.title).to_owned(),
        slug: offer.exam.slug.to_string(),
        standing: String::new(),
        class: "",
    });
    page::show(&OutlinePage {
        page: Page::new(state, who, heading.as_str()),
        modules: offered_modules(state, t, &course).await?,
        slug: slug.clone(),
        can_write: false,
        exams: exams.collect(),
        exercises: Vec::new(),
        draft: None,
        heading,
    })
}

async fn offered_modules(state: &State, t: Tr, course: &Course) -> Result<Vec<ModuleRow>, WebError> {
    let mut rows = Vec::new();
    for module in &course.modules {
        let mut has = [false; 2];
        for (has, lang) in has.iter_mut().zip(Lang::ALL) {
            let lesson = courses::lesson(&state.pool, &course.slug, &module.slug, lang).await?;
            *has = lesson.is_some_and(|lesson| lesson.lang == lang);
        }
        let [has_en, has_zh] = has;
        rows.push(ModuleRow {
            title: t.pick(&module.title).to_owned(),
            minutes: module.minutes,
            questions: items::bank_items(&state.pool, &bank_of(&course.slug, &module.slug)).await?.len(),
            slug: module.slug.to_string(),
            has_en,
            has_zh,
        });
    }
    Ok(rows)
}
