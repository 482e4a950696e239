//! Beginning an exercise: a short name, a title, and what is to be done.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::audit;
use crate::authoring::exercise::Draft;
use crate::authoring::tree::Tree;
use crate::authoring::{self, AuthoringError, Kind, New};
use crate::courses::staff::StaffRole;
use crate::exercises::catalogue;
use crate::exercises::intake::TaskKind;
use crate::ids::Slug;
use crate::messages::Bilingual;
use crate::web::page::{self, FieldErrors, Page, typed};
use crate::web::staff::{on_course, standing_on_exercise};
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

#[derive(Template)]
#[template(path = "authoring/exercise/new.html")]
struct NewPage {
    page: Page,
    course: Slug,
    form: Form,
    errors: FieldErrors,
    /// Exercises that may be copied: name and title.
    originals: Vec<(Slug, String)>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    slug: String,
    title_en: String,
    title_zh: String,
    task: Option<TaskKind>,
}

impl NewPage {
    async fn new(
        state: &State,
        who: &Require<Instructor>,
        course: Slug,
        (form, errors): (Form, FieldErrors),
    ) -> Result<Self, WebError> {
        let page = Page::new(state, who, who.tr.s("exercise-new-title")).with_faults(&errors);
        let mut originals = Vec::new();
        for offer in catalogue::list(&state.pool).await? {
            let role = standing_on_exercise(state, &who.person, &offer.slug).await?;
            if role >= Some(StaffRole::Author) {
                originals.push((offer.slug, who.tr.pick(&offer.texts.title).to_owned()));
            }
        }
        Ok(Self { page, course, form, errors, originals })
    }
}

pub(super) async fn ask(state: AppState, who: Require<Instructor>, course: web::Path<String>) -> Answer {
    let course: Slug = course.parse().map_err(|_| WebError::NotFound)?;
    on_course(&state, &who, &course, StaffRole::Author).await?;
    page::show(&NewPage::new(&state, &who, course, Default::default()).await?)
}

pub(super) async fn begin(
    state: AppState,
    who: Require<Instructor>,
    course: web::Path<String>,
    form: web::Form<Form>,
) -> Answer {
    let course: Slug = course.parse().map_err(|_| WebError::NotFound)?;
    on_course(&state, &who, &course, StaffRole::Author).await?;
    let form = form.into_inner();
    let mut errors = FieldErrors::default();
    let title = Bilingual { en: typed(&form.title_en), zh: typed(&form.title_zh) };
    if title.en.is_empty() || title.zh.is_empty() {
        errors.add("title_en", who.tr.s("exercise-edit-both-languages"));
    }
    let slug = form.slug.trim().parse::<Slug>();
    if slug.is_err() {
        errors.add("slug", who.tr.s("authoring-bad-slug"));
    }
    let (Ok(slug), true) = (slug, errors.is_empty()) else {
        let page = NewPage::new(&state, &who, course, (form, errors)).await?;
        return page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let task = form.task.unwrap_or(TaskKind::Classification);
    let tree = first_files(&state, task, &title).await?;
    let now = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let new = New { kind: Kind::Exercise, slug: slug.clone(), course: course.clone(), tree };
    match authoring::create(&mut tx, &new, "create", (Some(who.person.id), now)).await {
        Ok(_) => {}
        Err(AuthoringError::SlugTaken(_)) => {
            errors.add("slug", who.tr.s1("authoring-slug-taken", "slug", slug.as_str()));
            let page = NewPage::new(&state, &who, course, (form, errors)).await?;
            return page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
        Err(error) => return Err(error.into()),
    }
    let object = format!("exercises/{slug}");
    let detail = serde_json::json!({ "course": course, "after": { "title": title } });
    let entry = audit::Entry { actor: Some(who.person.id), action: "work.create", object: &object, detail };
    audit::record(&mut tx, entry, now).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("/teach/exercises/{slug}/edit")))
}

/// A manifest without data, and statements that say what belongs there.
async fn first_files(state: &State, task: TaskKind, title: &Bilingual) -> Result<Tree, WebError> {
    let mut tree = Tree::default();
    let files = [
        ("exercise.toml", Draft::new(task, title).to_string()),
        ("en.md", crate::messages::text(crate::messages::Lang::En, "exercise-new-statement", &[])),
        ("zh.md", crate::messages::text(crate::messages::Lang::ZhCn, "exercise-new-statement", &[])),
    ];
    for (path, text) in files {
        let file = authoring::keep(&state.blobs, text.into_bytes()).await?;
        tree.put(path, file).map_err(WebError::internal)?;
    }
    Ok(tree)
}
