//! One question: its form or its text, and how learners meet it, with its key.

use std::fmt::Write as _;

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde::Deserialize;

use super::bank::{Place, exam_bank, module_bank};
use super::fields::Fields;
use super::{form_edit, save_and_go};
use crate::authoring::course_edit::{bank, choice};
use crate::courses;
use crate::courses::staff::StaffRole;
use crate::ids::Slug;
use crate::items::{self, ItemVersion, paper};
use crate::messages::{Lang, Tr};
use crate::web::authoring::base_of;
use crate::web::page::{self, Page};
use crate::web::questions::{Asked, Marked};
use crate::web::staff::on_course;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

/// How a question is to be shown.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    /// `toml` for the text of a question that has a form.
    r#as: String,
    /// Language of the preview.
    lang: String,
    /// Which numbers and order are drawn.
    seed: u64,
}

/// A question as learners meet it, and with its key.
struct Preview {
    lang: Lang,
    asked: Asked,
    marked: Marked,
}

#[derive(Template)]
#[template(path = "authoring/course/item.html")]
struct ItemPage {
    page: Page,
    place: Place,
    slug: Slug,
    id: String,
    can_write: bool,
    base: String,
    /// The form, for the kinds that have one.
    form: Option<choice::ChoiceItem>,
    has_form: bool,
    /// The question as TOML.
    text: String,
    /// What is wrong with it, in the parser's words.
    faults: Vec<String>,
    /// What keeps it from being saved, in the reader's language.
    refusal: Option<String>,
    preview: Option<Preview>,
    next_seed: u64,
}

impl ItemPage {
    /// The options with two free places.
    fn options(&self) -> Vec<(usize, choice::OptionFields)> {
        let empty = || crate::messages::Bilingual { en: String::new(), zh: String::new() };
        let free = || choice::OptionFields { text: empty(), correct: false, why: empty() };
        let own = self.form.as_ref().map(|form| form.options.clone()).unwrap_or_default();
        let count = (own.len() + 2).min(choice::MOST_OPTIONS.max(own.len()));
        own.into_iter().chain(std::iter::repeat_with(free)).take(count).enumerate().collect()
    }
}

pub(super) async fn of_module(
    state: AppState,
    who: Require<Instructor>,
    path: web::Path<(String, String, String)>,
    shown: web::Query<Shown>,
) -> Answer {
    let place = module_bank(&state, &who, (&path.0, &path.1), StaffRole::Viewer).await?;
    show(&state, &who, (place, &path.2), (&shown, None)).await
}

pub(super) async fn of_exam(
    state: AppState,
    who: Require<Instructor>,
    path: web::Path<(String, String, String, String)>,
    shown: web::Query<Shown>,
) -> Answer {
    let place = exam_bank(&state, &who, (&path.0, &path.1, &path.2), StaffRole::Viewer).await?;
    show(&state, &who, (place, &path.3), (&shown, None)).await
}

/// What somebody typed that could not be saved: the question as text, what the form was filled with, and why not.
struct Refused {
    text: String,
    base: String,
    refusal: String,
}

