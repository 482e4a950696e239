//! An exam: its form, what drawing a thousand papers shows, and a paper of the draft with its key.

use std::collections::HashMap;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::exam_form::{self, PartFields};
use super::fields::Fields;
use super::{broken_file, course, draft, form_edit, place, save_and_go, slug, text, title};
use crate::authoring::course_edit::exam::{self as exam_file, Draft};
use crate::authoring::course_edit::shape::{Shape, reshaped};
use crate::authoring::{self, Work};
use crate::courses::staff::StaffRole;
use crate::exams::Authored;
use crate::exams::check::{self, Drawing};
use crate::exercises::catalogue;
use crate::ids::Slug;
use crate::items::{self, Answers};
use crate::messages::{Bilingual, Fault, Piece, Said};
use crate::web::authoring::{base_of, listed, told};
use crate::web::page::{self, Page};
use crate::web::questions::{Marked, marked};
use crate::web::staff::on_course;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

#[derive(Template)]
#[template(path = "authoring/course/exam.html")]
struct ExamPage {
    page: Page,
    slug: Slug,
    exam: Slug,
    heading: String,
    can_write: bool,
    base: String,
    draft: Draft,
    parts: Vec<PartFields>,
    window: (String, String),
    zone: String,
    certificate: (Bilingual, Bilingual, u32),
    banks: Vec<String>,
    modules: Vec<String>,
    exercises: Vec<String>,
    /// Everything that is wrong with this exam.
    problems: Vec<Vec<Piece>>,
    drawing: Option<Drawing>,
}

impl ExamPage {
    /// What is shown when: name of the field, key of its label, what is chosen.
    fn shown(&self) -> [(&'static str, &'static str, &str); 3] {
        let [scores, answers, keys] = &self.draft.show;
        [
            ("show_scores", "course-exam-show-scores", scores),
            ("show_answers", "course-exam-show-answers", answers),
            ("show_keys", "course-exam-show-keys", keys),
        ]
    }
}

fn file(exam: &Slug) -> String {
    format!("exams/{exam}/exam.toml")
}

/// The banks beside an exam's file, by name.
fn banks(work: &Work, exam: &Slug) -> Vec<String> {
    let folder = format!("exams/{exam}");
    let files = work.tree.below(&folder).filter_map(|(path, _)| path.strip_prefix(&format!("{folder}/")));
    let names = files.filter_map(|file| file.strip_suffix(".toml")).filter(|name| *name != "exam");
    names.filter(|name| !name.contains('/')).map(str::to_owned).collect()
}

/// The exam with its banks as papers are drawn from it; or what keeps it from being read.
async fn authored(state: &State, work: &Work, exam: &Slug) -> Result<Result<Authored, Vec<Fault>>, WebError> {
    let source = text(state, work, &file(exam)).await?;
    let mut texts = Vec::new();
    for name in banks(work, exam) {
        let path = format!("exams/{exam}/{name}.toml");
        texts.push((name, authoring::text(&state.blobs, &work.tree, &path).await?.unwrap_or_default()));
    }
    Ok(exam_file::authored((&work.slug, exam), &source, &texts))
}

pub(super) async fn show(state: AppState, who: Require<Instructor>, path: web::Path<(String, String)>) -> Answer {
    let work = course(&state, &who, &path.0, StaffRole::Viewer).await?;
    let exam = slug(&path.1)?;
    let source = text(&state, &work, &file(&exam)).await?;
    let draft = exam_file::read(&source).map_err(|broken| broken_file(&file(&exam), &broken))?;
    let role = on_course(&state, &who, &work.course, StaffRole::Viewer).await?;
    let mut problems = super::outline::problems(&state, &who, &work).await?;
    problems.retain(|fault| fault.file.starts_with(format!("exams/{exam}")));
    let drawing = match authored(&state, &work, &exam).await? {
        Ok(authored) => Some(web::block(move || check::check(&authored)).await.map_err(WebError::internal)?),
        Err(faults) => {
            problems.extend(faults.into_iter().filter(|fault| !problems.contains(fault)).collect::<Vec<_>>());
            None
        }
    };
    let t = who.tr;
    let empty = || Bilingual { en: String::new(), zh: String::new() };
    let course_draft = super::draft(&state, &work).await?;
    page::show(&ExamPage {
        page: Page::new(&state, &who, title(t, &draft.title, &exam)),
        heading: title(t, &course_draft.settings.title, &work.slug),
        can_write: role >= StaffRole::Author,
        base: base_of(&work, &file(&exam)),
        parts: exam_form::parts(&draft),
        window: exam_form::window(&draft, t.zone),
        zone: t.zone.name().to_owned(),
        certificate: draft.certificate.clone().unwrap_or_else(|| (draft.title.clone(), empty(), 24)),
        banks: banks(&work, &exam),
        modules: course_draft.modules.into_iter().map(|module| module.slug).collect(),
        exercises: catalogue::list(&state.pool).await?.into_iter().map(|offer| offer.slug.to_string()).collect(),
        slug: work.slug,
        exam,
        draft,
        problems: listed(t, &problems),
        drawing,
    })
}

