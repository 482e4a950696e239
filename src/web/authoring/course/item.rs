//! One question: its form or its text, and how learners meet it, with its key.

use std::fmt::Write as _;

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde::Deserialize;

use super::bank::{Place, exam_bank, kind_name, module_bank};
use super::fields::Fields;
use super::{form_base, item_form, save_and_go};
use crate::authoring::Base;
use crate::authoring::course_edit::question::choices::ChoiceKind;
use crate::authoring::course_edit::question::gaps::GapKind;
use crate::authoring::course_edit::question::{self, Body, Question};
use crate::authoring::course_edit::{Broken, bank};
use crate::courses;
use crate::courses::staff::StaffRole;
use crate::ids::Slug;
use crate::items::{self, ItemVersion, paper};
use crate::messages::{Lang, Piece, Tr};
use crate::web::authoring::{base_of, edit_of};
use crate::web::page::{self, FieldErrors, Page};
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
    /// The form, unless the text is shown instead.
    form: Option<Question>,
    has_form: bool,
    /// The question as TOML.
    text: String,
    /// What is wrong with it, in the reader's language.
    faults: Vec<Vec<Piece>>,
    /// What keeps it from being saved, in the reader's language.
    errors: FieldErrors,
    preview: Option<Preview>,
    next_seed: u64,
}

impl ItemPage {
    fn kind_label(&self, kind: &str) -> String {
        kind_name(self.page.t, kind)
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

/// What somebody typed: fields of the form, or a text.
enum Typed {
    Form(Box<Question>),
    Text(String),
}

/// What somebody typed that could not be saved, the state that it was typed into, and why not.
struct Refused {
    typed: Typed,
    base: String,
    errors: FieldErrors,
}

async fn show(
    state: &State,
    who: &Require<Instructor>,
    (place, id): (Place, &str),
    (shown, refused): (&Shown, Option<Refused>),
) -> Answer {
    let t = who.tr;
    let role = on_course(state, who, &place.work.course, StaffRole::Viewer).await?;
    let entries = place.entries(&place.text(state).await?).await?;
    let entry = entries.into_iter().find(|entry| entry.id == id).ok_or(WebError::NotFound)?;
    let form = question::read(&entry.text).ok().flatten();
    let preview = match &entry.checked {
        Ok(item) => Some(preview(state, t, item, shown).await?),
        Err(_) => None,
    };
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let has_form = form.is_some();
    let (form, text, base, errors) = match refused {
        Some(Refused { typed: Typed::Form(form), base, errors }) => (Some(*form), entry.text, base, errors),
        Some(Refused { typed: Typed::Text(text), base, errors }) => (None, text, base, errors),
        None => {
            let form = form.filter(|_| shown.r#as != "toml");
            (form, entry.text, base_of(&place.work, &place.path), FieldErrors::default())
        }
    };
    let page = ItemPage {
        page: Page::new(state, who, t.s1("course-item-title", "id", id)).with_faults(&errors),
        slug: place.work.slug.clone(),
        id: id.to_owned(),
        can_write: role >= StaffRole::Author,
        faults: entry.checked.err().into_iter().flatten().map(|said| said.pieces(t)).collect(),
        next_seed: shown.seed + 1,
        place,
        form,
        has_form,
        base,
        text,
        errors,
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
    let part = |text: &str| {
        let found = bank::read(text).ok()?.into_iter().find(|entry| entry.id == id);
        found.map(|entry| entry.text)
    };
    let (text, base) = form_base(state, &place.work, (&place.path, fields.raw("base")), part).await?;
    let entries = place.entries(&text).await?;
    let entry = entries.iter().find(|entry| entry.id == id).ok_or(WebError::NotFound)?;
    let (typed, mut errors) = typed(who.tr, &entry.text, fields)?;
    let new = written(&entry.text, &typed).map_err(|broken| place.broken(&broken))?;
    let new_id = checked(who.tr, (&new, &typed), (id, &entries), &mut errors);
    let Some(new_id) = new_id.filter(|_| errors.is_empty()) else {
        let refused = Refused { typed, base: fields.raw("base").to_owned(), errors };
        return show(state, who, (place, id), (&Shown::default(), Some(refused))).await;
    };
    let gone = || WebError::Conflict("course-item-gone", Vec::new());
    let text = bank::with_item(&text, id, &new).map_err(|broken| place.broken(&broken))?.ok_or_else(gone)?;
    let edit = edit_of(state, &place.path, text, Base::File(base)).await?;
    let mut next = format!("{}/{new_id}?notice=saved", place.address);
    if fields.has("toml") && question::read(&new).ok().flatten().is_some() {
        let _ = write!(next, "&as=toml");
    }
    next.push_str("#preview");
    save_and_go(state, who, (&place.work, vec![edit]), &format!("items {} {new_id}", place.path), &next).await
}

/// What was typed for a question with this text; also what in the form cannot be kept.
fn typed(t: Tr, text: &str, fields: &Fields) -> Result<(Typed, FieldErrors), WebError> {
    if fields.has("toml") {
        return Ok((Typed::Text(fields.raw("toml").replace("\r\n", "\n")), FieldErrors::default()));
    }
    let seen = question::read(text).ok().flatten().ok_or_else(|| WebError::Invalid("error-form", Vec::new()))?;
    let form = item_form::read(fields, &seen.body);
    let errors = item_form::faults(t, &form);
    Ok((Typed::Form(Box::new(form)), errors))
}

/// The question as it was typed: its text, or what the fields make of the text it had.
fn written(text: &str, typed: &Typed) -> Result<String, Broken> {
    match typed {
        Typed::Form(form) => question::write(text, form),
        Typed::Text(text) => Ok(text.clone()),
    }
}

/// The name of the question that is to be saved; or why it cannot be, in the reader's language.
fn checked(
    t: Tr,
    (new, typed): (&str, &Typed),
    (id, entries): (&str, &[bank::Entry]),
    errors: &mut FieldErrors,
) -> Option<String> {
    let field = match typed {
        Typed::Form(_) => "id",
        Typed::Text(_) => "toml",
    };
    let found = match bank::read(new) {
        Ok(found) => found,
        Err(broken) => {
            let sentence = t.s2("course-item-broken", "line", broken.line, "message", broken.message.as_str());
            errors.add(field, sentence);
            return None;
        }
    };
    let [only] = found.as_slice() else {
        errors.add(field, t.s("course-item-not-one"));
        return None;
    };
    if only.id.parse::<Slug>().is_err() {
        errors.add(field, t.s("course-item-bad-id"));
    } else if only.id != id && entries.iter().any(|entry| entry.id == only.id) {
        errors.add(field, t.s1("course-item-id-taken", "id", only.id.as_str()));
    }
    Some(only.id.clone())
}
