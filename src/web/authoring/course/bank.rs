//! A bank of questions as a table: of a module's quiz, or of an exam.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::{broken_file, course, draft, module, place, save_and_go, slug, title};
use crate::authoring::course_edit::{Broken, Way, bank, exam, skeleton};
use crate::authoring::{self, Base, Edit, Work};
use crate::courses::staff::StaffRole;
use crate::ids::Slug;
use crate::items;
use crate::messages::Tr;
use crate::web::page::{self, Page};
use crate::web::rendering::apart;
use crate::web::staff::on_course;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

/// Most letters of a question that a table shows.
const LONGEST_STEM: usize = 90;

/// Where a bank is.
pub(super) struct Place {
    pub(super) work: Work,
    /// Title of the course.
    pub(super) heading: String,
    /// Title of the module, or of the exam with the name of the bank.
    pub(super) name: String,
    /// Path of its file.
    pub(super) path: String,
    /// Address of its table.
    pub(super) address: String,
    /// Address of what it belongs to.
    pub(super) above: String,
}

impl Place {
    /// The text of the bank; a module may have none yet.
    pub(super) async fn text(&self, state: &State) -> Result<String, WebError> {
        Ok(authoring::text(&state.blobs, &self.work.tree, &self.path).await?.unwrap_or_default())
    }

    /// Its questions, each of them checked.
    pub(super) async fn entries(&self, text: &str) -> Result<Vec<bank::Entry>, WebError> {
        let text = text.to_owned();
        apart(move || bank::read(&text)).await?.map_err(|broken| self.broken(&broken))
    }

    pub(super) fn broken(&self, broken: &Broken) -> WebError {
        broken_file(&self.path, broken)
    }
}

/// The bank of a module's quiz.
pub(super) async fn module_bank(
    state: &State,
    who: &Require<Instructor>,
    (course_slug, module_slug): (&str, &str),
    least: StaffRole,
) -> Result<Place, WebError> {
    let work = course(state, who, course_slug, least).await?;
    let (draft, module) = module(state, &work, module_slug).await?;
    let above = format!("{}/modules/{}", place(&work), module.slug);
    Ok(Place {
        heading: title(who.tr, &draft.settings.title, &work.slug),
        name: title(who.tr, &module.title, &module.slug),
        path: module.bank(),
        address: format!("{above}/items"),
        above,
        work,
    })
}

/// A bank of an exam.
pub(super) async fn exam_bank(
    state: &State,
    who: &Require<Instructor>,
    (course_slug, exam_slug, bank): (&str, &str, &str),
    least: StaffRole,
) -> Result<Place, WebError> {
    let work = course(state, who, course_slug, least).await?;
    let (exam_slug, bank) = (slug(exam_slug)?, slug(bank)?);
    let path = format!("exams/{exam_slug}/{bank}.toml");
    if bank.as_str() == "exam" || work.tree.get(&path).is_none() {
        return Err(WebError::NotFound);
    }
    let draft = draft(state, &work).await?;
    let text = authoring::text(&state.blobs, &work.tree, &format!("exams/{exam_slug}/exam.toml")).await?;
    let exam = text.and_then(|text| exam::read(&text).ok());
    let exam = exam.map_or_else(|| exam_slug.to_string(), |exam| title(who.tr, &exam.title, &exam_slug));
    let above = format!("{}/exams/{exam_slug}", place(&work));
    Ok(Place {
        heading: title(who.tr, &draft.settings.title, &work.slug),
        name: format!("{exam} · {bank}"),
        address: format!("{above}/banks/{bank}"),
        above,
        path,
        work,
    })
}

/// A question in the table.
struct Row {
    id: String,
    kind: String,
    stem: String,
    tags: String,
    difficulty: String,
    has_en: bool,
    has_zh: bool,
    faults: usize,
    /// Whether its name can stand in an address.
    has_address: bool,
}

