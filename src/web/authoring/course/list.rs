//! The courses that somebody teaches, drafts among them, and the beginning of a new one.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;
use serde_json::json;

use super::title;
use crate::accounts::Role;
use crate::audit;
use crate::authoring::course_edit::{course, skeleton};
use crate::authoring::{self, AuthoringError, Kind, New, Work, tree::Tree};
use crate::courses;
use crate::courses::Origin;
use crate::courses::staff::{self, StaffRole};
use crate::ids::Slug;
use crate::messages::{Bilingual, Tr};
use crate::web::page::{self, FieldErrors, Page, typed};
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

/// A course that somebody teaches.
pub(in crate::web) struct CourseRow {
    /// Its slug.
    pub slug: String,
    /// Its title in the reader's language.
    pub title: String,
    /// How far it is, in words.
    pub standing: String,
    /// The class of their colour.
    pub class: &'static str,
    /// Whether it is files on the server.
    pub is_from_files: bool,
}

#[derive(Template)]
#[template(path = "authoring/course/list.html")]
struct ListPage {
    page: Page,
    works: Vec<CourseRow>,
    form: Form,
    errors: FieldErrors,
}

impl ListPage {
    fn has_files(&self) -> bool {
        self.works.iter().any(|row| row.is_from_files)
    }
}

/// What somebody types to begin a course.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    slug: String,
    title_en: String,
    title_zh: String,
}

pub(super) async fn show(state: AppState, who: Require<Instructor>) -> Answer {
    show_with(&state, &who, Form::default(), FieldErrors::default()).await
}

async fn show_with(state: &State, who: &Require<Instructor>, form: Form, errors: FieldErrors) -> Answer {
    let works = taught(state, who).await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page::new(state, who, who.tr.s("course-editor-courses")).with_faults(&errors);
    page::show_with(status, &ListPage { page, works, form, errors })
}

/// The courses that somebody teaches: those written here, drafts among them, then those from the content folder.
pub(in crate::web) async fn taught(state: &State, who: &Require<Instructor>) -> Result<Vec<CourseRow>, WebError> {
    let of = Some(who.person.id).filter(|_| who.person.role < Role::Admin);
    let mut rows = Vec::new();
    for work in authoring::of_staff(&state.pool, of).await? {
        let text = authoring::text(&state.blobs, &work.tree, "course.toml").await?.unwrap_or_default();
        let draft = course::read(&text).ok();
        let (standing, class) = standing(who.tr, &work);
        let title =
            draft.map_or_else(|| work.slug.to_string(), |draft| title(who.tr, &draft.settings.title, &work.slug));
        rows.push(CourseRow { slug: work.slug.to_string(), title, standing, class, is_from_files: false });
    }
    for offer in courses::all(&state.pool).await? {
        let slug = &offer.course.slug;
        let is_mine = staff::standing(&state.pool, slug, &who.person).await?.is_some();
        if is_mine && courses::origin(&state.pool, slug).await? == Some(Origin::Files) {
            rows.push(CourseRow {
                slug: slug.to_string(),
                title: who.tr.pick(&offer.course.title).to_owned(),
                standing: who.tr.s("course-editor-from-files"),
                class: "quiet",
                is_from_files: true,
            });
        }
    }
    Ok(rows)
}

/// How far a work is, in words, with the class of its colour.
pub(super) fn standing(t: Tr, work: &Work) -> (String, &'static str) {
    match (work.publish_at, work.published) {
        (Some(at), _) => (t.s1("course-editor-scheduled", "time", t.time(&at)), "wait"),
        (None, None) => (t.s("course-editor-draft"), "wait"),
        (None, Some(published)) if published == work.head => (t.s("course-editor-published"), "good"),
        (None, Some(_)) => (t.s("course-editor-unpublished-changes"), "wait"),
    }
}

pub(super) async fn create(state: AppState, who: Require<Instructor>, form: web::Form<Form>) -> Answer {
    let form = form.into_inner();
    let (slug, errors) = checked(who.tr, &form);
    let Some(slug) = slug.filter(|_| errors.is_empty()) else { return show_with(&state, &who, form, errors).await };
    match begin(&state, &who, &slug, &form).await {
        Ok(()) => Ok(page::see_other(&format!("/teach/courses/{slug}?notice=course-created"))),
        Err(WebError::Conflict("authoring-slug-taken", args)) => {
            let mut errors = FieldErrors::default();
            errors.add("slug", who.tr.with("authoring-slug-taken", &args));
            show_with(&state, &who, form, errors).await
        }
        Err(error) => Err(error),
    }
}

fn checked(t: Tr, form: &Form) -> (Option<Slug>, FieldErrors) {
    let mut errors = FieldErrors::default();
    let slug = form.slug.trim().parse().ok();
    if slug.is_none() {
        errors.add("slug", t.s("course-editor-bad-slug"));
    }
    for (field, text) in [("title_en", &form.title_en), ("title_zh", &form.title_zh)] {
        if typed(text).is_empty() {
            errors.add(field, t.s("course-editor-no-title"));
        }
    }
    (slug, errors)
}

async fn begin(state: &State, who: &Require<Instructor>, slug: &Slug, form: &Form) -> Result<(), WebError> {
    let title = Bilingual { en: typed(&form.title_en), zh: typed(&form.title_zh) };
    let mut tree = Tree::default();
    for (path, text) in skeleton::course(slug, &title) {
        let file = authoring::keep(&state.blobs, text.into_bytes()).await?;
        tree.put(&path, file).map_err(|_| AuthoringError::Path(path))?;
    }
    let new = New { kind: Kind::Course, slug: slug.clone(), course: slug.clone(), tree };
    let (by, now) = (Some(who.person.id), state.clock.now());
    let mut tx = state.pool.begin().await?;
    authoring::create(&mut tx, &new, "create", (by, now)).await?;
    staff::appoint(&mut tx, slug, who.person.id, Some(StaffRole::Owner), (by, now))
        .await
        .map_err(AuthoringError::from)?;
    let object = format!("courses/{slug}");
    let detail = json!({ "before": null, "after": { "title": title, "owner": who.person.id } });
    audit::record(&mut tx, audit::Entry { actor: by, action: "work.create", object: &object, detail }, now).await?;
    tx.commit().await?;
    Ok(())
}
