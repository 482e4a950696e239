//! What is said of a course as a whole: titles, level, languages, and what its certificate demands.

use actix_web::web;
use askama::Template;

use super::fields::Fields;
use super::{broken_file, course, draft, form_edit, place, save_and_go, title};
use crate::authoring;
use crate::authoring::course_edit::course::{self as course_file, Certificate, Settings};
use crate::courses::Signatory;
use crate::courses::staff::StaffRole;
use crate::exercises::catalogue;
use crate::ids::Slug;
use crate::messages::{Bilingual, Lang};
use crate::web::authoring::base_of;
use crate::web::page::{self, Page};
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, State, WebError};

const FILE: &str = "course.toml";

/// A box to tick: value, label, whether it is ticked.
struct Choice {
    value: String,
    label: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "authoring/course/settings.html")]
struct SettingsPage {
    page: Page,
    slug: Slug,
    heading: String,
    base: String,
    settings: Settings,
    certificate: Certificate,
    signatory: Signatory,
    /// Whose key signs it.
    issuer: String,
    modules: Vec<Choice>,
    exercises: Vec<Choice>,
}

impl SettingsPage {
    fn teaches_in(&self, lang: &str) -> bool {
        self.settings.languages.iter().any(|known| known.code() == lang)
    }
}

pub(super) async fn show(state: AppState, who: Require<Instructor>, slug: web::Path<String>) -> Answer {
    let work = course(&state, &who, &slug, StaffRole::Author).await?;
    let draft = draft(&state, &work).await?;
    let t = who.tr;
    let empty = || Bilingual { en: String::new(), zh: String::new() };
    let certificate = draft.settings.certificate.clone().unwrap_or_else(|| Certificate {
        title: draft.settings.title.clone(),
        statement: empty(),
        modules: draft.modules.iter().map(|module| module.slug.clone()).collect(),
        exercises: Vec::new(),
        valid_months: 36,
        signatory: None,
    });
    let modules = draft.modules.iter().map(|module| Choice {
        value: module.slug.clone(),
        label: title(t, &module.title, &module.slug),
        is_chosen: certificate.modules.contains(&module.slug),
    });
    page::show(&SettingsPage {
        page: Page::new(&state, &who, t.s("course-editor-settings")),
        heading: title(t, &draft.settings.title, &work.slug),
        base: base_of(&work, FILE),
        modules: modules.collect(),
        exercises: exercises(&state, &work.slug, &certificate).await?,
        signatory: certificate.signatory.clone().unwrap_or_else(|| Signatory { name: String::new(), role: empty() }),
        issuer: state.config.name.clone(),
        settings: draft.settings,
        slug: work.slug,
        certificate,
    })
}

/// Exercises that the certificate may demand: those on offer, those of the course, and what it names already.
async fn exercises(state: &State, course: &Slug, certificate: &Certificate) -> Result<Vec<Choice>, WebError> {
    let offered = catalogue::slugs(&state.pool).await?.into_iter().map(|slug| slug.to_string());
    let own = authoring::of_course(&state.pool, course).await?.into_iter().map(|work| work.slug.to_string());
    let mut names: Vec<String> = offered.chain(own).chain(certificate.exercises.iter().cloned()).collect();
    names.sort();
    names.dedup();
    let choice =
        |name: String| Choice { is_chosen: certificate.exercises.contains(&name), label: name.clone(), value: name };
    Ok(names.into_iter().map(choice).collect())
}

pub(super) async fn change(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: web::Form<Vec<(String, String)>>,
) -> Answer {
    let work = course(&state, &who, &slug, StaffRole::Author).await?;
    let fields = Fields::from(form);
    let settings = settings(&fields)?;
    let part = |text: &str| course_file::read(text).ok().map(|draft| format!("{:?}", draft.settings));
    let apply = |text: &str| course_file::with_settings(text, &settings).map_err(|broken| broken_file(FILE, &broken));
    let edit = form_edit(&state, &work, (FILE, fields.raw("base")), part, apply).await?;
    save_and_go(&state, &who, (&work, vec![edit]), "settings", &format!("{}?notice=saved", place(&work))).await
}

fn settings(fields: &Fields) -> Result<Settings, WebError> {
    let signatory = Signatory { name: fields.one("signatory"), role: fields.both("signatory_role") };
    let is_named = [&signatory.name, &signatory.role.en, &signatory.role.zh].iter().any(|text| !text.is_empty());
    let certificate = Certificate {
        title: fields.both("certificate_title"),
        statement: fields.both("statement"),
        modules: fields.all("certificate_module"),
        exercises: fields.all("certificate_exercise"),
        valid_months: fields.whole("valid_months")?,
        // Half of one is kept, and named among what stands in the way of publishing.
        signatory: Some(signatory).filter(|_| is_named),
    };
    Ok(Settings {
        edition: fields.one("edition"),
        title: fields.both("title"),
        summary: fields.both("summary"),
        level: fields.both("level"),
        hours: fields.whole("hours")?,
        languages: fields.all("language").iter().filter_map(|code| Lang::parse(code)).collect(),
        certificate: Some(certificate).filter(|_| fields.has("certifies")),
    })
}