#[derive(Template)]
#[template(path = "authoring/course/bank.html")]
struct BankPage {
    page: Page,
    place: Place,
    slug: Slug,
    rows: Vec<Row>,
    can_write: bool,
    /// Name and label of each kind that can be added.
    kinds: Vec<(&'static str, String)>,
}

pub(super) async fn of_module(state: AppState, who: Require<Instructor>, path: web::Path<(String, String)>) -> Answer {
    let place = module_bank(&state, &who, (&path.0, &path.1), StaffRole::Viewer).await?;
    show(&state, &who, place).await
}

pub(super) async fn of_exam(
    state: AppState,
    who: Require<Instructor>,
    path: web::Path<(String, String, String)>,
) -> Answer {
    let place = exam_bank(&state, &who, (&path.0, &path.1, &path.2), StaffRole::Viewer).await?;
    show(&state, &who, place).await
}

async fn show(state: &State, who: &Require<Instructor>, place: Place) -> Answer {
    let t = who.tr;
    let role = on_course(state, who, &place.work.course, StaffRole::Viewer).await?;
    let entries = place.entries(&place.text(state).await?).await?;
    page::show(&BankPage {
        page: Page::new(state, who, t.s1("course-items-title", "name", place.name.as_str())),
        rows: entries.into_iter().map(|entry| row(t, entry)).collect(),
        can_write: role >= StaffRole::Author,
        kinds: skeleton::Kind::ALL.map(|kind| (kind.name(), kind_name(t, kind.name()))).to_vec(),
        slug: place.work.slug.clone(),
        place,
    })
}

fn row(t: Tr, entry: bank::Entry) -> Row {
    let stem = title(t, &entry.stem, "");
    let short: String = stem.chars().take(LONGEST_STEM).collect();
    Row {
        kind: kind_name(t, &entry.kind),
        stem: if short.len() < stem.len() { format!("{short}…") } else { short },
        tags: entry.tags.join(", "),
        difficulty: difficulty_name(t, &entry.difficulty),
        has_en: entry.has_en,
        has_zh: entry.has_zh,
        faults: entry.checked.err().map_or(0, |faults| faults.len()),
        has_address: entry.id.parse::<Slug>().is_ok(),
        id: entry.id,
    }
}

/// A kind of question in words; one that nobody knows shows itself.
pub(super) fn kind_name(t: Tr, kind: &str) -> String {
    let key = match kind {
        "single" => "course-item-single",
        "multiple" => "course-item-multiple",
        "true_false" => "course-item-true-false",
        "numeric" => "course-item-numeric",
        "parameterised" => "course-item-parameterised",
        "text" => "course-item-text",
        "ordering" => "course-item-ordering",
        "matching" => "course-item-matching",
        "blanks" => "course-item-blanks",
        other => return other.to_owned(),
    };
    t.s(key)
}

pub(super) fn difficulty_name(t: Tr, difficulty: &str) -> String {
    match difficulty {
        "easy" => t.s("course-item-easy"),
        "medium" => t.s("course-item-medium"),
        "hard" => t.s("course-item-hard"),
        other => other.to_owned(),
    }
}

/// What is done to a bank.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    /// `add`, or `up`, `down`, `copy` or `remove` with the name of a question.
    r#do: String,
    kind: String,
}

pub(super) async fn change_of_module(
    state: AppState,
    who: Require<Instructor>,
    path: web::Path<(String, String)>,
    form: web::Form<Form>,
) -> Answer {
    let place = module_bank(&state, &who, (&path.0, &path.1), StaffRole::Author).await?;
    change(&state, &who, &place, &form).await
}

pub(super) async fn change_of_exam(
    state: AppState,
    who: Require<Instructor>,
    path: web::Path<(String, String, String)>,
    form: web::Form<Form>,
) -> Answer {
    let place = exam_bank(&state, &who, (&path.0, &path.1, &path.2), StaffRole::Author).await?;
    change(&state, &who, &place, &form).await
}

async fn change(state: &State, who: &Require<Instructor>, place: &Place, form: &Form) -> Answer {
    let text = place.text(state).await?;
    let (verb, id) = form.r#do.split_once(' ').unwrap_or((&form.r#do, ""));
    let unreadable = || WebError::Invalid("error-form", Vec::new());
    let address = &place.address;
    if matches!(verb, "add" | "copy") && bank::ids(&text).is_ok_and(|ids| ids.len() >= items::bank::MOST) {
        return Err(WebError::Invalid("fault-bank-many", vec![("most", items::bank::MOST.to_string())]));
    }
    let (new, next) = match verb {
        "add" => {
            let kind = skeleton::Kind::parse(&form.kind).ok_or_else(unreadable)?;
            bank::with_new_item(&text, kind).map(|(text, id)| (text, format!("{address}/{id}?notice=saved")))
        }
        "copy" => bank::with_copy(&text, id).map(|(text, id)| (text, format!("{address}/{id}?notice=saved"))),
        "remove" => bank::without_item(&text, id).map(|text| (text, format!("{address}?notice=course-removed"))),
        way => {
            let way = Way::parse(way).ok_or_else(unreadable)?;
            bank::with_moved_item(&text, id, way).map(|text| (text, format!("{address}#{verb}-{id}")))
        }
    }
    .map_err(|broken| place.broken(&broken))?;
    let base = place.work.tree.get(&place.path).map_or(Base::Absent, |file| Base::File(file.sha256));
    let file = authoring::keep(&state.blobs, new.into_bytes()).await?;
    let edits = vec![Edit { path: place.path.clone(), file: Some(file), base: Some(base) }];
    save_and_go(state, who, (&place.work, edits), &format!("items {}", place.path), &next).await
}
