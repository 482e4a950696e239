//! What every page has around its content, and the ways a handler answers with one.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use askama::Template;
use chrono::{Datelike as _, NaiveDate};

use super::visit::Visit;
use super::{Answer, State, assets};
use crate::accounts::{Person, Role, Theme};
use crate::messages::{Lang, Tr, exists};

/// The frame of a page: language, colours, title, who is signed in.
#[derive(Debug, Clone)]
pub struct Page {
    /// Turns message keys, numbers and times into text.
    pub t: Tr,
    /// Colours of the reader.
    pub theme: Theme,
    /// Title of the page, without the name of the installation.
    pub title: String,
    /// Name of the installation.
    pub site: String,
    /// Path and query of this page.
    pub path: String,
    /// Who is signed in.
    pub person: Option<Person>,
    /// Outcome of the action that led here, in words.
    pub notice: Option<String>,
    /// Seconds until the page reloads itself where there is no JavaScript.
    pub refresh: Option<u32>,
    /// Whether anybody may sign up.
    pub sign_up: bool,
}

impl Page {
    /// The frame for a reader's page called `title`.
    pub fn new(state: &State, visit: &Visit, title: impl Into<String>) -> Self {
        Self {
            t: visit.tr,
            theme: visit.theme,
            title: title.into(),
            site: state.config.name.clone(),
            path: visit.path.clone(),
            person: visit.person.clone(),
            notice: notice(visit),
            refresh: None,
            sign_up: state.config.sign_up == crate::config::SignUp::Open,
        }
    }

    /// The same frame around a form: where it came back with faults, the title says so first.
    pub fn with_faults(mut self, errors: &FieldErrors) -> Self {
        if !errors.is_empty() {
            self.title = self.t.s1("form-title-fault", "title", self.title.as_str());
        }
        self
    }

    /// The address of an embedded file, with its hash, so that browsers may keep it for ever.
    #[expect(clippy::unused_self, reason = "templates reach functions through values")]
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    /// Whether the reader is an instructor or administrator.
    pub fn is_instructor(&self) -> bool {
        self.person.as_ref().is_some_and(|person| person.role >= Role::Instructor)
    }

    /// Whether the reader is an administrator.
    pub fn is_admin(&self) -> bool {
        self.person.as_ref().is_some_and(|person| person.role >= Role::Admin)
    }

    /// Version of the program.
    #[expect(clippy::unused_self, reason = "templates reach functions through values")]
    pub fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    /// Whether the page is in Chinese.
    pub fn is_chinese(&self) -> bool {
        self.t.lang == Lang::ZhCn
    }
}

/// The message that a redirect asked to show: `?notice=saved` shows `notice-saved`.
fn notice(visit: &Visit) -> Option<String> {
    let (_, query) = visit.path.split_once('?')?;
    let (_, name) = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "notice")?;
    let key = format!("notice-{name}");
    exists(visit.tr.lang, &key).then(|| visit.tr.with(&key, &[]))
}

/// Faults of a submitted form, by field, in the reader's language.
#[derive(Debug, Clone, Default)]
pub struct FieldErrors(Vec<(Cow<'static, str>, String)>);

impl FieldErrors {
    /// Adds a sentence about `field`.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, sentence: String) {
        self.0.push((field.into(), sentence));
    }

    /// Whether the form is without fault.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first sentence about `field`.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, sentence)| sentence.as_str())
    }

    /// Every fault, for the summary on top of the page.
    pub fn all(&self) -> &[(Cow<'static, str>, String)] {
        &self.0
    }
}

/// A page, 200.
pub fn show(template: &impl Template) -> Answer {
    show_with(StatusCode::OK, template)
}

/// A page with another status, such as 422 for a form that comes back with its faults.
pub fn show_with(status: StatusCode, template: &impl Template) -> Answer {
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(template.render()?))
}

/// After a successful change: go and look at `location` (303, RFC 9110 §15.4.4).
pub fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()
}

/// A path within this site, or `/`: what a `next` or `back` parameter may lead to.
pub fn local_path(wanted: &str) -> &str {
    let is_local = wanted.starts_with('/') && !wanted.starts_with("//");
    // Browsers read a backslash as a slash and drop tabs and line ends (WHATWG URL, basic URL parser).
    if is_local && !wanted.contains(|c: char| c == '\\' || c.is_control()) { wanted } else { "/" }
}

/// What somebody typed, without space around it and without characters that neither a page nor the database can hold.
pub fn typed(text: &str) -> String {
    let kept = |character: &char| !character.is_control() || matches!(character, '\n' | '\t');
    text.replace("\r\n", "\n").chars().filter(kept).collect::<String>().trim().to_owned()
}

/// The day that a date field says; `None` for what is none, and for years that no calendar of the database has.
pub fn day(text: &str) -> Option<NaiveDate> {
    text.trim().parse::<NaiveDate>().ok().filter(|day| (1..=9999).contains(&day.year()))
}

#[cfg(test)]
mod tests {
    use super::{day, local_path};

    #[test]
    fn a_day_is_one_that_the_database_can_compare() {
        assert_eq!(day(" 2026-11-23 ").map(|day| day.to_string()).as_deref(), Some("2026-11-23"));
        for wrong in ["", "soon", "-262143-01-01", "+262142-12-31", "+10000-01-01", "0000-01-01"] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_paths_of_our_own_are_followed() {
        assert_eq!(local_path("/courses?page=2#top"), "/courses?page=2#top");
        for wrong in ["", "courses", "https://x.example", "//x.example", "/\\x.example", "/\t/x.example", "/a\r\nb"] {
            assert_eq!(local_path(wrong), "/", "{wrong:?}");
        }
    }
}
