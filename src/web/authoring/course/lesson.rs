//! A module: its lesson in both languages side by side, each with its preview, and what is said of it.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::fields::{Fields, percent};
use super::{course, module, place, title};
use crate::authoring::course_edit::{self, Changed, course as course_file};
use crate::authoring::{self, Base, Edit, Work};
use crate::courses::staff::StaffRole;
use crate::ids::Slug;
use crate::messages::{Lang, Tr};
use crate::web::authoring::preview::Fragment;
use crate::web::authoring::{base_of, save, text_edit};
use crate::web::page::{self, Page};
use crate::web::staff::on_course;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

/// The lesson in one language.
struct Side {
    lang: Lang,
    text: String,
    /// The text that the form was filled with.
    base: String,
    /// What somebody else saved meanwhile.
    theirs: Option<String>,
    /// When and by whom it was last changed; empty if it is not there.
    changed: String,
    /// Since when it lags behind the other language.
    outdated: Option<String>,
    preview: Fragment,
}

#[derive(Template)]
#[template(path = "authoring/course/lesson.html")]
struct LessonPage {
    page: Page,
    slug: Slug,
    heading: String,
    module: course_file::Module,
    name: String,
    pass: String,
    /// Digest of `course.toml`.
    base: String,
    can_write: bool,
    has_conflict: bool,
    sides: Vec<Side>,
}

/// What somebody typed that is not saved: text, what the form was filled with, and what is saved now.
struct Typed {
    text: String,
    base: String,
    theirs: Option<String>,
}

pub(super) async fn show(state: AppState, who: Require<Instructor>, path: web::Path<(String, String)>) -> Answer {
    let work = course(&state, &who, &path.0, StaffRole::Viewer).await?;
    show_with(&state, &who, (&work, &path.1), [None, None]).await
}

async fn show_with(
    state: &State,
    who: &Require<Instructor>,
    (work, slug): (&Work, &str),
    unsaved: [Option<Typed>; 2],
) -> Answer {
    let (draft, module) = module(state, work, slug).await?;
    let t = who.tr;
    let role = on_course(state, who, &work.course, StaffRole::Viewer).await?;
    let paths = Lang::ALL.map(|lang| module.lesson(lang));
    let changes = course_edit::changed(&state.pool, (work.kind, &work.slug), &paths).await?;
    let has_conflict = unsaved.iter().flatten().any(|typed| typed.theirs.is_some());
    let mut sides = Vec::new();
    for (lang, unsaved) in Lang::ALL.into_iter().zip(unsaved) {
        sides.push(side(state, t, (work, &module, lang), (unsaved, &changes)).await?);
    }
    let name = title(t, &module.title, &module.slug);
    let status = if has_conflict { StatusCode::CONFLICT } else { StatusCode::OK };
    let page = LessonPage {
        page: Page::new(state, who, if has_conflict { t.s("authoring-conflict") } else { name.clone() }),
        slug: work.slug.clone(),
        heading: title(t, &draft.settings.title, &work.slug),
        pass: percent(module.pass),
        base: base_of(work, "course.toml"),
        can_write: role >= StaffRole::Author,
        has_conflict,
        module,
        name,
        sides,
    };
    page::show_with(status, &page)
}

async fn side(
    state: &State,
    t: Tr,
    (work, module, lang): (&Work, &course_file::Module, Lang),
    (unsaved, changes): (Option<Typed>, &[Changed]),
) -> Result<Side, WebError> {
    let path = module.lesson(lang);
    let of = |path: &str| changes.iter().find(|change| change.path == path && work.tree.get(path).is_some());
    let (own, other) = (of(&path), Lang::ALL.into_iter().find(|other| *other != lang));
    let other = other.and_then(|other| of(&module.lesson(other)));
    let outdated = own.zip(other).filter(|(own, other)| own.number < other.number);
    let (text, base, theirs) = if let Some(typed) = unsaved {
        (typed.text, typed.base, typed.theirs)
    } else {
        let saved = authoring::text(&state.blobs, &work.tree, &path).await?.unwrap_or_default();
        (saved, base_of(work, &path), None)
    };
    let when = |own: &Changed| match own.by.as_str() {
        "" => t.s1("course-editor-changed", "time", t.time(&own.at)),
        by => t.s2("course-editor-changed-by", "time", t.time(&own.at), "name", by),
    };
    Ok(Side {
        preview: Fragment::new(t, (&text, lang)).await?,
        changed: own.map(when).unwrap_or_default(),
        outdated: outdated.map(|(_, other)| t.time(&other.at)),
        lang,
        text,
        base,
        theirs,
    })
}