async fn show(
    state: &State,
    who: &Require<Instructor>,
    (place, id): (Place, &str),
    (shown, refused): (&Shown, Option<Refused>),
) -> Answer {
    let t = who.tr;
    let role = on_course(state, who, &place.work.course, StaffRole::Viewer).await?;
    let entries = bank::read(&place.text(state).await?).map_err(|broken| place.broken(&broken))?;
    let entry = entries.into_iter().find(|entry| entry.id == id).ok_or(WebError::NotFound)?;
    let form = choice::read(&entry.text).ok().flatten();
    let preview = match &entry.checked {
        Ok(item) => Some(preview(state, t, item, shown).await?),
        Err(_) => None,
    };
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (text, base, refusal) = match refused {
        Some(refused) => (refused.text, refused.base, Some(refused.refusal)),
        None => (entry.text, base_of(&place.work, &place.path), None),
    };
    let (has_form, is_raw) = (form.is_some(), shown.r#as == "toml" || refusal.is_some());
    let page = ItemPage {
        page: Page::new(state, who, t.s1("course-item-title", "id", id)),
        slug: place.work.slug.clone(),
        id: id.to_owned(),
        can_write: role >= StaffRole::Author,
        form: form.filter(|_| !is_raw),
        faults: entry.checked.err().unwrap_or_default(),
        next_seed: shown.seed + 1,
        place,
        has_form,
        base,
        text,
        refusal,
        preview,
    };
    page::show_with(status, &page)
}

async fn preview(state: &State, t: Tr, found: &ItemVersion, shown: &Shown) -> Result<Preview, WebError> {
    let drawn = paper::freeze(found, &mut StdRng::seed_from_u64(shown.seed)).map_err(WebError::internal)?;
    let mut conn = state.pool.acquire().await?;
    courses::draw_items(&mut conn, std::slice::from_ref(found), state.clock.now()).await?;
    let lang = Lang::parse(&shown.lang).unwrap_or(t.lang);
    let t = Tr { lang, ..t };
    let key = items::key(&found.item, &drawn);
    Ok(Preview {
        asked: Asked::new((0, 1), &drawn, &found.item, None, t),
        marked: Marked::new((0, 1), &drawn, &found.item, key.as_ref(), t),
        lang,
    })
}

pub(super) async fn change_of_module(
    state: AppState,
    who: Require<Instructor>,
    path: web::Path<(String, String, String)>,
    form: web::Form<Vec<(String, String)>>,
) -> Answer {
    let place = module_bank(&state, &who, (&path.0, &path.1), StaffRole::Author).await?;
    change(&state, &who, (place, &path.2), &Fields::from(form)).await
}

pub(super) async fn change_of_exam(
    state: AppState,
    who: Require<Instructor>,
    path: web::Path<(String, String, String, String)>,
    form: web::Form<Vec<(String, String)>>,
) -> Answer {
    let place = exam_bank(&state, &who, (&path.0, &path.1, &path.2), StaffRole::Author).await?;
    change(&state, &who, (place, &path.3), &Fields::from(form)).await
}

async fn change(state: &State, who: &Require<Instructor>, (place, id): (Place, &str), fields: &Fields) -> Answer {
    let entries = bank::read(&place.text(state).await?).map_err(|broken| place.broken(&broken))?;
    let entry = entries.iter().find(|entry| entry.id == id).ok_or(WebError::NotFound)?;
    let new = written(&entry.text, fields).map_err(|broken| place.broken(&broken))?;
    let new_id = match checked(who.tr, &new, id, &entries) {
        Ok(new_id) => new_id,
        Err(refusal) => {
            let refused = Refused { text: new, base: fields.raw("base").to_owned(), refusal };
            return show(state, who, (place, id), (&Shown::default(), Some(refused))).await;
        }
    };
    let part = |text: &str| {
        let found = bank::read(text).ok()?.into_iter().find(|entry| entry.id == id);
        found.map(|entry| entry.text)
    };
    let gone = || WebError::Conflict("course-item-gone", Vec::new());
    let apply = |text: &str| bank::with_item(text, id, &new).map_err(|broken| place.broken(&broken))?.ok_or_else(gone);
    let edit = form_edit(state, &place.work, (&place.path, fields.raw("base")), part, apply).await?;
    let mut next = format!("{}/{new_id}?notice=saved", place.address);
    if fields.has("toml") && choice::read(&new).ok().flatten().is_some() {
        let _ = write!(next, "&as=toml");
    }
    next.push_str("#preview");
    save_and_go(state, who, (&place.work, vec![edit]), &format!("items {} {new_id}", place.path), &next).await
}

/// The question as it was typed: its text, or what the fields make of the text it had.
fn written(text: &str, fields: &Fields) -> Result<String, crate::authoring::course_edit::Broken> {
    if fields.has("toml") {
        return Ok(fields.raw("toml").replace("\r\n", "\n"));
    }
    let right = fields.all("right");
    let option = |place: usize| choice::OptionFields {
        text: fields.both(&format!("option{place}")),
        correct: right.contains(&place.to_string()),
        why: fields.both(&format!("why{place}")),
    };
    let all = (0..choice::MOST_OPTIONS).filter(|place| fields.has(&format!("option{place}_en"))).map(option);
    let is_said = |option: &choice::OptionFields| !(option.text.en.is_empty() && option.text.zh.is_empty());
    let item = choice::ChoiceItem {
        id: fields.one("id"),
        kind: fields.one("kind"),
        difficulty: fields.one("difficulty"),
        needs: fields.one("needs"),
        family: fields.one("family"),
        tags: fields.words("tags"),
        source: fields.one("source"),
        stem: Some(fields.both("stem")),
        why: Some(fields.both("why")),
        answer: fields.raw("answer") == "true",
        options: all.filter(is_said).collect(),
    };
    choice::write(text, &item)
}

/// The name of the question that is to be saved; or why it cannot be, in the reader's language.
fn checked(t: Tr, new: &str, id: &str, entries: &[bank::Entry]) -> Result<String, String> {
    let found = bank::read(new)
        .map_err(|broken| t.s2("course-item-broken", "line", broken.line, "message", broken.message.as_str()))?;
    let [only] = found.as_slice() else { return Err(t.s("course-item-not-one")) };
    if only.id.parse::<Slug>().is_err() {
        return Err(t.s("course-item-bad-id"));
    }
    if only.id != id && entries.iter().any(|entry| entry.id == only.id) {
        return Err(t.s1("course-item-id-taken", "id", only.id.as_str()));
    }
    Ok(only.id.clone())
}
