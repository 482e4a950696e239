//! Fields of a posted form by name, where a form has as many as what it shows.

use std::collections::BTreeSet;

use actix_web::web;
use chrono::{DateTime, Datelike as _, NaiveDateTime, TimeZone as _, Utc};
use chrono_tz::Tz;

use crate::clock;
use crate::messages::Bilingual;
use crate::web::WebError;
use crate::web::page::typed;

/// A posted form.
pub(super) struct Fields(Vec<(String, String)>);

impl From<web::Form<Vec<(String, String)>>> for Fields {
    fn from(form: web::Form<Vec<(String, String)>>) -> Self {
        Self(form.into_inner())
    }
}

impl Fields {
    /// A field as sent; empty if it was not.
    pub(super) fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(sent, _)| sent == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Whether it was sent at all.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(sent, _)| sent == name)
    }

    /// What was typed into a field.
    pub(super) fn one(&self, name: &str) -> String {
        typed(self.raw(name))
    }

    /// Every value of a field that may be sent more than once.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(sent, _)| sent == name).map(|(_, value)| typed(value)).collect()
    }

    /// Words of one field, between commas or spaces.
    pub(super) fn words(&self, name: &str) -> Vec<String> {
        let text = self.one(name);
        let words = text.split(|c: char| c == ',' || c == '，' || c == '、' || c.is_whitespace());
        words.map(str::to_owned).filter(|word| !word.is_empty()).collect()
    }

    /// Lines of one field that say something.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        self.one(name).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    /// The numbers of the rows called `row0_…`, `row1_…` that were sent.
    pub(super) fn places(&self, row: &str) -> BTreeSet<usize> {
        let numbers = self.0.iter().filter_map(|(sent, _)| sent.strip_prefix(row)?.split_once('_')?.0.parse().ok());
        numbers.map(|number: u16| number.into()).collect()
    }

    /// The two languages of a text: `title_en` and `title_zh`.
    pub(super) fn both(&self, name: &str) -> Bilingual {
        Bilingual { en: self.one(&format!("{name}_en")), zh: self.one(&format!("{name}_zh")) }
    }

    /// A whole number; nothing typed is 0.
    pub(super) fn whole(&self, name: &str) -> Result<u32, WebError> {
        let text = self.one(name);
        if text.is_empty() { Ok(0) } else { text.parse().map_err(|_| no_number(&text)) }
    }

    /// A number; `None` where nothing was typed.
    pub(super) fn number(&self, name: &str) -> Result<Option<f64>, WebError> {
        let text = self.one(name);
        if text.is_empty() {
            return Ok(None);
        }
        let number: f64 = text.replace(',', ".").parse().map_err(|_| no_number(&text))?;
        if number.is_finite() { Ok(Some(number)) } else { Err(no_number(&text)) }
    }

    /// A share that was typed in percent.
    pub(super) fn share(&self, name: &str) -> Result<f64, WebError> {
        Ok(self.number(name)?.unwrap_or_default() / 100.0)
    }

    /// A moment that was typed in a zone; `None` where nothing was typed.
    pub(super) fn moment(&self, name: &str, zone: Tz) -> Result<Option<DateTime<Utc>>, WebError> {
        let text = self.one(name);
        if text.is_empty() { Ok(None) } else { moment(&text, zone).map(Some) }
    }
}

fn no_number(text: &str) -> WebError {
    WebError::Invalid("course-editor-bad-number", vec![("text", text.chars().take(40).collect())])
}

/// The moment that a date-time field says in a zone; an hour that is skipped in spring is the one after it.
pub(super) fn moment(text: &str, zone: Tz) -> Result<DateTime<Utc>, WebError> {
    let wrong = || WebError::Invalid("course-editor-bad-time", vec![("text", text.chars().take(40).collect())]);
    let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"];
    let local = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let local = local.filter(|local| clock::YEARS.contains(&local.year())).ok_or_else(wrong)?;
    let later = local + chrono::TimeDelta::hours(1);
    let found = zone.from_local_datetime(&local).earliest().or_else(|| zone.from_local_datetime(&later).earliest());
    found.map(|at| at.with_timezone(&Utc)).ok_or_else(wrong)
}

/// A moment as a date-time field shows it in a zone.
pub(super) fn local(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%dT%H:%M").to_string()
}

/// A share as a field in percent shows it: `80`, `97.5`.
pub(super) fn percent(share: f64) -> String {
    let text = format!("{:.4}", share * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_moment_is_so_late_that_an_hour_more_is_too_late() {
        assert!(moment("2026-12-01T18:00", Tz::UTC).is_ok());
        for far in ["262142-12-31T23:30", "+262142-12-31T23:30", "2101-01-01T00:00", "-0001-01-01T00:00"] {
            assert!(moment(far, Tz::UTC).is_err(), "{far}");
        }
    }
}