/// Saves both texts, or shows them as they would look. A text that somebody else changed meanwhile is shown beside
/// theirs, and the other is saved all the same: nothing that was typed is lost.
pub(super) async fn change(
    state: AppState,
    who: Require<Instructor>,
    path: web::Path<(String, String)>,
    form: web::Form<Vec<(String, String)>>,
) -> Answer {
    let work = course(&state, &who, &path.0, StaffRole::Author).await?;
    let (_, module) = module(&state, &work, &path.1).await?;
    let fields = Fields::from(form);
    let sent = |lang: Lang| {
        let (text, base) = (format!("text_{}", lang.code()), format!("base_{}", lang.code()));
        let text = fields.raw(&text).replace("\r\n", "\n");
        fields.has(&format!("text_{}", lang.code())).then(|| (text, fields.raw(&base).to_owned()))
    };
    if fields.raw("do") == "preview" {
        let unsaved = Lang::ALL.map(|lang| sent(lang).map(|(text, base)| Typed { text, base, theirs: None }));
        return show_with(&state, &who, (&work, &path.1), unsaved).await;
    }
    let (mut edits, mut unsaved) = (Vec::new(), [None, None]);
    for (lang, unsaved) in Lang::ALL.into_iter().zip(&mut unsaved) {
        let Some((text, base)) = sent(lang) else { continue };
        match lesson_edit(&state, &work, &module.lesson(lang), (&text, &base)).await? {
            Met::Unchanged => {}
            Met::Edit(edit) => edits.push(edit),
            Met::Conflict { base, theirs } => *unsaved = Some(Typed { text, base, theirs: Some(theirs) }),
        }
    }
    let saved = match save(&state, &who, &work, edits, &format!("lesson {}", module.slug)).await? {
        Ok(saved) => saved,
        Err(conflict) => return Ok(conflict),
    };
    if unsaved.iter().any(Option::is_some) {
        return show_with(&state, &who, (&saved, &path.1), unsaved).await;
    }
    Ok(page::see_other(&format!("{}/modules/{}?notice=saved", place(&work), module.slug)))
}

/// What saving a text would do.
enum Met {
    Unchanged,
    Edit(Edit),
    /// Somebody else changed it: what is saved now, and its digest.
    Conflict {
        base: String,
        theirs: String,
    },
}

async fn lesson_edit(state: &State, work: &Work, path: &str, (text, base): (&str, &str)) -> Result<Met, WebError> {
    let saved = base_of(work, path);
    if text.trim().is_empty() {
        let is_same = base.is_empty() || saved.is_empty();
        let base = base.parse().map(Base::File).ok();
        return Ok(match base {
            _ if is_same => Met::Unchanged,
            Some(Base::File(seen)) if seen.to_string() != saved => conflict(state, work, path).await?,
            base => Met::Edit(Edit { path: path.to_owned(), file: None, base }),
        });
    }
    let edit = text_edit(state, path, text, base).await?;
    let typed = edit.file.map(|file| file.sha256.to_string()).unwrap_or_default();
    Ok(match typed {
        typed if typed == base || typed == saved => Met::Unchanged,
        _ if saved != base => conflict(state, work, path).await?,
        _ => Met::Edit(edit),
    })
}

async fn conflict(state: &State, work: &Work, path: &str) -> Result<Met, WebError> {
    let theirs = authoring::text(&state.blobs, &work.tree, path).await?.unwrap_or_default();
    Ok(Met::Conflict { base: base_of(work, path), theirs })
}