/// Saves the form, and changes the list of parts or sections where a button says so.
pub(super) async fn change(
    state: AppState,
    who: Require<Instructor>,
    path: web::Path<(String, String)>,
    form: web::Form<Vec<(String, String)>>,
) -> Answer {
    let work = course(&state, &who, &path.0, StaffRole::Author).await?;
    let exam = slug(&path.1)?;
    let fields = Fields::from(form);
    let said = exam_form::read(&fields, who.tr.zone)?;
    let shape = Shape::parse(fields.raw("do"));
    let bank = banks(&work, &exam).into_iter().next().unwrap_or_else(|| "basics".to_owned());
    let file = file(&exam);
    let part = |text: &str| Some(text.to_owned());
    let apply = |text: &str| {
        let written = exam_file::write(text, &said);
        let shaped = written.and_then(|text| match shape {
            Some(shape) => reshaped(&text, shape, &bank),
            None => Ok(text),
        });
        shaped.map_err(|broken| broken_file(&file, &broken))
    };
    let edit = form_edit(&state, &work, (&file, fields.raw("base")), part, apply).await?;
    let place = format!("{}/exams/{exam}?notice=saved", place(&work));
    let next = if shape.is_some() { format!("{place}#parts") } else { place };
    save_and_go(&state, &who, (&work, vec![edit]), &format!("exam-edit {exam}"), &next).await
}

/// Which paper.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    seed: u64,
}

#[derive(Template)]
#[template(path = "authoring/course/paper.html")]
struct PaperPage {
    page: Page,
    slug: Slug,
    heading: String,
    exam: Slug,
    name: String,
    next_seed: u64,
    sections: Vec<(String, usize)>,
    questions: Vec<Marked>,
}

/// A paper of the draft with its key; the same number gives the same paper.
pub(super) async fn paper(
    state: AppState,
    who: Require<Instructor>,
    path: web::Path<(String, String)>,
    asked: web::Query<Asked>,
) -> Answer {
    let work = course(&state, &who, &path.0, StaffRole::Viewer).await?;
    let exam = slug(&path.1)?;
    let no_paper = |faults: Vec<Said>| WebError::Faults("examiner-no-paper", faults);
    let authored = authored(&state, &work, &exam).await?.map_err(|faults| no_paper(told(&faults)))?;
    let banks = authored.banks.iter().cloned().collect();
    let paper = check::paper(&authored.exam, &banks, asked.seed).map_err(|error| no_paper(vec![error.said()]))?;
    let items: HashMap<_, _> = banks.values().flatten().map(|found| (found.version, found.item.clone())).collect();
    let drawn = paper.questions.iter().enumerate();
    let key: Answers =
        drawn.filter_map(|(place, drawn)| Some((place, items::key(items.get(&drawn.item)?, drawn)?))).collect();
    let t = who.tr;
    page::show(&PaperPage {
        page: Page::new(&state, &who, t.s1("examiner-paper", "exam", t.pick(&authored.exam.title))),
        heading: title(t, &draft(&state, &work).await?.settings.title, &work.slug),
        name: t.pick(&authored.exam.title).to_owned(),
        next_seed: asked.seed + 1,
        sections: authored.exam.sections().map(|one| (t.pick(&one.title).to_owned(), one.draw.draw)).collect(),
        questions: marked(&paper, &items, &key, t),
        slug: work.slug,
        exam,
    })
}
